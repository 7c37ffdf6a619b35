"""The benches at a tiny size: that they run, prove and tell. How fast is asked nowhere here."""

import ast
import importlib
import json
import os
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from bench import __main__ as benches
from bench import (
    _backlog,
    _capture_proofs,
    _order_runs,
    _results,
    _server,
    _sockets,
    _town,
    feed_recall,
)
from bench._order_proofs import FAILED, ORDERED, SOLD_OUT, Answer, Early, Prover
from bench._report import SMALL, Latency, Options, Report, Row
from django.db import transaction
from tests.builders import NOW
from tests.conftest import TEMPLATE

from laotie.events.payments import PaymentCaptured
from laotie.kernel import event_log, sql
from laotie.runtime import cli, commands

# Orders, money, frames and sockets, in seconds; the others are run by `make faults`.
ALWAYS = ("orders_hot", "captures", "fanout", "storm")
_OF_ORDERS = (
    "units oversold",
    "orders that are not counted or not told once",
    "acknowledged orders lost",
    "acknowledgements before the order could be read",
    "replays with another answer",
    'twins of an accepted order told "sold out"',
    "wishes that failed or were not answered",
)
_OF_PAGES = (
    "a guest's page",
    "a guest's page asked again",
    "a person's page",
    "the API's answer to a guest",
)
_ORDERED = (
    "in process, two threads of 256",
    "end to end over sockets",
    "one transaction per order (pgbench)",
)
_WALKS = ("for you", "following", "a belt", "a field", "a place", "a creator's page")
# The rows that each bench tells of a small run, in their order, and what it proves by it.
TOLD: dict[str, tuple[Sequence[str], Sequence[str]]] = {
    "captures": (
        [
            "backlog of 20: stored",
            "backlog of 20: until all is told",
            "as fast as they come",
            "40 captures/s offered",
        ],
        [
            "notices that were not kept once",
            "captured twice",
            "lost",
            "goods of paid orders that are not held",
            "not posted once in the ledger",
            "not told once to room and buyer",
            "notices that are not handled",
            "findings of the ledger",
            "invariants broken",
            "events parked or waiting",
        ],
    ),
    "checkout_web": (
        ["cart to paid"],
        ["said to be paid and is not, once", "findings of the ledger and the invariants"],
    ),
    "coldstart": (["first start", "second start"], []),
    "fanout": (["200 viewers, 10 Hz, 2 process(es)"], ["runs in which nobody had a frame"]),
    "feed": (_OF_PAGES, []),
    "feed_posts": (
        [
            *(f"{walk}, {which} at 10,000 posts" for walk in _WALKS
              for which in ("first page", "later pages")),
            "a creator's page, its oldest works at 10,000 posts",
        ],
        ["statements of a feed's page beyond one", "statements of a creator's page beyond eleven"],
    ),
    "feed_recall": (
        [
            f"{split}, {way}: {what} of 60 people"
            for split in ("each person's last fifth", "after one moment")
            for way in ("item-item", "the feed's")
            for what in ("recall@20", "NDCG@20")
        ],
        [],
    ),
    "ingest": (["2 rooms on air"], []),
    "latency": (
        ["comment to 100 screens", "camera to screen"],
        ["comments that did not reach everybody", "comments refused"],
    ),
    "orders_hot": (_ORDERED, _OF_ORDERS),
    "orders_open": (["200 orders/s offered"], _OF_ORDERS),
    "orders_wide": (_ORDERED, _OF_ORDERS),
    "product": ((*_OF_PAGES, "a guest's page while it sells"), []),
    "settle": (
        [
            "captures settled",
            *(f"backlog of 400: {reader}" for reader in _backlog.CONSUMERS),
            "backlog, everything",
        ],
        ["captured orders that are not paid, held and told of once", "events parked or waiting"],
    ),
    "sheets": (
        ["import", "the same file again", "export csv", "export xlsx"],
        [
            "rows not made once",
            "runs whose memory follows the rows",
            "rows of the same file that changed",
            "rows not taken out",
        ],
    ),
    "slow_consumer": (
        ["the others of 200, 5 stalled"],
        ["others closed as slow", "broadcasts that did not reach all others"],
    ),
    "storm": (
        ["200 viewers, first tries within 0.5 s"],
        [
            "viewers who did not come back",
            "events that a viewer missed",
            "events that a viewer was told twice",
            "reads of whole rooms beyond a few",
        ],
    ),
    "verify": (["legs proved", "a million legs"], ["books that do not hold"]),
}  # fmt: skip
SOAK = os.environ.get("LAOTIE_SOAK") == "1"
pytestmark = pytest.mark.skipif(
    not _sockets.has_compiler(), reason="the load generators are C: no `cc` on this machine"
)


@pytest.fixture(scope="module")
def house(cluster: Any) -> Iterator[None]:
    with _server.lent(cluster, TEMPLATE):
        yield


