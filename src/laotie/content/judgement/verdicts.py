"""What may become of a case about a post, as plain names and steps."""

from enum import StrEnum

from django.utils.translation import gettext_noop as _

from laotie.kernel.states import step


class CaseState(StrEnum):
    """OPEN waits for a reviewer, APPEALED for another one; the rest is decided."""

    OPEN = "OPEN"
    APPROVED = "APPROVED"
    LIMITED = "LIMITED"  # Public, and recommended by no feed.
    REFUSED = "REFUSED"  # Back with its creator; it was not public by this case.
    TAKEN_DOWN = "TAKEN_DOWN"
    APPEALED = "APPEALED"
    RESTORED = "RESTORED"  # The appeal was right: it is as if nothing had been decided.
    UPHELD = "UPHELD"
    CLOSED = "CLOSED"  # Its creator deleted the draft before anybody decided.


class Origin(StrEnum):
    """Who began a case."""

    MACHINE = "MACHINE"
    OPERATOR = "OPERATOR"


class OpinionState(StrEnum):
    """What became of a question to a program."""

    ASKED = "ASKED"
    GIVEN = "GIVEN"
    FAILED = "FAILED"


BY_RULES = "BY_RULES"  # The reason of a decision that no person took; in words:
FOUND_BY_RULES = _("The rules found this by themselves.")

# What a reviewer says at the end of a case, and what a creator may appeal against.
DECISIONS = (CaseState.APPROVED, CaseState.LIMITED, CaseState.REFUSED)
APPEALABLE = (CaseState.LIMITED, CaseState.REFUSED, CaseState.TAKEN_DOWN)

DECIDE = {
    decision: step(f"case.{decision.lower()}", {CaseState.OPEN}, decision) for decision in DECISIONS
}
APPEAL = step("case.appeal", APPEALABLE, CaseState.APPEALED)
RESTORE = step("case.restore", {CaseState.APPEALED}, CaseState.RESTORED)
CLOSE = step("case.close", {CaseState.OPEN}, CaseState.CLOSED)
UPHOLD = step("case.uphold", {CaseState.APPEALED}, CaseState.UPHELD)
