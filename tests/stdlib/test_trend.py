"""`trend` and `forecast`: of exponential growth they tell the growth, exactly."""

from math import exp

import numpy as np
import pytest

from tests.engines.programs import EVERY, STEP, run, system

H = float(STEP)
G, T = 0.08, 1.5
# It grows by 8 % a year, by the method of the run, and so does its average.
GROWING = "stock x = 50\nflow f: cloud -> x = x * 8% / year\n"


@EVERY
def test_the_trend_of_exponential_growth_is_the_growth_rate(engine: str, method: str) -> None:
    # The average of x = exp(g t) is x / (1 + g T), and (x - average) / (average T) = g: a proportion that every
    # method of integration keeps.
    found = run(system(GROWING + "aux g = trend(x, 18 months, initial = 8% / year)"), engine, method)
    np.testing.assert_allclose(found["g"], G, rtol=1e-6)


@EVERY
def test_a_trend_is_found_at_the_pace_of_averaging(engine: str, method: str) -> None:
    # From 0 on: the average is x / (1 + g T) + (x0 - x0 / (1 + g T)) exp(-t / T).
    found = run(system(GROWING + "aux g = trend(x, 18 months)"), engine, method)
    x = 50 * np.exp(G * found.time)
    average = x / (1 + G * T) + 50 * (1 - 1 / (1 + G * T)) * np.exp(-found.time / T)
    np.testing.assert_allclose(found["g"], (x - average) / (average * T), atol=H * G if method == "euler" else 1e-7)
    assert found["g"][0] == 0


@EVERY
def test_a_decline_is_a_negative_trend(engine: str, method: str) -> None:
    text = "stock x = 50\nflow f: x -> cloud = x * 8% / year\naux g = trend(x, 18 months, initial = -8% / year)"
    np.testing.assert_allclose(run(system(text), engine, method)["g"], -G, rtol=1e-6)


@EVERY
def test_a_trend_of_what_is_constant_is_none(engine: str, method: str) -> None:
    assert run(system("aux g = trend(7, 18 months)"), engine, method)["g"].tolist() == [0.0] * 1025


@EVERY
def test_a_forecast_goes_on_along_the_trend(engine: str, method: str) -> None:
    # It is a straight line of the trend: x (1 + g H), which is short of the exponential by its bend.
    found = run(system(GROWING + "aux y = forecast(x, 18 months, 2 years, initial = 8% / year)"), engine, method)
    np.testing.assert_allclose(found["y"], found["x"] * (1 + G * 2), rtol=1e-6)
    later = found["x"][256:]  # two years on
    assert found["y"][0] / later[0] == pytest.approx((1 + G * 2) / exp(G * 2), rel=H if method == "euler" else 1e-6)


@EVERY
def test_a_forecast_without_a_trend_is_the_present(engine: str, method: str) -> None:
    assert run(system("aux y = forecast(7, 1 year, 5 years)"), engine, method)["y"][-1] == 7
