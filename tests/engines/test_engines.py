"""Every engine with every method against solutions that are known exactly, and what is said of a run that fails."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from fractions import Fraction

import numpy as np
import pytest

from sdlang import registry
from sdlang.diagnostics import ModelError
from sdlang.engines.base import ENGINES, METHODS, NumericFailure, Settings
from sdlang.engines.clockwork import Times, just_before
from sdlang.equations.system import System
from sdlang.model.model import Clock
from sdlang.results.run import Array
from sdlang.units.catalogue import BUILT_IN
from tests.engines.programs import EVERY, PAIRS, STEP, run, system


def halved(system_: System) -> System:
    """The same system with half the step and the same saved points."""
    clock = system_.clock
    return replace(system_, clock=replace(clock, step=clock.step / 2, save=clock.save * 2))


@dataclass(frozen=True)
class Problem:
    """A model whose stock `x` is known at any time. `euler` times the step is a bound on Euler's error."""

    text: str
    x: Callable[[Array], Array]
    euler: float


# For x' = f(x), Euler's error is h/2 * f(x) * ln(f(x) / f(x(0))) to first order in the step h: the error e follows
# e' = f'(x) e - h x''/2 with x'' = f f', which e = f(x) g solves with g' = -h/2 f'(x) = -h/2 (ln f)'. Where the rate
# does not read the stock, Euler adds rectangles that lack h/2 times the rise of the rate.
PROBLEMS = {
    # f = -x/2: the error is h/2 * 50 exp(-t/2) * t/2, at most h/2 * 50 / e = 9.2 h.
    "decay": Problem("stock x = 100\nflow f: x -> cloud = x / 2 years", lambda t: 100 * np.exp(-t / 2), 10),
    # f = x (1 - x/100) is 9 at the start and at most 25: the error is at most h/2 * 25 * ln(25/9) = 12.8 h.
    "logistic": Problem(
        "stock x = 10\nflow f: cloud -> x = x * (1 - x / 100) / 1 year", lambda t: 100 / (1 + 9 * np.exp(-t)), 14
    ),
    # A rate of 3 from t = 2 on; equal rectangles lack nothing.
    "step": Problem("stock x = 0\nflow f: cloud -> x = step(3 / year, 2)", lambda t: 3 * np.maximum(t - 2, 0), 1e-6),
    # A rate of 4 from t = 1 for 2 years.
    "pulse": Problem(
        "stock x = 0\nflow f: cloud -> x = pulse(4 / year, 1, 2 years)", lambda t: 4 * np.clip(t - 1, 0, 2), 1e-6
    ),
    # A rate that rises by 2 a year from t = 1 to t = 4, to 6: (t - 1)^2 up to 9, then 9 + 6 (t - 4).
    "ramp": Problem(
        "stock x = 0\nflow f: cloud -> x = ramp(2 / year^2, 1, 4)",
        lambda t: np.where(t < 4, np.maximum(t - 1, 0) ** 2, 9 + 6 * (t - 4)),
        3.001,
    ),
    # From t = 2 on f = 5 - x = 5 exp(-(t - 2)): the error is h/2 * 5 s exp(-s), at most h/2 * 5 / e = 0.92 h.
    "answer to a step": Problem(
        "stock x = 0\nflow f: cloud -> x = (step(5, 2) - x) / 1 year",
        lambda t: np.where(t > 2, 5 * (1 - np.exp(-(t - 2))), 0),
        1,
    ),
}


@EVERY
@pytest.mark.parametrize("name", list(PROBLEMS))
def test_every_engine_finds_the_known_solution(engine: str, method: str, name: str) -> None:
    problem = PROBLEMS[name]
    found = run(system(problem.text), engine, method)
    # RK4 leaves about h^4 = 4e-9 of the size of x, the adaptive methods 1e-8 a step over some hundred steps.
    allowed = problem.euler * float(STEP) if method == "euler" else 1e-6 * float(np.max(np.abs(found["x"])))
    np.testing.assert_allclose(found["x"], problem.x(found.time), rtol=0, atol=allowed)
    assert found.time.tolist() == [number / 128 for number in range(8 * 128 + 1)]


def error(system_: System, method: str, problem: Problem) -> float:
    """The largest error over the saved points."""
    found = run(system_, "fixed", method)
    return float(np.max(np.abs(found["x"] - problem.x(found.time))))


