-- Give frames the next numbers of their rooms and store them; in the order given, per room.
-- Counters are locked in room order, so that two batches cannot deadlock; the lock is held until
-- commit, so numbers become visible in order and without a gap.
-- Index: live_framecounter_pkey, live_frame_pkey. Rows: one per frame. Bench: storm.
WITH wanted AS (
    SELECT w.room_id, w.kind, w.body::jsonb AS body, w.ord
    FROM unnest(%(rooms)s::uuid[], %(kinds)s::text[], %(bodies)s::text[])
        WITH ORDINALITY AS w (room_id, kind, body, ord)
), locked AS MATERIALIZED (
    SELECT c.room_id, c.epoch, c.seq
    FROM live_framecounter c
    WHERE c.room_id IN (SELECT room_id FROM wanted)
    ORDER BY c.room_id
    FOR NO KEY UPDATE
), numbered AS (
    SELECT w.room_id, w.kind, w.body, w.ord, l.epoch,
           l.seq + row_number() OVER (PARTITION BY w.room_id ORDER BY w.ord) AS seq
    FROM wanted w JOIN locked l USING (room_id)
), stored AS (
    INSERT INTO live_frame (room_id, epoch, seq, kind, body, at)
    SELECT room_id, epoch, seq, kind, body, %(at)s FROM numbered
), counted AS (
    UPDATE live_framecounter c SET seq = n.top
    FROM (SELECT room_id, max(seq) AS top FROM numbered GROUP BY room_id) n
    WHERE c.room_id = n.room_id
)
SELECT seq FROM numbered ORDER BY ord
