"""How far the step is from small enough, told from a run at half the step."""

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType

import numpy as np
import pytest

import sdlang
from sdlang.compiler import StepCheck
from sdlang.equations.system import Column
from sdlang.results.accuracy import estimate
from sdlang.results.run import Provenance, Run, StepError

DECAY = "simulate 0 to 4 years, step {step}, using {method}\nstock x = 100\nflow f: x -> cloud = x / 1 year\n"


def checked(step: str, method: str) -> Run:
    return sdlang.compile(DECAY.format(step=step, method=method)).run(step_check=StepCheck.HALF)


def of(run: Run, name: str) -> StepError:
    return next(error for error in run.accuracy if error.name == name)


@pytest.mark.parametrize(("method", "step"), [("euler", "1/32"), ("euler", "1/128"), ("rk4", "1/4"), ("rk4", "1/16")])
def test_the_estimated_error_is_the_true_one(method: str, step: str) -> None:
    # x = 100 exp(-t). The estimate leaves out one order of the step: it is right to about a step, relatively.
    run = checked(step, method)
    true = float(np.max(np.abs(run["x"] - 100 * np.exp(-run.time))))
    assert of(run, "x").absolute == pytest.approx(true, rel=2 * run.provenance.step)
    assert of(run, "x").relative == pytest.approx(true / 100, rel=2 * run.provenance.step)


def run_of(method: str, step: float, values: Mapping[str, list[float]], scale: float = 1.0) -> Run:
    columns = {name: Column(name, "", "1", scale, "stock", name.startswith("inner")) for name in values}
    own = {name: np.array(column) for name, column in values.items()}
    length = len(next(iter(own.values())))
    provenance = Provenance("m", "", "fixed", method, step, "years")
    return Run(np.arange(float(length)), MappingProxyType(own), MappingProxyType(columns), provenance)


@pytest.mark.parametrize(
    ("method", "factor"),
    [
        ("euler", 2.0),  # 2^1 / (2^1 - 1)
        ("rk4", 16 / 15),  # 2^4 / (2^4 - 1)
        ("dop853", 1.0),  # compared with a run of tighter tolerances, whose error counts as none
    ],
)
def test_the_difference_of_two_runs_tells_the_error_of_the_first(method: str, factor: float) -> None:
    (error,) = estimate(run_of(method, 1.0, {"x": [10.0, 8.0]}), run_of(method, 0.5, {"x": [10.0, 7.0]}))
    assert error.absolute == pytest.approx(factor, rel=1e-15)  # a difference of 1
    assert error.relative == pytest.approx(factor / 10, rel=1e-15)  # the largest value is 10


def test_errors_are_told_in_the_unit_of_the_variable() -> None:
    (error,) = estimate(run_of("dop853", 1.0, {"x": [12.0]}, 12.0), run_of("dop853", 0.5, {"x": [24.0]}, 12.0))
    assert error.absolute == 1.0  # 24 - 12 in own units are 1 dozen


def test_the_worst_comes_first_and_inner_parts_are_left_out() -> None:
    coarse = run_of("euler", 1.0, {"a": [100.0], "b": [100.0], "inner": [9.0]})
    fine = run_of("euler", 0.5, {"a": [101.0], "b": [110.0], "inner": [1.0]})
    assert [error.name for error in estimate(coarse, fine)] == ["b", "a"]


@pytest.mark.parametrize(
    ("method", "difference", "step"),
    [
        # Error 2 * 0.0004 of 1 is below 0.001: the step is good.
        ("euler", 0.0004, None),
        # Error 0.00398: Euler needs a little more than a quarter of the step.
        ("euler", 0.00199, 0.25),
        # Error 0.0064: 1/6.4 of the step, and the next half of a half of a half is 1/8.
        ("euler", 0.0032, 0.125),
        # Error 16/15 * 0.015 = 0.016: RK4 needs 1/16^(1/4) of the step, a half.
        ("rk4", 0.0149, 0.5),
        # Error 0.016 and more: a little less than a half, so a quarter.
        ("rk4", 0.0152, 0.25),
        # The adaptive methods have no step to change.
        ("dop853", 0.5, None),
    ],
)
def test_a_step_that_is_too_large_brings_one_that_is_not(method: str, difference: float, step: float | None) -> None:
    coarse = run_of(method, 1.0, {"x": [1.0, 1.0 - difference]})
    (error,) = estimate(coarse, run_of(method, 0.5, {"x": [1.0, 1.0]}))
    assert error.step == step


