"""The standard library: components written in the language itself.

A function with memory (`smooth`, `delay`, `trend`, `forecast`) is no builtin: it is a file here, named after it, and is
there in every model. What a model brings in with `use labor` is a folder, a file for each component.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType

from sdlang.diagnostics import Diagnostic
from sdlang.source import Source
from sdlang.syntax.parser import parse
from sdlang.syntax.tree import Component

FOLDER = Path(__file__).resolve().parent


@cache
def component_names() -> tuple[str, ...]:
    """Names of the components that every model can use."""
    return tuple(sorted(path.stem for path in FOLDER.glob("*.sd")))


@cache
def component(name: str) -> Component | None:
    """The component that every model can use by this name, parsed when first asked for."""
    return _parsed(FOLDER / f"{name}.sd") if name in component_names() else None


@cache
def modules() -> Mapping[str, tuple[str, ...]]:
    """The modules of the library and the names of their components."""
    folders = sorted(path for path in FOLDER.iterdir() if path.is_dir() and any(path.glob("*.sd")))
    return MappingProxyType(
        {folder.name: tuple(sorted(path.stem for path in folder.glob("*.sd"))) for folder in folders}
    )


def module_of(name: str) -> str:
    """The module that a component is in, or an empty text."""
    return next((module for module, names in modules().items() if name in names), "")


@cache
def module(name: str) -> Mapping[str, Component]:
    """The components of a module, parsed when first asked for. Raises KeyError if there is none of that name."""
    return MappingProxyType({each: _parsed(FOLDER / name / f"{each}.sd") for each in modules()[name]})


def _parsed(path: Path) -> Component:
    inside = path.relative_to(FOLDER).as_posix()
    source = Source(f"stdlib/{inside}", path.read_text(encoding="utf-8"))
    found: list[Diagnostic] = []
    file = parse(source, found)
    assert not found, f"the library's {inside} does not parse: {found[0].message}"
    for declaration in file.declarations:
        if isinstance(declaration, Component) and declaration.name.text == path.stem:
            return declaration
    raise AssertionError(f"the library's {inside} does not define `{path.stem}`")
