"""`adoption`: how something new spreads among all who could have it."""

from math import exp, log

import numpy as np
import pytest

import sdlang
from sdlang.model.conservation import ledgers

BASS = """
simulate 0 to 20 years, step 1/8 year, using rk4
use labor
adoption phones { potential = 1000 people, innovation = 0.03 / year, imitation = 0.38 / year }
"""
ROBOTS = """
simulate 2020 to 2050 years, step 1/16 year, using rk4
use labor
dim sector = manufacturing, retail
param automatable[sector] : robot = { manufacturing: 1000, retail: 500 }
adoption robots[sector] {
  potential  = automatable
  innovation = 1.2% / year
  imitation  = 0.38 / year
  unit_cost  = 60_000 USD/robot, learning = 18%
  MORE
}
"""


def share(time: float) -> float:
    """Bass (1969): F(t) = (1 - exp(-(p+q)t)) / (1 + q/p exp(-(p+q)t)), with p = 0.03 and q = 0.38."""
    return (1 - exp(-0.41 * time)) / (1 + 0.38 / 0.03 * exp(-0.41 * time))


@pytest.mark.parametrize(("engine", "worst"), [("fixed", 2e-5), ("scipy", 1e-6)])
def test_it_follows_the_curve_of_bass(engine: str, worst: float) -> None:
    run = sdlang.compile(BASS).run(engine=engine)
    exact = np.array([1000 * share(t) for t in run.time])
    assert np.max(np.abs(run["phones.installed"] - exact)) < worst * 1000
    assert share(10) == pytest.approx(0.8128032212)
    assert run.at("phones.installed", 10) == pytest.approx(812.8032212, abs=worst * 1000)


def test_the_reference_engine_comes_nearer_in_proportion_to_the_step() -> None:
    model = sdlang.compile(BASS)
    off = [
        abs(model.run(engine="reference", step=f"1/{n} year").at("phones.installed", 10) - 812.8032212) for n in (8, 16)
    ]
    assert off[0] / off[1] == pytest.approx(2, abs=0.1)  # Euler is of first order


def test_the_peak_is_where_and_as_high_as_bass_says() -> None:
    run = sdlang.compile(BASS.replace("1/8 year", "1/256 year")).run()
    rate = run["phones.installing"]
    top = int(np.argmax(rate))
    assert run.time[top] == pytest.approx(log(0.38 / 0.03) / 0.41, abs=1 / 256)  # ln(q/p) / (p+q) = 6.192619
    assert rate[top] == pytest.approx(1000 * 0.41**2 / (4 * 0.38), rel=1e-6)  # M (p+q)^2 / 4q = 110.592105
    assert run["phones.installed"][top] == pytest.approx(460.526, abs=0.25)  # F = 1/2 - p/2q, half a step of the rate


def test_the_block_of_the_tour_works_as_written() -> None:
    run = sdlang.compile(ROBOTS.replace("MORE", "")).run()
    assert run["robots.installed"].shape == (481, 2)
    # Nobody retires and everybody gains in the end: 30 years at (p+q) = 0.392 leave 1 / (1 + ...) of less than 0.1 %.
    assert run["robots.installed"][-1] == pytest.approx([1000, 500], rel=1e-3)
    # Both sectors have the same rates, so the same share at all times.
    installed = run["robots.installed"] / np.array([1000, 500])
    assert installed[:, 0] == pytest.approx(installed[:, 1], rel=1e-12)


def test_the_price_falls_by_the_learning_per_doubling() -> None:
    run = sdlang.compile(ROBOTS.replace("MORE", "experience = 50 robot, initial = 0 robot")).run()
    ever = run["robots.ever"]
    # 60,000 * ((50 + ever) / 50)^log2(0.82)
    assert run["robots.price"] == pytest.approx(60_000 * ((50 + ever) / 50) ** (log(0.82) / log(2)), rel=1e-12)


def test_nobody_buys_what_does_not_pay_back() -> None:
    closed = sdlang.compile(ROBOTS.replace("MORE", "saving = 10_000 USD/robot/year")).run()  # 6 years, more than 3
    assert np.all(closed["robots.installed"] == 0)
    opened = sdlang.compile(ROBOTS.replace("MORE", "saving = 10_000 USD/robot/year, longest_payback = 7 years")).run()
    assert opened["robots.installed"][-1, 0] > 990


def test_what_is_retired_waits_again() -> None:
    text = ROBOTS.replace("MORE", "retire_rate = 1 / (12 years), longest_payback = 100 years")
    for engine in ("reference", "fixed", "scipy"):
        run = sdlang.compile(text).run(engine=engine, stop=2100 if engine == "fixed" else None)
        total = run["robots.waiting"] + run["robots.installed"]
        assert total == pytest.approx(np.broadcast_to([1000, 500], total.shape), rel=1e-12)
    run = sdlang.compile(text).run(stop=2100)
    # In balance (p + q x)(1 - x) = r x: q x^2 + (p + r - q) x - p = 0.
    p, q, r = 0.012, 0.38, 1 / 12
    level = ((q - p - r) + ((p + r - q) ** 2 + 4 * q * p) ** 0.5) / (2 * q)
    assert run["robots.installed"][-1, 0] == pytest.approx(1000 * level, rel=1e-6)


def test_its_ledger_is_closed() -> None:
    first, second = ledgers(sdlang.compile(BASS).structure)
    assert first.is_closed
    assert set(first.stocks) == {"phones.waiting", "phones.installed"}
    assert second.stocks == ("phones.ever",)  # a count, not people


def test_a_sector_without_potential_has_none() -> None:
    run = sdlang.compile(ROBOTS.replace("retail: 500", "retail: 0").replace("MORE", "")).run()
    assert np.all(run["robots.installed"][:, 1] == 0)
    assert np.all(np.isfinite(run["robots.price"]))


def test_a_rate_that_is_no_rate_is_told() -> None:
    with pytest.raises(sdlang.ModelError) as caught:
        sdlang.compile(BASS.replace("0.38 / year", "0.38"))
    assert [d.code for d in caught.value.diagnostics] == ["argument-unit"]
