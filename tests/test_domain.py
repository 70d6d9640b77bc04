"""What theory says of systems of the kind this language is for: stability limits, periods and gaps, to their digits.

The continuous cobweb: supply x follows, with a skill life T, what was decided a study time tau ago, against itself with
the gain k: T dx/dt = -x - k x(t - tau). It oscillates without end where k = sqrt(1 + (w T)^2) and w tau + atan(w T) =
pi, with the period 2 pi / w; below that the waves die out, above they grow.
"""

from math import atan, pi, sqrt

import numpy as np
import pytest
from scipy.optimize import brentq

import sdlang

TAU = 4.0


def limit_of_fixed_delay(life: float) -> tuple[float, float]:
    """The gain and the period at which waves neither die nor grow, from the characteristic equation."""
    w = brentq(lambda w: w * TAU + atan(w * life) - pi, 1e-6, pi / TAU)
    return sqrt(1 + (w * life) ** 2), 2 * pi / w


def limit_of_stages(life: float, stages: int, perception: float) -> tuple[float, float]:
    """The same where study is a row of stages and the market is seen with a delay: (1 + iwT)(1 + iw tau / n)^n
    (1 + iw p) = -k."""

    def turned(w: float) -> float:
        return atan(w * life) + stages * atan(w * TAU / stages) + atan(w * perception) - pi

    w = brentq(turned, 1e-6, 3.0)
    gain = sqrt(1 + (w * life) ** 2) * sqrt(1 + (w * TAU / stages) ** 2) ** stages * sqrt(1 + (w * perception) ** 2)
    return gain, 2 * pi / w


COBWEB = """
simulate 0 to 200 years, step 1/32 year, save every 1/8 year
param life = LIFE years
param gain = GAIN
stock x = 1
aux decided = delay_fixed(x, 4 years, initial = 0)
flow change: cloud -> x = (0 - x - gain * decided) / life
expect oscillates(x, period = LEAST years .. MOST years, decay = LOW .. HIGH) after 60
"""


@pytest.mark.parametrize(
    ("life", "gain", "period"),
    # published to these digits with the derivation above
    [(5, 2.645, 12.83), (10, 4.587, 14.04), (30, 12.43, 15.22)],
)
def test_the_cobweb_of_a_fixed_study_time_has_its_stability_limit(life: float, gain: float, period: float) -> None:
    exact_gain, exact_period = limit_of_fixed_delay(life)
    assert (exact_gain, exact_period) == (pytest.approx(gain, rel=1e-3), pytest.approx(period, rel=1e-3))
    for share, low, high in ((1.0, 0.98, 1.02), (0.9, 0.3, 0.97), (1.1, 1.03, 3.0)):
        changes = {
            "LIFE": f"{life:g}",
            "GAIN": f"{share * exact_gain:.12g}",
            "LEAST": f"{0.95 * exact_period:.6g}",
            "MOST": f"{1.05 * exact_period:.6g}",
            "LOW": f"{low}",
            "HIGH": f"{high}",
        }
        text = COBWEB
        for name, value in changes.items():
            text = text.replace(name, value)
        (verdict,) = sdlang.compile(text).study().verdicts
        assert verdict.holds, (share, verdict.detail)


STAGES = """
simulate 0 to 100 years, step 1/32 year
param life = LIFE years
param gain = GAIN
stock x = 1
aux decided = smooth(delay(x / 1 year, 4 years, order = 4) * 1 year, 1 year)
flow change: cloud -> x = (0 - x - gain * decided) / life
"""


@pytest.mark.parametrize(("life", "gain", "period"), [(5, 3.560, 14.8), (10, 5.561, 16.4), (30, 13.85, 18.2)])
def test_the_cobweb_of_stages_and_perception_has_its_stability_limit(life: float, gain: float, period: float) -> None:
    exact_gain, exact_period = limit_of_stages(life, 4, 1.0)
    assert (exact_gain, exact_period) == (pytest.approx(gain, rel=1e-3), pytest.approx(period, rel=5e-3))
    text = STAGES.replace("LIFE", f"{life:g}")
    near = sdlang.compile(text.replace("GAIN", f"{exact_gain:.15g}")).linearise().eigenvalues
    slowest = near[np.argmax(near.real)]
    assert slowest.real == pytest.approx(0, abs=1e-6)
    assert 2 * pi / abs(slowest.imag) == pytest.approx(exact_period, rel=1e-6)
    below = sdlang.compile(text.replace("GAIN", f"{0.95 * exact_gain:.15g}")).linearise().eigenvalues
    above = sdlang.compile(text.replace("GAIN", f"{1.05 * exact_gain:.15g}")).linearise().eigenvalues
    assert below.real.max() < 0 < above.real.max()


def test_the_gap_of_a_curriculum_is_growth_times_delay() -> None:
    """The frontier moves by g a year, the curriculum follows within tau: the gap settles at g * tau, for ever."""
    text = """
simulate 0 to 60 years, step 1/16 year
param g = 3 tasks/year
stock frontier = 100 tasks
stock taught = 100 tasks
flow progress: cloud -> frontier = g
flow revising: cloud -> taught = (frontier - taught) / 5 years
aux gap = frontier - taught
expect converges(gap, to = 15 tasks, within = 0.01%)
expect rises(gap)
plot gap
"""
    assert all(verdict.holds for verdict in sdlang.compile(text).study().verdicts)


def test_the_task_race_approaches_its_share_as_an_exponential() -> None:
    """x' = a (1 - x) - n x: x(30) = a / (a + n) (1 - e^(-(a + n) 30)) = 0.3956202268 for a = .02, n = .01."""
    text = """
simulate 0 to 30 years, step 1/8 year
stock x = 0
flow automating: cloud -> x = 2% / year * (1 - x)
flow renewing: x -> cloud = 1% / year * x
"""
    assert sdlang.compile(text).run().at("x", 30) == pytest.approx(0.3956202268, abs=1e-9)


def test_the_wage_of_a_larger_supply_falls_by_the_elasticity() -> None:
    """CES: the premium moves with (H / L)^(-1 / s); +10 % of supply at s = 1.41 make -6.536 %."""
    text = """
simulate 0 to 1 years, step 1/8 year
param s = 1.41
param high = 100 people
param low = 100 people
aux premium = (high / low)^(-1 / s)
scenario more { high = 110 people }
expect abs(premium under more / premium under base - 1 + 6.536%) < 0.001%
plot premium
"""
    assert all(verdict.holds for verdict in sdlang.compile(text).study().verdicts)


@pytest.mark.parametrize("method", ["rk4", "dop853"])
def test_hunters_and_hunted_keep_their_invariant(method: str) -> None:
    """Lotka and Volterra: x - ln x + y - ln y of the scaled system never changes."""
    text = """
simulate 0 to 50 years, step 1/16 year
stock x = 2
stock y = 1
flow fx: cloud -> x = (x - x * y) / 1 year
flow fy: cloud -> y = (x * y - y) / 1 year
aux h = x - ln(x) + y - ln(y)
expect oscillates(x)
plot h
"""
    run = sdlang.compile(text).run(method=method)
    assert np.abs(run["h"] - run["h"][0]).max() < 1e-6
    assert sdlang.compile(text).study().verdicts[0].holds
