"""Times and durations that must be known before a run: when a scenario changes a thing, when something is expected."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

from sdlang.model import clock_errors, errors
from sdlang.model.builder import Builder
from sdlang.model.clock import is_within_run
from sdlang.model.declarations import exact
from sdlang.model.expressions import Constant, Expr
from sdlang.model.meaning import meaning
from sdlang.model.model import Clock
from sdlang.model.names import Scope
from sdlang.source import Span
from sdlang.syntax import tree
from sdlang.syntax.errors import date_form
from sdlang.units.catalogue import describe
from sdlang.units.dates import meant_date, shown


def time_of(expression: tree.Expr, what: str, clock: Clock, scope: Scope, builder: Builder) -> Fraction | None:
    """A time within the run, known before it."""
    before = len(builder.found)
    value = meaning(expression, replace(scope, no_draws="a time"), builder)
    if len(builder.found) > before:
        return None
    return time_meant(value, what, expression.span, clock, scope, builder)


def time_meant(value: Expr, what: str, span: Span, clock: Clock, scope: Scope, builder: Builder) -> Fraction | None:
    """The same of what an expression means."""
    is_date = isinstance(value, Constant) and value.is_date
    if clock.is_calendar and not is_date and (meant := meant_date(span.text)):
        if "-" not in span.text:  # `2026-4` has been told where it was read
            builder.found.append(date_form(span.text, meant, span))
        return None
    time = _known(value, f"the time of {what}", span, clock, scope, builder)
    return time if time is not None and is_within_run(time, what, clock, span, builder.found) else None


def duration_of(expression: tree.Expr, what: str, clock: Clock, scope: Scope, builder: Builder) -> Fraction | None:
    """A time that something takes, above 0 and no longer than the run."""
    before = len(builder.found)
    value = meaning(expression, replace(scope, no_draws="a time"), builder)
    if isinstance(value, Constant) and value.is_date:
        builder.found.append(clock_errors.date_as_duration(what, expression.span.text, expression.span))
    if len(builder.found) > before:
        return None
    if not isinstance(value, Constant):
        builder.times.append((value, expression.span))  # its unit is checked when units are known
    duration = _known(value, what, expression.span, clock, scope, builder)
    if duration is None:
        return None
    if not 0 < duration <= clock.stop - clock.start:
        length = f"{shown(clock.stop - clock.start)} {clock.unit.text}"
        builder.found.append(
            errors.duration_unfit(what, f"{shown(duration)} {clock.unit.text}", length, expression.span)
        )
        return None
    return duration


def _known(value: Expr, what: str, span: Span, clock: Clock, scope: Scope, builder: Builder) -> Fraction | None:
    if isinstance(value, Constant) and value.dimension is not None and value.dimension != clock.unit.dimension:
        unit = describe(value.dimension, clock.unit, scope.units)
        builder.found.append(clock_errors.not_a_time(what, span.text, unit, span))
        return None
    time = exact(value, builder)
    if time is None:
        builder.found.append(errors.not_constant(what, span))
    return time
