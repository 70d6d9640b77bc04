"""What a date is as a time, and a time as a date, in a model whose time is the calendar.

There a time is a number of years, and a month is a twelfth of a year, in rates, in durations and in the calendar alike:

    time = year + (month - 1) / 12 + (day - 1) / (days in that month) / 12

as an exact fraction. So the first of each month falls on whole twelfths, and all days of one month are equally long.
Days of two months are not: that is the price for months and years that mean the same everywhere.
"""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import date, timedelta
from fractions import Fraction
from math import floor
from typing import Protocol

# Years before and after these are taken for typing errors.
FIRST_YEAR, LAST_YEAR = 1000, 2999
# The unit in which moments are told; their differences are years.
DATE = "date"
MONTHS = (
    *("January", "February", "March", "April", "May", "June", "July"),
    *("August", "September", "October", "November", "December"),
)


YEAR_FIRST = re.compile(r"(\d{4})([-/.])(\d{1,2})(?:\2(\d{1,2}))?(?:[T ]\d{1,2}:[\d:.]*Z?)?")
COMPACT = re.compile(r"(\d{4})(\d\d)(\d\d)")
YEAR_LAST = re.compile(r"(\d{1,2})([-/.])(\d{1,2})\2(\d{4})")
IN_WORDS = re.compile(r"(?:(\d{1,2})\.?[- ])?([A-Z][a-z]{2,8})\.?[- ](?:(\d{1,2}),? )?(\d{4})")


class Timed(Protocol):
    """Whatever knows whether its times are dates: a clock, the provenance of a run."""

    @property
    def is_calendar(self) -> bool: ...


def fault_of(year: int, month: int, day: int | None = None) -> tuple[str, str] | None:
    """Why there is no such date, and a step to take; `None` if there is one."""
    if not FIRST_YEAR <= year <= LAST_YEAR:
        return f"the year {year:04} is outside the calendar", f"years go from {FIRST_YEAR} to {LAST_YEAR}"
    if not 1 <= month <= 12:
        if day is not None and 12 < month <= 31 and 1 <= day <= 12:
            return f"there is no month {month:02}", f"the month comes first: `{year}-{day:02}-{month:02}`"
        return f"there is no month {month:02}", "months go from 01 to 12"
    days = days_in(year, month)
    if day == 0:
        return "there is no day 00", "days begin at 01"
    if day is not None and day > days:
        last = f"the last day of the month is `{year}-{month:02}-{days}`"
        return f"{MONTHS[month - 1]} {year} has {days} days", last
    return None


def meant_date(text: str) -> str:
    """The date that a text in another form means, as this language writes it: `2026-04-15` for `15.04.2026`. Empty
    where it means none, or where the day could be the month."""
    if match := YEAR_FIRST.fullmatch(text):
        year, _, month, day = match.groups()
    elif match := COMPACT.fullmatch(text):
        year, month, day = match.groups()
    elif match := YEAR_LAST.fullmatch(text):
        day, sign, month, year = match.groups()
        if int(month) > 12:
            day, month = month, day
        elif sign != "." and int(day) <= 12 and day != month:
            return ""
    elif match := IN_WORDS.fullmatch(text):
        before, name, behind, year = match.groups()
        months = [place for place, known in enumerate(MONTHS, 1) if known.startswith(name)]
        month, day = str(months[0] if len(months) == 1 else 0), before or behind
    else:
        return ""
    numbers = [int(number) for number in (year, month, day) if number is not None]
    return "" if fault_of(*numbers) else "-".join(f"{number:02}" for number in numbers)


def days_in(year: int, month: int) -> int:
    return monthrange(year, month)[1]


def time_of(year: int, month: int = 1, day: int = 1) -> Fraction:
    """The time at which a day begins, in years."""
    return Fraction(12 * year + month - 1, 12) + Fraction(day - 1, 12 * days_in(year, month))


def end_of(year: int, month: int, day: int | None = None) -> Fraction:
    """The time at which a day ends, or a whole month."""
    last = days_in(year, month) if day is None else day
    return Fraction(12 * year + month - 1, 12) + Fraction(last, 12 * days_in(year, month))


def is_in_calendar(time: float | Fraction) -> bool:
    return FIRST_YEAR <= time <= LAST_YEAR + 1


def date_of(time: float | Fraction) -> date:
    """The date at whose beginning a time lies, or nearest to it. Raises ValueError for a time outside the calendar."""
    if not is_in_calendar(time):
        raise ValueError(f"there is no date at {float(time):g}: years go from {FIRST_YEAR} to {LAST_YEAR}")
    months = floor(time * 12)
    year, month = divmod(months, 12)
    days = days_in(year, month + 1)
    day = floor((time * 12 - months) * days + 0.5)
    if day == days:
        year, month = divmod(months + 1, 12)
        day = 0
    return date(year, month + 1, day + 1)


def day_at(time: Fraction) -> date:
    """The day in which a time lies."""
    day = date_of(time)
    return day - timedelta(days=time_of(day.year, day.month, day.day) > time)


def spoken_time(time: float | Fraction, clock: Timed, digits: int = 6) -> str:
    """A time as it is told to people: `2026-04-15` in a calendar model, else a number of few digits."""
    if clock.is_calendar:
        return spoken_moment(float(time))
    return f"{time:.{digits}g}" if isinstance(time, float) else shown(time)


def spoken_moment(time: float) -> str:
    """A moment of the calendar: a value in the unit `date`."""
    return date_of(time).isoformat() if is_in_calendar(time) else f"{time:.6g}"


def spoken_value(value: float, unit: str) -> str:
    """A value with its unit: `3.25 people`, `0.5`, and a date where that is the unit."""
    if unit == DATE:
        return spoken_moment(value)
    return f"{value:.6g}" + (f" {unit}" if unit not in ("", "1") else "")


def shown(value: Fraction) -> str:
    """A number as people write it: whole, as a short decimal, or as a fraction of few digits."""
    text = f"{float(value):.10g}"
    if Fraction(text) == value:
        return text
    return f"{value.numerator}/{value.denominator}" if value.denominator <= 120 else f"{float(value):.6g}"
