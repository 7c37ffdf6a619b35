-- One measurement of a room's video, counted into its minute.
-- Index: the primary key (room_id, minute). Rows: one.
INSERT INTO live_signalminute AS m (
    room_id, minute, samples, bits_per_second_sum, least_fps, longest_key_frame_s,
    silent_samples, warnings
) VALUES (
    %(room)s, %(minute)s, 1, %(bits)s, %(fps)s, %(key_frame)s, %(silent)s,
    %(warnings)s::varchar(16)[]
)
ON CONFLICT (room_id, minute) DO UPDATE SET
    samples = m.samples + 1,
    bits_per_second_sum = m.bits_per_second_sum + excluded.bits_per_second_sum,
    least_fps = least(m.least_fps, excluded.least_fps),
    longest_key_frame_s = greatest(m.longest_key_frame_s, excluded.longest_key_frame_s),
    silent_samples = m.silent_samples + excluded.silent_samples,
    warnings = ARRAY(SELECT DISTINCT unnest(m.warnings || excluded.warnings));
