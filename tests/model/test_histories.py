"""What only looks back: its recorders against what they mean, and what the language makes of its calls."""

from collections.abc import Callable
from math import inf, nan, sin

import pytest
from hypothesis import given, strategies as st

from sdlang.model.expressions import Memory
from sdlang.model.histories import FixedDelay, Initial, Previous, Sample
from sdlang.model.memories import MEMORIES, read_at_once, read_at_start
from sdlang.model.model import Auxiliary
from tests.expanded import assert_runs_alike
from tests.model.meant import codes, errors, model

STEP = 1 / 8
Path = Callable[[float], float]


def delayed(x: Path, delay: Path, steps: int, initial: float, step: float = STEP) -> list[float]:
    """What a fixed delay gives at the beginning of each step; what it is shown is a step old."""
    recorder, found = FixedDelay(), []
    for count in range(steps):
        before = x((count - 1) * step) if count else nan
        found.append(recorder.step(count * step, step, (before, delay(count * step), initial)))
    return found


@given(steps=st.integers(1, 40), values=st.lists(st.floats(-1e9, 1e9), min_size=1, max_size=60))
def test_a_delay_of_whole_steps_gives_the_very_value_of_then(steps: int, values: list[float]) -> None:
    found = delayed(lambda time: values[round(time / STEP)], lambda _: steps * STEP, len(values), -7.0)
    assert found == ([-7.0] * steps + values)[: len(values)]


@pytest.mark.parametrize("step", [1 / 12, 0.1, 1 / 3, 1e-3, 7.0])
@pytest.mark.parametrize("steps", [1, 3, 12, 365])
def test_a_time_that_is_a_whole_number_of_steps_but_for_rounding_is_one(step: float, steps: int) -> None:
    found = delayed(lambda time: float(round(time / step)) ** 2, lambda _: steps * step, 1_000, 0.0, step)
    assert found == [float(max(0, count - steps) ** 2) for count in range(1_000)]


@pytest.mark.parametrize("delay", [STEP, 1.01 * STEP, 1.5 * STEP, 0.7, 3.14])
def test_between_the_steps_lies_the_straight_line(delay: float) -> None:
    # A straight line is its own: 3 + 2 t a time ago, and 3 before the start.
    found = delayed(lambda time: 3 + 2 * time, lambda _: delay, 100, 3.0)
    exact = [3 + 2 * max(0.0, count * STEP - delay) for count in range(100)]
    # Where the line of the first step begins before the start, it begins from 3 as well.
    assert found == pytest.approx(exact, abs=1e-12)


@pytest.mark.parametrize("delay", [1.3 * STEP, 0.7, 1.99])
def test_a_line_between_values_of_a_curve_is_off_by_an_eighth_of_its_bend(delay: float) -> None:
    # The error of linear interpolation is at most h^2 / 8 of the largest second derivative, which is 1 for a sine.
    found = delayed(sin, lambda _: delay, 200, 0.0)
    for count, value in enumerate(found):
        if count * STEP >= delay:
            assert value == pytest.approx(sin(count * STEP - delay), abs=STEP**2 / 8)


@pytest.mark.parametrize("delay", [2 * STEP, 2.25 * STEP, 3.9 * STEP])
def test_a_delay_hands_on_all_that_it_was_given(delay: float) -> None:
    # An inflow that holds for a step each, 5 before the start: what has come out by the end is what came in, less what
    # came in within the last `delay`, and what had come in within the `delay` before the start.
    inflow = [float(count**2 % 17) for count in range(40)] + [2.0] * 10
    found = delayed(lambda time: inflow[round(time / STEP)], lambda _: delay, 50, 5.0)
    assert sum(found) * STEP == pytest.approx(sum(inflow) * STEP + 5 * delay - 2 * delay, rel=1e-12)


def test_a_time_that_changes_counts_when_the_value_is_given() -> None:
    # t - (1 + t / 4), from when that is not before the start.
    found = delayed(lambda time: time, lambda time: 1 + time / 4, 100, 0.0)
    assert found == pytest.approx([max(0.0, 0.75 * count * STEP - 1) for count in range(100)], abs=1e-12)
    # A time that falls as time passes looks at the same moment again and again; one that jumps up looks further back.
    found = delayed(lambda time: time, lambda time: 3.0 if time < 6 else 5.0, 100, 0.0)
    assert found[47:49] == [47 * STEP - 3, 48 * STEP - 5]


@pytest.mark.parametrize(
    ("delay", "told"),
    [(0.0, "above 0, not by 0"), (-1.0, "above 0, not by -1"), (0.9 * STEP, "at least one step, 0.125"), (nan, "nan")],
)
def test_a_time_that_lies_not_in_the_past_is_refused(delay: float, told: str) -> None:
    with pytest.raises(ValueError, match=told):
        FixedDelay().step(0.0, STEP, (nan, delay, 1.0))


