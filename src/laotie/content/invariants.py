"""What must always hold about posts; each statement returns the rows that break it."""

INVARIANTS: dict[str, str] = {
    "content.posts_with_goods_are_labelled": """
        SELECT p.id FROM content_post p
        WHERE p.label = 'ORGANIC' AND p.state NOT IN ('DRAFT', 'WITHDRAWN')
          AND EXISTS (SELECT FROM content_postproduct g WHERE g.post_id = p.id)
    """,
    "content.products_of_a_post_are_numbered_from_one": """
        SELECT post_id FROM content_postproduct
        GROUP BY post_id HAVING max(position) <> count(*) OR min(position) <> 1
    """,
}
