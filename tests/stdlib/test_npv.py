"""`npv`: what a stream is worth at the start, against its integral."""

from math import exp

import numpy as np
import pytest

import sdlang
from sdlang.results.run import Array
from tests.engines.programs import EVERY, STEP, run, system

H = float(STEP)


def worth(text: str, engine: str, method: str) -> Array:
    return np.asarray(run(system(f"aux worth = {text}"), engine, method)["worth"])


@EVERY
@pytest.mark.parametrize("rate", [0.05, 0.2, -0.03])
def test_of_a_constant_stream(engine: str, method: str, rate: float) -> None:
    found = worth(f"npv(300 / 1 year, {rate} / year)", engine, method)
    time = np.arange(len(found)) * H
    # Euler adds what comes at the beginning of each step: a geometric series.
    exact = 300 * H * (1 - np.exp(-rate * time)) / (1 - exp(-rate * H)) if method == "euler" else None
    if exact is None:
        exact = 300 / rate * (1 - np.exp(-rate * time))  # the integral of 300 exp(-r t)
    np.testing.assert_allclose(found, exact, rtol=1e-7, atol=1e-9)


@EVERY
def test_of_a_stream_that_grows(engine: str, method: str) -> None:
    # 300 exp(g t) at r: as a constant stream at r - g.
    found = worth("npv(300 * exp(0.02 * time / 1 year) / 1 year, 5% / year)", engine, method)
    time = np.arange(len(found)) * H
    np.testing.assert_allclose(found, 300 / 0.03 * (1 - np.exp(-0.03 * time)), rtol=H if method == "euler" else 1e-7)


@EVERY
def test_at_a_rate_of_none_it_is_the_sum(engine: str, method: str) -> None:
    assert worth("npv(300 / 1 year, 0 / year)", engine, method)[-1] == pytest.approx(2400, rel=1e-9)


@EVERY
def test_at_a_rate_that_changes_the_rates_add_up(engine: str, method: str) -> None:
    # 5 % until 4, 10 % from then on: what comes at t > 4 counts exp(-0.2 - 0.1 (t - 4)).
    found = worth("npv(300 / 1 year, 5% / year + step(5% / year, 4))", engine, method)
    exact = 300 / 0.05 * (1 - exp(-0.2)) + exp(-0.2) * 300 / 0.1 * (1 - exp(-0.4))
    assert found[-1] == pytest.approx(exact, rel=H if method == "euler" else 1e-7)


@EVERY
def test_a_payment_at_the_start_and_a_worth_at_another_time(engine: str, method: str) -> None:
    # 1,000 are paid at the start; in 8 years all is worth exp(0.05 * 8) times as much.
    found = worth("npv(300 / 1 year, 5% / year, initial = -1000, factor = exp(5% / year * 8 years))", engine, method)
    exact = (-1000 + 300 / 0.05 * (1 - exp(-0.4))) * exp(0.4)
    assert found[0] == pytest.approx(-1000 * exp(0.4), rel=1e-12)
    assert found[-1] == pytest.approx(exact, rel=2 * H if method == "euler" else 1e-7)


def test_it_is_what_vensim_computes_as_the_step_becomes_small() -> None:
    # Vensim's NPV adds the stream of the present step to what it has accumulated, each discounted by
    # (1 + rate * step)^-n (vensim.com/documentation/fn_npv.html): a sum of another form with the same limit.
    def vensim(step: float) -> float:
        accumulated, factor = 0.0, 1.0
        for _ in range(round(8 / step)):
            accumulated += 300 * factor * step
            factor -= factor * 0.05 / (1 + 0.05 * step) * step
        return accumulated + 300 * step * factor

    exact = 300 / 0.05 * (1 - exp(-0.4))
    assert vensim(1 / 1024) == pytest.approx(exact, rel=2e-3)
    assert vensim(1 / 2048) - exact == pytest.approx((vensim(1 / 1024) - exact) / 2, rel=1e-3)


def test_of_money_a_year_it_is_money() -> None:
    text = "simulate 0 to 8 years, step 1/4 year\naux worth = npv(300 USD/year, 5% / year, initial = 20 USD)"
    assert sdlang.compile(text).run().columns["worth"].unit == "USD"
    wrong = text.replace("20 USD", "20 people")
    with pytest.raises(sdlang.ModelError, match="initial"):
        sdlang.compile(wrong)
