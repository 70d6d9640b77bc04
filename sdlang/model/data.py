"""Series from CSV files: a header line, then a row a point; lines that begin with `#` are comments.

Cells of the time column are numbers in the model's unit of time, or months such as `2007-11`, which in a model that
runs in years are 2007 10/12. Reading a file is the caller's matter: the compiler is given a `Reader`, which keeps to
the model's folder.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import isfinite

from sdlang.diagnostics import Diagnostic
from sdlang.model import data_errors as errors
from sdlang.model.model import Clock
from sdlang.syntax import tree

Reader = Callable[[str], str]

MONTH = re.compile(r"(\d{4})-(0[1-9]|1[0-2])\Z")
YEAR_IN_SECONDS = 31_557_600
MOST_POINTS = 1_000_000


class UnreadableData(Exception):
    """A data file that cannot be read: a diagnostic code, the reason in words, and a step to take."""

    def __init__(self, code: str, reason: str, hint: str = "") -> None:
        self.code, self.reason, self.hint = code, reason, hint
        super().__init__(reason)


@dataclass(frozen=True, slots=True)
class Columns:
    """Which file, and which of its columns hold the time and the value."""

    path: tree.Text
    time: tree.Text | None
    value: tree.Text | None


def columns_of(reader: tree.Call, found: list[Diagnostic]) -> Columns | None:
    """What `csv("data/robots.csv", time = "year", value = "stock")` asks for."""
    if reader.function.text != "csv":
        found.append(errors.unknown_reader(reader.function.text, reader.function.span))
        return None
    path: tree.Text | None = None
    named: dict[str, tree.Text] = {}
    for argument in reader.arguments:
        if not isinstance(argument.value, tree.Text):
            found.append(errors.text_expected(argument.span))
            return None
        if not argument.name and path is None:
            path = argument.value
        elif argument.name in ("time", "value"):
            named[argument.name] = argument.value
        else:
            found.append(errors.unknown_option(argument.name or argument.value.value, argument.span))
            return None
    if path is None:
        found.append(errors.missing_path(reader.span))
        return None
    return Columns(path, named.get("time"), named.get("value"))


def points_of(
    name: str, columns: Columns, read: Reader, clock: Clock, found: list[Diagnostic]
) -> tuple[tuple[float, float], ...]:
    """The points of a series as the file has them, by rising time; empty if a mistake was reported."""
    path = columns.path.value
    try:
        text = read(path)
    except UnreadableData as problem:
        found.append(errors.unreadable(path, problem.code, problem.reason, problem.hint, columns.path.span))
        return ()
    lines = [
        (number, line)
        for number, line in enumerate(text.removeprefix("\ufeff").splitlines(), 1)
        if line.strip() and not line.lstrip().startswith("#")
    ]
    rows = list(csv.reader([line for _, line in lines]))
    if not rows:
        found.append(errors.empty_file(path, columns.path.span))
        return ()
    header = [cell.strip() for cell in rows[0]]
    time_column = _column(columns.time, header, 0, path, columns, found)
    value_column = _column(columns.value, header, 1, path, columns, found)
    if time_column is None or value_column is None:
        return ()
    if len(rows) - 1 > MOST_POINTS:
        found.append(errors.too_many_rows(path, len(rows) - 1, MOST_POINTS, columns.path.span))
        return ()
    points: list[tuple[float, float]] = []
    for (line, _), row in zip(lines[1:], rows[1:], strict=False):
        cells = [row[column].strip() if column < len(row) else "" for column in (time_column, value_column)]
        time, value = _time(cells[0], clock), _number(cells[1])
        if time is None or value is None:
            wrong = 0 if time is None else 1
            column = header[(time_column, value_column)[wrong]]
            found.append(errors.not_a_number(path, line, column, cells[wrong], columns.path.span))
            return ()
        if points and time <= points[-1][0]:
            found.append(errors.series_unsorted(path, line, points[-1][0], time, columns.path.span))
            return ()
        points.append((time, value))
    if len(points) < 2:
        found.append(errors.series_too_short(name, path, columns.path.span))
        return ()
    return tuple(points)


def _column(
    wanted: tree.Text | None, header: Sequence[str], default: int, path: str, columns: Columns, found: list[Diagnostic]
) -> int | None:
    """The place of a column: the one that is named, or the first for the time and the second for the value."""
    if wanted is None:
        if default < len(header):
            return default
        found.append(errors.missing_column("", path, header, columns.path.span))
        return None
    if wanted.value not in header:
        found.append(errors.missing_column(wanted.value, path, header, wanted.span))
        return None
    return header.index(wanted.value)


def _number(cell: str) -> float | None:
    try:
        value = float(cell)
    except ValueError:
        return None
    return value if isfinite(value) else None


def _time(cell: str, clock: Clock) -> float | None:
    month = MONTH.match(cell)
    if month and clock.unit.factor == YEAR_IN_SECONDS:
        return float(int(month[1]) + Fraction(int(month[2]) - 1, 12))
    return _number(cell)


def check_cover(
    name: str,
    points: Sequence[tuple[float, float]],
    outside: str,
    clock: Clock,
    path: tree.Text,
    found: list[Diagnostic],
) -> None:
    """A series that stops is an error wherever it must cover the whole run."""
    if outside == "error" and (points[0][0] > float(clock.start) or points[-1][0] < float(clock.stop)):
        first, last = points[0][0], points[-1][0]
        found.append(errors.series_does_not_cover(name, first, last, float(clock.start), float(clock.stop), path.span))
