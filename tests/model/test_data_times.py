"""Columns of times: dates, months and years in calendar models, and what other models make of them."""

from datetime import date, datetime
from fractions import Fraction

import pytest

from sdlang.compiler import check
from sdlang.diagnostics import Diagnostic, ModelError
from sdlang.model.model import Model, Series
from sdlang.source import Source
from tests.model.data_files import Files, workbook

CALENDAR = "simulate 2024-01 to 2025-12, step 1 month\n"
YEARS = "simulate 2024 to 2025 years, step 1 month\n"
CSV = 'series s = csv("d.csv"), hold\n'
EXCEL = 'series s = excel("d.xlsx"), hold\n'


def model(text: str, files: dict[str, str | bytes]) -> Model:
    return check(Source("a.sd", text), Files(files)).model


def points(text: str, clock: str = CALENDAR) -> list[float]:
    series = model(clock + CSV, {"d.csv": text}).variables["s"]
    assert isinstance(series, Series)
    return [time for time, _ in series.points]


def told(text: str, clock: str = CALENDAR, written: str = CSV) -> Diagnostic:
    with pytest.raises(ModelError) as raised:
        model(clock + written, {"d.csv": text, "d.xlsx": text if isinstance(text, bytes) else b""})
    (found,) = raised.value.diagnostics
    return found


def test_days_months_and_years_are_times_of_the_calendar() -> None:
    text = "when,n\n2024,1\n2024-02,2\n2024-03-31,3\n2024-06-16,4\n2025.5,5\n"
    assert points(text) == [
        2024.0,
        float(2024 + Fraction(1, 12)),
        float(2024 + Fraction(2, 12) + Fraction(30, 12 * 31)),
        float(2024 + Fraction(5, 12) + Fraction(15, 12 * 30)),
        2025.5,
    ]


def test_a_month_is_its_first_day() -> None:
    months = points("when,n\n2024-02,2\n2024-03,3\n")
    days = points("when,n\n2024-02-01,2\n2024-03-01,3\n")
    assert months == days == points("when,n\n2024-02,2\n2024-03,3\n", YEARS)


def test_cells_with_dates_are_read_to_the_day_in_a_calendar_and_to_the_month_without_one() -> None:
    rows = [
        ["when", "n"],
        [date(2024, 1, 31), 1],
        [datetime(2024, 11, 30, 18), 2],
        ["2025-01-15", 3],
        ["2025-03", 4],
        [2026, 5],
    ]
    book: dict[str, str | bytes] = {"d.xlsx": workbook({"s": rows})}
    series = model(CALENDAR + EXCEL, book).variables["s"]
    assert isinstance(series, Series)
    assert [time for time, _ in series.points] == [
        float(2024 + Fraction(30, 12 * 31)),
        float(2024 + Fraction(10, 12) + Fraction(29, 12 * 30)),
        float(2025 + Fraction(14, 12 * 31)),
        float(2025 + Fraction(2, 12)),
        2026.0,
    ]
    without: dict[str, str | bytes] = {"d.xlsx": workbook({"s": rows[:3]})}
    months = model(YEARS + EXCEL, without).variables["s"]
    assert isinstance(months, Series)
    assert [time for time, _ in months.points] == [2024.0, float(2024 + Fraction(10, 12))]


def test_series_of_elements_take_dates_in_both_forms_of_a_file() -> None:
    text = 'dim region = north, south\nseries s[region] = csv("d.csv"), hold\n'
    long = "region,when,n\nnorth,2024-01-15,1\nsouth,2024-01-31,2\nnorth,2024-02,3\nsouth,2024-03-31,4\n"
    wide = "when,north,south\n2024-01-15,1,2\n2024-03-31,3,4\n"
    for content, times in ((long, ["2024-01-15", "2024-02"]), (wide, ["2024-01-15", "2024-03-31"])):
        series = model(CALENDAR + text, {"d.csv": content}).variables["s"]
        assert isinstance(series, Series)
        expected = points("when,n\n" + "".join(f"{each},1\n" for each in times))
        assert [time for time, _ in series.elements[0]] == expected
    found = told(long.replace("2024-02", "2024-02-30"), written=text)
    assert found.message == '"d.csv", line 4, column `when`: `2024-02-30` is no date: February 2024 has 29 days'
    assert told(long.replace("2024-02,", "2024-01-10,"), written=text).message == (
        '"d.csv", line 4: the time 2024-01-10 of `s[north]` does not come after 2024-01-15'
    )


def test_mistakes_name_the_row_and_a_step_to_take() -> None:
    cases = {
        "2024-13": ("no-such-date", "months go from 01 to 12"),
        "2023-02-29": ("no-such-date", "the last day of the month is `2023-02-28`"),
        "0024-01": ("no-such-date", "years go from 1000 to 2999"),
        "31.12.2024": ("date-form", "write `2024-12-31`"),
        "2024-1": ("date-form", "write `2024-01`"),
        "2024-01-31T00:00:00": ("date-form", "write `2024-01-31`"),
        "20240131": ("date-form", "write `2024-01-31`"),
        "45382": ("date-form", "write `2026-04-15`, `2026-04` for the first of a month, or a year, `2026`"),
        "last week": ("date-form", "write `2026-04-15`, `2026-04` for the first of a month, or a year, `2026`"),
        "": ("not-a-number", "write one, or remove the row"),
    }
    for cell, expected in cases.items():
        found = told(f"when,n\n2024-01,1\n{cell},2\n")
        assert (found.code, found.hint) == expected
        assert found.message.startswith('"d.csv", line 3, column `when`: ')


def test_days_need_a_calendar() -> None:
    found = told("when,n\n2024-01-31,1\n2024-02-29,2\n", YEARS)
    assert found.code == "date-without-calendar"
    assert (
        found.message == '"d.csv", line 2, column `when`: `2024-01-31` is a date, and this model counts time in years'
    )
    assert (
        found.hint == "write the month, `2024-01`, or simulate dates: `simulate 2024-01-01 to 2034-12-31, step 1 week`"
    )


def test_a_series_must_reach_the_end_of_the_last_month() -> None:
    monthly = "when,n\n" + "".join(f"{year}-{month:02},1\n" for year in (2024, 2025) for month in range(1, 13))
    open_end = 'series s = csv("d.csv")\n'
    found = told(monthly, written=open_end)
    assert found.code == "series-does-not-cover"
    assert found.message == (
        "series `s` runs from 2024-01-01 to 2025-12-01, but the simulation from 2024-01-01 to 2026-01-01"
    )
    model(CALENDAR + open_end, {"d.csv": monthly + "2026-01,1\n"})
    model("simulate 2024-01 to 2025-11, step 1 month\n" + open_end, {"d.csv": monthly})