@pytest.mark.parametrize("name", ["decay", "logistic", "ramp", "answer to a step"])
@pytest.mark.parametrize("engine", ["fixed", "reference"])
def test_eulers_error_halves_with_the_step(name: str, engine: str) -> None:
    problem = PROBLEMS[name]
    coarse = system(problem.text, Fraction(1, 64))
    errors = []
    for each in (coarse, halved(coarse)):
        found = run(each, engine, "euler")
        errors.append(float(np.max(np.abs(found["x"] - problem.x(found.time)))))
    # An error of order 1 falls by 2^1, but for terms of h^2: 1/64 of it.
    assert errors[0] / errors[1] == pytest.approx(2, rel=2 / 64)


@pytest.mark.parametrize("name", ["decay", "logistic", "answer to a step"])
def test_the_error_of_rk4_falls_sixteen_times_when_the_step_halves(name: str) -> None:
    problem = PROBLEMS[name]
    coarse = system(problem.text, Fraction(1, 8))
    # An error of order 4 falls by 2^4, but for terms of h^5. It does so behind a jump, too.
    assert error(coarse, "rk4", problem) / error(halved(coarse), "rk4", problem) == pytest.approx(16, rel=1 / 8)


def test_euler_is_compound_interest() -> None:
    # Each step multiplies by 1 - h/2: after n steps 100 (1 - h/2)^n, to rounding.
    for engine in ("reference", "fixed"):
        found = run(system(PROBLEMS["decay"].text, Fraction(1, 4)), engine, "euler")
        np.testing.assert_allclose(found["x"], 100 * (1 - 0.125) ** np.arange(33), rtol=1e-14)


def test_a_step_of_rk4_is_the_series_of_exp_to_fourth_order() -> None:
    # For x' = -x/2 a step of h = 1 multiplies by 1 - z + z^2/2 - z^3/6 + z^4/24 with z = 1/2: 0.606770833...
    found = run(system(PROBLEMS["decay"].text, Fraction(1)), "fixed", "rk4")
    factor = 1 - 1 / 2 + 1 / 8 - 1 / 48 + 1 / 384
    np.testing.assert_allclose(found["x"], 100 * factor ** np.arange(9), rtol=1e-14)


SERIES = "year,n\n0,0\n1,2\n3,2\n5,8\n8,-1\n9,-1\n"
# Areas under the straight lines: 1 up to t = 1; 4 more up to 3; (2 + 8)/2 * 2 = 10 up to 5;
# (8 - 1)/2 * 3 = 10.5 up to 8.
AREAS = {0.0: 0.0, 1.0: 1.0, 3.0: 5.0, 5.0: 15.0, 8.0: 25.5}
# As steps: 0 up to 1, 2 * 2 up to 3, 2 * 2 up to 5, 8 * 3 up to 8.
STEPS = {0.0: 0.0, 1.0: 0.0, 3.0: 4.0, 5.0: 8.0, 8.0: 32.0}


@pytest.mark.parametrize(("engine", "method"), [pair for pair in PAIRS if pair[1] not in ("euler", "bdf")])
@pytest.mark.parametrize(("reading", "areas"), [("linear", AREAS), ("step", STEPS)])
def test_the_kinks_and_jumps_of_a_series_are_not_stepped_over(
    engine: str, method: str, reading: str, areas: dict[float, float]
) -> None:
    text = f'series s : 1/year = csv("d.csv"), {reading}\nstock x = 7\nflow f: cloud -> x = s'
    found = run(system(text, Fraction(1, 4), data=SERIES), engine, method)
    for time, area in areas.items():
        assert found.at("x", time) - 7 == pytest.approx(area, abs=1e-6)
    if method == "rk4":  # the rate is linear within each step: Simpson's rule is exact
        assert found.at("x", 8.0) == pytest.approx(7 + areas[8.0], rel=1e-11)


@pytest.mark.parametrize(
    ("engine", "method"),
    [pair for pair in PAIRS if pair[1] != "bdf"],
)
def test_what_begins_at_the_end_of_the_run_does_not_act_within_it(engine: str, method: str) -> None:
    text = "stock x = 1\nflow f: cloud -> x = step(3 / year, 8)"
    assert run(system(text, Fraction(1, 4)), engine, method)["x"][-1] == pytest.approx(1, abs=1e-9)


