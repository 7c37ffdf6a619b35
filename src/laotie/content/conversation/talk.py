"""What comments may be and where they stand, as plain names."""

from datetime import timedelta
from enum import StrEnum

from laotie.kernel.states import step

LONGEST_COMMENT = 500
COMMENTS_A_WINDOW, WINDOW = 10, timedelta(minutes=1)


class CommentState(StrEnum):
    """Who sees a comment, and why nobody does."""

    SHOWN = "SHOWN"
    HELD = "HELD"  # Its writer's alone, until somebody has looked.
    REMOVED = "REMOVED"  # By who wrote it.
    HIDDEN = "HIDDEN"  # By whose post it is.
    TAKEN_DOWN = "TAKEN_DOWN"  # By the platform.
    ORPHANED = "ORPHANED"  # What it answered is gone.


class TalkCaseState(StrEnum):
    """A comment that the platform took down; APPEALED waits for another operator."""

    TAKEN_DOWN = "TAKEN_DOWN"
    APPEALED = "APPEALED"
    RESTORED = "RESTORED"
    UPHELD = "UPHELD"


class WhoTalks(StrEnum):
    """Whom a creator lets comment; the creator always may."""

    EVERYBODY = "EVERYBODY"
    FOLLOWERS = "FOLLOWERS"
    NOBODY = "NOBODY"


_THERE = (CommentState.SHOWN, CommentState.HELD)

SHOW = step("comment.show", [CommentState.HELD], CommentState.SHOWN)
REMOVE = step("comment.remove", _THERE, CommentState.REMOVED)
HIDE = step("comment.hide", _THERE, CommentState.HIDDEN)
TAKE_DOWN = step("comment.take_down", _THERE, CommentState.TAKEN_DOWN)
RESTORE = step("comment.restore", [CommentState.TAKEN_DOWN], CommentState.SHOWN)
# Whoever leaves takes back also what was taken down, so that no appeal brings it back.
FORGET = step("comment.forget", [CommentState.TAKEN_DOWN], CommentState.REMOVED)
ORPHAN = step("comment.orphan", _THERE, CommentState.ORPHANED)

APPEAL = step("talk_case.appeal", [TalkCaseState.TAKEN_DOWN], TalkCaseState.APPEALED)
GRANT = step("talk_case.grant", [TalkCaseState.APPEALED], TalkCaseState.RESTORED)
UPHOLD = step("talk_case.uphold", [TalkCaseState.APPEALED], TalkCaseState.UPHELD)
