"""The words for mistakes in scenarios: each function gives one Diagnostic."""

from __future__ import annotations

from collections.abc import Sequence

from sdlang.diagnostics import Diagnostic, Note
from sdlang.model.model import Change
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


def disagree(name: str, one: str, other: str, what: str, changes: tuple[Change, Change], span: Span) -> Diagnostic:
    return Diagnostic(
        "scenarios-disagree",
        f"`{name}` extends `{one}` and `{other}`, which change {what} to different values",
        span,
        notes=_where(one, other, changes),
        hint=f"say in `{name}` which of the two holds",
    )


def cannot_combine(name: str, one: str, other: str, what: str, changes: tuple[Change, Change]) -> Diagnostic:
    return Diagnostic(
        "scenarios-disagree",
        f"`{name}` cannot be run: `{one}` and `{other}` change {what} to different values",
        None,
        notes=_where(one, other, changes),
        hint=f"write a scenario that extends `{one}` and `{other}` and says what holds",
    )


def nothing_to_combine(name: str) -> Diagnostic:
    return Diagnostic(
        "unknown-scenario",
        f"`{name}` names no scenario on one side of a `+`",
        None,
        hint="write the names of scenarios with a `+` between them: `fund+remote`",
    )


def base_in_combination(name: str) -> Diagnostic:
    return Diagnostic(
        "extends-base",
        f"`base` in `{name}` is the run without a scenario: it changes nothing",
        None,
        hint="leave it out",
    )


def combined_twice(name: str, part: str) -> Diagnostic:
    return Diagnostic("duplicate-name", f"`{name}` names `{part}` twice", None, hint="leave one of the two out")


def no_value(parameter: str, scenario: str, span: Span) -> Diagnostic:
    return Diagnostic(
        "no-value",
        f"`{parameter}` has no value under scenario `{scenario}`",
        span,
        hint="follow its equation with the values that the scenario gives: does it divide by 0?",
    )


def points_change(table: str, scenario: str, span: Span | None) -> Diagnostic:
    return Diagnostic(
        "parameter-not-constant",
        f"the points of table `{table}` are made of a parameter that scenario `{scenario}` changes during the run",
        span,
        hint="give the table points made of numbers, or change the parameter for the whole run",
    )


def _where(one: str, other: str, changes: tuple[Change, Change]) -> tuple[Note, ...]:
    return tuple(Note(f"in `{name}`", change.span) for name, change in zip((one, other), changes, strict=True))
