"""What must always hold about posts; each statement returns the rows that break it."""

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
}
