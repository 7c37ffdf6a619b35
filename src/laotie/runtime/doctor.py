"""Look at an installation and say what is wrong with it and what to do; nothing is changed."""

import asyncio
import contextlib
import math
import os
import platform
import shutil
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from importlib import resources
from pathlib import Path
from urllib.parse import urlsplit

import psycopg

from laotie.runtime import account, config, database, folder, ports
from laotie.runtime.config import Config
from laotie.runtime.problems import Problem

_CLOCKS_MAY_DIFFER_S = 2.0
_LAG_ROWS = 5_000
_JOBS_LATE_S = 120.0
_ORDERS_LATE = timedelta(hours=2)
_MINUTE = timedelta(minutes=1)
_WRITER_S = 10.0
_MEGABYTE = 1 << 20
_NEARLY_PERCENT = 80


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at. `remedy` says what to do when it is not well."""

    about: str
    is_well: bool
    seen: str
    remedy: str = ""


def look(found: Config) -> Iterator[Finding]:
    """Every finding, cheap ones first. Does not stop at the first that is not well."""
    looks: list[Callable[[Config], Iterator[Finding]]] = [
        _python,
        _data_folder,
        _space,
        _sizes,
        _ffmpeg,
        _ports,
        _fan_out,
        _database,
    ]
    for each in looks:
        try:
            yield from each(found)
        except Problem as problem:
            yield Finding(each.__name__.strip("_"), False, problem.what, problem.remedy)


def _python(_: Config) -> Iterator[Finding]:
    version = platform.python_version()
    fits = (3, 11) <= sys.version_info[:2] <= (3, 13)
    yield Finding("python", fits, version, "" if fits else "Install Python 3.11, 3.12 or 3.13.")


def _data_folder(found: Config) -> Iterator[Finding]:
    path = found.data
    if not path.exists():
        yield Finding("data folder", True, f"{path} will be made at the first start")
        return
    if not os.access(path, os.W_OK | os.X_OK):
        yield Finding("data folder", False, f"{path} cannot be written by us", "Correct its owner.")
        return
    loose = [
        each
        for each in (path / "secrets").glob("*")
        if each.is_file() and each.stat().st_mode & 0o077
    ]
    if loose:
        names = " ".join(str(each) for each in loose)
        yield Finding("data folder", False, "keys can be read by others", f"chmod 600 {names}")
        return
    who = account.for_folder(path / "postgres")
    closed = who.closed_parent(path / "postgres") if found.is_embedded else None
    if closed:
        yield Finding(
            "data folder", False, f"the database's account {who.name} cannot pass {closed}",
            "Set LAOTIE_DATA to a folder that others may pass, such as /var/lib/laotie.",
        )  # fmt: skip
        return
    yield Finding("data folder", True, str(path))
    if os.geteuid() == 0:
        yield Finding("account", True, "root; an account of Laotie's own would be safer")


def _space(found: Config) -> Iterator[Finding]:
    nearest = next(each for each in (found.data, *found.data.parents) if each.exists())
    usage = shutil.disk_usage(nearest)
    free = usage.free // _MEGABYTE
    seen = f"{free} MB free, {100 * usage.used // usage.total} % used"
    if free < found.space_floor_mb:
        yield Finding(
            "disk", False, f"nearly full: {seen}",
            "Free some space or move LAOTIE_DATA to another disk; below"
            f" {found.space_floor_mb} MB nothing starts.",
        )  # fmt: skip
    else:
        yield Finding("disk", True, seen)


def _sizes(found: Config) -> Iterator[Finding]:
    """What the folder's parts take, the greatest first; recordings beside what they may take."""
    if not found.data.exists():
        return
    sizes = {
        each.relative_to(found.data).as_posix(): _size_of(each)
        for part in found.data.iterdir()
        if part.is_dir()
        for each in ([*part.iterdir()] if part.name == "media" else [part])
    }
    greatest = sorted(sizes.items(), key=lambda each: -each[1])
    seen = ", ".join(f"{name} {size // _MEGABYTE} MB" for name, size in greatest if size)
    yield Finding("sizes", True, seen or "nothing yet")
    used, most = sizes.get("media/live", 0), found.recordings_total_gb << 30
    is_near = used * 100 >= most * _NEARLY_PERCENT
    yield Finding(
        "recordings", not is_near, f"{used >> 20} MB of {found.recordings_total_gb} GB",
        "The oldest shows go next: raise LAOTIE_RECORDINGS_TOTAL_GB, or keep copies elsewhere."
        if is_near else "",
    )  # fmt: skip


def _size_of(path: Path) -> int:
    """What cannot be read, or goes away meanwhile, does not count."""
    total = 0
    for place, _folders, files in os.walk(path):
        for name in files:
            with contextlib.suppress(OSError):
                total += (Path(place) / name).lstat().st_size
    return total


