"""Rooms that a legal hold keeps: their own, or one on the person who hosts them."""

from collections.abc import Collection
from uuid import UUID

from laotie.accounts import creators
from laotie.kernel import holds
from laotie.live import models


def rooms(among: Collection[UUID]) -> frozenset[UUID]:
    """Those of them that must stay. Two queries, four while any person is under a hold."""
    own = holds.held("room", among)
    people = holds.standing("person")
    if not people:
        return own
    owners = dict(models.Room.objects.filter(pk__in=among).values_list("id", "creator_id"))
    cards = creators.cards(set(owners.values()))
    return own | {room for room, host in owners.items() if cards[host].person_id in people}
