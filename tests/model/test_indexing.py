"""Which element is meant: by subscripts, and by name where none stand."""

import pytest

from sdlang.model.expressions import Apply, Axis, Index, Position, Reference
from sdlang.model.model import Auxiliary, Model
from tests.model.meant import codes, errors, model, values

SPLIT = """
dim region = north, south
dim sector = retail, service, trade
dim age = 20 .. 23
param a[region] = { north: 1, south: 2 }
param b[sector] = { retail: 10, service: 20, trade: 30 }
param c[region, sector] = a + b
param d[age] = age
"""


def equation(found: Model, name: str) -> object:
    variable = found.variables[name]
    assert isinstance(variable, Auxiliary)
    return variable.value


def indices(line: str) -> tuple[Index, ...]:
    """The indices of what `x` reads, which is all of its equation."""
    found = equation(model(SPLIT + line), "x")
    assert isinstance(found, Reference)
    return found.indices


# By name -------------------------------------------------------------------------------------------------------------


def test_a_name_without_subscripts_follows_the_loops_of_its_dimensions() -> None:
    assert indices("aux x[region] = a") == (Index("region"),)
    assert indices("aux x[sector, region] = c") == (Index("region"), Index("sector"))


def test_dimensions_broadcast_by_name_whatever_their_order() -> None:
    # x[sector, region] = a[region] * b[sector]: retail 10 * (1, 2), service 20 * (1, 2), trade 30 * (1, 2)
    assert values(SPLIT + "aux x[sector, region] = a * b")["x"] == (10.0, 20.0, 20.0, 40.0, 30.0, 60.0)


def test_an_equation_is_written_once_for_all_its_elements() -> None:
    found = model(SPLIT + "aux x[region, sector] = a * b")
    assert [name for name in found.variables if name.startswith("x")] == ["x"]
    assert found.variables["x"].axes == (Axis("region", "region", 2), Axis("sector", "sector", 3))


def test_a_variable_with_fewer_dimensions_is_read_for_each_element_of_the_others() -> None:
    assert values(SPLIT + "aux x[region, sector] = a")["x"] == (1.0, 1.0, 1.0, 2.0, 2.0, 2.0)


def test_a_name_of_its_own_follows_too_where_one_fits_only() -> None:
    assert indices("aux x[here: region] = a") == (Index("here"),)


def test_where_two_run_over_the_dimension_the_plain_name_is_meant() -> None:
    assert indices("aux x[region, there: region] = a") == (Index("region"),)


def test_two_names_of_their_own_leave_it_open() -> None:
    assert codes(SPLIT + "aux x[here: region, there: region] = a") == ["ambiguous-index"]


def test_here_and_there_are_two_loops_over_one_dimension() -> None:
    # x[here, there] = a[there] - a[here]: rows north (1-1, 2-1), south (1-2, 2-2)
    text = SPLIT + "aux x[here: region, there: region] = a[there] - a[here]"
    assert values(text)["x"] == (0.0, 1.0, -1.0, 0.0)


def test_a_part_reads_its_whole_by_a_table() -> None:
    text = SPLIT + "dim some of sector = trade, retail\naux x[some] = b"
    found = equation(model(text), "x")
    assert isinstance(found, Reference)
    assert found.indices == (Index("some", 0, (2, 0)),)
    assert values(text)["x"] == (30.0, 10.0)


def test_a_whole_does_not_read_its_part() -> None:
    text = SPLIT + "dim some of sector = trade, retail\nparam p[some] = 1\naux x[sector] = p"
    assert codes(text) == ["missing-index"]


def test_another_name_reads_as_the_first_does() -> None:
    assert values(SPLIT + "dim there = region\naux x[there] = a")["x"] == (1.0, 2.0)


def test_what_is_mapped_reads_the_bloc_that_it_belongs_to() -> None:
    text = SPLIT + "dim kind maps sector { goods: trade, retail\n  deeds: service }\n"
    text += "param tax[kind] = { goods: 5, deeds: 7 }\naux x[sector] = tax"
    assert values(text)["x"] == (5.0, 7.0, 5.0)  # retail, service, trade


def test_an_equation_without_the_dimension_names_the_three_ways_out() -> None:
    (found,) = errors(SPLIT + "aux x = a")
    assert found.code == "missing-index"
    assert found.hint == "split it too (`x[region]`), pick an element, or reduce: `sum(a over region)`"


# Subscripts ----------------------------------------------------------------------------------------------------------


def test_an_element_is_picked_by_its_name_or_its_number() -> None:
    assert indices("aux x = a[south]") == (Index("", 1),)
    assert indices("aux x = d[22]") == (Index("", 2),)
    assert values(SPLIT + "aux x = d[22]")["x"] == 22.0


def test_a_pick_leaves_other_dimensions_to_their_names() -> None:
    assert indices("aux x[region] = c[service]") == (Index("region"), Index("", 1))


def test_subscripts_may_stand_in_any_order() -> None:
    assert indices("aux x = c[service, south]") == indices("aux x = c[south, service]") == (Index("", 1), Index("", 1))


def test_a_shift_reads_a_neighbour() -> None:
    # The ages are 20 to 23: each reads the one before, the first has a value of its own.
    text = SPLIT + "aux x[age] = if age == 20 then 0 else d[age - 1]"
    assert values(text)["x"] == (0.0, 20.0, 21.0, 22.0)
    found = equation(model(text), "x")
    assert isinstance(found, Apply)
    assert found.arguments[2] == Reference(found.span, "d", (Index("age", -1),))


