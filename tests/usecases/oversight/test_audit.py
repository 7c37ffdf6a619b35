"""What operators do is written in the same transaction, and never changed."""

import psycopg
import pytest
from django.db import DatabaseError
from tests import builders

from laotie.accounts import shops
from laotie.kernel import audit, sql
from laotie.kernel.errors import Invalid, NotAllowed

pytestmark = pytest.mark.usefixtures("db")
NOW = builders.NOW


def test_a_decision_leaves_who_did_what_to_whom_and_why() -> None:
    shop, operator = builders.a_shop(), builders.an_operator()

    shops.suspend(actor=operator, shop_id=shop.id, reason="fake goods", now=NOW)

    (entry,) = audit.entries(actor=operator, person_id=operator.person_id)
    assert (entry.act, entry.reason, entry.via) == (
        "accounts.shops.suspend",
        "fake goods",
        operator.via,
    )
    assert entry.facts["shop_id"] == str(shop.id)


def test_what_was_refused_is_not_written_and_what_merchants_do_is_theirs() -> None:
    shop, operator = builders.a_shop(), builders.an_operator()

    with pytest.raises(Invalid):
        shops.suspend(actor=operator, shop_id=shop.id, reason=" ", now=NOW)
    shops.change(actor=shop.owner, shop_id=shop.id, name={"zh": "新", "en": "New"}, now=NOW)

    assert audit.entries(actor=operator, person_id=operator.person_id) == ()
    assert audit.entries(actor=operator, person_id=shop.owner.person_id) == ()


def test_pages_go_back_in_time_and_strangers_see_none() -> None:
    shop, operator = builders.a_shop(), builders.an_operator()
    shops.suspend(actor=operator, shop_id=shop.id, reason="one", now=NOW)
    shops.reopen(actor=operator, shop_id=shop.id, now=NOW)

    (newest,) = audit.entries(actor=operator, act="accounts.shops.", most=1)
    (older,) = audit.entries(actor=operator, act="accounts.shops.", before=newest.id, most=1)

    assert (newest.act, older.act) == ("accounts.shops.reopen", "accounts.shops.suspend")
    with pytest.raises(NotAllowed):
        audit.entries(actor=shop.owner)


def test_nothing_written_is_changed_or_taken_away(app_url: str, owner_url: str) -> None:
    shop, operator = builders.a_shop(), builders.an_operator()
    shops.suspend(actor=operator, shop_id=shop.id, reason="one", now=NOW)

    for url, refusal in ((app_url, "permission denied"), (owner_url, "what was done stays")):
        for statement in ("UPDATE audit_entry SET reason = 'x'", "DELETE FROM audit_entry"):
            with psycopg.connect(url) as connection, pytest.raises(psycopg.Error, match=refusal):
                connection.execute(statement)
    with pytest.raises(DatabaseError):
        sql.change("TRUNCATE audit_entry")
    assert len(audit.entries(actor=operator, act="accounts.shops.suspend")) == 1
