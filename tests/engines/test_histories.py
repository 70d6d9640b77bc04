"""What looks back, within runs: every engine with every method gives what mathematics says."""

from math import factorial, sin

import numpy as np
import pytest

from sdlang import registry
from sdlang.compiler import ModelError, build, check
from sdlang.engines.base import ENGINES, NumericFailure, Settings
from sdlang.results.run import Array
from sdlang.source import Source
from tests.engines.programs import EVERY, STEP, run, system

H = float(STEP)


def column(text: str, name: str, engine: str, method: str) -> Array:
    return np.asarray(run(system(text), engine, method)[name])


@EVERY
@pytest.mark.parametrize("steps", [1, 2, 100, 300, 2000])
def test_a_fixed_delay_gives_the_very_value_of_then(engine: str, method: str, steps: int) -> None:
    text = f"aux x = sin(time / 1 year)\naux y = delay_fixed(x, {steps * H} years, initial = 5)"
    found = run(system(text), engine, method)
    x = found["x"]
    assert found["y"].tolist() == ([5.0] * steps + x.tolist())[: len(x)]


@EVERY
def test_a_delay_that_is_no_whole_number_of_steps_lies_on_the_line_between(engine: str, method: str) -> None:
    text = "aux x = sin(time / 1 year)\naux y = delay_fixed(x, 0.7 years)\naux z = delay_fixed(2 * time, 0.7 years)"
    found = run(system(text), engine, method)
    exact = [sin(max(0.0, time - 0.7)) for time in found.time]
    # Linear interpolation: h^2 / 8 of the largest bend; where the sine begins it has a kink of slope 1: h / 4.
    np.testing.assert_allclose(found["y"], exact, atol=H / 4)
    np.testing.assert_allclose(found["y"][100:], exact[100:], atol=H**2 / 8)
    np.testing.assert_allclose(found["z"][90:], 2 * (found.time[90:] - 0.7), rtol=1e-12)


@EVERY
def test_a_step_comes_through_as_a_step_and_a_pulse_as_a_pulse(engine: str, method: str) -> None:
    text = (
        "aux x = 3 + step(2, 1) + pulse(9, 4, 0.0078125 years)\naux y = delay_fixed(x, 1.5 years)\n"
        "stock came = 0\nflow coming: cloud -> came = y / 1 year"
    )
    found = run(system(text), engine, method)
    exact = np.where(found.time < 2.5, 3.0, 5.0) + np.where(found.time == 5.5, 9.0, 0.0)
    assert found["y"].tolist() == exact.tolist()
    # The integral of it: a delayed step is a step for every method, since the value holds for each step.
    sums = np.concatenate([[0.0], np.cumsum(exact[:-1] * H)])
    np.testing.assert_allclose(found["came"], sums, rtol=1e-7)


@EVERY
def test_a_delay_that_changes_looks_back_by_what_it_is_now(engine: str, method: str) -> None:
    # t - (1 + t / 4)
    found = run(system("aux y = delay_fixed(time, 1 year + time / 4)"), engine, method)
    np.testing.assert_allclose(found["y"], np.maximum(0, 0.75 * found.time - 1), atol=1e-12)


def steps_method(time: float) -> float:
    """x' = -x(t - 1), and 1 until 0, by the method of steps: the sum of (-1)^k (t - k + 1)^k / k! for k to t + 1
    (Bellman & Cooke, Differential-Difference Equations, 1963, ch. 3)."""
    return sum((-1) ** k * (time - k + 1) ** k / factorial(k) for k in range(int(time) + 2))


