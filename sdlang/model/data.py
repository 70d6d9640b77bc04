"""Data files: what the line that names one asks for, and series from them.

A file is a sheet of rows (`sheets.py`). Reading it is the caller's matter: the compiler is given a `Reader`, which
keeps to the model's folder. What cells of the time column may be is in `data_times.py`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

from sdlang.diagnostics import Diagnostic
from sdlang.model import data_errors as errors
from sdlang.model.data_times import time_at
from sdlang.model.model import Clock
from sdlang.model.sheets import Row, Sheet, csv_sheet, number_of, text_of
from sdlang.model.workbooks import excel_sheet
from sdlang.syntax import tree
from sdlang.units.dates import spoken_time

Points = tuple[tuple[float, float], ...]

READERS = ("csv", "excel")


class Reader(Protocol):
    """Reads files in the model's folder. Both raise UnreadableData."""

    def __call__(self, path: str, /) -> str:
        """The text of a file."""

    def content(self, path: str, /) -> bytes:
        """The bytes of a file."""


class UnreadableData(Exception):
    """A data file that cannot be read: a diagnostic code, the reason in words, and a step to take."""

    def __init__(self, code: str, reason: str, hint: str = "") -> None:
        self.code, self.reason, self.hint = code, reason, hint
        super().__init__(reason)


@dataclass(frozen=True, slots=True)
class Columns:
    """Which file (and sheet of it), and which of its columns hold the time and the value. `reader` is csv or excel."""

    reader: str
    path: tree.Text
    time: tree.Text | None = None
    value: tree.Text | None = None
    sheet: tree.Text | None = None


def columns_of(
    reader: tree.Call, found: list[Diagnostic], options: Sequence[str] = ("time", "value")
) -> Columns | None:
    """What `csv("data/robots.csv", time = "year", value = "stock")` asks for; `options` name the columns it may."""
    kind = reader.function.text
    if kind not in READERS:
        found.append(errors.unknown_reader(kind, READERS, reader.function.span))
        return None
    known = (*options, "sheet") if kind == "excel" else tuple(options)
    path: tree.Text | None = None
    named: dict[str, tree.Text] = {}
    for argument in reader.arguments:
        if argument.name and argument.name not in known:
            found.append(errors.unknown_option(kind, argument.name, known, argument.span))
            return None
        if not isinstance(argument.value, tree.Text):
            found.append(errors.text_expected(argument.name, argument.span))
            return None
        if argument.name in named:
            found.append(errors.option_twice(argument.name, argument.span))
            return None
        if argument.name:
            named[argument.name] = argument.value
        elif path is None:
            path = argument.value
        else:
            found.append(errors.unknown_option(kind, argument.value.value, known, argument.span))
            return None
    if path is None:
        found.append(errors.missing_path(kind, reader.span))
        return None
    return Columns(kind, path, named.get("time"), named.get("value"), named.get("sheet"))


def read_sheet(columns: Columns, read: Reader, found: list[Diagnostic]) -> Sheet | None:
    """The rows of the file; `None` if a mistake was reported. Raises MissingExtra for a workbook."""
    path = columns.path
    try:
        if columns.reader == "excel":
            return excel_sheet(read.content(path.value), path, columns.sheet, found)
        return csv_sheet(read(path.value), path, found)
    except UnreadableData as problem:
        found.append(errors.unreadable(path.value, problem.code, problem.reason, problem.hint, path.span))
        return None


def points_of(name: str, columns: Columns, read: Reader, clock: Clock, found: list[Diagnostic]) -> Points:
    """The points of a series as the file has them, by rising time; empty if a mistake was reported."""
    sheet = read_sheet(columns, read, found)
    if sheet is None:
        return ()
    time_column = _column(columns.time, 0, sheet, found)
    value_column = _column(columns.value, 1, sheet, found)
    if time_column is None or value_column is None:
        return ()
    points: list[tuple[float, float]] = []
    for row in sheet.rows:
        point = point_at(row, time_column, value_column, clock, sheet, found)
        if point is None:
            return ()
        if points and point[0] <= points[-1][0]:
            previous, time = spoken_time(points[-1][0], clock), spoken_time(point[0], clock)
            found.append(errors.series_unsorted("", sheet.place, row.line, previous, time, sheet.path.span))
            return ()
        points.append(point)
    if len(points) < 2:
        found.append(errors.series_too_short(name, sheet.place, sheet.path.span))
        return ()
    return tuple(points)


def _column(wanted: tree.Text | None, default: int, sheet: Sheet, found: list[Diagnostic]) -> int | None:
    """The place of a column: the one that is named, or the first for the time and the second for the value."""
    if wanted is not None:
        return named_column(wanted, sheet, found)
    if default < len(sheet.header):
        return default
    found.append(errors.missing_column("", sheet.place, sheet.header, sheet.path.span))
    return None


def named_column(wanted: tree.Text, sheet: Sheet, found: list[Diagnostic]) -> int | None:
    """The place of the one column that has this name."""
    places = [place for place, column in enumerate(sheet.header) if column == wanted.value]
    if not places or not wanted.value:
        found.append(errors.missing_column(wanted.value, sheet.place, sheet.header, wanted.span))
        return None
    if len(places) > 1:
        first, second = places[0] + 1, places[1] + 1
        found.append(errors.duplicate_column(wanted.value, sheet.place, first, second, wanted.span))
        return None
    return places[0]


def point_at(
    row: Row, time_column: int, value_column: int, clock: Clock, sheet: Sheet, found: list[Diagnostic]
) -> tuple[float, float] | None:
    """The time and the value in a row."""
    time = time_at(row, time_column, clock, sheet, found)
    value = None if time is None else number_at(row, value_column, sheet, found)
    return None if time is None or value is None else (time, value)


def number_at(row: Row, column: int, sheet: Sheet, found: list[Diagnostic]) -> float | None:
    """The number in a cell; one that is none is reported."""
    cell = row.cells[column]
    number = number_of(cell)
    if number is None:
        told = errors.not_a_number(sheet.place, row.line, sheet.column(column), text_of(cell), sheet.path.span)
        found.append(told)
    return number


def check_cover(
    name: str,
    points: Sequence[tuple[float, float]],
    outside: str,
    clock: Clock,
    path: tree.Text,
    found: list[Diagnostic],
) -> None:
    """A series that stops is an error wherever it must cover the whole run."""
    check_covers(((name, points),), outside, clock, path, found)


def check_covers(
    elements: Iterable[tuple[str, Sequence[tuple[float, float]]]],
    outside: str,
    clock: Clock,
    path: tree.Text,
    found: list[Diagnostic],
) -> None:
    """The same for the elements of a series, by name: the first that stops is told, and how many others there are."""
    if outside != "error":
        return
    start, stop = float(clock.start), float(clock.stop)
    stopping = [(name, points) for name, points in elements if points[0][0] > start or points[-1][0] < stop]
    if stopping:
        name, points = stopping[0]
        others = len(stopping) - 1
        data = (spoken_time(points[0][0], clock), spoken_time(points[-1][0], clock))
        run = (spoken_time(start, clock), spoken_time(stop, clock))
        found.append(errors.series_does_not_cover(name, data, run, others, path.span))
