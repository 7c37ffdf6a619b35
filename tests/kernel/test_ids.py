from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from laotie.kernel import ids
from laotie.kernel.errors import NotFound


@given(st.uuids())
def test_a_public_id_leads_back(id: UUID) -> None:
    assert ids.parse("ord", ids.public("ord", id)) == id


@given(st.uuids(), st.uuids())
def test_public_ids_sort_as_ids_do(one: UUID, other: UUID) -> None:
    assert (one.int < other.int) == (ids.public("ord", one) < ids.public("ord", other))


@pytest.mark.parametrize(
    "text",
    ["", "ord_", "sku_" + "0" * 26, "ord_" + "z" * 26, "ord_" + "0" * 25, "ord_" + "u" * 26, "../x", "ord_" + "0" * 27, "ORD_" + "0" * 26, 7, None],
)  # fmt: skip
def test_what_is_no_order_id_is_not_found(text: object) -> None:
    with pytest.raises(NotFound):
        ids.parse("ord", text)  # type: ignore[arg-type]


def test_new_ids_grow() -> None:
    made = [ids.new() for _ in range(1000)]

    assert made == sorted(made)
    assert len(set(made)) == 1000
