"""The moment within a step of a solver at which the condition of an event becomes true.

A solver steps from one time to another and tells by interpolation what was between. Here that course is looked at, at
some times within each step and, right behind the beginning of a piece, at times ever nearer to it, since an event may
come again soon after it happened. Where a condition held at a time and not at the one before, the moment lies between
them and is found by bisection, which needs nothing but the condition and so copes with jumps. Where it held at neither,
but came nearer to its turn at the middle one of three times than at both others, the peak in between is looked for.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from scipy.integrate import DenseOutput, OdeSolution
from scipy.optimize import minimize_scalar

from sdlang.engines.arithmetic import Values
from sdlang.engines.events import Happenings

# Into so many parts each step of a solver is cut; and so many times its first step is halved.
PARTS = 4
HALVINGS = 40
# A moment is found to this share of a step of the clock, or as exactly as numbers can say it.
EXACTLY = 1e-14

# The values of the model at a time, auxiliaries included, for the states at it.
ValuesAt = Callable[[float, OdeSolution], Values]


class _Found(Exception):
    """A search for a peak has met a time at which a condition holds."""

    def __init__(self, time: float) -> None:
        self.time = time


class Watch:
    """Looks out for events from the beginning of a piece of a run on. `step` is that of the clock."""

    def __init__(self, happenings: Happenings, values_at: ValuesAt, begin: float, step: float) -> None:
        self.happenings = happenings
        self.values_at = values_at
        self.times = [begin]
        self.courses: list[DenseOutput] = []
        self.begin = begin
        self.step = step
        # The last times looked at, with the margins of all conditions.
        self.seen: list[tuple[float, dict[int, float]]] = []

    def first(self, course: DenseOutput) -> float | None:
        """The first moment in a step of the solver at which a condition becomes true. Steps are given in order."""
        self.times, self.courses = [*self.times, course.t][-3:], [*self.courses, course][-2:]
        whole = OdeSolution(self.times, self.courses)
        if not self.seen:
            self.seen.append((self.begin, self._margins(self.values_at(self.begin, whole))))
        for time in self._looked_at(float(course.t_old), float(course.t)):
            before = self.seen[-1][0]
            values = self.values_at(time, whole)
            found = self.happenings.becoming_true(values)
            if found:
                return self._switch(before, time, found, whole)
            self.seen = [*self.seen[-2:], (time, self._margins(values))]
            peak = self._peak(whole)
            if peak is not None:
                return peak
        return None

    def _looked_at(self, begin: float, end: float) -> Iterator[float]:
        if begin == self.begin:
            nearer = [begin + (end - begin) * 0.5**halving for halving in range(HALVINGS, 2, -1)]
            yield from (time for time in dict.fromkeys(nearer) if time > begin)
        yield from (begin + (end - begin) * part / PARTS for part in range(1, PARTS))
        yield end

    def _margins(self, values: Values) -> dict[int, float]:
        return {number: self.happenings.margin(number, values) for number in self.happenings.armed}

    def _switch(self, before: float, time: float, numbers: set[int], whole: OdeSolution) -> float:
        """The first time at which one of some conditions holds, as none does at the time before."""
        while time - before > EXACTLY * self.step:
            middle = (before + time) / 2
            if not before < middle < time:
                break
            values = self.values_at(middle, whole)
            if any(self.happenings.holds(number, values) for number in numbers):
                time = middle
            else:
                before = middle
        return time

    def _peak(self, whole: OdeSolution) -> float | None:
        """Where a condition holds for a moment between the times that were looked at."""
        if len(self.seen) < 3:
            return None
        (first, early), (_, middle), (last, late) = self.seen
        for number in sorted(early.keys() & middle.keys() & late.keys()):
            if not early[number] < middle[number] > late[number]:
                continue

            def missing(time: float, number: int = number) -> float:
                values = self.values_at(time, whole)
                if self.happenings.holds(number, values):
                    raise _Found(float(time))
                return -self.happenings.margin(number, values)

            try:
                minimize_scalar(
                    missing, bounds=(first, last), method="bounded", options={"xatol": 1e-9 * (last - first)}
                )
            except _Found as found:
                return self._switch(first, found.time, {number}, whole)
        return None
