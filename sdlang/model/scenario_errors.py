"""The words for mistakes in scenarios: each function gives one Diagnostic."""

from __future__ import annotations

from collections.abc import Sequence

from sdlang.diagnostics import Diagnostic
from sdlang.source import Span


def cannot_change(scenario: str, name: str, kind: str, span: Span) -> Diagnostic:
    return Diagnostic(
        "not-a-parameter",
        f"scenario `{scenario}` changes `{name}`, which is computed from others ({kind})",
        span,
        hint="scenarios change parameters, tables, series and the initial values of stocks; make a `param` of the "
        "number that should differ",
    )


def stock_from_a_time(name: str, span: Span) -> Diagnostic:
    return Diagnostic(
        "stock-from-a-time",
        f"`{name}` is a stock: a scenario can give it another value to start from, and no value later on",
        span,
        hint="stocks change by flows; change a parameter of a flow from this time, or remove the `from`",
    )


def points_of_no_table(scenario: str, name: str, kind: str, span: Span) -> Diagnostic:
    return Diagnostic(
        "points-of-no-table",
        f"scenario `{scenario}` gives points to `{name}`, which is no table ({kind})",
        span,
        hint=f"write one value: `{name} = ...`",
    )


def table_without_points(scenario: str, name: str, span: Span) -> Diagnostic:
    return Diagnostic(
        "table-without-points",
        f"`{name}` is a table; scenario `{scenario}` has to give it points",
        span,
        hint=f"write `{name} = (0, 0) (1, 2)`",
    )


def series_without_data(scenario: str, name: str, span: Span) -> Diagnostic:
    return Diagnostic(
        "series-without-data",
        f"`{name}` is a series; scenario `{scenario}` can give it the data of another file",
        span,
        hint=f'write `{name} = csv("data/other.csv", time = "year", value = "stock")`',
    )


def extends_cycle(names: Sequence[str], span: Span) -> Diagnostic:
    shown = " -> ".join(f"`{name}`" for name in names)
    return Diagnostic(
        "extends-cycle",
        f"scenarios extend one another in a round: {shown}",
        span,
        hint="put what they share into a scenario of its own, which both extend",
    )


def extends_base(name: str, span: Span) -> Diagnostic:
    return Diagnostic(
        "extends-base",
        "`base` is the run without a scenario, so every scenario extends it",
        span,
        hint=f"write `scenario {name} {{ ... }}`",
    )


def extends_twice(name: str, extended: str, span: Span) -> Diagnostic:
    return Diagnostic(
        "duplicate-name", f"scenario `{name}` extends `{extended}` twice", span, hint="remove one of the two"
    )


def disagree(name: str, one: str, other: str, what: str, span: Span) -> Diagnostic:
    return Diagnostic(
        "scenarios-disagree",
        f"`{name}` extends `{one}` and `{other}`, which change {what} to different values",
        span,
        hint=f"say in `{name}` which of the two holds",
    )


def cannot_combine(name: str, one: str, other: str, what: str) -> Diagnostic:
    return Diagnostic(
        "scenarios-disagree",
        f"`{name}` cannot be run: `{one}` and `{other}` change {what} to different values",
        None,
        hint=f"write a scenario that extends `{one}` and `{other}` and says what holds",
    )
