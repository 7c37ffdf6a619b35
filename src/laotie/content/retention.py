"""How long is kept what viewers did with posts, and what became nothing; see `kernel.retention`."""

from datetime import timedelta

from laotie.kernel.retention import Rule

_CREATOR = "(SELECT c.person_id FROM accounts_creator c WHERE c.id = r.creator_id)"

RULES = (
    Rule(
        name="moderation_cases",
        meaning="what was decided about posts, with the evidence, three years after the last word",
        table="content_case",
        age="opened_at",
        kept=timedelta(days=3 * 365),
        # A post that waits for a reviewer, or for an answer, waits for its case.
        also="r.state <> 'APPEALED' AND NOT (r.state = 'OPEN' AND EXISTS ("
        "SELECT FROM content_post p WHERE p.id = r.post_id AND p.state = 'HUMAN_REVIEW'))"
        " AND coalesce(r.answered_at, r.decided_at, r.opened_at) < %(before)s",
        holds={"person": _CREATOR},
    ),
    Rule(
        name="moderation_comment_cases",
        meaning="which comments were taken down, with their words, three years after the last word",
        table="content_talkcase",
        age="decided_at",
        kept=timedelta(days=3 * 365),
        also="r.state <> 'APPEALED' AND coalesce(r.answered_at, r.decided_at) < %(before)s",
        holds={"person": "r.writer_id"},
    ),
    Rule(
        name="moderation_opinions",
        meaning="what programs thought of posts; what was decided by it stays with the case",
        table="content_opinion",
        age="asked_wall_at",
        kept=timedelta(days=180),
        is_on_wall=True,
    ),
    Rule(
        name="refused_texts",
        meaning="who wrote what nobody was let read, without the words",
        table="content_refusedtext",
        age="refused_at",
        kept=timedelta(days=180),
        holds={"person": "r.person_id"},
    ),
    Rule(
        name="uploads_given_up",
        meaning="uploads that were cancelled or did not become whole; their bytes went at once",
        table="content_upload",
        age="ended_at",
        kept=timedelta(days=30),
        also="r.state IN ('CANCELLED', 'EXPIRED')",
    ),
    Rule(
        name="post_visits",
        meaning="who looked at which post; the counts of posts stay",
        table="content_visit",
        age="at",
        kept=timedelta(days=30),
    ),
    Rule(
        name="refunded_orders",
        meaning="which orders rank no post because their money went back; they stay uncounted",
        table="content_refundedorder",
        age="noted_at",
        kept=timedelta(days=90),
    ),
    Rule(
        name="tastes",
        meaning="which creators somebody watched, when that is so long ago that it weighs nothing",
        table="content_taste",
        age="at",
        kept=timedelta(days=180),
    ),
)
