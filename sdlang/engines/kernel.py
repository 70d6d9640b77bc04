"""What every engine but the reference is made of: the equations of a system as functions over one list of values.

The list holds the time, then parameters, states and auxiliaries; `rates` gives the net rates of the states. What goes
wrong in an equation becomes a NumericFailure that names it, its time and the values it read.
"""

from __future__ import annotations

import platform
from collections.abc import Mapping, Sequence
from math import isfinite
from types import MappingProxyType

import numpy as np

from sdlang.engines.base import NumericFailure
from sdlang.engines.closures import Compiler, Values
from sdlang.equations.system import Equation, State, System
from sdlang.model.constants import said
from sdlang.results.run import Provenance, Run
from sdlang.version import __version__

TIME = 0
# A stock that falls below zero by less than this share of its largest value has not fallen below zero.
ROUNDING = 1e-9


class Kernel:
    """A system, compiled once and started for each run."""

    def __init__(self, system: System) -> None:
        self.system = system
        names = [
            "time",
            *(equation.name for equation in system.parameters),
            *(state.name for state in system.states),
            *(equation.name for equation in system.auxiliaries),
        ]
        self.names = names
        self.slots = {name: slot for slot, name in enumerate(names)}
        compiler = Compiler(self.slots, system.tables)
        self.compiler = compiler
        self.parameters = [(self.slots[e.name], e, compiler.function(e.expression)) for e in system.parameters]
        self.auxiliaries = [(self.slots[e.name], compiler.function(e.expression)) for e in system.auxiliaries]
        self.state_slots = range(1 + len(system.parameters), 1 + len(system.parameters) + len(system.states))
        self.rate_functions = [compiler.function(state.rate) for state in system.states]
        by_name: dict[str, Equation | State] = {e.name: e for e in system.auxiliaries}
        by_name |= {state.name: state for state in system.states}
        self.starts = [
            (
                self.slots[name],
                by_name[name],
                compiler.function(item.initial if isinstance(item := by_name[name], State) else item.expression),
            )
            for name in system.initial_order
        ]
        self.guards = [(self.slots[guard.name], guard) for guard in system.guards]
        self.largest = [0.0] * len(self.guards)
        self.series = {
            table.name: compiler.readers[table.name] for table in system.tables.values() if table.is_over_time
        }

    def start(self, parameters: Mapping[str, float]) -> Values:
        """All values at the start of the run. Raises KeyError for a name that is no parameter."""
        for name in parameters:
            if name not in {equation.name for equation in self.system.parameters}:
                raise KeyError(name)
        self.largest = [0.0] * len(self.guards)
        values = [0.0] * len(self.names)
        values[TIME] = float(self.system.clock.start)
        for slot, equation, function in self.parameters:
            try:
                values[slot] = parameters[equation.name] if equation.name in parameters else function(values)
            except (ArithmeticError, ValueError) as cause:
                raise self.failure(equation, values, said(cause)) from None
        for slot, item, function in self.starts:
            try:
                values[slot] = function(values)
            except (ArithmeticError, ValueError) as cause:
                raise self.failure(item, values, said(cause)) from None
        return values

    def evaluate(self, values: Values, time: float) -> None:
        """Compute the auxiliaries in place, for the states in the list."""
        values[TIME] = time
        slot = -1
        try:
            for slot, function in self.auxiliaries:
                values[slot] = function(values)
        except (ArithmeticError, ValueError) as cause:
            raise self.failure_at(slot, values, said(cause)) from None

    def rates(self, values: Values) -> list[float]:
        return [function(values) for function in self.rate_functions]

    def breakpoints(self, values: Values) -> list[float]:
        """Times within the run, its end included, at which something jumps or kinks, ascending."""
        clock = self.system.clock
        start, stop = float(clock.start), float(clock.stop)
        times: set[float] = set()
        for expression in self.system.breakpoints:
            try:
                times.add(self.compiler.function(expression)(values))
            except (ArithmeticError, ValueError):
                continue  # the equation that reads this time says so when it is computed
        for table in self.system.tables.values():
            if table.is_over_time and table.method != "spline":
                times.update(table.x)
        return sorted(time for time in times if start < time <= stop)

    # What must not be -----------------------------------------------------------------------------------------------

    def check(self, values: Values) -> None:
        """Stop at a value that is no finite number, and at a stock below what an expectation allows."""
        for slot in self.state_slots:
            if not isfinite(values[slot]):
                raise self._not_finite(values)
        for place, (slot, guard) in enumerate(self.guards):
            self.largest[place] = max(self.largest[place], abs(values[slot]))
            if values[slot] < guard.least - ROUNDING * self.largest[place]:
                state = self.system.states[slot - self.state_slots.start]
                unit = self.system.columns[guard.name].unit
                shown = f"{values[slot] / self.system.columns[guard.name].scale:g}" + (
                    "" if unit == "1" else f" {unit}"
                )
                raise self.failure(
                    state, values, f"it fell to {shown}, which `expect {guard.text}` forbids", forbidden_by=guard.text
                )

    def check_all(self, values: Values) -> None:
        self.check(values)
        if not all(map(isfinite, values)):
            raise self._not_finite(values)

    def _not_finite(self, values: Values) -> NumericFailure:
        """The first equation, in the order of computing, that gives no finite number."""
        order = [*self.state_slots, *(slot for slot, _ in self.auxiliaries)]
        bad = [slot for slot in order if not isfinite(values[slot])]
        later = [slot for slot in bad if slot not in self.state_slots]
        slot = (later or bad)[0]
        what = "it is not a number" if values[slot] != values[slot] else "it grew beyond all bounds"
        return self.failure_at(slot, values, what)

    def failure_at(self, slot: int, values: Values, cause: str) -> NumericFailure:
        first = self.state_slots.stop
        item: Equation | State
        if slot >= first:
            item = self.system.auxiliaries[slot - first]
        else:
            item = self.system.states[slot - self.state_slots.start]
        return self.failure(item, values, cause)

    def failure(self, item: Equation | State, values: Values, cause: str, forbidden_by: str = "") -> NumericFailure:
        expression = item.rate if isinstance(item, State) else item.expression
        operands = tuple(
            (name, values[self.slots[name]] / self._scale(name), self._unit(name))
            for name in _names(expression)
            if name in self.slots
        )
        return NumericFailure(
            item.name,
            values[TIME],
            cause,
            equation=", ".join(_names(expression)) if isinstance(item, State) else item.text,
            span=item.span,
            operands=operands,
            forbidden_by=forbidden_by,
        )

    def _scale(self, name: str) -> float:
        return self.system.columns[name].scale if name in self.system.columns else 1.0

    def _unit(self, name: str) -> str:
        return self.system.columns[name].unit if name in self.system.columns else self.system.clock.unit.text

    # The result ------------------------------------------------------------------------------------------------------

    def run(self, rows: Sequence[Values], engine: str, method: str, parameters: Mapping[str, float]) -> Run:
        """A Run from the lists of values at the saved times."""
        table = np.array(rows, dtype=np.float64)
        time = np.ascontiguousarray(table[:, TIME])
        columns = {
            name: np.ascontiguousarray(table[:, self.slots[name]]) for name in self.system.columns if name in self.slots
        }
        for name, read in self.series.items():
            columns[name] = np.array([read(float(moment)) for moment in time])
        ordered = {name: columns[name] for name in self.system.columns if name in columns}
        for values in (time, *ordered.values()):
            values.flags.writeable = False
        return Run(time, MappingProxyType(ordered), self.system.columns, self._provenance(engine, method, parameters))

    def _provenance(self, engine: str, method: str, parameters: Mapping[str, float]) -> Provenance:
        clock = self.system.clock
        return Provenance(
            title=self.system.title,
            digest=self.system.digest,
            engine=engine,
            method=method,
            step=float(clock.step),
            time_unit=clock.unit.text,
            parameters=MappingProxyType({name: value / self._scale(name) for name, value in parameters.items()}),
            versions=MappingProxyType(
                {"sdlang": __version__, "python": platform.python_version(), "numpy": np.__version__}
            ),
        )


def _names(expression: object) -> list[str]:
    """Names of the symbols in an expression, in the order in which they are written."""
    found: dict[str, None] = {}
    waiting = [expression]
    while waiting:
        node = waiting.pop()
        if getattr(node, "is_Symbol", False):
            found.setdefault(str(node))
        else:
            waiting.extend(reversed(getattr(node, "args", ())))
    return list(found)
