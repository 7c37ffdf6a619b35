"""Tables that people send and fetch as CSV or XLSX: read and written row by row.

Reading trusts nothing: size, members and depth of the archive, encodings, widths and lengths are
bounded before or while a row is made, and every cell becomes text exactly as it stands. Writing
makes cells that a spreadsheet would run into plain text; reading takes that mark off again.

The library for XLSX is loaded by the first file of that kind: most processes never see one.
"""

import csv
import json
import re
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from pathlib import Path
from types import TracebackType
from typing import Any, ClassVar, Self
from xml.etree.ElementTree import ParseError

from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

from laotie.kernel.errors import Refusal

MOST_BYTES = 32 << 20
MOST_ROWS = 200_000
MOST_COLUMNS = 100
LONGEST_CELL = 10_000
FORMS = ("csv", "xlsx")
CONTENT_TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}

_MOST_MEMBERS = 200
_MOST_SHEETS = 20
# A sheet is streamed, so it may be large; the other parts are held in memory whole.
_MOST_SHEET_BYTES = 256 << 20
_MOST_STRINGS_BYTES = 64 << 20
_MOST_PART_BYTES = 4 << 20
_CHUNK = 1 << 16
_RUNS_IN_SHEETS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
_CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_DOCUMENT_TYPE = re.compile(rb"<!\s*(?:DOCTYPE|ENTITY)|\0", re.IGNORECASE)
_ENCODINGS = ("utf-8-sig", "gb18030")
_DELIMITERS = (",", "\t", ";")

Value = str | int | Decimal | None


class BadSheet(Refusal):
    """`reason` is one of the keys below; `row` and `column` say where, if it is somewhere."""

    code = "BAD_SHEET"
    status = 422
    message = _("This file cannot be read: %(advice)s.")

    reasons: ClassVar[dict[str, str]] = {
        "size": _("send at most 32 MB and 200,000 rows"),
        "form": _("send CSV, or XLSX without password and macros"),
        "old": _("save it as XLSX or CSV; the old XLS is not read"),
        "encoding": _("save it as UTF-8 or GBK"),
        "broken": _("it is damaged, or not what its name says; save it again"),
        "cell": _("row %(row)s has a cell of more than 10,000 characters"),
        "wide": _("it has more than 100 columns"),
        "empty": _("it has no rows under the names of the columns"),
        "column": _("the column “%(column)s” is missing"),
        "twice": _("the column “%(column)s” is there twice"),
    }

    def __init__(self, reason: str, **facts: Any) -> None:
        super().__init__(reason=reason, **facts)

    def text(self) -> str:
        return gettext(self.message) % {
            "advice": gettext(self.reasons[self.facts["reason"]]) % self.facts
        }


@dataclass(frozen=True, slots=True)
class Column:
    """A column by its key. names: what may stand above it, in either language; the key does too."""

    key: str
    names: tuple[str, ...]
    is_required: bool = True


@dataclass(frozen=True, slots=True)
class Line:
    """One row. number: as a spreadsheet counts; the names of the columns are row 1."""

    number: int
    cells: dict[str, str]


def table(path: Path, columns: Sequence[Column]) -> Iterator[Line]:
    """The rows under their columns' keys; blank rows are passed over, unknown columns too.

    A column that is not there gives no key. Memory does not grow with the number of rows, except
    for the texts that an XLSX shares between cells (at most 64 MB of them).
    raises: BadSheet, at the latest when the row that breaks it is asked for.
    """
    rows = _rows(path)
    header = next(rows, (0, ()))[1]
    places = _places(header, columns)
    is_empty = True
    for number, cells in rows:
        found = {key: cells[place] if place < len(cells) else "" for key, place in places.items()}
        if any(found.values()):
            is_empty = False
            yield Line(number, found)
    if is_empty:
        raise BadSheet("empty")


def form_of(path: Path) -> str:
    """`csv` or `xlsx`, by what is in the file; its name is not asked. raises: BadSheet."""
    if path.stat().st_size > MOST_BYTES:
        raise BadSheet("size")
    with path.open("rb") as file:
        start = file.read(8)
    if start.startswith(b"PK\x03\x04"):
        return "xlsx"
    if start.startswith(b"\xd0\xcf\x11\xe0"):
        raise BadSheet("old")
    return "csv"


def _rows(path: Path) -> Iterator[tuple[int, tuple[str, ...]]]:
    """(row number, cells) of the first sheet. raises: BadSheet."""
    rows = _xlsx_rows(path) if form_of(path) == "xlsx" else _csv_rows(path)
    for number, cells in enumerate(rows, start=1):
        if number > MOST_ROWS + 1:
            raise BadSheet("size")
        if len(cells) > MOST_COLUMNS:
            raise BadSheet("wide")
        if any(len(cell) > LONGEST_CELL for cell in cells):
            raise BadSheet("cell", row=number)
        yield number, tuple(_without_mark(cell) for cell in cells)


