"""What can be computed before a run."""

from collections.abc import Callable

import pytest

from sdlang.compiler import check
from sdlang.model.constants import NotConstant, constant_value, constant_values, evaluate
from sdlang.model.expressions import Expr
from sdlang.model.functions import FUNCTIONS
from sdlang.model.model import Auxiliary, Model
from sdlang.source import Source
from tests.model.meant import values

CLOCK = "simulate 2024 to 2034 years, step 1 month\n"


def model(text: str) -> Model:
    return check(Source("a.sd", CLOCK + text)).model


def expression(text: str, before: str = "") -> Expr:
    found = model(f"{before}\naux result = {text}").variables["result"]
    assert isinstance(found, Auxiliary)
    return found.value


def nothing(name: str) -> float:
    raise NotConstant(name)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("2 + 3 * 4", 14.0),
        ("2 - 3 - 4", -5.0),
        ("12 / 4 / 3", 1.0),
        ("2 ^ 3 ^ 2", 512.0),
        ("-3 ^ 2", -9.0),
        (
            "2 thousand ^ 2",
            4e6,
        ),
        ("(2 thousand) ^ 2", 4e6),
        ("min(3, 1, 2)", 1.0),
        ("max(3, 1, 2)", 3.0),
        ("sum(1, 2, 3, 4)", 10.0),
        ("clip(5, 0, 3)", 3.0),
        ("clip(-5, 0, 3)", 0.0),
        ("clip(2, 0, 3)", 2.0),
        ("abs(-2)", 2.0),
        ("sign(-2) + sign(0) * 10", -1.0),
        ("exp(0)", 1.0),
        ("ln(1)", 0.0),
        ("log10(1000)", 3.0),
        ("sqrt(9)", 3.0),
        ("sin(0) + cos(0) + tan(0)", 1.0),
        ("arcsin(0) + arccos(1) + arctan(0) + tanh(0)", 0.0),
        ("floor(-1.5)", -2.0),
        ("ceil(-1.5)", -1.0),
        ("round(2.5)", 3.0),  # halves go away from zero
        ("round(-2.5)", -3.0),
        (
            "round(0.49999999999999994)",
            0.0,
        ),
        ("mod(7, 3)", 1.0),
        ("mod(-7, 3)", 2.0),  # the sign of the divisor
        ("if 2 > 1 then 3 else 4", 3.0),
        ("if 2 > 1 and not 3 > 4 then 3 else 4", 3.0),
        ("if 2 < 1 or 3 != 3 then 3 else 4", 4.0),
        ("if 1 <= 1 and 1 >= 1 and 1 == 1 then 3 else 4", 3.0),
        ("6 months / 1 year", 0.5),
    ],
)
def test_expressions_have_the_values_that_mathematics_gives_them(text: str, value: float) -> None:
    assert evaluate(expression(text), nothing) == pytest.approx(value, abs=1e-15)


def test_an_if_computes_only_the_branch_that_it_takes() -> None:
    assert evaluate(expression("if time > 0 then 3 else ln(-1)"), {"time": 1.0}.__getitem__) == 3.0


@pytest.mark.parametrize("text", ["1 / (time - 2024)", "ln(2024 - time / 1 year)", "sqrt(2000 - time / 1 year)"])
def test_failing_mathematics_raises_and_has_no_constant_value(text: str) -> None:
    failing = expression(text)
    with pytest.raises((ArithmeticError, ValueError)):
        evaluate(failing, {"time": 2024.0}.__getitem__)
    assert constant_value(failing, {"time": 2024.0}) is None


def test_a_name_without_a_value_makes_no_constant() -> None:
    read = expression("s + 1", "stock s = 1")
    assert constant_value(read, {}) is None
    assert constant_value(read, {"s": 2.0}) == 3.0
    with pytest.raises(NotConstant):
        evaluate(read, nothing)


def test_constants_are_parameters_and_auxiliaries_that_read_only_such() -> None:
    found = model("param p = 2\nparam q = p * 3\nstock s = q\naux a = q + 1\naux b = s + a\naux c = time")
    assert constant_values(found.variables) == {"p": 2.0, "q": 6.0, "a": 7.0}  # 2 * 3, and 6 + 1


STEP: Callable[..., float] = FUNCTIONS["step"].value
RAMP: Callable[..., float] = FUNCTIONS["ramp"].value
PULSE: Callable[..., float] = FUNCTIONS["pulse"].value


def test_a_step_acts_from_its_time_on() -> None:
    assert [STEP(t, 5.0, 2.0) for t in (1.0, 2.0, 3.0)] == [0.0, 5.0, 5.0]


def test_a_ramp_rises_from_its_start_to_its_end() -> None:
    assert [RAMP(t, 2.0, 1.0, 3.0) for t in (0.0, 1.0, 2.0, 3.0, 4.0)] == [0.0, 0.0, 2.0, 4.0, 4.0]
    assert RAMP(11.0, 2.0, 1.0) == 20.0  # without an end it goes on: 2 * (11 - 1)


def test_a_pulse_begins_at_its_time_and_is_over_at_its_end() -> None:
    assert [PULSE(t, 5.0, 1.0, 2.0) for t in (0.5, 1.0, 2.5, 3.0)] == [0.0, 5.0, 5.0, 0.0]


def test_a_pulse_is_not_longer_because_its_end_is_rounded() -> None:
    # 0.1 + 0.2 is 0.30000000000000004: without a margin the pulse would still act at 0.3.
    assert PULSE(0.3, 5.0, 0.1, 0.2) == 0.0


def test_values_are_known_element_by_element() -> None:
    found = values(
        "dim i = 1 .. 3\ndim j = a, b\nparam same[i] = 5\nparam p[i] = i * 2\nparam q[j] = { a: 10, b: 20 }\n"
        "aux r[i, j] = p + q\naux s = sum(r over i, j where p > 2)\naux t[i] = if i == 1 then 1 else t[i - 1] * 3\n"
        "aux u[i] = if i == 3 then 1 else u[i + 1] * 3\naux v[i] = if i == 2 then 1 / 0 else time\nstock w = 1\n"
        "aux z[i] = p / (i - 2)"
    )
    assert found == {
        "same": 5.0,  # the same for all
        "p": (2.0, 4.0, 6.0),
        "q": (10.0, 20.0),
        "r": (12.0, 22.0, 14.0, 24.0, 16.0, 26.0),
        "s": 14.0 + 24 + 16 + 26,
        "t": (1.0, 3.0, 9.0),
        "u": (9.0, 3.0, 1.0),
    }
