-- Count what ranks a creator's posts anew from the visits since a moment; those before rank no more.
--
-- The same visits count as in `count_visits`; the others stay in the sum, as visits that do not.
-- Each keeps what was believed of it; those from before anything was judged, what they told.
-- Index: content_post's of the creator, content_visit's of the post,
-- visit_of_person. Rows: none; one changed for each post that has figures.
UPDATE content_postfigures f SET
    other_visits = f.other_visits + f.visits - n.visits,
    visits = n.visits, watch_ms = n.watch_ms, believed_ms = n.believed_ms,
    completions = n.completions
FROM (
    SELECT p.id, count(v.id) AS visits, coalesce(sum(v.watch_ms), 0) AS watch_ms,
        coalesce(sum(coalesce(v.believed_ms, v.watch_ms)), 0) AS believed_ms,
        count(v.id) FILTER (WHERE v.is_complete) AS completions
    FROM content_post p
    LEFT JOIN content_visit v ON v.post_id = p.id AND v.at >= %(since)s
        AND v.person_id IS NOT NULL AND NOT v.is_paid
        AND NOT EXISTS (
            SELECT FROM content_visit e WHERE e.person_id = v.person_id AND e.post_id = v.post_id
                AND NOT e.is_paid AND e.at > v.at - interval '1 day'
                AND (e.at, e.id) < (v.at, v.id))
    WHERE p.creator_id = %(creator)s GROUP BY p.id
) n
WHERE f.post_id = n.id AND f.visits >= n.visits RETURNING f.post_id
