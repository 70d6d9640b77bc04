"""What a use of a component becomes: plain variables, named after the variable that uses it."""

import numpy as np
import pytest

import sdlang
from sdlang.compiler import check
from sdlang.limits import LIMITS
from sdlang.model.expressions import Index, Reference
from sdlang.model.model import Auxiliary, Model
from sdlang.source import Source
from tests.expected import diagnostics_of

CLOCK = "simulate 2024 to 2034 years, step 1 month\nunit person = people\n"
DOUBLER = "component doubler(x, times = 2) returns y {\n  aux y = x * times\n}\n"


def model(text: str) -> Model:
    return check(Source("program.sd", CLOCK + text)).model


def codes(text: str) -> list[str]:
    return [d.code for d in diagnostics_of(CLOCK + text, None) if d.severity == "error"]


def test_a_use_becomes_stocks_and_flows_named_after_it() -> None:
    found = model("stock a = 1 person\naux seen = smooth(a, 6 months, order = 2)")
    assert [(s.name, [axis.size for axis in s.axes]) for s in found.stocks()] == [("a", []), ("seen.smooth.level", [2])]
    (flow,) = found.flows()
    assert (flow.source, flow.target) == (None, "seen.smooth.level")
    assert flow.target_indices == tuple(Index(axis.loop) for axis in flow.axes)
    seen = found.variables["seen"]
    assert isinstance(seen, Auxiliary)
    assert seen.value == Reference(seen.span, "seen.smooth.output")
    assert found.variables["seen.smooth.output"].component == "seen.smooth"


def test_two_uses_in_one_equation_have_names_of_their_own() -> None:
    found = model("stock a = 1 person\naux both = smooth(a, 6 months) + smooth(a, 1 year)")
    assert [s.name for s in found.stocks()] == ["a", "both.smooth.level", "both.smooth_2.level"]


def test_a_component_uses_others() -> None:
    found = model("stock a = 1 person\naux ahead = forecast(a, 1 year, 2 years)")
    assert "ahead.forecast.growth.trend.average" in found.variables


def test_the_material_in_a_delay_passes_from_stage_to_stage_and_then_leaves() -> None:
    found = model("stock a = 1 person\nflow f: cloud -> a = delay(1 person/year, 1 year, order = 3)")
    (passing,) = [f for f in found.flows() if "passing" in f.name]
    (axis,) = passing.axes
    assert (passing.source, passing.target) == ("f.delay.held", "f.delay.held")
    assert passing.source_indices == (Index(axis.loop),)
    assert passing.target_indices == (Index(axis.loop, 1),)  # from the last stage that is past the end: the cloud
    assert axis.size == 3


def test_a_file_may_declare_its_own_and_give_values_by_place_or_by_name() -> None:
    run = sdlang.compile(
        CLOCK + DOUBLER + "stock a = 5\naux b = doubler(a)\naux c = doubler(a, 3)\naux d = doubler(times = 4, x = a)"
    ).run()
    assert [run[name][0] for name in "bcd"] == [10.0, 15.0, 20.0]  # 5 * 2, 5 * 3, 5 * 4


def test_a_default_may_read_the_ports_before_it() -> None:
    text = "component c(x, y = x * 2) returns z {\n  aux z = y + x\n}\nstock a = 5\naux b = c(a)\naux d = c(a, 1)"
    run = sdlang.compile(CLOCK + text).run()
    assert [run[name][0] for name in "bd"] == [15.0, 6.0]  # 5 * 2 + 5, and 1 + 5


def test_names_inside_are_not_those_of_the_file() -> None:
    # The component cannot read `a`, and its own `y` does not clash with the file's.
    assert codes("component c(x) returns y {\n  aux y = x + a\n}\nstock a = 5\naux b = c(a)") == ["unknown-name"]
    found = model("component c(x) returns y {\n  aux y = x\n}\nstock y = 5\naux b = c(y)")
    assert {"y", "b.c.y"} <= set(found.variables)


