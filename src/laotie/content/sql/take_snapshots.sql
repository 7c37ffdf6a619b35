-- Today's counts of every creator who has public posts or followers and no counts of today yet.
--
-- Followers are counted already (`fans`). Index: post_public_of_creator, snapshot_once_a_day.
-- Rows: one a creator; once a day, so that all posts may be read.
INSERT INTO content_creatorsnapshot
    (id, creator_id, as_of, source_kind, source, fans, likes, all_fans, all_likes, fans_step,
     likes_step, works, stills, ads, stills_said_how, ads_said_how, texts, corrected, taken_at)
SELECT gen_random_uuid(), c.id, %(today)s, %(source)s, '', coalesce(f.valid, 0),
    coalesce(p.likes, 0), coalesce(f.everybody, 0), coalesce(p.all_likes, 0), 1, 1,
    coalesce(p.works, 0), coalesce(p.stills, 0), coalesce(p.ads, 0), '', '', '{}', '{}', %(now)s
FROM accounts_creator c
LEFT JOIN (
    SELECT creator_id, sum(followers) AS everybody, sum(fans) AS valid FROM (
        SELECT creator_id, fans, followers FROM content_fancount
        UNION ALL
        SELECT w.creator_id,
            CASE WHEN n.since IS NULL OR w.at >= n.since THEN w.fans ELSE 0 END, w.followers
        FROM content_fanchange w LEFT JOIN content_fancount n USING (creator_id)
    ) AS each GROUP BY creator_id HAVING sum(followers) > 0
) f ON f.creator_id = c.id
LEFT JOIN (
    SELECT o.creator_id, count(*) AS works, count(*) FILTER (WHERE o.kind = 'STILLS') AS stills,
        count(*) FILTER (WHERE o.label <> 'ORGANIC') AS ads, sum(g.likes) AS likes,
        sum(g.all_likes) AS all_likes
    FROM content_post o LEFT JOIN content_postfigures g ON g.post_id = o.id
    WHERE o.state = 'PUBLISHED' GROUP BY o.creator_id
) p ON p.creator_id = c.id
WHERE (f.creator_id IS NOT NULL OR p.creator_id IS NOT NULL)
    AND NOT EXISTS (SELECT FROM content_creatorsnapshot s
                    WHERE s.creator_id = c.id AND s.as_of = %(today)s)
ON CONFLICT (creator_id, as_of) WHERE creator_id IS NOT NULL DO NOTHING
