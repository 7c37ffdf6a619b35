"""Tables from strangers: read exactly or refused with the reason; written so that nothing runs."""

import csv
import io
import zipfile
from decimal import Decimal
from pathlib import Path

import pytest
from openpyxl import Workbook, load_workbook

from laotie.kernel import sheets
from laotie.kernel.sheets import BadSheet, Column, Line, Spool, Writer

CODE = Column("code", ("货号", "Code"))
PRICE = Column("price", ("价格", "Price"))
NOTE = Column("note", ("备注", "Note"), is_required=False)
COLUMNS = (CODE, PRICE, NOTE)
HOSTILE = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", '=HYPERLINK("http://x","y")', "＝1"]


def lines(path: Path, body: bytes) -> list[Line]:
    path.write_bytes(body)
    return list(sheets.table(path, COLUMNS))


def reason_of(path: Path, body: bytes) -> str:
    with pytest.raises(BadSheet) as refusal:
        lines(path, body)
    assert "%(" not in refusal.value.text()
    return str(refusal.value.facts["reason"])


def workbook(*rows: list[object], sheets_in_all: int = 1) -> bytes:
    book = Workbook()
    assert book.active
    for row in rows:
        book.active.append(row)
    for _ in range(sheets_in_all - 1):
        book.create_sheet()
    kept = io.BytesIO()
    book.save(kept)
    return kept.getvalue()


def with_member(body: bytes, name: str, content: bytes, *, instead: bool = False) -> bytes:
    """The archive with one more member, or another one under its name."""
    kept = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(body)) as old, zipfile.ZipFile(kept, "w", 8) as new:
        for member in old.infolist():
            if not (instead and member.filename == name):
                new.writestr(member, old.read(member))
        new.writestr(name, content)
    return kept.getvalue()


GOOD = workbook(["货号", "Price*"], ["A1", 39.9], [7, "39.90"])


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_csv_is_read_as_people_save_it(tmp_path: Path, encoding: str, delimiter: str) -> None:
    text = 'Code|价格|other|note\r\nA1|39.90|x|"two|\nlines"\r\n\r\n|||\r\nB2|5|x\r\n'
    found = lines(tmp_path / "f", text.replace("|", delimiter).encode(encoding))

    assert found == [
        Line(2, {"code": "A1", "price": "39.90", "note": f"two{delimiter}\nlines"}),
        Line(5, {"code": "B2", "price": "5", "note": ""}),
    ]


def test_xlsx_cells_become_text_exactly(tmp_path: Path) -> None:
    body = workbook(
        ["Code", "Price", "Note"],
        ["007", 39.9, None],
        [12345678901234, 1234.56, True],
        [None, None, None],
        ["x", 39.0, "a"],
    )

    assert [(line.number, *line.cells.values()) for line in lines(tmp_path / "f", body)] == [
        (2, "007", "39.9", ""),
        (3, "12345678901234", "1234.56", "TRUE"),
        (5, "x", "39", "a"),
    ]


@pytest.mark.parametrize("form", sheets.FORMS)
def test_no_cell_runs_and_all_come_back(tmp_path: Path, form: str) -> None:
    path = tmp_path / f"out.{form}"
    with Writer(path, form, ["Code", "Price", "Note"]) as writer:
        for text in [*HOSTILE, "'=kept", "plain", "a\x00b"]:
            writer.row([text, Decimal("39.90"), -5])

    found = list(sheets.table(path, COLUMNS))
    assert [line.cells["code"] for line in found] == [*HOSTILE, "'=kept", "plain", "ab"]
    assert {line.cells["price"].rstrip("0") for line in found} == {"39.9"}
    assert {line.cells["note"] for line in found} == {"-5"}
    if form == "csv":
        body = path.read_bytes()
        assert body.startswith(b"\xef\xbb\xbf")
        cells = [row[0] for row in csv.reader(io.StringIO(body.decode("utf-8-sig"), newline=""))]
    else:
        cells = [str(row[0].value) for row in load_workbook(path)["Sheet"].iter_rows()]
        assert all(row[0].data_type == "s" for row in load_workbook(path)["Sheet"].iter_rows())
    assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@", "\t", "\r", "＝"))]


