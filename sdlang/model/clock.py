"""From `simulate 2024 to 2034 years, step 1 month, using rk4` to the clock of a run, in exact fractions.

Where both ends are dates (`simulate 2024-01-01 to 2034-12-31, step 1 week`) time is the calendar: the unit of time is
the year, the last day (or month) belongs to the run, and the run ends with the last whole step that fits.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from fractions import Fraction
from math import ceil

from sdlang.diagnostics import Diagnostic
from sdlang.model import chance_errors, clock_errors, errors
from sdlang.model.model import Clock
from sdlang.model.random_numbers import MOST_SEED
from sdlang.source import Span
from sdlang.syntax import tree
from sdlang.syntax.errors import date_form
from sdlang.syntax.printer import print_expression
from sdlang.units.catalogue import Catalogue, describe, quantity
from sdlang.units.dates import date_of, day_at, end_of, is_in_calendar, meant_date, shown, spoken_time, time_of
from sdlang.units.durations import spoken
from sdlang.units.unit import TIME, Unit

METHODS = ("euler", "rk4", "rk45", "dop853", "lsoda", "bdf", "radau")


def clock(simulate: tree.Simulate, units: Catalogue, found: list[Diagnostic]) -> Clock | None:
    """The clock that the line asks for; `None` if a mistake leaves no meaning."""
    unit = _unit_of_time(simulate, units, found)
    if unit is None:
        return None
    is_calendar = isinstance(simulate.stop, tree.Date)
    if simulate.step is None:
        found.append(clock_errors.missing_step("1 week" if is_calendar else f"0.125 {unit.text}", simulate.span))
        return None
    times = Times(unit, is_calendar, units, found)
    start, end = times.moment(simulate.start, "the start"), times.end(simulate.stop, "the end")
    step = times.duration(simulate.step, "the step")
    if start is None or end is None or step is None:
        return None
    method = "rk4" if simulate.method is None else simulate.method.text.lower()
    if method not in METHODS and simulate.method is not None:
        found.append(clock_errors.unknown_method(simulate.method.text, METHODS, simulate.method.span))
        return None
    asked = Clock(start, end, step, unit, method, span=simulate.span, calendar_end=end if is_calendar else None)
    asked = _with_chance(asked, simulate, units, found)
    fitted = with_last_step(asked, found)
    every = None if simulate.save is None else times.duration(simulate.save, "the time between saved points")
    if fitted is None or every is None or simulate.save is None:
        return fitted
    kept = with_points_every(every, fitted)
    if kept is None:
        between, of = spoken(float(every), unit.text, 6), spoken(float(step), unit.text, 6)
        found.append(clock_errors.save_not_multiple(between, of, is_calendar, simulate.save.span))
    return kept or fitted


def with_last_step(clock: Clock, found: list[Diagnostic]) -> Clock | None:
    """The clock that stops with its last whole step; `None` where its times make no run, which is reported."""
    start, end, step, unit = clock.start, clock.end, clock.step, clock.unit.text
    assert clock.span is not None, "the clock of a text has a place"
    length = end - start
    if step <= 0:
        found.append(clock_errors.step_not_positive(shown(step), clock.span))
    elif clock.is_calendar and not (is_in_calendar(start) and is_in_calendar(end)):
        found.append(clock_errors.outside_calendar(shown(start), shown(end), clock.span))
    elif length <= 0:
        found.append(clock_errors.span_reversed(spoken_time(start, clock), _spoken_end(clock), clock.span))
    elif clock.is_calendar and step > length:
        found.append(clock_errors.step_beyond_run(spoken(float(step), unit), spoken(float(length), unit), clock.span))
    elif length % step and not clock.is_calendar:
        better = length / ceil(length / step)
        spoken_step, spoken_length, spoken_better = (spoken(float(each), unit, 6) for each in (step, length, better))
        found.append(clock_errors.step_does_not_divide(spoken_step, spoken_length, spoken_better, clock.span))
    else:
        return replace(clock, stop=start + length // step * step)
    return None


def with_points_every(period: Fraction, clock: Clock) -> Clock | None:
    """The clock that keeps a point each time so long has passed; `None` where steps do not fall on these times. In a
    calendar it keeps the first step in each period then: weeks and months never meet."""
    if period < clock.step:
        return None
    if not period % clock.step:
        return replace(clock, save=int(period / clock.step), period=None)
    return replace(clock, save=1, period=period) if clock.is_calendar else None


def is_within_run(time: Fraction, what: str, clock: Clock, span: Span, found: list[Diagnostic]) -> bool:
    """Whether a run reaches a time; one that it does not is reported."""
    if clock.start <= time <= clock.stop:
        return True
    limits = (spoken_time(clock.start, clock), spoken_time(clock.stop, clock))
    hint = "choose a time within the run"
    if clock.stop < time <= clock.end:
        step = spoken(float(clock.step), clock.unit.text)
        hint = f"the run ends with its last whole step of {step}: write `{day_at(clock.stop)}`"
    found.append(errors.time_outside_run(what, spoken_time(time, clock), *limits, hint, span))
    return False


def _spoken_end(clock: Clock) -> str:
    """The end as it was meant: in a calendar the last day that belongs to the run."""
    return str(date_of(clock.end) - timedelta(days=1)) if clock.is_calendar else shown(clock.end)


def _unit_of_time(simulate: tree.Simulate, units: Catalogue, found: list[Diagnostic]) -> Unit | None:
    ends = (simulate.start, simulate.stop)
    others = [end for end in ends if not isinstance(end, tree.Date)]
    if not others:
        return units["years"]
    meant = [meant_date(end.span.text) for end in others]
    if all(meant):
        found.append(date_form(others[0].span.text, meant[0], others[0].span))
        return None
    if len(others) == 1:
        found.append(clock_errors.one_date(others[0].span.text, others[0] is simulate.stop, others[0].span))
        return None
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


@dataclass(frozen=True, slots=True)
class Times:
    """Reads times that are known before a run, in the model's unit of time. What is no time is reported."""

    unit: Unit
    is_calendar: bool
    units: Catalogue
    found: list[Diagnostic]

    def moment(self, expression: tree.Expr, what: str) -> Fraction | None:
        """When something begins: a number, or a date; a month is its first day."""
        if not isinstance(expression, tree.Date):
            if self.is_calendar and (meant := meant_date(expression.span.text)):
                self.found.append(date_form(expression.span.text, meant, expression.span))
                return None
            return self._read(expression, what)
        if self.is_calendar:
            return time_of(expression.year, expression.month, expression.day or 1)
        self.found.append(clock_errors.date_without_calendar(print_expression(expression), expression.span))
        return None

    def end(self, expression: tree.Expr, what: str) -> Fraction | None:
        """When something ends: with the whole day that is written, or the whole month."""
        if self.is_calendar and isinstance(expression, tree.Date):
            return end_of(expression.year, expression.month, expression.day)
        return self.moment(expression, what)

    def duration(self, expression: tree.Expr, what: str) -> Fraction | None:
        """How long something lasts. `1/8 month` is an eighth of a month here, as people mean it, and so is
        `1 month / 8`."""
        if not isinstance(expression, tree.Date):
            return self._read(expression, what)
        self.found.append(clock_errors.date_as_duration(what, print_expression(expression), expression.span))
        return None

    def _read(self, expression: tree.Expr, what: str) -> Fraction | None:
        match expression:
            case tree.Group(inner=inner):
                return self._read(inner, what)
            case tree.Unary(operator="-", operand=operand):
                value = self._read(operand, what)
                return None if value is None else -value
            case tree.Binary(operator="/", left=tree.Number() as left, right=tree.Number() as right):
                return self._quotient(expression, left, right, what)
            case tree.Number():
                return self._time(expression, what)
            case _:
                hint = "write a number with a unit of time, such as `1 month`"
                self.found.append(errors.not_constant(what, expression.span, hint))
                return None

    def _quotient(self, whole: tree.Expr, left: tree.Number, right: tree.Number, what: str) -> Fraction | None:
        if left.unit and right.unit:
            self.found.append(clock_errors.not_a_time(what, print_expression(whole), "1", whole.span))
            return None
        counted, _ = quantity(replace(right, unit=""), self.units, self.found)
        if not counted:
            self.found.append(errors.constant_failure(what, "it is divided by 0", right.span))
            return None
        above = self._time(left, what)
        one = self._time(replace(right, text="1"), what) if right.unit else Fraction(1)
        return None if above is None or one is None else above / counted * one

    def _time(self, number: tree.Number, what: str) -> Fraction | None:
        value, dimension = quantity(number, self.units, self.found)
        if dimension is None:
            return value
        if dimension != TIME:
            measured = describe(dimension, self.unit, self.units)
            self.found.append(clock_errors.not_a_time(what, print_expression(number), measured, number.span))
            return None
        return value / self.unit.factor


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