def test_a_row_of_variables_has_one_for_each_whole_number() -> None:
    text = (
        "component c(x, n = 3) returns total {\n  dim i = 1 .. n\n  stock s[i] = x * i\n  aux total = s[1] + s[n]\n}\n"
        "stock a = 5\naux b = c(a)\naux d = c(a, n = 4)"
    )
    run = sdlang.compile(CLOCK + text).run()
    assert [run[name][0] for name in "bd"] == [20.0, 25.0]  # 5*1 + 5*3, and 5*1 + 5*4
    assert [run.own[name].shape[1] for name in ("b.c.s", "d.c.s")] == [3, 4]


def test_a_test_over_whole_numbers_picks_its_branch_before_the_run() -> None:
    # `s[i - 1]` does not exist for the first `i`; the branch that would read it is never looked at.
    text = (
        "component c(x) returns out {\n  dim i = 1 .. 2\n  aux s[i] = if i == 1 then x else s[i - 1] * 10\n"
        "  aux out = s[2]\n}\nstock a = 5\naux b = c(a)"
    )
    run = sdlang.compile(CLOCK + text).run()
    assert run["b"][0] == 50.0


def test_a_unit_on_a_port_is_demanded_of_what_is_given() -> None:
    text = "component c(t : year) returns r {\n  aux r = 1 / t\n}\naux a = c(GIVEN)"
    assert codes(text.replace("GIVEN", "6 months")) == []
    assert codes(text.replace("GIVEN", "6 people")) == ["argument-unit"]
    assert codes(text.replace("GIVEN", "6")) == ["argument-unit"]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("stock a = 1\naux b = smooth(a)", "missing-argument"),
        ("stock a = 1\naux b = smooth(a, 1 year, 1, a, 5)", "wrong-number-of-arguments"),
        ("stock a = 1\naux b = smooth(a, 1 year, odrer = 2)", "unknown-argument"),
        ("stock a = 1\naux b = smooth(a, 1 year, input = 2)", "argument-twice"),
        ("stock a = 1\naux b = smooth(a, 1 year, order = a)", "not-a-whole-number"),
        ("stock a = 1\naux b = smooth(a, 1 year, order = 1.5)", "not-a-whole-number"),
        ("stock a = 1\naux b = smooth(a, 1 year, order = 0)", "not-a-whole-number"),
        (f"stock a = 1\naux b = smooth(a, 1 year, order = {LIMITS['stages'].default + 1})", "too-many-elements"),
        ("component c(x) returns y {\n  aux y = c(x)\n}\naux b = c(1)", "component-cycle"),
        (
            "component c(x) returns y {\n  aux y = d(x)\n}\ncomponent d(x) returns y {\n  aux y = c(x)\n}\n"
            "aux b = c(1)",
            "component-cycle",
        ),
        (
            "component c(x) returns y {\n  dim i = 1 .. 2\n  stock s[i] = x\n  aux y = s[3]\n}\naux b = c(1)",
            "subscript-outside",
        ),
    ],
)
def test_a_use_that_cannot_be_is_told(text: str, code: str) -> None:
    assert codes(text) == [code]


@pytest.mark.parametrize(
    "body",
    [
        "aux z = x",  # there is no `y` to return
        "dim i = 1 .. 2\n  aux y[i] = x",  # `y` is a row, and no element of it is named
    ],
)
def test_a_component_that_returns_nothing_is_told(body: str) -> None:
    assert len(codes(f"component c(x) returns y {{\n  {body}\n}}\naux a = c(1)")) == 1


@pytest.mark.parametrize(
    "text",
    [
        "component c(x) returns y {\n  aux y = x\n  aux y = 3\n}\naux a = c(1)",
        "component c(x) returns y {\n  aux x = 3\n  aux y = x\n}\naux a = c(1)",
        "component c(x, x) returns y {\n  aux y = x\n}\naux a = c(1, 2)",
    ],
)
def test_a_name_that_is_declared_twice_in_a_component_is_told(text: str) -> None:
    assert codes(text) == ["duplicate-name"]


