"""How often one visitor, or the guests of one address, may ask for a way out."""

from datetime import datetime, timedelta
from itertools import count

import pytest
from tests import builders, receiver
from tests.builders import NOW, ShopOfOne
from tests.usecases.links.put_up import GUEST, SECOND, asked, attached

from laotie.kernel.actor import Actor
from laotie.kernel.errors import TooMany
from laotie.links import models
from laotie.look import leaving

pytestmark = pytest.mark.usefixtures("db")


def test_guests_of_one_address_share_a_limit_whatever_they_drop(shop: ShopOfOne) -> None:
    listing, sessions, guest = attached(shop), count(), Actor.anonymous()

    def waits(address: str, *, actor: Actor = guest, now: datetime = NOW) -> int:
        fresh = next(sessions).to_bytes(32, "big")
        try:
            leaving.ask(actor=actor, listing_id=listing.id, visitor=fresh, address=address, now=now)
        except TooMany as no:
            return int(no.facts["retry_after_s"])
        return 0

    with receiver.with_settings(leaves_per_address=2, leaves_per_loopback=3):
        assert [waits("198.51.100.7", now=NOW + SECOND) for _ in range(3)] == [0, 0, 3599]
        assert models.Click.objects.count() == 2
        assert waits("198.51.100.7", actor=builders.a_person()) == waits("198.51.100.8") == 0
        # A household has 2**64 addresses of the new kind.
        assert [waits(f"2001:db8:0:1::{n}") for n in range(3)] == [0, 0, 3600]
        assert waits("2001:db8:0:2::1") == 0
        assert [waits(here) for here in ("127.0.0.1", "::1", "127.0.0.2", "::1")] == [0, 0, 0, 3600]
        assert waits("198.51.100.7", now=NOW + timedelta(hours=1)) == 0
    # What is kept ties no visits of different hours together.
    marks = [bytes(row.came_from) for row in models.Click.objects.all() if row.came_from]
    assert (len(marks), len(set(marks))) == (10, 6)


def test_one_visitor_cannot_fill_the_book_of_clicks(shop: ShopOfOne) -> None:
    listing = attached(shop)
    first = asked(listing)
    row = models.Click.objects.get()
    copies = [models.Click(listing_id=listing.id, surface=row.surface, visitor=GUEST,
                           is_paid=False, asked_at=NOW) for _ in range(119)]  # fmt: skip
    models.Click.objects.bulk_create(copies)
    with pytest.raises(TooMany):
        asked(listing)
    assert asked(listing, now=NOW + timedelta(hours=1, seconds=1)).click_id != first.click_id
