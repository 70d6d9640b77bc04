"""Memories in a run: the recorders of one variable, an element each, and the value that holds for the step.

At the beginning of a step of the clock the engine opens the memories; the first evaluation then shows each recorder its
arguments, in the order of computing, and keeps what it answers until the next step begins. So whatever a method of
integration looks at within a step, what a conveyor gives out stays as it is.
"""

from __future__ import annotations

from collections.abc import Sequence

from sdlang.engines.arithmetic import Values
from sdlang.engines.closures import Action, Compiler
from sdlang.equations.nodes import Builtin
from sdlang.equations.system import Equation
from sdlang.model.constants import everywhere
from sdlang.model.memories import MEMORIES, Recorder


class Recall:
    """A variable with a memory. `length` is the step of the clock."""

    def __init__(self, expression: Builtin, equation: Equation, compiler: Compiler, length: float) -> None:
        self.length = length
        self.make = MEMORIES[expression.held[0]].make
        self.arguments = [compiler.function(argument) for argument in expression.arguments]
        self.slot = compiler.slots[equation.name]
        self.places = [
            [(compiler.loops[loop], place) for loop, place in at.items()] for at in everywhere(equation.axes)
        ]
        self.recorders: list[Recorder] = []
        self.step = (0.0, length)
        self.waiting: set[int] = set()

    def forget(self) -> None:
        """Begin a run."""
        self.recorders = [self.make() for _ in self.places]
        self.waiting = set()

    def open(self, time: float, length: float) -> None:
        """A step of this length begins."""
        self.step = (time, length)
        self.waiting = set(range(len(self.places)))

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
            self._answer(values, number, self.make(), values[0], self.length)

    def _answer(self, values: Values, number: int, recorder: Recorder, time: float, length: float) -> None:
        for loop, place in self.places[number]:
            values[loop] = place
        arguments = tuple(argument(values) for argument in self.arguments)
        values[self.slot + number] = recorder.step(time, length, arguments)
