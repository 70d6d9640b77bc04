"""The words for mistakes in the units that are written in a file."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from sdlang.diagnostics import Diagnostic, did_you_mean, nearest
from sdlang.source import Span


def unknown_unit(name: str, known: Iterable[str], taken: Collection[str], span: Span) -> Diagnostic:
    if name in taken:
        told = f"`{name}` is a name of this file's own, so it can be no unit here"
        other = nearest(name, known)
        hint = f"the unit is known as `{other}`, too" if other else f"call the other thing otherwise: `all_{name}`"
        return Diagnostic("unknown-unit", told, span, hint=hint)
    suggestion = did_you_mean(name, known)
    hint = "" if suggestion else f"declare it: `unit {name}`; or write `*` between a number and a variable"
    return Diagnostic("unknown-unit", f"there is no unit `{name}`{suggestion}", span, hint=hint)


def not_a_unit(span: Span) -> Diagnostic:
    return Diagnostic(
        "not-a-unit",
        f"`{span.text}` is not a unit",
        span,
        hint="a unit is made of names, `*`, `/` and `^`: `person/month`",
    )


def unit_is_another(name: str, declared: str, known: str, span: Span) -> Diagnostic:
    return Diagnostic(
        "unit-is-another",
        f"`{name}` is a unit already and not another name for `{declared}`",
        span,
        hint=f"to define one unit by another, write a number: `unit {declared} = 1 {known}`",
    )


def unit_of_nothing(name: str, span: Span) -> Diagnostic:
    return Diagnostic(
        "not-a-unit",
        f"the unit `{name}` is worth nothing",
        span,
        hint="define it by a number above 0: `unit dozen = 12 robots`",
    )
