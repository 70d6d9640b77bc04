"""Random draws in a run: the same bits on every engine, in any order of runs, at any step, and on every platform."""

from dataclasses import replace
from fractions import Fraction
from math import exp, log, sqrt

import numpy as np
import pytest
from scipy import stats

import sdlang
from sdlang import registry
from sdlang.compiler import Options, StepCheck, check, compile_system, simulate
from sdlang.engines.base import ENGINES, NumericFailure, Settings
from sdlang.equations.system import System
from sdlang.model.random_numbers import Chance, between_0_and_1, key_of
from sdlang.results.run import Run
from sdlang.source import Source
from tests.engines.programs import EVERY, run, system
from tests.expanded import assert_runs_alike
from tests.model.philox_of_numpy import block

SHOCKS = """\
dim r = a, b
param spread = 2
aux even[r] = uniform(0, 1)
aux bell[r] = normal(10, spread)
aux pair = uniform(0, 1) - uniform(0, 1)
aux wait[r] = exponential(3)
aux wear[r] = weibull(2, 3)
aux skew[r] = lognormal(5, 0.4)
aux peaked = triangular(1, 2, 5)
aux few = poisson(3.5)
aux many = poisson(200)
aux some = binomial(12, 0.4)
aux lump = gamma(0.7, 2)
aux large = gamma(2.5, 2)
aux share = beta(2, 3)
aux extreme = beta(0.5, 0.5)
aux crowd = binomial(100, 0.3)
aux hiss = white_noise(1, 1 year)
aux drift = pink_noise(1, 2 years)
stock s[r] = bell
flow f[r]: cloud -> s = wait / 1 year
"""
DRAWN = [line.split()[1].partition("[")[0] for line in SHOCKS.splitlines() if line.startswith("aux")]


def noisy(text: str = SHOCKS, step: Fraction | int = 1, span: str = "0 to 12 years", seed: int = 42) -> sdlang.Model:
    return sdlang.compile(f"simulate {span}, step {step}, seed {seed}\n{text}")


def even(name: str, step: int, element: int = 0, run_: int = 0, seed: int = 42) -> float:
    """The first number that NumPy's Philox gives for a step."""
    return between_0_and_1(block((step, element, run_, 0), (seed, key_of(name)))[0])


# The promise --------------------------------------------------------------------------------------------------------


def test_the_bits_of_some_draws() -> None:
    """What every platform gives. The even numbers are bits of NumPy's Philox; the others SciPy's `ppf` at the even
    number of the place, which agree to 1e-14 on any platform."""
    drawn = noisy().run()
    expected = {
        "even": "0x1.447bcc58a437bp-1",
        "bell": "0x1.71c4d8e8dc4acp+3",
        "wait": "0x1.7526a1f815ac6p-3",
        "wear": "0x1.d9bf88c20bf9ep+1",
        "skew": "0x1.0c54c4b7eb3b9p+2",
    }
    assert {name: float(drawn[name][3, 1]).hex() for name in expected} == expected
    known = {
        "even": ("uniform", stats.uniform()),
        "bell": ("normal", stats.norm(10, 2)),
        "wait": ("exponential", stats.expon(scale=3)),
        "wear": ("weibull", stats.weibull_min(2, scale=3)),
        "skew": ("lognormal", stats.lognorm(0.4, scale=5)),
    }
    for name, (function, distribution) in known.items():
        there = [[even(f"{name}.{function}.value", step, element) for element in (0, 1)] for step in range(13)]
        np.testing.assert_allclose(drawn[name], distribution.ppf(there), rtol=1e-14)


def test_counts_and_peaks_are_quantiles_of_the_even_numbers() -> None:
    drawn = noisy().run()
    for name, function, distribution in (
        ("few", "poisson", stats.poisson(3.5)),
        ("some", "binomial", stats.binom(12, 0.4)),
        ("peaked", "triangular", stats.triang(0.25, 1, 4)),
    ):
        there = [even(f"{name}.{function}.value", step) for step in range(13)]
        np.testing.assert_allclose(drawn[name], distribution.ppf(there), rtol=1e-13)


