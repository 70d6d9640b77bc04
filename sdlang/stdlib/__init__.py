"""The standard library: components written in the language itself, one file each, named after the component.

A function with memory (`smooth`, `delay`, `trend`, `forecast`) is no builtin; it is one of these, and what a call of it
becomes can be read in its file.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

from sdlang.diagnostics import Diagnostic
from sdlang.source import Source
from sdlang.syntax.parser import parse
from sdlang.syntax.tree import Component

FOLDER = Path(__file__).resolve().parent


@cache
def component_names() -> tuple[str, ...]:
    return tuple(sorted(path.stem for path in FOLDER.glob("*.sd")))


@cache
def component(name: str) -> Component | None:
    """The component `name` of the library, parsed when first asked for."""
    if name not in component_names():
        return None
    source = Source(f"stdlib/{name}.sd", (FOLDER / f"{name}.sd").read_text(encoding="utf-8"))
    found: list[Diagnostic] = []
    file = parse(source, found)
    assert not found, f"the library's {name}.sd does not parse: {found[0].message}"
    for declaration in file.declarations:
        if isinstance(declaration, Component) and declaration.name.text == name:
            return declaration
    raise AssertionError(f"the library's {name}.sd does not define `{name}`")
