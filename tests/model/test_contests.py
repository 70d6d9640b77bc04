"""Stocks that several flows want: in proportion, or by priority; and what a flow moves, seen from the stock."""

import pytest

from sdlang.model.constants import evaluate, everywhere, flat_place
from sdlang.model.model import Auxiliary, Flow, Model, Stock
from sdlang.model.moves import moved
from tests.model.meant import codes, errors, model

POOL = """stock staff = {held} people
param wish_a = {a} people/year
param wish_b = {b} people/year
flow one: staff -> cloud = wish_a
flow two: staff -> cloud = wish_b
"""


def rates(found: Model) -> dict[str, list[float]]:
    """What each flow takes in the first moment, by element: equations are followed by hand, without an engine."""
    known: dict[tuple[str, tuple[int, ...]], float] = {}

    def value_of(name: str, *places: int) -> float:
        variable = found.variables[name]
        if (name, places) not in known:
            match variable:
                case Stock(initial=expression) | Flow(rate=expression) | Auxiliary(value=expression):
                    pass
                case _:
                    expression = variable.value  # type: ignore[attr-defined]
            at = {axis.loop: place for axis, place in zip(variable.axes, places, strict=True)}
            known[name, places] = evaluate(expression, value_of, at=at)
        return known[name, places]

    return {flow.name: [value_of(flow.name, *at.values()) for at in everywhere(flow.axes)] for flow in found.flows()}


def shared(rule: str, held: float, a: float, b: float) -> tuple[float, float]:
    found = rates(model(POOL.format(held=held, a=a, b=b) + f"share staff {rule} within 1 year"))
    return found["one"][0], found["two"][0]


def test_where_there_is_enough_everybody_gets_what_is_wanted() -> None:
    assert shared("proportional", 100, 30, 60) == (30.0, 60.0)
    assert shared("priority one, two", 100, 30, 60) == (30.0, 60.0)


def test_in_proportion_all_get_the_same_part() -> None:
    # 60 people within a year for wishes of 30 + 90 = 120 a year: each gets 60 / 120 of its wish.
    assert shared("proportional", 60, 30, 90) == (15.0, 45.0)


def test_by_priority_the_first_gets_all_and_the_next_what_is_left() -> None:
    assert shared("priority one, two", 60, 40, 90) == (40.0, 20.0)
    assert shared("priority two, one", 60, 40, 90) == (0.0, 60.0)


def test_an_empty_stock_gives_nothing() -> None:
    assert shared("proportional", 0, 30, 90) == (0.0, 0.0)
    assert shared("priority one, two", 0, 30, 90) == (0.0, 0.0)


def test_the_time_says_how_much_there_is() -> None:
    # 60 people within half a year are 120 a year.
    found = rates(model(POOL.format(held=60, a=100, b=100) + "share staff proportional within 6 months"))
    assert (found["one"], found["two"]) == ([60.0], [60.0])


def test_each_element_is_contested_by_itself() -> None:
    text = """dim region = north, south
stock staff[region] = { north: 60 people, south: 200 people }
flow one[region]: staff -> cloud = 30 people/year
flow two[region]: staff -> cloud = 90 people/year
share staff proportional within 1 year
"""
    found = rates(model(text))
    assert (found["one"], found["two"]) == ([15.0, 30.0], [45.0, 90.0])


def test_elements_of_a_flow_with_more_dimensions_are_contestants_too() -> None:
    text = """dim goal = a, b
param wish[goal] = { a: 30 people/year, b: 50 people/year }
stock staff = 60 people
flow one[goal]: staff -> cloud = wish
flow two: staff -> cloud = 40 people/year
share staff RULE within 1 year
"""
    # In proportion 60 of 30 + 50 + 40 = 120: half of each wish.
    found = rates(model(text.replace("RULE", "proportional")))
    assert (found["one"], found["two"]) == ([15.0, 25.0], [20.0])
    # By priority `two` gets its 40; the 20 that are left are shared by the elements of `one` as 30 : 50.
    found = rates(model(text.replace("RULE", "priority two, one")))
    assert (found["one"], found["two"]) == (pytest.approx([7.5, 12.5]), [40.0])


def test_elements_that_pick_one_element_of_the_stock_share_it() -> None:
    text = """dim goal = a, b
dim region = north, south
stock staff[region] = 60 people
flow one[goal]: staff[north] -> cloud = 50 people/year
flow two: staff[north] -> cloud = 10 people/year
share staff priority two, one within 1 year
"""
    # `two` gets its 10; the elements of `one` share the 50 that are left of 100 that they want.
    found = rates(model(text))
    assert (found["one"], found["two"]) == ([25.0, 25.0], [10.0])


def test_elements_of_one_bloc_share_what_it_has() -> None:
    text = """dim region = north, south, east
dim bloc maps region { inland: north, south
  coast: east }
stock pool[bloc] = 60 people
flow one[region]: pool -> cloud = 50 people/year
flow two[bloc]: pool -> cloud = 40 people/year
share pool priority one, two within 1 year
"""
    # Inland 60 are shared by two that want 50 each; the coast gives 50 to one and leaves 10.
    found = rates(model(text))
    assert (found["one"], found["two"]) == ([30.0, 30.0, 50.0], [0.0, 10.0])


