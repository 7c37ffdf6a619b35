-- Events in the order given. Generation and moment are the same for all: asked for once.
INSERT INTO event_log (generation, at, name, version, subject, body)
SELECT here.generation, here.at, e.name, e.version, e.subject, e.body::jsonb
FROM unnest(%s::text[], %s::smallint[], %s::text[], %s::text[])
    WITH ORDINALITY AS e (name, version, subject, body, n)
CROSS JOIN (SELECT event_generation_now() AS generation, laotie_now() AS at OFFSET 0) AS here
ORDER BY e.n
