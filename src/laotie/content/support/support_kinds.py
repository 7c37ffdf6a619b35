"""What creator programmes and talent agreements are made of: names, bounds and states."""

from datetime import timedelta
from enum import StrEnum

from laotie.kernel.states import step

NAME_LETTERS = 40
GOAL_LETTERS = 200
MOST_ALIASES = 8
MOST_TASKS = 6
MOST_BUDGET_FEN = 100_000_000_00
MOST_ENROLLED = 5_000
LONGEST_PROGRAMME = timedelta(days=366)
# Events of the last minutes are counted before it is said who has earned what.
COUNTED_AFTER = timedelta(minutes=10)
# A room that was on air for less is a trial, and no show.
SHORTEST_SHOW = timedelta(minutes=10)
# Whoever published or went live as often in thirty days is active: about once a week.
ACTIVE_WORKS = 4
ACTIVE_OVER = timedelta(days=30)

MOST_POSTS_A_WEEK = 21
MOST_LIVES_A_MONTH = 31
LONGEST_AGREEMENT_DAYS = 3 * 366
QUIET_DAYS = 7
MOST_QUIET_DAYS = 60


class ProgrammeState(StrEnum):
    """What becomes of a programme's budget."""

    DRAFT = "DRAFT"  # Nothing yet: it waits for a second person.
    OPEN = "OPEN"  # It is set aside; creators enrol and work.
    CLOSED = "CLOSED"  # It is known who has earned what, and it is being paid.
    PAID = "PAID"  # All rewards are paid and the rest went back.
    CANCELLED = "CANCELLED"  # It went back, and nobody had enrolled.


class TaskKind(StrEnum):
    """What is counted, for one creator, within the programme's window."""

    POSTS = "POSTS"  # Public posts of the field, published in it.
    LIVES = "LIVES"  # Shows that began in it and lasted ten minutes.
    WATCH_MINUTES = "WATCH_MINUTES"  # Watched by people, of those posts, as far as it is believed.
    FANS = "FANS"  # Who began to follow in it, follows still and is not forged.


class RewardState(StrEnum):
    DUE = "DUE"
    PAID = "PAID"


class AgreementState(StrEnum):
    ACTIVE = "ACTIVE"
    ENDED = "ENDED"  # Its last day is over, or it was ended before.


class AlertCause(StrEnum):
    """What a talent did not do, or should not have done."""

    QUIET = "QUIET"  # Neither a post nor a show for as many days as agreed.
    POSTS_MISSED = "POSTS_MISSED"  # Of a whole week.
    LIVES_MISSED = "LIVES_MISSED"  # Of a whole month.
    LINKED_OUT = "LINKED_OUT"  # An exclusive one led to another network; of a day.


OPEN = step("programme.open", [ProgrammeState.DRAFT], ProgrammeState.OPEN)
CLOSE = step("programme.close", [ProgrammeState.OPEN], ProgrammeState.CLOSED)
FINISH = step("programme.finish", [ProgrammeState.CLOSED], ProgrammeState.PAID)
CANCEL = step(
    "programme.cancel", [ProgrammeState.DRAFT, ProgrammeState.OPEN], ProgrammeState.CANCELLED
)
PAY = step("reward.pay", [RewardState.DUE], RewardState.PAID)
END = step("agreement.end", [AgreementState.ACTIVE], AgreementState.ENDED)
