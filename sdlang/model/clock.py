"""From `simulate 2024 to 2034 years, step 1 month, using rk4` to the clock of a run, in exact fractions."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from math import ceil

from sdlang.diagnostics import Diagnostic
from sdlang.model import chance_errors, clock_errors, errors
from sdlang.model.model import Clock
from sdlang.model.random_numbers import MOST_SEED
from sdlang.source import Span
from sdlang.syntax import tree
from sdlang.syntax.printer import print_expression
from sdlang.units.catalogue import Catalogue, describe, quantity
from sdlang.units.durations import spoken
from sdlang.units.unit import TIME, Unit

METHODS = ("euler", "rk4", "rk45", "dop853", "lsoda", "bdf", "radau")


def shown(value: Fraction) -> str:
    """A time as people write it: whole, as a short decimal, or as a fraction of few digits."""
    text = f"{float(value):.10g}"
    if Fraction(text) == value:
        return text
    return f"{value.numerator}/{value.denominator}" if value.denominator <= 120 else f"{float(value):.6g}"


def clock(simulate: tree.Simulate, units: Catalogue, found: list[Diagnostic]) -> Clock | None:
    """The clock that the line asks for; `None` if a mistake leaves no meaning."""
    unit = _unit_of_time(simulate, units, found)
    if unit is None:
        return None
    start = moment(simulate.start, "the start", unit, units, found)
    stop = moment(simulate.stop, "the end", unit, units, found)
    if simulate.step is None:
        found.append(clock_errors.missing_step(unit.text, simulate.span))
        return None
    step = moment(simulate.step, "the step", unit, units, found)
    if start is None or stop is None or step is None:
        return None
    method = "rk4" if simulate.method is None else simulate.method.text.lower()
    if method not in METHODS and simulate.method is not None:
        found.append(clock_errors.unknown_method(simulate.method.text, METHODS, simulate.method.span))
        return None
    if not fits(start, stop, step, unit, simulate.span, found):
        return None
    save = _save(simulate, step, unit, units, found)
    made = Clock(start, stop, step, unit, method, save, simulate.span)
    return _with_chance(made, simulate, units, found)


def fits(start: Fraction, stop: Fraction, step: Fraction, unit: Unit, span: Span, found: list[Diagnostic]) -> bool:
    """Whether the step goes a whole number of times from start to stop; what does not fit is reported at `span`."""
    if step <= 0:
        found.append(clock_errors.step_not_positive(shown(step), span))
    elif stop <= start:
        found.append(clock_errors.span_reversed(shown(start), shown(stop), span))
    elif (stop - start) % step:
        length = stop - start
        better = length / ceil(length / step)
        spoken_step, spoken_length, spoken_better = (
            spoken(float(each), unit.text, 6) for each in (step, length, better)
        )
        found.append(clock_errors.step_does_not_divide(spoken_step, spoken_length, spoken_better, span))
    else:
        return True
    return False


def _unit_of_time(simulate: tree.Simulate, units: Catalogue, found: list[Diagnostic]) -> Unit | None:
    stop = simulate.stop
    name = stop.unit if isinstance(stop, tree.Number) else ""
    if not name:
        found.append(clock_errors.missing_time_unit(stop.span))
        return None
    if name not in units:
        quantity(tree.Number(stop.span, "1", unit=name), units, found)  # says that the unit is unknown
        return None
    unit = units[name]
    if unit.dimension != TIME:
        found.append(clock_errors.not_a_time("the end", print_expression(stop), unit.text, stop.span))
        return None
    return unit


def moment(expression: tree.Expr, what: str, unit: Unit, units: Catalogue, found: list[Diagnostic]) -> Fraction | None:
    """A time in the model's unit from a number, with or without a unit of its own. `1/8 month` is an eighth of a month
    here, as people mean it, and so is `1 month / 8`."""
    match expression:
        case tree.Group(inner=inner):
            return moment(inner, what, unit, units, found)
        case tree.Unary(operator="-", operand=operand):
            value = moment(operand, what, unit, units, found)
            return None if value is None else -value
        case tree.Binary(operator="/", left=tree.Number() as left, right=tree.Number() as right):
            if left.unit and right.unit:
                found.append(clock_errors.not_a_time(what, print_expression(expression), "1", expression.span))
                return None
            counted, _ = quantity(replace(right, unit=""), units, found)
            if not counted:
                found.append(errors.constant_failure(what, "it is divided by 0", right.span))
                return None
            above = _time(left, what, unit, units, found)
            one = _time(replace(right, text="1"), what, unit, units, found) if right.unit else Fraction(1)
            return None if above is None or one is None else above / counted * one
        case tree.Number():
            return _time(expression, what, unit, units, found)
        case _:
            hint = "write a number with a unit of time, such as `1 month`"
            found.append(errors.not_constant(what, expression.span, hint))
            return None


def _time(number: tree.Number, what: str, unit: Unit, units: Catalogue, found: list[Diagnostic]) -> Fraction | None:
    value, dimension = quantity(number, units, found)
    if dimension is None:
        return value
    if dimension != TIME:
        text = print_expression(number)
        found.append(clock_errors.not_a_time(what, text, describe(dimension, unit, units), number.span))
        return None
    return value / unit.factor


def _with_chance(clock: Clock, simulate: tree.Simulate, units: Catalogue, found: list[Diagnostic]) -> Clock:
    """The clock with the seed and the number of runs that the line says."""
    if simulate.seed is not None:
        seed = _whole(simulate.seed, units, found)
        if seed is None or not 0 <= seed <= MOST_SEED:
            found.append(chance_errors.not_a_seed(print_expression(simulate.seed), MOST_SEED, simulate.seed.span))
        else:
            clock = replace(clock, seed=seed)
    if simulate.runs is not None:
        runs = _whole(simulate.runs, units, found)
        if runs is None or runs < 2:
            found.append(chance_errors.too_few_runs(print_expression(simulate.runs), simulate.runs.span))
        else:
            clock = replace(clock, runs=runs)
    return clock


def _whole(expression: tree.Expr, units: Catalogue, found: list[Diagnostic]) -> int | None:
    """A whole number without a unit; `None` for anything else."""
    match expression:
        case tree.Group(inner=inner):
            return _whole(inner, units, found)
        case tree.Number(unit=""):
            value, dimension = quantity(expression, units, found)
            return int(value) if dimension is None and value.denominator == 1 else None
        case _:
            return None


def _save(simulate: tree.Simulate, step: Fraction, unit: Unit, units: Catalogue, found: list[Diagnostic]) -> int:
    if simulate.save is None:
        return 1
    save = moment(simulate.save, "the time between saved points", unit, units, found)
    if save is None:
        return 1
    if save <= 0 or save % step:
        every, of = spoken(float(save), unit.text, 6), spoken(float(step), unit.text, 6)
        found.append(clock_errors.save_not_multiple(every, of, simulate.save.span))
        return 1
    return int(save / step)