def _ffmpeg(found: Config) -> Iterator[Finding]:
    program = found.ffmpeg or shutil.which("ffmpeg") or _wheel_ffmpeg()
    if program:
        yield Finding("ffmpeg", True, program)
    else:
        yield Finding(
            "ffmpeg", False, "not found; live rooms have no video",
            "Install the package `imageio-ffmpeg` or FFmpeg, or set LAOTIE_FFMPEG to its path.",
        )  # fmt: skip


def _wheel_ffmpeg() -> str:
    try:
        import imageio_ffmpeg

        return str(imageio_ffmpeg.get_ffmpeg_exe())
    except (ImportError, RuntimeError):
        return ""


def _ports(found: Config) -> Iterator[Finding]:
    running = folder.running(found)
    if running:
        at = running.addresses.get("web", "not ready yet")
        yield Finding("running", True, f"process {running.pid}, {at}")
        return
    yield Finding("running", True, "nothing runs on this data folder")
    for name in found.ports():
        number = getattr(found, name)
        if ports.is_free(found.host, number):
            continue
        given = found.is_given(name)
        yield Finding(
            "port", not given,
            f"{number} ({config.variable(name)}) is taken by {ports.taker(number)}",
            "Stop it or set another port." if given else "A free one is taken at the start.",
        )  # fmt: skip


def _fan_out(found: Config) -> Iterator[Finding]:
    """How gateways learn what is new. Of a NATS server's address only host and port are told."""
    if not found.nats_url:
        yield Finding("fan-out", True, "by the database: each gateway asks for itself")
        return
    servers = found.nats_url.split(",")
    where = ", ".join(urlsplit(url).netloc.rpartition("@")[2] for url in servers)
    if asyncio.run(_nats_answers(servers)):
        yield Finding("fan-out", True, f"by NATS at {where}, which answers")
    else:
        yield Finding(
            "fan-out", False, f"NATS at {where} does not let us in; each gateway asks for itself",
            "Is the server running, and are name and password in LAOTIE_NATS_URL its own?",
        )  # fmt: skip


async def _nats_answers(servers: list[str]) -> bool:
    import nats

    async def pass_over(_: Exception) -> None:
        pass

    try:
        # Left alone, the client asks each server sixty times, two seconds apart.
        client = await nats.connect(
            servers, name="laotie-doctor", error_cb=pass_over, connect_timeout=2,
            allow_reconnect=False, max_reconnect_attempts=1, reconnect_time_wait=0,
        )  # fmt: skip
    except (OSError, TimeoutError, nats.errors.Error):
        return False
    await client.close()
    return True


def _database(found: Config) -> Iterator[Finding]:
    if found.is_embedded and not database.embedded(found.data).exists():
        yield Finding("database", True, "embedded, will be made at the first start")
        return
    if found.is_embedded and not database.embedded(found.data).is_running():
        yield Finding("database", True, "embedded, not running; start Laotie to look further")
        return
    standing = database.check_app(found.database_url)
    version = f"{standing.version // 10_000}.{standing.version % 10_000}"
    yield Finding("database", True, f"PostgreSQL {version}, as {standing.role}")
    yield from _settings(standing)
    with psycopg.connect(found.database_url, autocommit=True) as connection:
        yield _clock(connection)
        if not _has_tables(connection):
            yield Finding("tables", False, "there are none yet", "Run `laotie migrate`.")
            return
        tables = _migrations(found)
        yield tables
        if tables.is_well:
            yield from _figures(connection)
            yield from _order_sources(found)
    yield from _holders(found)


def _settings(standing: database.Standing) -> Iterator[Finding]:
    for name, value in (
        ("transaction_timeout", standing.transaction_timeout),
        ("idle_in_transaction_session_timeout", standing.idle_timeout),
    ):
        if value in {"0", "absent"}:
            yield Finding(
                "database settings", False, f"{name} is off for {standing.role}",
                f"ALTER ROLE {standing.role} SET {name} = '5s'; one idle writer stalls all events.",
            )  # fmt: skip
    if not standing.has_checksums:
        yield Finding(
            "database settings", False, "data checksums are off",
            "Stop the server and run pg_checksums --enable, so that a broken disk is noticed.",
        )  # fmt: skip


def _clock(connection: psycopg.Connection) -> Finding:
    began = time.monotonic()
    row = connection.execute("SELECT clock_timestamp()").fetchone()
    assert row is not None
    took = time.monotonic() - began
    apart = abs((row[0] - datetime.now(UTC)).total_seconds())
    if apart > _CLOCKS_MAY_DIFFER_S + took:
        return Finding(
            "clock", False, f"this machine and the database are {apart:.1f} s apart",
            "Let both follow a time server (chrony, systemd-timesyncd).",
        )  # fmt: skip
    return Finding("clock", True, f"{apart * 1000:.0f} ms from the database's")


