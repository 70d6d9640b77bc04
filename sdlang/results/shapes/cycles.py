"""Courses that go up and down: `oscillates`."""

from __future__ import annotations

from collections.abc import Sequence

from sdlang.results.run import Array
from sdlang.results.shapes.finding import (
    SAME_TIME,
    Bounds,
    Finding,
    Say,
    listed,
    plain,
    reserve,
    ripple_of,
    rounding_of,
)
from sdlang.results.shapes.turns import Turn, turns_of, without_trend

# From the first of five turns to the last there are two full cycles.
LEAST_TURNS = 5


def oscillates(
    t: Array, x: Array, period: Bounds | None = None, decay: Bounds | None = None, say: Say = plain
) -> Finding:
    """It goes up and down for at least two full cycles; its mean period and its decay are within bounds."""
    turns = _turns(t, x)
    missing = LEAST_TURNS - len(turns)
    if missing > 0:
        return Finding(False, -float(missing), float(t[-1]), f"{_counted(turns, say)}; two cycles have {LEAST_TURNS}")
    length, factor = mean_period(turns), mean_decay(turns)
    found = f"its period is {length:.4g}, and its swing goes to {100 * factor:.3g} % in each"
    reserves = [
        reserve(value, bounds) for value, bounds in ((length, period), (factor, decay)) if bounds is not None
    ] or [float(-missing)]
    margin = min(reserves)
    holds = margin >= -SAME_TIME
    detail = found if holds else f"{found}: {_counted(turns, say)}"
    return Finding(holds, max(margin, 0.0) if holds else margin, turns[-1].time, detail)


def _turns(t: Array, x: Array) -> Sequence[Turn]:
    """The turns of a course; where it has too few, those around its trend, if these are more."""
    own = turns_of(t, x, ripple_of(x))
    if len(own) >= LEAST_TURNS:
        return own
    left = without_trend(t, x)
    return max(own, turns_of(t, left, max(rounding_of(x), ripple_of(left))), key=len)


def mean_period(turns: Sequence[Turn]) -> float:
    """The mean time from one turn to the next of the same kind."""
    lengths = [after.time - turn.time for turn, after in zip(turns, turns[2:], strict=False)]
    return sum(lengths) / len(lengths)


def mean_decay(turns: Sequence[Turn]) -> float:
    """The mean factor by which the swing changes in a period.

    A swing is how far a turn is from the straight line between the turns before and after it, so that a trend does not
    matter. The factor is a geometric mean, exp(-δ) of the logarithmic decrement δ.
    """
    swings = [_swing(*each) for each in zip(turns, turns[1:], turns[2:], strict=False)]
    return float((swings[-1] / swings[0]) ** (2 / (len(swings) - 1)))


def _swing(before: Turn, turn: Turn, after: Turn) -> float:
    share = (turn.time - before.time) / (after.time - before.time)
    return abs(turn.value - before.value - share * (after.value - before.value))


def _counted(turns: Sequence[Turn], say: Say) -> str:
    if not turns:
        return "it does not turn"
    return f"it turns {len(turns)} time{'s' * (len(turns) > 1)}, at {listed([say(turn.time) for turn in turns])}"