def run_small(name: str) -> dict[str, Any]:
    """What a bench tells of a run of seconds: each row that it names, and that its proofs hold."""
    report: Report = importlib.import_module(f"bench.{name}").run(SMALL)

    told: dict[str, Any] = json.loads(json.dumps(report.as_json()))
    rows, proofs = TOLD[name]
    assert [row["name"] for row in told["rows"]] == [*rows], report.as_text()
    found = {proof["what"]: proof["count"] for proof in told["proofs"]}
    assert found == dict.fromkeys(proofs, 0), report.as_text()
    assert report.holds
    assert told["bench"] == name.replace("_", "-")
    assert (told["small"], told["holds"]) == (True, True)
    assert {goal["verdict"] for goal in told["goals"]} <= {"goal", "pass", "missed"}
    assert set(told["machine"]) >= {"processor", "cores", "load_before", "load_after"}
    return told


def made_up_ratings() -> str:
    """Sixty people in two circles of taste, of whose thirty titles each likes 25, one by one."""
    rows = [
        (person, 100 * (person % 2) + (7 * person + turn) % 30, 10, 1_000 * turn + person)
        for person in range(1, 61)
        for turn in range(25)
    ]
    return "".join(",".join(map(str, row)) + "\n" for row in rows)


@pytest.mark.soak
@pytest.mark.skipif(not SOAK, reason="minutes in all, for `make faults`")
@pytest.mark.parametrize("name", [name for name in benches.ALL if name not in ALWAYS])
def test_no_bench_rots(
    house: None, name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The real ratings are no part of a checkout, and how well they are foretold is not asked here.
    ratings = tmp_path / "ratings.csv"
    ratings.write_text(made_up_ratings(), "ascii")
    monkeypatch.setattr(feed_recall, "_ROWS", ratings)

    told = run_small(name)

    assert (told["seconds"], told["pairs"]) == (SMALL.seconds, SMALL.pairs)
    # Not asked where others are at work: half a second of theirs, and nothing was sold in it.
    assert all(row["figure"] > 0 for row in told["rows"]), told["rows"]


@pytest.mark.parametrize("name", ALWAYS)
def test_a_bench_runs_and_what_it_proves_holds(house: None, name: str) -> None:
    told = run_small(name)

    assert told["goals"]


def test_it_is_known_of_every_bench_what_it_tells() -> None:
    assert sorted(TOLD) == benches.ALL


def test_a_wrong_run_is_found_out(house: None) -> None:
    with _server.fresh() as server:
        town = _town.build(server, skus=1, buyers=20, units=30)
        prover = Prover(server)
        _order_runs.in_process(server, town, prover, seconds=0.05)
        (order_id, buyer_id, key), *_ = sql.rows(
            "SELECT o.id, c.buyer_id, c.key FROM trade_order o"
            " JOIN trade_checkout c ON c.id = o.group_id"
        )
        early = Early(server)
        early.look([order_id, uuid4()])
        early.close()
        sql.change("UPDATE trade_offer_stock SET sold = sold - 1")
        report = Report("wrong", SMALL)

        wrong = [
            Answer(buyer_id, key, ORDERED, order_id),
            Answer(buyer_id, key, ORDERED, uuid4()),
            Answer(buyer_id, key, SOLD_OUT),
            Answer(buyer_id, "another", FAILED),
        ]
        prover.take(wrong, [early])
        prover.finish(report, "a run with faults")

        assert {proof.what: proof.count for proof in report.proofs} == {
            "units oversold": 0,
            "orders that are not counted or not told once": 1,
            "acknowledged orders lost": 1,
            "acknowledgements before the order could be read": 1,
            "replays with another answer": 1,
            'twins of an accepted order told "sold out"': 1,
            "wishes that failed or were not answered": 1,
        }
        assert not report.holds


def test_money_that_took_no_effect_is_found_out(house: None) -> None:
    with _server.fresh() as server:
        _backlog.add(server, _backlog.pattern(), 2, is_captured=False)
        numbers = _backlog.payments(server)
        report = Report("wrong", SMALL)
        with transaction.atomic():
            twice = PaymentCaptured(UUID(numbers[0]), uuid4(), 1990, NOW)
            event_log.publish(twice, twice)

        _capture_proofs.prove(report, numbers)

    assert {proof.what: proof.count for proof in report.proofs} == {
        "notices that were not kept once": 2,
        "captured twice": 1,
        "lost": 2,
        "goods of paid orders that are not held": 0,
        "not posted once in the ledger": 2,
        "not told once to room and buyer": 2,
        "notices that are not handled": 0,
        "findings of the ledger": 0,
        "invariants broken": 0,
        "events parked or waiting": 0,
    }
    assert not report.holds


def test_the_command_runs_the_benches_of_a_checkout(
    capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    assert cli.main(["bench", "nothing-of-ours"]) == 2
    assert "orders-hot" in capfd.readouterr().out

    installed = tmp_path / "lib" / "site-packages" / "laotie" / "runtime" / "commands.py"
    monkeypatch.setattr(commands, "__file__", str(installed))
    assert cli.main(["bench"]) == 2
    assert "not part of an installed Laotie" in capfd.readouterr().err


def test_every_bench_reports_under_the_name_of_its_place_on_the_pages() -> None:
    names = {name.replace("_", "-") for name in benches.ALL}
    folder = Path(benches.__file__).parent
    reported = {
        stem.replace("_", "-"): [
            ast.literal_eval(call.args[0])
            for call in ast.walk(ast.parse((folder / f"{stem}.py").read_text("utf-8")))
            if isinstance(call, ast.Call) and getattr(call.func, "id", "") == "Report"
        ]
        for stem in benches.ALL
    }
    readme, sizing = (
        re.findall("<!-- bench: (.+) -->", page.read_text("utf-8")) for page in _results.PAGES
    )

    assert reported == {name: [name] for name in names}
    assert sorted(readme) == sorted(names)
    assert sorted(sizing) == sorted(_results._TABLES)
    assert {need[0] for need in _results._NEEDS} <= names
    assert {need.bench for need in _results._CORES} <= names


def test_measured_figures_reach_the_pages(tmp_path: Path) -> None:
    report = Report("storm", Options(seconds=4, pairs=5))
    latency = Latency(p50=1.0, p95=2.0, p99=3.0, worst=4.0, count=5)
    report.row(Row(name="all", unit="s", figure=2.5, floor=5.0, ratio=0.5, latency=latency))
    report.goal("all back", 2.5, passes=10, goal=5, unit=" s")
    file = tmp_path / "results.jsonl"
    small = {**report.as_json(), "small": True, "rows": []}
    file.write_text(f"{json.dumps(report.as_json())}\n{json.dumps(small)}\n")

    page = "before\n<!-- bench: storm -->\nold\n<!-- /bench -->\nafter <!-- bench: feed -->\n"
    filled = _results.fill(page, _results.read(file))

    assert "| all | 2.5 s | 5 | 0.50 | 1, 2, 3 |" in filled
    assert "| all back | 2.5 s | 10 s | 5 s | goal |" in filled
    assert "old" not in filled
    assert filled.startswith("before\n<!-- bench: storm -->\n")
    assert filled.endswith("<!-- /bench -->\nafter <!-- bench: feed -->\n")


def test_a_table_of_many_benches_keeps_what_was_not_measured_again(tmp_path: Path) -> None:
    storm, orders = Report("storm", Options()), Report("orders-open", Options())
    storm.row(Row(name="all", unit="s", figure=2.5))
    latency = Latency(p50=1.0, p95=2.0, p99=3.0, worst=4.0, count=5)
    orders.row(Row(name="2,000 a second", unit="ms at p99", figure=3.0, latency=latency))
    then = storm.as_json() | {"at": "2026-01-02T00:00:00+00:00"}
    then["machine"]["commit"] = "5f60ec9"
    page = "<!-- bench: sizing -->\n<!-- /bench -->\n"

    before = _results.fill(page, {"storm": then})
    filled = _results.fill(before, {"orders-open": orders.as_json()})

    rows = [line for line in filled.splitlines() if line.startswith(("| storm", "| orders"))]
    assert rows == [
        "| orders-open | orders offered at a steady rate: 2,000 a second | 3 ms at p99 |",
        "| storm | everybody coming back: all | 2.5 s |",
    ]
    (run,) = (line for line in filled.splitlines() if line.startswith("- storm: "))
    assert run.endswith("; 2026-01-02, commit 5f60ec9.")
    assert filled.count("\n- orders-open: ") == 1


def test_what_a_machine_would_carry_is_reckoned_from_processor_time() -> None:
    fanout, paid, hot = (
        Report("fanout", SMALL),
        Report("checkout-web", SMALL),
        Report("orders-hot", SMALL),
    )
    for viewers, us in ((1_000, 8.0), (9_000, 6.0)):
        fanout.row(
            Row(
                name=f"{viewers:,} viewers, 5 Hz", unit="deliveries/s", figure=viewers * 5.0,
                cpu_us={"sender": us},
            )
        )  # fmt: skip
    paid.row(Row(name="paid", unit="orders/s", figure=5.5, cpu_us={"all parts": 300_000.0}))
    hot.row(
        Row(name="hot", unit="orders/s", figure=20_000, cpu_us={"gateway": 10.0, "database": 30.0})
    )
    results = {each.name: each.as_json() for each in (fanout, paid, hot)}
    cores = results["fanout"]["machine"]["cores"]

    filled = _results.fill("<!-- bench: machines -->\n<!-- /bench -->\n", results)
    kept = _results.fill(filled, {"orders-hot": results["orders-hot"]})

    told = {line.split(" | ")[0]: line.split(" | ")[2:] for line in filled.splitlines()}
    # 60 % of a core is 600,000 us: 75,000 frames of 8 us, five of them for each viewer.
    assert told["| fanout"] == [f"9,000 on {cores} cores", "30,000", "60,000", "120,000 |"]
    # One product is one row, which one core at a time works on: 20,000 of 30 us.
    assert told["| orders-hot"] == [f"20,000 on {cores} cores", "20,000", "20,000", "20,000 |"]
    assert told["| checkout-web"] == [f"5.5 on {cores} cores", "4", "8", "16 |"]
    assert told["| at once"] == ["", "15,000 and 2", "30,000 and 4", "60,000 and 8 |"]
    assert kept == filled
