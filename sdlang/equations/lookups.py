"""Reading a table between its points and outside them.

Between points: `linear`; `step` (the value of the point before); `spline`, a smooth curve through the points that never
overshoots them (monotone cubic Hermite, Fritsch & Carlson, SIAM J. Numer. Anal. 17, 1980, with the end slopes of
SciPy's PchipInterpolator). Outside: `hold` the last value, `extrapolate` the last slope, or `error`.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable

from sdlang.equations.system import LookupTable
from sdlang.units.dates import spoken_time


class OutsideTable(ArithmeticError):
    """A table was read outside its points, which its declaration forbids."""


def reader(table: LookupTable) -> Callable[[float], float]:
    """The function of x that a table is."""
    xs, ys, name = table.x, table.y, table.name
    first, last, end = xs[0], xs[-1], len(xs) - 1
    inside = {"linear": _linear, "step": _step, "spline": _spline}[table.method](xs, ys)
    left_slope, right_slope = _end_slopes(table)
    outside = table.outside

    def read(x: float) -> float:
        if first <= x <= last:
            place = bisect_right(xs, x) - 1
            return ys[end] if place >= end else inside(x, place)
        if x != x:
            return x
        if outside == "hold":
            return ys[0] if x < first else ys[end]
        if outside == "extrapolate":
            return ys[0] + left_slope * (x - first) if x < first else ys[end] + right_slope * (x - last)
        begin, stop, at = (spoken_time(each, table) for each in (first, last, x))
        raise OutsideTable(f"`{name}` has points from {begin} to {stop} and is read at {at}")

    return read


def _linear(xs: tuple[float, ...], ys: tuple[float, ...]) -> Callable[[float, int], float]:
    def value(x: float, place: int) -> float:
        x0, y0 = xs[place], ys[place]
        return y0 + (ys[place + 1] - y0) * ((x - x0) / (xs[place + 1] - x0))

    return value


def _step(_: tuple[float, ...], ys: tuple[float, ...]) -> Callable[[float, int], float]:
    return lambda x, place: ys[place]


def _spline(xs: tuple[float, ...], ys: tuple[float, ...]) -> Callable[[float, int], float]:
    slopes = monotone_slopes(xs, ys)

    def value(x: float, place: int) -> float:
        width = xs[place + 1] - xs[place]
        t = (x - xs[place]) / width
        rest = 1 - t
        return (
            ys[place] * (1 + 2 * t) * rest * rest
            + width * slopes[place] * t * rest * rest
            + ys[place + 1] * t * t * (3 - 2 * t)
            + width * slopes[place + 1] * t * t * (t - 1)
        )

    return value


def monotone_slopes(xs: tuple[float, ...], ys: tuple[float, ...]) -> list[float]:
    """Slopes at the points: harmonic means of the neighbouring ones, 0 where the direction turns."""
    widths = [b - a for a, b in zip(xs, xs[1:], strict=False)]
    rises = [(b - a) / w for a, b, w in zip(ys, ys[1:], widths, strict=False)]
    if len(rises) == 1:
        return [rises[0], rises[0]]
    slopes = [_end_slope(widths[0], widths[1], rises[0], rises[1])]
    for i in range(1, len(xs) - 1):
        if rises[i - 1] * rises[i] <= 0:
            slopes.append(0.0)
            continue
        before, after = 2 * widths[i] + widths[i - 1], widths[i] + 2 * widths[i - 1]
        slopes.append((before + after) / (before / rises[i - 1] + after / rises[i]))
    slopes.append(_end_slope(widths[-1], widths[-2], rises[-1], rises[-2]))
    return slopes


def _end_slope(near: float, far: float, rise: float, next_rise: float) -> float:
    slope = ((2 * near + far) * rise - near * next_rise) / (near + far)
    if slope * rise <= 0:
        return 0.0
    if rise * next_rise <= 0 and abs(slope) > abs(3 * rise):
        return 3 * rise
    return slope


def _end_slopes(table: LookupTable) -> tuple[float, float]:
    """Slopes with which a table goes on outside its points."""
    xs, ys = table.x, table.y
    if table.method == "step":
        return 0.0, 0.0
    if table.method == "spline":
        slopes = monotone_slopes(xs, ys)
        return slopes[0], slopes[-1]
    return (ys[1] - ys[0]) / (xs[1] - xs[0]), (ys[-1] - ys[-2]) / (xs[-1] - xs[-2])