def _has_tables(connection: psycopg.Connection) -> bool:
    row = connection.execute("SELECT to_regclass('event_position') IS NOT NULL").fetchone()
    return row is not None and bool(row[0])


def _migrations(found: Config) -> Finding:
    """Needs Django, which is set up here at the latest."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "laotie.runtime.settings")
    import django
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    django.setup()
    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    connection.close()
    if plan:
        names = ", ".join(f"{each.app_label}.{each.name}" for each, _ in plan[:3])
        return Finding("tables", False, f"{len(plan)} migrations to go: {names}", "laotie migrate")
    return Finding("tables", True, "up to date")


def _figures(connection: psycopg.Connection) -> Iterator[Finding]:
    figures: dict[str, dict[str, float]] = {}
    for name, of, value in connection.execute(_statement("figures")).fetchall():
        figures.setdefault(name, {})[of] = float(value)
    lag = figures.get("consumer_lag_rows", {})
    behind = {name: int(rows) for name, rows in lag.items() if rows > _LAG_ROWS}
    yield Finding(
        "consumers", not behind,
        ", ".join(
            f"{name} {rows} rows behind, {_drained_in(figures, name)}"
            for name, rows in behind.items()
        )
        or f"{len(lag)}, none far behind",
        "See who holds them back below. Is the worker running?" if behind else "",
    )  # fmt: skip
    parked = figures.get("events_parked", {})
    yield Finding(
        "parked events", not parked,
        ", ".join(f"{name}: {int(count)}" for name, count in parked.items()) or "none",
        "Look at their causes on the desk, correct those, and retry them." if parked else "",
    )  # fmt: skip
    ((late,),) = connection.execute(_statement("oldest_due_job")).fetchall()
    failed = int(figures.get("jobs", {}).get("failed", 0))
    is_well = late <= _JOBS_LATE_S and not failed
    yield Finding(
        "jobs", is_well, f"oldest due one waits {late:.0f} s, {failed} failed",
        "" if is_well else "Is the worker running? Its log is log/worker.log.",
    )  # fmt: skip


def _statement(name: str) -> str:
    """One of this package's, for a connection that is not Django's."""
    return (resources.files("laotie.runtime") / "sql" / f"{name}.sql").read_text("utf-8")


def _drained_in(figures: dict[str, dict[str, float]], consumer: str) -> str:
    seconds = figures.get("consumer_drain_seconds", {}).get(consumer)
    if seconds is None:
        return "its pace is not known yet"
    return "and more comes than it takes" if math.isinf(seconds) else f"done in {seconds:.0f} s"


def _order_sources(found: Config) -> Iterator[Finding]:
    """Alliances whose orders are fetched; nothing is said where none is configured."""
    from laotie.kernel import clock
    from laotie.links import order_sync, queries

    for each in order_sync.unusable():
        yield Finding(
            "orders elsewhere", False, f"{each.name}: {each.cause}",
            "Correct its address in LAOTIE_ORDER_SOURCES.",
        )  # fmt: skip
    now = clock.now()
    for source in queries.order_source_cards(now=now):
        behind, network = now - source.read_to, source.network
        is_late = behind > _ORDERS_LATE
        yield Finding(
            "orders elsewhere", not is_late,
            f"{network}: read to {behind / _MINUTE:.0f} minutes ago"
            + (f"; {source.cause}" if source.cause else ""),
            "The cause is the network's or ours: docs/operate/order-sources.md." if is_late else "",
        )  # fmt: skip
        if not source.click_parameter:
            yield Finding(
                "orders elsewhere", True,
                f"{network}: its links carry no click of ours, so no order is known by one",
                f"If the account gets clicks back, name the field at"
                f" {found.public_url.rstrip('/')}/desk/links#network-{network}"
                f" or by laotie network click-field {network} FIELD.",
            )  # fmt: skip


def _holders(found: Config) -> Iterator[Finding]:
    """Transactions that hold every consumer back. Asked as the owner, who may see others."""
    try:
        url = config.owner_url(found)
    except Problem:
        url = found.database_url
    with psycopg.connect(url, autocommit=True) as connection:
        rows = connection.execute(_statement("holders"), [_WRITER_S]).fetchall()
    for pid, role, program, state, age in rows:
        yield Finding(
            "held back", False,
            f"a transaction of {role} ({program or 'unnamed'}, {state}) is open for {age:.0f} s",
            f"SELECT pg_terminate_backend({pid}); then find why it stayed open.",
        )  # fmt: skip