def test_gamma_numbers_are_those_of_marsaglia_and_tsang() -> None:
    """The method, once more, with the logarithm of the C library and SciPy's normal quantile."""
    drawn = noisy().run()["large"]
    d = 2.5 - 1 / 3
    for step in range(13):
        words = [w for n in range(9) for w in block((step, 0, 0, n), (42, key_of("large.gamma.value")))]
        numbers = iter([between_0_and_1(word) for word in words])
        for first, second in zip(numbers, numbers, strict=True):
            x = stats.norm.ppf(first)
            v = (1 + x / sqrt(9 * d)) ** 3
            if v > 0 and log(second) < x * x / 2 + d - d * v + d * log(v):
                break
        assert drawn[step] == pytest.approx(2 * d * v, rel=1e-13)


@EVERY
def test_every_engine_draws_the_same_bits(engine: str, method: str) -> None:
    expected = noisy().run(engine="reference")
    found = noisy().run(engine=engine, method=method)
    for name in DRAWN:
        assert found[name].tolist() == expected[name].tolist(), name


@EVERY
def test_a_stock_begins_with_what_is_drawn_at_the_start(engine: str, method: str) -> None:
    found = noisy().run(engine=engine, method=method)
    assert found["s"][0].tolist() == found["bell"][0].tolist()


@EVERY
def test_runs_can_be_made_in_any_order(engine: str, method: str) -> None:
    program = registry.find("engines", ENGINES, engine)().compile(system(SHOCKS, Fraction(1)), Settings(method))
    chances = [Chance(7, number) for number in range(3)]
    forwards = [program.run({}, chance) for chance in chances]
    backwards = [program.run({"spread": 2.0}, chance) for chance in reversed(chances)][::-1]
    for one, other in zip(forwards, backwards, strict=True):
        assert all(one[name].tolist() == other[name].tolist() for name in (*DRAWN, "s"))
    assert len({float(each["bell"][4, 0]) for each in forwards}) == 3
    key = "even.uniform.value"
    assert [each["even"][4, 1] for each in forwards] == [even(key, 4, 1, number, 7) for number in range(3)]


def test_the_single_run_is_run_0_of_the_seed_of_the_model() -> None:
    made = noisy(seed=7)
    alone = made.run()
    first = compile_system(system(SHOCKS, Fraction(1)), "fixed", "rk4").run({}, Chance(7))
    assert alone["bell"][:9].tolist() == first["bell"].tolist()
    assert made.run(seed=7)["bell"].tolist() == alone["bell"].tolist()
    assert made.run(seed=8)["bell"].tolist() == noisy(seed=8).run()["bell"].tolist() != alone["bell"].tolist()


def test_the_seed_is_1_where_nothing_is_said() -> None:
    plain = sdlang.compile(f"simulate 0 to 3 years, step 1\n{SHOCKS}")
    assert plain.run()["bell"].tolist() == plain.run(seed=1)["bell"].tolist()


def test_what_else_is_drawn_changes_nothing() -> None:
    alone = noisy("aux bell = normal(10, 2)\nplot bell").run()["bell"]
    among = noisy("aux first = normal(1, 2)\naux bell = normal(10, 2) + 0 * gamma(2, 1)\nplot bell, first").run()[
        "bell"
    ]
    assert alone.tolist() == among.tolist()


def test_a_flat_model_draws_the_same() -> None:
    assert_runs_alike(f"simulate 0 to 3 years, step 1 year, seed 42\n{SHOCKS}")


FLAT = {
    "elements that read one another": "dim age = 1 .. 4\naux x[age] = if age == 1 then 9 else normal(x[age - 1], 1)",
    "a draw read by another component": "aux w = smooth(normal(0, 1), 1 year, initial = normal(5, 1)) + normal(2, 1)",
    "draws in draws, in sums, by element": """
dim age = 1 .. 4
dim r = a, b
stock z[age] = 3
aux y[age] = smooth(normal(z, 1) + 0, 1 year) + (if age == 1 then 9 else normal(z[age - 1], 1))
aux x[r, age] = sum(normal(1, 2) * normal(y, 1) over r) + normal(normal(1, 2), 2)
aux w = sum(normal(y, 1) over age where age > 2)
aux v[r] = { a: normal(1, 1), b: uniform(3, 4) }
plot w""",
    "components and contests": """
dim r = a, b
stock people[r] = 100
stock done[r] = 0
component pool(rate, noise = normal(1, 0.1)) from people to done {
  aux inner = gamma(3, 1) * rate
  flow go: people -> done = binomial(20, clip(abs(inner * noise), 0, 1)) / 1 year
}
pool clerks[r] {
  rate = normal(0.1, 0.01)
  people <- people
  done -> done
}
flow out[r]: people -> { done: 30%, cloud: rest } = poisson(10) / 1 year
flow hire[r]: people -> done = poisson(60) / 1 year
share people proportional within 1 year
dim age = 1 .. 4
stock aged[age] = 100
flow leaving[age]: aged -> cloud = (if age == 1 or age == 3 then 0 else uniform(0, 20 * aged[age - 1])) / 1 year
flow dying[age]: aged -> cloud = 50 / 1 year
share aged proportional within 1 year
""",
}


