"""The reference of the library, and the pictures in it: made from the comments of its files, and up to date."""

from collections.abc import Callable
from pathlib import Path

import pytest

import sdlang
from sdlang.report.library import Entry, entries, library_page, library_pictures, program
from sdlang.syntax import tree

DOCS = Path(__file__).parent.parent.parent / "docs"
Golden = Callable[[Path, str], None]
ENTRIES = entries()
every_component = pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.name)


def test_the_page_is_up_to_date(golden: Golden) -> None:
    golden(DOCS / "library.md", library_page())


def test_the_pictures_are_up_to_date(golden: Golden) -> None:
    pictures = library_pictures()
    for name, picture in pictures.items():
        golden(DOCS / "images" / "library" / f"{name}.svg", picture)
    there = {path.stem for path in (DOCS / "images" / "library").glob("*.svg")}
    assert there == set(pictures), "a picture without its component"


@every_component
def test_every_parameter_and_every_port_has_a_meaning(entry: Entry) -> None:
    declared = [port.name.text for port in (*entry.component.ports, *entry.component.stock_ports)]
    assert [name for name in declared if not entry.meanings.get(name)] == []


@every_component
def test_every_meaning_is_of_something(entry: Entry) -> None:
    body = [each for each in entry.component.body if isinstance(each, tree.Stock | tree.Flow | tree.Auxiliary)]
    known = {each.name.text for each in (*entry.component.ports, *entry.component.stock_ports, *body)}
    assert set(entry.meanings) <= known


@every_component
def test_every_component_says_what_it_is_and_where_it_is_from(entry: Entry) -> None:
    assert entry.prose
    assert entry.source
    assert "  " not in entry.prose.replace("\n", " "), "an indented line that belongs to nothing"


@every_component
def test_the_example_runs_and_uses_the_component(entry: Entry) -> None:
    assert entry.example
    assert entry.name in entry.example
    sdlang.compile(program(entry)).run()
