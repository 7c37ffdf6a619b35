-- Whose posts of a creator somebody watched to the end since a moment: the tastes that are left.
--
-- Index: content_post's of the creator, content_visit's of the post. Rows: one a person.
SELECT v.person_id, count(*), max(v.at) FROM content_visit v JOIN content_post p ON p.id = v.post_id
WHERE p.creator_id = %(creator)s AND v.at >= %(since)s AND v.person_id IS NOT NULL
    AND v.is_complete AND NOT v.is_paid
    AND NOT EXISTS (
        SELECT FROM content_visit e WHERE e.person_id = v.person_id AND e.post_id = v.post_id
            AND NOT e.is_paid AND e.at > v.at - interval '1 day' AND (e.at, e.id) < (v.at, v.id))
GROUP BY v.person_id