@pytest.mark.parametrize("method", ["rk45", "dop853", "lsoda", "radau"])
def test_a_jump_between_two_saved_points_is_exact_with_adaptive_methods(method: str) -> None:
    # 1.2345 lies on no step: x = 10 + 3 (8 - 1.2345) = 30.2965; a pulse of 4 from 2.1 for 0.7 years adds 2.8.
    text = "stock x = 10\nflow f: cloud -> x = step(3 / year, 1.2345) + pulse(4 / year, 2.1, 0.7 years)"
    assert run(system(text, Fraction(1)), "scipy", method)["x"][-1] == pytest.approx(33.0965, abs=1e-7)


def test_a_jump_on_a_step_acts_from_that_step_on_in_every_engine() -> None:
    text = "stock x = 1\naux a = step(1, 2)\naux b = if time >= 2 then 1 else 0\nflow f: cloud -> x = a / 1 year"
    for engine, method in PAIRS:
        found = run(system(text, Fraction(1, 12)), engine, method)
        for name in "ab":
            assert found[name][:24].tolist() == [0.0] * 24
            assert found[name][24:].tolist() == [1.0] * 73


@pytest.mark.parametrize(
    ("engine", "method"),
    [pair for pair in PAIRS if pair[1] not in ("bdf", "euler")],
)
@pytest.mark.parametrize("condition", ["time > 2", "not time <= 2"])
def test_a_jump_behind_a_time_is_as_exact_as_one_at_it(engine: str, method: str, condition: str) -> None:
    # What holds at t = 2 alone lasts no time: the rate is 3 from 2 to 8, x = 1 + 3 * 6.
    text = f"stock x = 1\nflow f: cloud -> x = if {condition} then 3 / year else 0"
    assert run(system(text, Fraction(1, 4)), engine, method)["x"][-1] == pytest.approx(19, abs=1e-6)


def test_a_stiff_system_needs_few_steps_of_an_implicit_method() -> None:
    # x' = -10,000 (x - cos t): after the start x follows (10^8 cos t + 10^4 sin t) / (10^8 + 1), which at t = 8 is
    # cos 8 + 1e-4 sin 8 - 1e-8 cos 8.
    text = "stock x = 1\nflow f: cloud -> x = (cos(time / 1 year) - x) * 10_000 / year\nparam unused = 1\nplot unused"
    expected = np.cos(8) + 1e-4 * np.sin(8) - 1e-8 * np.cos(8)
    for method in ("bdf", "radau", "lsoda"):
        assert run(system(text, Fraction(1)), "scipy", method)["x"][-1] == pytest.approx(expected, rel=1e-6)


# The engines among each other ----------------------------------------------------------------------------------------

MIXED = """
param rate = 0.3 / year
param wait = 9 months
table pull(gap) = (0, 0) (0.4, 0.7) (1, 1), spline
stock a = 50
stock b = a / 3
aux seen = smooth(a, wait, order = 3)
aux share = clip(b / (a + b), 0, 1)
aux pulled = pull(share)
flow f: a -> b = max(0, a * rate * pulled) + step(1 / year, 3)
flow g: b -> cloud = if time >= 5 and not time >= 7 then b / wait else min(b, seen) * rate
flow h: cloud -> a = (-seen + 100 - -b) * rate * abs(sin(time / 1 year)) ^ 1.5 / 10
"""


def test_the_fixed_engine_rounds_as_the_reference_does() -> None:
    mixed = system(MIXED, Fraction(1, 16))
    reference, fixed = run(mixed, "reference", "euler"), run(mixed, "fixed", "euler")
    assert list(reference.own) == list(fixed.own)
    for name in reference.own:
        np.testing.assert_allclose(fixed.own[name], reference.own[name], rtol=1e-12, atol=1e-300)


def test_all_methods_agree_on_a_model_with_all_kinds_of_equations() -> None:
    mixed = system(MIXED, Fraction(1, 256))
    best = run(mixed, "scipy", "dop853")
    for method in ("rk4", "rk45", "lsoda", "radau", "bdf"):
        found = run(mixed, METHODS[method], method)
        for name in ("a", "b", "seen"):
            np.testing.assert_allclose(found[name], best[name], rtol=2e-5)


@EVERY
def test_a_model_without_stocks_runs(engine: str, method: str) -> None:
    found = run(system("aux a = (time / 1 year) ^ 2", Fraction(1)), engine, method)
    assert found["a"].tolist() == [float(year**2) for year in range(9)]


