"""What positions and elements are called where an equation is printed: `age + 1`, `north`, `region in bloc`.

Equations know positions by number. Here they get back the names that the modeller wrote, as plain text, so that MathML
and LaTeX say the same. A helper that has no name of the modeller's (`rank`, a memory, a draw) is shown where it
is read.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Any

import sympy

from sdlang.equations.nodes import Builtin
from sdlang.equations.system import Column, Equation, System
from sdlang.model.distributions import DISTRIBUTIONS, Distribution
from sdlang.model.expressions import Axis, Index
from sdlang.model.memories import MEMORIES, MemoryFunction
from sdlang.model.vectors import VECTORS, VectorFunction

MINUS = "−"
PRIME = "′"
MOST_NAMES = 6
MOST_ROWS, MOST_COLUMNS = 12, 8

# What has a hidden variable of its own, and is shown where that is read: the tables of what the nodes hold.
TABLES: Mapping[str, Mapping[str, VectorFunction | MemoryFunction | Distribution]] = MappingProxyType(
    {"vector": VECTORS, "memory": MEMORIES, "draw": DISTRIBUTIONS}
)

# An empty mapping, for printing an expression that stands alone.
NONE: Mapping[str, Any] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Names:
    """`columns` are those of the System, `elements` the names by dimension, `helpers` the equations of helpers,
    `entering` what each tally counts, `dates` the numbers that were written as dates. `loops` are the axes in reach,
    by the name of their loop."""

    columns: Mapping[str, Column] = field(default_factory=lambda: NONE)
    elements: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: NONE)
    helpers: Mapping[str, Equation] = field(default_factory=lambda: NONE)
    entering: Mapping[str, sympy.Expr] = field(default_factory=lambda: NONE)
    loops: Mapping[str, Axis] = field(default_factory=lambda: NONE)
    dates: Mapping[float, str] = field(default_factory=lambda: MappingProxyType({}))

    def within(self, axes: Iterable[Axis]) -> Names:
        """The names in an expression over more axes."""
        return replace(self, loops={**self.loops, **{axis.loop: axis for axis in axes}})

    def only(self, axes: Iterable[Axis]) -> Names:
        """The names in an equation that has these axes."""
        return replace(self, loops={axis.loop: axis for axis in axes})

    def date(self, number: sympy.Number) -> str:
        """The date as which a number was written; empty where it was not."""
        return self.dates.get(float(number), "") if self.dates and isinstance(number, sympy.Float) else ""

    # Loops ---------------------------------------------------------------------------------------------------------

    def loop(self, loop: str) -> str:
        """A loop as people call it; of two in reach that are called alike the inner one has a prime."""
        called = self._called(loop)
        alike = [other for other in self.loops if self._called(other) == called]
        return called + PRIME * (alike.index(loop) if loop in alike else 0)

    def _called(self, loop: str) -> str:
        short = loop.rpartition(".")[2]
        if loop not in self.loops:
            return short
        dimension = self.loops[loop].dimension.rpartition(".")[2]
        return dimension if re.fullmatch(re.escape(dimension) + r"_\d+", short) else short

    def of_loop(self, loop: str) -> tuple[str, ...]:
        """The elements that a loop runs over; empty where they are not known."""
        return self.elements.get(self.loops[loop].dimension, ()) if loop in self.loops else ()

    # Indices -------------------------------------------------------------------------------------------------------

    def indices(self, name: str, indices: Iterable[Index]) -> tuple[str, ...]:
        """The indices of a variable: `region`, `age + 1`, `north`, `bloc(region)`."""
        axes = self.columns[name].axes if name in self.columns else ()
        return tuple(
            self._index(index, axes[number] if number < len(axes) else ("", ())) for number, index in enumerate(indices)
        )

    def _index(self, index: Index, axis: tuple[str, tuple[str, ...]]) -> str:
        dimension, elements = axis
        if not index.loop:
            return elements[index.shift] if 0 <= index.shift < len(elements) else str(index.shift + 1)
        text = self.loop(index.loop)
        if index.through is not None and not _is_subset(index.through) and dimension:
            text = f"{dimension}({text})"
        return text + shifted(index.shift)

    # Conditions ----------------------------------------------------------------------------------------------------

    def compared(self, expression: Builtin) -> tuple[str, str, str] | None:
        """A comparison of positions in words: (`age`, `>`, `21`), (`region`, `==`, `north`), (`region`, `in`, `bloc`);
        `None` where it compares something else, or names do not say it."""
        left, right = expression.arguments
        sides = [_position(left), _position(right)]
        match sides:
            case [(one, _), (other, _)] if one.loop and other.loop:
                return self._two_positions(expression.name, one, other)
            case [(one, first), None] if one.loop and isinstance(right, sympy.Integer):
                return self._with_place(expression.name, one, int(right) - first)
            case [(one, _), (other, _)] if one.loop:
                return self._with_place(expression.name, one, other.shift)
            case [(one, _), (other, _)] if other.loop and expression.name in ("==", "!="):
                return self._with_place(expression.name, other, one.shift)
            case _:
                return None

    def _two_positions(self, sign: str, one: Index, other: Index) -> tuple[str, str, str] | None:
        for group, member in ((other, one), (one, other)):
            grouped = member.through is not None and not _is_subset(member.through)
            if grouped and not member.shift and group.through is None:
                return (self.loop(member.loop), "in", self.loop(group.loop)) if sign == "==" else None
        if any(index.through is not None and not _is_subset(index.through) for index in (one, other)):
            return None
        return self.loop(one.loop) + shifted(one.shift), sign, self.loop(other.loop) + shifted(other.shift)

    def _with_place(self, sign: str, index: Index, place: int) -> tuple[str, str, str] | None:
        """A position compared with a place on its axis: the elements for which that is so."""
        elements = self.of_loop(index.loop)
        loop = self.loop(index.loop)
        if index.through is None:
            wanted = place - index.shift
            return (loop, sign, elements[wanted]) if 0 <= wanted < len(elements) else None
        if sign != "==":
            return None
        members = [name for name, at in zip(elements, index.through, strict=False) if at + index.shift == place]
        return (loop, "==", members[0]) if len(members) == 1 else (loop, "in", f"{{{listed(members)}}}")

    # Helpers -------------------------------------------------------------------------------------------------------

    def helper(self, name: str) -> Equation | None:
        """The equation of a helper that is shown where it is read."""
        return self.helpers.get(name)


@dataclass(frozen=True, slots=True)
class Grid:
    """Values by the elements of two dimensions: the heads of the columns, and the rows, each with its element.
    `has_more`: columns are left out; `left_out` counts rows that are."""

    heads: tuple[str, ...]
    rows: tuple[tuple[str, tuple[sympy.Expr, ...]], ...]
    has_more: bool
    left_out: int


def names_of(system: System) -> Names:
    """The names for the equations of a system."""
    equations = (*system.parameters, *system.auxiliaries)
    split = {each.name: each.axes for each in equations} | {state.name: state.axes for state in system.states}
    elements = {}
    for name, axes in split.items():
        for axis, (_, known) in zip(axes, system.columns[name].axes, strict=True):
            elements[axis.dimension] = known
    helpers = {
        equation.name: equation
        for equation in equations
        if system.columns[equation.name].is_inner
        and isinstance(equation.expression, Builtin)
        and equation.expression.name in TABLES
    }
    entering = {tally.name: tally.rate for tally in system.tallies}
    return Names(system.columns, elements, helpers, entering, dates=system.dates)


def shifted(shift: int) -> str:
    """What stands behind an index: ` + 1`, nothing for no shift."""
    return f" {'+' if shift > 0 else MINUS} {abs(shift)}" if shift else ""


def listed(names: Iterable[str]) -> str:
    """Elements one after another; of many the first."""
    known = list(names)
    shown = ", ".join(known[:MOST_NAMES])
    return f"{shown}, …" if len(known) > MOST_NAMES else shown


def branches(names: Names, expression: Builtin) -> tuple[list[tuple[sympy.Expr, str]], int]:
    """The branches of `cases`, each with the condition that it stands under, and how many are left out. What holds for
    most elements comes last, `otherwise`."""
    loop, choice = expression.held
    elements, called = names.of_loop(loop), names.loop(loop)
    usual = max(range(len(expression.arguments)), key=choice.count)
    rows: list[tuple[sympy.Expr, str]] = []
    for number, branch in enumerate(expression.arguments):
        places = [place for place, chosen in enumerate(choice) if chosen == number]
        if number == usual and len(places) > 1 and len(expression.arguments) > 1:
            continue
        members = [elements[place] if place < len(elements) else str(place + 1) for place in places]
        rows.append((branch, f"{called} = {listed(members)}" if members else ""))
    rows = [row for row in rows if row[1]]
    left_out = max(0, len(rows) - MOST_ROWS)
    rows = rows[:MOST_ROWS]
    if choice.count(usual) > 1 and len(expression.arguments) > 1:
        rows.append((expression.arguments[usual], "otherwise"))
    return rows, left_out


def grid(names: Names, expression: Builtin) -> Grid | None:
    """A table in two directions; `None` where the branches of `cases` are no such rows of one dimension."""
    loop, choice = expression.held
    inner = [branch for branch in expression.arguments if isinstance(branch, Builtin) and branch.name == "cases"]
    if len(inner) != len(expression.arguments) or len({branch.held for branch in inner}) != 1:
        return None
    across, picks = inner[0].held
    elements = names.of_loop(loop) or tuple(str(place + 1) for place in range(len(choice)))
    heads = names.of_loop(across) or tuple(str(place + 1) for place in range(len(picks)))
    rows = [(elements[place], inner[branch].arguments) for place, branch in enumerate(choice[:MOST_ROWS])]
    return Grid(
        heads[:MOST_COLUMNS],
        tuple((element, tuple(cells[pick] for pick in picks[:MOST_COLUMNS])) for element, cells in rows),
        len(picks) > MOST_COLUMNS,
        max(0, len(choice) - MOST_ROWS),
    )


def given(expression: Builtin, names: Names) -> tuple[sympy.Expr, ...]:
    """The arguments of a vector function, a memory or a draw, with what is counted in place of the tally, and without
    those at the end that have their default."""
    parameters = TABLES[expression.name][expression.held[0]].parameters
    arguments = [_counted(argument, names) for argument in expression.arguments]
    places = {parameter.name: place for place, parameter in enumerate(parameters)}
    while arguments:
        default, last = parameters[len(arguments) - 1].default, arguments[-1]
        if isinstance(default, str):
            is_default = last == arguments[places[default]]
        else:
            is_default = default is not None and bool(last.is_Number) and float(last) == default
        if not is_default:
            break
        arguments.pop()
    return tuple(arguments)


def _counted(argument: sympy.Expr, names: Names) -> sympy.Expr:
    if isinstance(argument, Builtin) and argument.name == "element":
        return names.entering.get(argument.held[0], argument)
    return names.entering.get(getattr(argument, "name", ""), argument)


def _position(side: sympy.Basic) -> tuple[Index, int] | None:
    if isinstance(side, Builtin) and side.name == "position":
        index, first = side.held
        return index, first
    return None


def _is_subset(through: tuple[int, ...]) -> bool:
    """Whether a mapping only picks elements (those of a subset within the whole) and groups none."""
    return all(a < b for a, b in zip(through, through[1:], strict=False))
