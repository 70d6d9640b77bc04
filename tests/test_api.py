"""`Model` as a program uses it: what it refuses, in the caller's words."""

from collections.abc import Callable
from fractions import Fraction
from typing import Any

import numpy as np
import pytest

import sdlang

MODEL = sdlang.compile(
    "simulate 0 to 2 years, step 1 year, using euler\n"
    "param share = 10% / year\nstock staff = 10 people\nflow quits: staff -> cloud = staff * share\n"
)


@pytest.mark.parametrize(
    ("call", "error", "said"),
    [
        (lambda: MODEL.run({"share": None}), TypeError, "the value of share must be a number"),
        (lambda: MODEL.run({"share": True}), TypeError, "the value of share must be a number"),
        (lambda: MODEL.run({"share": float("nan")}), ValueError, "the value of share must be a finite number"),
        (lambda: MODEL.run("share"), TypeError, "params must map names to numbers or texts; it is 'share'"),
        (lambda: MODEL.study(params=[1]), TypeError, "params must map names"),
        (lambda: MODEL.run(step=float("inf")), ValueError, "step must be a finite number; it is inf"),
        (lambda: MODEL.run(stop=[2030]), TypeError, "stop must be a number"),
        (lambda: MODEL.run(scenario="all"), ValueError, "use study"),
        (lambda: MODEL.run(seed=1.5), TypeError, "seed must be a whole number; it is 1.5"),
        (lambda: MODEL.run(seed="1"), TypeError, "seed must be a whole number; it is '1'"),
        (lambda: MODEL.run(seed=True), TypeError, "seed must be a whole number; it is True"),
        (lambda: MODEL.run(seed=-1), ValueError, "seed must lie within 0 .. 18446744073709551615; it is -1"),
        (lambda: MODEL.run(seed=2**64), ValueError, "seed must lie within"),
    ],
)
def test_a_caller_who_is_mistaken_is_told_the_argument_and_the_value(
    call: Callable[[], Any], error: type[Exception], said: str
) -> None:
    with pytest.raises(error, match=said):
        call()


@pytest.mark.parametrize("value", [0.2, Fraction(1, 5), np.float32(0.2), np.float64(0.2), "20% / year"])
def test_a_value_may_be_any_number_or_a_text(value: Any) -> None:
    assert MODEL.run({"share": value})["staff"][-1] == pytest.approx(6.4)  # 10 * 0.8^2


def test_a_seed_may_be_any_whole_number() -> None:
    noisy = sdlang.compile("simulate 0 to 2 years, step 1 year\naux x = uniform(0, 1)\nplot x")
    assert noisy.run(seed=np.int64(7))["x"].tolist() == noisy.run(seed=7)["x"].tolist() != noisy.run()["x"].tolist()
    assert noisy.run(seed=2**64 - 1).provenance.seed == 2**64 - 1