def test_a_table_that_broke_off_is_not_there(tmp_path: Path) -> None:
    for form in sheets.FORMS:
        with pytest.raises(RuntimeError), Writer(tmp_path / "out", form, ["a"]) as writer:
            writer.row(["1"])
            raise RuntimeError
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"", "column"),
        (b"Code,Price\n", "empty"),
        (b"Code,Price\n\n,,\n", "empty"),
        (b"Code\nA1\n", "column"),
        (b"Code,Price,code\nA,1,B\n", "twice"),
        (b"Code,Price\n\xff\xfe\xff,1\n", "encoding"),
        (b"Code,Price\nA\x00B,1\n", "form"),
        (b'Code,Price\n"A,1\n', "broken"),
        (b'Code,Price\n"A"x,1\n', "broken"),
        (b"Code,Price\nA," + b"1" * 10_001 + b"\n", "cell"),
        (b"Code,Price\nA," + b'"' + b"1\n" * 100_000, "broken"),
        (b"Code,Price" + b",x" * 100 + b"\nA,1\n", "wide"),
        (b"Code,Price\n" + b"A,1\n" * (sheets.MOST_ROWS + 1), "size"),
        (b"x" * (sheets.MOST_BYTES + 1), "size"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "old"),
        (b"PK\x03\x04" + b"\0" * 100, "broken"),
        (GOOD[: len(GOOD) // 2], "broken"),
        (workbook(["Code"], ["A"]), "column"),
        (workbook(["Code", "Price"], ["A", 1], sheets_in_all=21), "form"),
        (workbook(["Code", "Price"], ["A", 1, *["x"] * 100]), "wide"),
        (with_member(GOOD, "xl/vbaProject.bin", b"x"), "form"),
        (with_member(GOOD, "xl/worksheets/sheet1.xml", b"<x", instead=True), "broken"),
        (with_member(GOOD, "xl/workbook.xml", b"<x/>", instead=True), "form"),
        (with_member(GOOD, "xl/bomb.xml", b"a" * ((4 << 20) + 1)), "size"),
        (
            with_member(
                GOOD,
                "xl/sharedStrings.xml",
                b'<?xml version="1.0"?><!DOCTYPE l [<!ENTITY a "aaaa">]><l>&a;</l>',
                instead=True,
            ),
            "form",
        ),
        (
            with_member(
                GOOD,
                "xl/worksheets/sheet1.xml",
                '<?xml version="1.0" encoding="UTF-16"?><!DOCTYPE x><x/>'.encode("utf-16"),
                instead=True,
            ),
            "form",
        ),
    ],
)
def test_hostile_files_are_refused(tmp_path: Path, body: bytes, reason: str) -> None:
    assert reason_of(tmp_path / "f", body) == reason


def test_a_bomb_of_zeros_is_not_unpacked(tmp_path: Path) -> None:
    path = tmp_path / "bomb.xlsx"
    with zipfile.ZipFile(path, "w", 8, compresslevel=1) as archive:
        with archive.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as member:
            for _ in range(257):
                member.write(b"\0" * (1 << 20))
    assert path.stat().st_size < 4 << 20

    with pytest.raises(BadSheet) as refusal:
        list(sheets.table(path, COLUMNS))

    assert refusal.value.facts["reason"] == "size"


def test_a_cell_at_the_far_corner_costs_nothing(tmp_path: Path) -> None:
    sheet = (
        b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
        b'<dimension ref="A1:XFD1048576"/><sheetData><row r="1"><c r="A1" t="inlineStr"><is>'
        b'<t>Code</t></is></c><c r="B1" t="inlineStr"><is><t>Price</t></is></c></row>'
        b'<row r="1048576"><c r="A1048576"><v>1</v></c></row></sheetData></worksheet>'
    )
    body = with_member(GOOD, "xl/worksheets/sheet1.xml", sheet, instead=True)

    assert reason_of(tmp_path / "f", body) == "size"


def test_a_spool_is_read_on_from_any_row(tmp_path: Path) -> None:
    spool = Spool(tmp_path / "rows")
    rows = [Line(n, {"code": f"货{n}"}) for n in range(2, 7)]

    assert spool.fill(iter(rows)) == 5
    places = [at for _line, at in spool.lines()]
    assert [line for line, _at in spool.lines(places[2])] == rows[3:]


def test_what_a_dead_worker_wrote_too_much_is_dropped(tmp_path: Path) -> None:
    spool = Spool(tmp_path / "rows")

    at = spool.append([["a", Decimal("1.50"), None]], at=0)
    spool.append([["never committed"]], at=at)
    spool.append([["b", 2, ""]], at=at)

    assert list(spool.values()) == [["a", Decimal("1.50"), None], ["b", 2, ""]]
