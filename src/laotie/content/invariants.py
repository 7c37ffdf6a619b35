"""What must always hold about posts and what they show; each statement returns what breaks it."""

INVARIANTS: dict[str, str] = {
    "content.posts_with_goods_are_labelled": """
        SELECT p.id FROM content_post p
        WHERE p.label <> 'AD'
          AND EXISTS (SELECT FROM content_postproduct g WHERE g.post_id = p.id)
    """,
    "content.products_of_a_post_are_numbered_from_one": """
        SELECT post_id FROM content_postproduct
        GROUP BY post_id HAVING max(position) <> count(*) OR min(position) <> 1
    """,
    "content.files_of_a_post_are_its_creators_and_of_its_kind": """
        SELECT h.id FROM content_postwork h
        JOIN content_post p ON p.id = h.post_id JOIN content_work w ON w.id = h.work_id
        WHERE w.creator_id <> p.creator_id
           OR (p.kind, w.kind) NOT IN (('VIDEO', 'VIDEO'), ('STILLS', 'STILL'))
    """,
    "content.public_posts_show_ready_files": """
        SELECT p.id FROM content_post p
        WHERE p.state = 'PUBLISHED' AND (
            NOT EXISTS (SELECT FROM content_postwork h WHERE h.post_id = p.id)
            OR EXISTS (SELECT FROM content_postwork h JOIN content_work w ON w.id = h.work_id
                       WHERE h.post_id = p.id
                         AND (w.state <> 'READY' OR w.is_withheld OR w.removed_at IS NOT NULL)))
    """,
    "content.posts_that_are_down_have_closed_files": """
        SELECT p.id FROM content_post p
        JOIN content_postwork h ON h.post_id = p.id JOIN content_work w ON w.id = h.work_id
        WHERE p.state IN ('TAKEN_DOWN', 'APPEALED', 'UPHELD') AND NOT w.is_withheld
    """,
    "content.buys_of_posts_are_counted": """
        SELECT f.post_id FROM content_postfigures f
        WHERE f.buys <> (SELECT count(*) FROM content_postbuy b WHERE b.post_id = f.post_id)
    """,
    "content.kept_visits_are_counted": """
        SELECT v.post_id FROM content_visit v LEFT JOIN content_postfigures f USING (post_id)
        GROUP BY v.post_id, f.visits, f.other_visits, f.paid_visits
        HAVING count(*) > coalesce(f.visits + f.other_visits + f.paid_visits, 0)
    """,
    "content.complete_uploads_became_one_work": """
        SELECT u.id FROM content_upload u
        LEFT JOIN content_work w ON w.source_id = u.id AND w.origin = 'UPLOAD'
        WHERE (u.state = 'COMPLETE') <> (w.id IS NOT NULL)
           OR w.creator_id <> u.creator_id OR w.kind <> u.kind
           OR w.for_work_id IS DISTINCT FROM u.for_work_id AND w.id IS NOT NULL
    """,
    "content.covers_and_captions_are_of_their_videos_creator": """
        SELECT w.id FROM content_work w
        LEFT JOIN content_work v ON v.id = w.for_work_id
        LEFT JOIN content_work s ON s.id = w.cover_still_id
        WHERE v.creator_id <> w.creator_id OR v.kind <> 'VIDEO'
           OR s.creator_id <> w.creator_id OR s.kind <> 'STILL'
    """,
}