@pytest.mark.parametrize("name", FLAT)
def test_flat_models_draw_the_same(name: str) -> None:
    assert_runs_alike(f"simulate 0 to 2 years, step 1/4 year, seed 3\n{FLAT[name]}")


# Steps --------------------------------------------------------------------------------------------------------------


def with_step(step: str, text: str = SHOCKS) -> System:
    """A system that says a step of 1, and takes another one, of which all points are kept."""
    made = system(text, Fraction(1))
    return replace(made, clock=replace(made.clock.with_step(Fraction(step)), save=1))


@EVERY
@pytest.mark.parametrize("step", ["1/2", "1/3", "1/8"])
def test_a_smaller_step_sees_the_very_same_noise(engine: str, method: str, step: str) -> None:
    whole = run(system(SHOCKS, Fraction(1)), engine, method)
    finer = run(with_step(step), engine, method)
    for name in DRAWN:
        held = np.repeat(whole[name][:-1], int(1 / Fraction(step)), axis=0)
        assert finer[name][:-1].tolist() == held.tolist(), name


def test_a_larger_step_draws_once_a_step() -> None:
    model = noisy()
    larger = model.run(step=2)
    assert larger["even"].tolist() == model.run(start=0, stop=6)["even"].tolist()
    # White noise is averaged over the step that there is.
    assert larger["hiss"][0] == pytest.approx(model.run()["hiss"][0] / sqrt(2), rel=1e-15)


def test_the_error_of_the_step_is_that_of_the_method_and_not_of_the_noise() -> None:
    text = "stock x = 1\naux push = white_noise(1, 1 year)\nflow f: cloud -> x = (push - x) / 1 year\nplot push"
    outcome = simulate(
        check(Source("a.sd", f"simulate 0 to 5 years, step 1/16, using rk4\n{text}")),
        Options(step_check=StepCheck.HALF),
    )
    errors = {error.name: error.relative for error in outcome.runs["base"].accuracy}
    assert errors["push"] == 0.0
    # dx/dt = p - x with p constant within each step: RK4 is off by (1/16)^5 / 120 of the difference in each.
    assert 0 < errors["x"] < 1e-6


def test_an_argument_is_read_when_the_draw_is_made() -> None:
    """Steps of a quarter, draws once a year: `grows` changes in between, what was drawn does not."""
    text = "stock grows = 0\nflow f: cloud -> grows = 4 / 1 year\naux x = normal(grows, 0)\nplot x"
    assert run(with_step("1/4", text), "fixed", "euler")["x"][:9].tolist() == [0, 0, 0, 0, 4, 4, 4, 4, 8]


# What the noises do -------------------------------------------------------------------------------------------------


