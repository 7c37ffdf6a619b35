"""A shop's goods in and out as files: `goods_sheets` against the csv module and COPY.

    python -m bench.sheets [rows]

The raw side reads the same file with the csv module and copies bare rows into a table without
indexes, and copies them out again: no variants, no history of prices, no movements of stock, no
checks, no progress. Ours goes through the run as a worker does it, slice by slice. Memory is the
growth of this process while a run is under way, at a tenth of the rows and at all of them: it must
not follow the rows. One run is stopped half-way and gone on with, and every row is counted.
"""

import csv
import os
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
from bench.place_orders import _server as server

HEADER = ["SKU code", "Title (Chinese)", "Title (English)", "Variant (Chinese)",
          "Variant (English)", "Price", "Stock"]  # fmt: skip
VARIANTS = 20
# A hundred thousand rows may hold so many times the memory of a tenth of them, and no more.
MOST_GROWTH = 2.0
LEAST_MB = 24.0  # Under this, growth is the allocator's own noise.


def main() -> None:
    (rows,) = (int(text) for text in [*sys.argv[1:2], "100000"][:1])
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "laotie.runtime.settings")
    os.environ.setdefault("LAOTIE_LAB", "1")
    os.environ.setdefault("LAOTIE_FIELD_KEY", "11" * 32)
    os.environ.setdefault("LAOTIE_SECRET_KEY", "22" * 32)
    with tempfile.TemporaryDirectory(prefix="laotie-bench-") as folder:
        Path(folder).chmod(0o711)
        os.environ.setdefault("LAOTIE_DATA", folder)
        with server(Path(folder)) as owner_url:
            _compare(Path(folder), owner_url, rows)


def _compare(folder: Path, owner_url: str, rows: int) -> None:
    from laotie.trade import jobs

    assert jobs  # Registers the kinds of work.
    few, many = folder / "few.csv", folder / "many.csv"
    _write(few, rows // 10)
    _write(many, rows)
    print(f"{rows} rows, {many.stat().st_size / 1e6:.1f} MB of CSV")
    raw_in, raw_out = _raw(owner_url, many, folder / "raw.csv")
    print(f"raw: in {raw_in:6.2f} s, out {raw_out:6.2f} s")

    shop = _a_shop()
    _, _, small_mb = _bring_in(_a_shop(), few, label="import, a tenth")
    card, seconds, large_mb = _bring_in(shop, many, label="import", stops_at=rows // 2)
    assert card.counts == {"created": rows, "changed": 0, "unchanged": 0, "errors": 0}, card.counts
    _report("import", seconds, raw_in, rows, small_mb, large_mb)
    again, seconds, _ = _bring_in(shop, many, label="the same again")
    assert again.counts["unchanged"] == rows
    print(f"the same file again: {seconds:6.2f} s, every row as it was")
    for form in ("csv", "xlsx"):
        out, seconds, large_mb = _take_out(shop, form)
        assert out.done == rows
        _report(f"export {form}", seconds, raw_out, rows, small_mb, large_mb)


def _report(
    what: str, seconds: float, raw_s: float, rows: int, small_mb: float, large_mb: float
) -> None:
    print(
        f"{what}: {seconds:6.2f} s, {rows / seconds:6.0f} rows/s, ratio to raw"
        f" {seconds / raw_s:5.1f}, memory +{large_mb:.0f} MB (+{small_mb:.0f} MB for a tenth)"
    )
    assert large_mb < max(LEAST_MB, MOST_GROWTH * small_mb), "memory follows the rows"


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
            print(f"   {label}: {card.state} {card.done} of {card.total}, {card.left_s} s left")
            if not card.is_open:
                break
            if stops_at is not None and card.done >= stops_at:
                stops_at = None
                runs.cancel(actor=shop.owner, run_id=run_id, now=clock.now())
                running.advance(str(run_id))
                stopped = runs.card(actor=shop.owner, run_id=run_id, now=clock.now())
                assert stopped.state == "CANCELLED"
                assert stopped.done == card.done
                print(f"   {label}: stopped after {stopped.done}, and gone on with")
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


if __name__ == "__main__":
    main()
