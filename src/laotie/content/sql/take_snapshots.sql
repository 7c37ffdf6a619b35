-- Today's counts of every creator who has public posts or followers and no counts of today yet.
--
-- Index: post_public_of_creator, follow_by_moment, snapshot_once_a_day. Rows: one a creator; once a
-- day, so that all follows may be read.
INSERT INTO content_creatorsnapshot
    (id, creator_id, as_of, source_kind, source, fans, likes, all_fans, all_likes, fans_step,
     likes_step, works, stills, ads, stills_said_how, ads_said_how, texts, corrected, taken_at)
SELECT gen_random_uuid(), c.id, %(today)s, %(source)s, '', coalesce(f.valid, 0),
    coalesce(p.likes, 0), coalesce(f.everybody, 0), coalesce(p.all_likes, 0), 1, 1,
    coalesce(p.works, 0), coalesce(p.stills, 0), coalesce(p.ads, 0), '', '', '{}', '{}', %(now)s
FROM accounts_creator c
LEFT JOIN (
    SELECT w.creator_id, count(*) AS everybody,
        count(*) FILTER (WHERE w.forged = ''
            AND (h.counts_since IS NULL OR w.followed_at >= h.counts_since)) AS valid
    FROM live_follow w JOIN accounts_creator h ON h.id = w.creator_id GROUP BY w.creator_id
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
