"""The journal keeps its promises against the app, its owner and even a superuser."""

from collections.abc import Callable

import psycopg
import pytest
from django.db import IntegrityError, transaction
from psycopg import errors
from tests.acceptance.orders import example, order_of
from tests.usecases.ledger import books
from tests.usecases.ledger.books import a_shop, entry, gift, post

from laotie.kernel import sql
from laotie.ledger import chart, journal
from laotie.ledger.journal import Leg
from laotie.ledger.terms import PLATFORM
from laotie.ledger.verify import verify

pytestmark = pytest.mark.usefixtures("db")
WORKED = example("worked_order")
TABLES = ("led_kind", "led_account", "led_txn", "led_leg")


@pytest.mark.parametrize("table", TABLES)
def test_the_app_writes_the_journal_through_functions_only(app_url: str, table: str) -> None:
    post(gift("first", a_shop(), 5))

    with psycopg.connect(app_url, autocommit=True) as app:
        column = "of_platform" if table == "led_kind" else "currency"
        if table == "led_txn":
            column = "actor"
        for statement in (
            f"INSERT INTO {table} DEFAULT VALUES",
            f"UPDATE {table} SET {column} = {column}",
            f"DELETE FROM {table}",
            f"TRUNCATE {table} CASCADE",
            f"SELECT * FROM {table} FOR UPDATE",
            f"ALTER TABLE {table} DISABLE TRIGGER ALL",
        ):
            with pytest.raises(errors.InsufficientPrivilege):
                app.execute(statement)
        assert app.execute(f"SELECT count(*) > 0 FROM {table}").fetchone() == (True,)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE led_order SET paid_fen = 0",
        "UPDATE led_order SET tech_bps = 0",
        "UPDATE led_line SET quantity = 9",
        "UPDATE led_line SET roles = '[]'",
        "UPDATE led_refund SET to_buyer_fen = 1",
        "UPDATE led_payout SET amount_fen = 1",
        "UPDATE led_policy SET tech_bps = 0",
        "DELETE FROM led_order",
        "DELETE FROM led_line",
        "DELETE FROM led_refund",
        "DELETE FROM led_payout",
        "DELETE FROM led_policy",
        "TRUNCATE led_order CASCADE",
        "SELECT led_write('[]', 'posted')",
        "SELECT led_apply('{}', 'posted', 1)",
        "SET session_replication_role = replica",
    ],
)
def test_the_app_cannot_change_what_is_frozen(app_url: str, statement: str) -> None:
    books.capture(order_of(WORKED))

    with (
        psycopg.connect(app_url, autocommit=True) as app,
        pytest.raises(errors.InsufficientPrivilege),
    ):
        app.execute(statement)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE led_order SET refunded_fen = 0",
        "UPDATE led_order SET state = 'HELD'",
        "UPDATE led_order SET held_fen = 5",
        "UPDATE led_line SET refunded_units = 0",
        "UPDATE led_order SET state = 'GONE'",
    ],
)
def test_an_orders_money_does_not_go_backwards(app_url: str, statement: str) -> None:
    order = order_of(WORKED)
    books.capture(order)
    books.refund(order, {2: 1})
    books.receive(order)

    with psycopg.connect(app_url, autocommit=True) as app, pytest.raises(errors.CheckViolation):
        app.execute(statement)


def test_the_analyst_reads_and_writes_nothing(owner_url: str) -> None:
    with psycopg.connect(owner_url) as owner:
        rights = owner.execute(
            "SELECT table_name, privilege_type FROM information_schema.role_table_grants"
            " WHERE grantee = 'laotie_analyst' AND table_name LIKE 'led%'"
        ).fetchall()

    assert {right for _, right in rights} == {"SELECT"}
    assert {"led_txn", "led_leg", "led_account", "led_order"} <= {table for table, _ in rights}


def test_what_does_not_sum_to_zero_is_refused() -> None:
    shop = a_shop()
    lame = entry("lame", Leg(PLATFORM, chart.ROUNDING, -7), Leg(shop, chart.AVAILABLE, 6))
    single = entry("single", Leg(shop, chart.AVAILABLE, 6))

    for wrong in (lame, single):
        with pytest.raises(IntegrityError, match="does not sum to zero"):
            post(wrong)

    assert books.transactions() == 0
    assert books.everything() == {}


def _make_immediate(app: psycopg.Connection) -> None:
    app.execute("SET CONSTRAINTS ALL IMMEDIATE")


