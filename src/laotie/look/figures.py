"""The catalogue of every figure that a console shows: a number without a definition is not shown.

A template marks a figure with `data-figure="<name>"`; a test compares the marks with this list.
"""

from dataclasses import dataclass

from django.utils.translation import gettext_noop as _


@dataclass(frozen=True, slots=True)
class Figure:
    """One number. `name` is stable, `version` grows when the definition changes."""

    name: str
    title: str
    definition: str
    unit: str
    owner: str
    version: int = 1


_COUNT, _FEN, _ROWS, _BYTES = _("count"), _("money"), _("rows"), _("bytes")
_SECONDS, _SHARE = _("seconds"), _("percent")

FIGURES: tuple[Figure, ...] = (
    Figure(
        "recordings_bytes",
        _("Recordings"),
        _("Bytes of all recordings and clips that are kept, of as many as may be kept."),
        _BYTES,
        "live",
    ),
    Figure(
        "free_bytes",
        _("Free on the disk"),
        _("Bytes that are free on the disk of the data folder."),
        _BYTES,
        "live",
    ),
    Figure(
        "works_bytes",
        _("Your files"),
        _("Bytes of a creator's files for posts and of open uploads, of as many as may be kept."),
        _BYTES,
        "content",
    ),
    Figure(
        "creator_recordings_bytes",
        _("Your recordings"),
        _("Bytes of one creator's recordings and clips, of as many as may be kept."),
        _BYTES,
        "live",
    ),
    Figure(
        "shops_waiting",
        _("Shops waiting"),
        _("Shops that have applied and were neither approved nor refused."),
        _COUNT,
        "accounts",
    ),
    Figure(
        "posts_to_judge",
        _("Posts to judge"),
        _("Posts that were handed in and wait until a reviewer has looked."),
        _COUNT,
        "content",
    ),
    Figure(
        "appeals_waiting",
        _("Appeals"),
        _("Decisions about posts that their creators appealed against and nobody answered yet."),
        _COUNT,
        "content",
    ),
    Figure(
        "restored_on_appeal",
        _("Restored on appeal"),
        _(
            "Posts that were taken down in the last 365 days and restored on appeal, of all that"
            " were taken down in that time."
        ),
        _SHARE,
        "content",
    ),
    Figure(
        "texts_refused",
        _("Texts refused"),
        _(
            "Names, titles, comments and other words that were refused in the last 7 days before"
            " anybody read them."
        ),
        _COUNT,
        "content",
    ),
    Figure(
        "rooms_on_air",
        _("Rooms on air"),
        _("Rooms that are live now, or were and whose host is reconnecting."),
        _COUNT,
        "live",
    ),
    Figure(
        "stuck_money",
        _("Stuck money"),
        _("Payments, refunds, payouts, notices and lines of bills that do not move by themselves."),
        _COUNT,
        "payments",
    ),
    Figure(
        "given_up_on",
        _("Given up on"),
        _("Events that were parked after twelve tries, and jobs that failed for good."),
        _COUNT,
        "kernel",
    ),
    Figure(
        "events_behind",
        _("Events behind"),
        _("Rows of the event log that the slowest reader has yet to pass."),
        _ROWS,
        "kernel",
    ),
    Figure(
        "reader_rows_behind",
        _("Rows behind"),
        _("Rows of the event log that this reader has yet to pass, whether it hears them or not."),
        _ROWS,
        "kernel",
    ),
    Figure(
        "reader_oldest_waits",
        _("Oldest waits"),
        _("Age of the first row that this reader has yet to pass."),
        _SECONDS,
        "kernel",
    ),
    Figure(
        "reader_pace",
        _("Rows a second"),
        _("How fast this reader passed rows lately, when it had full batches of them."),
        _ROWS,
        "kernel",
    ),
    Figure(
        "reader_drain",
        _("Caught up in"),
        _("Until this reader has passed all rows, if they go on coming as in the last minute."),
        _SECONDS,
        "kernel",
    ),
    Figure(
        "complaints_waiting",
        _("Complaints waiting"),
        _("Complaints about rooms, goods, shops, reviews and comments without an answer."),
        _COUNT,
        "oversight",
    ),
    Figure(
        "proposals_waiting",
        _("Waiting for a second person"),
        _("Proposals to move the platform's money that nobody else has confirmed or refused."),
        _COUNT,
        "oversight",
    ),
    Figure(
        "account_balance",
        _("Balance by kind of account"),
        _("Everything posted to accounts of this kind. Plus is owed by the house, minus to it; "
          "all kinds together are zero."),
        _FEN,
        "ledger",
    ),
    Figure(
        "fees_rehearsed",
        _("Fees, rehearsed"),
        _("Fees of the orders paid in the last 30 days, rounded per line and order as the real "
          "ones are, without refunds; once as frozen, once at the typed rates."),
        _FEN,
        "ledger",
    ),
    Figure(
        "event_posts",
        _("Posts of events"),
        _("Posts that show an event and first became public in the last 28 days."),
        _COUNT,
        "content",
    ),
    Figure(
        "event_post_median",
        _("Half are public within"),
        _("Median over posts of events in 28 days: from the moment that is seen until public."),
        _SECONDS,
        "content",
    ),
    Figure(
        "event_posts_fresh",
        _("Within five minutes"),
        _("Share of posts of events in 28 days that were public within 300 seconds of the moment "
          "that is seen."),
        _("share"),
        "content",
    ),
    Figure(
        "event_posts_public",
        _("Public posts of an event"),
        _("Posts that name this event and are public now."),
        _COUNT,
        "content",
    ),
    Figure(
        "rights_ending",
        _("End within 30 days"),
        _("Rights in force or to come that end by themselves within 30 days and were not revoked."),
        _COUNT,
        "content",
    ),
    Figure(
        "closed_loop_rate",
        _("Sold here"),
        _("Turnover here in 30 days, of turnover here and elsewhere together."),
        _("share"),
        "links",
    ),
    Figure(
        "turnover_here",
        _("Turnover here"),
        _("What buyers paid for orders in the last 30 days, less what was refunded since."),
        _FEN,
        "trade",
    ),
    Figure(
        "turnover_elsewhere",
        _("Turnover elsewhere"),
        _("Amounts of orders on other networks that were paid in the last 30 days and are not "
          "invalid, as far as the networks have told us."),
        _FEN,
        "links",
    ),
    Figure(
        "leaks",
        _("Leaks"),
        _("By place of the link, in 30 days: visits that left, orders elsewhere that came of them "
          "and are not invalid, and their amounts. Orders without a click of ours stand alone."),
        _FEN,
        "links",
    ),
    Figure(
        "cross_listed",
        _("Who sells there too"),
        _("Shops, creators and products with links to a network that stand now; of the shops those "
          "that had none there 30 days ago."),
        _COUNT,
        "links",
    ),
    Figure(
        "gone_shops",
        _("Shops that sell no more"),
        _("Shops with paid orders in the 30 days before these 30, and none in these; and of them "
          "those with a link to another network that stands."),
        _COUNT,
        "trade",
    ),
    Figure(
        "order_sources",
        _("Orders from elsewhere"),
        _("By network that is asked for its orders: up to when its changes are known, and of the "
          "orders paid there in the last 30 days all, and those that came by no click of ours."),
        _COUNT,
        "links",
    ),
    Figure(
        "order_places",
        _("Places over there whose orders came by no click of ours"),
        _("By network and promotion place as the network names it: orders of the last 30 days that "
          "came by no click of ours and are not invalid, and their amounts. The 20 with the most."),
        _FEN,
        "links",
    ),
    Figure(
        "links_hit",
        _("Links that would stop"),
        _("Links that were put up, not taken away, and stand where a rehearsed rule bars what was "
          "allowed."),
        _COUNT,
        "links",
    ),
    Figure(
        "link_owners_hit",
        _("Shops and creators"),
        _("Different shops and different creators whose links a rehearsed rule would stop."),
        _COUNT,
        "links",
    ),
    Figure(
        "link_orders_open",
        _("Open orders, which go on"),
        _("Orders elsewhere that came by links in the barred places and are neither settled nor "
          "invalid. A rule does not stop them."),
        _COUNT,
        "links",
    ),
    Figure(
        "link_commission",
        _("Commission of 30 days"),
        _("Commission on orders of the last 30 days that came by links in the barred places: in "
          "fact where it is settled, else as the network estimates it."),
        _FEN,
        "links",
    ),
    Figure(
        "link_dependency",
        _("Links, of all that is offered"),
        _("Links that may be followed, of these and the products on sale here together."),
        _("share"),
        "links",
    ),
    Figure(
        "link_turnover_share",
        _("Elsewhere, of all turnover"),
        _("Turnover elsewhere in 30 days, of turnover here and elsewhere together."),
        _("share"),
        "links",
    ),
    Figure(
        "turnover_bounds",
        _("Turnover that is kept"),
        _("The lowest and the highest turnover of 30 days under a rehearsed rule that the figures "
          "allow; orders of a barred network without a click of ours count as lost in the lowest."),
        _FEN,
        "links",
    ),
    Figure(
        "programme_paid",
        _("Paid of the budget"),
        _("Rewards of the programme that were paid, of the budget that was set aside for it."),
        _FEN,
        "content",
    ),
    Figure(
        "programme_left",
        _("Left of the budget"),
        _("The budget without what was paid and what went back."),
        _FEN,
        "content",
    ),
    Figure(
        "watch_minutes",
        _("Minutes watched"),
        _("Told: how long pages of people who are signed in say that they showed posts of the "
          "field, once a day for each post. Believed, and paid by: of these at most three times a "
          "video's length or 20 seconds a still, a person's time only once, two hours of a person "
          "on a day, and none of the creator, of people who work in a shop with them, or of those "
          "whose follow or like was made up."),
        _("minutes"),
        "content",
    ),
    Figure(
        "creators_active",
        _("Active before and after"),
        _("Enrolled creators with at least four public posts of the field and shows of ten minutes "
          "in the thirty days before the programme began, and in the last thirty of it."),
        _COUNT,
        "content",
    ),
    Figure(
        "field_penetration",
        _("Reach of the field"),
        _("Of the people who looked at any post in thirty days, those who looked at one of the "
          "field; on the day the programme began, and on its last or on the latest."),
        _("share"),
        "content",
    ),
    Figure(
        "deliverables_met",
        _("Met"),
        _("Whole weeks and months of an agreement that are over and in which as many posts or "
          "shows came as promised, of all that are over."),
        _COUNT,
        "content",
    ),
    Figure(
        "talent_kept",
        _("Of the first weeks"),
        _("Posts and shows of the latest four whole weeks, as a part of those of the first four."),
        _("share"),
        "content",
    ),
    Figure(
        "talent_quiet_days",
        _("Days without a sign"),
        _("Days since the talent's last public post or show of ten minutes, or since the first day "
          "of the agreement."),
        _COUNT,
        "content",
    ),
)  # fmt: skip
