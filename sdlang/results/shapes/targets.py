"""Courses that make for a value: `overshoots`, `undershoots`, `converges`."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from sdlang.results.run import Array
from sdlang.results.shapes.finding import SAME_TIME, Finding, Say, length_of, plain, range_of, rounding_of

# `converges` without a time looks at the last tenth of the course.
LAST_PART = 0.1


def overshoots(t: Array, x: Array, target: Array, by: float, say: Say = plain) -> Finding:
    """It is at its target or below, then above it by more than a share of it, and then at least half way back."""
    return _past(t, x - target, by * _size(target, x), rounding_of(x, target), ("above", "below"), say)


def undershoots(t: Array, x: Array, target: Array, by: float, say: Say = plain) -> Finding:
    """It is at its target or above, then below it by more than a share of it, and then at least half way back."""
    return _past(t, target - x, by * _size(target, x), rounding_of(x, target), ("below", "above"), say)


def _size(target: Array, x: Array) -> Array:
    """What shares of a target are shares of: its size; where it is 0, the range of the course."""
    size: Array = np.abs(target)
    return np.where(size > rounding_of(x, target), size, range_of(x))


def _past(t: Array, gap: Array, allowed: Array, still: float, words: tuple[str, str], say: Say) -> Finding:
    """Whether a gap that was 0 or less exceeds what is allowed, and halves again."""
    past, short = words
    was_short = np.logical_or.accumulate(gap <= still)
    if not was_short.any():
        place = int(np.argmin(gap))
        detail = f"it is {past} its target all the time, nearest at {say(t[place])} by {gap[place]:.6g}"
        return Finding(False, -float(gap[place]), float(t[place]), detail)
    # How much more it is past its target than allowed, and more than half way back when it is nearest again.
    excess = gap - allowed
    back = gap / 2 - np.minimum.accumulate(gap[::-1])[::-1]
    exceeds = was_short & (excess > still)
    returns = exceeds & (back >= -still)
    if returns.any():
        place, margin = _best(np.minimum(excess, back), returns)
        half = place + int(np.argmax(gap[place:] <= gap[place] / 2 + still))
        detail = f"it is {gap[place]:.6g} {past} its target at {say(t[place])}, and half way back at {say(t[half])}"
        return Finding(True, max(margin, 0.0), float(t[place]), detail)
    if exceeds.any():
        place, most = _best(gap, exceeds)
        least = float(gap[place:].min())
        detail = f"it is {most:.6g} {past} its target at {say(t[place])}, and never less than {least:.6g} after that"
        return Finding(False, most / 2 - least, float(t[place]), detail)
    place, margin = _best(excess, was_short)
    where = f"{gap[place]:.6g} {past}" if gap[place] > 0 else f"{-gap[place]:.6g} {short}"
    detail = f"it is {where} its target at most, at {say(t[place])}; more than {allowed[place]:.6g} {past} is asked"
    return Finding(False, min(margin, 0.0), float(t[place]), detail)


def _best(values: Array, among: npt.NDArray[np.bool_]) -> tuple[int, float]:
    """The place and the size of the largest of some values."""
    place = int(np.argmax(np.where(among, values, -np.inf)))
    return place, float(values[place])


def converges(t: Array, x: Array, to: Array, within: float, by: float | None = None, say: Say = plain) -> Finding:
    """From a time on it stays within a share of the value that it goes to."""
    begin = float(t[-1]) - LAST_PART * length_of(t) if by is None else by
    if begin > t[-1] + SAME_TIME * length_of(t):
        return Finding(False, 0.0, float(t[-1]), f"not decided: the course ends at {say(t[-1])}, before {say(begin)}")
    still = rounding_of(x, to)
    gap, allowed = np.abs(x - to), within * _size(to, x)
    late, reserves = _from(begin, t, allowed - gap)
    place = int(np.argmin(reserves))
    margin, time = float(reserves[place]), float(late[place])
    away, least = float(np.interp(time, t, gap)), float(np.interp(time, t, allowed))
    if margin < -still:
        detail = f"it is {away:.6g} away at {say(time)}, where {least:.6g} is allowed"
        return Finding(False, margin, time, detail)
    outside = np.flatnonzero(allowed - gap < -still)
    since = float(t[outside[-1] + 1]) if len(outside) and outside[-1] + 1 < len(t) else float(t[0])
    detail = f"it is near enough from {say(since)} on: {away:.6g} away at {say(time)}, where {least:.6g} is allowed"
    return Finding(True, max(margin, 0.0), time, detail)


def _from(begin: float, t: Array, x: Array) -> tuple[Array, Array]:
    """The part of a course from a time on, with its value at that time."""
    begin = min(max(begin, float(t[0])), float(t[-1]))
    later = t > begin
    return np.concatenate(([begin], t[later])), np.concatenate(([np.interp(begin, t, x)], x[later]))
