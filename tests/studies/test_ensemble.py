"""Ensembles: what is drawn has the distribution that was said, and every run is the one that its draws make.

Exponential decay is the model: its stock is `100 exp(-r t)`, a monotone function of the one parameter that is drawn.
"""

from collections.abc import Callable

import numpy as np
import pytest
from scipy import stats

import sdlang
from sdlang.compiler import Options, StepCheck, check, simulate
from sdlang.diagnostics import ModelError
from sdlang.engines.base import NumericFailure
from sdlang.model.random_numbers import Chance
from sdlang.results.ensemble import Ensemble
from sdlang.source import Source
from sdlang.studies.ensemble import drawn
from tests.expanded import assert_runs_alike

DECAY = """\
simulate 0 to 10 years, step 1/64 year, using rk4, save every 1 year, seed 7
{}
stock s = 100 people
flow f: s -> cloud = s * r
"""
HOLE = "param r = ? in 5% .. 15% per year"


def decay(known: str = HOLE) -> sdlang.Model:
    return sdlang.compile(DECAY.format(known))


def draws(known: str, runs: int = 2_000, name: str = "r") -> np.ndarray:
    structure = decay(known).structure
    return np.array([drawn(structure, Chance(11, number))[name] for number in range(1, runs + 1)])


def same(one: Ensemble, other: Ensemble) -> bool:
    """The same bits, in everything that both keep."""
    return all(np.array_equal(one.values[name], other.values[name]) for name in one.values) and all(
        np.array_equal(one.drawn[name], other.drawn[name]) for name in one.drawn
    )


# What is drawn -------------------------------------------------------------------------------------------------------

CUT = stats.truncnorm((0.05 - 0.1) / 0.03, (0.12 - 0.1) / 0.03, 0.1, 0.03)
DISTRIBUTIONS = {
    HOLE: stats.uniform(0.05, 0.1),
    "param r = ? ~ uniform(5%, 15%) / year": stats.uniform(0.05, 0.1),
    "param r = 8% / year ~ normal(8%, 2%) / year": stats.norm(0.08, 0.02),
    "param r = 8% / year ~ triangular(5%, 8%, 20%) / year": stats.triang(0.2, 0.05, 0.15),
    "param r = 8% / year ~ lognormal(8%, 0.4) / year": stats.lognorm(0.4, scale=0.08),
    "param r = 8% / year ~ exponential(8%) / year": stats.expon(scale=0.08),
    "param r = 8% / year ~ gamma(2, 4%) / year": stats.gamma(2, scale=0.04),
    "param r = 8% / year ~ weibull(2, 8%) / year": stats.weibull_min(2, scale=0.08),
    # Values outside the range are drawn anew, which cuts the distribution off.
    "param r = 8% / year in 5% .. 12% per year ~ normal(10%, 3%) / year": CUT,
    "param r = 8% / year\nuncertain r in 5% .. 12% per year ~ normal(10%, 3%) / year": CUT,
    "param r : 1/month = ? in 1% .. 2% per month": stats.uniform(0.12, 0.12),
}


@pytest.mark.parametrize("known", DISTRIBUTIONS)
def test_draws_have_the_distribution_that_was_said(known: str) -> None:
    """Kolmogorov and Smirnov's distance to SciPy's distribution, at its critical value for 1 %."""
    assert stats.kstest(draws(known), DISTRIBUTIONS[known].cdf).statistic < 1.628 / np.sqrt(2_000)


def test_the_range_holds_for_every_draw() -> None:
    values = draws("param r = 8% / year in 7% .. 9% per year ~ normal(8%, 5%) / year")
    assert values.min() >= 0.07
    assert values.max() <= 0.09


def test_parameters_are_drawn_independently() -> None:
    known = "param r = ? in 5% .. 15% per year\nparam q = ? in 0 .. 1\nplot q"
    # The correlation of 2,000 independent pairs has the standard error 1 / sqrt(2000).
    assert abs(np.corrcoef(draws(known), draws(known, name="q"))[0, 1]) < 3 / np.sqrt(2_000)


