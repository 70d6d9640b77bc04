"""Things that can be added by one line in one visible table.

A table maps a name to `module:attribute`, imported when first asked for, so that `sdrun --version` never pays for an
engine. Packages outside sdlang join a table by an entry point in the group `sdlang.TABLE`.
"""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from importlib.metadata import entry_points
from typing import Any


def load(reference: str) -> Any:
    """The object that `package.module:attribute` names."""
    module, _, attribute = reference.partition(":")
    return getattr(import_module(module), attribute)


def names(table: str, built_in: Mapping[str, str]) -> tuple[str, ...]:
    """Names in a table: the built-in ones first, then those of installed packages."""
    outside = sorted(point.name for point in entry_points(group=f"sdlang.{table}"))
    return (*built_in, *(name for name in outside if name not in built_in))


def find(table: str, built_in: Mapping[str, str], name: str) -> Any:
    """The entry `name` of a table. Raises KeyError if nobody offers it; built-in entries win."""
    if name in built_in:
        return load(built_in[name])
    for point in entry_points(group=f"sdlang.{table}"):
        if point.name == name:
            return point.load()
    raise KeyError(name)
