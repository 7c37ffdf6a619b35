-- Frames after the reader's position, of all rooms that it watches, oldest first per room.
-- Index: live_frame_pkey (room_id, epoch, seq). Rows: up to the limit per room.
-- Numbers are given under a lock held until commit, so `>` skips none. Bench: storm.
SELECT f.room_id, f.epoch, f.seq, f.kind, f.body::text
FROM unnest(%(rooms)s::uuid[], %(epochs)s::integer[], %(seqs)s::bigint[]) AS w (room_id, epoch, seq)
CROSS JOIN LATERAL (
    SELECT room_id, epoch, seq, kind, body FROM live_frame
    WHERE room_id = w.room_id AND (epoch, seq) > (w.epoch, w.seq)
    ORDER BY epoch, seq LIMIT %(limit)s
) f
