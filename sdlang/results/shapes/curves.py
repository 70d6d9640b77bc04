"""Courses with one bend or turn in the right place: `s_shaped`, `j_curve`, `peaks`."""

from __future__ import annotations

import numpy as np

from sdlang.results.run import Array
from sdlang.results.shapes.directions import told_turn
from sdlang.results.shapes.finding import (
    SAME_TIME,
    SMALL,
    Bounds,
    Finding,
    Say,
    inside,
    length_of,
    listed,
    plain,
    range_of,
    ripple_of,
    rounding_of,
)
from sdlang.results.shapes.turns import largest_fall, turns_of

# An S has at least this share of its change before it is steepest, and as much after.
LEAST_PART = 0.05
# At its ends an S is at most this steep, as a share of its steepest slope.
SLOW = 0.5


def s_shaped(t: Array, x: Array, say: Say = plain) -> Finding:
    """It goes one way, faster and faster, and then slower and slower.

    The margin is the smallest of the reserves, each a share of its limit: 1 for an S without a flaw, 0 for one that is
    just no more an S. What is told is the first that is missing.
    """
    change = float(x[-1] - x[0])
    if abs(change) <= rounding_of(x):
        return Finding(False, -1.0, float(t[-1]), f"it ends where it began, at {x[-1]:.6g}")
    up, way = (x, ("rises", "falls")) if change > 0 else (-x, ("falls", "rises"))
    gone = (x - x[0]) / change
    slope = np.diff(gone) / np.diff(t)
    slope /= slope.max()
    # The steep part: as steep as can be, but for a ripple.
    steep = np.flatnonzero(slope >= 1 - SMALL)
    begin, end = int(steep[0]), int(steep[-1]) + 1
    centre = float(t[begin] + t[end]) / 2
    early, late = float(gone[begin]), 1 - float(gone[end])
    back = largest_fall(up)
    reserves = (
        (1 - back.size / abs(change) / SMALL, float(t[back.start]), told_turn(back, t, up, way, say)),
        (1 - _waver(slope) / SMALL, centre, _bends(t, slope, say)),
        (1 - float(slope[0]) / SLOW, float(t[0]), f"it begins at {_percent(slope[0])} of its steepest slope"),
        (1 - float(slope[-1]) / SLOW, float(t[-1]), f"it ends at {_percent(slope[-1])} of its steepest slope"),
        (
            early / LEAST_PART - 1,
            centre,
            f"only {_percent(early)} of its change comes before its steepest part begins, at {say(t[begin])}",
        ),
        (
            late / LEAST_PART - 1,
            centre,
            f"only {_percent(late)} of its change comes after its steepest part ends, at {say(t[end])}",
        ),
    )
    margin = min(each for each, _, _ in reserves)
    for each, time, detail in reserves:
        if each < 0:
            return Finding(False, margin, time, detail)
    there = float(np.interp(centre, t, gone))
    return Finding(True, margin, centre, f"it is steepest at {say(centre)}, after {_percent(there)} of its change")


def _waver(slope: Array) -> float:
    """The largest fall of the slope before it is steepest, or rise after that."""
    steepest = int(np.argmax(slope))
    return max(largest_fall(slope[: steepest + 1]).size, largest_fall(-slope[steepest:]).size)


def _bends(t: Array, slope: Array, say: Say) -> str:
    """The inflections: the turns of the slope, which is that of the middle between two points."""
    bends = turns_of((t[:-1] + t[1:]) / 2, slope, SMALL)
    if len(bends) == 1:
        return f"it slows down until {say(bends[0].time)} and then speeds up; an S does it the other way round"
    return f"{len(bends)} inflections, at {listed([say(bend.time) for bend in bends])}; an S has one"


def _percent(share: float) -> str:
    return f"{100 * share:.3g} %"


def j_curve(t: Array, x: Array, say: Say = plain) -> Finding:
    """It goes below its beginning before it is ever above it, and ends above it."""
    start, small = float(x[0]), ripple_of(x)
    if range_of(x) <= rounding_of(x):
        return Finding(False, 0.0, float(t[-1]), f"it does not change: it stays at {start:.6g}")
    above = np.flatnonzero(x > start + small)
    until = int(above[0]) if len(above) else len(x) - 1
    low = int(np.argmin(x[: until + 1]))
    dip, gain = start - float(x[low]), float(x[-1]) - start
    margin = min(dip, gain) - small
    if margin > 0:
        detail = f"it is lowest at {say(t[low])}, {dip:.6g} below its beginning, and ends {gain:.6g} above it"
        return Finding(True, margin, float(t[low]), detail)
    if dip > small:
        detail = f"it ends at {x[-1]:.6g}, not above its beginning, {start:.6g}"
        return Finding(False, margin, float(t[-1]), detail)
    if len(above):
        detail = f"it is above its beginning, {start:.6g}, at {say(t[until])} and was not below it before"
        return Finding(False, margin, float(t[until]), detail)
    return Finding(False, margin, float(t[low]), f"it never goes below its beginning, {start:.6g}")


def peaks(t: Array, x: Array, between: Bounds | None = None, say: Say = plain) -> Finding:
    """It has its largest value in a span of time, and is lower before that and after."""
    bounds = between or (float(t[0]), float(t[-1]))
    still, top = rounding_of(x), float(x.max())
    highs = [turn for turn in turns_of(t, x, ripple_of(x)) if turn.is_high]
    tops = [turn for turn in highs if turn.value >= top - still]
    if not tops:
        place = int(np.argmax(x))
        if range_of(x) <= still:
            detail = f"it does not change: it stays at {x[0]:.6g}"
        else:
            detail = f"it is largest at {say(t[place])}, with {top:.6g}, and not lower both before and after"
        return Finding(False, -length_of(t), float(t[place]), detail)
    middle = sum(bounds) / 2
    margin, time = max((inside(at, bounds), at) for at in (min(max(middle, top.begin), top.end) for top in tops))
    holds = margin >= -SAME_TIME * length_of(t)
    return Finding(holds, max(margin, 0.0) if holds else margin, time, f"it peaks at {say(time)}, with {top:.6g}")
