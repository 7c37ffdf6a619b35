"""How long what is no record of a show is kept; see `kernel.retention`."""

from datetime import timedelta

from laotie.kernel.retention import Rule
from laotie.live import rules

RULES = (
    Rule(
        name="live_frames",
        meaning="frames of rooms, after which a page gets a snapshot; comments stay",
        table="live_frame",
        age="at",
        kept=rules.FRAMES_KEPT,
        holds={"room": "r.room_id"},
    ),
    Rule(
        name="spent_tickets",
        meaning="tickets to a room's socket that could not be used again anyway",
        table="live_spentticket",
        age="expires_at",
        kept=timedelta(0),
        is_on_wall=True,
    ),
)
