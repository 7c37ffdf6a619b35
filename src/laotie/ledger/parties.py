"""Who may see and move a party's money."""

from laotie.kernel.actor import Actor
from laotie.kernel.errors import NotFound
from laotie.ledger.terms import Party


def require_money(actor: Actor, party: Party) -> None:
    """A shop's staff with the right `money`, a creator for itself, operators for all.

    raises: SignInFirst, NotAllowed, NotFound (somebody else's money, or the platform's).
    """
    if actor.is_operator:
        return
    actor.require_person()
    if party.kind == "shop" and party.id is not None:
        actor.require_shop(party.id, "money")
    elif party.kind != "creator" or party.id is None or party.id != actor.creator_id:
        raise NotFound
