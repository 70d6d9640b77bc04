"""The courses of a variable over time, one for each element; of many elements those that people want to see first.

A table, a chart or a terminal has room for a few lines. Where a variable has more elements than fit, those are shown
that end largest, in the order of the dimension; how many are left out is always said.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import prod

import numpy as np

from sdlang.equations.system import Column
from sdlang.results.run import Array, Run

DUST = 1e-9


@dataclass(frozen=True, slots=True, eq=False)
class Course:
    """`staff[north]` over time: `variable` is `staff`, `element` is `north` (empty where nothing is split), `place` the
    number of the element in row-major order, `values` are in the unit of the variable."""

    variable: str
    element: str
    place: int
    values: Array

    @property
    def name(self) -> str:
        return f"{self.variable}[{self.element}]" if self.element else self.variable

    @property
    def end(self) -> float:
        """The last value; 0 where it is less than a billionth of the largest, since no method comes closer."""
        last = float(self.values[-1])
        return 0.0 if abs(last) < DUST * float(np.max(np.abs(self.values))) else last


@dataclass(frozen=True, slots=True, eq=False)
class Courses:
    """The courses that are shown, and how many elements are not."""

    shown: tuple[Course, ...]
    left_out: int


def courses(run: Run, name: str, most: int) -> Courses:
    """At most so many courses of a variable, or the one of an element (`staff[north]`)."""
    variable, bracket, element = name.partition("[")
    if bracket:
        place = run.columns[variable].elements.index(name)
        return Courses((Course(variable, element.removesuffix("]"), place, run[name]),), 0)
    values = run[name].reshape(len(run.time), -1)
    column = run.columns[name]
    places = largest(values[-1], most)
    shown = tuple(Course(name, element_at(column, place), place, values[:, place]) for place in places)
    return Courses(shown, values.shape[1] - len(places))


def largest(values: Array, most: int) -> tuple[int, ...]:
    """The places of the largest values, whatever their sign, in order; of equal ones the first."""
    if len(values) <= most:
        return tuple(range(len(values)))
    sizes = np.nan_to_num(np.abs(values), nan=-1.0)
    return tuple(sorted(np.argsort(-sizes, kind="stable")[:most].tolist()))


def element_at(column: Column, place: int) -> str:
    """The element at a place, `north, retail`; empty where nothing is split."""
    chosen = []
    rest = place
    for number, (_, names) in enumerate(column.axes):
        size = prod(len(each) for _, each in column.axes[number + 1 :])
        chosen.append(names[rest // size])
        rest %= size
    return ", ".join(chosen)
