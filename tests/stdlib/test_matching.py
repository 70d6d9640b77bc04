"""`matching`: job seekers and vacancies find each other."""

from math import log

import numpy as np
import pytest

import sdlang
from sdlang.model.conservation import ledgers
from tests.expected import assert_as_expected

ENGINES = (("reference", "euler"), ("fixed", "rk4"), ("scipy", "dop853"))
every_engine = pytest.mark.parametrize(("engine", "method"), ENGINES)

# Posts are opened so that there are always as many per seeker: the finding rate is A * 1 = 0.45 a month (Shimer).
MARKET = """
simulate 0 to 48 months, step 1/64 month, using rk4
use labor
stock employed = 900_000 people
stock unemployed = 100_000 people
stock posts = 100_000 jobs
matching hiring {
  efficiency = 0.45 / month, elasticity = 0.5, quickest = 1 week
  seekers <- unemployed, vacancies <- posts
  hired -> employed
}
flow separating: employed -> unemployed = employed * 3.4% / month
flow opening: cloud -> posts = separating * 1 job/person
aux rate = unemployed / (employed + unemployed)
"""
SECTORS = """
simulate 0 to 24 months, step 1/64 month, using rk4
use labor
dim sector = shops, banks, farms
stock unemployed = 1_000 people
stock employed[sector] = 5_000 people
stock open_jobs[sector] = { shops: 50 jobs, banks: 150 jobs, farms: 0 jobs }
matching hiring[sector] {
  efficiency = 0.8 / month, elasticity = 0.5, fills = 1 person/job
  all_vacancies = sum(open_jobs over sector)
  seekers <- unemployed, vacancies <- open_jobs
  hired -> employed
}
"""


@every_engine
def test_unemployment_tends_to_s_over_s_plus_f_with_the_half_life_of_both(engine: str, method: str) -> None:
    # Unemployed and posts change alike from alike, so tightness stays 1, and u' = s (1 - u) - f u.
    run = sdlang.compile(MARKET).run(engine=engine, method=method)
    np.testing.assert_allclose(run["hiring.tightness"], 1, rtol=1e-9)
    s, f = 0.034, 0.45
    steady = s / (s + f)
    assert steady == pytest.approx(0.070248, abs=5e-7)
    assert run["rate"][-1] == pytest.approx(steady, rel=1e-7)
    exact = steady + (0.1 - steady) * np.exp(-(s + f) * run.time)
    np.testing.assert_allclose(run["rate"], exact, rtol=1e-3 if method == "euler" else 1e-6)
    half_life = log(2) / (s + f)
    assert half_life == pytest.approx(1.432, abs=5e-4)
    assert run.at("rate", half_life) - steady == pytest.approx((0.1 - steady) / 2, rel=1e-2)


@every_engine
def test_a_match_moves_one_person_and_fills_one_job(engine: str, method: str) -> None:
    run = sdlang.compile(MARKET).run(engine=engine, method=method)
    np.testing.assert_allclose(run["hiring.hiring"], run["hiring.filling"], rtol=1e-12)
    np.testing.assert_allclose(run["employed"] + run["unemployed"], 1e6, rtol=1e-9)
    people, jobs = ledgers(sdlang.compile(MARKET).structure)
    assert people.is_closed
    assert (jobs.enters, jobs.leaves) == (("opening",), ("hiring.filling",))


@every_engine
def test_sectors_share_the_matches_as_they_share_the_vacancies(engine: str, method: str) -> None:
    run = sdlang.compile(SECTORS).run(engine=engine, method=method)
    # 0.8 * sqrt(1000 * 200) = 357.77 a month, a quarter of it in shops
    assert run["hiring.hiring[shops]"][0] == pytest.approx(0.8 * 200_000**0.5 / 4, rel=1e-12)
    assert run["hiring.hiring[banks]"][0] == pytest.approx(0.8 * 200_000**0.5 * 3 / 4, rel=1e-12)
    assert run["hiring.hiring[farms]"].max() == 0
    np.testing.assert_allclose(run["unemployed"] + run["employed"].sum(axis=1), 16_000, rtol=1e-9)
    # Who is hired fills a job: 200 jobs, then none.
    hired = run["employed"].sum(axis=1) - 15_000
    np.testing.assert_allclose(hired + run["open_jobs"].sum(axis=1), 200, rtol=1e-9)
    assert min(run["open_jobs"].min(), run["unemployed"].min()) >= -1e-9


def test_no_more_are_matched_than_there_are_within_the_quickest_time() -> None:
    text = MARKET.replace("0.45 / month", "100 / month").replace("1 week", "1 month")
    run = sdlang.compile(text).run()
    fewer = np.minimum(run["unemployed"], run["posts"])
    np.testing.assert_allclose(run["hiring.hiring"], fewer, rtol=1e-12)  # all of them in a month
    assert fewer.min() > 0


def test_a_job_may_take_more_than_one_person() -> None:
    run = sdlang.compile(SECTORS.replace("fills = 1 person/job", "fills = 2 people/job")).run()
    # 0.8 * sqrt(1000 * 400); each job takes two
    assert run["hiring.hiring"][0].sum() == pytest.approx(0.8 * 400_000**0.5, rel=1e-12)
    np.testing.assert_allclose(run["hiring.filling"], run["hiring.hiring"] / 2, rtol=1e-12)


def test_nobody_is_matched_where_nobody_seeks() -> None:
    run = sdlang.compile(SECTORS.replace("unemployed = 1_000", "unemployed = 0")).run()
    assert run["hiring.hiring"].max() == 0
    assert run["hiring.finding_rate"].max() == 0


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("efficiency = 0.45 / month", "efficiency = 0.45 # error[argument-unit]"),
        ("quickest = 1 week", "quickest = 1 job # error[argument-unit]"),
        ("seekers <- unemployed", "seekers -> unemployed # error[wrong-arrow]"),
        ("hired -> employed", "hired -> employees # error[unknown-stock]"),
    ],
)
def test_a_mistake_in_a_use_is_told_at_its_line(right: str, wrong: str) -> None:
    text = MARKET.replace(", elasticity", "\n  elasticity").replace(", quickest", "\n  quickest")
    text = text.replace(", vacancies", "\n  vacancies")
    assert right in text
    assert_as_expected(text.replace(right, wrong), None)


def test_seekers_from_the_cloud_are_told_once() -> None:
    text = MARKET.replace("seekers <- unemployed", "seekers <- cloud")
    assert_as_expected(text.replace("matching hiring {", "matching hiring { # error[flow-end-not-a-stock]"), None)
