"""The words for mistakes in data files and in the lines that name them.

`place` is what a file is called: its path in quotation marks, with the sheet of a workbook.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sdlang.diagnostics import Diagnostic, Note, did_you_mean
from sdlang.model.dimension_errors import listed
from sdlang.source import Span

# The line that names a file -------------------------------------------------------------------------------------------


def unknown_reader(name: str, known: Sequence[str], span: Span) -> Diagnostic:
    return Diagnostic(
        "unknown-reader",
        f"data are read by `csv(...)` or `excel(...)`; there is no `{name}`{did_you_mean(name, known)}",
        span,
        hint='write `csv("data/file.csv", time = "year", value = "column")`',
    )


def text_expected(option: str, span: Span) -> Diagnostic:
    return Diagnostic(
        "series-options",
        f"`{span.text}` must be a text in quotation marks",
        span,
        hint=f'write for example `{option or "time"} = "{"2019" if option == "sheet" else "year"}"`',
    )


def unknown_option(reader: str, name: str, known: Sequence[str], span: Span) -> Diagnostic:
    return Diagnostic(
        "series-options",
        f"`{reader}` has no option `{name}`{did_you_mean(name, known)}",
        span,
        hint=f"here it has {listed(known)}; `time` and `value` name columns"
        if "time" in known
        else f"here it has {listed(known)}; data with a time are read by a `series`",
    )


def option_twice(name: str, span: Span) -> Diagnostic:
    return Diagnostic("series-options", f"`{name}` is said twice", span, hint="leave one of the two out")


def missing_path(reader: str, span: Span) -> Diagnostic:
    file = "data/file.xlsx" if reader == "excel" else "data/file.csv"
    return Diagnostic(
        "series-options", f"`{reader}` is not told which file to read", span, hint=f'write `{reader}("{file}")`'
    )


def reader_in_expression(reader: str, span: Span) -> Diagnostic:
    return Diagnostic(
        "data-in-expression",
        f"`{reader}(...)` reads the values of a whole variable and stands alone behind its `=`",
        span,
        hint=f"give the data a name, `param data = {reader}(...)`, and use that name here",
    )


# The file as a whole --------------------------------------------------------------------------------------------------


def unreadable(path: str, code: str, reason: str, hint: str, span: Span) -> Diagnostic:
    return Diagnostic(code, f'the data file "{path}" {reason}', span, hint=hint)


def empty_file(place: str, span: Span) -> Diagnostic:
    return Diagnostic(
        "series-too-short", f"the data file {place} is empty", span, hint="it needs a header line, and rows below it"
    )


def not_a_workbook(place: str, reason: str, hint: str, span: Span) -> Diagnostic:
    return Diagnostic("not-a-workbook", f"{place} {reason}", span, hint=hint)


def workbook_too_large(place: str, reason: str, hint: str, span: Span) -> Diagnostic:
    return Diagnostic("data-too-large", f"{place} {reason}", span, hint=hint or "keep in it only what the model reads")


def unknown_sheet(name: str, place: str, sheets: Sequence[str], span: Span) -> Diagnostic:
    hint = f"it has {listed(sheets, 12)}" if sheets else "it has none with cells"
    return Diagnostic("unknown-sheet", f"{place} has no sheet `{name}`{did_you_mean(name, sheets)}", span, hint=hint)


def too_many(place: str, what: str, limit: int, span: Span) -> Diagnostic:
    return Diagnostic(
        "data-too-large",
        f"{place} has more than {limit:,} {what}",
        span,
        hint="keep only what the model reads, and fewer points, for example one a month",
    )


def cell_too_long(place: str, limit: int, span: Span) -> Diagnostic:
    return Diagnostic(
        "data-too-large",
        f"{place} has a cell of more than {limit:,} characters",
        span,
        hint="is a quotation mark left open?",
    )


def unclosed_quote(place: str, line: int, span: Span) -> Diagnostic:
    return Diagnostic(
        "unclosed-quote",
        f"{place}, line {line}: a quotation mark is opened and never closed",
        span,
        hint='close it, or write `""` for a quotation mark inside a cell',
    )


def column_separator(place: str, separator: str, span: Span) -> Diagnostic:
    return Diagnostic(
        "column-separator",
        f"the columns of {place} are separated by {separator}",
        span,
        hint="separate them by commas, and write numbers with a point: `1.5`",
    )


def too_many_cells(place: str, line: int, given: int, wanted: int, span: Span) -> Diagnostic:
    return Diagnostic(
        "row-length",
        f"{place}, line {line}: there are {given} cells; the header has {wanted}",
        span,
        hint='write numbers without commas (`1234`), and texts with commas in quotation marks (`"a, b"`)',
    )


# Columns --------------------------------------------------------------------------------------------------------------


def missing_column(name: str, place: str, header: Sequence[str], span: Span) -> Diagnostic:
    what = f"has no column `{name}`{did_you_mean(name, header)}" if name else "has one column only"
    return Diagnostic("missing-column", f"{place} {what}", span, hint=f"it has {listed(_named(header), 12)}")


def duplicate_column(name: str, place: str, first: int, second: int, span: Span) -> Diagnostic:
    return Diagnostic(
        "duplicate-column",
        f"{place} has the column `{name}` twice: column {first} and column {second}",
        span,
        hint="rename one of the two, or remove it",
    )


def columns_do_not_fit(
    variable: str, place: str, missing: Sequence[str], header: Sequence[str], lines: Sequence[str], span: Span
) -> Diagnostic:
    """`missing` are the dimensions without a column, `lines` the headers that would do."""
    suggestion = did_you_mean(missing[0], header) if len(missing) == 1 else ""
    return Diagnostic(
        "columns-do-not-fit",
        f"{place} has no column for {listed(missing)} of `{variable}`{suggestion}",
        span,
        notes=(Note(f"its columns are {listed(_named(header), 12)}"),),
        hint="its first line should be " + ", or ".join(f"`{line}`" for line in lines),
    )


def no_value_column(variable: str, place: str, line: str, span: Span) -> Diagnostic:
    return Diagnostic(
        "columns-do-not-fit",
        f"{place} names elements, but has no column with the values of `{variable}`",
        span,
        hint=f"its first line should be `{line}`",
    )


def which_column(variable: str, place: str, columns: Sequence[str], span: Span) -> Diagnostic:
    return Diagnostic(
        "which-column",
        f"{place} has several columns that could hold the values of `{variable}`: {listed(columns, 12)}",
        span,
        hint=f'say which: `value = "{columns[0]}"`',
    )


def no_time_column(place: str, header: Sequence[str], span: Span) -> Diagnostic:
    return Diagnostic(
        "columns-do-not-fit",
        f"{place} has no column for the time",
        span,
        notes=(Note(f"its columns are {listed(_named(header), 12)}"),),
        hint='name it in the file and here: `time = "year"`',
    )


def column_taken(name: str, place: str, span: Span) -> Diagnostic:
    return Diagnostic(
        "columns-do-not-fit",
        f"the column `{name}` of {place} holds times or names of elements, not values",
        span,
        hint="name the column of values",
    )


def value_of_wide(variable: str, value: str, dimension: str, place: str, span: Span) -> Diagnostic:
    return Diagnostic(
        "columns-do-not-fit",
        f"{place} has no column for `{dimension}` of `{variable}`, so `{value}` cannot be its values",
        span,
        hint=f"leave `value` out, since there is a column for each `{dimension}`",
    )


def missing_element_columns(
    dimension: str, missing: Sequence[str], place: str, header: Sequence[str], span: Span
) -> Diagnostic:
    return Diagnostic(
        "missing-elements",
        f"{place} has no column for {listed(missing)} of `{dimension}`{did_you_mean(missing[0], header)}",
        span,
        hint=f"add a column `{missing[0]}`",
    )


# Rows and cells -------------------------------------------------------------------------------------------------------


def not_a_number(place: str, line: int, column: str, cell: str, span: Span) -> Diagnostic:
    what = f"`{shortened(cell)}` is not a number" if cell else "there is no number"
    return Diagnostic(
        "not-a-number",
        f"{place}, line {line}, column `{column}`: {what}",
        span,
        hint="correct the cell, or remove the row",
    )


def no_such_element(
    place: str, line: int, column: str, cell: str, elements: Sequence[str], others: int, span: Span
) -> Diagnostic:
    """`others` are so many more names that no element has."""
    if not cell:
        what = f"no element of `{column}` is named"
    else:
        what = f"`{shortened(cell)}` is no element of `{column}`{did_you_mean(cell[:100], elements)}"
    more = f" ({others} more such {'name' if others == 1 else 'names'} in the file)" if others else ""
    return Diagnostic(
        "unknown-element",
        f"{place}, line {line}: {what}{more}",
        span,
        hint=f"its elements are {listed(elements)}",
    )


def element_twice(element: str, place: str, line: int, first: int, span: Span) -> Diagnostic:
    where = f"on line {line}" if line == first else f"on line {first} and on line {line}"
    return Diagnostic(
        "duplicate-element", f"{place} gives `{element}` two values, {where}", span, hint="remove one of the two rows"
    )


def elements_missing(missing: Sequence[str], count: int, of: int, place: str, span: Span) -> Diagnostic:
    """`missing` are the first few of `count` elements without a value."""
    shown = ", ".join(f"`{element}`" for element in missing)
    more = f" and {count - len(missing):,} more" if count > len(missing) else ""
    how_many = f" ({count:,} of {of:,})" if of > 1 else ""
    return Diagnostic(
        "missing-elements", f"{place} has no value for {shown}{more}{how_many}", span, hint="add a row for each of them"
    )


def several_values(variable: str, place: str, line: int, span: Span) -> Diagnostic:
    return Diagnostic(
        "duplicate-element",
        f"{place} has more than one value for `{variable}`, the second on line {line}",
        span,
        hint=f"keep one row, or split `{variable}` by a dimension: `{variable}[region]`",
    )


def no_date(place: str, line: int, column: str, cell: str, meant: str, span: Span) -> Diagnostic:
    """A cell of the times of a calendar model; `meant` is the date that it could be, or empty."""
    if not cell:
        return Diagnostic(
            "not-a-number",
            f"{place}, line {line}, column `{column}`: there is no date",
            span,
            hint="write one, or remove the row",
        )
    return Diagnostic(
        "date-form",
        f"{place}, line {line}, column `{column}`: `{shortened(cell)}` is not how a date is written",
        span,
        hint=f"write `{meant}`"
        if meant
        else "write `2026-04-15`, `2026-04` for the first of a month, or a year, `2026`",
    )


def no_such_date(place: str, line: int, column: str, cell: str, reason: str, hint: str, span: Span) -> Diagnostic:
    return Diagnostic(
        "no-such-date", f"{place}, line {line}, column `{column}`: `{cell}` is no date: {reason}", span, hint=hint
    )


def date_without_calendar(
    place: str, line: int, column: str, cell: str, unit: str, month: str, span: Span
) -> Diagnostic:
    """`month` is what could be written instead, empty where the model does not count years."""
    instead = f"write the month, `{month}`, or " if month else ""
    return Diagnostic(
        "date-without-calendar",
        f"{place}, line {line}, column `{column}`: `{cell}` is a date, and this model counts time in {unit}",
        span,
        hint=f"{instead}simulate dates: `simulate 2024-01-01 to 2034-12-31, step 1 week`",
    )


# Series ---------------------------------------------------------------------------------------------------------------


def series_unsorted(name: str, place: str, line: int, previous: str, time: str, span: Span) -> Diagnostic:
    """`name` is the element of a series that is split, empty for a whole series."""
    of = f" of `{name}`" if name else ""
    return Diagnostic(
        "series-unsorted",
        f"{place}, line {line}: the time {time}{of} does not come after {previous}",
        span,
        hint="sort the rows by time, one row for each time" + (" and element" if name else ""),
    )


def series_too_short(name: str, place: str, span: Span) -> Diagnostic:
    return Diagnostic(
        "series-too-short",
        f"series `{name}` needs two points; {place} has fewer",
        span,
        hint="it needs a header line and two rows" + (" for each element" if "[" in name else ""),
    )


def series_does_not_cover(
    name: str, data: tuple[str, str], run: tuple[str, str], others: int, span: Span
) -> Diagnostic:
    """`others` are so many more elements of the series that do not."""
    stop_too = "ends too early or begins too late" if others == 1 else "end too early or begin too late"
    notes = (Note(f"{others} more of its elements {stop_too}"),) if others else ()
    return Diagnostic(
        "series-does-not-cover",
        f"series `{name}` runs from {data[0]} to {data[1]}, but the simulation from {run[0]} to {run[1]}",
        span,
        notes=notes,
        hint="add rows, shorten the simulation, or write `, hold` to keep the last value",
    )


def shortened(text: str, most: int = 60) -> str:
    return text if len(text) <= most else f"{text[:most]}..."


def _named(header: Iterable[str]) -> list[str]:
    return [shortened(column) for column in header if column] or ["(no name)"]
