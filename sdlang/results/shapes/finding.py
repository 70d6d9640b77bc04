"""What a judge of a shape gives, and what counts as a movement.

A course is a polyline: its saved points and the straight lines between them. Two sizes say what is seen of it. What
moves by less than `ROUNDING` of the largest size has not moved. What moves by less than `SMALL` of the range is a
ripple that an eye would overlook: only where a definition says so it is overlooked here, too.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from sdlang.results.run import Array

# Of the largest size: adaptive methods, by default accurate to 1e-8, make ripples of about that size on a plateau.
ROUNDING = 1e-7
# Of the range of a course.
SMALL = 0.01
# Of the length of a course: times this close are the same.
SAME_TIME = 1e-9

# Two values, low .. high.
Bounds = tuple[float, float]
# How a time is told.
Say = Callable[[float], str]


@dataclass(frozen=True, slots=True)
class Finding:
    """`margin` is how far from failing, negative where it failed; `time` is where that is decided, `detail` why."""

    holds: bool
    margin: float
    time: float
    detail: str


def plain(time: float) -> str:
    """A time as a number."""
    return f"{time:.6g}"


def listed(times: list[str]) -> str:
    """Times in a row; of many the first four and the last."""
    return ", ".join(times if len(times) <= 5 else [*times[:4], "...", times[-1]])


def range_of(x: Array) -> float:
    """The largest value less the smallest."""
    return float(x.max() - x.min())


def length_of(t: Array) -> float:
    """The time from the beginning to the end."""
    return float(t[-1] - t[0])


def rounding_of(*courses: Array) -> float:
    """The largest movement that is none."""
    return ROUNDING * max(float(np.abs(x).max()) for x in courses)


def ripple_of(x: Array) -> float:
    """The largest movement that nobody would see."""
    return max(rounding_of(x), SMALL * range_of(x))


def reserve(value: float, bounds: Bounds) -> float:
    """How far a value is inside its bounds, as a share of the bound (of 1 where that is 0)."""
    low, high = bounds
    return min((value - low) / (abs(low) or 1.0), (high - value) / (abs(high) or 1.0))


def inside(time: float, bounds: Bounds) -> float:
    """How far a time is inside its bounds."""
    low, high = bounds
    return min(time - low, high - time)
