"""The oracle: Euler's method in so few lines that anyone can check it by reading.

It walks over the SymPy expressions with a dictionary of values and shares nothing with the other engines but the table
of functions and the reading of tables. It is slow and is meant to be.
"""

from __future__ import annotations

from collections.abc import Mapping
from math import prod

import sympy

from sdlang.engines.base import Settings
from sdlang.engines.clockwork import Times
from sdlang.engines.closures import is_divisor
from sdlang.engines.kernel import Kernel
from sdlang.equations.lookups import reader
from sdlang.equations.nodes import Builtin
from sdlang.equations.system import System
from sdlang.model.constants import said
from sdlang.model.functions import FUNCTIONS
from sdlang.results.run import Run


class ReferenceEngine:
    """Euler, by the book."""

    methods: tuple[str, ...] = ("euler",)

    def compile(self, system: System, settings: Settings) -> ReferenceProgram:  # noqa: ARG002 (one protocol)
        return ReferenceProgram(system)


class ReferenceProgram:
    def __init__(self, system: System) -> None:
        self.system = system
        self.kernel = Kernel(system)

    def run(self, parameters: Mapping[str, float]) -> Run:
        system, times = self.system, Times(self.system.clock)
        now = dict(zip(self.kernel.names, self.kernel.start(parameters), strict=True))
        rows = []
        for count in range(times.steps + 1):
            now["time"] = times.at(count)
            for auxiliary in system.auxiliaries:
                try:
                    now[auxiliary.name] = self.value(auxiliary.expression, now)
                except (ArithmeticError, ValueError) as cause:
                    values = [now[name] for name in self.kernel.names]
                    raise self.kernel.failure(auxiliary, values, said(cause)) from None
            if count % system.clock.save == 0 or count == times.steps:
                rows.append([now[name] for name in self.kernel.names])
                self.kernel.check_all(rows[-1])
            rates = {state.name: self.value(state.rate, now) for state in system.states}
            for name, rate in rates.items():
                now[name] += times.step * rate
        return self.kernel.run(rows, "reference", "euler", parameters)

    def value(self, expression: sympy.Basic, now: Mapping[str, float]) -> float:
        """The value of an expression, where `now` holds those of its symbols."""
        if isinstance(expression, sympy.Symbol):
            return now[expression.name]
        if isinstance(expression, sympy.Number):
            return float(expression)
        if isinstance(expression, Builtin) and expression.name == "lookup":
            table, argument = expression.arguments
            return reader(self.system.tables[table.name])(self.value(argument, now))
        if isinstance(expression, Builtin) and expression.name == "if":
            test, yes, no = expression.arguments
            return self.value(yes if self.value(test, now) else no, now)
        if isinstance(expression, Builtin):
            return FUNCTIONS[expression.name].value(*(self.value(part, now) for part in expression.arguments))
        if isinstance(expression, sympy.Mul) and is_divisor(expression.args[-1]):
            divisor = self.value(expression.args[-1].args[0], now)
            return prod(self.value(part, now) for part in expression.args[:-1]) / divisor
        parts = [self.value(part, now) for part in expression.args]
        if isinstance(expression, sympy.Add):
            return sum(parts)
        if isinstance(expression, sympy.Mul):
            return prod(parts)
        return FUNCTIONS["^"].value(*parts)