def test_each_element_is_drawn_by_itself() -> None:
    model = sdlang.compile(
        "simulate 0 to 10 years, step 1/4 year, using euler\ndim g = a, b\nparam r[g] = ? in 5% .. 15% per year\n"
        "stock s[g] = 100 people\nflow f[g]: s -> cloud = s * r\n"
    )
    ensemble = model.ensemble(50, seed=3)
    assert list(ensemble.drawn) == ["r[a]", "r[b]"]
    # 50 independent pairs: |correlation| below 3 standard errors.
    assert abs(np.corrcoef(ensemble.drawn["r[a]"], ensemble.drawn["r[b]"])[0, 1]) < 3 / np.sqrt(50)
    # Euler's method at a step of a quarter, by hand.
    for place, name in enumerate(("r[a]", "r[b]")):
        by_hand = 100 * (1 - ensemble.drawn[name] / 4) ** 40
        assert np.allclose(ensemble.values["s"][:, -1, place], by_hand, rtol=1e-12, atol=0)


def test_a_label_or_a_comment_draws_nothing_else() -> None:
    labelled = 'param r "attrition" = ? in 5% .. 15% per year, source "BLS", confidence low  # as they say'
    assert same(decay().ensemble(10), decay(labelled).ensemble(10))


# The runs ------------------------------------------------------------------------------------------------------------

ANALYTIC = [
    HOLE,
    "param r = 10% / year ~ normal(10%, 2%) / year",
    "param r = 10% / year in 5% .. 15% per year ~ triangular(5%, 6%, 20%) / year",
]


@pytest.mark.parametrize("known", ANALYTIC)
def test_every_run_is_the_one_that_its_draw_makes(known: str) -> None:
    """The analytic solution, `100 exp(-r t)`; Runge and Kutta's method is off by 1e-12 at this step."""
    ensemble = decay(known).ensemble(21)
    exact = 100 * np.exp(-np.outer(ensemble.drawn["r"], ensemble.time))
    assert np.allclose(ensemble.values["s"], exact, rtol=1e-10, atol=0)
    assert len(set(ensemble.drawn["r"].tolist())) == 21


@pytest.mark.parametrize("known", ANALYTIC)
def test_the_quantile_of_a_monotone_stock_is_the_stock_at_the_quantile(known: str) -> None:
    """With 21 runs, the quantiles at multiples of 1/20 are runs."""
    ensemble = decay(known).ensemble(21)
    for level in (0.05, 0.25, 0.5, 0.75, 0.95):
        rate = np.quantile(ensemble.drawn["r"], 1 - level)  # the faster the decay, the less there is
        assert np.allclose(ensemble.quantile("s", level), 100 * np.exp(-rate * ensemble.time), rtol=1e-10, atol=0)


NOISY = HOLE + "\naux shock = normal(0, 1)\nplot shock"


def test_the_same_seed_gives_the_same_bits() -> None:
    assert same(decay(NOISY).ensemble(8), decay(NOISY).ensemble(8))
    assert not same(decay(NOISY).ensemble(8), decay(NOISY).ensemble(8, seed=8))
    assert same(decay(NOISY).ensemble(8), decay(NOISY).ensemble(8, seed=7))  # the seed of the model


def test_a_run_is_the_same_in_a_larger_ensemble() -> None:
    few, many = decay(NOISY).ensemble(3), decay(NOISY).ensemble(9)
    for name in few.values:
        assert np.array_equal(few.values[name], many.values[name][:3])
    assert np.array_equal(few.drawn["r"], many.drawn["r"][:3])


def test_a_run_can_be_made_again_from_what_was_drawn() -> None:
    model = decay()
    ensemble = model.ensemble(5)
    for number, rate in enumerate(ensemble.drawn["r"].tolist()):
        assert np.array_equal(model.run({"r": rate})["s"], ensemble.values["s"][number])


def test_noise_differs_between_runs_and_from_the_run_that_stands_alone() -> None:
    ensemble = decay(NOISY).ensemble(4)
    shocks = [*ensemble.values["shock"][:, 0].tolist(), float(ensemble.base["shock"][0])]
    assert len(set(shocks)) == 5


def test_what_the_caller_sets_is_not_drawn() -> None:
    ensemble = decay(HOLE + "\nparam q = ? in 0 .. 1\nplot q").ensemble(5, {"r": 0.1})
    assert list(ensemble.drawn) == ["q"]
    exact = 100 * np.exp(-0.1 * ensemble.time)
    assert np.allclose(ensemble.values["s"], exact, rtol=1e-10, atol=0)


