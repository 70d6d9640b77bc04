"""A calendar changes how times are written and told, and no number: every engine runs a model with dates as it runs the
same model in plain years."""

from fractions import Fraction

import numpy as np
import pytest

import sdlang
from sdlang.units.dates import time_of
from tests.engines.programs import EVERY

# Written with dates, and with the years that they are: 2026-04-15 is 14 of 30 days into the fourth month.
PROGRAM = """
param launch = LAUNCH
stock staff = 100 people
stock trained = 0 people
table target(time) = (BEGIN, 100) (LAUNCH, 150) (LATER, 120)
param attrition = 8% / year
flow hiring: cloud -> staff = max(0, target(time) * 1 person - staff) / 3 months + guests
aux guests = pulse(12 people/year, LATER, 3 months)
flow quits: staff -> cloud = staff * attrition
flow training: staff -> trained = if time >= launch and time < LATER then 5 people/year else 0 people/year
aux seen = smooth(staff, 6 months) + step(1 person, launch) + ramp(2 people/year, launch, LATER)
scenario freeze {
  attrition = 4% / year from LAUNCH
}
expect staff > 0 people after LAUNCH
"""
MIDDLE = 2026 + Fraction(3, 12) + Fraction(14, 360)
IN_DATES = {"BEGIN": "2024-01", "LAUNCH": "2026-04-15", "LATER": "2030-07-01"}
IN_YEARS = {"BEGIN": "2024", "LAUNCH": f"({MIDDLE.numerator} years / {MIDDLE.denominator})", "LATER": "2030.5"}


def compiled(simulate: str, words: dict[str, str]) -> sdlang.Model:
    text = PROGRAM
    for word, meant in words.items():
        text = text.replace(word, meant)
    return sdlang.compile(f"simulate {simulate}\n{text}")


@EVERY
@pytest.mark.parametrize("scenario", ["base", "freeze"])
@pytest.mark.parametrize("step", ["1 month", "1 quarter"])
def test_dates_give_the_numbers_of_plain_years(engine: str, method: str, scenario: str, step: str) -> None:
    dated = compiled(f"2024-01-01 to 2034-12-31, step {step}", IN_DATES)
    plain = compiled(f"2024 to 2035 years, step {step}", IN_YEARS)
    one, other = (each.run(scenario=scenario, engine=engine, method=method) for each in (dated, plain))
    assert one.time.tolist() == other.time.tolist()
    assert set(one) == set(other)
    for name in one:
        assert np.array_equal(one.own[name], other.own[name]), name  # the same fractions become the same floats


def test_what_begins_on_a_first_of_a_month_begins_with_a_step() -> None:
    text = "stock s = 0\nflow f: cloud -> s = if time >= WHEN then 12 / year else 0 / year\n"
    for month in range(2, 13):
        dated = sdlang.compile(
            f"simulate 2024-01 to 2024-12, step 1 month, using euler\n{text.replace('WHEN', f'2024-{month:02}')}"
        )
        # One a month from the beginning of the month on: 13 - month by the end of the year.
        assert dated.run()["s"][-1] == pytest.approx(13 - month, abs=1e-12)


def test_an_exact_method_sees_the_day() -> None:
    # 10 a year from a day on, for the rest of ten years.
    text = "stock s = 0\nflow f: cloud -> s = step(10 / year, 2026-04-15)\n"
    run = sdlang.compile(f"simulate 2024-01-01 to 2033-12-31, step 1 week, using dop853\n{text}").run()
    assert run["s"][-1] == pytest.approx(10 * (run.time[-1] - float(time_of(2026, 4, 15))), rel=1e-9)
