"""The words for mistakes in data files and in the lines that name them."""

from __future__ import annotations

from collections.abc import Sequence

from sdlang.diagnostics import Diagnostic, did_you_mean
from sdlang.source import Span


def unknown_reader(name: str, span: Span) -> Diagnostic:
    return Diagnostic(
        "unknown-reader",
        f"a series is read by `csv(...)`; there is no `{name}`",
        span,
        hint='write `csv("data/file.csv", time = "year", value = "column")`',
    )


def text_expected(span: Span) -> Diagnostic:
    return Diagnostic(
        "series-options",
        f"`{span.text}` must be a text in quotation marks",
        span,
        hint='write for example `time = "year"`',
    )


def unknown_option(name: str, span: Span) -> Diagnostic:
    return Diagnostic(
        "series-options",
        f"`csv` has no option `{name}`{did_you_mean(name, ('time', 'value'))}",
        span,
        hint="its options are `time` and `value`, the names of two columns",
    )


def missing_path(span: Span) -> Diagnostic:
    return Diagnostic(
        "series-options", "`csv` is not told which file to read", span, hint='write `csv("data/file.csv")`'
    )


def unreadable(path: str, code: str, reason: str, hint: str, span: Span) -> Diagnostic:
    return Diagnostic(code, f'the data file "{path}" {reason}', span, hint=hint)


def empty_file(path: str, span: Span) -> Diagnostic:
    return Diagnostic(
        "series-too-short", f'the data file "{path}" is empty', span, hint="it needs a header line and two rows"
    )


def missing_column(name: str, path: str, header: Sequence[str], span: Span) -> Diagnostic:
    listed = ", ".join(f"`{column}`" for column in header)
    what = f"has no column `{name}`{did_you_mean(name, header)}" if name else "has one column only"
    return Diagnostic("missing-column", f'"{path}" {what}', span, hint=f"it has {listed}")


def too_many_rows(path: str, rows: int, limit: int, span: Span) -> Diagnostic:
    return Diagnostic(
        "data-too-large",
        f'"{path}" has {rows} rows; the limit is {limit}',
        span,
        hint="keep fewer points, for example one a month",
    )


def not_a_number(path: str, line: int, column: str, cell: str, span: Span) -> Diagnostic:
    what = f"`{cell}` is not a number" if cell else "there is no number"
    return Diagnostic(
        "not-a-number",
        f'"{path}", line {line}, column `{column}`: {what}',
        span,
        hint="correct the cell, or remove the row",
    )


def series_unsorted(path: str, line: int, previous: float, time: float, span: Span) -> Diagnostic:
    return Diagnostic(
        "series-unsorted",
        f'"{path}", line {line}: the time {time:g} does not come after {previous:g}',
        span,
        hint="sort the rows by time, one row for each time",
    )


def series_too_short(name: str, path: str, span: Span) -> Diagnostic:
    return Diagnostic(
        "series-too-short",
        f'series `{name}` needs two points; "{path}" has fewer',
        span,
        hint="it needs a header line and two rows",
    )


def series_does_not_cover(name: str, first: float, last: float, start: float, stop: float, span: Span) -> Diagnostic:
    return Diagnostic(
        "series-does-not-cover",
        f"series `{name}` runs from {first:g} to {last:g}, but the simulation from {start:g} to {stop:g}",
        span,
        hint="add rows, shorten the simulation, or write `, hold` to keep the last value",
    )
