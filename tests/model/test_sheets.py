"""The rows of CSV text, as spreadsheets, databases and people write it."""

import random
from datetime import date
from math import inf

import pytest

from sdlang.diagnostics import Diagnostic
from sdlang.model import sheets
from sdlang.model.sheets import Row, Sheet, csv_sheet, number_of, text_of
from sdlang.source import Source, Span
from sdlang.syntax import tree

PATH = tree.Text(Span(Source("a.sd", '"d.csv"'), 0, 7), "d.csv")


def sheet(text: str) -> Sheet:
    found: list[Diagnostic] = []
    read = csv_sheet(text, PATH, found)
    assert read is not None
    assert not found
    return read


def told(text: str) -> Diagnostic:
    found: list[Diagnostic] = []
    assert csv_sheet(text, PATH, found) is None
    (diagnostic,) = found
    return diagnostic


def test_a_header_and_rows_with_their_lines() -> None:
    read = sheet("year,n\n2000,5\n2001,6\n")
    assert read.header == ("year", "n")
    assert read.rows == (Row(2, ("2000", "5")), Row(3, ("2001", "6")))


def test_marks_line_ends_comments_and_blank_lines_do_no_harm() -> None:
    read = sheet('\ufeff# a survey\r\n"year" ,"n"\r\n\r\n2000, 5\r# between\n,,\n2002 ,"7"\n\n')
    assert read.header == ("year", "n")
    assert read.rows == (Row(4, ("2000", "5")), Row(7, ("2002", "7")))


def test_a_cell_in_quotation_marks_may_hold_commas_line_ends_and_what_looks_like_a_comment() -> None:
    read = sheet('a,b\n"x\n# y, ""z""\n",5\n6,7\n')
    assert read.rows == (Row(2, ('x\n# y, "z"', "5")), Row(5, ("6", "7")))


def test_short_rows_and_columns_without_a_name_are_filled_up() -> None:
    read = sheet("a,,c,,\n1\n2,3,,,\n")
    assert read.header == ("a", "", "c")
    assert read.rows == (Row(2, ("1", "", "")), Row(3, ("2", "3", "")))


@pytest.mark.parametrize(
    ("text", "code", "part"),
    [
        ("", "series-too-short", "is empty"),
        ("\ufeff\n# only this\n", "series-too-short", "is empty"),
        ("a;b\n1;2\n", "column-separator", "`;`"),
        ("a\tb\n1\t2\n", "column-separator", "tabs"),
        ("a|b\n1|2\n", "column-separator", "`|`"),
        ('a,b\n1,2\n3,"4\n5,6\n', "unclosed-quote", "line 3"),
        ("place,n\nnorth,1,234\n", "row-length", "line 2: there are 3 cells; the header has 2"),
        ("a,b\n1," + "9" * 200_000 + "\n", "data-too-large", "131,072 characters"),
        ("a,b\n1," + "9" * 110_000 + "\n", "data-too-large", "100,000 characters"),
        ("a," * 20_000 + "b\n", "data-too-large", "16,384 columns"),
    ],
)
def test_a_text_that_is_no_table_is_told_with_its_line(text: str, code: str, part: str) -> None:
    found = told(text)
    assert found.code == code
    assert part in found.message


def test_rows_and_cells_are_limited(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sheets, "MOST_ROWS", 2)
    assert len(sheet("a,b\n1,2\n3,4\n").rows) == 2
    assert "2 rows" in told("a,b\n1,2\n3,4\n5,6\n").message
    monkeypatch.setattr(sheets, "MOST_CELLS", 3)
    assert "3 cells" in told("a,b\n1,2\n3,4\n").message


def test_whatever_is_in_a_text_it_is_a_sheet_or_one_message() -> None:
    source = random.Random(1)
    pieces = ["a", "b", ",", ",", "\n", "\n", '"', "#", ";", "\t", "\r", "\0", "5", "-1e9", " ", "é", "\u2028", "\x1c"]
    for _ in range(3000):
        text = "".join(source.choices(pieces, k=source.randrange(40)))
        found: list[Diagnostic] = []
        read = csv_sheet(text, PATH, found)
        assert (read is None) == (len(found) == 1), repr(text)
        assert read is None or all(len(row.cells) == len(read.header) for row in read.rows), repr(text)


def test_cells_as_text_and_as_numbers() -> None:
    assert [text_of(cell) for cell in ("20", 20.0, 0.5, -3.0, 1e300, date(2007, 11, 1))] == [
        "20",
        "20",
        "0.5",
        "-3",
        "1e+300",
        "2007-11-01",
    ]
    assert [number_of(cell) for cell in ("20", 20.5, "x", "", "nan", "inf", inf, date(2007, 11, 1))] == [
        20.0,
        20.5,
        *[None] * 6,
    ]
