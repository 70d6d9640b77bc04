"""The rows of a data file, whether it is CSV text or an Excel workbook: a header line, then a row of cells a line.

Blank lines and lines that begin with `#` are left out. What a file says is not trusted: its size is bounded before it
is taken apart (`workbooks.py` says how, for workbooks), and every mistake in it is a diagnostic that names the line.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from io import StringIO
from math import isfinite

from sdlang.diagnostics import Diagnostic
from sdlang.model import data_errors as errors
from sdlang.syntax import tree

# A cell of a text is text; one of a workbook may also be a number or a date.
Cell = str | float | date

MOST_ROWS = 1_000_000
MOST_CELLS = 5_000_000
MOST_COLUMNS = 16_384  # as in Excel
LONGEST_CELL = 100_000
SEPARATORS = ((";", "`;`"), ("\t", "tabs"), ("|", "`|`"))


@dataclass(frozen=True, slots=True)
class Row:
    """`north,manufacturing,5`: a cell for each column of the header. `line` is its place in the file, from 1."""

    line: int
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Sheet:
    """`place` is what a message calls it: the path in quotation marks, with the sheet of a workbook."""

    path: tree.Text
    place: str
    header: tuple[str, ...]
    rows: tuple[Row, ...]

    def column(self, place: int) -> str:
        """What a message calls a column: its name, or its number where it has none."""
        return self.header[place] or f"{place + 1}"


class _Unclosed(Exception):
    """The text ended inside quotation marks that were opened on `line`."""

    def __init__(self, line: int) -> None:
        self.line = line
        super().__init__(line)


def csv_sheet(text: str, path: tree.Text, found: list[Diagnostic]) -> Sheet | None:
    """The rows of a CSV text. Cells may stand in quotation marks, and then hold commas and line ends."""
    place = f'"{path.value}"'
    try:
        return sheet_of(_records(text.removeprefix("\ufeff")), path, place, found)
    except _Unclosed as problem:
        found.append(errors.unclosed_quote(place, problem.line, path.span))
    except csv.Error:
        found.append(errors.cell_too_long(place, csv.field_size_limit(), path.span))
    return None


def _records(text: str) -> Iterator[tuple[int, list[str]]]:
    """Each row with the line on which it begins."""
    begins = 0  # 0 between rows

    def lines() -> Iterator[str]:
        nonlocal begins
        for number, line in enumerate(StringIO(text, newline=None), 1):
            if not begins:
                if not line.strip() or line.lstrip().startswith("#"):
                    continue
                begins = number
            yield line
        if begins:  # the reader asked for more
            raise _Unclosed(begins)

    for cells in csv.reader(lines()):
        yield begins, cells
        begins = 0


def sheet_of(
    records: Iterable[tuple[int, Sequence[Cell]]], path: tree.Text, place: str, found: list[Diagnostic]
) -> Sheet | None:
    """The sheet of numbered rows: the first that is not blank is the header; `None` if a mistake was reported."""
    header: tuple[str, ...] | None = None
    rows: list[Row] = []
    read = 0
    for line, written in records:
        cells = [cell.strip() if isinstance(cell, str) else cell for cell in written]
        while cells and cells[-1] == "":
            cells.pop()
        if not cells or text_of(cells[0]).startswith("#"):
            continue
        if any(isinstance(cell, str) and len(cell) > LONGEST_CELL for cell in cells):
            found.append(errors.cell_too_long(place, LONGEST_CELL, path.span))
            return None
        if header is None:
            header = tuple(text_of(cell) for cell in cells)
            if separator := _separator(header):
                found.append(errors.column_separator(place, separator, path.span))
                return None
            if len(header) > MOST_COLUMNS:
                found.append(errors.too_many(place, "columns", MOST_COLUMNS, path.span))
                return None
            continue
        if len(cells) > len(header):
            found.append(errors.too_many_cells(place, line, len(cells), len(header), path.span))
            return None
        read += len(header)
        if len(rows) == MOST_ROWS or read > MOST_CELLS:
            what, limit = ("rows", MOST_ROWS) if len(rows) == MOST_ROWS else ("cells", MOST_CELLS)
            found.append(errors.too_many(place, what, limit, path.span))
            return None
        rows.append(Row(line, (*cells, *[""] * (len(header) - len(cells)))))
    if header is None:
        found.append(errors.empty_file(place, path.span))
        return None
    return Sheet(path, place, header, tuple(rows))


def _separator(header: Sequence[str]) -> str:
    """What separates the columns of a file that has no commas between them, in words; empty if there are commas."""
    if len(header) > 1:
        return ""
    return next((words for mark, words in SEPARATORS if mark in header[0]), "")


def text_of(cell: Cell) -> str:
    """A cell as people write it: `20`, not `20.0`."""
    match cell:
        case str():
            return cell
        case date():
            return cell.isoformat()
        case _:
            return f"{cell:.0f}" if cell.is_integer() and abs(cell) < 1e15 else repr(cell)


def number_of(cell: Cell) -> float | None:
    """The finite number that a cell is, or `None`."""
    if isinstance(cell, date):
        return None
    try:
        value = float(cell)
    except ValueError:
        return None
    return value if isfinite(value) else None