def _places(header: Sequence[str], columns: Sequence[Column]) -> dict[str, int]:
    """Where each column stands."""
    known = [(name, column.key) for column in columns for name in (column.key, *column.names)]
    names = {name.casefold(): key for name, key in known}
    places: dict[str, int] = {}
    for place, name in enumerate(header):
        key = names.get(name.strip().rstrip("*").strip().casefold())
        if key in places:
            raise BadSheet("twice", column=name)
        if key is not None:
            places[key] = place
    for column in columns:
        if column.is_required and column.key not in places:
            raise BadSheet("column", column=column.names[0])
    return places


# --- CSV -----------------------------------------------------------------------------------------


def _csv_rows(path: Path) -> Iterator[list[str]]:
    with path.open(encoding=_encoding(path), newline="") as file:
        start = file.readline(_CHUNK)
        delimiter = max(_DELIMITERS, key=start.count)
        file.seek(0)
        try:
            yield from csv.reader(file, delimiter=delimiter, strict=True)
        except csv.Error as error:
            raise BadSheet("broken") from error


def _encoding(path: Path) -> str:
    """The first of ours in which the whole file is text. Reads it once, in pieces."""
    with path.open("rb") as file:
        start = file.read(2)
    is_wide = start in {b"\xff\xfe", b"\xfe\xff"}  # What Excel calls Unicode text.
    for encoding in ("utf-16",) if is_wide else _ENCODINGS:
        try:
            with path.open(encoding=encoding, newline="") as file:
                while piece := file.read(_CHUNK):
                    if "\0" in piece:
                        raise BadSheet("form")
        except UnicodeError:
            continue
        return encoding
    raise BadSheet("encoding")


# --- XLSX ----------------------------------------------------------------------------------------


def _xlsx_rows(path: Path) -> Iterator[list[str]]:
    """Rows of the first sheet, read as a stream."""
    from openpyxl import load_workbook
    from openpyxl.utils.exceptions import InvalidFileException

    try:
        _check_archive(path)
        with path.open("rb") as file:
            book = load_workbook(file, read_only=True, data_only=True, keep_links=False)
            if not 1 <= len(book.worksheets) <= _MOST_SHEETS:
                raise BadSheet("form")
            sheet = book.worksheets[0]
            sheet.reset_dimensions()  # What the file says of its own size is not believed.
            for cells in sheet.iter_rows(max_col=MOST_COLUMNS + 1, values_only=True):
                yield [_as_text(value) for value in _trimmed(list(cells))]
    except BadSheet:
        raise
    except (
        zipfile.BadZipFile, ParseError, InvalidFileException, KeyError, ValueError, TypeError,
        IndexError, AttributeError, EOFError, OSError, NotImplementedError, RuntimeError,
    ) as error:  # fmt: skip
        # The library meets a bent file with whatever line first falls over it.
        raise BadSheet("broken") from error


def _check_archive(path: Path) -> None:
    """Refuse an archive that unpacks to too much, before anything of it is unpacked.

    The archive's own word is enough: no more than it says is ever unpacked of a member.
    """
    with zipfile.ZipFile(path) as archive:
        members = archive.infolist()
        if len(members) > _MOST_MEMBERS:
            raise BadSheet("size")
        names = [member.filename for member in members]
        if len(set(names)) != len(names) or any(name.endswith("vbaProject.bin") for name in names):
            raise BadSheet("form")
        for member in members:
            if member.flag_bits & 0x1:
                raise BadSheet("form")
            if member.file_size > _most_bytes(member.filename):
                raise BadSheet("size")
            if member.filename.endswith((".xml", ".rels")):
                with archive.open(member) as part:
                    # Sheets need no document type; entities in one are how small files grow.
                    if _DOCUMENT_TYPE.search(part.read(4096)):
                        raise BadSheet("form")


def _most_bytes(name: str) -> int:
    if name.startswith("xl/worksheets/"):
        return _MOST_SHEET_BYTES
    if name == "xl/sharedStrings.xml":
        return _MOST_STRINGS_BYTES
    return _MOST_PART_BYTES if name.endswith((".xml", ".rels")) else MOST_BYTES


def _as_text(value: object) -> str:
    """A cell as it stands: 39.9 is `39.9`, a whole number has no point, a day is `2026-11-22`."""
    match value:
        case None:
            return ""
        case str():
            return value
        case bool():
            return "TRUE" if value else "FALSE"
        case float():
            return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
        case datetime():
            return (
                value.isoformat(" ", "seconds")
                if value.time() != time()
                else value.date().isoformat()
            )
        case date() | time():
            return value.isoformat()
        case _:
            return str(value)


def _trimmed(cells: list[object]) -> list[object]:
    while cells and cells[-1] is None:
        cells.pop()
    return cells


# --- Writing -------------------------------------------------------------------------------------


