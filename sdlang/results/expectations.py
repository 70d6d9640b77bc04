"""Whether what the modeller expects came true, by how much, and where it is closest to failing.

A comparison has a margin: how far its two sides are apart in the right direction, negative where it fails. `and` has
the smaller margin of its parts, `or` the larger, `not` the opposite. For `>=`, `<=` and `==` a difference of rounding
(1e-9 of the largest value) is none. Conditions are read at the saved points: `always` at all, `at t` at t (on the
straight line between points), `after t` from t on, `before t` up to t, t left out.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np

from sdlang.equations.lookups import reader
from sdlang.equations.system import System
from sdlang.model.conservation import changes_of
from sdlang.model.constants import NotConstant, everywhere, flat_place, function_of
from sdlang.model.expressions import Apply, Expr, Reduce, Reference, parts
from sdlang.model.model import Expectation, Model
from sdlang.model.positions import place_of
from sdlang.model.scenario import BEFORE
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
    readers = {name: [reader(part) for part in table.parts or (table,)] for name, table in system.tables.items()}

    def read(table: str, x: float, *places: int) -> float:
        return readers[table][flat_place(list(places), system.tables[table].shape)](x)

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


Read = Callable[..., float]
# The value of a variable, or of its element at some positions.
ValueOf = Callable[..., float]
# A moment at which an expectation is read: the time, and the saved point where there is one.
Moment = tuple[float, int | None]
# Whether a condition holds and its margin, at each moment, where the loops stand at some positions.
Judging = Callable[[Mapping[str, int]], list[tuple[bool, float]]]


class _Reading:
    """The values of a run at the moment that is set."""

    def __init__(self, run: Run) -> None:
        self.run = run
        self.moment: Moment = (0.0, 0)
        self.columns: dict[str, Array] = {}

    def value_of(self, name: str, *places: int) -> float:
        time, point = self.moment
        if name == "time":
            return time
        column = self.columns.get(name)
        if column is None:
            column = self.columns[name] = self._column(name)
        values = column[flat_place(places, self.run.own[self._known(name)].shape[1:])] if places else column[0]
        return float(values[point]) if point is not None else float(np.interp(time, self.run.time, values))

    def _column(self, name: str) -> Array:
        """A row of values for each element."""
        column: Array = self.run.own[self._known(name)].reshape(len(self.run.time), -1).T
        return column

    def _known(self, name: str) -> str:
        for known in (name, name + BEFORE):
            if known in self.run.own:
                return known
        raise NotConstant(name)


def _moments(expectation: Expectation, run: Run) -> list[Moment]:
    """The moments at which an expectation is read."""
    points: list[Moment] = [(float(time), place) for place, time in enumerate(run.time)]
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
    """The verdict at the time, and of the element, where the condition is closest to failing."""
    moments = _moments(expectation, run)
    judging = _judging(expectation.subject, _Reading(run), moments, read)
    worst: tuple[bool, float, float, Mapping[str, int]] | None = None
    for at in everywhere(expectation.axes):
        for (time, _), (holds, margin) in zip(moments, judging(at), strict=True):
            if worst is None or (holds, margin) < worst[:2]:
                worst = (holds, margin, time, at)
    assert worst is not None, "an expectation is about at least one saved point"
    holds, margin, time, at = worst
    unit, scale = _unit_of(expectation.subject, model)
    detail = _detail(expectation, model, run, time, at)
    return Verdict(expectation.text, scenario, holds, margin / scale, unit, time, detail, expectation.span)


def _judging(condition: Expr, reading: _Reading, moments: list[Moment], read: Read) -> Judging:
    """A condition as a function of the positions of the loops: whether it holds, and how far it is from changing."""
    assert isinstance(condition, Apply), "the units were checked: an expectation is a condition"
    if condition.function in ("and", "or", "not"):
        inner = [_judging(part, reading, moments, read) for part in condition.arguments]
        combined = _COMBINED[condition.function]
        return lambda at: [combined(*each) for each in zip(*(part(at) for part in inner), strict=True)]
    left, right = (function_of(side, reading.value_of, read) for side in condition.arguments)
    compared = _COMPARED[condition.function]

    def judging(at: Mapping[str, int]) -> list[tuple[bool, float]]:
        sides = []
        for moment in moments:
            reading.moment = moment
            sides.append((left(at), right(at)))
        near = EQUAL_WITHIN * max((abs(side) for pair in sides for side in pair), default=0.0)
        return [compared(a, b, abs(a - b) <= near) for a, b in sides]

    return judging


Judged = tuple[bool, float]
_COMBINED: Mapping[str, Callable[..., Judged]] = MappingProxyType(
    {
        "and": lambda one, other: (one[0] and other[0], min(one[1], other[1])),
        "or": lambda one, other: (one[0] or other[0], max(one[1], other[1])),
        "not": lambda one: (not one[0], -one[1]),
    }
)
# From the two sides of a comparison, and whether they differ by rounding only.
_COMPARED: Mapping[str, Callable[[float, float, bool], Judged]] = MappingProxyType(
    {
        ">=": lambda a, b, equal: (a >= b or equal, a - b),
        ">": lambda a, b, equal: (a > b, a - b),
        "<=": lambda a, b, equal: (a <= b or equal, b - a),
        "<": lambda a, b, equal: (a < b, b - a),
        "==": lambda a, b, equal: (equal, -abs(a - b)),
        "!=": lambda a, b, equal: (not equal, abs(a - b)),
    }
)


def _detail(expectation: Expectation, model: Model, run: Run, time: float, at: Mapping[str, int]) -> str:
    """The values at the decisive time: ``at 2026.5: `staff` = -3.2 people``. Of what is split, those elements that the
    condition names or that failed; not what it sums over."""
    shown: dict[str, str] = {}
    for part in parts(expectation.subject):
        if not isinstance(part, Reference) or part.name not in run.own or part.name not in model.variables:
            continue
        if any(index.loop and index.loop not in at for index in part.indices):
            continue
        column = run.columns[part.name]
        shape = tuple(len(names) for _, names in column.axes)
        element = column.elements[flat_place([place_of(index, at) for index in part.indices], shape)]
        unit = column.unit
        shown[element] = f"`{element}` = {run.at(element, time):.6g}" + (f" {unit}" if unit not in ("", "1") else "")
    return f"at {time:g}: {', '.join(shown.values())}" if shown else f"at {time:g}"


def _unit_of(subject: Expr, model: Model) -> tuple[str, float]:
    """The unit in which a margin is told: that of a variable which stands alone on a side; empty where none does."""
    match subject:
        case Reference(name=name) if name in model.variables:
            return model.variables[name].unit.text, model.variables[name].scale
        case Reference(name="time"):
            return model.clock.unit.text, 1.0
        case Reduce(function="sum" | "mean" | "min" | "max", body=body):
            return _unit_of(body, model)
        case Apply(function="not" | "and" | "or" | "+" | "-" | "sum" | "<" | "<=" | ">" | ">=" | "==" | "!="):
            return next((found for part in subject.arguments if (found := _unit_of(part, model))[0]), ("", 1.0))
        case _:
            return "", 1.0


def _conserved(expectation: Expectation, model: Model, run: Run, scenario: str, read: Read) -> Verdict:
    """The total stays what it was at the start, to 1e-9 of its largest size; a proof from the flows is told."""
    reading = _Reading(run)
    total = function_of(expectation.subject, reading.value_of, read)
    values = []
    for reading.moment in _moments(expectation, run):
        values.append(total({}))
    totals: Array = np.array(values)
    drift = np.abs(totals - totals[0])
    worst = int(np.argmax(drift))
    size = float(np.max(np.abs(totals)))
    relative = float(drift[worst]) / size if size else 0.0
    changing = changes_of(expectation.subject, model)
    unit, scale = _unit_of(expectation.subject, model)
    if changing == ():
        proof = f"proved: no flow {'and no move ' * bool(model.events)}changes this total"
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
