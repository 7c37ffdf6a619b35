"""What must always hold about rooms; each statement returns the rows that break it."""

INVARIANTS: dict[str, str] = {
    "live.frames_are_numbered_without_a_gap": """
        SELECT room_id, epoch, min(seq), max(seq), count(*) FROM live_frame
        GROUP BY room_id, epoch HAVING max(seq) - min(seq) + 1 <> count(*)
    """,
    "live.counters_are_ahead_of_no_frame": """
        SELECT f.room_id FROM live_frame f JOIN live_framecounter c USING (room_id)
        WHERE (f.epoch, f.seq) > (c.epoch, c.seq) LIMIT 10
    """,
    "live.every_room_has_a_counter": """
        SELECT r.id FROM live_room r LEFT JOIN live_framecounter c ON c.room_id = r.id
        WHERE c.room_id IS NULL
    """,
    "live.bags_are_numbered_from_one": """
        SELECT room_id FROM live_item GROUP BY room_id HAVING max(no) <> count(*) OR min(no) <> 1
    """,
    "live.what_is_presented_is_in_the_bag_of_an_open_room": """
        SELECT m.id FROM live_mark m JOIN live_room r ON r.id = m.room_id
        WHERE m.stopped_at IS NULL AND (r.state NOT IN ('PREVIEW', 'LIVE', 'INTERRUPTED')
            OR NOT EXISTS (SELECT FROM live_item i
                           WHERE i.room_id = m.room_id AND i.product_id = m.product_id))
    """,
    "live.open_flash_offers_are_in_rooms_on_air": """
        SELECT f.offer_id FROM live_flash f JOIN live_room r ON r.id = f.room_id
        WHERE f.closed_at IS NULL AND r.state NOT IN ('LIVE', 'INTERRUPTED')
    """,
    "live.a_rooms_session_is_a_running_one_of_its_own": """
        SELECT r.id FROM live_room r LEFT JOIN live_session s ON s.id = r.session
        WHERE r.session IS NOT NULL AND (s.room_id IS DISTINCT FROM r.id OR s.ended_at IS NOT NULL)
    """,
    "live.over_rooms_have_no_working_key": """
        SELECT k.id FROM live_ingestkey k JOIN live_room r ON r.id = k.room_id
        WHERE k.revoked_at IS NULL AND r.state IN ('ENDED', 'ARCHIVED', 'SUSPENDED', 'BANNED')
    """,
}
