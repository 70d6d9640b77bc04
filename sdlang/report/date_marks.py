"""Which dates stand below an axis, and how they are written: years (`2030`), months (`2030-04`) or days (`2030-04-15`).

As many as fit beside one another. Months begin with January, so that quarters and half years are those of the calendar.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from math import ceil

from sdlang.units.dates import date_of, time_of

MONTH_STEPS = (1, 2, 3, 6, 12, 24, 60, 120, 240, 600, 1200, 2400, 6000)
DAY_STEPS = (1, 2, 7, 14)
# A day takes more room than a month or a year.
MOST_MARKS, MOST_DAYS = 7, 5
FEW_MONTHS = 2
NEAR = 1e-9

# A time, and what is written below it.
Mark = tuple[float, str]


def date_marks(start: float, stop: float) -> tuple[Mark, ...]:
    """The marks of an axis from one time to another."""
    months = (stop - start) * 12
    if months < FEW_MONTHS:
        return tuple(_days(start, stop))
    step = next((each for each in MONTH_STEPS if months <= each * MOST_MARKS), MONTH_STEPS[-1])
    return tuple(_months(start, stop, step))


def _months(start: float, stop: float, step: int) -> Iterator[Mark]:
    month = ceil(start * 12 / step - NEAR) * step
    while month <= stop * 12 + NEAR:
        year, place = divmod(month, 12)
        yield month / 12, str(year) if not step % 12 else f"{year}-{place + 1:02}"
        month += step


def _days(start: float, stop: float) -> Iterator[Mark]:
    first, last = date_of(start), date_of(stop)
    step = next((each for each in DAY_STEPS if (last - first).days <= each * MOST_DAYS), DAY_STEPS[-1])
    day = first
    while day <= last:
        time = float(time_of(day.year, day.month, day.day))
        if start - NEAR <= time <= stop + NEAR:
            yield time, day.isoformat()
        day += timedelta(days=step)
