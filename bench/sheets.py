"""A shop's goods in and out as files: `goods_sheets` against the csv module and COPY.

The floor reads the same file with the csv module and copies bare rows into a table without
indexes, and copies them out again: no variants, no history of prices, no movements of stock, no
checks, no progress. Ours goes through the run as a worker does it, slice by slice. So a ratio of 1
cannot be; what matters is that it does not grow. Memory is the growth of this process while a run
is under way, at a tenth of the rows and at all of them: the run fails if it follows the rows. One
import is stopped half-way and gone on with, and every row is counted.
"""

import csv
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID

import psutil
import psycopg
from bench import _server
from bench._report import Options, Report, Row

HEADER = ["SKU code", "Title (Chinese)", "Title (English)", "Variant (Chinese)",
          "Variant (English)", "Price", "Stock"]  # fmt: skip
VARIANTS = 20
ROWS, FEW_ROWS = 100_000, 400
# A hundred thousand rows may hold so many times the memory of a tenth of them, and no more.
MOST_GROWTH = 2.0
LEAST_MB = 24.0  # Under this, growth is the allocator's own noise.


def run(options: Options) -> Report:
    """Rows a second in and out; the memory that all rows take."""
    report = Report("sheets", options)
    with tempfile.TemporaryDirectory(prefix="laotie-bench-") as folder, _server.fresh() as server:
        _compare(report, Path(folder), server.owner_url, FEW_ROWS if options.is_small else ROWS)
    return report


def _compare(report: Report, folder: Path, owner_url: str, rows: int) -> None:
    from laotie.trade import jobs

    assert jobs  # Registers the kinds of work.
    few, many = folder / "few.csv", folder / "many.csv"
    _write(few, rows // 10)
    _write(many, rows)
    report.note(f"{rows} rows, {many.stat().st_size / 1e6:.1f} MB of CSV")
    raw_in, raw_out = _raw(owner_url, many, folder / "raw.csv")

    shop = _a_shop()
    _, _, small_mb = _bring_in(_a_shop(), few, label="import, a tenth")
    card, seconds, large_mb = _bring_in(shop, many, label="import", stops_at=rows // 2)
    created = {"created": rows, "changed": 0, "unchanged": 0, "errors": 0}
    report.proof("rows not made once", int(card.counts != created))
    _tell(report, "import", rows, seconds, raw_in, small_mb, large_mb)
    again, seconds, large_mb = _bring_in(shop, many, label="the same again")
    report.proof("rows of the same file that changed", rows - again.counts["unchanged"])
    _tell(report, "the same file again", rows, seconds, raw_in, small_mb, large_mb)
    for form in ("csv", "xlsx"):
        out, seconds, large_mb = _take_out(shop, form)
        report.proof("rows not taken out", rows - out.done)
        _tell(report, f"export {form}", rows, seconds, raw_out, small_mb, large_mb)


def _tell(
    report: Report, what: str, rows: int, seconds: float, raw_s: float, small_mb: float,
    large_mb: float,
) -> None:  # fmt: skip
    row = Row(
        name=what,
        unit="rows/s",
        figure=rows / seconds,
        floor=rows / raw_s,
        ratio=raw_s / seconds,
        memory_kb=large_mb * 1e3,
    )
    report.row(row)
    report.note(f"{what}: +{large_mb:.0f} MB; importing a tenth took +{small_mb:.0f} MB")
    follows = large_mb >= max(LEAST_MB, MOST_GROWTH * small_mb)
    report.proof("runs whose memory follows the rows", int(follows))


def _write(path: Path, rows: int) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(HEADER)
        for n in range(rows):
            product, variant = divmod(n, VARIANTS)
            writer.writerow([f"SKU-{n:06d}", f"商品{product}", f"Product {product}",
                             f"款{variant}", f"Kind {variant}", "39.90", 12])  # fmt: skip


def _raw(owner_url: str, path: Path, out: Path) -> tuple[float, float]:
    """Seconds to read and copy in, and to copy out and write."""
    with psycopg.connect(owner_url, autocommit=True) as connection:
        connection.execute(
            "CREATE TABLE bare (code text, zh text, en text, spec_zh text, spec_en text,"
            " price_fen bigint, units integer)"
        )
        begun = time.perf_counter()
        with (
            path.open(encoding="utf-8", newline="") as file,
            connection.cursor().copy("COPY bare FROM STDIN") as copy,
        ):
            lines = csv.reader(file)
            next(lines)
            for code, zh, en, spec_zh, spec_en, price, units in lines:
                copy.write_row((code, zh, en, spec_zh, spec_en, int(Decimal(price) * 100), units))
        raw_in = time.perf_counter() - begun
        begun = time.perf_counter()
        with (
            out.open("w", encoding="utf-8", newline="") as file,
            connection.cursor().copy("COPY bare TO STDOUT") as copy,
        ):
            writer = csv.writer(file)
            writer.writerows(copy.rows())
        return raw_in, time.perf_counter() - begun


def _a_shop() -> Any:
    from tests import builders

    return builders.a_shop("台子")


def _bring_in(
    shop: Any, path: Path, *, label: str, stops_at: int | None = None
) -> tuple[Any, float, float]:
    from laotie.kernel import clock, runs, sheets
    from laotie.trade import goods_sheets

    with path.open("rb") as file:
        pieces = iter(lambda: file.read(1 << 16), b"")
        upload = runs.keep_upload(pieces, most_bytes=sheets.MOST_BYTES)
    card = goods_sheets.start_import(
        actor=shop.owner, shop_id=shop.id, upload=upload, is_dry=False, now=clock.now()
    )
    return _work(shop, card.id, label, stops_at)


def _take_out(shop: Any, form: str) -> tuple[Any, float, float]:
    from laotie.kernel import clock
    from laotie.trade import goods_sheets

    card = goods_sheets.start_export(actor=shop.owner, shop_id=shop.id, form=form, now=clock.now())
    return _work(shop, card.id, f"export {form}", None)


def _work(shop: Any, run_id: UUID, label: str, stops_at: int | None) -> tuple[Any, float, float]:
    """Do the run as a worker does, slice by slice; stop it once and go on, if asked."""
    from laotie.kernel import clock, running, runs

    begun = time.perf_counter()
    with _memory() as peak:
        while True:
            running.advance(str(run_id))
            card = runs.card(actor=shop.owner, run_id=run_id, now=clock.now())
            progress = f"{card.state} {card.done} of {card.total}, {card.left_s} s left"
            print(f"   {label}: {progress}", file=sys.stderr, flush=True)
            if not card.is_open:
                break
            if stops_at is not None and card.done >= stops_at:
                stops_at = None
                runs.cancel(actor=shop.owner, run_id=run_id, now=clock.now())
                running.advance(str(run_id))
                stopped = runs.card(actor=shop.owner, run_id=run_id, now=clock.now())
                assert stopped.state == "CANCELLED"
                assert stopped.done == card.done
                runs.resume(actor=shop.owner, run_id=run_id, now=clock.now())
    seconds = time.perf_counter() - begun
    assert card.state == "DONE", (card.state, card.failure)
    return card, seconds, peak[0]


@contextmanager
def _memory() -> Iterator[list[float]]:
    """How many MB this process grows at most, looked at twenty times a second."""
    process, over = psutil.Process(), threading.Event()
    start = process.memory_info().rss
    peak = [0.0]

    def look() -> None:
        while not over.wait(0.05):
            peak[0] = max(peak[0], (process.memory_info().rss - start) / 1e6)

    watcher = threading.Thread(target=look, daemon=True)
    watcher.start()
    try:
        yield peak
    finally:
        over.set()
        watcher.join()