def test_a_time_without_end_looks_before_the_start() -> None:
    assert delayed(lambda time: time, lambda _: inf, 5, 9.0) == [9.0] * 5


def test_previous_gives_what_was_a_step_ago_and_first_its_initial() -> None:
    recorder = Previous()
    assert [recorder.step(0.0, STEP, (before, 8.0)) for before in (nan, 3.0, 4.0, nan)][:3] == [8.0, 3.0, 4.0]


def test_initial_stays_what_it_was() -> None:
    recorder = Initial()
    assert [recorder.step(time, STEP, (5.0,)) for time in (0.0, 1.0)] == [5.0, 5.0]


def test_a_sample_is_that_of_the_last_step_at_which_the_condition_held() -> None:
    recorder = Sample()
    shown = [(False, 1.0), (True, 2.0), (False, 3.0), (True, 4.0), (True, 5.0), (False, 6.0)]
    assert [recorder.step(0.0, STEP, (*each, 9.0)) for each in shown] == [9.0, 2.0, 2.0, 4.0, 5.0, 5.0]
    assert Sample().step(0.0, STEP, (True, 2.0, 9.0)) == 2.0


# In the language ------------------------------------------------------------------------------------------------------

X = "stock x = 10 people\nflow f: cloud -> x = 2 people/year\n"


def test_what_is_left_out_of_a_delay_is_its_input_at_the_start() -> None:
    variables = model(X + "aux y = delay_fixed(x, 1 year)").variables
    hidden = variables["y.delay_fixed.value"]
    assert isinstance(hidden, Auxiliary)
    assert isinstance(hidden.value, Memory)
    assert hidden.value.arguments[0] == hidden.value.arguments[2]


@pytest.mark.parametrize(
    ("call", "now", "first"),
    [
        ("delay_fixed(x, t, i)", ["t"], ["t", "i"]),
        ("delay_fixed(x, t)", ["t"], ["t", "x"]),
        ("previous(x, i)", [], ["i"]),
        ("initial(x)", [], ["x"]),
        ("sample_if_true(x > i, x, i)", ["x > i", "x"], ["x > i", "x", "i"]),
    ],
)
def test_what_a_memory_reads_at_once_and_at_the_start(call: str, now: list[str], first: list[str]) -> None:
    variables = model(f"{X}param t = 1 year\nparam i = 3 people\naux y = {call}").variables
    hidden = variables[f"y.{call.partition('(')[0]}.value"]
    assert isinstance(hidden, Auxiliary)
    assert isinstance(hidden.value, Memory)
    assert [part.span.text for part in read_at_once(hidden.value)] == now
    assert [part.span.text for part in read_at_start(hidden.value)] == first


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("aux n = previous(n, 0) + 1", []),
        ("aux a = previous(b, 0)\naux b = a + 1", []),
        ("aux price = 10 - delay_fixed(price, 1 year, initial = 6) / 2", []),
        ("aux a = delay_fixed(b, 1 year, 0)\naux b = delay_fixed(a, 1 year, 1)", []),
        ("aux a = if time < 2027 then 3 else 2 * initial(b)\naux b = 2 + a - a", ["initial-loop"]),
        ("aux a = if time < 2027 then 3 else initial(b)\naux b = 5\naux c = previous(a, b)", []),
        ("aux price = 10 - delay_fixed(price, 1 year)", ["initial-loop"]),
        ("aux a = initial(a)", ["initial-loop"]),
        ("aux a = previous(3, a)", ["initial-loop"]),
        ("aux top = sample_if_true(time > top * 1 year, 3, 0)", ["algebraic-loop"]),
        ("aux top = sample_if_true(time > 2026, top, 0)", ["algebraic-loop"]),
        ("aux top = sample_if_true(time > previous(top, 0) * 1 year, 3, 0)", []),
        ("aux d = delay_fixed(3, d * 1 year, 0)", ["algebraic-loop"]),
    ],
)
def test_a_loop_is_one_only_where_something_is_read_at_once(text: str, told: list[str]) -> None:
    assert codes(text) == told


def test_a_loop_through_a_call_is_told_by_the_names_of_the_model() -> None:
    (error,) = errors(X + "aux peak = sample_if_true(x > peak, x, 0 people)")
    assert error.message == "`peak` depends on itself with no stock in between: `peak` -> `peak`"
    assert error.hint == "read what it was a step before: `previous(peak, ...)`"
    (error,) = errors("aux price = 10 - delay_fixed(demand, 1 year)\naux demand = price / 2")
    assert "`price` -> `demand` -> `price`" in error.message
    assert error.hint == "give `delay_fixed` a start that reads none of them: `initial = ...`"


def test_elements_that_look_back_at_one_another_are_in_no_loop() -> None:
    ring = "dim i = 1 .. 3\naux x[i] = previous(if i == 1 then x[3] else x[i - 1], i)\n"
    assert codes(ring) == []
    assert codes("dim i = 1 .. 3\naux x[i] = previous(sum(x[j] over j: i), 1)") == []


