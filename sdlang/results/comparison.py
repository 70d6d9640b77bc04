"""How far two runs are apart, in the words of somebody who looks at their curves: peaks, troughs and ends.

Runs are compared at the times that both have. A difference is told by the mark of the curve that people look at: its
peak or its trough where that lies inside the run, else where it ends.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np

from sdlang.results.run import Array, Run

# Curves that are closer than this share of their size are the same.
SAME = 1e-9
# A peak is one if the course is lower by this share of its range on both sides of it.
INSIDE = 0.02


@dataclass(frozen=True, slots=True)
class Mark:
    """`peak`, `trough` or `end` of a course: its time and its value, in the unit of the variable."""

    what: str
    time: float
    value: float


@dataclass(frozen=True, slots=True)
class Apart:
    """A variable (or an element of one) that differs: its mark in both runs; `distance` is the largest difference
    between the courses as a share of their size. `is_calendar`: the times are dates."""

    name: str
    unit: str
    before: Mark
    after: Mark
    distance: float
    is_calendar: bool = False

    @property
    def change(self) -> float:
        """By how much the value of the mark changed, in the unit of the variable."""
        return self.after.value - self.before.value


def compare(old: Run, new: Run, names: Iterable[str]) -> tuple[Apart, ...]:
    """Of these variables those that differ, the most different first."""
    times = np.intersect1d(old.time, new.time)
    if len(times) < 2:
        times = np.linspace(max(old.time[0], new.time[0]), min(old.time[-1], new.time[-1]), 101)
    found = []
    for name in names:
        if name not in old or name not in new or old.elements(name) != new.elements(name):
            continue
        for element in old.elements(name):
            one, other = (np.interp(times, run.time, run[element]) for run in (old, new))
            size = float(max(np.abs(one).max(), np.abs(other).max()))
            distance = float(np.abs(one - other).max()) / size if size else 0.0
            if distance > SAME:
                apart = _apart(element, old.units[name], times, one, other, distance)
                found.append(replace(apart, is_calendar=new.provenance.is_calendar))
    return tuple(sorted(found, key=lambda each: -each.distance))


def _apart(name: str, unit: str, times: Array, one: Array, other: Array, distance: float) -> Apart:
    for what, sign in (("peak", 1.0), ("trough", -1.0)):
        if _has_peak(sign * one) and _has_peak(sign * other):
            first, second = int(np.argmax(sign * one)), int(np.argmax(sign * other))
            before = Mark(what, float(times[first]), float(one[first]))
            after = Mark(what, float(times[second]), float(other[second]))
            if abs(after.value - before.value) > SAME * max(abs(before.value), abs(after.value)) or first != second:
                return Apart(name, unit, before, after, distance)
    end = float(times[-1])
    if abs(one[-1] - other[-1]) > SAME * max(abs(one[-1]), abs(other[-1])):
        return Apart(name, unit, Mark("end", end, float(one[-1])), Mark("end", end, float(other[-1])), distance)
    place = int(np.argmax(np.abs(one - other)))
    time = float(times[place])
    return Apart(name, unit, Mark("at", time, float(one[place])), Mark("at", time, float(other[place])), distance)


def _has_peak(x: Array) -> bool:
    """Whether the largest value lies inside the course, with lower ones on both sides."""
    place = int(np.argmax(x))
    least = INSIDE * float(x.max() - x.min())
    return least > 0 and float(x[place] - x[0]) > least and float(x[place] - x[-1]) > least


def distance_along(change: Array, whole: Array) -> float:
    """How much of a difference between two courses a change alone makes: 1 where it makes all of it."""
    size = float(whole @ whole)
    return float(change @ whole) / size if size else 0.0
