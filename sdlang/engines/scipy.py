"""Adaptive and stiff methods of SciPy, which stop where something jumps instead of stepping over it.

The run is cut at the times of steps, pulses, kinks of series, scenario changes and events, and at each step of the
clock where something has a memory. Within a piece the right-hand side never sees the far side of its end, so each piece
is as smooth as its equations. Where a condition becomes true before its end (`crossings.py`), the
piece ends there.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping
from math import inf

import numpy as np
from scipy.integrate import BDF, DOP853, LSODA, RK45, DenseOutput, OdeSolution, OdeSolver, Radau

from sdlang.engines.arithmetic import Values
from sdlang.engines.base import NumericFailure, Settings
from sdlang.engines.clockwork import Times, just_after, just_before
from sdlang.engines.crossings import Watch
from sdlang.engines.events import Happenings
from sdlang.engines.kernel import Kernel
from sdlang.equations.system import System
from sdlang.model.random_numbers import Chance
from sdlang.results.run import Array, Run

METHODS = {"rk45": RK45, "dop853": DOP853, "lsoda": LSODA, "bdf": BDF, "radau": Radau}
# Between the ends of its steps a solver interpolates, less well than it steps. So a moment that was found in a step
# longer than this share of a step of the clock is looked for again in one that is as short.
SHORT = 1e-3
# A piece shorter than this share of a step of the clock is one step of Euler's method.
SHORTEST = 1e-12


class ScipyEngine:
    """RK45 and DOP853 for smooth systems, BDF and Radau for stiff ones, LSODA for both."""

    methods: tuple[str, ...] = tuple(METHODS)

    def compile(self, system: System, settings: Settings) -> ScipyProgram:
        return ScipyProgram(system, settings)


class ScipyProgram:
    def __init__(self, system: System, settings: Settings) -> None:
        self.kernel = Kernel(system)
        self.happenings = Happenings(self.kernel)
        self.settings = settings

    def run(self, parameters: Mapping[str, float], chance: Chance | None = None) -> Run:
        values = self.kernel.start(parameters, chance)
        self.happenings.begin(values)
        rows = _Passage(self.kernel, self.happenings, self.settings, values).rows()
        return self.kernel.run(rows, "scipy", self.settings.method, parameters, self.happenings.firings)


class _Passage:
    """One run from its start to its end."""

    def __init__(self, kernel: Kernel, happenings: Happenings, settings: Settings, values: Values) -> None:
        self.kernel = kernel
        self.happenings = happenings
        self.settings = settings
        self.values = values
        self.times = Times(kernel.system.clock)
        self.slack = happenings.slack
        self.stop = self.times.at(self.times.steps)
        self.jumps = [*(time for time in kernel.breakpoints(values) if time < self.stop), self.stop]
        self.first, self.last = kernel.state_slots.start, kernel.state_slots.stop
        self.states: Array = np.array(values[self.first : self.last])
        self.waiting = [self.times.at(count) for count in range(self.times.steps, -1, -1) if self.times.keeps(count)]
        self.kept: list[Values] = []
        self.steps = 0

    def rows(self) -> list[Values]:
        """The values at the times that are kept."""
        now = self.times.at(0)
        while True:
            self._arrive(now)
            if now >= self.stop:
                return self.kept
            now = self._advance(now, self._next_cut(now))

    # Where a piece begins --------------------------------------------------------------------------------------------

    def _arrive(self, now: float) -> None:
        """What happens at a time at which one piece ends and another begins; the values after it are kept."""
        kernel, values = self.kernel, self.values
        values[self.first : self.last] = self.states.tolist()
        begins = bool(kernel.memories) and now == self.times.at(self.steps)
        if begins:
            kernel.begin_step(values, now, self.times.step)
            self.steps += 1
        else:
            kernel.evaluate(values, now)
        if self.happenings.happen(values, now):
            self.states = np.array(values[self.first : self.last])
            if begins:
                kernel.look_back(values)
        while self._is_kept(now + self.slack):
            self._keep(self.states)

    def _next_cut(self, now: float) -> float:
        """When the piece that begins now must end, if no condition becomes true before."""
        jump = self.jumps[bisect_right(self.jumps, now)]
        step = self.times.at(self.steps) if self.kernel.memories else inf
        return min(jump, step, self.happenings.next_time(), self.stop)

    def _is_kept(self, until: float) -> bool:
        """Whether the next point to be kept lies at or before a time."""
        return bool(self.waiting) and self.waiting[-1] <= until

    def _keep(self, states: Array) -> None:
        """Keep the next point, at which the stocks hold this."""
        kernel, values = self.kernel, self.values
        values[self.first : self.last] = states.tolist()
        kernel.evaluate(values, self.waiting.pop())
        kernel.check_all(values)
        self.kept.append(values.copy())

    def _keep_until(self, time: float, course: DenseOutput) -> None:
        while self._is_kept(time):
            self._keep(course(self.waiting[-1]))

    # A piece ---------------------------------------------------------------------------------------------------------

    def _advance(self, begin: float, end: float) -> float:
        """Move the states on to the end of a piece, or to the first moment in it at which a condition becomes true; how
        far they came. Points to be kept on the way are kept."""
        kernel, values, step = self.kernel, self.values, self.times.step
        earliest, latest = just_after(begin), just_before(end)

        def rates(time: float, now: Array) -> list[float]:
            values[self.first : self.last] = now.tolist()
            kernel.evaluate(values, min(max(float(time), earliest), latest))
            return kernel.rates(values)

        def values_at(time: float, course: OdeSolution) -> Values:
            values[self.first : self.last] = course(time).tolist()
            kernel.evaluate(values, min(time, latest))
            return values

        if not len(self.states):
            while self._is_kept(end - self.slack):
                self._keep(self.states)
            return end
        if end - begin <= SHORTEST * step:
            self.states = self.states + (end - begin) * np.array(rates(begin, self.states))
            return end
        solver = self._solver(rates, begin, end)
        watch = Watch(self.happenings, values_at, begin, step) if self.happenings.waiting else None
        while solver.status == "running":
            armed, old = set(self.happenings.armed), solver.y
            message = solver.step()
            if solver.status == "failed":
                raise self._stuck(str(message))
            until = min(solver.t, end - self.slack)
            if watch is None and not self._is_kept(until):
                continue
            course = solver.dense_output()
            moment = None if watch is None else watch.first(course)
            if moment is None:
                self._keep_until(until, course)
            elif solver.t - solver.t_old <= SHORT * step:
                self._keep_until(moment - self.slack, course)
                self.states = course(moment)
                # So near to the end of the piece it happens there, when what has a memory has begun the next step.
                return moment if moment < end - self.slack else end
            else:
                self.states, self.happenings.armed = old, armed
                return self._look_closer(float(solver.t_old), moment, end)
        self.states = solver.y
        return end

    def _look_closer(self, begin: float, moment: float, end: float) -> float:
        """The same over a piece in which a moment has been found roughly: up to just before, then in a short step."""
        half = SHORT / 4 * self.times.step
        near = moment - half
        if near > begin:
            reached = self._advance(begin, near)
            if reached < near:
                return reached
            begin = near
        return self._advance(begin, min(end, moment + half))

    def _solver(self, rates: object, begin: float, end: float) -> OdeSolver:
        kernel, tolerance = self.kernel, self.settings.relative_tolerance
        assert callable(rates)
        # How large each stock is, or would become at the pace at which it begins: a stock may start from nothing.
        pace = np.abs(np.array(rates(begin, self.states)))
        sizes = np.maximum(np.abs(self.states), np.where(np.isfinite(pace), pace, 0.0) * (end - begin))
        floor = 1e-6 * float(sizes.max()) or 1e-3
        return METHODS[self.settings.method](
            rates,
            begin,
            self.states,
            end,
            rtol=tolerance,
            # The solvers watch the error at the ends of their steps, not of what they read between them: DOP853 may be
            # 1e-4 off halfway through a long step that is good to 1e-9. So no step is longer than a save interval.
            max_step=float(kernel.system.clock.step * kernel.system.clock.save),
            atol=np.maximum(sizes, floor) * tolerance * 1e-2,
        )

    def _stuck(self, message: str) -> NumericFailure:
        """The solver cannot go on: the stock that changes fastest is the one to look at."""
        kernel, values = self.kernel, self.values
        rates = kernel.rates(values)
        slots = kernel.stock_slots
        pace = [abs(rate) / (abs(values[slot]) + 1e-300) for slot, rate in zip(slots, rates, strict=False)]
        fastest = slots[pace.index(max(pace))]
        return kernel.failure_at(fastest, values, f"the solver cannot go on; this changes fastest ({message})")
