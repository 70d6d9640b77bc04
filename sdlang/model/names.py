"""What names mean at a place of the text.

A scope maps the names that can be written there to what they stand for. At the top of a file a name stands for the
variable of that name; inside an instance of a component it stands for what the instance was given, or for a variable
of the instance (`perceived.smooth.level[2]`). Scopes are built, never changed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from types import MappingProxyType

from sdlang.model.expressions import Expr
from sdlang.source import Span
from sdlang.units.catalogue import Catalogue


@dataclass(frozen=True, slots=True)
class Variables:
    """A name stands for one variable of this flat name, of this kind (stock, flow, auxiliary, parameter, table...)."""

    flat: str
    kind: str


@dataclass(frozen=True, slots=True)
class Elements:
    """A name stands for a row of variables `flat[low] .. flat[high]`."""

    flat: str
    kind: str
    low: int
    high: int


@dataclass(frozen=True, slots=True)
class Given:
    """A name stands for what the use of a component gave it."""

    value: Expr


Meaning = Variables | Elements | Given


@dataclass(frozen=True, slots=True)
class Scope:
    """`owner` is the flat name of the variable whose equation is read: instances of components are named after it.

    `whole` holds names whose value is a whole number known in the text (`order`, `stage`). `instance` is the component
    instance that the place is in, empty at the top; `path` the components that use one another, outermost first.
    """

    names: Mapping[str, Meaning]
    units: Catalogue
    owner: str = ""
    instance: str = ""
    whole: Mapping[str, Fraction] = field(default_factory=lambda: MappingProxyType({}))
    path: tuple[tuple[str, Span], ...] = ()


KINDS: Mapping[str, str] = MappingProxyType(
    {
        "Parameter": "parameter",
        "Stock": "stock",
        "Flow": "flow",
        "Auxiliary": "auxiliary",
        "Table": "table",
        "Series": "series",
    }
)
