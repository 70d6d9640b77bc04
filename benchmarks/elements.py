"""What the number of elements costs before a run: 12 written equations, split by a dimension that grows.

    python benchmarks/elements.py [ELEMENTS ...]

For each number of elements (10, 1,000 and 100,000 by default) the time of `check` (the best of several), the ratio to
the first, and what the System holds: equations and SymPy nodes. An equation is written once and stays one, so all of it
should hardly depend on the number of elements.
"""

import sys
import time

import sympy

from sdlang.compiler import check
from sdlang.equations.build import build
from sdlang.equations.system import System
from sdlang.source import Source

TRIES = 7

# Twelve equations of all kinds that are written for elements. Of one of them, `rate`, each element has to be looked at:
# it says another number for each, which has to be one.
MODEL = """
simulate 0 to 10 years, step 1/4 year
unit person = people
dim place = 1 .. {elements}
param rate[place] = 10% / year + 1% / year * (place / {elements})
param wait[place] : years = 5
stock staff[place] = 100 people
stock trained[place] = 0 people
flow training[place]: staff -> trained = staff * rate
flow moving[place]: trained[place] -> trained[place + 1] = trained / wait
flow quits[place]: trained -> cloud = max(0, trained - 10 people) / wait
aux total = sum(staff + trained over place)
aux share[place] = (staff + trained) / total
aux gap[place] = if place == 1 then 0 people else trained - trained[place - 1]
aux present[place] = if place == 1 then 1 else present[place - 1] * 0.9
aux above[place] = clip(gap / max(gap over place where gap > 0 people), 0, 1) * share
"""


def model(elements: int) -> Source:
    return Source("elements.sd", MODEL.format(elements=elements))


def seconds(source: Source) -> float:
    """The shortest of several tries: what else the computer does makes a try longer, never shorter."""
    found = []
    for _ in range(TRIES):
        begin = time.process_time()
        check(source)
        found.append(time.process_time() - begin)
    return min(found)


def nodes(system: System) -> int:
    """SymPy nodes of all that is computed."""
    made = [equation.expression for equation in (*system.parameters, *system.auxiliaries)]
    made += [part for state in system.states for part in (state.initial, state.rate)]
    return sum(1 for expression in made for _ in sympy.preorder_traversal(expression))


def main() -> None:
    sizes = [int(text) for text in sys.argv[1:]] or [10, 1_000, 100_000]
    check(model(sizes[0]))  # what is loaded and read once is not counted
    first = seconds(model(sizes[0]))
    print(f"{'elements':>10}{'check, ms':>12}{'ratio':>8}{'equations':>11}{'nodes':>8}")
    for size in sizes:
        needed = seconds(model(size))
        system = build(check(model(size)).model)
        equations = len(system.parameters) + len(system.auxiliaries) + len(system.states)
        print(f"{size:>10,}{1000 * needed:>12.2f}{needed / first:>8.2f}{equations:>11}{nodes(system):>8}")


if __name__ == "__main__":
    main()
