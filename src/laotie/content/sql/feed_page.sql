-- The posts that stand highest for one viewer, and some new ones to try out. One row a post.
--
-- Candidates come from indexes alone: the newest of creators near to the viewer
-- (`post_public_of_creator`), the hottest of all (`figures_by_heat`), the newest of all
-- (`post_public_newest`); about 1,000 at most, however many posts there are. `seen` holds the last
-- 32 bits of each id that this scroll has shown. `apart`: who blocked the viewer, or was blocked;
-- neither their posts come nor others because of them.
-- Numbers come from `ranking.WEIGHTS`.
-- Rows: at most `most` + `tried`, best first, those to try out last.
WITH apart AS MATERIALIZED (
    SELECT c.id FROM content_block b JOIN accounts_creator c
        ON c.person_id = CASE WHEN b.person_id = %(person)s THEN b.other_id ELSE b.person_id END
    WHERE b.person_id = %(person)s OR b.other_id = %(person)s
), followed AS MATERIALIZED (
    SELECT creator_id FROM live_follow WHERE person_id = %(person)s
    ORDER BY followed_at DESC LIMIT 500
), tastes AS MATERIALIZED (
    SELECT creator_id,
        weight * power(2, -greatest(0, extract(epoch FROM %(as_of)s - at)::float8)
                          / 86400 / %(taste_half_life_d)s) AS weight
    FROM content_taste
    WHERE person_id = %(person)s AND creator_id <> ALL (ARRAY(SELECT id FROM apart))
    ORDER BY at DESC LIMIT 100
), kin AS MATERIALIZED (
    SELECT k.other_id AS creator_id, sum(k.strength * t.weight / (t.weight + %(taste_half)s)) AS near,
        (array_agg(k.creator_id ORDER BY k.strength * t.weight DESC))[1] AS by_creator
    FROM tastes t JOIN content_kin k ON k.creator_id = t.creator_id
    WHERE k.other_id <> ALL (ARRAY(SELECT id FROM apart))
    GROUP BY k.other_id ORDER BY near DESC LIMIT 100
), met AS MATERIALIZED (
    SELECT DISTINCT post_id FROM (
        SELECT post_id FROM content_visit
        WHERE person_id = %(person)s AND at > %(as_of)s - %(seen_days)s * interval '1 day'
        ORDER BY at DESC LIMIT 500) latest
), near AS (
    SELECT creator_id FROM followed UNION SELECT creator_id FROM tastes
    UNION SELECT creator_id FROM kin
), newest AS MATERIALIZED (
    SELECT p.id FROM content_post p
    WHERE p.state = 'PUBLISHED' AND p.reach = 'FULL' AND p.published_at <= %(as_of)s
        AND NOT (('x' || right(p.id::text, 8))::bit(32)::int = ANY (%(seen)s::int[]))
        AND p.creator_id <> ALL (ARRAY(SELECT id FROM apart))
    ORDER BY p.published_at DESC, p.id DESC LIMIT 100
), candidates AS MATERIALIZED (
    SELECT recent.id FROM near CROSS JOIN LATERAL (
        SELECT p.id FROM content_post p
        WHERE p.creator_id = near.creator_id AND p.state = 'PUBLISHED' AND p.reach = 'FULL'
            AND p.published_at <= %(as_of)s AND p.published_at > %(as_of)s - interval '30 days'
            AND NOT (('x' || right(p.id::text, 8))::bit(32)::int = ANY (%(seen)s::int[]))
            AND p.creator_id <> ALL (ARRAY(SELECT id FROM apart))
        ORDER BY p.published_at DESC, p.id DESC LIMIT 3) recent
    UNION
    SELECT hottest.id FROM (
        SELECT p.id FROM content_postfigures f JOIN content_post p ON p.id = f.post_id
        WHERE p.state = 'PUBLISHED' AND p.reach = 'FULL' AND p.published_at <= %(as_of)s
            AND NOT (('x' || right(p.id::text, 8))::bit(32)::int = ANY (%(seen)s::int[]))
            AND p.creator_id <> ALL (ARRAY(SELECT id FROM apart))
        ORDER BY f.heat DESC LIMIT 200) hottest
    UNION
    SELECT id FROM newest
), judged AS MATERIALIZED (
    SELECT p.id, p.creator_id, coalesce(f.visits, 0) AS visits, coalesce(f.buys, 0) AS buys,
        -extract(epoch FROM %(as_of)s - p.published_at)::float8 / 3600 / %(half_life_h)s AS fresh,
        greatest(-%(watch_most)s, least(%(watch_most)s, ln((
            (coalesce(f.completions, 0) + %(like)s * coalesce(f.likes, 0)
                + %(buy)s * coalesce(f.buys, 0) + %(watch_prior_views)s * %(watch_prior)s)
            / (coalesce(f.visits, 0) + %(watch_prior_views)s) / %(watch_prior)s)::float8
        ) / ln(2::float8))) AS watched,
        CASE WHEN fo.creator_id IS NULL THEN 0 ELSE %(follow)s END::float8 AS follow,
        coalesce(%(taste_most)s * t.weight / (t.weight + %(taste_half)s), 0)::float8 AS taste,
        coalesce(%(kin_most)s * k.near / (k.near + 1), 0)::float8 AS kin, k.by_creator,
        -least(%(down_most)s, %(down)s * (
            SELECT count(*) FROM content_post d JOIN accounts_creator c ON c.id = d.creator_id
            WHERE d.creator_id = p.creator_id AND d.state IN ('TAKEN_DOWN', 'APPEALED', 'UPHELD')
                -- A right that ended and a source that went are nobody's fault.
                AND d.down_by NOT IN ('RIGHTS', 'SOURCE')
                AND d.taken_down_at > greatest(  -- A former holder's speak for nobody now.
                    %(as_of)s - interval '90 days', c.counts_since)))::float8 AS trust,
        CASE WHEN met.post_id IS NULL THEN 0 ELSE -%(seen_points)s END::float8 AS seen
    FROM candidates c JOIN content_post p ON p.id = c.id
    LEFT JOIN content_postfigures f ON f.post_id = p.id
    LEFT JOIN followed fo ON fo.creator_id = p.creator_id
    LEFT JOIN tastes t ON t.creator_id = p.creator_id
    LEFT JOIN kin k ON k.creator_id = p.creator_id
    LEFT JOIN met ON met.post_id = p.id
), varied AS (
    SELECT j.*, -%(same_creator)s * (row_number() OVER (
        PARTITION BY creator_id ORDER BY fresh + watched + follow + taste + kin + trust + seen DESC, id
        ) - 1)::float8 AS variety
    FROM judged j
), best AS MATERIALIZED (
    SELECT v.*, fresh + watched + follow + taste + kin + trust + seen + variety AS total
    FROM varied v ORDER BY total DESC, id LIMIT %(most)s
), tried AS (
    SELECT v.*, fresh + watched + follow + taste + kin + trust + seen + variety AS total
    FROM varied v JOIN newest USING (id)
    WHERE visits < %(explore_until)s AND seen = 0 AND follow = 0
        AND NOT EXISTS (SELECT FROM best b WHERE b.id = v.id)
    ORDER BY md5(v.id::text || %(seed)s) LIMIT %(tried)s
)
SELECT id, creator_id, by_creator, buys, fresh, watched, follow, taste, kin, trust, seen, variety,
    is_tried
FROM (SELECT *, false AS is_tried FROM best UNION ALL SELECT *, true FROM tried) page
ORDER BY is_tried, total DESC, id