# Programs ------------------------------------------------------------------------------------------------------------


@EVERY
def test_a_program_runs_as_often_as_one_likes(engine: str, method: str) -> None:
    compiled = registry.find("engines", ENGINES, engine)().compile(
        system("param r = 0.5 / year\nstock x = 8 * k\nparam k = 1\nflow f: x -> cloud = x * r"), Settings(method)
    )
    first, other, again = compiled.run({}), compiled.run({"r": 0.0, "k": 2.0}), compiled.run({})
    assert first["x"].tolist() == again["x"].tolist()
    assert set(other["x"].tolist()) == {16.0}
    assert dict(other.provenance.parameters) == {"r": 0.0, "k": 2.0}
    assert (first.provenance.engine, first.provenance.method) == (engine, method)


@EVERY
def test_a_name_that_is_no_parameter_is_a_key_error(engine: str, method: str) -> None:
    with pytest.raises(KeyError, match="x"):
        run(system("stock x = 1"), engine, method, {"x": 2.0})


def test_a_parameter_that_reads_another_follows_it_unless_it_is_given_itself() -> None:
    text = system("param a = 1\nparam b = a * 2\nstock x = b")
    assert run(text, "fixed", "rk4", {"a": 5.0})["x"][0] == 10.0
    assert run(text, "fixed", "rk4", {"a": 5.0, "b": 3.0})["x"][0] == 3.0


@EVERY
def test_fewer_points_are_saved_and_they_are_the_same(engine: str, method: str) -> None:
    full = system(PROBLEMS["decay"].text, Fraction(1, 8))
    fewer = replace(full, clock=replace(full.clock, save=3))
    every, third = run(full, engine, method), run(fewer, engine, method)
    # 64 steps: points 0, 3, ..., 63, and the last one
    assert third.time.tolist() == [*every.time[::3].tolist(), 8.0]
    np.testing.assert_allclose(third["x"], [*every["x"][::3], every["x"][-1]], rtol=1e-7)


def test_the_numbers_of_a_run_cannot_be_changed() -> None:
    found = run(system("stock x = 1"), "fixed", "rk4")
    with pytest.raises(ValueError, match="read-only"):
        found["x"][0] = 2.0
    with pytest.raises(ValueError, match="read-only"):
        found.time[0] = 2.0


# What goes wrong -----------------------------------------------------------------------------------------------------


def failure(text: str, engine: str, method: str, data: str = "") -> NumericFailure:
    with pytest.raises(NumericFailure) as raised:
        run(system(text, Fraction(1, 4), data=data), engine, method)
    return raised.value


@EVERY
def test_a_division_by_zero_names_variable_time_equation_and_operands(engine: str, method: str) -> None:
    text = "param last = 3 years\nstock x = 2\naux left = last - time\naux per_year = x / left"
    failed = failure(text, engine, method)
    assert (failed.variable, failed.time, failed.cause) == ("per_year", 3.0, "it divides by 0")
    assert failed.equation == "x / left"
    assert failed.operands == (("x", 2.0, "1"), ("left", 0.0, "years"))
    assert failed.span is not None
    assert failed.span.text == "per_year"
    assert str(failed) == "`per_year` at time 3: it divides by 0"


@EVERY
def test_a_logarithm_of_nothing_is_told(engine: str, method: str) -> None:
    failed = failure("aux a = 2 - time / 1 year\naux b = ln(a)\nstock x = 1", engine, method)
    # An adaptive method looks ahead: it may meet the end of the logarithm later than a fixed step does.
    assert (failed.variable, failed.operands) == ("b", (("a", 2 - failed.time, "1"),))
    assert failed.time >= 2.0 if engine == "scipy" else failed.time == 2.0
    assert "logarithm" in failed.cause


@EVERY
def test_a_table_read_outside_its_points_is_told(engine: str, method: str) -> None:
    text = "table t(x) = (0, 0) (4, 1), linear, error\naux a = t(time / 1 year)\nstock x = 1"
    failed = failure(text, engine, method)
    assert failed.variable == "a"
    # The first step that ends behind 4 is that from 4 to 4.25; RK4 reads its middle first, an adaptive method any time.
    assert 4 < failed.time if engine == "scipy" else failed.time == (4.125 if method == "rk4" else 4.25)
    assert failed.cause == f"`t` has points from 0 to 4 and is read at {failed.time:g}"


