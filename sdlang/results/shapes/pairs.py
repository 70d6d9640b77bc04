"""Two courses, or two conditions: `diverges`, `crosses`, `before`."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from sdlang.results.run import Array
from sdlang.results.shapes.finding import (
    SAME_TIME,
    Bounds,
    Finding,
    Say,
    inside,
    length_of,
    listed,
    plain,
    ripple_of,
    rounding_of,
)
from sdlang.results.shapes.turns import largest_fall


def diverges(t: Array, x: Array, y: Array, say: Say = plain) -> Finding:
    """Their distance is larger at the end than at the beginning, and never shrinks but by a ripple."""
    still = rounding_of(x, y)
    t, distance = _distance(t, x - y, still)
    growth, back = float(distance[-1] - distance[0]), largest_fall(distance)
    small = max(still, ripple_of(distance))
    if growth <= still:
        detail = f"they are {distance[0]:.6g} apart at {say(t[0])} and {distance[-1]:.6g} at {say(t[-1])}"
        return Finding(False, min(growth, 0.0), float(t[-1]), detail)
    if back.size > small:
        detail = f"they come {back.size:.6g} nearer from {say(t[back.start])} to {say(t[back.end])}"
        return Finding(False, small - back.size, float(t[back.end]), detail)
    detail = f"they are {distance[0]:.6g} apart at {say(t[0])} and {distance[-1]:.6g} at {say(t[-1])}"
    return Finding(True, growth, float(t[-1]), detail)


def crosses(t: Array, x: Array, y: Array, between: Bounds | None = None, say: Say = plain) -> Finding:
    """The one that is below comes to be above, in a span of time."""
    gap = x - y
    bounds = between or (float(t[0]), float(t[-1]))
    times = _crossings(t, gap, rounding_of(x, y))
    if not times:
        nearest = int(np.argmin(np.abs(gap)))
        detail = f"they never cross; they are nearest at {say(t[nearest])}, {abs(gap[nearest]):.6g} apart"
        return Finding(False, -length_of(t), float(t[nearest]), detail)
    margin, time = max((inside(time, bounds), time) for time in times)
    holds = margin >= -SAME_TIME * length_of(t)
    detail = f"they cross at {listed([say(each) for each in times])}"
    return Finding(holds, max(margin, 0.0) if holds else margin, time, detail)


def _distance(t: Array, gap: Array, still: float) -> tuple[Array, Array]:
    """The distance of two courses, with a point where they cross."""
    at: Array = np.array([time for time in _crossings(t, gap, still) if time not in t])
    places = np.searchsorted(t, at)
    return np.insert(t, places, at), np.insert(np.abs(gap), places, 0.0)


def _crossings(t: Array, gap: Array, still: float) -> list[float]:
    """When a gap changes its sign: on the line between two points; where it rests at 0, in the middle of that time."""
    apart = [int(place) for place in np.flatnonzero(np.abs(gap) > still)]
    times = []
    for last, after in pairwise(apart):
        if gap[last] * gap[after] < 0:
            if after == last + 1:
                share = gap[last] / (gap[last] - gap[after])
                times.append(float(t[last] + share * (t[after] - t[last])))
            else:
                times.append(float(t[last + 1] + t[after - 1]) / 2)
    return times


def before(t: Array, first: Sequence[bool], second: Sequence[bool], say: Say = plain) -> Finding:
    """The first condition comes true at an earlier point than the second, which may never come true."""
    one, other = _first_time(t, first), _first_time(t, second)
    if one is None:
        return Finding(False, -length_of(t), float(t[-1]), "the first never comes true")
    if other is None:
        return Finding(True, float(t[-1]) - one, one, f"the first is true at {say(one)}, the second never")
    return Finding(one < other, other - one, one, f"the first is true at {say(one)}, the second at {say(other)}")


def _first_time(t: Array, condition: Sequence[bool]) -> float | None:
    return next((float(time) for time, holds in zip(t, condition, strict=True) if holds), None)
