"""The clock of a calendar model: which time a run covers, which points it keeps, and where dates mean what."""

from datetime import date
from fractions import Fraction

import pytest

import sdlang
from sdlang.compiler import Options, StepCheck, with_clock
from sdlang.diagnostics import Diagnostic, ModelError
from sdlang.engines.clockwork import Times
from sdlang.model.model import Clock
from sdlang.units.dates import date_of

MONTH = Fraction(1, 12)
WEEK = Fraction(7 * 100, 36_525)


def model(simulate: str, text: str = "stock s = 1\n") -> sdlang.Model:
    return sdlang.compile(f"simulate {simulate}\n{text}")


def clock(simulate: str) -> Clock:
    return model(simulate).structure.clock


def codes(simulate: str, text: str = "stock s = 1\n") -> list[str]:
    with pytest.raises(ModelError) as raised:
        model(simulate, text)
    return [diagnostic.code for diagnostic in raised.value.diagnostics]


def kept(clock: Clock) -> list[int]:
    times = Times(clock)
    return [count for count in range(times.steps + 1) if times.keeps(count)]


@pytest.mark.parametrize(
    ("ends", "step", "stop"),
    [
        # The last day belongs to the run: it ends where 2035 begins, 11 years of 12 months later.
        ("2024-01-01 to 2034-12-31", "1 month", Fraction(2035)),
        ("2024-01 to 2034-12", "1 month", Fraction(2035)),
        ("2024-01 to 2034-12", "1 year", Fraction(2035)),
        ("2024-04-01 to 2024-06-30", "1 quarter", 2024 + Fraction(6, 12)),
        ("2024-03 to 2024-03", "1 month", 2024 + Fraction(3, 12)),
        # From the middle of April; 15 of the 31 days of May are less than half a month, 16 are more.
        ("2024-04-16 to 2024-05-15", "1 month/2", 2024 + Fraction(4, 12)),
        ("2024-04-16 to 2024-05-16", "1 month/2", 2024 + Fraction(4, 12) + Fraction(1, 24)),
        # 11 years are 4,017.75 days of 1/365.25 year, so 573 whole weeks.
        ("2024-01-01 to 2034-12-31", "1 week", 2024 + 573 * WEEK),
        # A step that does not fit is left out at the end: 5 + 5 of 12 months.
        ("2024-01 to 2024-12", "5 months", 2024 + 10 * MONTH),
        ("2024-01 to 2024-12", "0.3 years", 2024 + Fraction(9, 10)),
    ],
)
def test_a_run_ends_with_the_last_whole_step_before_the_end_of_the_last_day(
    ends: str, step: str, stop: Fraction
) -> None:
    found = clock(f"{ends}, step {step}")
    assert found.is_calendar
    assert found.unit.text == "years"
    assert found.stop == stop
    assert found.start + found.steps * found.step == stop
    assert stop <= found.end < stop + found.step


def test_a_model_without_dates_has_no_calendar() -> None:
    found = clock("2024 to 2034 years, step 1 month")
    assert not found.is_calendar
    assert (found.end, found.calendar_end, found.stop) == (2034, None, 2034)


