"""`import sdlang`: the names it offers, that they are documented and typed, and what it does not load."""

import inspect
import subprocess
import sys
from pathlib import Path

import pytest

import sdlang

HEAVY = ("sympy", "scipy", "numpy", "pandas", "lark", "jinja2", "rich", "click")


def test_the_names_are_few_and_sorted() -> None:
    assert 5 <= len(sdlang.__all__) <= 18
    assert sorted(sdlang.__all__) == list(sdlang.__all__)
    assert {"load", "compile", "format", "Model", "Run", "Diagnostic", "ModelError"} <= set(sdlang.__all__)


@pytest.mark.parametrize("name", sdlang.__all__)
def test_a_name_is_there_and_documented(name: str) -> None:
    thing = getattr(sdlang, name)
    if not isinstance(thing, str):
        assert inspect.getdoc(thing), f"sdlang.{name} has no documentation"
    assert name in dir(sdlang)


def functions() -> list[tuple[str, object]]:
    """The public functions and methods, with inherited ones left to those who wrote them."""
    found: list[tuple[str, object]] = []
    for name in sdlang.__all__:
        thing = getattr(sdlang, name)
        if inspect.isfunction(thing):
            found.append((name, thing))
        elif inspect.isclass(thing):
            found += [(f"{name}.{key}", value) for key, value in vars(thing).items() if inspect.isfunction(value)]
    return [(name, thing) for name, thing in found if not name.rpartition(".")[2].startswith("_")]


@pytest.mark.parametrize(("name", "function"), functions(), ids=lambda value: value if isinstance(value, str) else "")
def test_a_function_is_documented_and_typed(name: str, function: object) -> None:
    assert inspect.getdoc(function), f"sdlang.{name} has no documentation"
    signature = inspect.signature(function)  # type: ignore[arg-type]
    assert signature.return_annotation is not inspect.Signature.empty, name
    for parameter in list(signature.parameters.values())["." in name :]:
        assert parameter.annotation is not inspect.Parameter.empty, f"{name}({parameter.name})"


def test_a_name_that_is_not_there_says_so() -> None:
    with pytest.raises(AttributeError, match="nonsense"):
        _ = sdlang.nonsense  # type: ignore[attr-defined]


def test_the_import_loads_nothing_heavy() -> None:
    code = f"import sys, sdlang; print([name for name in {HEAVY!r} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_the_package_says_that_it_is_typed() -> None:
    assert (Path(sdlang.__file__).parent / "py.typed").is_file()
