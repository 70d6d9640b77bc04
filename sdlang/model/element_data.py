"""Values and series of what is split by dimensions, from CSV files and workbooks.

Columns and elements are matched by name, so their order in a file does not matter and other columns do no harm. A file
has one of two forms. In the long one each dimension has a column that names elements, and one column holds the values:

    region,sector,jobs
    north,retail,5

In the wide one a dimension has no column of its own but a column for each of its elements:

    region,manufacturing,retail
    north,7,5

A series has a column of times besides. Every element has a value in the end, and exactly one (a series: one a time).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from math import prod

from sdlang.diagnostics import Diagnostic
from sdlang.model import data_errors as errors
from sdlang.model.data import (
    Columns,
    Points,
    Reader,
    check_covers,
    columns_of,
    named_column,
    number_at,
    point_at,
    read_sheet,
)
from sdlang.model.model import Clock
from sdlang.model.sheets import Cell, Row, Sheet, number_of, text_of
from sdlang.syntax import tree
from sdlang.units.dates import spoken_time

# A dimension: its name where it is used, and its elements in order.
Axis = tuple[str, tuple[str, ...]]

MOST_SHOWN = 6


def values_of(
    name: str, reader: tree.Call, axes: Sequence[Axis], read: Reader, found: list[Diagnostic]
) -> tuple[float, ...] | None:
    """All values of a variable in row-major order, as the file has them; `None` if a mistake was reported."""
    columns = columns_of(reader, found, ("value",))
    sheet = None if columns is None else read_sheet(columns, read, found)
    if columns is None or sheet is None:
        return None
    form = _form(name, columns, axes, False, sheet, found)
    if form is None:
        return None
    lines: dict[int, int] = {}
    values: dict[int, float] = {}
    for place, row, column in _entries(form, sheet):
        if place in lines:
            if axes:
                element = _element(place, "", axes)
                told = errors.element_twice(element, sheet.place, row.line, lines[place], sheet.path.span)
            else:
                told = errors.several_values(name, sheet.place, row.line, sheet.path.span)
            found.append(told)
            return None
        value = number_at(row, column, sheet, found)
        if value is None:
            return None
        lines[place], values[place] = row.line, value
    if _is_missing_any(name, values, axes, sheet, found):
        return None
    return tuple(values[place] for place in range(len(values)))


def element_points_of(
    name: str,
    reader: tree.Call,
    axes: Sequence[Axis],
    read: Reader,
    clock: Clock,
    outside: str,
    found: list[Diagnostic],
) -> tuple[Points, ...] | None:
    """The points of each element of a series in row-major order, as the file has them and by rising time; `None` if a
    mistake was reported. Where `outside` is `error`, an element that does not cover the run is reported."""
    columns = columns_of(reader, found)
    sheet = None if columns is None else read_sheet(columns, read, found)
    if columns is None or sheet is None:
        return None
    form = _form(name, columns, axes, True, sheet, found)
    if form is None:
        return None
    points: dict[int, list[tuple[float, float]]] = {}
    for place, row, column in _entries(form, sheet):
        point = point_at(row, form.time, column, clock, sheet, found)
        if point is None:
            return None
        before = points.setdefault(place, [])
        if before and point[0] <= before[-1][0]:
            element = _element(place, name, axes)
            previous, time = spoken_time(before[-1][0], clock), spoken_time(point[0], clock)
            found.append(errors.series_unsorted(element, sheet.place, row.line, previous, time, sheet.path.span))
            return None
        before.append(point)
    if _is_missing_any(name, points, axes, sheet, found):
        return None
    named = [(_element(place, name, axes), tuple(points[place])) for place in range(len(points))]
    for element, each in named:
        if len(each) < 2:
            found.append(errors.series_too_short(element, sheet.place, sheet.path.span))
            return None
    check_covers(named, outside, clock, sheet.path, found)
    return tuple(each for _, each in named)


# Columns --------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Form:
    """Where things stand in a file: `keys` are the columns that name elements, with the dimension they name them of;
    `values` the columns that hold values, with the element of `wide` (its place among `axes`) that they belong to.
    `time` is -1 where there is none."""

    keys: tuple[tuple[int, int], ...]
    values: tuple[tuple[int, int], ...]
    wide: int | None
    time: int
    bases: tuple[int, ...] = field(default=(), repr=False)
    stride: int = 0


def _form(
    name: str, columns: Columns, axes: Sequence[Axis], has_time: bool, sheet: Sheet, found: list[Diagnostic]
) -> _Form | None:
    """The form of a file, with the place that each of its rows speaks of; reports what does not fit."""
    wanted = [axis for axis, _ in axes]
    missing = [number for number, axis in enumerate(wanted) if axis not in sheet.header]
    by_elements = {number: _element_columns(axes[number], sheet.header) for number in missing}
    wide = next((number for number in missing if by_elements[number]), None)
    without = [wanted[number] for number in missing if number != wide]
    if without:
        shown, lines = _shown(name, axes), _header_lines(name, columns, axes, has_time)
        found.append(errors.columns_do_not_fit(shown, sheet.place, without, sheet.header, lines, sheet.path.span))
        return None
    by_element = {} if wide is None else by_elements[wide]
    keys: list[tuple[int, int]] = []
    for number, axis in enumerate(wanted):
        if number != wide:
            column = _single(axis, sheet, found)
            if column is None:
                return None
            keys.append((column, number))
    taken = {column for column, _ in keys} | {column for places in by_element.values() for column in places}
    time = _time_column(columns, taken, sheet, found) if has_time else -1
    if time is None:
        return None
    if wide is None:
        value = _value_column(name, columns, axes, taken | {time}, has_time, sheet, found)
        values = None if value is None else [(0, value)]
    else:
        values = _value_columns(name, columns, axes[wide], by_element, sheet, found)
    if values is None:
        return None
    form = _Form(tuple(keys), tuple(values), wide, time)
    return _with_places(form, axes, sheet, found)


def _single(name: str, sheet: Sheet, found: list[Diagnostic]) -> int | None:
    """The one column of this name, which is there."""
    places = [place for place, column in enumerate(sheet.header) if column == name]
    if len(places) > 1:
        first, second = places[0] + 1, places[1] + 1
        found.append(errors.duplicate_column(name, sheet.place, first, second, sheet.path.span))
        return None
    return places[0]


def _element_columns(axis: Axis, header: Sequence[str]) -> dict[int, list[int]]:
    """For each element (by its place) that is the name of a column: which columns."""
    places = {element: place for place, element in enumerate(axis[1])}
    columns: dict[int, list[int]] = {}
    for column, text in enumerate(header):
        place = _place_of(text, places)
        if place is not None:
            columns.setdefault(place, []).append(column)
    return columns


def _time_column(columns: Columns, taken: set[int], sheet: Sheet, found: list[Diagnostic]) -> int | None:
    """The column that is named, or the first that is nothing else."""
    if columns.time is not None:
        return named_column(columns.time, sheet, found)
    value = columns.value.value if columns.value is not None else ""
    for place, column in enumerate(sheet.header):
        if place not in taken and column and column != value:
            return place
    found.append(errors.no_time_column(sheet.place, sheet.header, sheet.path.span))
    return None


def _value_column(
    name: str,
    columns: Columns,
    axes: Sequence[Axis],
    taken: set[int],
    has_time: bool,
    sheet: Sheet,
    found: list[Diagnostic],
) -> int | None:
    """The column of values of a long file: the one that is named, the only one left, or the one that is called `value`
    or as the variable is."""
    if columns.value is not None:
        column = named_column(columns.value, sheet, found)
        if column in taken:
            found.append(errors.column_taken(columns.value.value, sheet.place, columns.value.span))
            return None
        return column
    left = {place: column for place, column in enumerate(sheet.header) if column and place not in taken}
    if not left:
        line = _header_lines(name, columns, axes, has_time)[0]
        found.append(errors.no_value_column(_shown(name, axes), sheet.place, line, sheet.path.span))
        return None
    if len(left) == 1:
        return next(iter(left))
    for wanted in ("value", name):
        if wanted in left.values():
            return _single(wanted, sheet, found)
    found.append(errors.which_column(_shown(name, axes), sheet.place, tuple(left.values()), sheet.path.span))
    return None


def _value_columns(
    name: str,
    columns: Columns,
    axis: Axis,
    by_element: Mapping[int, Sequence[int]],
    sheet: Sheet,
    found: list[Diagnostic],
) -> list[tuple[int, int]] | None:
    """The columns of values of a wide file: one for each element."""
    dimension, elements = axis
    if columns.value is not None:
        value = columns.value
        found.append(errors.value_of_wide(name, value.value, dimension, sheet.place, value.span))
        return None
    for place, twice in by_element.items():
        if len(twice) > 1:
            first, second = twice[0] + 1, twice[1] + 1
            found.append(errors.duplicate_column(elements[place], sheet.place, first, second, sheet.path.span))
            return None
    missing = [element for place, element in enumerate(elements) if place not in by_element]
    if missing:
        known = frozenset(elements)
        unused = [column for column in sheet.header if column not in known]
        found.append(errors.missing_element_columns(dimension, missing, sheet.place, unused, sheet.path.span))
        return None
    return [(place, by_element[place][0]) for place in range(len(elements))]


# Rows -----------------------------------------------------------------------------------------------------------------


def _with_places(form: _Form, axes: Sequence[Axis], sheet: Sheet, found: list[Diagnostic]) -> _Form | None:
    """The form with the place of the element that each row speaks of (`bases`; in the wide form, of the first of its
    elements), and the `stride` between the elements of a row. Names that no element has are reported together."""
    sizes = [len(elements) for _, elements in axes]
    strides = [prod(sizes[number + 1 :]) for number in range(len(axes))]
    known = [{element: place for place, element in enumerate(elements)} for _, elements in axes]
    bases: list[int] = []
    unknown: dict[tuple[int, str], int] = {}
    for row in sheet.rows:
        base = 0
        for column, number in form.keys:
            place = _place_of(row.cells[column], known[number])
            if place is None:
                unknown.setdefault((number, text_of(row.cells[column])), row.line)
            else:
                base += place * strides[number]
        bases.append(base)
    if unknown:
        (number, cell), line = next(iter(unknown.items()))
        dimension, elements = axes[number]
        found.append(
            errors.no_such_element(sheet.place, line, dimension, cell, elements, len(unknown) - 1, sheet.path.span)
        )
        return None
    stride = 0 if form.wide is None else strides[form.wide]
    return _Form(form.keys, form.values, form.wide, form.time, tuple(bases), stride)


def _place_of(cell: Cell, places: Mapping[str, int]) -> int | None:
    """The place of the element that a cell names; a number is matched as a number: 20, `20` and `20.0` are one."""
    place = places.get(text_of(cell))
    if place is None:
        number = number_of(cell)
        if number is not None and number.is_integer():
            return places.get(str(int(number)))
    return place


def _entries(form: _Form, sheet: Sheet) -> Iterator[tuple[int, Row, int]]:
    """Every value in the file: the place of its element, its row and its column."""
    for base, row in zip(form.bases, sheet.rows, strict=True):
        for offset, column in form.values:
            yield base + offset * form.stride, row, column


def _is_missing_any(
    name: str, given: Mapping[int, object], axes: Sequence[Axis], sheet: Sheet, found: list[Diagnostic]
) -> bool:
    """Whether an element has no value; reports the first few and how many there are."""
    size = prod(len(elements) for _, elements in axes)
    missing = size - len(given)
    if missing:
        first = islice((place for place in range(size) if place not in given), MOST_SHOWN)
        shown = [_element(place, "" if axes else name, axes) for place in first]
        found.append(errors.elements_missing(shown, missing, size, sheet.place, sheet.path.span))
    return missing > 0


# Names ----------------------------------------------------------------------------------------------------------------


def _element(place: int, name: str, axes: Sequence[Axis]) -> str:
    """`north, retail`, or with the name of a variable `jobs[north, retail]`."""
    names: list[str] = []
    for _, elements in reversed(axes):
        place, within = divmod(place, len(elements))
        names.insert(0, elements[within])
    inside = ", ".join(names)
    return f"{name}[{inside}]" if name and inside else name or inside


def _shown(name: str, axes: Sequence[Axis]) -> str:
    """`jobs[region, sector]`"""
    return f"{name}[{', '.join(axis for axis, _ in axes)}]" if axes else name


def _header_lines(name: str, columns: Columns, axes: Sequence[Axis], has_time: bool) -> tuple[str, ...]:
    """The first lines that a file could have: of the long form, and of the wide one."""
    time = [] if not has_time else [columns.time.value if columns.time is not None else "time"]
    names = [axis for axis, _ in axes]
    long = [*names, *time, columns.value.value if columns.value is not None else name]
    if not axes or columns.value is not None:
        return (",".join(long),)
    elements = axes[-1][1]
    few = [*elements[:3], "..."] if len(elements) > 4 else list(elements)
    return (",".join(long), ",".join([*names[:-1], *time, *few]))
