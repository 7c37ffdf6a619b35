"""Finding an order by what people have in hand: its number, a phone number, a shop."""

from dataclasses import asdict, dataclass
from uuid import UUID

from laotie.kernel import ids
from laotie.kernel.actor import Actor
from laotie.trade import models, queries
from laotie.trade.queries import STATES, OrderList, Shelf


@dataclass(frozen=True, slots=True)
class Scope:
    """What a list is narrowed to; everything when nothing is named."""

    order_id: UUID | None = None
    buyer_id: UUID | None = None
    shop_id: UUID | None = None


def orders(
    *,
    actor: Actor,
    shelf: Shelf = Shelf.ALL,
    scope: Scope | None = None,
    after: str | None = None,
    most: int = 30,
) -> OrderList:
    """Orders of the whole platform, newest first; for operators. Two queries.

    raises: SignInFirst, SecondStepNeeded, NotAllowed, Invalid (a mark that is none of ours).
    """
    actor.require_role("operator")
    rows = models.Order.objects.all()
    if shelf is not Shelf.ALL:
        rows = rows.filter(state__in=[state.value for state in STATES[shelf]])
    for column, value in asdict(scope or Scope()).items():
        if value is not None:
            rows = rows.filter(**{column.replace("order_id", "pk"): value})
    return queries.page_of(rows, after=after, most=most)


def order_named(words: str) -> UUID | None:
    """The order whose public id or number this is; None when it is neither. One query at most."""
    said = words.strip()
    if said.startswith("ord_"):
        return ids.parse("ord", said)
    number = said.replace("-", "").replace(" ", "")
    if number.isascii() and number.isdigit() and len(number) <= 24:
        return models.Order.objects.filter(number=number).values_list("id", flat=True).first()
    return None
