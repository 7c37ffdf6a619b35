-- The newest posts of whom one follows, of a belt's members, of a field, or of a place, behind a
-- moment and an id.
--
-- Index: post_public_of_creator, three rows of which are read for each creator and row shown;
-- membership_of_belt, at most 500 rows; post_public_of_field; post_public_of_region. Exactly one of
-- the four parts has its condition.
-- Rows: at most `most`, newest first; where they end never moves, since a post goes public once.
-- Followers and creators are never apart: a block ends follows. They see what has less reach too.
WITH apart AS MATERIALIZED (
    SELECT c.id FROM content_block b JOIN accounts_creator c
        ON c.person_id = CASE WHEN b.person_id = %(viewer)s THEN b.other_id ELSE b.person_id END
    WHERE b.person_id = %(viewer)s OR b.other_id = %(viewer)s
)
SELECT id, creator_id, published_at FROM (
    (SELECT p.id, p.creator_id, p.published_at
     FROM (SELECT creator_id FROM live_follow WHERE person_id = %(person)s
           ORDER BY followed_at DESC LIMIT 500) followed
     CROSS JOIN LATERAL (
        SELECT id, creator_id, published_at FROM content_post
        WHERE creator_id = followed.creator_id AND state = 'PUBLISHED'
            AND (published_at, id) < (%(before)s, %(before_id)s)
        ORDER BY published_at DESC, id DESC LIMIT %(most)s) p
     WHERE %(person)s::uuid IS NOT NULL)
    UNION ALL
    (SELECT p.id, p.creator_id, p.published_at
     FROM (SELECT creator_id FROM content_beltmembership
           WHERE belt_id = %(belt)s AND state = 'MEMBER'
               AND creator_id <> ALL (ARRAY(SELECT id FROM apart))) member
     CROSS JOIN LATERAL (
        SELECT id, creator_id, published_at FROM content_post
        WHERE creator_id = member.creator_id AND state = 'PUBLISHED' AND reach = 'FULL'
            AND (published_at, id) < (%(before)s, %(before_id)s)
        ORDER BY published_at DESC, id DESC LIMIT %(most)s) p
     WHERE %(belt)s::uuid IS NOT NULL)
    UNION ALL
    (SELECT id, creator_id, published_at FROM content_post
     WHERE field = %(field)s AND state = 'PUBLISHED' AND reach = 'FULL'
         AND creator_id <> ALL (ARRAY(SELECT id FROM apart))
         AND (published_at, id) < (%(before)s, %(before_id)s)
     ORDER BY published_at DESC, id DESC LIMIT %(most)s)
    UNION ALL
    (SELECT id, creator_id, published_at FROM content_post
     WHERE region = %(region)s AND state = 'PUBLISHED' AND reach = 'FULL'
         AND creator_id <> ALL (ARRAY(SELECT id FROM apart))
         AND (published_at, id) < (%(before)s, %(before_id)s)
     ORDER BY published_at DESC, id DESC LIMIT %(most)s)
) page
ORDER BY published_at DESC, id DESC LIMIT %(most)s
