"""Adaptive and stiff methods of SciPy, which stop where something jumps instead of stepping over it.

The run is cut at the times of steps, pulses, kinks of series and scenario changes. Within a piece the right-hand side
never sees the far side of its end, so each piece is as smooth as its equations.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from scipy.integrate import solve_ivp

from sdlang.engines.arithmetic import Values
from sdlang.engines.base import NumericFailure, Settings
from sdlang.engines.clockwork import Times, just_after, just_before
from sdlang.engines.kernel import Kernel
from sdlang.equations.system import System
from sdlang.model.random_numbers import Chance
from sdlang.results.run import Array, Run

METHODS = {"rk45": "RK45", "dop853": "DOP853", "lsoda": "LSODA", "bdf": "BDF", "radau": "Radau"}


class ScipyEngine:
    """RK45 and DOP853 for smooth systems, BDF and Radau for stiff ones, LSODA for both."""

    methods: tuple[str, ...] = tuple(METHODS)

    def compile(self, system: System, settings: Settings) -> ScipyProgram:
        return ScipyProgram(system, settings)


class ScipyProgram:
    def __init__(self, system: System, settings: Settings) -> None:
        self.kernel = Kernel(system)
        self.settings = settings

    def run(self, parameters: Mapping[str, float], chance: Chance | None = None) -> Run:
        kernel, clock = self.kernel, self.kernel.system.clock
        values = kernel.start(parameters, chance)
        times = Times(clock)
        saved = [times.at(count) for count in range(times.steps + 1) if times.keeps(count)]
        states = np.array(values[kernel.state_slots.start : kernel.state_slots.stop])
        rows: list[Values] = []
        if kernel.memories:
            self._run_by_steps(values, states, times, set(saved), rows)
            return kernel.run(rows, "scipy", self.settings.method, parameters)
        cuts = [saved[0], *(time for time in kernel.breakpoints(values) if time < saved[-1]), saved[-1]]
        self._save(values, states, saved[0], rows)
        for begin, end in zip(cuts, cuts[1:], strict=False):
            wanted = [time for time in saved if begin < time <= end]
            states = self._piece(values, states, begin, end, wanted, rows)
        return kernel.run(rows, "scipy", self.settings.method, parameters)

    def _run_by_steps(self, values: Values, states: Array, times: Times, saved: set[float], rows: list[Values]) -> None:
        """What has a memory is settled at the beginning of each step of the clock, so each step is a piece, or more."""
        kernel = self.kernel
        jumps = kernel.breakpoints(values)
        for count in range(times.steps + 1):
            begin, end = times.at(count), times.at(count + 1)
            values[kernel.state_slots.start : kernel.state_slots.stop] = states.tolist()
            kernel.begin_step(values, begin, times.step)
            if begin in saved:
                kernel.check_all(values)
                rows.append(values.copy())
            if count == times.steps:
                return
            cuts = [begin, *(time for time in jumps if begin < time < end), end]
            for first, last in zip(cuts, cuts[1:], strict=False):
                states = self._piece(values, states, first, last, [], rows)

    def _save(self, values: Values, states: Array, time: float, rows: list[Values]) -> None:
        kernel = self.kernel
        values[kernel.state_slots.start : kernel.state_slots.stop] = states.tolist()
        kernel.evaluate(values, time)
        kernel.check_all(values)
        rows.append(values.copy())

    def _piece(
        self, values: Values, states: Array, begin: float, end: float, wanted: list[float], rows: list[Values]
    ) -> Array:
        """The states at the end of a piece; points wanted on the way are saved."""
        if not len(states):
            for time in wanted:
                self._save(values, states, time, rows)
            return states
        kernel, first, last = self.kernel, just_after(begin), just_before(end)
        first_slot, stop_slot = kernel.state_slots.start, kernel.state_slots.stop

        def rates(time: float, now: Array) -> list[float]:
            values[first_slot:stop_slot] = now.tolist()
            kernel.evaluate(values, min(max(float(time), first), last))
            return kernel.rates(values)

        tolerance = self.settings.relative_tolerance
        # How large each stock is, or would become at the pace at which it begins: a stock may start from nothing.
        pace = np.abs(np.array(rates(begin, states)))
        sizes = np.maximum(np.abs(states), np.where(np.isfinite(pace), pace, 0.0) * (end - begin))
        floor = 1e-6 * float(sizes.max()) or 1e-3
        asked = [*wanted, end] if not wanted or wanted[-1] != end else wanted
        solution = solve_ivp(
            rates,
            (begin, end),
            states,
            method=METHODS[self.settings.method],
            t_eval=np.array(asked),
            rtol=tolerance,
            # The solvers watch the error at the ends of their steps, not of what they read between them: DOP853 may be
            # 1e-4 off halfway through a long step that is good to 1e-9. So no step is longer than a save interval.
            max_step=float(kernel.system.clock.step * kernel.system.clock.save),
            atol=np.maximum(sizes, floor) * tolerance * 1e-2,
        )
        if not solution.success:
            raise self._stuck(values, str(solution.message))
        for place, time in enumerate(wanted):
            self._save(values, solution.y[:, place], time, rows)
        result: Array = solution.y[:, -1]
        return result

    def _stuck(self, values: Values, message: str) -> NumericFailure:
        """The solver cannot go on: the stock that changes fastest is the one to look at."""
        kernel = self.kernel
        rates = kernel.rates(values)
        slots = kernel.stock_slots
        pace = [abs(rate) / (abs(values[slot]) + 1e-300) for slot, rate in zip(slots, rates, strict=False)]
        fastest = slots[pace.index(max(pace))]
        return kernel.failure_at(fastest, values, f"the solver cannot go on; this changes fastest ({message})")