@EVERY
def test_a_start_that_cannot_be_computed_is_told(engine: str, method: str) -> None:
    failed = failure("stock x = 1 / y\naux y = time / 1 year", engine, method)
    assert (failed.variable, failed.time, failed.cause) == ("x", 0.0, "it divides by 0")


@pytest.mark.parametrize(("engine", "method"), [("reference", "euler"), ("fixed", "euler"), ("fixed", "rk4")])
def test_growth_beyond_all_bounds_is_told(engine: str, method: str) -> None:
    failed = failure("stock x = 1e200\nflow f: cloud -> x = x * x / 1 year", engine, method)
    assert failed.variable in ("x", "f")
    assert failed.time <= 0.5  # 1e400 is no number: the square of the start is beyond bounds at once
    assert failed.cause == "it grew beyond all bounds"


@EVERY
def test_a_stock_that_falls_below_what_is_expected_stops_the_run(engine: str, method: str) -> None:
    # 5 less 2 a year: 0 at t = 2.5; the next quarter shows -0.5.
    text = "stock x : people = 5\nflow f: x -> cloud = 2 people/year\nexpect x >= 0 people always"
    failed = failure(text, engine, method)
    assert (failed.variable, failed.time) == ("x", 2.75)
    assert failed.forbidden_by == "x >= 0 people always"
    assert failed.cause == "it fell to -0.5 people, which `expect x >= 0 people always` forbids"
    assert failed.operands == (("f", 2.0, "people/year"),)


def test_operands_are_shown_in_the_unit_of_the_variable() -> None:
    text = "param wait : months = 6\naux a = 1 / (time - wait)\nstock x = 1"
    failed = failure(text, "fixed", "rk4")
    # half a year is reached at t = 0.5, the second quarter
    assert failed.time == 0.5
    assert failed.operands == (("time", 0.5, "years"), ("wait", 6.0, "months"))


# The clock -----------------------------------------------------------------------------------------------------------


def clock(start: Fraction, stop: Fraction, step: Fraction) -> Clock:
    return Clock(start, stop, step, BUILT_IN["years"])


def test_times_are_rounded_once_and_never_drift() -> None:
    times = Times(clock(Fraction(2024), Fraction(2034), Fraction(1, 12)))
    assert [times.at(12 * year) for year in range(11)] == [2024.0 + year for year in range(11)]
    assert [times.at(count) for count in range(121)] == [float(2024 + Fraction(count, 12)) for count in range(121)]
    assert times.middle(0) == float(2024 + Fraction(1, 24))
    assert times.steps == 120


def test_just_before_a_time_is_before_it_and_not_by_much() -> None:
    for time in (2026.0, -5.0, 0.0, 1e-9):
        assert just_before(time) < time
        assert time - just_before(time) <= 1e-10 * max(abs(time), 1e-300)


def test_a_run_that_would_take_all_memory_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ModelError) as raised:
        system("stock x = 1", Fraction(1, 100_000_000))
    assert [d.code for d in raised.value.diagnostics] == ["too-many-steps"]
    monkeypatch.setenv("SDLANG_LIMIT_VALUES", "20")
    with pytest.raises(ModelError, match="save every"):
        system("stock x = 1\nstock y = 1\nstock z = 1", Fraction(1))  # 9 points of 3 variables


def test_the_table_of_methods_names_engines_that_offer_them() -> None:
    for method, engine in METHODS.items():
        assert method in registry.find("engines", ENGINES, engine).methods


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("aux y[a] = sum(x[a] * (b + c) over b, c)", "of them for `y`"),  # 100 * 100 * 100 * 9
        ("dim d = a\nstock m[a, d] = 1\naux y[a, d] = inverse(m over a, d)", "of them for `y`"),  # 100^3
        ("\n".join(f"expect x >= {least}" for least in range(70)), "to judge what is expected"),  # 70 * 100 * 81 * 3
    ],
)
def test_what_would_take_too_long_is_refused(monkeypatch: pytest.MonkeyPatch, text: str, told: str) -> None:
    monkeypatch.setenv("SDLANG_LIMIT_WORK", "900000")
    with pytest.raises(ModelError, match=told) as raised:
        system(f"dim a = 1 .. 100\ndim b = 1 .. 100\ndim c = 1 .. 100\nstock x[a] = 1\n{text}", Fraction(1, 10))
    assert [d.code for d in raised.value.diagnostics] == ["model-too-large"]