def test_what_is_looked_back_at_is_there_for_every_element() -> None:
    # It is remembered for the first element as well, whether or not that reads it.
    assert codes("dim i = 1 .. 3\naux x[i] = if i == 1 then 1 else previous(x[i - 1], 0)") == ["subscript-outside"]
    assert codes("dim i = 1 .. 3\naux x[i] = if i == 1 then 1 else smooth(x[i - 1], 1 year)") == ["subscript-outside"]
    assert codes("dim i = 1 .. 3\naux x[i] = previous(if i == 1 then 1 else x[i - 1], 0)") == []


@pytest.mark.parametrize(
    ("call", "unit"),
    [
        ("delay_fixed(x, 18 months)", "people"),
        ("initial(x / 1 year)", "people/year"),
        ("previous(x, 0)", "people"),
        ("sample_if_true(x > 12 people and time > 2027, x * 2 years, 0)", "person*year"),
        ("npv(x * 1 USD/person / 1 year, 5% / year)", "USD"),
        ("npv(x, 5% / year, 4 people*years)", "person*year"),
    ],
)
def test_the_unit_of_what_is_given_back(call: str, unit: str) -> None:
    assert model(X + f"aux y = {call}").variables["y"].unit.text == unit


def test_a_function_is_no_name_that_is_taken() -> None:
    text = (
        "param initial = 3 people\nparam previous = 2 people\nstock delay_fixed = initial + previous\n"
        "component c(initial) returns output {\n  stock s = initial\n  aux output = s\n}\n"
        "aux y = c(initial = initial) + c(4 people)\nc kept { initial = previous }"
    )
    assert codes(text) == []
    assert "initial" in model(text).variables


def test_a_name_that_hides_a_function_is_told() -> None:
    (error,) = errors("param initial = 3 people\naux y = initial(initial)")
    assert (error.code, error.message) == ("not-a-function", "`initial` is a parameter and takes no arguments")
    assert error.hint == "to call the function `initial`, give the parameter another name"
    component = "component c(x, initial = 0) returns output {\n  aux output = initial(x)\n}\naux y = c(3)"
    assert codes(component) == ["not-a-function"]
    (error,) = errors("param rate = 3 people\naux y = rate(3)")
    assert error.hint == "to multiply, write `rate * (...)`"


def test_the_parts_of_a_use_may_be_given_what_was_at_the_start() -> None:
    assert codes(X + "component c(initial) {\n  stock s = initial\n}\nc kept { initial = initial(x) }") == []


def test_a_name_that_is_nearly_a_function_is_suggested() -> None:
    (error,) = errors("aux y = delay_fixd(3, 1 year)")
    assert error.message.endswith("did you mean `delay_fixed`?")
    assert [error.code for error in errors("aux y = initial\naux z = previous")] == ["function-without-arguments"] * 2


def test_a_time_that_is_too_short_for_the_step_is_told_before_the_run() -> None:
    text = X + "param t = {t}\naux y = delay_fixed(x, t)"
    (error,) = errors(text.format(t="2 weeks"))
    assert error.code == "step-too-large"
    assert error.message.startswith("a step of 1 month is too large: `delay_time` of `delay_fixed` is")
    for none in ("0 years", "-1 year"):
        assert codes(text.format(t=none)) == ["value-outside-range"]
    assert codes(text.format(t="1 month")) == []
    split = "dim i = a, b\nparam t[i] = { a: 1 year, b: 1 week }\naux y[i] = delay_fixed(3, t)"
    assert codes(split) == ["step-too-large"]


FLAT = """model "m"
simulate 2025 to 2030 years, step 1/4 year
dim region = north, south
param lag[region] : year = { north: 2 years, south: 0.7 years }
stock x[region] : people = { north: 10 people, south: 20 people }
flow growing[region]: cloud -> x : people/year = x * 10% / year
component record(value, before) returns output {
  aux output = max(value, previous(output, before))
}
aux y[region] = delay_fixed(x, lag)
aux z[region] = delay_fixed(x[region] * 2, 1.1 years, initial = 3 people)
aux total = delay_fixed(sum(x over region), 1 year, 0)
aux n[region] = previous(n, 0) + 1
aux grown[region] = x / initial(x)
aux best = record(sum(x over region), 0)
aux held[region] = sample_if_true(region == south and time < 2027, x - previous(x, 0), 1 person)
aux two = previous(previous(n[north], 0), -1)
aux worth = npv(total * 1 USD/person / 1 year, 3% / year)
"""


def test_the_flat_model_runs_to_the_same_numbers() -> None:
    expansion = assert_runs_alike(FLAT)
    assert "delay_fixed(x, lag)" in expansion
    assert "sample_if_true(region == south and time < 2027, x - previous(x, 0), 1 person)" in expansion


def test_the_table_says_what_each_keeps() -> None:
    assert [name for name, row in MEMORIES.items() if row.keeps_all] == ["delay_fixed"]
