"""Whether what the modeller expects came true, by how much, and where it is closest to failing.

A comparison has a margin: how far its two sides are apart in the right direction, negative where it fails. `and` has
the smaller margin of its parts, `or` the larger, `not` the opposite. For `>=`, `<=` and `==` a difference of rounding
(1e-9 of the largest value) is none. Conditions are read at the saved points: `always` at all, `at t` at t (on the
straight line between points), `after t` from t on, `before t` up to t, t left out.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from sdlang.equations.lookups import reader
from sdlang.equations.system import System
from sdlang.model.conservation import changes_of
from sdlang.model.constants import NotConstant, evaluate
from sdlang.model.expressions import Apply, Expr, Reference, references
from sdlang.model.model import Expectation, Model
from sdlang.results.run import Array, Run
from sdlang.source import Span

CONSERVED_WITHIN = 1e-9
# Values this close, relative to the largest of the run, count as equal: no method of integration is closer.
EQUAL_WITHIN = 1e-9


@dataclass(frozen=True, slots=True)
class Verdict:
    """`margin` is how far from failing, in `unit`, negative where it failed; `time` is where it is smallest."""

    text: str
    scenario: str
    holds: bool
    margin: float
    unit: str
    time: float
    detail: str
    span: Span


def judge(model: Model, system: System, run: Run, scenario: str) -> tuple[Verdict, ...]:
    """Verdicts on the expectations of a scenario, and on those for every run.

    Expectations about times that the run does not reach are left out.
    """
    readers = {name: reader(table) for name, table in system.tables.items()}

    def read(table: str, x: float) -> float:
        return readers[table](x)

    verdicts = []
    for expectation in model.expectations:
        if expectation.scenario and expectation.scenario != scenario:
            continue
        if expectation.time is not None and not run.time[0] <= float(expectation.time) <= run.time[-1]:
            continue
        if expectation.kind == "conserved":
            verdicts.append(_conserved(expectation, model, run, scenario, read))
        else:
            verdicts.append(_condition(expectation, model, run, scenario, read))
    return tuple(verdicts)


Read = Callable[[str, float], float]


def _values_at(run: Run, time: float, place: int | None) -> Callable[[str], float]:
    def value_of(name: str) -> float:
        if name == "time":
            return time
        column = run.own.get(name)
        if column is None:
            column = run.own.get(name + ".before")
        if column is None:
            raise NotConstant(name)
        return float(column[place]) if place is not None else float(np.interp(time, run.time, column))

    return value_of


def _places(expectation: Expectation, run: Run) -> list[tuple[float, int | None]]:
    """The times at which an expectation is read, and the saved point of each."""
    points: list[tuple[float, int | None]] = [(float(time), place) for place, time in enumerate(run.time)]
    if expectation.time is None:
        return points
    time = float(expectation.time)
    match expectation.when:
        case "at":
            exact = [point for point in points if point[0] == time]
            return exact or [(time, None)]
        case "after":
            return [point for point in points if point[0] >= time]
        case "before":
            return [point for point in points if point[0] < time]
        case _:
            return points


def _condition(expectation: Expectation, model: Model, run: Run, scenario: str, read: Read) -> Verdict:
    places = _places(expectation, run)
    readings = [_values_at(run, time, place) for time, place in places]
    judged = _Judge(read)
    for value_of in readings:
        judged.measure(expectation.subject, value_of)
    worst: tuple[bool, float, float] | None = None
    for (time, _), value_of in zip(places, readings, strict=True):
        holds, margin = judged.margin(expectation.subject, value_of)
        if worst is None or (holds, margin) < worst[:2]:
            worst = (holds, margin, time)
    assert worst is not None, "an expectation is about at least one saved point"
    holds, margin, time = worst
    unit, scale = _unit_of(expectation.subject, model)
    detail = _detail(expectation, model, run, time)
    return Verdict(expectation.text, scenario, holds, margin / scale, unit, time, detail, expectation.span)


class _Judge:
    """Reads a condition at many times. `sizes` holds the largest value that either side of a comparison has at any."""

    def __init__(self, read: Read) -> None:
        self.read = read
        self.sizes: dict[Expr, float] = {}

    def measure(self, condition: Expr, value_of: Callable[[str], float]) -> None:
        assert isinstance(condition, Apply), "the units were checked: an expectation is a condition"
        if condition.function in ("and", "or", "not"):
            for part in condition.arguments:
                self.measure(part, value_of)
            return
        size = max(abs(evaluate(side, value_of, self.read)) for side in condition.arguments)
        self.sizes[condition] = max(self.sizes.get(condition, 0.0), size)

    def margin(self, condition: Expr, value_of: Callable[[str], float]) -> tuple[bool, float]:
        """Whether a condition holds, and how far it is from changing."""
        match condition:
            case Apply(function="and", arguments=(left, right)):
                both = self.margin(left, value_of), self.margin(right, value_of)
                return all(holds for holds, _ in both), min(margin for _, margin in both)
            case Apply(function="or", arguments=(left, right)):
                both = self.margin(left, value_of), self.margin(right, value_of)
                return any(holds for holds, _ in both), max(margin for _, margin in both)
            case Apply(function="not", arguments=(inner,)):
                holds, margin = self.margin(inner, value_of)
                return not holds, -margin
            case Apply(function=function, arguments=(left, right)):
                a, b = evaluate(left, value_of, self.read), evaluate(right, value_of, self.read)
                equal = abs(a - b) <= EQUAL_WITHIN * self.sizes[condition]
                match function:
                    case ">=":
                        return a >= b or equal, a - b
                    case ">":
                        return a > b, a - b
                    case "<=":
                        return a <= b or equal, b - a
                    case "<":
                        return a < b, b - a
                    case "==":
                        return equal, -abs(a - b)
                    case "!=":
                        return not equal, abs(a - b)
        raise AssertionError("the units were checked: an expectation is a condition")


def _detail(expectation: Expectation, model: Model, run: Run, time: float) -> str:
    """The values at the decisive time: ``at 2026.5: `staff` = -3.2 people``."""
    shown = []
    for name in dict.fromkeys(references(expectation.subject)):
        if name in run.own:
            unit = model.variables[name].unit.text if name in model.variables else "1"
            value = run.at(name, time)
            shown.append(f"`{name}` = {value:.6g}" + (f" {unit}" if unit not in ("", "1") else ""))
    return f"at {time:g}: {', '.join(shown)}" if shown else f"at {time:g}"


def _unit_of(subject: Expr, model: Model) -> tuple[str, float]:
    """The unit in which a margin is told: that of a variable which stands alone on a side; empty where none does."""
    match subject:
        case Reference(name=name) if name in model.variables:
            return model.variables[name].unit.text, model.variables[name].scale
        case Reference(name="time"):
            return model.clock.unit.text, 1.0
        case Apply(function="not" | "and" | "or" | "+" | "-" | "sum" | "<" | "<=" | ">" | ">=" | "==" | "!="):
            return next((found for part in subject.arguments if (found := _unit_of(part, model))[0]), ("", 1.0))
        case _:
            return "", 1.0


def _conserved(expectation: Expectation, model: Model, run: Run, scenario: str, read: Read) -> Verdict:
    """The total stays what it was at the start, to 1e-9 of its largest size; a proof from the flows is told."""
    totals: Array = np.array(
        [evaluate(expectation.subject, _values_at(run, time, place), read) for time, place in _places(expectation, run)]
    )
    drift = np.abs(totals - totals[0])
    worst = int(np.argmax(drift))
    size = float(np.max(np.abs(totals)))
    relative = float(drift[worst]) / size if size else 0.0
    changing = changes_of(expectation.subject, model)
    unit, scale = _unit_of(expectation.subject, model)
    if changing == ():
        proof = "proved: no flow changes this total"
    elif changing is None:
        proof = "measured: it is no plain sum of stocks"
    else:
        proof = f"changed by {', '.join(f'`{name}`' for name in changing)}"
    detail = f"{proof}; largest drift {float(drift[worst]) / scale:.3g}" + (f" {unit}" if unit not in ("", "1") else "")
    time = float(run.time[worst])
    allowed = CONSERVED_WITHIN * size / scale
    return Verdict(
        expectation.text,
        scenario,
        relative <= CONSERVED_WITHIN,
        allowed - float(drift[worst]) / scale,
        unit,
        time,
        detail,
        expectation.span,
    )
