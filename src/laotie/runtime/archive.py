"""The file that a backup is: one tar with the database, the files, and a manifest of both.

The manifest stands last, because it is true only once everything else is in. It names the release,
the migrations, the rows of each table at the moment of the dump, and a SHA-256 of each file.
"""

import hashlib
import io
import json
import os
import tarfile
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path, PurePosixPath
from typing import IO, Any

from laotie.runtime.problems import Problem, WrongUse

FORMAT = 1
DATABASE = "database.dump"
FILES = "files"
MANIFEST = "manifest.json"
_CHUNK = 1 << 20


class Damaged(Problem):
    """The archive is not what was written."""


@dataclass(frozen=True, slots=True)
class Manifest:
    """What an archive holds.

    rows:    of each table, counted in the snapshot that was dumped.
    digests: SHA-256 in hex of each member, by name.
    """

    format: int
    release: str
    made_at: str
    lab: bool
    has_secrets: bool
    has_media: bool
    migrations: tuple[str, ...]
    rows: Mapping[str, int]
    digests: Mapping[str, str]


class Writer:
    """Adds members to a tar and remembers their digests; `close` adds the manifest."""

    def __init__(self, file: IO[bytes]) -> None:
        self._tar = tarfile.TarFile(fileobj=file, mode="w", format=tarfile.PAX_FORMAT)
        self.digests: dict[str, str] = {}
        self.bytes = 0

    def add(self, path: Path, name: str) -> bool:
        """Put a file in under a name; whether it was still there with its size unchanged."""
        try:
            with path.open("rb") as source:
                member = tarfile.TarInfo(name)
                member.size = os.fstat(source.fileno()).st_size
                member.mode = 0o600
                member.mtime = int(path.stat().st_mtime)
                counted = _Counted(source, member.size)
                self._tar.addfile(member, counted)
        except FileNotFoundError:
            return False
        self.digests[name] = counted.digest.hexdigest()
        self.bytes += member.size
        return True

    def close(self, manifest: Manifest) -> None:
        content = json.dumps(asdict(manifest), ensure_ascii=False, indent=1).encode()
        member = tarfile.TarInfo(MANIFEST)
        member.size, member.mode = len(content), 0o600
        self._tar.addfile(member, io.BytesIO(content))
        self._tar.close()


class _Counted(io.RawIOBase):
    """Exactly so many bytes of a file that may grow meanwhile, and their digest."""

    def __init__(self, source: IO[bytes], size: int) -> None:
        super().__init__()
        self.digest = hashlib.sha256()
        self._source = source
        self._left = size

    def read(self, size: int = -1) -> bytes:
        wanted = self._left if size < 0 else min(size, self._left)
        got = self._source.read(wanted)
        if len(got) < wanted:
            raise Damaged(
                f"{getattr(self._source, 'name', 'A file')} became shorter while it was read.",
                "Run the backup again.",
            )
        self._left -= len(got)
        self.digest.update(got)
        return got


def manifest_of(archive: Path) -> Manifest:
    """raises: WrongUse when this is no archive of ours, or one of a later format; Damaged."""
    try:
        with tarfile.open(archive, "r:") as tar:
            held = tar.extractfile(MANIFEST)
            assert held is not None
            found: dict[str, Any] = json.load(held)
    except (OSError, tarfile.TarError, KeyError) as error:
        raise WrongUse(
            f"{archive} is no backup of Laotie, or it was cut off: {error}.",
            "Name the .tar file that `laotie backup` wrote.",
        ) from None
    if found.get("format") != FORMAT:
        raise WrongUse(
            f"{archive} has format {found.get('format')}, and this release reads {FORMAT}.",
            "Restore it with the release that wrote it.",
        )
    return Manifest(**{**found, "migrations": tuple(found["migrations"])})


def extract(archive: Path, manifest: Manifest, *, into: Path) -> Iterator[str]:
    """Write every member below a folder, compared with its digest; yields the names.

    raises: Damaged at the first member that is missing, added, changed, or would lie elsewhere.
    """
    missing = dict(manifest.digests)
    with tarfile.open(archive, "r:") as tar:
        for member in tar:
            if member.name == MANIFEST:
                continue
            expected = missing.pop(member.name, None)
            path = PurePosixPath(member.name)
            if expected is None or not member.isreg() or path.is_absolute() or ".." in path.parts:
                raise Damaged(f"{archive} holds {member.name}, which its manifest does not name.")
            source = tar.extractfile(member)
            assert source is not None
            if _copy(source, into / path) != expected:
                raise Damaged(
                    f"{member.name} in {archive} is not what was written.",
                    "Use another backup; this one was damaged on the way.",
                )
            yield member.name
    if missing:
        raise Damaged(f"{archive} lacks {len(missing)} files, {min(missing)} among them.")


def _copy(source: IO[bytes], target: Path) -> str:
    target.parent.mkdir(parents=True, exist_ok=True)
    digest = hashlib.sha256()
    with target.open("xb") as written:
        target.chmod(0o600)
        while chunk := source.read(_CHUNK):
            digest.update(chunk)
            written.write(chunk)
    return digest.hexdigest()
