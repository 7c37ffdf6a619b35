"""Whose room or post something was found in: they may earn by what is ordered from there."""

from dataclasses import dataclass
from uuid import UUID

from laotie.content.posting import post_pages
from laotie.content.relations import blocks
from laotie.kernel.actor import Actor
from laotie.kernel.errors import NotFound
from laotie.live import queries as live


@dataclass(frozen=True, slots=True)
class Found:
    """creator_id: who runs the room or post. post_id: None for what was found in a room."""

    creator_id: UUID | None = None
    post_id: UUID | None = None


def place(*, room_id: UUID | None, post_id: UUID | None, actor: Actor) -> Found:
    """Nobody and nothing for what was found elsewhere; a room counts before a post.

    raises: NotFound for a room or post that the actor does not see.
    """
    if room_id is not None:
        return Found(live.room_page(room_id, actor=actor).creator.id)
    if post_id is None:
        return Found()
    creator_id = post_pages.creator_of(post_id)
    if blocks.are_apart_from_creator(actor.person_id, creator_id):
        raise NotFound
    return Found(creator_id, post_id)
