"""Where a course turns, and how far it goes back: what most shapes are made of."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sdlang.results.run import Array
from sdlang.results.shapes.finding import length_of, range_of, rounding_of


@dataclass(frozen=True, slots=True)
class Turn:
    """An extreme inside a course, from `begin` to `end` where it rests there."""

    begin: float
    end: float
    value: float
    is_high: bool

    @property
    def time(self) -> float:
        return (self.begin + self.end) / 2


@dataclass(frozen=True, slots=True)
class Fall:
    """How far a course goes down, from the point at one place to the one at another."""

    size: float
    start: int
    end: int


def turns_of(t: Array, x: Array, least: float) -> tuple[Turn, ...]:
    """Highs and lows in turn: extremes that the course moves to, and away from, by more than `least`.

    Between two of them there is none that would count. The ends of a course are no turns.
    """
    turns: list[Turn] = []
    high = low = 0
    # 1 on the way up, -1 on the way down, 0 while neither is sure.
    way = 0
    for place in range(1, len(x)):
        high = place if x[place] > x[high] else high
        low = place if x[place] < x[low] else low
        if way >= 0 and x[high] - x[place] > least:
            if way or x[high] - x[0] > least:
                turns.append(_turn_at(high, t, x, is_high=True))
            way, low = -1, place
        elif way <= 0 and x[place] - x[low] > least:
            if way or x[0] - x[low] > least:
                turns.append(_turn_at(low, t, x, is_high=False))
            way, high = 1, place
    return tuple(turns)


def _turn_at(place: int, t: Array, x: Array, *, is_high: bool) -> Turn:
    """The turn at a place, with the points beside it that are level with it."""
    begin = end = place
    level = rounding_of(x)
    while begin > 0 and abs(x[begin - 1] - x[place]) <= level:
        begin -= 1
    while end < len(x) - 1 and abs(x[end + 1] - x[place]) <= level:
        end += 1
    return Turn(float(t[begin]), float(t[end]), float(x[place]), is_high)


def largest_fall(x: Array) -> Fall:
    """The largest fall from one point to a later one; of size 0 where there is none."""
    falls = np.maximum.accumulate(x) - x
    end = int(np.argmax(falls))
    return Fall(float(falls[end]), int(np.argmax(x[: end + 1])), end)


def without_trend(t: Array, x: Array) -> Array:
    """A course less its trend: the straight line that is nearest to it, by the integral of the squared distance.

    The integral, not a sum over points: so it does not matter where the points stand. With time c from the middle of a
    course of length L, the slope of that line is 12/L^3 times the integral of c x.
    """
    length = length_of(t)
    if not length:
        return np.zeros_like(x)
    h, c = np.diff(t), t - (t[0] + t[-1]) / 2
    mean = float(h @ (x[:-1] + x[1:])) / 2 / length
    moment = float(h @ (c[:-1] * x[:-1] + (c[:-1] + c[1:]) * (x[:-1] + x[1:]) + c[1:] * x[1:])) / 6
    left: Array = x - mean - 12 * moment / length**3 * c
    # What is left of a straight line is rounding.
    return left if range_of(left) > rounding_of(x) else np.zeros_like(x)
