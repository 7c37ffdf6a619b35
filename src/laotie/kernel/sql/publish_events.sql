-- Events in the order given. Generation and moment are the same for all: asked for once.
INSERT INTO event_log (generation, at, name, version, subject, body)
SELECT (SELECT event_generation_now()), (SELECT laotie_now()), name, version, subject, body::jsonb
FROM unnest(%s::text[], %s::smallint[], %s::text[], %s::text[])
    WITH ORDINALITY AS e (name, version, subject, body, n)
ORDER BY n
