"""Whose room or post something was found in: they may earn by what is ordered from there."""

from uuid import UUID

from laotie.content import post_pages
from laotie.kernel.actor import Actor
from laotie.live import queries as live


def creator_of(*, room_id: UUID | None, post_id: UUID | None, actor: Actor) -> UUID | None:
    """None for what was found elsewhere; a room counts before a post.

    raises: NotFound for a room or post that the actor does not see.
    """
    if room_id is not None:
        return live.room_page(room_id, actor=actor).creator.id
    return post_pages.creator_of(post_id) if post_id is not None else None
