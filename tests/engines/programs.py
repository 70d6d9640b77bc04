"""What tests of engines share: every engine with every method, and a run of a few lines by one of them."""

from collections.abc import Mapping
from fractions import Fraction

import pytest

from sdlang import registry
from sdlang.compiler import build, check
from sdlang.engines.base import ENGINES, Settings
from sdlang.equations.system import System
from sdlang.results.run import Run
from sdlang.source import Source

PAIRS = [(engine, method) for engine in ENGINES for method in registry.find("engines", ENGINES, engine).methods]
EVERY = pytest.mark.parametrize(("engine", "method"), PAIRS)
STEP = Fraction(1, 128)


def system(text: str, step: Fraction = STEP, span: str = "0 to 8 years", data: str = "") -> System:
    return build(check(Source("a.sd", f"simulate {span}, step {step}\n{text}"), lambda _: data).model)


def run(system_: System, engine: str, method: str, parameters: Mapping[str, float] | None = None) -> Run:
    return registry.find("engines", ENGINES, engine)().compile(system_, Settings(method)).run(parameters or {})
