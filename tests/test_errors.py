"""Every mistake has its message, on its line: the programs of `tests/errors/*.sd`.

A file holds programs separated by lines `---`; the first line of a program may be a title (`## ...`). What each is told
stands in its comments (see `expected.py`); data files are looked for in `tests/errors/data`. Every code in the
sources has a page `docs/errors/CODE.md` and a program here that provokes it.
"""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import sdlang
from sdlang.grammar import error_pages
from tests.expected import assert_as_expected, expected_in

PROGRAMS = Path(__file__).parent / "errors"
PACKAGE = Path(sdlang.__file__).parent
SEPARATOR = re.compile(r"^---\r?\n", re.MULTILINE)
CODE = re.compile(r"[a-z]+(-[a-z0-9]+)+\Z")
ENOUGH = 125

# Codes that no program of this folder can provoke, and where they are tested instead.
ELSEWHERE = {
    "file-too-large": "five megabytes: tests/syntax",
    "data-too-large": "a large data file: tests/model",
    "model-too-large": "a large text: tests/model",
    "use-cycle": "told in the used file: tests/model/test_uses.py",
    "only-components": "told in the used file: tests/model/test_uses.py",
    "too-many-steps": "found before a run, not when checking: tests/engines",
    "numeric-failure": "found in a run: tests/cli",
    "template-failure": "a mistake in a template: tests/report",
    "unknown-engine": "a mistake in --engine, not in a model: tests/test_compiler.py",
}


def programs() -> Iterator[tuple[str, str]]:
    """(name, text) of every program."""
    for path in sorted(PROGRAMS.glob("*.sd")):
        whole = path.read_bytes().decode("utf-8")  # line ends and marks as they are
        for number, text in enumerate(SEPARATOR.split(whole), 1):
            title = text.removeprefix("\ufeff").partition("\n")[0]
            name = re.sub(r"[^\w]+", "-", title[2:].strip()) if title.startswith("##") else "program"
            yield f"{path.stem}-{number}-{name}", text


ALL = dict(programs())


@pytest.mark.parametrize("name", ALL)
def test_a_mistake_is_told_where_it_is(name: str) -> None:
    assert_as_expected(ALL[name], PROGRAMS / "data")


def provoked() -> set[str]:
    return {code for text in ALL.values() for _, _, code in expected_in(text)}


def codes_in_sources() -> set[str]:
    """Every code that a Diagnostic is made with: the kebab-case words of the files of words, and those given to a
    Diagnostic elsewhere."""
    codes = set()
    for path in PACKAGE.rglob("*.py"):
        words = path.stem.endswith("errors")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            match node:
                case ast.Constant(value=str(text)) if words and CODE.match(text):
                    codes.add(text)
                case ast.Call(
                    func=ast.Name(id="Diagnostic" | "UnreadableData"), args=[ast.Constant(value=str(text)), *_]
                ):
                    codes.add(text)
    return codes


def test_there_are_many_distinct_mistakes() -> None:
    assert sum(bool(expected_in(text)) for text in ALL.values()) >= ENOUGH
    assert len(provoked()) >= ENOUGH


def test_every_code_has_a_program_that_provokes_it() -> None:
    assert sorted(codes_in_sources() - provoked() - set(ELSEWHERE)) == []


def test_every_code_has_a_page_and_every_page_a_code() -> None:
    assert sorted(path.stem for path in error_pages().glob("*.md")) == sorted(codes_in_sources())
