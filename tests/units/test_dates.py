"""Dates as times and times as dates, against the calendar of Python's `datetime`."""

from calendar import isleap
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction

import pytest
from hypothesis import given, strategies as st

from sdlang.units.dates import (
    FIRST_YEAR,
    LAST_YEAR,
    date_of,
    day_at,
    end_of,
    fault_of,
    meant_date,
    spoken_time,
    spoken_value,
    time_of,
)

DAY = timedelta(days=1)
CENTURIES = [date(1900, 1, 1) + DAY * count for count in range((date(2101, 1, 1) - date(1900, 1, 1)).days)]


@dataclass(frozen=True)
class Timed:
    is_calendar: bool


@pytest.mark.parametrize(
    ("day", "time"),
    [
        ((2026, 1, 1), Fraction(2026)),
        ((2026, 4, 1), 2026 + Fraction(3, 12)),
        # 14 of the 30 days of April have passed: 3/12 + 14/30/12
        ((2026, 4, 15), 2026 + Fraction(3, 12) + Fraction(14, 360)),
        ((2026, 2, 15), 2026 + Fraction(1, 12) + Fraction(14, 12 * 28)),
        ((2024, 2, 15), 2024 + Fraction(1, 12) + Fraction(14, 12 * 29)),
        ((2024, 12, 31), 2024 + Fraction(11, 12) + Fraction(30, 12 * 31)),
    ],
)
def test_a_date_is_an_exact_fraction(day: tuple[int, int, int], time: Fraction) -> None:
    assert time_of(*day) == time


def test_every_day_of_two_centuries_comes_back() -> None:
    for day in CENTURIES:
        time = time_of(day.year, day.month, day.day)
        assert date_of(time) == day_at(time) == day
        assert date_of(float(time)) == day


def test_a_day_ends_where_the_next_begins() -> None:
    for day, following in zip(CENTURIES, CENTURIES[1:], strict=False):
        assert end_of(day.year, day.month, day.day) == time_of(following.year, following.month, following.day)
        assert time_of(day.year, day.month, day.day) < time_of(following.year, following.month, following.day)


def test_a_month_ends_where_the_next_begins_and_is_a_twelfth_of_a_year() -> None:
    for year in range(1900, 2101):
        for month in range(1, 13):
            assert end_of(year, month) - time_of(year, month) == Fraction(1, 12)
        assert end_of(year, 12) == year + 1


def test_leap_years_are_those_of_the_gregorian_calendar() -> None:
    for year in range(FIRST_YEAR, LAST_YEAR + 1):
        assert (fault_of(year, 2, 29) is None) == isleap(year)


@given(st.fractions(1900, 2101, max_denominator=100_000))
def test_a_time_is_told_as_the_nearest_day(time: Fraction) -> None:
    day = date_of(time)
    before, after = day - DAY, day + DAY
    distance = abs(time_of(day.year, day.month, day.day) - time)
    for other in (before, after):
        assert distance <= abs(time_of(other.year, other.month, other.day) - time)
    within = day_at(time)
    assert time_of(within.year, within.month, within.day) <= time < end_of(within.year, within.month, within.day)


@given(st.dates(date(FIRST_YEAR, 1, 1), date(LAST_YEAR, 12, 31)))
def test_whatever_the_calendar_has_comes_back(day: date) -> None:
    assert fault_of(day.year, day.month, day.day) is None
    assert date_of(float(time_of(day.year, day.month, day.day))) == day


def weeks_off(first: date, years: int) -> tuple[int, int]:
    """By how many days the dates of weekly steps differ from those of real weeks: at least, at most."""
    start, week = time_of(first.year, first.month, first.day), Fraction(7 * 100, 36_525)
    weeks = range(years * 52)
    off = [(date_of(start + count * week) - (first + 7 * count * DAY)).days for count in weeks]
    return min(off), max(off)