def test_an_element_that_the_caller_sets_leaves_the_others_to_chance() -> None:
    model = sdlang.compile(
        "simulate 0 to 10 years, step 1/4 year\ndim g = a, b\nparam r[g] = ? in 5% .. 15% per year\n"
        "stock s[g] = 100 people\nflow f[g]: s -> cloud = s * r\n"
        "scenario one { r[a] = 10% / year }\nscenario both { r = 10% / year }\n"
    )
    assert list(model.ensemble(3, {"r[a]": 0.1}).drawn) == ["r[b]"]
    assert list(model.ensemble(3, {"r": 0.1}).drawn) == []
    assert list(model.ensemble(3, scenario="one").drawn) == ["r[b]"]
    assert list(model.ensemble(3, scenario="both").drawn) == []
    assert np.array_equal(model.ensemble(3, scenario="one").drawn["r[b]"], model.ensemble(3).drawn["r[b]"])


SCENARIOS = (
    "param r = ? ~ uniform(5%, 15%) / year\nscenario high { r = 20% / year }\nscenario late { r = 20% / year from 5 }"
)


def test_what_a_scenario_says_of_the_whole_run_is_not_drawn() -> None:
    ensemble = decay(SCENARIOS).ensemble(5, scenario="high")
    assert not ensemble.drawn
    assert np.allclose(ensemble.values["s"], 100 * np.exp(-0.2 * ensemble.time), rtol=1e-10, atol=0)


def test_a_parameter_that_changes_from_a_time_on_is_drawn_until_then() -> None:
    ensemble = decay(SCENARIOS).ensemble(5, scenario="late")
    assert np.array_equal(ensemble.drawn["r"], decay(SCENARIOS).ensemble(5).drawn["r"])
    drawn_rates = ensemble.drawn["r"][:, np.newaxis]
    early, late = np.minimum(ensemble.time, 5), np.maximum(ensemble.time - 5, 0)
    exact = 100 * np.exp(-drawn_rates * early - 0.2 * late)
    # The step that ends at 5 reads the new value in its last stage: an error of the order of the step, 1/64.
    assert np.allclose(ensemble.values["s"], exact, rtol=1e-3, atol=0)
    given = decay(SCENARIOS).ensemble(5, {"r": 0.1}, scenario="late")
    assert not given.drawn
    assert np.ptp(given.values["s"][:, -1]) == 0


@pytest.mark.parametrize("known", [*DISTRIBUTIONS, SCENARIOS, NOISY])
def test_the_flat_model_gives_the_same_ensemble(known: str) -> None:
    model = decay(known)
    again = sdlang.compile(model.expand())
    for scenario in model.scenarios:
        assert same(model.ensemble(5, scenario=scenario), again.ensemble(5, scenario=scenario))


def test_the_engines_draw_the_same() -> None:
    text = DECAY.format(HOLE).replace("using rk4", "using euler")
    made = [
        simulate(check(Source("m", text)), Options(engine=engine, runs=3, step_check=StepCheck.NONE)).ensembles["base"]
        for engine in ("reference", "fixed")
    ]
    assert np.array_equal(made[0].drawn["r"], made[1].drawn["r"])
    assert np.allclose(made[0].values["s"], made[1].values["s"], rtol=1e-12, atol=0)
    assert_runs_alike(text)


# When an ensemble is made --------------------------------------------------------------------------------------------


def runs_of(text: str, **options: int) -> int:
    outcome = simulate(check(Source("m", text)), Options(step_check=StepCheck.NONE, **options))  # type: ignore[arg-type]
    return outcome.ensembles["base"].runs if outcome.ensembles else 0


def test_an_ensemble_is_made_where_something_asks_for_it() -> None:
    certain, spread = "param r = 10% / year", "param r = 10% / year ~ normal(10%, 2%) / year"
    assert runs_of(DECAY.format(certain)) == 0
    assert runs_of(DECAY.format(spread)) == 0
    assert runs_of(DECAY.format(spread).replace("seed 7", "seed 7, runs 12")) == 12
    assert runs_of(DECAY.format(certain).replace("seed 7", "seed 7, runs 12")) == 0  # nothing would differ
    assert runs_of(DECAY.format(HOLE)) == 100
    assert runs_of(DECAY.format(HOLE), runs=5) == 5
    assert runs_of(DECAY.format(certain), runs=5) == 5
    assert runs_of(DECAY.format(spread) + "expect s > 0 people in 90% of runs\n") == 100