def _stand_in_for_the_journal(app: psycopg.Connection) -> None:
    app.execute("CREATE TEMP TABLE led_leg (txn_id uuid, amount_fen bigint, currency text)")
    app.execute("CREATE TEMP TABLE led_txn (id uuid, xid xid8)")


@pytest.mark.parametrize("trick", [_make_immediate, _stand_in_for_the_journal])
def test_tricks_of_the_app_do_not_get_an_uneven_transaction_past_the_proof(
    app_url: str, trick: Callable[[psycopg.Connection], None]
) -> None:
    uneven = [entry("uneven", Leg(PLATFORM, chart.ROUNDING, -7), Leg(a_shop(), chart.AVAILABLE, 6))]
    boxes = journal.boxed([one.as_box() for one in uneven])

    with (
        pytest.raises(errors.CheckViolation, match="does not sum to zero"),
        psycopg.connect(app_url) as app,
    ):
        trick(app)
        app.execute("SELECT * FROM led_post(%s)", [boxes])
        app.commit()

    assert books.transactions() == 0


def test_functions_work_after_the_proof_was_asked_for_early() -> None:
    """Consumers ask for it after each event; the next event of the batch still posts."""
    shop = a_shop()

    with transaction.atomic():
        journal.post([gift("one", shop, 1)])
        sql.change("SET CONSTRAINTS ALL IMMEDIATE")
        journal.post([gift("two", shop, 2)])

    assert books.balances(shop) == (0, 3, 0)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE led_txn SET actor = 'nobody'",
        "DELETE FROM led_txn",
        "TRUNCATE led_txn CASCADE",
        "UPDATE led_leg SET amount_fen = 2 * amount_fen",
        "DELETE FROM led_leg",
        "TRUNCATE led_leg",
        "DELETE FROM led_account",
        "UPDATE led_account SET floor_fen = NULL",
        "UPDATE led_account SET party_id = uuidv7()",
        "UPDATE led_account SET id = DEFAULT",
        (
            "INSERT INTO led_leg (txn_id, n, account_id, amount_fen, currency)"
            " SELECT txn_id, 9, account_id, 1, currency FROM led_leg LIMIT 1"
        ),
    ],
)
@pytest.mark.parametrize("who", ["owner", "superuser"])
def test_triggers_refuse_even_owners_and_superusers(
    owner_url: str, superuser_url: str, who: str, statement: str
) -> None:
    post(gift("first", a_shop(), 5))
    url = owner_url if who == "owner" else superuser_url

    with (
        psycopg.connect(url, autocommit=True) as mighty,
        pytest.raises(errors.RestrictViolation),
    ):
        mighty.execute(statement)


HEADER = (
    "WITH header AS (INSERT INTO led_txn (idem, digest, kind, phase, pending_id, actor, effective_at)"
    " VALUES ('raw', '', 'test', {phase}, 'x', now()) RETURNING id)"
)
LEGS = (
    " INSERT INTO led_leg (txn_id, n, account_id, amount_fen, currency)"
    " SELECT header.id, leg.n, {account}, leg.fen, {currency}"
    " FROM header, (VALUES {legs}) AS leg (n, fen)"
)
HEADLESS = (
    "INSERT INTO led_leg (txn_id, n, account_id, amount_fen, currency)"
    " SELECT t.id, n, (SELECT min(id) FROM led_account), fen, 'CNY'"
    " FROM (SELECT uuidv7() AS id) AS t, (VALUES (1, -1), (2, 1)) AS leg (n, fen)"
)


def raw(
    *,
    phase: str = "'posted', NULL",
    account: str = "(SELECT min(id) FROM led_account)",
    currency: str = "'CNY'",
    legs: str = "(1, -1), (2, 1)",
) -> str:
    """A transaction past the functions, as only the owner could write it."""
    return HEADER.format(phase=phase) + LEGS.format(account=account, currency=currency, legs=legs)


def test_what_is_sound_may_be_written_past_the_functions(superuser_url: str) -> None:
    """So that the refusals below are for the one thing that each of them has wrong."""
    post(gift("first", a_shop(), 5))

    with psycopg.connect(superuser_url, autocommit=True) as mighty:
        mighty.execute(raw())

    assert verify() == []


