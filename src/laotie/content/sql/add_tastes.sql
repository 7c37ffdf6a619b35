-- Add what people watched to the end to what they watched before, faded by its age.
--
-- Index: taste_once. Rows: one for each person and creator of a batch.
INSERT INTO content_taste AS t (person_id, creator_id, weight, at)
SELECT person_id, creator_id, weight, at
FROM unnest(%(people)s::uuid[], %(creators)s::uuid[], %(weights)s::float8[], %(at)s::timestamptz[])
    AS n (person_id, creator_id, weight, at)
ORDER BY person_id, creator_id
ON CONFLICT (person_id, creator_id) DO UPDATE SET
    weight = excluded.weight + t.weight * power(
        2, -greatest(0, extract(epoch FROM excluded.at - t.at)::float8) / 86400
           / %(taste_half_life_d)s),
    at = greatest(t.at, excluded.at)
