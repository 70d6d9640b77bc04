"""Where a course turns: its extremes, small ripples left out."""

from __future__ import annotations

from dataclasses import dataclass

from sdlang.results.run import Array


@dataclass(frozen=True, slots=True)
class Turn:
    """An extreme: its time and value, between the saved points on the parabola through three of them."""

    time: float
    value: float
    is_high: bool


def turns_of(t: Array, x: Array, share: float) -> tuple[Turn, ...]:
    """Highs and lows in turn. A point is one if the course, on its way there and from there on, moves by more than a
    share of its whole range; so the ends of a course are none."""
    least = share * float(x.max() - x.min())
    if least <= 0:
        return ()
    turns: list[Turn] = []
    high = low = 0
    # 1 on the way up, -1 on the way down, 0 while neither is sure.
    way = 0
    for place in range(1, len(x)):
        high = place if x[place] > x[high] else high
        low = place if x[place] < x[low] else low
        if way >= 0 and x[high] - x[place] > least:
            if way or x[high] - x[0] > least:
                turns.append(_turn(t, x, high, is_high=True))
            way, low = -1, place
        elif way <= 0 and x[place] - x[low] > least:
            if way or x[0] - x[low] > least:
                turns.append(_turn(t, x, low, is_high=False))
            way, high = 1, place
    return tuple(turns)


def _turn(t: Array, x: Array, place: int, *, is_high: bool) -> Turn:
    """The extreme of the parabola through a point and its neighbours."""
    if not 0 < place < len(x) - 1:
        return Turn(float(t[place]), float(x[place]), is_high)
    left, right = float(t[place - 1] - t[place]), float(t[place + 1] - t[place])
    before, after = float(x[place - 1] - x[place]), float(x[place + 1] - x[place])
    bend = (before / left - after / right) / (left - right)
    slope = before / left - bend * left
    if not bend:
        return Turn(float(t[place]), float(x[place]), is_high)
    shift = min(max(-slope / (2 * bend), left), right)
    return Turn(float(t[place]) + shift, float(x[place]) + shift * (slope + bend * shift), is_high)
