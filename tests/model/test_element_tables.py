"""Tables of elements: a value an element, alone or as the exceptions to a rule."""

import pytest

from sdlang.model.expressions import Cases
from sdlang.model.model import Parameter
from tests.model.meant import codes, errors, model, values

SPLIT = "dim region = north, south, east\ndim coast of region = north, east\ndim skill = low, high\n"


def test_each_element_has_its_value_whatever_the_order_of_the_rows() -> None:
    assert values(SPLIT + "param p[region] = { east: 3, north: 1, south: 2 }\nplot p")["p"] == (1.0, 2.0, 3.0)


def test_a_row_may_speak_for_a_part() -> None:
    assert values(SPLIT + "param p[region] = { coast: 5, south: 2 }\nplot p")["p"] == (5.0, 2.0, 5.0)


def test_a_table_of_two_dimensions_has_a_header() -> None:
    text = SPLIT + "param p[region, skill] = {\n  low, high\n  north: 1, 2\n  south: 3, 4\n  east: 5, 6\n}\nplot p"
    assert values(text)["p"] == (1.0, 2.0, 3.0, 4.0, 5.0, 6.0)


def test_a_table_may_lie_on_its_side() -> None:
    text = SPLIT + "param p[region, skill] = {\n  north, south, east\n  low: 1, 3, 5\n  high: 2, 4, 6\n}\nplot p"
    assert values(text)["p"] == (1.0, 2.0, 3.0, 4.0, 5.0, 6.0)


@pytest.mark.parametrize("axes", ["here: pair, there: pair", "pair, other"])
def test_rows_and_columns_may_name_elements_of_one_dimension(axes: str) -> None:
    # The rows are those of the first index, the columns those of the second.
    text = f"dim pair = a, b\ndim other = pair\nparam p[{axes}] = {{\n  a, b\n  a: 1, 2\n  b: 3, 4\n}}\nplot p"
    assert values(text)["p"] == (1.0, 2.0, 3.0, 4.0)


def test_a_table_of_one_dimension_holds_for_all_elements_of_the_other() -> None:
    text = SPLIT + "param p[region, skill] = { low: 1, high: 2 }\nplot p"
    assert values(text)["p"] == (1.0, 2.0, 1.0, 2.0, 1.0, 2.0)


def test_an_exception_leaves_the_rule_for_all_others() -> None:
    assert values(SPLIT + "param p[region] = 5 except { south: 8 }\nplot p")["p"] == (5.0, 8.0, 5.0)


def test_an_exception_may_be_one_cell() -> None:
    text = SPLIT + "param p[region, skill] = 5 except {\n  high\n  south: 8\n}\nplot p"
    assert values(text)["p"] == (5.0, 5.0, 5.0, 8.0, 5.0, 5.0)


def test_values_may_be_equations_and_the_rule_may_use_its_elements() -> None:
    text = "dim age = 1 .. 4\naux x[age] = 2 * x[age - 1] except { 1: 10 }"
    assert values(text)["x"] == (10.0, 20.0, 40.0, 80.0)  # only the first has no one before it


def test_the_model_keeps_what_was_written_once() -> None:
    found = model(SPLIT + "param p[region] = 5 except { south: 8 }\nplot p").variables["p"]
    assert isinstance(found, Parameter)
    assert isinstance(found.value, Cases)
    assert (found.value.loop, found.value.choice, len(found.value.branches)) == ("region", (1, 0, 1), 2)


def test_bare_numbers_take_the_unit_that_the_name_is_given() -> None:
    found = model(SPLIT + "param p[region] : months = { north: 3, south: 6, east: 12 }\nplot p").variables["p"]
    assert found.unit.text == "months"
    text = SPLIT + "param p[region] : months = { north: 3, south: 6, east: 12 }\nplot p"
    assert values(text)["p"] == (0.25, 0.5, 1.0)  # in years


@pytest.mark.parametrize(
    ("table", "code"),
    [
        ("{ north: 1, south: 2 }", "missing-elements"),
        ("{ north: 1, south: 2, east: 3, north: 4 }", "duplicate-element"),
        ("{ coast: 1, north: 2, south: 3 }", "duplicate-element"),
        ("{ north: 1, south: 2, west: 3 }", "unknown-element"),
        ("5 except { west: 3 }", "unknown-element"),
        ("{ low: 1, high: 2 }", "unknown-element"),
        ("{ north: 1, 2, south: 3, east: 4 }", "row-length"),
        ("{ }", "empty-table"),
        ("{ 1, 2, 3 }", "missing-label"),
    ],
)
def test_a_table_that_does_not_fit_is_told(table: str, code: str) -> None:
    assert codes(SPLIT + f"param p[region] = {table}\nplot p") == [code]


def test_missing_elements_are_named() -> None:
    (found,) = errors(SPLIT + "param p[region] = { south: 1 }\nplot p")
    assert found.message == "no value is given for `north` and `east` of `region`"


def test_a_value_outside_the_range_is_told_by_its_element() -> None:
    (found,) = errors(SPLIT + "param p[region] = { north: 1, south: 9, east: 3 } in 0 .. 5\nplot p")
    assert found.message == "`p[south]` is 9, outside its own range 0 .. 5"
