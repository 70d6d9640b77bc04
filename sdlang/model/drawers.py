"""Who draws, and when: a draw in an equation once a step of the grid of draws, a parameter once for a run.

A `Drawer` is a recorder like those of `memories.py`. The grid has the step that the model says; a run at half that step
is shown the same draws at the same times, so that what is compared is the method, and not the noise. What cannot be
drawn (a standard deviation below 0) is said in the words of the table, with numbers in the units of the variable.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import floor, isfinite, nan

from sdlang.model.distributions import Distribution, Drawing
from sdlang.model.no_value import NoValue
from sdlang.model.random_numbers import ONCE, Chance, Numbers
from sdlang.model.vectors import Measure


@dataclass(frozen=True, slots=True)
class Grid:
    """When draws are made anew: at `start`, and `every` so much time."""

    start: float
    every: float

    def number(self, time: float) -> int:
        """How many times the grid has gone on by a time; times are rounded, so what is almost there is there."""
        margin = 1e-6 + 1e-15 * abs(time) / self.every
        return max(0, floor((time - self.start) / self.every + margin))


@dataclass(frozen=True, slots=True)
class Shown:
    """How the arguments of a draw are shown to people: the unit of the result, what it is worth, and that of times."""

    unit: str
    scale: float
    time_unit: str

    def value(self, measure: Measure, value: float) -> str:
        match measure:
            case Measure.FIRST:
                return f"{value / self.scale:g}" + ("" if self.unit == "1" else f" {self.unit}")
            case Measure.TIME:
                return f"{value:g} {self.time_unit}"
            case _:
                return f"{value:g}"


def impossible(row: Distribution, arguments: Sequence[float | None], shown: Shown) -> str:
    """What is wrong with the arguments, of which not all need be known, in words; empty where a draw can be made."""
    for parameter, argument in zip(row.parameters, arguments, strict=True):
        if argument is not None and not isfinite(argument):
            return f"`{parameter.name}` is no finite number"
    # What is not known is no number, of which no comparison holds.
    values = tuple(nan if argument is None else argument for argument in arguments)
    cause: str = row.wrong(*values)
    if not cause:
        return ""
    each = zip(row.parameters, values, strict=True)
    return cause.format_map({parameter.name: shown.value(parameter.measure, value) for parameter, value in each})


class Drawer:
    """What one element of a variable draws in a run: a recorder whose value holds until the grid goes on."""

    def __init__(self, row: Distribution, numbers: Numbers, grid: Grid, shown: Shown) -> None:
        self.row = row
        self.grid = grid
        self.shown = shown
        self.drawing = Drawing(numbers, grid.every)
        self.number = -1
        self.value = 0.0

    def step(self, time: float, length: float, arguments: tuple[float, ...]) -> float:  # noqa: ARG002 (one protocol)
        number = self.grid.number(time)
        if number != self.number:
            self.value = _draw(self.row, self.drawing, number, arguments, self.shown)
            self.number = number
        return self.value


def draw_once(
    row: Distribution, arguments: tuple[float, ...], chance: Chance, name: str, element: int, shown: Shown
) -> float:
    """The value of an element of a parameter that is drawn once for a run. Raises NoValue for impossible arguments."""
    assert not row.is_noise, "a noise happens from step to step"
    return _draw(row, Drawing(Numbers(chance, name, element), 0.0), ONCE, arguments, shown)


def _draw(row: Distribution, drawing: Drawing, step: int, arguments: tuple[float, ...], shown: Shown) -> float:
    cause = impossible(row, arguments, shown)
    if cause:
        raise NoValue(cause)
    drawing.numbers.at(step)
    return float(row.value(drawing, *arguments))
