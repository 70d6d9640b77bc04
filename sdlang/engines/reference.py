"""The oracle: Euler's method in so few lines that anyone can check it by reading.

It walks over the SymPy expressions with a dictionary of values, by the name of a variable and the positions of an
element, and shares nothing with the other engines but the tables of functions, reading tables, memories and what stops
a run. It is slow and is meant to be.
"""

from __future__ import annotations

from collections.abc import Mapping
from math import nan, prod

import sympy

from sdlang.engines.base import NumericFailure, Settings
from sdlang.engines.clockwork import Times
from sdlang.engines.closures import is_divisor
from sdlang.engines.kernel import Kernel
from sdlang.engines.recall import TABLES, maker_of
from sdlang.engines.reference_events import Element, ReferenceEvents
from sdlang.engines.together import solved
from sdlang.equations.lookups import reader
from sdlang.equations.nodes import Builtin
from sdlang.equations.system import Equation, System
from sdlang.model.constants import everywhere, flat_place, said
from sdlang.model.cycles import Block
from sdlang.model.expressions import Index, is_meant
from sdlang.model.functions import FUNCTIONS
from sdlang.model.memories import Recorder
from sdlang.model.no_value import NoValue
from sdlang.model.positions import place_of
from sdlang.model.random_numbers import Chance
from sdlang.model.vectors import REDUCTIONS, VECTORS, Parameter, Reading
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
        self.states = [(state.name, state.rate, state.axes) for state in system.states]
        self.states += [(tally.name, tally.rate, tally.axes) for tally in system.tallies]

    def run(self, parameters: Mapping[str, float], chance: Chance | None = None) -> Run:
        times = Times(self.system.clock)
        held = [name for name in self.kernel.axes if self.kernel.slots.get(name, self.kernel.size) < self.kernel.size]
        elements = [(name, tuple(at.values())) for name in held for at in everywhere(self.kernel.axes[name])]
        start = self.kernel.start(parameters, chance)[: self.kernel.size]
        now: dict[Element, float] = dict(zip(elements, start, strict=True))
        recorders: dict[Element, Recorder] = {}
        seen = self.read(Reading.AT_START, now)
        events = ReferenceEvents(self, now)
        rows = []
        for count in range(times.steps + 1):
            now["time", ()] = times.at(count)
            for block in self.system.auxiliary_order:
                self.compute(block, now, recorders, seen, times.step)
            events.happen(now)
            seen |= self.read(Reading.BEFORE, now)
            if times.keeps(count):
                rows.append([now[element] for element in elements])
                self.kernel.check_all(rows[-1])
            rates = {
                (name, tuple(at.values())): self.value(rate, now, at)
                for name, rate, axes in self.states
                for at in everywhere(axes)
            }
            for element, rate in rates.items():
                now[element] += times.step * rate
        return self.kernel.run(rows, "reference", "euler", parameters, events.firings)

    def compute_anew(self, now: dict[Element, float]) -> None:
        """All auxiliaries within a step: what has a memory has answered and holds."""
        for block in self.system.auxiliary_order:
            self.compute(block, now, None, {}, 0.0)

    def compute(
        self,
        block: Block,
        now: dict[Element, float],
        recorders: dict[Element, Recorder] | None,
        seen: Mapping[tuple[Element, str], float],
        step: float,
    ) -> None:
        """All elements of a block of auxiliaries, each after those that it reads; unknowns are solved for. Without
        recorders what has a memory holds."""
        if block.unknowns:
            unknowns = [(name, at) for name in block.unknowns for at in everywhere(self.kernel.axes[name])]

            def image(values: list[float]) -> list[float]:
                now.update(zip([(name, tuple(at.values())) for name, at in unknowns], values, strict=True))
                for inner in block.inner:
                    self.compute(inner, now, recorders, seen, step)
                return [self.computed(name, at, now, recorders, seen, step) for name, at in unknowns]

            guess = [now[name, tuple(at.values())] for name, at in unknowns]
            try:
                image(solved(guess, image))
            except NoValue as cause:
                raise self.failure_of(*unknowns[0], now, cause) from None
            return
        for name, at in self.elements(block):
            now[name, tuple(at.values())] = self.computed(name, at, now, recorders, seen, step)

    def elements(self, block: Block) -> list[tuple[str, Mapping[str, int]]]:
        """The elements of a block in their order, with the positions of their loops."""
        axes = self.kernel.axes
        if block.elements:
            return [(name, dict(zip((a.loop for a in axes[name]), at, strict=True))) for name, at in block.elements]
        return [(name, at) for name in block.names for at in everywhere(axes[name])]

    def computed(
        self,
        name: str,
        at: Mapping[str, int],
        now: Mapping[Element, float],
        recorders: dict[Element, Recorder] | None,
        seen: Mapping[tuple[Element, str], float],
        step: float,
    ) -> float:
        """An element of an auxiliary: the value of its equation, or what its memory answers."""
        equation: Equation = self.kernel.equations[name]
        expression = equation.expression
        try:
            if name in self.kernel.memories:
                if recorders is None:
                    return now[name, tuple(at.values())]
                if expression.name == "draw" and not is_meant(expression.held[1], at):
                    return 0.0
                element = (name, tuple(at.values()))
                arguments = tuple(
                    self.value(argument, now, at)
                    if parameter.reading in (Reading.NOW, Reading.IN_ALL)
                    else seen.get((element, parameter.name), nan)
                    for parameter, argument in zip(self.parameters(expression), expression.arguments, strict=True)
                )
                return self.recorder(equation, element, recorders).step(now["time", ()], step, arguments)
            if isinstance(expression, Builtin) and expression.name == "vector":
                return self.of_list(expression, now, at, tuple(at.values()), [axis.size for axis in equation.axes])
            return self.value(expression, now, at)
        except (ArithmeticError, ValueError) as cause:
            raise self.failure_of(name, at, now, cause) from None

    def read(self, reading: Reading, now: Mapping[Element, float]) -> dict[tuple[Element, str], float]:
        """What memories are shown at another moment than when they answer, by element and argument."""
        found = {}
        for name in self.kernel.memories:
            equation = self.kernel.equations[name]
            expression = equation.expression
            for parameter, argument in zip(self.parameters(expression), expression.arguments, strict=True):
                for at in everywhere(equation.axes) if parameter.reading is reading else ():
                    try:
                        found[(name, tuple(at.values())), parameter.name] = self.value(argument, now, at)
                    except (ArithmeticError, ValueError) as cause:
                        raise self.failure_of(name, at, now, cause) from None
        return found

    def failure_of(
        self, name: str, at: Mapping[str, int], now: Mapping[Element, float], cause: Exception
    ) -> NumericFailure:
        values = [*now.values(), *(at.get(loop, 0) for loop in self.kernel.loops)]
        return self.kernel.failure_of(name, values, said(cause))

    def parameters(self, expression: Builtin) -> tuple[Parameter, ...]:
        """What a memory or a draw is shown."""
        return TABLES[expression.name][expression.held[0]].parameters

    def recorder(self, equation: Equation, element: Element, recorders: dict[Element, Recorder]) -> Recorder:
        """What an element remembers; new at its first step."""
        if element not in recorders:
            number = flat_place(element[1], [axis.size for axis in equation.axes])
            recorders[element] = maker_of(equation, self.system)(self.kernel.chance, number)
        return recorders[element]

    def of_list(
        self,
        expression: Builtin,
        now: Mapping[Element, float],
        at: Mapping[str, int],
        places: tuple[int, ...],
        sizes: list[int],
    ) -> float:
        """One element of the list that a vector function makes."""
        function, axes = expression.held
        row = VECTORS[function]
        given = [
            [self.value(argument, now, here) for here in everywhere(axes, at)]
            if parameter.is_vector
            else self.value(argument, now, at)
            for parameter, argument in zip(row.parameters, expression.arguments, strict=True)
        ]
        own = len(axes)
        return row.value(*given)[flat_place(list(places[-own:]), tuple(sizes[-own:]))]

    def value(self, expression: sympy.Basic, now: Mapping[Element, float], at: Mapping[str, int]) -> float:
        """The value of an expression, where `now` holds those of all elements and `at` the positions of loops."""
        if isinstance(expression, sympy.Symbol):
            return now[expression.name, ()]
        if isinstance(expression, sympy.Number):
            return float(expression)
        if isinstance(expression, Builtin):
            return self.of_builtin(expression, now, at)
        if isinstance(expression, sympy.Mul) and is_divisor(expression.args[-1]):
            divisor = self.value(expression.args[-1].args[0], now, at)
            return prod(self.value(part, now, at) for part in expression.args[:-1]) / divisor
        parts = [self.value(part, now, at) for part in expression.args]
        if isinstance(expression, sympy.Add):
            return sum(parts)
        if isinstance(expression, sympy.Mul):
            return prod(parts)
        return FUNCTIONS["^"].value(*parts)

    def of_builtin(self, node: Builtin, now: Mapping[Element, float], at: Mapping[str, int]) -> float:
        def places(indices: tuple[Index, ...]) -> list[int]:
            return [place_of(index, at) for index in indices]

        match node.name, node.held, node.arguments:
            case "element", (name, indices), ():
                return now[name, tuple(places(indices))]
            case "lookup", (name, indices), (argument,):
                table = self.system.tables[name]
                one = table.parts[flat_place(places(indices), table.shape)] if indices else table
                return reader(one)(self.value(argument, now, at))
            case "position", (index, first), ():
                return float(place_of(index, at) + first)
            case "cases", (loop, choice), branches:
                return self.value(branches[choice[at[loop]]], now, at)
            case "array", (values, shape, indices), ():
                return float(values[flat_place(places(indices), shape)])
            case "reduce", (function, axes), (body, *where):
                kept = [here for here in everywhere(axes, at) if not where or self.value(where[0], now, here)]
                return REDUCTIONS[function].value([self.value(body, now, here) for here in kept])
            case "if", (), (test, yes, no):
                return self.value(yes if self.value(test, now, at) else no, now, at)
            case "and", (), (left, right):
                return bool(self.value(left, now, at) and self.value(right, now, at))
            case "or", (), (left, right):
                return bool(self.value(left, now, at) or self.value(right, now, at))
        return FUNCTIONS[node.name].value(*(self.value(part, now, at) for part in node.arguments))
