"""A backup is everything, a restore goes on where it was, and a damaged one is refused."""

import json
import shutil
import subprocess
import sys
import tarfile
from pathlib import Path

import psycopg
import pytest
from tests import builders
from tests.outside import stand_in
from tests.runtime.conftest import Laotie, clean_environment, processes_of

# Read on as the worker does, on what was restored, and say how far behind each reader was.
READ_ON = """
import json, sys
from laotie.runtime import commands

def act():
    from laotie.kernel import event_log, readers, sql
    from laotie.runtime import wiring
    behind = {each.name: each.rows_behind for each in readers.standing()}
    for _ in range(50):
        if not sum(event_log.read_on(each) for each in wiring.consumers()):
            break
    ((paid,),) = sql.rows("SELECT count(*) FROM trade_order WHERE state = 'PAID'")
    ((held,),) = sql.rows("SELECT count(*) FROM led_order")
    ((old,),) = sql.rows(
        "SELECT count(*) FROM event_log WHERE generation < event_generation_now()"
    )
    left = {each.name: each.rows_behind for each in readers.standing()}
    return {"behind": behind, "left": left, "paid": paid, "held": held, "old": old}

print(json.dumps(commands.with_database(act)))
"""


@pytest.fixture
def data(place: Path) -> Path:
    """The data folder of an installation: keys, a picture, a recording, and what is made anew."""
    folder = place / "data"
    for name, content in {
        "laotie.json": b'{"lab": true}',
        "secrets/secret_key": b"k" * 50,
        "media/pictures/ab/abc.webp": b"picture" * 1000,
        "media/live/rom_1/take/1.m4s": bytes(range(256)) * 400,
        "run/lock": b"",
        "log/web.log": b"said",
    }.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return folder


@pytest.fixture
def settings(app_url: str, owner_url: str, data: Path) -> dict[str, str]:
    """An installation in a lab, with one paid order whose events nobody has read."""
    with stand_in() as world:
        shop = builders.a_shop()
        sku = builders.a_stocked_sku(shop)
        builders.a_paid_order(world, builders.a_person(), {sku: 1})
    return {
        "data": str(data),
        "database_url": app_url,
        "owner_database_url": owner_url,
        "lab": "1",
        "field_key": "11" * 32,
        "secret_key": "22" * 32,
    }


def test_restored_into_a_fresh_cluster_everything_is_there_and_unread_events_are_read_once(
    settings: dict[str, str], place: Path, laotie: Laotie, app_url: str
) -> None:
    kept = place / "kept"
    kept.mkdir()
    made = laotie("backup", str(kept), **settings)
    assert made.returncode == 0, made.stdout + made.stderr
    (file,) = kept.iterdir()
    with psycopg.connect(app_url) as connection:
        (events,) = connection.execute("SELECT count(*) FROM event_log").fetchone() or (0,)

    looked = laotie("restore", "--verify", str(file), **settings)
    anew = {"data": str(place / "anew"), "lab": "1"}
    restored = laotie("restore", str(file), **anew)
    read = subprocess.run(
        [sys.executable, "-c", READ_ON],
        env=clean_environment(**anew, field_key="11" * 32, secret_key="22" * 32),
        capture_output=True,
        text=True,
        check=False,
    )

    assert looked.returncode == 0, looked.stdout + looked.stderr
    assert restored.returncode == 0, restored.stdout + restored.stderr
    assert "everything holds" in restored.stdout
    for name in ("media/pictures/ab/abc.webp", "media/live/rom_1/take/1.m4s", "secrets/secret_key"):
        assert (place / "anew" / name).read_bytes() == (place / "data" / name).read_bytes()
    assert not (place / "anew" / "log" / "web.log").exists()
    assert read.returncode == 0, read.stderr
    facts = json.loads(read.stdout.splitlines()[-1])
    assert events > 0
    assert facts["old"] == events
    assert set(facts["left"].values()) == {0}
    assert (facts["paid"], facts["held"]) == (1, 1)
    assert processes_of(place / "anew") == []

    second = laotie("restore", str(file), **anew)
    assert second.returncode == 2
    assert "is not empty" in second.stderr


def test_an_archive_that_was_changed_or_cut_restores_nothing(
    settings: dict[str, str], place: Path, laotie: Laotie
) -> None:
    kept = place / "kept"
    kept.mkdir()
    assert laotie("backup", str(kept), "--without-media", **settings).returncode == 0
    (file,) = kept.iterdir()
    whole = file.read_bytes()
    with tarfile.open(file) as tar:
        at = tar.getmember("files/secrets/secret_key").offset_data
        assert not [name for name in tar.getnames() if name.startswith("files/media")]
    anew = {"data": str(place / "anew"), "lab": "1"}

    file.write_bytes(whole[:at] + b"K" + whole[at + 1 :])
    changed = laotie("restore", str(file), **anew)
    file.write_bytes(whole[: len(whole) // 2])
    cut = laotie("restore", str(file), **anew)
    file.write_bytes(whole)
    real = laotie("restore", str(file), data=str(place / "anew"))

    assert changed.returncode == 1
    assert "files/secrets/secret_key" in changed.stderr
    assert "is not what was written" in changed.stderr
    assert cut.returncode == 2
    assert "cut off" in cut.stderr
    assert real.returncode == 2
    assert "is of a lab" in real.stderr
    left = place / "anew"
    assert not left.exists() or {each.name for each in left.iterdir()} <= {"run", "log"}


def test_old_backups_go_only_when_asked_and_never_into_the_data_folder(
    settings: dict[str, str], place: Path, laotie: Laotie
) -> None:
    kept = place / "kept"
    kept.mkdir()
    for day in ("01", "02", "03"):
        shutil.copy(__file__, kept / f"laotie-202001{day}T000000Z.tar")
    (kept / "other.tar").write_text("not ours")

    inside = laotie("backup", settings["data"], **settings)
    made = laotie("backup", str(kept), "--keep", "2", **settings)

    assert inside.returncode == 2
    assert "would be lost with it" in inside.stderr
    assert made.returncode == 0, made.stderr
    names = sorted(each.name for each in kept.iterdir())
    assert len(names) == 3
    assert names[0] == "laotie-20200103T000000Z.tar"
    assert names[-1] == "other.tar"