def test_the_number_of_runs_is_that_of_the_model_unless_it_is_given() -> None:
    model = sdlang.compile(DECAY.format(HOLE).replace("seed 7", "seed 7, runs 12"))
    assert model.ensemble().runs == 12
    assert model.ensemble(4).runs == 4


@pytest.mark.parametrize(
    ("call", "told"),
    [
        (lambda model: model.ensemble(1), "2 or more"),
        (lambda model: model.ensemble(4, scenario="all"), "use study"),
        (lambda model: model.ensemble(4, seed=-1), "seed must lie"),
    ],
)
def test_what_cannot_be_an_ensemble_is_told(call: Callable[[sdlang.Model], Ensemble], told: str) -> None:
    with pytest.raises(ValueError, match=told):
        call(decay())


def test_runs_are_a_whole_number() -> None:
    with pytest.raises(TypeError, match="whole number"):
        decay().ensemble(2.5)  # type: ignore[arg-type]


def test_an_ensemble_that_is_too_large_is_refused() -> None:
    with pytest.raises(ModelError) as refused:
        decay().ensemble(1_000_000_000)
    (told,) = refused.value.diagnostics
    assert told.code == "too-many-steps"
    assert "1000000000 runs" in told.message or "1,000,000,000 runs" in told.message


def test_a_run_that_cannot_go_on_says_its_number_and_what_was_drawn() -> None:
    model = decay("param r = ? in 5% .. 15% per year\naux root = sqrt(0.12 - r * 1 year)\nplot root")
    rates = [drawn(model.structure, Chance(7, number))["r"] for number in range(1, 101)]
    first = next(number for number, rate in enumerate(rates, 1) if rate > 0.12)
    assert first > 1  # so that the number says something
    with pytest.raises(NumericFailure) as failed:
        model.ensemble(100)
    assert f"this is run {first} of the ensemble" in str(failed.value)
    assert ("r", rates[first - 1], "1/year") in failed.value.operands


# What is expected of a share of runs ---------------------------------------------------------------------------------


@pytest.mark.parametrize("bound", [25, 30, 35, 40, 50])
@pytest.mark.parametrize("share", [20, 50, 80, 100])
def test_a_share_of_runs_is_counted(bound: int, share: int) -> None:
    text = DECAY.format(HOLE) + f"expect s > {bound} people at 10 in {share}% of runs\n"
    outcome = sdlang.compile(text).study()
    (verdict,) = outcome.verdicts
    ends = outcome.ensembles["base"].values["s"][:, -1]
    held = int((ends > bound).sum())
    assert verdict.holds == (held >= share)  # of 100 runs
    assert verdict.margin == pytest.approx((held - share) / 100)
    assert f"it holds in {held} of 100 runs" in verdict.detail
    if held < 100:
        assert f"worst in run {ends.argmin() + 1}," in verdict.detail


def test_runs_of_one_number_are_compared_between_scenarios() -> None:
    """`exp(-r t)` with the same r in both runs: half as many people, in every single run."""
    text = (
        DECAY.format(HOLE)
        + "scenario half { s = 50 people }\nexpect abs(s under half - s / 2) < 1e-9 people in 100% of runs\n"
    )
    outcome = sdlang.compile(text).study()
    base = next(verdict for verdict in outcome.verdicts if verdict.scenario == "")
    assert base.holds, base.detail
    assert list(outcome.ensembles) == ["base", "half"]


def test_what_is_held_at_a_value_is_held_in_every_run() -> None:
    """Without decay the stock stays; what is held is not drawn, and all else is."""
    text = DECAY.format(HOLE + "\nparam k = 1 ~ uniform(0.5, 1.5)").replace("s * r", "s * r * k")
    text += "expect extreme(k = 0, final(s) == 100 people) in 100% of runs\n"
    text += "expect extreme(r = 0, final(s) == 100 people) in 100% of runs\n"
    text += "expect extreme(k = 0.5, final(s) < 100 people) in 100% of runs\n"
    verdicts = sdlang.compile(text).study().verdicts
    assert [verdict.holds for verdict in verdicts] == [True] * 3, [verdict.detail for verdict in verdicts]
