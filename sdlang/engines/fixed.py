"""Fixed steps: Euler, and the classical Runge-Kutta method of fourth order.

A Runge-Kutta step that ends where something jumps (a step, a pulse, a kink of a series) looks at its end from just
before the jump: what happens at 2026 does not act before 2026, and the method keeps its order.
"""

from __future__ import annotations

from collections.abc import Mapping

from sdlang.engines.arithmetic import Values
from sdlang.engines.base import Settings
from sdlang.engines.clockwork import Times, just_after, just_before
from sdlang.engines.events import Happenings
from sdlang.engines.kernel import Kernel
from sdlang.equations.system import System
from sdlang.model.random_numbers import Chance
from sdlang.results.run import Run


class FixedEngine:
    """Euler and RK4."""

    methods: tuple[str, ...] = ("euler", "rk4")

    def compile(self, system: System, settings: Settings) -> FixedProgram:
        return FixedProgram(system, settings)


class FixedProgram:
    def __init__(self, system: System, settings: Settings) -> None:
        self.kernel = Kernel(system)
        self.happenings = Happenings(self.kernel)
        self.method = settings.method

    def run(self, parameters: Mapping[str, float], chance: Chance | None = None) -> Run:
        kernel, clock = self.kernel, self.kernel.system.clock
        times = Times(clock)
        values = kernel.start(parameters, chance)
        jumps = set(kernel.breakpoints(values)) if self.method == "rk4" else set()
        self.happenings.begin(values)
        rows: list[Values] = []
        for count in range(times.steps + 1):
            kernel.begin_step(values, times.at(count), times.step)
            if self.happenings.happen(values, times.at(count)):
                kernel.look_back(values)
            if times.keeps(count):
                kernel.check_all(values)
                rows.append(values.copy())
            else:
                kernel.check(values)
            if count < times.steps:
                self._advance(values, times, count, jumps)
        return kernel.run(rows, "fixed", self.method, parameters, self.happenings.firings)

    def _advance(self, values: Values, times: Times, count: int, jumps: set[float]) -> None:
        """Move the states on by one step; the auxiliaries in the list are those at its beginning."""
        kernel, step = self.kernel, times.step
        slots = kernel.state_slots
        if times.at(count) in jumps:
            kernel.evaluate(values, just_after(times.at(count)))
        first = kernel.rates(values)
        if self.method == "euler":
            for slot, rate in zip(slots, first, strict=True):
                values[slot] += step * rate
            return
        begin = values[slots.start : slots.stop]
        middle, end = times.middle(count), times.at(count + 1)
        if end in jumps:
            end = just_before(end)
        second = self._rates_at(values, begin, first, step / 2, middle)
        third = self._rates_at(values, begin, second, step / 2, middle)
        fourth = self._rates_at(values, begin, third, step, end)
        for place, slot in enumerate(slots):
            rate = first[place] + 2 * second[place] + 2 * third[place] + fourth[place]
            values[slot] = begin[place] + step / 6 * rate

    def _rates_at(
        self, values: Values, begin: list[float], rates: list[float], step: float, time: float
    ) -> list[float]:
        for slot, old, rate in zip(self.kernel.state_slots, begin, rates, strict=True):
            values[slot] = old + step * rate
        self.kernel.evaluate(values, time)
        return self.kernel.rates(values)
