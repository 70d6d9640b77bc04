"""Excel workbooks: which sheet is read, what its cells become, and what is refused before it can do harm."""

import random
import sys
import zipfile
from collections.abc import Callable
from datetime import date, datetime, time
from io import BytesIO

import openpyxl
import pytest

from sdlang.diagnostics import Diagnostic
from sdlang.extras import MissingExtra
from sdlang.model import workbooks
from sdlang.model.sheets import Row, Sheet
from sdlang.model.workbooks import excel_sheet
from sdlang.source import Source, Span
from sdlang.syntax import tree
from tests.model.data_files import workbook

PATH = tree.Text(Span(Source("a.sd", '"d.xlsx"'), 0, 8), "d.xlsx")
SMALL = workbook({"2019": [["year", "n"], [2000, 5.5], [2001, 6]], "2020": [["a"], ["x"]]})


def text(value: str) -> tree.Text:
    return tree.Text(PATH.span, value)


def sheet(content: bytes, name: str = "") -> Sheet:
    found: list[Diagnostic] = []
    read = excel_sheet(content, PATH, text(name) if name else None, found)
    assert read is not None, found
    assert not found
    return read


def told(content: bytes, name: str = "") -> Diagnostic:
    found: list[Diagnostic] = []
    assert excel_sheet(content, PATH, text(name) if name else None, found) is None
    (diagnostic,) = found
    return diagnostic


def changed(content: bytes, part: str, change: Callable[[bytes], bytes]) -> bytes:
    """A workbook in which one part is another."""
    packed = BytesIO()
    with zipfile.ZipFile(BytesIO(content)) as old, zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as new:
        assert part in old.namelist()
        for name in old.namelist():
            new.writestr(name, change(old.read(name)) if name == part else old.read(name))
    return packed.getvalue()


SHEET = "xl/worksheets/sheet1.xml"


def sharing(texts: list[str], numbers: list[str]) -> bytes:
    """A workbook as Excel writes it: its texts stand in a part of their own, and cells have their numbers."""
    rows = "".join(f'<row r="{n}"><c r="A{n}" t="s"><v>{v}</v></c></row>' for n, v in enumerate(numbers, 1))
    content = changed(
        workbook({"s": []}), SHEET, lambda _: f"<worksheet><sheetData>{rows}</sheetData></worksheet>".encode()
    )
    packed = BytesIO(content)
    with zipfile.ZipFile(packed, "a") as archive:
        items = "".join(f"<si><r><t>{text}</t></r></si>" for text in texts)
        archive.writestr("xl/sharedStrings.xml", f"<sst>{items}</sst>")
    return packed.getvalue()


def test_the_first_sheet_is_read_unless_one_is_named() -> None:
    assert sheet(SMALL).rows == (Row(2, (2000.0, 5.5)), Row(3, (2001.0, 6.0)))
    assert sheet(SMALL).place == '"d.xlsx", sheet `2019`'
    assert sheet(SMALL, "2020").rows == (Row(2, ("x",)),)


def test_a_sheet_that_is_not_there_brings_those_that_are() -> None:
    found = told(SMALL, "2109")
    assert found.code == "unknown-sheet"
    assert "did you mean `2019`" in found.message
    assert found.hint == "it has `2019` and `2020`"


def test_a_sheet_of_charts_is_no_sheet_of_cells() -> None:
    book = openpyxl.Workbook()
    book.create_chartsheet("chart", 0)
    book["Sheet"].append(["a"])
    content = BytesIO()
    book.save(content)
    assert sheet(content.getvalue()).header == ("a",)
    assert told(content.getvalue(), "chart").code == "unknown-sheet"


def test_cells_become_text_numbers_and_dates() -> None:
    row = ["a ", 1, 2.5, date(2007, 11, 15), datetime(2007, 1, 1, 5), True, time(3, 4), "=1/0", 7]
    read = sheet(workbook({"s": [list("abcdefghi"), row]}))
    assert read.rows == (
        Row(2, ("a", 1.0, 2.5, date(2007, 11, 15), datetime(2007, 1, 1, 5), "TRUE", "03:04:00", "", 7.0)),
    )


def test_rows_keep_the_numbers_that_they_have_in_the_sheet() -> None:
    book = openpyxl.Workbook()
    book.active["B3"], book.active["C3"] = "year", "n"
    book.active["B4"], book.active["C4"] = "# from a survey", "x"
    book.active["B7"], book.active["C7"] = 2000, 5
    content = BytesIO()
    book.save(content)
    read = sheet(content.getvalue())
    assert read.header == ("", "year", "n")
    assert read.rows[-1] == Row(7, ("", 2000.0, 5.0))


def test_an_empty_sheet_is_told() -> None:
    assert told(workbook({"s": []})).code == "series-too-short"