def test_a_row_over_something_that_is_not_declared_is_told() -> None:
    assert len(codes("component c(x) returns y {\n  stock s[j] = 1\n  aux y = x\n}\naux a = c(1)")) == 1


def test_an_argument_that_is_nearly_right_brings_the_right_one() -> None:
    (found,) = diagnostics_of(CLOCK + "stock a = 1\naux b = smooth(a, 1 year, odrer = 2)", None)
    assert "did you mean `order`" in found.message


# The standard library against its mathematics ------------------------------------------------------------------------

FINE = "simulate 0 to 10 years, step 1/64 year, using rk4\n"


def test_smooth_closes_its_gap_exponentially() -> None:
    # d level / dt = (10 - level) / 2, level(0) = 4: level = 10 - 6 exp(-t / 2).
    run = sdlang.compile(FINE + "aux x = 10\naux y = smooth(x, 2 years, initial = 4)").run()
    np.testing.assert_allclose(run["y"], 10 - 6 * np.exp(-run.time / 2), rtol=1e-9)


def test_smooth_of_third_order_answers_a_step_like_an_erlang_distribution() -> None:
    # A cascade of three with 2 / 3 years each answers a unit step by 1 - exp(-u) (1 + u + u^2 / 2), u = t / (2 / 3).
    run = sdlang.compile(FINE + "aux x = step(1, 0)\naux y = smooth(x, 2 years, order = 3, initial = 0)").run()
    u = run.time * 1.5
    np.testing.assert_allclose(run["y"], 1 - np.exp(-u) * (1 + u + u**2 / 2), atol=1e-8)


def test_a_delay_starts_in_balance_and_keeps_what_it_holds() -> None:
    # A steady inflow of 3 a year held for 2 years is 6; the outflow is 3 from the start on.
    run = sdlang.compile(FINE + "aux x = 3 people/year\naux y = delay(x, 2 years, order = 2)").run()
    np.testing.assert_allclose(run["y"], 3.0, rtol=1e-12)
    np.testing.assert_allclose(run.own["y.delay.held"].sum(axis=1), 6.0, rtol=1e-12)


def test_what_enters_a_delay_leaves_it() -> None:
    # 5 people enter in the first year; after 10 years a first-order delay of half a year holds 5 exp(-18) at most.
    text = "flow enter: cloud -> waiting = pulse(5 people/year, 0, 1 year)\nstock waiting = 0 people\n"
    text += (
        "flow out: cloud -> gone = delay(pulse(5 people/year, 0, 1 year), 6 months, initial = 0)\nstock gone = 0 people"
    )
    run = sdlang.compile(FINE + text).run()
    assert run["gone"][-1] == pytest.approx(5.0, rel=1e-7)


def test_trend_finds_the_rate_of_steady_growth() -> None:
    # An input that grows at g = 5 % a year, with a trend that starts at g, stays at g: average = input / (1 + g T)
    # grows at (input - average) / (T average) = g.
    text = "stock x = 100\nflow grow: cloud -> x = x * 5% / year\naux g = trend(x, 2 years, initial = 5% / year)"
    run = sdlang.compile(FINE + text).run()
    np.testing.assert_allclose(run["g"], 0.05, rtol=1e-9)


def test_forecast_carries_the_input_along_its_trend() -> None:
    # The trend of a constant is 0, so its forecast is itself; with a starting trend of 10 % a year over 3 years the
    # forecast begins at 100 * (1 + 0.1 * 3) = 130.
    run = sdlang.compile(FINE + "aux x = 100\naux y = forecast(x, 1 year, 3 years)").run()
    np.testing.assert_allclose(run["y"], 100.0, rtol=1e-12)
    run = sdlang.compile(FINE + "aux x = 100\naux y = forecast(x, 1 year, 3 years, initial = 10% / year)").run()
    assert run["y"][0] == pytest.approx(130.0, rel=1e-12)
