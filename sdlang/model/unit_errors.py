"""The words for units that do not fit: each message names both sides and the step that would mend it."""

from __future__ import annotations

from sdlang.diagnostics import Diagnostic, Note
from sdlang.source import Span


def unlike_terms(
    doing: str, left: str, left_unit: str, right: str, right_unit: str, span: Span, hint: str
) -> Diagnostic:
    return Diagnostic(
        "unit-mismatch",
        f"{doing} needs one unit: `{left}` is {_said(left_unit)}, `{right}` is {_said(right_unit)}",
        span,
        hint=hint,
    )


def equation_against_unit(name: str, wanted: str, found: str, span: Span, hint: str) -> Diagnostic:
    return Diagnostic("unit-mismatch", f"`{name}` is {_said(wanted)}, but its equation gives {found}", span, hint=hint)


def flow_against_stock(
    flow: str, into: bool, stock: str, stock_unit: str, wanted: str, found: str, span: Span, hint: str
) -> Diagnostic:
    way = "into" if into else "out of"
    return Diagnostic(
        "flow-unit",
        f"`{flow}` flows {way} `{stock}` ({stock_unit}), so it must be {wanted}; it is {found}",
        span,
        hint=hint,
    )


def flow_between_unlike(
    flow: str, source: str, source_unit: str, target: str, target_unit: str, span: Span
) -> Diagnostic:
    return Diagnostic(
        "flow-unit",
        f"`{flow}` takes from `{source}` ({source_unit}) and gives to `{target}` ({target_unit})",
        span,
        hint="let it leave to `cloud`, and a second flow enter the other stock with what one is worth in the other",
    )


def argument(function: str, part: str, wanted: str, found: str, span: Span, hint: str) -> Diagnostic:
    return Diagnostic(
        "argument-unit", f"{part} of `{function}` must be {wanted}; `{span.text}` is {_said(found)}", span, hint=hint
    )


def reduced(function: str, found: str, span: Span) -> Diagnostic:
    return Diagnostic(
        "argument-unit",
        f"`{function}` takes plain numbers together; `{span.text}` is {_said(found)}",
        span,
        hint=f"divide by a value of that unit: `{function}({span.text} / normal over ...)`",
    )


def table_argument(table: str, wanted: str, found: str, span: Span, hint: str) -> Diagnostic:
    return Diagnostic(
        "argument-unit", f"`{table}` is read at {wanted}; `{span.text}` is {_said(found)}", span, hint=hint
    )


def table_point(table: str, axis: str, wanted: str, found: str, span: Span) -> Diagnostic:
    return Diagnostic(
        "unit-mismatch",
        f"the {axis} of table `{table}` is {_said(wanted)}; the point `{span.text}` is {_said(found)}",
        span,
        hint="write all points in one unit",
    )


def component_argument(component: str, port: str, wanted: str, found: str, span: Span) -> Diagnostic:
    return Diagnostic(
        "argument-unit",
        f"`{component}` takes {wanted} as `{port}`; `{span.text}` is {_said(found)}",
        span,
        hint=f"give `{port}` as {wanted}",
    )


def inside_component(component: str, message: str, span: Span, definition: Span) -> Diagnostic:
    return Diagnostic(
        "argument-unit",
        f"the units given to `{component}` do not fit together: {message}",
        span,
        notes=(Note("this is where they meet", definition),),
        hint="compare the units of the arguments with those that the component works with",
    )


def exponent(span: Span, unit: str) -> Diagnostic:
    return Diagnostic(
        "exponent-unit",
        f"an exponent is a plain number; `{span.text}` is {_said(unit)}",
        span,
        hint="divide it by something of the same unit",
    )


def power_of_unit(base: Span, unit: str, span: Span) -> Diagnostic:
    return Diagnostic(
        "exponent-unit",
        f"`{base.text}` is {_said(unit)}, and its exponent `{span.text}` "
        "is not known before the run, nor what unit comes out",
        base,
        hint=f"divide `{base.text}` by a reference value of the same unit first",
    )


def range_end(name: str, wanted: str, found: str, span: Span) -> Diagnostic:
    return Diagnostic(
        "unit-mismatch",
        f"`{name}` is {_said(wanted)}, but its range is given in {found}",
        span,
        hint="write the range in the unit of the value",
    )


def override(name: str, wanted: str, found: str, span: Span) -> Diagnostic:
    return Diagnostic(
        "unit-mismatch",
        f"`{name}` is {_said(wanted)}, but here it becomes {_said(found)}",
        span,
        hint=f"give a value in {wanted}",
    )


def time_expected(found: str, span: Span) -> Diagnostic:
    return Diagnostic(
        "unit-mismatch",
        f"a time is needed here; `{span.text}` is {_said(found)}",
        span,
        hint="write a number with a unit of time, such as `1 month`",
    )


def truth_expected(what: str, span: Span) -> Diagnostic:
    return Diagnostic(
        "truth-expected",
        f"{what} must hold or not hold; `{span.text}` is a number",
        span,
        hint=f"compare it: `{span.text} > 0`",
    )


def number_expected(span: Span) -> Diagnostic:
    return Diagnostic(
        "number-expected",
        f"`{span.text}` holds or does not hold; a number is needed here",
        span,
        hint="write `if ... then 1 else 0`",
    )


def _said(unit: str) -> str:
    return "a plain number" if unit == "1" else unit
