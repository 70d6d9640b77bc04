"""The one SymPy node of our own: a function of the table, applied and never evaluated.

SymPy's own Min, Max and Piecewise put their arguments into canonical form when they are built, which costs most of the
time of building a system and loses what the modeller wrote. A `Builtin` keeps it: `Builtin("max", a, b)`.
"""

from __future__ import annotations

from typing import Any

import sympy
from sympy.core.symbol import Str


class Builtin(sympy.Expr):  # type: ignore[misc]
    """A row of `model/functions.py`, or `lookup`, applied to arguments; its first SymPy argument is the name."""

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
        return tuple(self.args[1:])

    @property
    def free_symbols(self) -> set[sympy.Basic]:
        return set().union(*(argument.free_symbols for argument in self.args[1:]))


def lookup(table: str, argument: sympy.Expr) -> Builtin:
    """`wage_pull(gap)`: the table is named, not held."""
    return Builtin("lookup", Str(table), argument)
