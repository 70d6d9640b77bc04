"""Memories and draws in a run: the recorders of one variable, an element each, and the value that holds for the step.

At the beginning of a step of the clock the engine opens the memories; the first evaluation then shows each recorder its
arguments, in the order of computing, and keeps what it answers until the next step begins. So whatever a method of
integration looks at within a step, what a conveyor gives out stays as it is.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import sympy

from sdlang.engines.arithmetic import Values
from sdlang.engines.closures import Action, Compiler
from sdlang.equations.nodes import Builtin
from sdlang.equations.system import Equation, System
from sdlang.model.constants import everywhere
from sdlang.model.distributions import DISTRIBUTIONS
from sdlang.model.drawers import Drawer, Grid, Shown
from sdlang.model.draws import key_of_draw
from sdlang.model.expressions import is_meant
from sdlang.model.memories import MEMORIES, Recorder
from sdlang.model.random_numbers import Chance, Numbers

# What begins a run of one element of a variable, by its place in row-major order.
Maker = Callable[[Chance, int], Recorder]


def is_recalled(expression: sympy.Expr) -> bool:
    """Whether an equation is a memory or a draw."""
    return isinstance(expression, Builtin) and expression.name in ("memory", "draw")


def maker_of(equation: Equation, system: System) -> Maker:
    """What makes the recorders of a variable."""
    expression = equation.expression
    function = expression.held[0]
    if expression.name == "memory":
        make = MEMORIES[function].make
        return lambda chance, element: make()
    clock, column = system.clock, system.columns[equation.name]
    row, name = DISTRIBUTIONS[function], key_of_draw(equation.name, function)
    grid = Grid(float(clock.start), float(clock.draw_step))
    shown = Shown(column.unit, column.scale, clock.unit.text)
    return lambda chance, element: Drawer(row, Numbers(chance, name, element), grid, shown)


class Recall:
    """A variable with a memory, or one that is drawn."""

    def __init__(self, equation: Equation, compiler: Compiler, system: System) -> None:
        expression = equation.expression
        self.length = length = float(system.clock.step)
        self.make = maker_of(equation, system)
        self.chance = Chance(system.clock.seed)
        self.arguments = [compiler.function(argument) for argument in expression.arguments]
        self.slot = compiler.slots[equation.name]
        places = list(everywhere(equation.axes))
        self.places = [[(compiler.loops[loop], place) for loop, place in at.items()] for at in places]
        self.asked = frozenset(number for number, at in enumerate(places) if is_meant(expression.held[1], at))
        self.recorders: list[Recorder] = []
        self.step = (0.0, length)
        self.waiting: set[int] = set()

    def forget(self, chance: Chance) -> None:
        """Begin a run."""
        self.chance = chance
        self.recorders = [self.make(chance, number) for number in range(len(self.places))]
        self.waiting = set()

    def open(self, time: float, length: float) -> None:
        """A step of this length begins."""
        self.step = (time, length)
        self.waiting = set(self.asked)

    def put(self, values: Values) -> None:
        """The values of all elements, computed anew where a step begins, else those that stand there."""
        if self.waiting:
            self._show(values, range(len(self.places)))

    def begin(self, values: Values) -> None:
        """The values at the start, for what is computed from them there."""
        self._show_new(values, range(len(self.places)))

    def some(self, numbers: Sequence[int], *, at_start: bool) -> Action:
        """The same of the elements that stand at these places in row-major order."""
        return lambda values: self._show_new(values, numbers) if at_start else self._show(values, numbers)

    def _show(self, values: Values, numbers: Sequence[int]) -> None:
        time, length = self.step
        for number in numbers:
            if number in self.waiting:
                self.waiting.remove(number)
                self._answer(values, number, self.recorders[number], time, length)

    def _show_new(self, values: Values, numbers: Sequence[int]) -> None:
        for number in numbers:
            if number in self.asked:
                self._answer(values, number, self.make(self.chance, number), values[0], self.length)

    def _answer(self, values: Values, number: int, recorder: Recorder, time: float, length: float) -> None:
        for loop, place in self.places[number]:
            values[loop] = place
        arguments = tuple(argument(values) for argument in self.arguments)
        values[self.slot + number] = recorder.step(time, length, arguments)