@pytest.mark.parametrize(
    ("content", "part"),
    [
        (b"", "is no Excel workbook"),
        (b"year,n\n2000,5\n", "is no Excel workbook"),
        (b"PK\x03\x04", "is damaged"),
        (SMALL[:-30], "is damaged"),
        (SMALL[:400] + b"\0\0\0\0" + SMALL[404:], "is damaged"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "old .xls workbook or needs a password"),
        (changed(SMALL, SHEET, lambda _: b"<worksheet>"), "is damaged"),
        (changed(SMALL, SHEET, lambda _: b"<!DOCTYPE a [<!ENTITY b 'c'>]><worksheet/>"), "is damaged"),
        (changed(SMALL, SHEET, lambda old: old.replace(b'r="A1"', b'r="1A"')), "is damaged"),
        (changed(SMALL, SHEET, lambda old: old.replace(b'r="A1"', b'r="AAAA1"')), "is damaged"),
        (changed(SMALL, SHEET, lambda old: old.replace(b'r="A3"', b'r="A99999999"')), "is damaged"),
        (changed(SMALL, SHEET, lambda old: old.replace(b'r="A3"', b'r="A1"')), "is damaged"),
        (changed(SMALL, SHEET, lambda old: old.replace(b'r="A3"', b'r="XFE3"')), "is damaged"),
        (sharing(["a"], ["1"]), "is damaged"),
        (sharing(["a"], ["-1"]), "is damaged"),
        (sharing([], ["0"]), "is damaged"),
    ],
)
def test_what_is_no_workbook_is_told(content: bytes, part: str) -> None:
    found = told(content)
    assert found.code == "not-a-workbook"
    assert part in found.message
    assert found.hint


def test_an_archive_without_a_workbook_is_told() -> None:
    packed = BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("content.xml", "<a/>")
    assert "no .xlsx" in told(packed.getvalue()).message


# What would need too much memory -------------------------------------------------------------------------------------


def test_two_cells_far_apart_are_refused() -> None:
    book = openpyxl.Workbook()
    book.active["A1"], book.active["XFD1048576"] = 1, 2
    content = BytesIO()
    book.save(content)
    found = told(content.getvalue())  # 1,048,576 rows * 16,384 columns
    assert (found.code, "17,179,869,184 cells" in found.message) == ("data-too-large", True)


def test_a_cell_far_away_that_is_empty_does_no_harm() -> None:
    far = b'<row r="1048576"><c r="XFD1048576" s="0"/></row></sheetData>'
    content = changed(SMALL, SHEET, lambda old: old.replace(b"</sheetData>", far))
    assert len(sheet(content).rows) == 2


def test_a_part_that_unpacks_to_gigabytes_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbooks, "LARGEST_UNPACKED", 2_000_000)
    bomb = changed(SMALL, SHEET, lambda old: old + b" " * 3_000_000)
    assert len(bomb) < 20_000
    assert "unpacks to more than 2,000,000 bytes" in told(bomb).message


def test_a_directory_that_lies_about_sizes_does_not_help() -> None:
    bomb = changed(SMALL, SHEET, lambda old: old + b" " * 3_000_000)
    with zipfile.ZipFile(BytesIO(bomb)) as archive:
        size = archive.getinfo(SHEET).file_size
    found = told(bomb.replace(size.to_bytes(4, "little"), (1000).to_bytes(4, "little")))
    assert found.code == "not-a-workbook"


def test_a_long_text_that_many_cells_share_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    content = sharing(["a", "x" * 1000], ["0", *["1"] * 50])
    monkeypatch.setattr(workbooks, "MOST_TEXT", 50_001)
    assert sheet(content).rows[49].cells == ("x" * 1000,)
    monkeypatch.setattr(workbooks, "MOST_TEXT", 50_000)
    found = told(content)
    assert (found.code, "50,001 characters" in found.message) == ("data-too-large", True)


def test_a_reader_that_panics_is_told() -> None:
    dates = workbook({"s": [["a"], [date(2000, 1, 1)]]})
    # A date so long ago that its milliseconds are no 64-bit number.
    content = changed(dates, SHEET, lambda old: old.replace(b"<v>36526</v>", b"<v>-1e308</v>"))
    assert content != dates
    assert "is damaged" in told(content).message


def test_without_the_extra_it_is_told_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "python_calamine", None)
    with pytest.raises(MissingExtra, match=r"pip install sdlang\[data\]"):
        told(SMALL)


def test_whatever_is_in_a_file_it_is_a_sheet_or_one_message() -> None:
    source = random.Random(2)
    bases = [SMALL, sharing(["year", "n", "é"], ["0", "1", "2"])]

    def mutated(old: bytes) -> bytes:
        new = bytearray(old)
        for _ in range(source.choice((1, 2, 8))):
            place = source.randrange(len(new))
            digits = [at for at, byte in enumerate(new) if 48 <= byte < 58]
            if source.random() < 0.5 and digits:
                place = source.choice(digits)
                new[place : place + 1] = source.choice((b"999999999999", b"-1", b"0", b"14", b"1048576", b"1e308"))
            else:
                new[place] = source.randrange(256)
        return bytes(new)

    for number in range(400):
        base = source.choice(bases)
        with zipfile.ZipFile(BytesIO(base)) as archive:
            names = archive.namelist()
        content = mutated(base) if number % 4 == 0 else changed(base, source.choice(names), mutated)
        if number % 20 == 0:
            content = b"PK\x03\x04" + source.randbytes(300)
        found: list[Diagnostic] = []
        read = excel_sheet(content, PATH, None, found)
        assert (read is None) == (len(found) == 1)
