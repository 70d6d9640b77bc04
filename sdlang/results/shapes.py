"""The shapes of a course, each judged by a function of plain numbers: `docs/reference/shapes.md` has the definitions.

A course is judged at its saved points, and on the straight lines between them where a crossing is looked for. What is
smaller than a share of the range of the course is no movement: `STILL` of it is rounding, `SMALL` is noise that no eye
would see. Every function gives a Finding and none raises, whatever the course looks like.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from sdlang.results.run import Array
from sdlang.results.turns import Turn, turns_of

# Shares of the range of a course.
STILL = 1e-9
SMALL = 0.01
# An S has at least this share of its change on either side of its steepest place, and is at most half as steep at its
# ends.
LEAST_PART = 0.05
SLOW = 0.5
# What shows a period: two extremes of one kind, with one of the other between.
LEAST_TURNS = 3
# `converges` without a time looks at the last tenth of the course.
LAST_PART = 0.1

Span = tuple[float, float]
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
    return f"{time:.6g}"


def _range(x: Array) -> float:
    return float(x.max() - x.min())


def _largest_fall(x: Array) -> tuple[float, int, int]:
    """The largest fall from one point to a later one, and the places of both."""
    highest = np.maximum.accumulate(x)
    low = int(np.argmax(highest - x))
    high = int(np.argmax(x[: low + 1]))
    return float(highest[low] - x[low]), high, low


# One direction -------------------------------------------------------------------------------------------------------


def rises(t: Array, x: Array, say: Say = plain) -> Finding:
    """It ends above its beginning, and never falls by more than `STILL` of its range."""
    return _in_one_direction(t, x, "falls", "rises", say)


def falls(t: Array, x: Array, say: Say = plain) -> Finding:
    """It ends below its beginning, and never rises by more than `STILL` of its range."""
    return _in_one_direction(t, -x, "rises", "falls", say)


def _in_one_direction(t: Array, x: Array, back: str, on: str, say: Say) -> Finding:
    fall, high, low = _largest_fall(x)
    whole = float(x[-1] - x[0])
    if fall > STILL * _range(x):
        detail = f"it {back} by {fall:.6g} from {say(t[high])} to {say(t[low])}"
        return Finding(False, -fall, float(t[low]), detail)
    if whole <= 0:
        return Finding(False, 0.0, float(t[-1]), f"it does not change: it stays at {abs(x[0]):.6g}")
    return Finding(True, whole, float(t[-1]), f"it {on} by {whole:.6g} and never {back}")


def monotone(t: Array, x: Array, say: Say = plain) -> Finding:
    """It rises, or it falls."""
    return rises(t, x, say) if x[-1] >= x[0] else falls(t, x, say)


# Curves --------------------------------------------------------------------------------------------------------------


def s_shaped(t: Array, x: Array, say: Say = plain) -> Finding:
    """It goes one way, faster and faster and then slower and slower.

    All of these, where one gives way by more than `SMALL` of the range (of the steepest slope) it is broken: it never
    turns back; its slope grows up to the steepest place and falls from there on; at least `LEAST_PART` of the change
    lies before that place and after it; the slope at either end is at most `SLOW` times the steepest.
    """
    whole = float(x[-1] - x[0])
    if len(t) < 5 or abs(whole) <= STILL * max(_range(x), float(np.abs(x).max())):
        return Finding(False, -1.0, float(t[-1]), f"it ends where it began, at {x[-1]:.6g}")
    y = (x - x[0]) / whole
    fall, high, low = _largest_fall(y)
    if fall > SMALL:
        return Finding(False, SMALL - fall, float(t[low]), f"it turns back from {say(t[high])} to {say(t[low])}")
    slopes = np.diff(y) / np.diff(t)
    steepest = int(np.argmax(slopes))
    slope = slopes / slopes[steepest]
    middle = float(t[steepest] + t[steepest + 1]) / 2
    before = float(y[steepest] + y[steepest + 1]) / 2
    dents = (_largest_fall(slope[: steepest + 1]), _largest_fall(-slope[steepest:]))
    dent, _, at = max(dents)
    where = at if dents[0] >= dents[1] else steepest + at
    reasons = (
        (SMALL - dent, float(t[where]), f"its slope wavers near {say(t[where])}: an S has one inflection"),
        (SLOW - float(slope[0]), float(t[0]), f"it begins at {100 * slope[0]:.3g} % of its steepest slope"),
        (SLOW - float(slope[-1]), float(t[-1]), f"it ends at {100 * slope[-1]:.3g} % of its steepest slope"),
        (before - LEAST_PART, middle, f"it is steepest near {say(middle)}, after {100 * before:.3g} % of the way"),
        (1 - LEAST_PART - before, middle, f"it is steepest near {say(middle)}, after {100 * before:.3g} % of the way"),
    )
    margin, time, detail = min(reasons)
    if margin >= 0:
        detail = f"it is steepest near {say(middle)}, after {100 * before:.3g} % of the way"
    return Finding(margin >= 0, margin, time, detail)


def j_curve(t: Array, x: Array, say: Say = plain) -> Finding:
    """It goes below its beginning first, by at least `SMALL` of its range, and ends above it by as much."""
    start, small = float(x[0]), SMALL * _range(x)
    above = np.flatnonzero(x > start + small)
    first_above = int(above[0]) if len(above) else len(x) - 1
    low = int(np.argmin(x[: first_above + 1]))
    dip, gain = start - float(x[low]), float(x[-1]) - start
    time = float(t[low])
    if dip <= small or _range(x) == 0:
        if len(above) and _range(x):
            return Finding(
                False, dip - small, float(t[first_above]), f"it is above its beginning by {say(t[first_above])}"
            )
        return Finding(False, dip - small, time, f"it never goes below its beginning, {start:.6g}")
    if gain <= small:
        return Finding(
            False, gain - small, float(t[-1]), f"it ends at {x[-1]:.6g}, not above its beginning, {start:.6g}"
        )
    detail = f"it is lowest at {say(time)}, {dip:.6g} below its beginning, and ends {gain:.6g} above it"
    return Finding(True, min(dip, gain) - small, time, detail)


# Up and down ---------------------------------------------------------------------------------------------------------


def oscillates(t: Array, x: Array, period: Span | None = None, decay: Span | None = None, say: Say = plain) -> Finding:
    """It goes up and down around its trend, the straight line that fits it best.

    It turns at least `LEAST_TURNS` times, a turn being an extreme from which it moves back by more than `SMALL` of the
    range. The period is the mean time from one extreme to the next of the same kind, the decay the mean factor by which
    the swing (from one extreme to the next) shrinks in a period. Margins are shares of the bounds; without bounds, how
    many turns there are more than needed.
    """
    turns = turns_of(t, _without_trend(t, x), SMALL)
    if len(turns) < LEAST_TURNS:
        told = "no extreme" if not turns else f"{len(turns)} extreme{'s' * (len(turns) > 1)}, at {_times(turns, say)}"
        return Finding(False, float(len(turns) - LEAST_TURNS), float(t[-1]), f"it has {told}; a period shows in three")
    lengths = [turns[place + 2].time - turns[place].time for place in range(len(turns) - 2)]
    measured = sum(lengths) / len(lengths)
    swings = [abs(turns[place + 1].value - turns[place].value) for place in range(len(turns) - 1)]
    detail = f"its period is {measured:.4g}"
    reasons = [(float(len(turns) - LEAST_TURNS), detail)] if period is None and decay is None else []
    if period is not None:
        reasons.append(
            (_inside(measured, period), f"its period is {measured:.4g}, with extremes at {_times(turns, say)}")
        )
    if decay is not None:
        if len(swings) < 3:
            return Finding(
                False, -1.0, float(t[-1]), f"it has extremes at {_times(turns, say)}; its decay shows in four"
            )
        factor = float((swings[-1] / swings[0]) ** (2 / (len(swings) - 1)))
        detail += f", and its swing goes to {100 * factor:.3g} % in each"
        reasons.append((_inside(factor, decay), f"its swing goes to {100 * factor:.3g} % in each period"))
    margin, why = min(reasons)
    return Finding(margin >= 0, margin, turns[-1].time, detail if margin >= 0 else why)


def _inside(value: float, bounds: Span) -> float:
    """How far a value is inside bounds, as a share of the size of the bound."""
    low, high = bounds
    return min((value - low) / (abs(low) or 1.0), (high - value) / (abs(high) or 1.0))


def _without_trend(t: Array, x: Array) -> Array:
    centred = t - t.mean()
    slope = float(centred @ (x - x.mean()) / (centred @ centred)) if len(t) > 1 else 0.0
    detrended: Array = x - x.mean() - slope * centred
    # What is left of a straight line is rounding.
    return detrended if _range(detrended) > STILL * float(np.abs(x).max()) else np.zeros_like(x)


def _times(turns: Sequence[Turn], say: Say) -> str:
    shown = [say(turn.time) for turn in turns]
    return ", ".join(shown if len(shown) <= 5 else [*shown[:4], "...", shown[-1]])


def peaks(t: Array, x: Array, between: Span, say: Say = plain) -> Finding:
    """It is largest at a time within a span, and lower before and after that."""
    place = int(np.argmax(x))
    time, (low, high) = float(t[place]), between
    margin = min(time - low, high - time)
    if _range(x) <= STILL * float(np.abs(x).max()):
        return Finding(False, -abs(margin), time, f"it does not change: it stays at {x[0]:.6g}")
    if x[place] == x[-1] or place == 0:
        where = "beginning" if place == 0 else "end"
        return Finding(False, -abs(margin), time, f"it is largest at its {where}, {say(time)}: that is no peak")
    return Finding(margin >= 0, margin, time, f"it peaks at {say(time)}, with {x[place]:.6g}")


# Against something else ----------------------------------------------------------------------------------------------


def overshoots(t: Array, x: Array, target: Array, by: float = 0.0, say: Say = plain) -> Finding:
    """It begins at its target or below, goes above it by more than a share of it, and comes back at least half way."""
    return _past(t, x - target, by * np.abs(target), float(np.abs(target).max()), "above", "below", say)


def undershoots(t: Array, x: Array, target: Array, by: float = 0.0, say: Say = plain) -> Finding:
    """It begins at its target or above, goes below it by more than a share of it, and comes back at least half way."""
    return _past(t, target - x, by * np.abs(target), float(np.abs(target).max()), "below", "above", say)


def _past(t: Array, gap: Array, allowed: Array, size: float, past: str, before: str, say: Say) -> Finding:
    still = STILL * max(size, _range(gap))
    if gap[0] > still:
        return Finding(False, -float(gap[0]), float(t[0]), f"it begins {gap[0]:.6g} {past} its target")
    excess = gap - np.maximum(allowed, still)
    place = int(np.argmax(excess))
    time, most = float(t[place]), float(gap[place])
    if excess[place] <= 0:
        where = f"{most:.6g} {past}" if most > 0 else f"{-most:.6g} {before}"
        return Finding(False, float(excess[place]), time, f"it comes nearest at {say(time)}, {where} its target")
    left = float(gap[-1])
    if left > most / 2:
        detail = f"it is {most:.6g} {past} its target at {say(time)} and still {left:.6g} at the end"
        return Finding(False, most / 2 - left, float(t[-1]), detail)
    return Finding(
        True, float(excess[place]), time, f"it is {most:.6g} {past} its target at {say(time)}, and comes back"
    )


def converges(
    t: Array, x: Array, to: Array, within: float = 0.01, by: float | None = None, say: Say = plain
) -> Finding:
    """From a time on (without one: in the last tenth of the course) it stays within a share of the value it goes to;
    where that is 0, within the share of the range of the course."""
    begin = float(t[-1] - LAST_PART * (t[-1] - t[0])) if by is None else by
    late = np.flatnonzero(t >= begin - STILL * (t[-1] - t[0]))
    if not len(late):
        return Finding(False, 0.0, float(t[-1]), f"the course ends at {say(t[-1])}, before {say(begin)}")
    gap = np.abs(x - to)
    allowed = within * np.where(to == 0, _range(x), np.abs(to))
    excess = (allowed - gap)[late]
    place = int(late[int(np.argmin(excess))])
    detail = f"it is {gap[place]:.6g} away at {say(t[place])}, where {allowed[place]:.6g} is allowed"
    return Finding(bool(excess.min() >= 0), float(excess.min()), float(t[place]), detail)


def diverges(t: Array, x: Array, y: Array, say: Say = plain) -> Finding:
    """The distance of the two ends larger than it begins, and never shrinks by more than `SMALL` of its range."""
    gap = np.abs(x - y)
    fall, high, low = _largest_fall(gap)
    growth = float(gap[-1] - gap[0])
    if growth <= STILL * float(max(np.abs(x).max(), np.abs(y).max())):
        detail = f"they are {gap[0]:.6g} apart at {say(t[0])} and {gap[-1]:.6g} at {say(t[-1])}"
        return Finding(False, growth, float(t[-1]), detail)
    if fall > SMALL * _range(gap):
        detail = f"they come {fall:.6g} nearer from {say(t[high])} to {say(t[low])}"
        return Finding(False, SMALL * _range(gap) - fall, float(t[low]), detail)
    return Finding(True, growth, float(t[-1]), f"they are {gap[0]:.6g} apart at first and {gap[-1]:.6g} at the end")


def crosses(t: Array, x: Array, y: Array, between: Span | None = None, say: Say = plain) -> Finding:
    """The one that is below comes to be above, at a time within a span."""
    low, high = between or (float(t[0]), float(t[-1]))
    gap = x - y
    still = STILL * float(max(np.abs(x).max(), np.abs(y).max()))
    side = np.where(gap > still, 1, np.where(gap < -still, -1, 0))
    times: list[float] = []
    last = 0
    for place, now in enumerate(side):
        if now and last and now != last:
            before = gap[place - 1] if side[place - 1] else 0.0
            share = float(before / (before - gap[place])) if before else 0.0
            times.append(float(t[place - 1] + share * (t[place] - t[place - 1])))
        last = int(now) or last
    if not times:
        nearest = int(np.argmin(np.abs(gap)))
        return Finding(
            False, -(high - low), float(t[nearest]), f"they never cross; they are nearest at {say(t[nearest])}"
        )
    margins = [min(time - low, high - time) for time in times]
    margin = max(margins)
    time = times[margins.index(margin)]
    return Finding(margin >= 0, margin, time, f"they cross at {', '.join(say(each) for each in times[:4])}")


def before(t: Array, first: Sequence[bool], second: Sequence[bool], say: Say = plain) -> Finding:
    """The first thing is true at an earlier point than the second; it must come true, the second need not."""
    one, other = (
        next((float(time) for time, holds in zip(t, each, strict=True) if holds), None) for each in (first, second)
    )
    if one is None:
        return Finding(False, -float(t[-1] - t[0]), float(t[-1]), "the first never comes true")
    if other is None:
        return Finding(True, float(t[-1]) - one, one, f"the first is true at {say(one)}, the second never")
    return Finding(one < other, other - one, one, f"the first is true at {say(one)}, the second at {say(other)}")
