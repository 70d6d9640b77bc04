"""How people say how long something takes: `1 month`, not 0.08333 years."""

from __future__ import annotations

from sdlang.units.catalogue import TIMES, plural

# From the longest to the shortest; quarters are said in months.
SPOKEN = tuple(name for name in sorted(TIMES, key=TIMES.__getitem__, reverse=True) if name != "quarter")
MOST_COUNTED = 90
SMALLEST_PART = 1 / 1_000
NEAR = 1e-9


def spoken(value: float, unit: str, digits: int = 4) -> str:
    """A duration of so many of a unit of time, in the words that are shortest.

    Quarters of the unit itself (`1.5 years`), else a whole number of a shorter one (`7 days`), else a part of one
    (`1/16 year`), else as many digits as are wanted. `unit` may be a plural.
    """
    own = unit.removesuffix("s")
    seconds = float(TIMES.get(own, 0))
    if value >= 1 and _is_whole(value * 4):
        return _counted(value, own)
    for name in SPOKEN if seconds else ():
        times = value * seconds / float(TIMES[name])
        if 1 <= times <= MOST_COUNTED and _is_whole(times):
            return _counted(times, name)
    if SMALLEST_PART <= value < 1 and _is_whole(1 / value):
        return f"1/{round(1 / value)} {own}"
    return f"{value:.{digits}g} {own if value == 1 else plural(own)}"


def _is_whole(number: float) -> bool:
    return abs(number - round(number)) <= NEAR * max(1.0, abs(number))


def _counted(number: float, name: str) -> str:
    said = f"{number:.10g}"
    return f"{said} {name if said == '1' else plural(name)}"