def test_weekly_steps_keep_the_first_in_each_month() -> None:
    weekly = clock("2024-01-01 to 2024-12-31, step 1 week, save every 1 month")
    # After k weeks 12 * k * 28 / 1461 months have passed. The first k with a whole month more: 5, 9, 14, 18, ...
    months = [12 * count * 28 // 1461 for count in range(53)]
    first = [count for count in range(53) if count == 0 or months[count] > months[count - 1]]
    assert kept(weekly) == [*first, 52]
    assert kept(weekly)[:5] == [0, 5, 9, 14, 18]
    assert [date_of(Times(weekly).at(count)) for count in (0, 5, 9)] == [
        date(2024, 1, 1),
        date(2024, 2, 5),
        date(2024, 3, 3),
    ]
    assert weekly.points >= len(kept(weekly)) - 1


def test_a_whole_multiple_of_the_step_is_kept_as_ever() -> None:
    monthly = clock("2024-01 to 2025-12, step 1 month, save every 1 quarter")
    assert (monthly.save, monthly.period) == (3, None)
    assert kept(monthly) == list(range(0, 25, 3))


def test_half_the_step_keeps_the_same_points() -> None:
    growing = "stock s = 1\nflow f: cloud -> s = s / year\n"
    run = model("2024-01-01 to 2024-12-31, step 1 week, save every 1 month", growing).run(step_check=StepCheck.HALF)
    # RK4 for s' = s leaves h^4/120 a year, 1.1e-9 for h = 28/1461; points of other times would differ by percents.
    assert max(error.relative for error in run.accuracy) < 2e-9
    assert len(run.time) == 13


def asked(text: sdlang.Model, **options: str | float) -> Clock:
    found: list[Diagnostic] = []
    changed = with_clock(text.structure, Options(**options), found)  # type: ignore[arg-type]  # all are times
    assert found == []
    return changed.clock


def test_options_take_dates_and_keep_the_end_that_was_meant() -> None:
    weekly = model("2024-01-01 to 2034-12-31, step 1 week, save every 1 month")
    monthly = asked(weekly, step="1 month")
    assert (monthly.stop, monthly.save, monthly.period) == (2035, 1, None)
    assert asked(weekly, stop="2025-12").end == 2026
    assert asked(weekly, stop="2025-12-30").end == 2026 - Fraction(1, 372)
    assert asked(weekly, stop=2026).end == 2026
    assert asked(weekly, start="2025-04").start == 2025 + Fraction(3, 12)
    later = asked(weekly, start="2025-04", step="2 weeks")
    assert (later.stop - later.start) % (2 * WEEK) == 0
    assert (later.save, later.period) == (1, MONTH)


def test_dates_in_options_are_checked() -> None:
    for options, code in (
        ({"start": "2035-01"}, "span-reversed"),
        ({"stop": "2023-12-31"}, "span-reversed"),
        ({"stop": "2034-13"}, "no-such-date"),
        ({"stop": "2034/12"}, "date-form"),
        ({"step": "2034-12"}, "not-a-time"),
        ({"start": 12.0}, "no-such-date"),
        ({"stop": 5000.0}, "no-such-date"),
        ({"step": "12 years"}, "step-does-not-divide"),
    ):
        found: list[Diagnostic] = []
        with_clock(model("2024-01-01 to 2034-12-31, step 1 week").structure, Options(**options), found)  # type: ignore[arg-type]
        assert [diagnostic.code for diagnostic in found] == [code], options
    plain: list[Diagnostic] = []
    with_clock(model("2024 to 2034 years, step 1 month").structure, Options(start="2025-01"), plain)
    assert [diagnostic.code for diagnostic in plain] == ["date-without-calendar"]


def test_the_last_point_that_can_be_asked_for_is_told_as_a_day_within_the_run() -> None:
    ends = "2024-01-01 to 2034-12-31, step 1 week"
    with pytest.raises(ModelError) as raised:
        model(ends, "stock s = 1\nexpect s > 0 at 2034-12-31\n")
    (found,) = raised.value.diagnostics
    assert found.hint == "the run ends with its last whole step of 1 week: write `2034-12-25`"
    model(ends, "stock s = 1\nexpect s > 0 at 2034-12-25\n")
    # The last step ends at noon of a day, which is told as the next one; within the run lies the day itself.
    half = "2024-04-01 to 2024-04-30, step 1/48 year"  # a quarter of a month: 7.5 days of 30
    assert clock(half).stop == clock(half).end
    assert codes("2024-04-01 to 2024-04-28, step 1/48 year", "stock s = 1\nexpect s > 0 at 2024-04-28\n") == [
        "time-outside-run"
    ]
    model("2024-04-01 to 2024-04-28, step 1/48 year", "stock s = 1\nexpect s > 0 at 2024-04-23\n")


def test_a_date_is_a_time_like_any_other() -> None:
    text = (
        "param launch = 2026-04 in 2026-01 .. 2027-12\nparam ended = 2027-01-01\n"
        "aux lasts = ended - launch\naux age = time - 2024-01-01\naux on = step(1, launch)\n"
        "aux late = if time >= 2026-04-15 then 1 else 0\nplot lasts, age, on, late\n"
    )
    run = model("2024-01 to 2034-12, step 1 month", text).run()
    assert run["lasts"][0] == 0.75
    assert run.units["lasts"] == "years"
    assert run["age"].tolist() == pytest.approx([count / 12 for count in range(133)], abs=1e-12)
    assert run["on"].tolist() == [0.0] * 27 + [1.0] * 106  # 27 months before April 2026
    assert run["late"].tolist() == [0.0] * 28 + [1.0] * 105
    assert run.units["launch"] == "date"


def test_bare_years_are_the_first_of_january() -> None:
    text = "param p = 1\nstock s = p\nscenario a {\n  p = 2 from FROM\n}\nflow f: cloud -> s = p / year\n"
    found = [
        model("2024-01 to 2028-12, step 1 month", text.replace("FROM", since)).run(scenario="a")["s"].tolist()
        for since in ("2026", "2026-01", "2026-01-01", "2026 years")
    ]
    assert found[0] == found[1] == found[2] == found[3]


def test_rates_mean_the_same_at_every_step() -> None:
    # s' = 8 % a year: after 11 years exp(0.88), whether steps are months, quarters or weeks. RK4 is off by
    # 11 * 0.08 * (0.08 h)^4 / 120 of it, 1.2e-9 for quarters.
    text = "stock s = 1\nflow f: cloud -> s = s * 8% / year\n"
    for step in ("1 month", "1 quarter", "1 week"):
        run = model(f"2024-01 to 2034-12, step {step}", text).run()
        assert run["s"][-1] == pytest.approx(2.718281828459045 ** (0.08 * (run.time[-1] - 2024)), rel=2e-9)


def test_dates_stand_in_tables_texts_and_points() -> None:
    text = (
        "table target(time) = (2024-01-01, 100) (2026-07-01, 150)\naux t = target(time)\nplot t\n"
        'table "then" t at 2025-04, 2026-07-01, 2026\nreport {\n  text "{{ t at 2025-04-01 }} and {{ t at 2026 }}"\n}\n'
    )
    found = model("2024-01 to 2034-12, step 1 month", text)
    assert found.structure.tables[0].times == (2025.25, 2026.5, 2026.0)
    # Half of the 2.5 years have passed in April 2025, four fifths in January 2026.
    assert "125 and 140" in found.report()


def test_a_table_over_dates_is_told_in_dates() -> None:
    text = "table target(time) = (2024-01, 100) (2026-07, 150), error\naux t = target(time)\nplot t\n"
    with pytest.raises(sdlang.NumericFailure) as raised:
        model("2024-01 to 2034-12, step 1 month, using euler", text).run()
    assert str(raised.value) == (
        "`t` at 2026-08-01: `target` has points from 2024-01-01 to 2026-07-01 and is read at 2026-08-01"
    )


def test_the_month_in_one_digit_is_a_subtraction_where_there_is_no_calendar() -> None:
    run = model("2024 to 2034 years, step 1 month", "aux a = 2026-4\nplot a\n").run()
    assert run["a"][0] == 2022


def test_components_and_strata_may_hold_dates() -> None:
    text = (
        "dim region = north, south\n"
        "component wave(size) returns on {\n  param begins = WAVE\n"
        "  aux on = if time >= begins and time < begins + 6 months then size else 0\n}\n"
        "param launch = LAUNCH\nstock staff = 100 people\n"
        "flow hires: cloud -> staff = staff * 2% / month * (wave(1) + step(1, launch))\n"
        "stratify model by region {\n  staff = { north: 70%, south: 30% }\n"
        "  launch = { north: LAUNCH, south: LATER }\n}\n"
        "plot staff\n"
    )
    dates = {"LAUNCH": "2025-04", "LATER": "2025-10", "WAVE": "2024-07"}
    years = {"LAUNCH": "2025.25 years", "LATER": "2025.75 years", "WAVE": "2024.5 years"}
    written, plain = text, text
    for word in dates:
        written, plain = written.replace(word, dates[word]), plain.replace(word, years[word])
    dated = model("2024-01 to 2026-12, step 1 month", written).run()
    numbers = model("2024 to 2027 years, step 1 month", plain).run()
    assert dated["staff"].tolist() == numbers["staff"].tolist()
    assert dated["staff"][-1, 0] > dated["staff"][-1, 1] * 70 / 30
