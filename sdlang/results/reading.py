"""What a condition reads of runs: variables at a moment, in the run that is judged and in those of other scenarios.

A moment is a time, and the saved point that stands there if there is one; between points values lie on the straight
line. Expressions become functions of the positions of loops once, and are then asked at one moment after another.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from sdlang.equations.lookups import reader
from sdlang.equations.system import System
from sdlang.model.constants import Function, NotConstant, flat_place, function_of
from sdlang.model.expressions import Elsewhere, Expr, OverRun, Predicate
from sdlang.model.predicates import VALUES
from sdlang.model.scenario import BEFORE
from sdlang.results.run import Array, Run

# A moment at which something is read: the time, and the saved point where there is one.
Moment = tuple[float, int | None]
At = Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Case:
    """A run that is judged, and the system that it is a run of (whose tables its conditions read)."""

    system: System
    run: Run


class Reading:
    """Reads one run, at the moment that is set; `moments` are those of the part of the run that is looked at.

    `others` are the runs of other scenarios. `judged` tells how a predicate comes out.
    """

    def __init__(
        self, case: Case, others: Mapping[str, Case], moments: Sequence[Moment], judged: Callable[[Predicate], Function]
    ) -> None:
        self.run = case.run
        self.others = others
        self.moments = moments
        self.judged = judged
        self.moment: Moment = moments[0] if moments else (0.0, None)
        self.columns: dict[str, Array] = {}
        self.tables = case.system.tables
        self.readers = {name: [reader(part) for part in table.parts or (table,)] for name, table in self.tables.items()}

    def function(self, expression: Expr) -> Function:
        """The value of an expression at the moment that is set, by the positions of the loops."""
        return function_of(expression, self.value_of, self.read, self._of_course)

    def course(self, expression: Expr, at: At) -> list[float]:
        """The values of an expression at all moments that are looked at."""
        return self._values(self.function(expression), at)

    def read(self, table: str, x: float, *places: int) -> float:
        return self.readers[table][flat_place(list(places), self.tables[table].shape)](x)

    def value_of(self, name: str, *places: int) -> float:
        time, point = self.moment
        if name == "time":
            return time
        column = self.columns.get(name)
        if column is None:
            column = self.columns[name] = self._column(name)
        values = column[flat_place(places, self.run.own[self._known(name)].shape[1:])] if places else column[0]
        return float(values[point]) if point is not None else float(np.interp(time, self.run.time, values))

    def _values(self, function: Function, at: At) -> list[float]:
        before, values = self.moment, []
        for moment in self.moments:
            self.moment = moment
            values.append(float(function(at)))
        self.moment = before
        return values

    def _of_course(self, part: OverRun | Elsewhere | Predicate) -> Function:
        match part:
            case OverRun():
                return self._over_run(part)
            case Elsewhere(scenario=scenario, body=body):
                return self._elsewhere(self.others[scenario], body)
            case Predicate():
                return self.judged(part)

    def _over_run(self, part: OverRun) -> Function:
        body = self.function(part.body)
        if part.time is not None:
            return self._at_time(body, self.function(part.time))
        row, known = VALUES[part.function], dict[tuple[int, ...], float]()

        def over_run(at: At) -> float:
            key = tuple(at.values())
            if key not in known:
                known[key] = row.value([time for time, _ in self.moments], self._values(body, at))
            return known[key]

        return over_run

    def _at_time(self, body: Function, time: Function) -> Function:
        def at_time(at: At) -> float:
            before = self.moment
            self.moment = moment_at(time(at), self.run)
            value = body(at)
            self.moment = before
            return float(value)

        return at_time

    def _elsewhere(self, case: Case, body: Expr) -> Function:
        """A value in another run, at the same moment; its courses are those of the same part of that run."""
        moments = [moment_at(time, case.run) for time, _ in self.moments]
        other = Reading(case, self.others, moments, self.judged)
        function = other.function(body)

        def elsewhere(at: At) -> float:
            other.moment = moment_at(self.moment[0], case.run)
            return float(function(at))

        return elsewhere

    def _column(self, name: str) -> Array:
        """A row of values for each element."""
        column: Array = self.run.own[self._known(name)].reshape(len(self.run.time), -1).T
        return column

    def _known(self, name: str) -> str:
        for known in (name, name + BEFORE):
            if known in self.run.own:
                return known
        raise NotConstant(name)


def moments_of(run: Run) -> list[Moment]:
    """All saved points."""
    return [(float(time), place) for place, time in enumerate(run.time)]


def moment_at(time: float, run: Run) -> Moment:
    """A time, with the saved point that stands there."""
    place = int(np.searchsorted(run.time, time))
    return (time, place) if place < len(run.time) and run.time[place] == time else (time, None)
