"""What the components of the library are built with: `inflow`, parameters that may be left out, ends of a dimension."""

import numpy as np
import pytest

import sdlang
from sdlang.model.conservation import ledgers
from sdlang.model.model import Flow
from tests.expected import diagnostics_of

CLOCK = "simulate 0 to 4 years, step 1/8 year, using euler\n"


def codes(text: str) -> list[str]:
    return [told.code for told in diagnostics_of(CLOCK + text, None) if told.severity == "error"]


# inflow --------------------------------------------------------------------------------------------------------------


def test_inflow_adds_up_all_that_enters_a_stock() -> None:
    text = """
dim region = north, south
stock a[region] = { north: 10 people, south: 20 people }
stock b = 0 people
flow one[region]: a -> b = a / 2 years
flow two: cloud -> b = 3 people/year
flow three: b -> a[north] = 1 person/year
aux into_b = inflow(b)
aux into_a[region] = inflow(a)
aux into_north = inflow(a[north])
"""
    run = sdlang.compile(CLOCK + text).run()
    assert run["into_b"][0] == pytest.approx(10 / 2 + 20 / 2 + 3)
    np.testing.assert_allclose(run["into_a"][0], [1, 0])
    assert run["into_north"][0] == 1


def test_what_enters_a_stock_that_nothing_enters_is_nothing() -> None:
    assert sdlang.compile(CLOCK + "stock a = 1 person\naux x = inflow(a) + 1 person/year").run()["x"][0] == 1


@pytest.mark.parametrize("given", ["inflow(3)", "inflow(x)", "inflow()", "inflow(a, a)", "inflow(nobody)"])
def test_inflow_of_no_stock_is_told(given: str) -> None:
    assert codes(f"stock a = 1 person\naux x = 3\naux y = {given}") == ["unknown-stock"]


# Parameters that may be left out -------------------------------------------------------------------------------------

SHOP = """
component shop(enrol, most = none) from source to away = cloud with most {
  stock inside = 0 * enrol * 1 year
  aux limit = if given(most) then most else enrol
  flow enter: source -> inside = min(enrol, limit)
  flow refused: source -> away = if given(most) and not given(nothing) then enrol - enter else 0
  flow back: away -> inside = if given(away) then away / 1 year else 0
}
component mall(enrol, most = none) from source to away = cloud with most {
  shop first_one { enrol = enrol, most = most, source <- source, away -> away }
}
stock crowd = 100 people
stock gone = 0 people
"""


def flows_of(text: str) -> list[str]:
    return [flow.name for flow in sdlang.compile(CLOCK + SHOP + text).structure.flows()]


def test_what_is_left_out_is_no_variable_and_makes_no_flow() -> None:
    text = "shop a { enrol = 5 people/year, source <- crowd }"
    model = sdlang.compile(CLOCK + SHOP + text).structure
    assert "a.most" not in model.variables
    assert flows_of(text) == ["a.enter"]
    assert not isinstance(model.variables["a.refused"], Flow)
    assert ledgers(model)[0].is_closed


def test_what_is_given_makes_its_flows_and_needs_its_port() -> None:
    text = "shop a { enrol = 5 people/year, most = 2 people/year, source <- crowd, away -> gone }"
    assert flows_of(text) == ["a.enter", "a.refused", "a.back"]
    run = sdlang.compile(CLOCK + SHOP + text).run()
    assert (run["a.enter"][0], run["a.refused"][0]) == (2, 3)
    assert codes(SHOP + text.replace(", away -> gone", "")) == ["missing-overflow"]


def test_the_cloud_is_no_stock_that_is_given() -> None:
    text = "shop a { enrol = 5 people/year, most = 2 people/year, source <- crowd, away -> cloud }"
    assert flows_of(text) == ["a.enter", "a.refused"]


def test_a_component_hands_on_that_something_was_left_out() -> None:
    assert flows_of("mall a { enrol = 5 people/year, source <- crowd }") == ["a.first_one.enter"]
    given = "mall a { enrol = 5 people/year, most = 2 people/year, source <- crowd, away -> gone }"
    assert flows_of(given) == [f"a.first_one.{name}" for name in ("enter", "refused", "back")]


# The ends of a dimension ---------------------------------------------------------------------------------------------

LADDER = """
dim rung = low < middle < high
stock held[rung] = 100 people
stock top = 0 people
flow climbing[rung]: held[rung] -> held[rung + 1] = if rung == last then 0 else held / 1 year
flow leaving: held[last] -> top = held[last] / 1 year
aux lowest = held[first]
"""


def test_the_last_of_an_order_needs_no_name_and_its_ledger_is_proved_closed() -> None:
    model = sdlang.compile(CLOCK + LADDER)
    assert [each.is_closed for each in ledgers(model.structure)] == [True]
    run = model.run()
    np.testing.assert_allclose(run["held"].sum(axis=1) + run["top"], 300, rtol=1e-12)
    assert run["lowest"][1] == pytest.approx(100 * 7 / 8)


def test_the_same_over_whole_numbers() -> None:
    text = LADDER.replace("low < middle < high", "1 .. 3")
    model = sdlang.compile(CLOCK + text)
    assert [each.is_closed for each in ledgers(model.structure)] == [True]
    np.testing.assert_array_equal(model.run()["top"], sdlang.compile(CLOCK + LADDER).run()["top"])


def test_a_flow_past_the_end_that_is_not_nothing_there_leaves() -> None:
    text = LADDER.replace("if rung == last then 0 else held", "if rung == first then 0 else held")
    assert ledgers(sdlang.compile(CLOCK + text).structure)[0].leaves == ("climbing",)


def test_an_element_that_is_called_last_is_meant_by_that_name() -> None:
    text = LADDER.replace("low < middle < high", "low < last < high").replace(
        "flow leaving: held[last]", "flow x: held[low]"
    )
    assert ledgers(sdlang.compile(CLOCK + text).structure)[0].leaves == ("climbing",)
