"""What names mean at a place of the text.

A scope maps the names that can be written there to what they stand for. At the top of a file a name stands for the
variable of that name; inside an instance of a component it stands for what the instance was given, or for a variable
of the instance (`perceived.smooth.level`). Its loops are the dimensions over which the place is read: those of the
variable whose equation it is in, and those of the reductions that it stands in. Scopes are built, never changed.
"""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from types import MappingProxyType

from sdlang.model.expressions import Axis, Expr, Index, Where
from sdlang.model.model import Dimension
from sdlang.source import Span
from sdlang.units.catalogue import Catalogue


@dataclass(frozen=True, slots=True)
class Variables:
    """A name stands for the variable of this flat name, of this kind (stock, flow, auxiliary, parameter, table...).

    `fixed` has an entry for each of its axes: the index that is settled already (by the instance that the place is in,
    by the use that gave the variable), or `None` where the place itself says which element it means."""

    flat: str
    kind: str
    axes: tuple[Axis, ...] = ()
    fixed: tuple[Index | None, ...] = ()

    def open_axes(self) -> list[int]:
        return [place for place, index in enumerate(self.fixed) if index is None]


def whole_variable(flat: str, kind: str, prefix: Sequence[Axis], axes: Sequence[Axis]) -> Variables:
    """A variable as the place that declares it sees it: the axes of its instance are settled, its own are open."""
    fixed = (*(Index(axis.loop) for axis in prefix), *(None for _ in axes))
    return Variables(flat, kind, (*prefix, *axes), fixed)


def beginnings(name: str) -> Iterator[str]:
    """`seen.smooth` and `seen` of `seen.smooth.level`."""
    while name := name.rpartition(".")[0]:
        yield name


def owner_among(name: str, declared: Container[str]) -> str:
    """The declaration that a variable came from: the longest beginning of its name (`clerks` of `clerks.staff`) that is
    declared; empty where there is none."""
    while name and name not in declared:
        name = name.rpartition(".")[0]
    return name


@dataclass(frozen=True, slots=True)
class Given:
    """A name stands for what the use of a component gave it."""

    value: Expr


@dataclass(frozen=True, slots=True)
class SharedEnd:
    """`{ technicians: 60%, unemployed: rest }`: for each part a word for it, its stock (`None`: the cloud), its share
    (`None`: the rest)."""

    parts: tuple[tuple[str, Variables | None, Expr | None], ...]
    span: Span


@dataclass(frozen=True, slots=True)
class GivenEnd:
    """A name stands for the stock that a use gave to a component: `hires <- unemployed`; `None` is the cloud."""

    end: Variables | SharedEnd | None


Meaning = Variables | Given | GivenEnd


@dataclass(frozen=True, slots=True)
class Loop:
    """A dimension over which the place is read, by the name it has there. `level` 0 is that of the variable itself,
    each reduction has the next; `places` are the positions, ascending, at which the place is read (an `if` on the
    position leaves out some). `is_plain`: it goes by the name of its dimension (`region`, not `here: region`)."""

    name: str
    axis: Axis
    dimension: Dimension
    level: int
    is_plain: bool
    places: Sequence[int]


@dataclass(frozen=True, slots=True)
class Scope:
    """`owner` is the flat name of the variable whose equation is read: instances of components are named after it.

    `whole` holds names whose value is a whole number known in the text (`order`). `instance` is the component instance
    that the place is in, empty at the top, and `prefix` the axes of that instance, which all its variables have; `path`
    are the components that use one another, outermost first; `parts` the instances in the chain of this one; `given`
    the parameters for which the use gives a value, `left_out` those that it leaves out (`capacity = none`). It
    `is_hidden` in instances that the modeller gave no name. `no_draws` says what the place is where nothing can be
    drawn at random ("a range"). `scenarios` are those that can be asked for, in what is expected; elsewhere there are
    none.
    """

    names: Mapping[str, Meaning]
    units: Catalogue
    owner: str = ""
    instance: str = ""
    whole: Mapping[str, Fraction] = field(default_factory=lambda: MappingProxyType({}))
    path: tuple[tuple[str, Span], ...] = ()
    dimensions: Mapping[str, Dimension] = field(default_factory=lambda: MappingProxyType({}))
    loops: tuple[Loop, ...] = ()
    prefix: tuple[Axis, ...] = ()
    parts: tuple[str, ...] = ()
    given: frozenset[str] = frozenset()
    left_out: frozenset[str] = frozenset()
    is_hidden: bool = False
    no_draws: str = ""
    scenarios: tuple[str, ...] = ()

    def loop(self, name: str) -> Loop | None:
        """The loop that goes by a name, the innermost one."""
        return next((loop for loop in reversed(self.loops) if loop.name == name), None)

    def with_loops(self, loops: Sequence[Loop]) -> Scope:
        return replace(self, loops=(*self.loops, *loops))

    def level(self) -> int:
        """The level of loops that would come next."""
        return max((loop.level for loop in self.loops), default=-1) + 1

    def where(self, axes: Sequence[Axis]) -> Where:
        """The positions at which the place is read, of those of the axes of which it is not all."""
        loops = {loop.axis.loop: loop for loop in self.loops}
        read = (loops[axis.loop] for axis in axes if axis.loop in loops)
        return tuple((loop.axis.loop, tuple(loop.places)) for loop in read if len(loop.places) < loop.axis.size)

    def axes_in_reach(self) -> tuple[Axis, ...]:
        """The axes by which an expression here can differ: those of the instance and those of the loops."""
        return (*self.prefix, *(loop.axis for loop in self.loops))


KINDS: Mapping[str, str] = MappingProxyType(
    {
        "Parameter": "parameter",
        "Stock": "stock",
        "Flow": "flow",
        "Move": "move",
        "Auxiliary": "auxiliary",
        "Table": "table",
        "Series": "series",
    }
)
