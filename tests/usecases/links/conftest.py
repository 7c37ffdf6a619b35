"""A shop whose links to JD are barred at a moment that tests know."""

import pytest
from tests import builders
from tests.builders import NOW, ShopOfOne
from tests.usecases.links.put_up import CUT, DAY


@pytest.fixture
def shop(db: None) -> ShopOfOne:
    """While JD may stand anywhere until the cut, and after it everywhere but on product pages."""
    builders.a_link_rule("allow", "jd", now=NOW - DAY)
    builders.a_link_rule("deny", "jd", "product_detail", begins=CUT, now=NOW - DAY)
    return builders.a_shop()
