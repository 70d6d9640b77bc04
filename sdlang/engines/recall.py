"""Memories and draws in a run: the recorders of one variable, an element each, and the value that holds for the step.

At the start of a run each recorder's arguments are read that stand for the start. At the beginning of a step of the
clock the engine opens the memories; the first evaluation then shows each recorder its arguments, in the order of
computing, and keeps what it answers until the next step begins. So whatever a method of integration looks at within a
step, what a conveyor gives out stays as it is. When all is computed, the engine closes the memories: what a recorder
will look back at in the next step is read then.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from math import nan
from types import MappingProxyType

from sdlang.engines.arithmetic import Values
from sdlang.engines.closures import Action, Compiler
from sdlang.equations.nodes import Builtin
from sdlang.equations.system import Equation, System
from sdlang.model.constants import everywhere
from sdlang.model.distributions import DISTRIBUTIONS, Distribution
from sdlang.model.drawers import Drawer, Grid, Shown
from sdlang.model.draws import key_of_draw
from sdlang.model.expressions import is_meant
from sdlang.model.memories import MEMORIES, MemoryFunction, Recorder
from sdlang.model.random_numbers import Chance, Numbers
from sdlang.model.vectors import Reading

TABLES: Mapping[str, Mapping[str, MemoryFunction | Distribution]] = MappingProxyType(
    {"memory": MEMORIES, "draw": DISTRIBUTIONS}
)
# What begins a run of one element of a variable, by its place in row-major order.
Maker = Callable[[Chance, int], Recorder]


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
        expression: Builtin = equation.expression
        self.length = length = float(system.clock.step)
        self.make = maker_of(equation, system)
        self.chance = Chance(system.clock.seed)
        readings = [parameter.reading for parameter in TABLES[expression.name][expression.held[0]].parameters]
        self.now = [n for n, reading in enumerate(readings) if reading in (Reading.NOW, Reading.IN_ALL)]
        self.before = [n for n, reading in enumerate(readings) if reading is Reading.BEFORE]
        self.at_start = [n for n, reading in enumerate(readings) if reading is Reading.AT_START]
        self.arguments = [compiler.function(argument) for argument in expression.arguments]
        self.slot = compiler.slots[equation.name]
        places = list(everywhere(equation.axes))
        self.places = [[(compiler.loops[loop], place) for loop, place in at.items()] for at in places]
        where = expression.held[1] if expression.name == "draw" else ()
        self.asked = frozenset(number for number, at in enumerate(places) if is_meant(where, at))
        self.recorders: list[Recorder] = []
        # What the recorder of each element is shown, as far as it has been read.
        self.shown: list[list[float]] = []
        self.step = (0.0, length)
        self.waiting: set[int] = set()

    def forget(self, chance: Chance) -> None:
        """Begin a run."""
        self.chance = chance
        self.recorders = [self.make(chance, number) for number in range(len(self.places))]
        self.shown = [[nan] * len(self.arguments) for _ in self.places]
        self.waiting = set()

    def open(self, time: float, length: float) -> None:
        """A step of this length begins."""
        self.step = (time, length)
        self.waiting = set(self.asked)

    def put(self, values: Values) -> None:
        """The values of all elements, computed anew where a step begins, else those that stand there."""
        if self.waiting:
            self._show(values, range(len(self.places)))

    def close(self, values: Values) -> None:
        """All is computed: read what will be a step old when the next step begins."""
        if self.before:
            for number in range(len(self.places)):
                self._read(values, number, self.before)

    def begin(self, values: Values) -> None:
        """The values at the start, for what is computed from them there."""
        self._begin(values, range(len(self.places)))

    def some(self, numbers: Sequence[int], *, at_start: bool) -> Action:
        """The same of the elements that stand at these places in row-major order."""
        return lambda values: self._begin(values, numbers) if at_start else self._show(values, numbers)

    def _show(self, values: Values, numbers: Sequence[int]) -> None:
        time, length = self.step
        for number in numbers:
            if number in self.waiting:
                self.waiting.remove(number)
                self._answer(values, number, self.recorders[number], time, length)

    def _begin(self, values: Values, numbers: Sequence[int]) -> None:
        for number in numbers:
            if number in self.asked:
                self._read(values, number, self.at_start)
                self._answer(values, number, self.make(self.chance, number), values[0], self.length)

    def _answer(self, values: Values, number: int, recorder: Recorder, time: float, length: float) -> None:
        self._read(values, number, self.now)
        values[self.slot + number] = recorder.step(time, length, tuple(self.shown[number]))

    def _read(self, values: Values, number: int, arguments: Sequence[int]) -> None:
        """Read some of the arguments of an element."""
        for loop, place in self.places[number]:
            values[loop] = place
        for argument in arguments:
            self.shown[number][argument] = self.arguments[argument](values)
