"""Many runs of one model, each with parameters drawn from what is known of them, and with noise of its own.

Run number n draws the same whatever other runs are made, in whatever order: the numbers come from the seed, n, the name
of the parameter and its element. A value outside the range of its parameter is drawn anew. A hole without a
distribution is drawn evenly from its range. What the caller sets is not
drawn, nor what the scenario sets from the start.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from itertools import product
from math import prod

import numpy as np

from sdlang.engines.base import NumericFailure, Program
from sdlang.equations.system import System
from sdlang.limits import limit
from sdlang.model.distributions import DISTRIBUTIONS
from sdlang.model.drawers import Shown, draw_once
from sdlang.model.model import Model, Parameter
from sdlang.model.random_numbers import Chance
from sdlang.model.scenario import BEFORE
from sdlang.results.ensemble import Ensemble
from sdlang.results.run import Run

# After so many draws outside its range a parameter takes the nearer end of it.
MOST_DRAWS = 1_000


# The program of a run, by what was drawn for it: the points of tables may be made of parameters.
Programs = Callable[[Mapping[str, float]], Program]


@dataclass(frozen=True, slots=True)
class Member:
    """One run of an ensemble: its number, counted from 1, and what was drawn, in own units by element."""

    number: int
    run: Run
    drawn: Mapping[str, float]


def uncertain(model: Model) -> tuple[Parameter, ...]:
    """The parameters that an ensemble draws."""
    return tuple(each for each in model.parameters() if each.spread is not None or each.is_hole)


def drawn(model: Model, chance: Chance) -> dict[str, float]:
    """Values of all uncertain parameters in a run, in own units, by the names of their elements."""
    found: dict[str, float] = {}
    for parameter in uncertain(model):
        for place, name in enumerate(_elements(parameter, model)):
            found[name] = _value(parameter, chance, place, model)
    return found


def members(
    model: Model,
    system: System,
    programs: Programs,
    given: Mapping[str, float],
    fixed: Set[str],
    seed: int,
    runs: int,
) -> Iterator[Member]:
    """The runs 1 to `runs` of the system of a scenario. `given` are values that the caller sets, `fixed` the parameters
    and elements that are not drawn; both by their names in the model. Raises NumericFailure for a run that cannot go
    on, with its number and what was drawn."""
    known = {equation.name for equation in system.parameters}
    set_values = {_as_known(name, known): value for name, value in given.items()}
    for number in range(1, runs + 1):
        chance = Chance(seed, number)
        values = {
            name: value
            for name, value in drawn(model, chance).items()
            if not {name, _whole(name)} & fixed and _whole(_as_known(name, known)) in known
        }
        own = {_as_known(name, known): value for name, value in values.items()}
        try:
            yield Member(number, programs(values).run({**set_values, **own}, chance), values)
        except NumericFailure as failure:
            raise _named(failure, number, values, model) from None


class Gathering:
    """What is kept of the runs of an ensemble while they are made."""

    def __init__(self, base: Run, runs: int, seed: int, model: Model) -> None:
        self.base = base
        self.seed = seed
        self.scales = {parameter.name: parameter.scale for parameter in uncertain(model)}
        names = [name for name in base.shown if base.columns[name].kind != "parameter"]
        self.values = {name: np.empty((runs, *base[name].shape)) for name in names}
        self.drawn: dict[str, list[float]] = {}

    def add(self, member: Member) -> None:
        for name, values in self.values.items():
            values[member.number - 1] = member.run[name]
        for name, value in member.drawn.items():
            self.drawn.setdefault(name, []).append(value / self.scales[_whole(name)])

    def ensemble(self) -> Ensemble:
        return Ensemble(self.base, self.values, {name: np.array(each) for name, each in self.drawn.items()}, self.seed)


def too_large(base: Run, runs: int) -> str:
    """Why an ensemble cannot be kept, or nothing."""
    points = sum(prod(base[name].shape) for name in base.shown)
    most = limit("values")
    return f"{runs} runs would keep {runs * points:,} values; the limit is {most:,}" if runs * points > most else ""


def _elements(parameter: Parameter, model: Model) -> tuple[str, ...]:
    every = product(*(model.dimensions[axis.dimension].elements for axis in parameter.axes))
    return tuple(_element_name(parameter, each) for each in every)


def _element_name(parameter: Parameter, elements: Sequence[str]) -> str:
    return f"{parameter.name}[{', '.join(elements)}]" if elements else parameter.name


def _value(parameter: Parameter, chance: Chance, element: int, model: Model) -> float:
    low, high = parameter.low, parameter.high
    spread = parameter.spread
    evenly = ("uniform", (low or 0.0, high or 0.0))
    function, arguments = evenly if spread is None else (spread.function, spread.arguments)
    row = DISTRIBUTIONS[function]
    shown = Shown(parameter.unit.text, parameter.scale, model.clock.unit.text)
    value = 0.0
    for attempt in range(MOST_DRAWS):
        name = parameter.name if not attempt else f"{parameter.name} again {attempt}"
        value = draw_once(row, arguments, chance, name, element, shown)
        if low is None or high is None or low <= value <= high:
            return value
    assert low is not None
    assert high is not None
    return min(max(value, low), high)


def stated(model: Model, scenario: str) -> set[str]:
    """Parameters, and elements of them, that a scenario sets from the start: it says what they are."""
    overrides = [
        override
        for each in model.scenarios
        if each.name == scenario
        for override in each.overrides
        if override.since is None
    ]
    found: set[str] = set()
    for parameter in uncertain(model):
        names = list(product(*(enumerate(model.dimensions[axis.dimension].elements) for axis in parameter.axes)))
        for override in overrides:
            if override.name == parameter.name:
                found.update(
                    _element_name(parameter, [element for _, element in each])
                    for each in names
                    if all(wanted in (None, place) for wanted, (place, _) in zip(override.places, each, strict=False))
                )
    return found


def _whole(name: str) -> str:
    return name.partition("[")[0]


def _as_known(name: str, known: set[str]) -> str:
    whole, bracket, element = name.partition("[")
    return name if whole in known else whole + BEFORE + bracket + element


def _named(failure: NumericFailure, number: int, values: Mapping[str, float], model: Model) -> NumericFailure:
    """The failure of a run of the ensemble, with its number and what was drawn."""
    told = []
    for name, value in values.items():
        parameter = model.variables[_whole(name)]
        told.append((name, value / parameter.scale, parameter.unit.text))
    return NumericFailure(
        failure.variable,
        failure.time,
        f"{failure.cause}; this is run {number} of the ensemble, with other parameters",
        equation=failure.equation,
        span=failure.span,
        operands=(*failure.operands, *told),
        forbidden_by=failure.forbidden_by,
        when=failure.when,
    )
