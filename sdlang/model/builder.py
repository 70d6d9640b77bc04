"""What the stage that makes a Model collects while it reads a file, and passes from hand to hand."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from types import MappingProxyType

from sdlang.diagnostics import Diagnostic
from sdlang.model import errors
from sdlang.model.data import Reader as DataReader
from sdlang.model.expressions import Axis, Constant, Expr, Index, Reference
from sdlang.model.indexing import Reader
from sdlang.model.model import Auxiliary, Dimension, Variable
from sdlang.model.names import Scope
from sdlang.source import Span
from sdlang.syntax import tree
from sdlang.units.unit import Dimension as UnitDimension, Unit

# How a part of an expression is read, in a scope of its own: `meaning`, handed to what it calls.
Read = Callable[[tree.Expr, Scope], Expr]


@dataclass(frozen=True, slots=True)
class SharesToCheck:
    """The shares by which a flow splits, to be added up when the values of parameters are known."""

    flow: str
    shares: tuple[Expr, ...]
    has_rest: bool
    span: Span


@dataclass(slots=True)
class Builder:
    """What the stage collects while it reads: variables in order, the units that were written for them, the places
    where components are used, the ends of ranges and the points of tables as expressions (their units are checked), and
    what must be a time, with the place that is made of it.

    `dimensions` holds those of the file (`file_dimensions`) and those inside components, by their flat names.
    `time_factor` is the model's unit of time in seconds, whose times are dates where it `is_calendar`. `components` are
    those that the file declares or uses; `instantiate` makes an instance of one where an expression calls it, and gives
    what it returns. `read` gives the text of a file. `unit_mistakes` are found here and told with all others of their
    kind. `inflows` are stocks of which it is asked what enters them. `arguments` are the variables that hold what uses
    of components were given; those of named uses are `perhaps_parameters`, if they turn out to be constant. Names that
    declared ones begin with (`seen.smooth` of `seen.smooth.level`) are `taken`. `moves` are the names of what
    happens at once, and `events` counts the events that have been read.
    """

    found: list[Diagnostic]
    time_factor: Fraction
    components: dict[str, tree.Component]
    instantiate: Callable[[tree.Component, tree.Call, Scope, Builder], Expr]
    read: DataReader
    is_calendar: bool = False
    file_dimensions: Mapping[str, Dimension] = field(default_factory=lambda: MappingProxyType({}))
    variables: dict[str, Variable] = field(default_factory=dict)
    written: dict[str, Unit | None] = field(default_factory=dict)
    uses: dict[str, Span] = field(default_factory=dict)
    ranges: dict[str, tuple[Expr, Expr]] = field(default_factory=dict)
    times: list[tuple[Expr, Span]] = field(default_factory=list)
    spreads: dict[str, tuple[Expr, ...]] = field(default_factory=dict)
    points: dict[str, tuple[tuple[Expr, Expr], ...]] = field(default_factory=dict)
    dimensions: dict[str, Dimension] = field(default_factory=dict)
    input_units: dict[str, Unit | None] = field(default_factory=dict)
    unit_mistakes: list[Diagnostic] = field(default_factory=list)
    shares: list[SharesToCheck] = field(default_factory=list)
    contests: list[tuple[tree.Contest, Scope]] = field(default_factory=list)
    inflows: dict[str, None] = field(default_factory=dict)
    arguments: set[str] = field(default_factory=set)
    perhaps_parameters: list[str] = field(default_factory=list)
    promised: int = 0
    taken: frozenset[str] = frozenset()
    moves: frozenset[str] = frozenset()
    events: int = 0

    def add(self, variable: Variable, unit: Unit | None) -> None:
        """Add a variable; one whose name a declaration with a dot has taken, or takes later, is reported."""
        first = self.variables.get(variable.name)
        if first is not None:
            self.found.append(errors.duplicate_name(variable.name, variable.span, first.span))
        self.variables[variable.name] = variable
        self.written[variable.name] = unit

    def own_units(self, value: Fraction, dimension: UnitDimension | None) -> Fraction:
        """A value with time in seconds, as a value with time in the model's unit."""
        exponent = Fraction(0) if dimension is None else dimension.exponent("time")
        if exponent.denominator == 1:
            return value / self.time_factor**exponent.numerator
        return value / Fraction(float(self.time_factor) ** float(exponent))

    def reader(self) -> Reader:
        return Reader(self.dimensions, self.found)

    def lift(self, word: str, value: Expr, axes: tuple[Axis, ...], scope: Scope, span: Span) -> str:
        """Give a part of an equation a hidden variable of its own, called after the variable it is in. Its name."""
        instance = self.instance_name(f"{scope.owner}.{word}")
        self.uses[instance] = self.uses.get(scope.instance, span)
        name = f"{instance}.value"
        hidden = Auxiliary(name=name, span=span, component=instance, is_hidden=True, axes=axes, value=value)
        self.add(hidden, None)
        return name

    def instance_name(self, name: str) -> str:
        """The name, with a number behind it where it is taken: by another instance, or by what one became in a flat
        model (`seen.smooth.level`)."""
        if name not in self.uses and name not in self.taken:
            return name
        number = 2
        while f"{name}_{number}" in self.uses or f"{name}_{number}" in self.taken:
            number += 1
        return f"{name}_{number}"


def mistake(span: Span) -> Constant:
    """What stands for a part that was reported: a bare 0."""
    return Constant(span, Fraction(0), None)


def followed(name: str, axes: tuple[Axis, ...], span: Span) -> Reference:
    """A reference to a variable in the very loops that it is split by."""
    return Reference(span, name, tuple(Index(axis.loop) for axis in axes))