def safe(value: Value) -> Value:
    """A text that no spreadsheet runs: one that begins as a formula gets a mark in front."""
    if not isinstance(value, str):
        return value
    cleaned = _CONTROLS.sub("", value)
    return f"'{cleaned}" if _would_run(cleaned) else cleaned


def _without_mark(text: str) -> str:
    """What `safe` was given."""
    return text[1:] if text[:1] == "'" and _would_run(text) else text


def _would_run(text: str) -> bool:
    """Whether it begins as a formula, behind marks or without."""
    return text.lstrip("'").startswith(_RUNS_IN_SHEETS)


class Writer(AbstractContextManager["Writer"]):
    """One table, written row by row; it lies at its path only once all of it is there."""

    def __init__(self, path: Path, form: str, header: Sequence[str]) -> None:
        assert form in FORMS
        self._path, self._making = path, path.with_name(f".{path.name}")
        self._rows: _CsvRows | _XlsxRows = (_CsvRows if form == "csv" else _XlsxRows)(self._making)
        self._rows.header(header)

    def row(self, values: Sequence[Value]) -> None:
        """Numbers stay numbers; texts that a spreadsheet would run are made plain."""
        self._rows.row([safe(value) for value in values])

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        _error: BaseException | None,
        _at: TracebackType | None,
    ) -> None:
        if kind is None:
            self._rows.save()
            self._making.replace(self._path)
        else:
            self._rows.drop()
            self._making.unlink(missing_ok=True)


class _CsvRows:
    """UTF-8 with a mark in front, without which Excel takes it for the system's old encoding."""

    def __init__(self, path: Path) -> None:
        self._file = path.open("w", encoding="utf-8-sig", newline="")
        self._csv = csv.writer(self._file)

    def header(self, names: Sequence[str]) -> None:
        self._csv.writerow(names)

    def row(self, values: Sequence[Value]) -> None:
        self._csv.writerow(["" if value is None else value for value in values])

    def save(self) -> None:
        self._file.close()

    def drop(self) -> None:
        self._file.close()


class _XlsxRows:
    """Rows go to the disk as they come; the library holds none of them."""

    def __init__(self, path: Path) -> None:
        from openpyxl import Workbook

        self._path = path
        self._book = Workbook(write_only=True)
        self._sheet = self._book.create_sheet("Sheet")
        self._sheet.freeze_panes = "A2"

    def header(self, names: Sequence[str]) -> None:
        from openpyxl.cell import WriteOnlyCell
        from openpyxl.styles import Font

        cells = [WriteOnlyCell(self._sheet, value=name) for name in names]
        for cell in cells:
            cell.font = Font(bold=True)
        self._sheet.append(cells)

    def row(self, values: Sequence[Value]) -> None:
        self._sheet.append(list(values))

    def save(self) -> None:
        self._book.save(self._path)

    def drop(self) -> None:
        self._sheet.close()


# --- Between two forms ---------------------------------------------------------------------------


class Spool:
    """Rows on the disk, one JSON text a line, to be read on from any of them at once."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def fill(self, rows: Iterator[Line]) -> int:
        """Hold exactly these rows; how many."""
        count = 0
        making = self.path.with_name(f".{self.path.name}")
        with making.open("w", encoding="utf-8") as file:
            for row in rows:
                count += 1
                json.dump([row.number, row.cells], file, ensure_ascii=False)
                file.write("\n")
        making.replace(self.path)
        return count

    def lines(self, at: int = 0) -> Iterator[tuple[Line, int]]:
        """Rows from byte `at` on, each with the place of the next."""
        with self.path.open("rb") as file:
            file.seek(at)
            while text := file.readline():
                number, cells = json.loads(text)
                yield Line(number, cells), file.tell()

    def append(self, rows: Sequence[Sequence[Value]], *, at: int) -> int:
        """Hold these after byte `at`, and nothing else after it; the place of the next.

        What a worker that died wrote after its last commit goes with it.
        """
        with self.path.open("ab") as file:
            file.truncate(at)
            for row in rows:
                text = json.dumps(list(row), ensure_ascii=False, default=_decimal_out)
                file.write(text.encode() + b"\n")
            return file.tell()

    def values(self) -> Iterator[list[Any]]:
        """Rows that were appended, in order."""
        if self.path.exists():
            with self.path.open(encoding="utf-8") as file:
                for text in file:
                    yield json.loads(text, object_hook=_decimal_in)


def header(columns: Sequence[Column], *, language: str) -> list[str]:
    """What stands above each column: its first name in Chinese, its last one otherwise."""
    return [column.names[0 if language.startswith("zh") else -1] for column in columns]


def _decimal_out(value: object) -> dict[str, str]:
    assert isinstance(value, Decimal)
    return {"decimal": str(value)}


def _decimal_in(found: dict[str, str]) -> Decimal:
    return Decimal(found["decimal"])
