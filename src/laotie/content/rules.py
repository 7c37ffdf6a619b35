"""Where a post may go and whose it is: pure decisions over its states."""

from uuid import UUID

from laotie.content.kinds import PostState
from laotie.kernel.actor import Actor
from laotie.kernel.states import step

# What its creator may still change.
EDITABLE = frozenset({PostState.DRAFT, PostState.SCHEDULED, PostState.WITHDRAWN})
# What waits for something else than its creator.
WAITING = frozenset(
    {
        PostState.TRANSCODING,
        PostState.SCHEDULED,
        PostState.MACHINE_REVIEW,
        PostState.HUMAN_REVIEW,
    }
)
# Taken down: its files are given to nobody, not even to its creator.
CLOSED = frozenset({PostState.TAKEN_DOWN, PostState.APPEALED, PostState.UPHELD})
# Where a post is on its way to the public, or back to it.
_ON_THE_WAY = frozenset({PostState.DRAFT, PostState.WITHDRAWN}) | WAITING

AWAIT_FILES = step("post.await_files", _ON_THE_WAY, PostState.TRANSCODING)
SCHEDULE = step("post.schedule", _ON_THE_WAY, PostState.SCHEDULED)
SEND_TO_MACHINE = step("post.send_to_machine", _ON_THE_WAY, PostState.MACHINE_REVIEW)
SEND_TO_PERSON = step("post.send_to_person", _ON_THE_WAY, PostState.HUMAN_REVIEW)
PUBLISH = step("post.publish", _ON_THE_WAY, PostState.PUBLISHED)
SEND_BACK = step("post.send_back", WAITING, PostState.DRAFT)
WITHDRAW = step("post.withdraw", {PostState.PUBLISHED}, PostState.WITHDRAWN)
TAKE_DOWN = step("post.take_down", {PostState.PUBLISHED, PostState.WITHDRAWN}, PostState.TAKEN_DOWN)
# It came down by itself, and by now somebody has decided so.
KEEP_DOWN = step("post.keep_down", {PostState.TAKEN_DOWN}, PostState.TAKEN_DOWN)
APPEAL = step("post.appeal", {PostState.TAKEN_DOWN}, PostState.APPEALED)
RESTORE = step("post.restore", {PostState.TAKEN_DOWN, PostState.APPEALED}, PostState.PUBLISHED)
# A right that ended took it down; with another one its creator may publish it again.
TAKE_BACK = step("post.take_back", {PostState.TAKEN_DOWN}, PostState.WITHDRAWN)
GIVE_BACK = step("post.give_back", {PostState.APPEALED}, PostState.WITHDRAWN)
UPHOLD = step("post.uphold", {PostState.APPEALED}, PostState.UPHELD)


def may_edit(actor: Actor, *, creator_id: UUID, shop_id: UUID | None) -> bool:
    """Whether the post is the actor's: its creator, or staff who stage for its shop."""
    if actor.is_system or actor.creator_id == creator_id:
        return True
    return shop_id is not None and "stage" in actor.shop_rights.get(shop_id, frozenset())
