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
    "live.a_clip_is_of_its_marks_room_and_product": """
        SELECT c.id FROM live_clip c JOIN live_mark m ON m.id = c.mark_id
        WHERE (c.room_id, c.product_id) IS DISTINCT FROM (m.room_id, m.product_id)
    """,
    "live.removed_recordings_show_no_clip": """
        SELECT c.id FROM live_clip c JOIN live_recording r ON r.room_id = c.room_id
        WHERE r.removed_at IS NOT NULL AND (c.is_shown OR c.state <> 'REMOVED')
    """,
    "live.a_way_back_stands_only_in_suspended_rooms": """
        SELECT s.id FROM live_stop s JOIN live_room r ON r.id = s.room_id
        WHERE s.can_resume AND s.lifted_at IS NULL AND NOT s.is_over AND r.state <> 'SUSPENDED'
    """,
    "live.a_recording_is_as_long_as_its_spans": """
        SELECT r.room_id FROM live_recording r
        WHERE r.milliseconds <> coalesce(
            (SELECT sum((pair ->> 1)::bigint) FROM jsonb_array_elements(r.spans) pair), 0)
    """,
    "live.giveaways_count_their_entries": """
        SELECT g.id FROM live_giveaway g LEFT JOIN (
            SELECT giveaway_id, count(*) AS n, max(no) AS last, count(place) AS won
            FROM live_entry GROUP BY giveaway_id) e ON e.giveaway_id = g.id
        WHERE g.entries <> coalesce(e.n, 0) OR g.entries <> coalesce(e.last, 0)
           OR coalesce(e.won, 0) <> CASE g.state WHEN 'DRAWN' THEN least(g.winners, g.entries)
                                                 ELSE 0 END
    """,
    "live.coupon_prizes_are_in_wallets": """
        SELECT e.id FROM live_entry e JOIN live_giveaway g ON g.id = e.giveaway_id
        LEFT JOIN trade_coupon_claim c ON c.id = e.claim_id AND c.coupon_id = g.coupon_id
            AND c.person_id = e.person_id
        WHERE e.place IS NOT NULL AND g.coupon_id IS NOT NULL AND c.id IS NULL
    """,
    "live.drops_count_what_was_caught": """
        SELECT d.id FROM live_drop d
        WHERE d.claimed <> (SELECT count(*) FROM live_catch c WHERE c.drop_id = d.id)
    """,
    "live.open_gifts_keep_their_pieces": """
        SELECT c.id FROM trade_coupon c
        WHERE c.reserved <> (SELECT coalesce(sum(g.winners), 0) FROM live_giveaway g
                             WHERE g.coupon_id = c.id AND g.state = 'OPEN')
                          + (SELECT coalesce(sum(d.pieces - d.claimed), 0) FROM live_drop d
                             WHERE d.coupon_id = c.id AND d.closed_at IS NULL)
    """,
    "live.open_gifts_are_in_rooms_on_air": """
        SELECT r.id FROM live_room r WHERE r.state NOT IN ('LIVE', 'INTERRUPTED') AND (
            EXISTS (SELECT FROM live_giveaway g WHERE g.room_id = r.id AND g.state = 'OPEN')
            OR EXISTS (SELECT FROM live_drop d WHERE d.room_id = r.id AND d.closed_at IS NULL))
    """,
    "live.pinned_comments_stand_in_their_room": """
        SELECT r.id FROM live_room r LEFT JOIN live_comment c ON c.id = r.pinned_say
        WHERE r.pinned_say IS NOT NULL
          AND (c.room_id IS DISTINCT FROM r.id OR c.removed_at IS NOT NULL)
    """,
}