def test_the_step_that_is_offered_is_good() -> None:
    coarse = checked("1/8", "euler")
    offered = of(coarse, "x").step
    assert offered is not None
    fine = checked(repr(offered), "euler")
    assert of(fine, "x").relative <= 1e-3
    assert of(checked(repr(2 * offered), "euler"), "x").relative > 1e-3


def test_a_variable_that_is_always_zero_has_no_error() -> None:
    zero = run_of("euler", 1.0, {"x": [0.0, 0.0]})
    assert estimate(zero, zero) == (StepError("x", 0.0, 0.0, None),)


def test_adaptive_runs_are_checked_against_tighter_tolerances() -> None:
    run = checked("1/4", "rk45")
    true = float(np.max(np.abs(run["x"] - 100 * np.exp(-run.time))))
    assert 0 < of(run, "x").absolute <= 3 * true
    assert of(run, "x").step is None


@pytest.mark.parametrize(("engine", "method"), [("reference", "euler"), ("fixed", "rk4"), ("scipy", "dop853")])
def test_what_holds_for_a_step_makes_every_method_one_of_order_1(engine: str, method: str) -> None:
    # x gathers sin(t - 1) from 1 on: 1 - cos(t - 1). Each value of the delay holds for a step.
    text = (
        "simulate 0 to 4 years, step 1/64 year\nstock x = 0\n"
        "flow f: cloud -> x = delay_fixed(sin(time / 1 year), 1 year, 0) / 1 year"
    )
    run = sdlang.compile(text).run(engine=engine, method=method, step_check=StepCheck.HALF)
    exact = 1 - np.cos(np.maximum(run.time - 1, 0))
    true = float(np.max(np.abs(run["x"] - exact)))
    assert 0.002 < true < 0.01  # half a step of a value that goes up to 1
    assert of(run, "x").absolute == pytest.approx(true, rel=0.05)
    assert (
        of(run, "x").step == 1 / 256
    )  # 0.0078 of 1.99 is 3.9 times too much: a quarter; with order 4 it would be a half


def test_without_a_check_nothing_is_told() -> None:
    assert sdlang.compile(DECAY.format(step="1/4", method="rk4")).run().accuracy == ()


def test_a_run_that_differs_in_the_number_of_points_cannot_be_compared() -> None:
    with pytest.raises(ValueError):
        estimate(run_of("euler", 1.0, {"x": [1.0, 2.0]}), run_of("euler", 0.5, {"x": [1.0, 2.0, 3.0]}))


def test_the_checked_run_keeps_its_own_points_when_only_some_are_saved() -> None:
    text = DECAY.format(step="1/8", method="rk4").replace("using rk4", "using rk4, save every 1 year")
    run = sdlang.compile(text).run(step_check=StepCheck.HALF)
    assert run.time.tolist() == [0.0, 1.0, 2.0, 3.0, 4.0]
    assert of(run, "x").absolute > 0
    assert replace(run, accuracy=()).accuracy == ()


DROP = """simulate 0 to 4 years, step {step}, using rk4
stock x = 100
flow f: x -> cloud = x / 1 year
{event}
"""


def test_events_at_steps_keep_the_order_of_a_method() -> None:
    # 100 exp(-t), halved at 2: the error of RK4 is told as that of a method of order 4 (see the first test).
    text = DROP.format(step="1/4", event="at 2 { move half: x -> cloud = x / 2 }")
    run = sdlang.compile(text).run(step_check=StepCheck.HALF)
    exact = 100 * np.exp(-run.time) * np.where(run.time < 2, 1, 0.5)
    true = float(np.max(np.abs(run["x"] - exact)))
    assert of(run, "x").absolute == pytest.approx(true, rel=0.2)


def test_events_that_come_at_other_times_with_half_the_step_make_it_an_order_of_1() -> None:
    # What is put in when x falls below 10 comes up to a step late: so twice the difference of the two runs is told.
    event = "when x < 10 { move more: cloud -> x = 90 }"
    text = DROP.format(step="1/4", event=event)
    coarse = sdlang.compile(text).run(step_check=StepCheck.HALF)
    fine = sdlang.compile(DROP.format(step="1/8", event=event)).run()
    difference = float(np.max(np.abs(coarse["x"] - fine["x"][::2])))
    assert [firing.time for firing in coarse.firings] != [firing.time for firing in fine.firings]
    assert of(coarse, "x").absolute == pytest.approx(2 * difference, rel=1e-12)
    assert of(coarse, "x").step is not None
