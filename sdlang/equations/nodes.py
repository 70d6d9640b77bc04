"""The one SymPy node of our own: a function of the language, applied and never evaluated.

SymPy's own Min, Max and Piecewise put their arguments into canonical form when they are built, which costs most of the
time of building a system and loses what the modeller wrote. A `Builtin` keeps it: `Builtin("max", a, b)`.

What is no number in an expression (the name of a table, an index, the axes of a sum) is `Held`. These names are no rows
of the table of functions:

| name | what is held, then what is computed |
|---|---|
| `lookup` | table, indices; argument |
| `element` | variable, indices |
| `position` | index, first number |
| `cases` | loop, choice; a branch each |
| `array` | values, shape, indices |
| `reduce` | function, axes; body and perhaps condition |
| `vector` | function, axes; arguments |
| `memory` | function; arguments |
| `draw` | function, where it is drawn; arguments |
"""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any

import sympy
from sympy.core.symbol import Str


class Held(sympy.Atom):  # type: ignore[misc]
    """A value of ours within an expression, which SymPy carries along and does not look into."""

    __slots__ = ("value",)

    def __new__(cls, value: Hashable) -> Held:
        node: Held = sympy.Atom.__new__(cls)
        node.value = value
        return node

    def __getnewargs__(self) -> tuple[Hashable]:
        return (self.value,)

    def _hashable_content(self) -> tuple[Hashable]:
        return (self.value,)

    def sort_key(self, order: object = None) -> Any:  # noqa: ARG002 (SymPy's signature)
        return self.class_key(), (1, (repr(self.value),)), sympy.S.One.sort_key(), sympy.S.One


class Builtin(sympy.Expr):  # type: ignore[misc]
    """A function of the language, applied to arguments; its first SymPy argument is the name."""

    __slots__ = ()
    is_commutative = True

    def __new__(cls, name: str | Str, *arguments: sympy.Basic) -> Builtin:
        node: Builtin = sympy.Basic.__new__(cls, Str(name) if isinstance(name, str) else name, *arguments)
        return node

    @property
    def name(self) -> str:
        return str(self.args[0].name)

    @property
    def arguments(self) -> tuple[Any, ...]:
        """What is computed: the arguments that are expressions."""
        return tuple(argument for argument in self.args[1:] if not isinstance(argument, Held))

    @property
    def held(self) -> tuple[Any, ...]:
        """What is not computed, in the order of the table above."""
        return tuple(argument.value for argument in self.args[1:] if isinstance(argument, Held))

    @property
    def free_symbols(self) -> set[sympy.Basic]:
        return set().union(*(argument.free_symbols for argument in self.args[1:]))


def builtin(name: str, held: tuple[Hashable, ...], *arguments: sympy.Basic) -> Builtin:
    """A node that holds something: `builtin("element", ("staff", indices))`."""
    return Builtin(name, *(Held(value) for value in held), *arguments)