def variance_of_driven(step: Fraction) -> float:
    """The variance of what white noise drives, over all runs of an ensemble and the second half of each."""
    text = (
        "stock x = 0\naux push = white_noise(3, 2 years)\nflow f: cloud -> x = (push * 1 - x / 2) / 1 year\nplot push"
    )
    program = compile_system(system(text, step, "0 to 40 years"), "fixed", "euler")
    runs = [program.run({}, Chance(1, number))["x"] for number in range(60)]
    return float(np.mean([np.square(each[len(each) // 2 :]) for each in runs]))


def test_what_white_noise_drives_varies_alike_whatever_the_step() -> None:
    """dx/dt = w - x / T with white noise w of the deviation sd over the interval: its variance tends to
    sd^2 interval T / 2 = 9 * 2 * 2 / 2 = 18 as the step h falls; with Euler's method it is 18 / (1 - h / (2 T)),
    since x' = (1 - h/T) x + h w with the variance sd^2 interval / h of w."""
    for step in (Fraction(1), Fraction(1, 2), Fraction(1, 4)):
        # 60 runs of 20 years, in each of which x renews itself about 20 / (2 T) = 5 times: sqrt(2 / 300) = 8 %.
        assert variance_of_driven(step) == pytest.approx(18 / (1 - float(step) / 4), rel=4 * 0.08)


def test_pink_noise_is_the_same_process_at_every_step() -> None:
    """Its correlation at a lag of 1 year is exp(-1 / 2), at steps of 1 and of 1/4 alike."""
    for step in (Fraction(1), Fraction(1, 4)):
        found = noisy("aux x = pink_noise(3, 2 years)\nplot x", step, "0 to 4000 years").run()["x"]
        lag = int(1 / step)
        independent = 4000 / (2 * 2)
        assert found.std() == pytest.approx(3, rel=4 / sqrt(2 * independent))
        correlation = float(np.mean(found[:-lag] * found[lag:])) / 9
        assert correlation == pytest.approx(exp(-0.5), abs=4 / sqrt(independent))


# What goes wrong, and what is said ----------------------------------------------------------------------------------


@EVERY
def test_an_impossible_draw_stops_the_run_in_words(engine: str, method: str) -> None:
    text = "stock s = 2.25\nflow f: s -> cloud = 1 / 1 year\naux x = normal(5, s)\nplot x"
    with pytest.raises(NumericFailure) as stopped:
        run(system(text, Fraction(1, 2)), engine, method)
    assert stopped.value.variable == "x"
    assert stopped.value.time == pytest.approx(2.5)
    assert stopped.value.cause == "the standard deviation is -0.25, below 0"
    assert [(name, round(value, 9)) for name, value, _ in stopped.value.operands] == [("s", -0.25)]


@EVERY
def test_what_grows_beyond_all_bounds_stops_the_run(engine: str, method: str) -> None:
    with pytest.raises(NumericFailure, match="it grew beyond all bounds"):
        run(system("aux x = lognormal(1, 1000 + time / 1 year)\nplot x", Fraction(1, 8)), engine, method)


@EVERY
def test_where_nothing_is_drawn_nothing_is_wrong(engine: str, method: str) -> None:
    text = "dim i = 1 .. 3\naux sd[i] = i - 2\naux x[i] = if i == 1 then 7 else normal(i * 1, sd[i])\nplot x"
    assert run(system(text, Fraction(1)), engine, method)["x"][0, :2].tolist() == [7, 2]


def test_provenance_names_the_seed_of_a_model_that_draws() -> None:
    drawn: Run = noisy().run()
    assert drawn.provenance.seed == 42
    assert noisy("stock s = 1").run().provenance.seed is None


def test_analysis_says_why_there_is_none() -> None:
    from sdlang.equations.analysis import NoAnalysis

    model = noisy("stock s = 1\nflow f: s -> cloud = s * uniform(0, 1) / 1 year")
    for ask in (model.equilibria, model.linearise):
        with pytest.raises(NoAnalysis, match=r"draws random numbers|random draws"):
            ask()


def test_equations_show_the_draw_where_it_is_read() -> None:
    model = noisy("dim r = a, b\nstock s[r] = 1\nflow f[r]: s -> cloud = s * uniform(0, 1) / 1 year")
    assert r"\mathrm{uniform}\left(0, 1\right)" in model.latex()["f"]
    assert "uniform" in model.report()


def test_more_draws_than_there_is_time_for_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    # 100 * 100 draws, each as laborious as 100 operations.
    monkeypatch.setenv("SDLANG_LIMIT_WORK", "900000")
    text = "dim a = 1 .. 100\ndim b = 1 .. 100\naux x[a, b] = normal(0, 1)\nplot x"
    with pytest.raises(sdlang.ModelError, match="of them for `x`") as refused:
        system(text, Fraction(1))
    assert [each.code for each in refused.value.diagnostics] == ["model-too-large"]


def test_strata_draw_for_themselves_and_what_is_kept_draws_for_all() -> None:
    text = """\
dim r = a, b
param arriving = 10
stock s = 100
aux luck = normal(1, 0.2)
flow f: cloud -> s = poisson(arriving * abs(luck)) / 1 year
stratify model by r {
  s = { a: 60%, b: 40% }
  arriving = { a: 50%, b: 50% }
}
"""
    found = noisy(text).run()
    assert found["luck"].shape == (13,)
    assert found["f"].shape == (13, 2)
    assert found["f"][:, 0].tolist() != found["f"][:, 1].tolist()
    assert found["luck"].tolist() == noisy("aux luck = normal(1, 0.2)\nplot luck").run()["luck"].tolist()