def test_weekly_steps_stay_within_three_days_of_real_weeks() -> None:
    # A real week is 7 days of a year that has 365 or 366; ours is 7/365.25 of a year whose months are equally long.
    off = [
        weeks_off(date(year, month, day), 12) for year in range(2020, 2024) for month in (1, 3, 9) for day in (1, 20)
    ]
    assert min(low for low, _ in off) == -3
    assert max(high for _, high in off) == 3
    assert {weeks_off(date(year, 1, 1), 12) for year in range(1990, 2031)} <= {(-2, 1), (-2, 2), (-3, 1)}
    assert weeks_off(date(2024, 1, 1), 11) == (-2, 1)


@pytest.mark.parametrize(
    ("written", "reason", "hint"),
    [
        ((2026, 13), "there is no month 13", "months go from 01 to 12"),
        ((2026, 0), "there is no month 00", "months go from 01 to 12"),
        ((2026, 15, 4), "there is no month 15", "the month comes first: `2026-04-15`"),
        ((2026, 15, 13), "there is no month 15", "months go from 01 to 12"),
        ((2026, 2, 30), "February 2026 has 28 days", "the last day of the month is `2026-02-28`"),
        ((2026, 4, 0), "there is no day 00", "days begin at 01"),
        ((999, 4, 1), "the year 0999 is outside the calendar", "years go from 1000 to 2999"),
        ((3000, 4, 1), "the year 3000 is outside the calendar", "years go from 1000 to 2999"),
    ],
)
def test_what_is_wrong_with_a_date(written: tuple[int, ...], reason: str, hint: str) -> None:
    assert fault_of(*written) == (reason, hint)


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("2026/04/15", "2026-04-15"),
        ("2026.4", "2026-04"),
        ("2026-4-5", "2026-04-05"),
        ("20260415", "2026-04-15"),
        ("15.04.2026", "2026-04-15"),
        ("04.05.2026", "2026-05-04"),
        ("04/15/2026", "2026-04-15"),
        ("15/04/2026", "2026-04-15"),
        ("05/04/2026", ""),  # of two ways to read it none is taken
        ("05/05/2026", "2026-05-05"),
        ("2026-04-15T12:00:00Z", "2026-04-15"),
        ("15 April 2026", "2026-04-15"),
        ("Apr 2026", "2026-04"),
        ("April 15, 2026", "2026-04-15"),
        ("Jun. 2026", "2026-06"),
        ("Mai 2026", ""),
        ("2026-13", ""),
        ("2026-02-30", ""),
        ("2026", ""),
        ("202604", ""),
        ("time", ""),
    ],
)
def test_dates_in_other_forms_are_understood_where_there_is_one_way(text: str, meant: str) -> None:
    assert meant_date(text) == meant


def test_times_are_told_as_dates_in_a_calendar_only() -> None:
    assert spoken_time(2026.25, Timed(True)) == "2026-04-01"
    assert (
        spoken_time(Fraction(20261, 10), Timed(True)) == "2026-02-07"
    )  # 1.2 months: 0.2 * 28 = 5.6 days into February
    assert spoken_time(2026.0833333, Timed(False)) == "2026.08"
    assert spoken_time(2026.0833333, Timed(False), 10) == "2026.083333"
    assert spoken_time(Fraction(24313, 12), Timed(False)) == "24313/12"
    assert spoken_time(12.0, Timed(True)) == "12"  # no date: a time that lies outside the calendar


def test_a_time_outside_the_calendar_has_no_date() -> None:
    assert date_of(float(LAST_YEAR + 1)) == date(LAST_YEAR + 1, 1, 1)  # where the last day ends
    for time in (999.9, 3000.1, float("nan"), float("inf")):
        with pytest.raises(ValueError, match="there is no date at"):
            date_of(time)


def test_values_are_told_with_their_unit() -> None:
    assert spoken_value(3.25, "people") == "3.25 people"
    assert spoken_value(0.5, "1") == "0.5"
    assert spoken_value(2026.25, "date") == "2026-04-01"
