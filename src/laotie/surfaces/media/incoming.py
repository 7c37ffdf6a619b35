"""Bytes of uploads on disk. The length of a file is how far its upload is; nothing else says so.

`<upload>.part` grows at its end alone; with its last byte it is on the disk for good and becomes
`<upload>.whole`. How long it will be, and what a client wrote about it, are kept beside it.
"""

import contextlib
import os
from pathlib import Path
from uuid import UUID

_PART, _WHOLE, _NOTE, _LENGTH = ".part", ".whole", ".note", ".length"


class Incoming:
    """One folder of uploads. Its methods touch the disk: call them in threads."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def create(self, upload: UUID, note: str, *, whole: int) -> None:
        """An empty file that will have so many bytes, if there is none. raises: OSError."""
        if self.length(upload) is not None:
            return
        self.folder.mkdir(parents=True, exist_ok=True)
        self._path(upload, _LENGTH).write_text(str(whole))
        self._path(upload, _NOTE).write_text(note)
        os.close(os.open(self._path(upload, _PART), os.O_CREAT | os.O_CLOEXEC, 0o640))

    def length(self, upload: UUID) -> int | None:
        """How many bytes lie there; None if it was never begun, or has gone."""
        for kind in (_PART, _WHOLE):
            with contextlib.suppress(FileNotFoundError):
                return self._path(upload, kind).stat().st_size
        return None

    def note(self, upload: UUID) -> str:
        try:
            return self._path(upload, _NOTE).read_text()
        except FileNotFoundError:
            return ""

    def append(self, upload: UUID, piece: bytes) -> None:
        """All of the piece; of what does not fit on the disk, as much as did. raises: OSError."""
        file = os.open(self._path(upload, _PART), os.O_WRONLY | os.O_APPEND | os.O_CLOEXEC)
        try:
            rest = memoryview(piece)
            while rest:
                rest = rest[os.write(file, rest) :]
        finally:
            os.close(file)

    def settle(self, upload: UUID, *, whole: int) -> bool:
        """What came is on the disk; whether that is all of it. raises: OSError."""
        part = self._path(upload, _PART)
        try:
            file = os.open(part, os.O_RDONLY | os.O_CLOEXEC)
        except FileNotFoundError:
            return self.whole(upload) is not None
        try:
            os.fsync(file)
            is_whole = os.fstat(file).st_size == whole
        finally:
            os.close(file)
        if is_whole:
            with contextlib.suppress(FileNotFoundError):  # Somebody else has just done so.
                part.replace(self._path(upload, _WHOLE))
            self._path(upload, _LENGTH).unlink(missing_ok=True)
        return is_whole

    def settle_all(self) -> None:
        """Whoever's last byte lies here is whole, also when its process was killed before it said
        so. raises: OSError.
        """
        for upload in self._uploads(_LENGTH):
            with contextlib.suppress(FileNotFoundError, ValueError):  # Gone, or never begun.
                whole = int(self._path(upload, _LENGTH).read_text())
                if self.length(upload) == whole:
                    self.settle(upload, whole=whole)

    def whole(self, upload: UUID) -> Path | None:
        """The file of an upload of which every byte has come."""
        path = self._path(upload, _WHOLE)
        return path if path.is_file() else None

    def wholes(self) -> list[UUID]:
        return self._uploads(_WHOLE)

    def all(self) -> list[UUID]:
        kinds = (_PART, _WHOLE, _NOTE, _LENGTH)
        return sorted({upload for kind in kinds for upload in self._uploads(kind)})

    def remove(self, upload: UUID) -> None:
        for kind in (_PART, _WHOLE, _NOTE, _LENGTH):
            self._path(upload, kind).unlink(missing_ok=True)

    def _path(self, upload: UUID, kind: str) -> Path:
        return self.folder / f"{upload.hex}{kind}"

    def _uploads(self, kind: str) -> list[UUID]:
        found = []
        for path in self.folder.glob(f"*{kind}"):
            with contextlib.suppress(ValueError):
                found.append(UUID(path.stem))
        return found