@EVERY
def test_a_stock_that_falls_by_what_it_was_a_year_ago(engine: str, method: str) -> None:
    text = "stock x = 1\nflow f: x -> cloud = delay_fixed(x, 1 year) / 1 year"
    coarse, fine = (run(system(text, step), engine, method) for step in (STEP * 2, STEP))
    exact = np.array([steps_method(time) for time in fine.time])
    # In the first year it falls by 1, which every method integrates exactly.
    np.testing.assert_allclose(fine["x"][:129], exact[:129], atol=1e-9)
    errors = [np.max(np.abs(each["x"] - exact[:: len(exact) // (len(each.time) - 1)])) for each in (coarse, fine)]
    # The value holds for a step: a method of order 1, whatever it is for the stock.
    assert errors[1] < 2 * H
    assert errors[0] / errors[1] == pytest.approx(2, rel=0.05)


@EVERY
def test_a_price_that_answers_the_price_of_a_year_ago(engine: str, method: str) -> None:
    # The cobweb (Ezekiel, Quarterly Journal of Economics 52, 1938): p = 10 - 0.8 p(t - 1), 6 before the start, is
    # p* + (-0.8)^(n + 1) (6 - p*) in year n, where p* = 10 / 1.8. No stock stands in this loop.
    price = column("aux price = 10 - 0.8 * delay_fixed(price, 1 year, initial = 6)", "price", engine, method)
    rest = 10 / 1.8
    exact = [rest + (-0.8) ** (step // 128 + 1) * (6 - rest) for step in range(len(price))]
    np.testing.assert_allclose(price, exact, rtol=1e-12)


@EVERY
def test_previous_is_the_value_of_the_step_before(engine: str, method: str) -> None:
    text = (
        "stock x = 10\nflow f: cloud -> x = x * 5% / year\naux before = previous(x, 3)\naux n = previous(n, -1) + 1\n"
        "aux fibonacci = previous(fibonacci, 0) + previous(previous(fibonacci, 0), 1)"
    )
    found = run(system(text, STEP * 16), engine, method)
    assert found["before"].tolist() == [3.0, *found["x"].tolist()[:-1]]
    assert found["n"].tolist() == [float(count) for count in range(65)]
    assert found["fibonacci"].tolist()[:10] == [1, 1, 2, 3, 5, 8, 13, 21, 34, 55]


@EVERY
def test_initial_is_the_value_at_the_start(engine: str, method: str) -> None:
    text = (
        "param a = 4\nstock x = 3 * b\naux b = a + time / 1 year\nflow f: cloud -> x = x * 5% / year\n"
        "aux first = initial(x + b)\naux growth = x / initial(x)\nstock y = initial(b) * 2"
    )
    program = system(text)
    found = run(program, engine, method)
    assert found["first"].tolist() == [16.0] * len(found.time)
    assert found["y"][0] == 8
    np.testing.assert_allclose(found["growth"], found["x"] / 12, rtol=1e-15)
    assert run(program, engine, method, {"a": 2.0})["first"][-1] == 8


@EVERY
def test_a_sample_holds_what_was_when_the_condition_held(engine: str, method: str) -> None:
    text = (
        "aux x = sin(time / 1 year)\naux top = sample_if_true(x > previous(top, -9), x, x)\n"
        "aux yearly = sample_if_true(mod(time, 1 year) == 0 years, time, 0)\n"
        "aux never = sample_if_true(time > 20, x, 7)\naux until = sample_if_true(time <= 2.5, x, 7)"
    )
    found = run(system(text), engine, method)
    x = found["x"]
    assert found["top"].tolist() == np.maximum.accumulate(x).tolist()
    assert found["yearly"].tolist() == np.floor(found.time).tolist()
    assert found["never"].tolist() == [7.0] * len(x)
    assert found["until"][-1] == x[320]  # 2.5 years


@EVERY
def test_each_element_has_a_history_of_its_own(engine: str, method: str) -> None:
    text = (
        "dim i = 1 .. 3\nstock x[i] = i * 10\nflow f[i]: cloud -> x = x * i * 5% / year\n"
        "aux y[i] = delay_fixed(x, i * 1 year)\naux first[i] = initial(x)\naux lagged[i] = previous(x, 0)\n"
        "aux register[i] = if i == 1 then now else previous(if i == 1 then 0 else register[i - 1], 0)\n"
        "aux now = time / 1 year\naux sampled[i] = sample_if_true(time <= i * 1 year, x, 0)"
    )
    found = run(system(text), engine, method)
    x = found["x"]
    for place, each in enumerate((1, 2, 3)):
        assert found["y"][each * 128 :, place].tolist() == x[: -each * 128, place].tolist()
        assert found["first"][:, place].tolist() == [each * 10.0] * len(x)
        assert found["lagged"][1:, place].tolist() == x[:-1, place].tolist()
        assert found["sampled"][-1, place] == x[each * 128, place]
        shifted = found.time[: len(x) - place].tolist()
        assert found["register"][place:, place].tolist() == shifted


@EVERY
def test_a_component_remembers_in_each_of_its_instances(engine: str, method: str) -> None:
    text = (
        "component shift(x, lag) returns output {\n  aux output = delay_fixed(x, lag, initial = initial(x) - 1)\n}\n"
        "aux x = 4 + time / 1 year\naux y = shift(x, 1 year) + shift(2 * x, 2 years)"
    )
    found = run(system(text), engine, method)
    one = np.where(found.time < 1, 3.0, found.time + 3)
    other = np.where(found.time < 2, 7.0, 2 * found.time + 4)
    np.testing.assert_allclose(found["y"], one + other, rtol=1e-14)


@pytest.mark.parametrize(("engine", "method"), [("reference", "euler"), ("fixed", "rk4"), ("scipy", "rk45")])
def test_a_program_that_runs_again_has_forgotten(engine: str, method: str) -> None:
    text = "param a = 1\naux x = a * time / 1 year\naux y = delay_fixed(x, 1 year, a)\naux n = previous(n, a) + 1"
    program = registry.find("engines", ENGINES, engine)().compile(system(text), Settings(method))
    first, _, again = program.run({}), program.run({"a": 5.0}), program.run({})
    for name in ("y", "n"):
        assert first[name].tolist() == again[name].tolist()


@EVERY
def test_a_time_that_leaves_the_past_stops_the_run(engine: str, method: str) -> None:
    text = "stock x = 1\naux y = delay_fixed(x, 1 year - ramp(1, 2))"
    with pytest.raises(NumericFailure) as raised:
        run(system(text), engine, method)
    assert raised.value.variable == "y"
    assert raised.value.time == 3.0  # 1 year less the 1 that has passed since 2; a step before it is one step
    assert "looks back by a time above 0, not by 0" in raised.value.cause


@EVERY
def test_what_has_no_value_to_look_back_at_stops_the_run_where_it_is_read(engine: str, method: str) -> None:
    with pytest.raises(NumericFailure) as raised:
        run(system("aux x = 2 - time / 1 year\naux y = previous(1 / x, 0)"), engine, method)
    assert (raised.value.variable, raised.value.time) == ("y", 2.0)
    assert raised.value.cause == "it divides by 0"


def test_what_delays_remember_is_limited(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SDLANG_LIMIT_VALUES", "2000")
    text = "dim i = 1 .. 3\naux y[i] = {call}\nsimulate 0 to 7 years, step 1/128 year, save every 1 year"

    def build_with(call: str) -> None:
        build(check(Source("a.sd", text.format(call=call))).model)

    build_with("previous(i * time, 0)")
    # 7 * 128 steps, and the start, for 3 elements.
    with pytest.raises(ModelError, match="`delay_fixed` would remember 2,691 values; the limit is 2,000"):
        build_with("delay_fixed(time, i * 1 year)")
