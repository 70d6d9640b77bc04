"""Which dates stand below an axis."""

from datetime import date

import pytest
from hypothesis import given, strategies as st

from sdlang.report.date_marks import date_marks
from sdlang.report.plots import Chart, Line, chart_svg
from sdlang.units.dates import time_of


def between(first: date, last: date) -> list[str]:
    start, stop = (float(time_of(day.year, day.month, day.day)) for day in (first, last))
    return [said for _, said in date_marks(start, stop)]


@pytest.mark.parametrize(
    ("first", "last", "marks"),
    [
        (date(2024, 1, 1), date(2024, 1, 5), ["2024-01-01", "2024-01-02", "2024-01-03", "2024-01-04", "2024-01-05"]),
        (date(2024, 2, 26), date(2024, 3, 4), ["2024-02-26", "2024-02-28", "2024-03-01", "2024-03-03"]),
        (date(2024, 1, 15), date(2024, 2, 20), ["2024-01-15", "2024-01-29", "2024-02-12"]),
        (date(2024, 1, 1), date(2024, 7, 1), [f"2024-{month:02}" for month in range(1, 8)]),
        (date(2024, 1, 15), date(2024, 12, 20), ["2024-03", "2024-05", "2024-07", "2024-09", "2024-11"]),
        (
            date(2024, 1, 1),
            date(2025, 7, 1),
            ["2024-01", "2024-04", "2024-07", "2024-10", "2025-01", "2025-04", "2025-07"],
        ),
        (
            date(2024, 1, 1),
            date(2027, 1, 1),
            ["2024-01", "2024-07", "2025-01", "2025-07", "2026-01", "2026-07", "2027-01"],
        ),
        (date(2024, 1, 1), date(2030, 1, 1), ["2024", "2025", "2026", "2027", "2028", "2029", "2030"]),
        (date(2024, 1, 1), date(2035, 1, 1), ["2024", "2026", "2028", "2030", "2032", "2034"]),
        (date(1990, 6, 1), date(2020, 6, 1), ["1995", "2000", "2005", "2010", "2015", "2020"]),
        (date(1500, 1, 1), date(2500, 1, 1), ["1600", "1800", "2000", "2200", "2400"]),
    ],
)
def test_marks_are_days_months_or_years(first: date, last: date, marks: list[str]) -> None:
    assert between(first, last) == marks


@given(st.dates(date(1900, 1, 1), date(2100, 1, 1)), st.integers(1, 40_000))
def test_marks_lie_within_the_axis_and_are_few(first: date, days: int) -> None:
    last = date.fromordinal(first.toordinal() + days)
    start, stop = (float(time_of(day.year, day.month, day.day)) for day in (first, last))
    marks = date_marks(start, stop)
    assert 1 <= len(marks) <= 8
    assert [time for time, _ in marks] == sorted({time for time, _ in marks})
    assert all(start - 1e-8 <= time <= stop + 1e-8 for time, _ in marks)
    for time, said in marks:
        parts = [int(part) for part in said.split("-")]
        assert time == pytest.approx(float(time_of(*parts)), abs=1e-9)


def test_a_chart_of_a_short_run_has_no_parts_of_years_below_its_axis() -> None:
    line = Line("staff", [2024 + month / 12 for month in range(7)], [float(month) for month in range(7)])
    drawn = chart_svg(Chart("Staff", (line,), "people", "date"), "one")
    assert ">2024-04<" in drawn
    assert ">date<" in drawn
    assert "2024.1" not in drawn
    assert ">2024.1<" in chart_svg(Chart("Staff", (line,), "people", "years"), "one")
