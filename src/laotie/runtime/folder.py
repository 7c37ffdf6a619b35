"""The data folder: what lies where in it, whose it is, and who is at work in it.

laotie.json     that it is ours, and whether it belongs to a lab
secrets/        keys that were made once; mode 600
postgres/       the embedded database; owned by the account that runs it
log/  run/      logs; the lock and the addresses of the running supervisor
media/          pictures and video
"""

import contextlib
import fcntl
import json
import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from laotie.runtime import account
from laotie.runtime.config import Config
from laotie.runtime.problems import NotReady, WrongUse

_MEGABYTE = 1 << 20
# Keys may be made before the first start, and an empty disk is not quite empty.
_OWN = frozenset({"secrets", "run", "lost+found"})


@dataclass(frozen=True, slots=True)
class Running:
    """The supervisor that holds the folder now."""

    pid: int
    addresses: dict[str, str]


def prepare(config: Config) -> None:
    """Have the folder there, ours, and with room in it; nothing else in it is touched.

    raises: WrongUse when it holds other things, or belongs to a lab while we are not one, or the
            other way round; NotReady when it cannot be written or the disk is nearly full.
    """
    path = config.data
    try:
        path.mkdir(parents=True, exist_ok=True)
        _mark(path, is_lab=config.lab)
        for name, mode in (("secrets", 0o700), ("log", 0o700), ("run", 0o700), ("media", 0o700)):
            (path / name).mkdir(exist_ok=True, mode=mode)
    except PermissionError as error:
        raise NotReady(
            f"The data folder {path} cannot be written: {error.filename} is closed to us.",
            "Give this account rights on it, or name another with LAOTIE_DATA.",
        ) from None
    except OSError as error:
        raise NotReady(
            f"The data folder {path} cannot be made: {error.strerror}.",
            "Name another with LAOTIE_DATA.",
        ) from None
    check_space(config)


def reset(config: Config) -> None:
    """Empty the folder of a lab, so that the next start begins anew.

    raises: WrongUse for real data or a database of one's own; NotReady while it is in use.
    """
    if not config.is_embedded:
        raise WrongUse(
            "Only the embedded database can be emptied, and LAOTIE_DATABASE_URL names another.",
            "Unset it, or empty that database by hand.",
        )
    if not config.data.exists():
        return
    if not _read(config.data / "laotie.json").get("lab"):
        raise WrongUse(
            f"{config.data} holds no lab's data, and is left as it is.",
            "Name the lab's folder with LAOTIE_DATA.",
        )
    with held(config):
        for each in config.data.iterdir():
            if each.name == "run":
                continue  # Holds the lock that we hold.
            if each.is_dir() and not each.is_symlink():
                shutil.rmtree(each)
            else:
                each.unlink()


def check_space(config: Config) -> int:
    """Free megabytes on the disk of the data folder.

    raises: NotReady below the floor.
    """
    free = shutil.disk_usage(config.data).free // _MEGABYTE
    if free < config.space_floor_mb:
        raise NotReady(
            f"The disk of {config.data} has {free} MB left; Laotie starts with"
            f" {config.space_floor_mb} MB or more.",
            "Free some space, name a folder on another disk with LAOTIE_DATA,"
            " or lower LAOTIE_SPACE_FLOOR_MB.",
        )
    return free


@contextlib.contextmanager
def held(config: Config) -> Iterator[None]:
    """Be the only supervisor of this folder; the system lets go of it when we die.

    raises: NotReady that says who holds it and where it serves.
    """
    lock = config.data / "run" / "lock"
    with lock.open("a+") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise NotReady(_already(config), "Stop that one first, or use it.") from None
        file.truncate(0)
        file.write(json.dumps({"pid": os.getpid()}))
        file.flush()
        yield


def running(config: Config) -> Running | None:
    """Who holds the folder, if anybody does."""
    lock = config.data / "run" / "lock"
    try:
        with lock.open("r") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
            except BlockingIOError:
                return Running(_read(lock).get("pid", 0), addresses(config))
    except (FileNotFoundError, PermissionError):
        return None
    return None


def addresses(config: Config) -> dict[str, str]:
    """What the running supervisor serves, by part; empty when none has said so."""
    return _read(config.data / "run" / "addresses.json")


def ports(config: Config) -> dict[str, int]:
    """Which ports the running supervisor chose, by setting; empty when nothing runs."""
    return _read(config.data / "run" / "ports.json") if running(config) else {}


def write_json(path: Path, content: Any) -> None:
    """Replace a small file whole: a reader sees the old or the new one."""
    making = path.with_name(f".{path.name}.{os.getpid()}")
    making.write_text(json.dumps(content, indent=2) + "\n", "utf-8")
    making.replace(path)


def _mark(path: Path, *, is_lab: bool) -> None:
    mark = path / "laotie.json"
    if not mark.exists():
        strangers = sorted(each.name for each in path.iterdir() if each.name not in _OWN)
        if strangers:
            raise WrongUse(
                f"LAOTIE_DATA is {path}, which holds other things ({', '.join(strangers[:3])}).",
                "Name an empty folder, or one that does not exist yet.",
            )
        write_json(mark, {"lab": is_lab})
        if account.for_folder(path).is_other:
            path.chmod(0o711)  # The database's account passes through, and lists nothing.
    was_lab = bool(_read(mark).get("lab"))
    if was_lab and not is_lab:
        raise WrongUse(
            f"The data in {path} was made by a lab (or `laotie demo`), where money is played.",
            "Set LAOTIE_LAB=1 to go on with it, or name another folder with LAOTIE_DATA.",
        )
    if is_lab and not was_lab:
        raise WrongUse(
            f"The data in {path} is real, and LAOTIE_LAB is on, where payments are played.",
            "Unset LAOTIE_LAB, or name another folder with LAOTIE_DATA.",
        )


def _already(config: Config) -> str:
    found = _read(config.data / "run" / "lock")
    at = addresses(config).get("web", "an address it has not written yet")
    return f"Laotie is already running on {config.data} (process {found.get('pid', '?')}), at {at}."


def _read(path: Path) -> dict[str, Any]:
    try:
        found = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}