@pytest.mark.parametrize("rule", ["proportional", "priority two, one"])
def test_what_comes_from_the_cloud_is_not_contested(rule: str) -> None:
    text = f"""dim age = 1 .. 3
stock staff[age] = 60 people
flow one[age]: staff[age - 1] -> staff[age] = 40 people/year
flow two[age]: staff[age] -> cloud = 40 people/year
share staff {rule} within 1 year
"""
    # `one` enters the first age from outside: 40. Ages 1 and 2 are contested by 40 + 40 for 60, age 3 by `two` alone.
    found = rates(model(text))
    if rule == "proportional":
        assert (found["one"], found["two"]) == ([40.0, 30.0, 30.0], [30.0, 30.0, 40.0])
    else:
        assert (found["one"], found["two"]) == ([40.0, 20.0, 20.0], [40.0, 40.0, 40.0])


def test_what_a_flow_wanted_can_be_read() -> None:
    found = model(POOL.format(held=60, a=30, b=90) + "share staff proportional within 1 year")
    assert isinstance(found.variables["one.wanted"], Auxiliary)
    assert found.variables["one.wanted"].is_hidden


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("share nobody proportional within 1 year", "unknown-stock"),
        ("share wish_a proportional within 1 year", "unknown-stock"),
        ("share staff priority one within 1 year", "no-contest"),
        ("share staff priority one, two, three within 1 year", "no-contest"),
        ("share staff priority one, two, one within 1 year", "duplicate-name"),
        ("share staff proportional within 3 people", "unit-mismatch"),
        ("share staff proportional within 3", "unit-mismatch"),
        ("share staff proportional within wish_a", "unit-mismatch"),
        ("share staff proportional within 1 year\nshare staff proportional within 1 year", "duplicate-declaration"),
    ],
)
def test_a_contest_that_cannot_be_is_told(line: str, code: str) -> None:
    assert codes(POOL.format(held=60, a=30, b=90) + line) == [code]


def test_a_stock_that_one_flow_leaves_has_no_contest() -> None:
    (found,) = errors("stock s = 3\nflow f: s -> cloud = s / 1 year\nshare s proportional within 1 month")
    assert found.message == "nobody contends for `s`: only `f` leaves it"


# What a flow moves, seen from the stock ------------------------------------------------------------------------------


def moves(text: str, end: str = "source") -> list[float]:
    """What the flow `f`, whose elements are numbered from 1 on, moves at each element of its stock."""
    found = model(text)
    flow = found.variables["f"]
    assert isinstance(flow, Flow)
    name, indices = (flow.source, flow.source_indices) if end == "source" else (flow.target, flow.target_indices)
    stock = found.variables[str(name)]
    expression = moved(flow, "f", indices, stock.axes)
    shape = tuple(axis.size for axis in flow.axes)

    def value_of(_: str, *places: int) -> float:
        assert all(0 <= place < size for place, size in zip(places, shape, strict=True))
        return float(flat_place(list(places), shape) + 1)

    return [evaluate(expression, value_of, at=at) for at in everywhere(stock.axes)]


def test_element_by_element_a_stock_sees_its_own() -> None:
    assert moves("dim d = a, b, c\nstock s[d] = 9\nflow f[d]: s -> cloud = s / 1 year") == [1.0, 2.0, 3.0]


def test_over_what_the_stock_has_not_it_sees_the_sum() -> None:
    # f is (1, 2), (3, 4), (5, 6) over d and e.
    text = "dim d = a, b, c\ndim e = x, y\nstock s[d] = 9\nflow f[d, e]: s -> cloud = s / 1 year"
    assert moves(text) == [3.0, 7.0, 11.0]
    text = "dim d = a, b, c\ndim e = x, y\nstock s[e] = 9\nflow f[d, e]: s -> cloud = s / 1 year"
    assert moves(text) == [9.0, 12.0]  # 1 + 3 + 5 and 2 + 4 + 6


def test_what_goes_to_the_next_element_is_seen_one_place_on() -> None:
    text = "dim d = 1 .. 4\nstock s[d] = 9\nflow f[d]: s[d] -> s[d + 1] = s / 1 year"
    assert moves(text) == [1.0, 2.0, 3.0, 4.0]
    assert moves(text, "target") == [0.0, 1.0, 2.0, 3.0]  # nothing enters the first; the fourth leaves the model


def test_one_element_that_is_picked_sees_all() -> None:
    text = "dim d = a, b, c\nstock s[d] = 9\nflow f[d]: s -> s[b] = s / 1 year"
    assert moves(text, "target") == [0.0, 6.0, 0.0]  # 1 + 2 + 3


def test_between_two_loops_each_end_sees_its_own_sum() -> None:
    text = "dim d = a, b\nstock s[d] = 9\nflow f[i: d, j: d]: s[i] -> s[j] = s[i] / 1 year"
    assert moves(text) == [3.0, 7.0]  # rows: 1 + 2 and 3 + 4
    assert moves(text, "target") == [4.0, 6.0]  # columns: 1 + 3 and 2 + 4


def test_a_part_reaches_its_places_in_the_whole() -> None:
    text = "dim d = a, b, c\ndim e of d = c, a\nstock s[d] = 9\nflow f[e]: s -> cloud = 1 / 1 year"
    assert moves(text) == [2.0, 0.0, 1.0]


def test_elements_that_share_a_bloc_add_up_in_it() -> None:
    text = "dim d = a, b, c\ndim k maps d { x: a, c\n  y: b }\nstock s[k] = 9\nflow f[d]: cloud -> s = 1 / 1 year"
    assert moves(text, "target") == [4.0, 2.0]  # 1 + 3 and 2