@pytest.mark.parametrize(
    "guard",
    [
        "if age == 23 then 0 else d[age + 1]",
        "if age < 23 then d[age + 1] else 0",
        "if 22 >= age then d[age + 1] else 0",
        "if not age == 23 then d[age + 1] else 0",
        "if age == 20 or age == 21 then d[age + 2] else 0",
        "if age > 20 and age < 23 then d[age + 1] else 0",
    ],
)
def test_a_guard_on_the_position_keeps_a_shift_within_its_dimension(guard: str) -> None:
    assert codes(SPLIT + f"aux x[age] = {guard}") == []


@pytest.mark.parametrize(
    ("equation", "element"),
    [
        ("d[age + 1]", "23"),
        ("d[age - 1]", "20"),
        ("if age == 20 then 0 else d[age - 2]", "21"),
        ("if time > 2030 then 0 else d[age + 1]", "23"),
    ],
)
def test_a_shift_past_the_end_names_the_element_where_it_is_wrong(equation: str, element: str) -> None:
    (found,) = errors(SPLIT + f"aux x[age] = {equation}")
    assert found.code == "subscript-outside"
    assert f"where `age` is {element}" in found.message


def test_a_shift_of_a_part_is_a_shift_in_its_whole() -> None:
    # The young are 20 and 21; the next ages of the whole are 21 and 22.
    assert values(SPLIT + "dim young of age = 20 .. 21\naux x[young] = d[young + 1]")["x"] == (21.0, 22.0)


def test_names_with_an_order_have_neighbours() -> None:
    text = "dim skill = low < mid < high\nparam p[skill] = { low: 1, mid: 2, high: 3 }\n"
    assert values(text + "aux x[skill] = if skill == high then 0 else p[skill + 1]")["x"] == (2.0, 3.0, 0.0)
    assert values(text + "aux x = p[low + 1]")["x"] == 2.0


def test_elements_are_compared_by_name_and_by_order() -> None:
    text = "dim skill = low < mid < high\naux x[skill] = if skill < high then 1 else 0\n"
    text += "aux y[skill] = if skill != mid then 1 else 0"
    found = values(text)
    assert (found["x"], found["y"]) == ((1.0, 1.0, 0.0), (1.0, 0.0, 1.0))


def test_two_loops_are_compared_with_each_other() -> None:
    text = "dim region = north, south\naux x[here: region, there: region] = if here == there then 1 else 0"
    assert values(text)["x"] == (1.0, 0.0, 0.0, 1.0)


def test_a_numeric_dimension_is_a_number_and_others_are_not() -> None:
    assert equation(model(SPLIT + "aux x[age] = age"), "x") == Position(None, Index("age"), 20)  # type: ignore[arg-type]
    assert codes(SPLIT + "aux x[region] = region") == ["index-as-value"]


def test_an_element_that_is_nearly_right_brings_the_right_one() -> None:
    (found,) = errors(SPLIT + "aux x = a[sotuh]")
    assert (found.code, "did you mean `south`" in found.message) == ("unknown-element", True)
    assert found.hint == "there are `north` and `south`"


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("aux x = a[trade]", "index-does-not-fit"),
        ("aux x = a[north, south]", "index-does-not-fit"),
        ("aux x = a[time]", "index-does-not-fit"),
        ("aux x = a[b]", "index-does-not-fit"),
        ("aux x = d[19]", "subscript-outside"),
        ("aux x = d[24]", "subscript-outside"),
        ("aux x = d[20.5]", "index-does-not-fit"),
        ("aux x[region] = a[region + 1]", "no-neighbours"),
        ("aux x = a[region]", "missing-index"),
        ("aux x[region, region] = 1", "index-twice"),
        ("aux x[regions] = 1", "unknown-dimension"),
    ],
)
def test_what_is_no_index_is_told(line: str, code: str) -> None:
    assert codes(SPLIT + line) == [code]


# Elements that read one another --------------------------------------------------------------------------------------


def test_elements_may_read_earlier_ones_without_a_loop() -> None:
    # x[20] = 1, then each doubles the one before
    assert values(SPLIT + "aux x[age] = if age == 20 then 1 else 2 * x[age - 1]")["x"] == (1.0, 2.0, 4.0, 8.0)


def test_parameters_may_read_earlier_elements_too() -> None:
    assert values(SPLIT + "param p[age] = if age == 23 then 1 else p[age + 1] + 1\naux x[age] = p")["x"] == (4, 3, 2, 1)


def test_two_variables_may_read_each_other_at_other_elements() -> None:
    text = SPLIT + "aux x[age] = if age == 20 then 1 else y[age - 1]\naux y[age] = 3 * x"
    found = values(text)
    assert (found["x"], found["y"]) == ((1.0, 3.0, 9.0, 27.0), (3.0, 9.0, 27.0, 81.0))


def test_a_loop_of_elements_is_told_by_its_elements() -> None:
    (found,) = errors(SPLIT + "aux x[age] = if age == 20 then x[23] else x[age - 1]")
    assert found.code == "algebraic-loop"
    assert found.message.endswith("`x[20]` -> `x[21]` -> `x[22]` -> `x[23]` -> `x[20]`")
    assert found.hint == "give one of the elements a value of its own: `if ... then ... else x[...]`"
