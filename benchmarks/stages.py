"""How long each stage takes on a large scalar model: parse, resolve, build (SymPy), compile, run.

    python benchmarks/stages.py [EQUATIONS]

The model has EQUATIONS auxiliaries (1,000 by default) of 17 nodes each, beside 100 stocks. Imports are not counted. The
build is compared with the same equations made by evaluating SymPy (`sympy.Add`, `sympy.Max`, ... as they come), in the
same run.
"""

import sys
import time
from collections.abc import Callable
from typing import TypeVar

import sympy

from sdlang.compiler import check, compile_system
from sdlang.equations.analysis import as_sympy
from sdlang.equations.build import build
from sdlang.model.expressions import parts
from sdlang.source import Source

Value = TypeVar("Value")
STOCKS = 100


def model(equations: int) -> str:
    lines = [
        'model "Large"',
        "simulate 0 to 10 years, step 1/8 year, using rk4",
        "param k = 0.3",
        "param g = 0.05 / year",
    ]
    for number in range(STOCKS):
        lines.append(f"stock s{number} = {100 + number}")
        lines.append(f"flow f{number}: cloud -> s{number} = (a{number} - s{number}) * g")
    for number in range(equations):
        x, y, z = (f"s{(number * step + 3) % STOCKS}" for step in (1, 7, 13))
        lines.append(f"aux a{number} = max({x} * k + {y} / k, {z} - k * {x}) + min({y}, {z})")
    return "\n".join(lines)


def timed(what: str, work: Callable[[], Value]) -> tuple[Value, float]:
    begin = time.perf_counter()
    value = work()
    seconds = time.perf_counter() - begin
    print(f"{what:<44}{seconds:8.3f} s")
    return value, seconds


def main() -> None:
    equations = int(sys.argv[1]) if len(sys.argv) > 1 else 1000
    source = Source("large.sd", model(equations))
    checked, _ = timed("check: parse, resolve, units", lambda: check(source))
    variable = checked.model.variables["a0"]
    nodes = sum(1 for _ in parts(variable.value))  # type: ignore[attr-defined]
    print(f"{equations} equations of {nodes} nodes")
    system, unevaluated = timed("build: unevaluated SymPy", lambda: build(checked.model))
    sympy.core.cache.clear_cache()
    _, evaluated = timed("the same, evaluated by SymPy", lambda: [as_sympy(e.expression) for e in system.auxiliaries])
    print(f"ratio {evaluated / unevaluated:.0f}")
    program, _ = timed("compile", lambda: compile_system(system))
    timed("run, 80 steps of RK4", lambda: program.run({}))


if __name__ == "__main__":
    main()