@pytest.mark.parametrize(
    ("statement", "refusal", "sentence"),
    [
        (
            HEADLESS,
            errors.ForeignKeyViolation,
            "of no transaction, or on no account",
        ),
        (raw(account="0"), errors.ForeignKeyViolation, "of no transaction, or on no account"),
        (raw(currency="'USD'"), errors.CheckViolation, "another book or currency"),
        (raw(legs="(1, -1), (2, 2)"), errors.CheckViolation, "does not sum to zero"),
        (raw(legs="(1, 1)"), errors.CheckViolation, "does not sum to zero"),
        (
            raw(currency="CASE leg.n WHEN 1 THEN 'CNY' ELSE 'USD' END"),
            errors.CheckViolation,
            "another book or currency",
        ),
        (HEADER.format(phase="'posted', NULL") + " SELECT FROM header", errors.CheckViolation,
         "does not sum to zero over two legs"),
        (raw(phase="'void', (SELECT id FROM led_txn LIMIT 1)"), errors.CheckViolation,
         "gives a hold back and moves money"),
    ],
)  # fmt: skip
def test_each_promise_of_a_statement_is_proved_at_its_end(
    superuser_url: str, statement: str, refusal: type[Exception], sentence: str
) -> None:
    post(gift("first", a_shop(), 5))

    with (
        psycopg.connect(superuser_url, autocommit=True) as mighty,
        pytest.raises(refusal, match=sentence),
    ):
        mighty.execute(statement)

    assert books.transactions() == 1


def test_one_wrong_leg_among_many_is_found(superuser_url: str) -> None:
    shops = [a_shop() for _ in range(30)]
    entries = [gift(f"good {n}", shop, 5) for n, shop in enumerate(shops)]
    wrong = entry("wrong", Leg(PLATFORM, chart.ROUNDING, -5), Leg(shops[0], chart.AVAILABLE, 4))

    with pytest.raises(IntegrityError, match=r"\(wrong\) does not sum to zero"):
        post(*entries[:15], wrong, *entries[15:])

    assert books.transactions() == 0
    assert books.everything() == {}


def test_what_only_a_superuser_can_do_is_found_by_verify(superuser_url: str) -> None:
    """`session_replication_role = replica` switches triggers off: no app may be superuser."""
    shop = a_shop()
    post(gift("first", shop, 5))
    assert verify() == []

    with psycopg.connect(superuser_url, autocommit=True) as mighty:
        mighty.execute("SET session_replication_role = replica")
        for broken, repaired, check in (
            (
                "UPDATE led_account SET posted_fen = posted_fen + 1 WHERE kind = 'available'",
                "UPDATE led_account SET posted_fen = posted_fen - 1 WHERE kind = 'available'",
                "ledger.balances_are_their_legs",
            ),
            (
                "UPDATE led_leg SET amount_fen = amount_fen + 1 WHERE amount_fen > 0",
                "UPDATE led_leg SET amount_fen = amount_fen - 1 WHERE amount_fen > 0",
                "ledger.transactions_sum_to_zero",
            ),
            (
                "UPDATE led_account SET held_fen = 3 WHERE kind = 'available'",
                "UPDATE led_account SET held_fen = 0 WHERE kind = 'available'",
                "ledger.holds_are_their_legs",
            ),
        ):
            mighty.execute(broken)
            findings = verify()
            mighty.execute(repaired)
            assert {finding.check for finding in findings} == {check}
            assert len(findings) == 1
    assert verify() == []


def test_a_leg_that_comes_after_the_others_is_proved_as_well(superuser_url: str) -> None:
    post(gift("first", a_shop(), 5))

    with psycopg.connect(superuser_url) as mighty:
        mighty.execute(
            "SELECT * FROM led_post(%s)", [journal.boxed([gift("second", a_shop(), 5).as_box()])]
        )
        with pytest.raises(errors.CheckViolation, match="does not sum to zero"):
            mighty.execute(
                "INSERT INTO led_leg (txn_id, n, account_id, amount_fen, currency)"
                " SELECT t.id, 9, a.id, 1, 'CNY' FROM led_txn t, led_account a"
                " WHERE t.idem = 'second' LIMIT 1"
            )

    assert books.transactions() == 1


def test_a_leg_of_nothing_is_found_by_verify(superuser_url: str) -> None:
    post(gift("first", a_shop(), 5))

    with psycopg.connect(superuser_url, autocommit=True) as mighty:
        mighty.execute("SET session_replication_role = replica")
        mighty.execute("CREATE TEMP TABLE kept AS SELECT * FROM led_txn")
        mighty.execute("DELETE FROM led_txn")
        findings = verify()
        mighty.execute("INSERT INTO led_txn SELECT * FROM kept")

    assert {finding.check for finding in findings} == {"ledger.legs_belong"}
    assert len(findings) == 2
