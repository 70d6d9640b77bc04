"""Flows and their ends: elements of stocks, neighbours, several stocks with shares, ports of components."""

import pytest

from sdlang.model.expressions import Index
from sdlang.model.model import Auxiliary, Flow, Model
from tests.model.meant import codes, errors, model, values

REGIONS = "dim region = north, south\ndim skill = low, high\nstock staff[region] = 3 people\n"
PLAIN = "stock students = 100 people\nstock staff = 0 people\nstock idle = 0 people\n"


def flow(found: Model, name: str = "f") -> Flow:
    variable = found.variables[name]
    assert isinstance(variable, Flow)
    return variable


def test_a_flow_with_the_dimensions_of_its_stock_goes_from_element_to_element() -> None:
    found = flow(model(REGIONS + "flow f[region]: staff -> cloud = staff / 1 year"))
    assert (found.source, found.source_indices) == ("staff", (Index("region"),))
    assert (found.target, found.target_indices) == (None, ())


def test_a_flow_with_more_dimensions_sums_into_its_stock() -> None:
    found = flow(model(REGIONS + "flow f[region, skill]: cloud -> staff = 1 person/year"))
    assert [axis.loop for axis in found.axes] == ["region", "skill"]
    assert found.target_indices == (Index("region"),)


def test_a_flow_may_pick_the_element_of_its_stock() -> None:
    found = flow(model(REGIONS + "flow f: cloud -> staff[south] = 1 person/year"))
    assert (found.axes, found.target_indices) == ((), (Index("", 1),))


def test_a_flow_from_each_to_each_names_both() -> None:
    text = REGIONS + "flow f[here: region, there: region]: staff[here] -> staff[there] = staff[here] / 1 year"
    found = flow(model(text))
    assert (found.source_indices, found.target_indices) == ((Index("here"),), (Index("there"),))


def test_a_flow_past_the_last_element_leaves_for_the_cloud() -> None:
    found = flow(model("dim age = 20 .. 22\nstock s[age] = 3\nflow f[age]: s[age] -> s[age + 1] = s / 1 year"))
    assert (found.source_indices, found.target_indices) == ((Index("age"),), (Index("age", 1),))


def test_a_flow_of_a_part_reaches_its_elements_in_the_whole() -> None:
    text = "dim region = north, south, east\ndim coast of region = east, north\nstock staff[region] = 3 people\n"
    found = flow(model(text + "flow f[coast]: cloud -> staff = 1 person/year"))
    assert found.target_indices == (Index("coast", 0, (2, 0)),)


def test_a_flow_of_elements_into_their_bloc_sums() -> None:
    text = REGIONS + "dim bloc maps region { all: north, south }\nstock pool[bloc] = 0 people\n"
    found = flow(model(text + "flow f[region]: staff -> pool = staff / 1 year"))
    assert (found.source_indices, found.target_indices) == ((Index("region"),), (Index("region", 0, (0, 0)),))


def test_a_flow_with_fewer_dimensions_brings_the_mended_line() -> None:
    (found,) = errors(REGIONS + "flow f: cloud -> staff = 1 person/year")
    assert found.code == "flow-with-fewer-dimensions"
    assert found.hint == "write `flow f[region]: ...`, or pick an element: `staff[...]`"


def test_a_flow_between_two_loops_of_its_own_must_say_which() -> None:
    assert codes(REGIONS + "flow f[here: region, there: region]: staff -> cloud = 1 person/year") == ["ambiguous-index"]


def test_a_flow_from_a_stock_to_itself_changes_nothing_unless_its_elements_differ() -> None:
    assert codes(REGIONS + "flow f[region]: staff -> staff = staff / 1 year") == ["flow-without-effect"]
    assert codes(REGIONS + "flow f[region]: staff -> staff[north] = staff / 1 year") == []


# Flows that split ----------------------------------------------------------------------------------------------------


def test_a_flow_that_splits_is_one_flow_for_each_end_and_their_total() -> None:
    found = model(PLAIN + "flow f: students -> { staff: 60%, idle: rest } = students / 4 years")
    assert isinstance(found.variables["f"], Auxiliary)
    ends = {name: (flow(found, name).source, flow(found, name).target) for name in ("f.staff", "f.idle")}
    assert ends == {"f.staff": ("students", "staff"), "f.idle": ("students", "idle")}


def test_the_rest_is_what_the_other_shares_leave() -> None:
    text = "stock a = 0\nstock b = 0\nstock c = 0\nparam x = 10 / year\n"
    text += "flow f: cloud -> { a: 50%, b: 30%, c: rest } = x\naux of_c = f.c\nplot a"
    rate = flow(model(text), "f.c").rate
    assert values("param f = 10\naux of_c = f * (1 - 50% - 30%)")["of_c"] == pytest.approx(2.0)
    assert [part.name for part in _references(rate)] == ["f"]


def _references(expression: object) -> list:
    from sdlang.model.expressions import Reference, parts

    return [part for part in parts(expression) if isinstance(part, Reference)]  # type: ignore[arg-type]


def test_a_flow_may_split_where_it_comes_from_and_into_the_cloud() -> None:
    found = model(PLAIN + "flow f: { students: 60%, cloud: rest } -> staff = 5 people/year")
    assert (flow(found, "f.students").source, flow(found, "f.cloud").source) == ("students", None)


def test_a_part_is_called_after_its_stock_and_element() -> None:
    found = model(REGIONS + "flow f: cloud -> { staff[north]: 60%, staff[south]: rest } = 1 person/year")
    assert flow(found, "f.staff_north").target_indices == (Index("", 0),)
    assert flow(found, "f.staff_south").target_indices == (Index("", 1),)


def test_shares_that_are_parameters_are_added_up() -> None:
    line = "flow f: students -> { staff: p, idle: q } = students / 4 years"
    assert codes(PLAIN + "param p = 60%\nparam q = 40%\n" + line) == []
    (found,) = errors(PLAIN + "param p = 60%\nparam q = 30%\n" + line)
    assert found.message == "the shares of `f` add up to 90%, not to 100%"


@pytest.mark.parametrize(
    ("shares", "code"),
    [
        ("{ staff: 60%, idle: 30% }", "shares-do-not-sum"),
        ("{ staff: 110%, idle: rest }", "shares-do-not-sum"),
        ("{ staff: rest, idle: rest }", "shares-do-not-sum"),
        ("{ staff: 60 people, idle: rest }", "unit-mismatch"),
        ("{ staff: 60%, nobody: rest }", "unknown-stock"),
        ("{ staff, idle: rest }", "missing-value"),
        ("{ }", "empty-table"),
    ],
)
def test_a_split_that_loses_people_is_told(shares: str, code: str) -> None:
    assert codes(PLAIN + f"flow f: students -> {shares} = students / 4 years") == [code]


# Ports ---------------------------------------------------------------------------------------------------------------

CREW = """component crew(size) from hires to quits = cloud {
  stock staff = size
  flow hiring: hires -> staff = 1 person/year
  flow quitting: staff -> quits = staff / 10 years
}
"""


def test_a_use_gives_its_stocks_to_the_ends_of_the_flows_inside() -> None:
    found = model(CREW + "stock idle = 9 people\ncrew c { size = 3 people\n  hires <- idle\n  quits -> idle }")
    assert (flow(found, "c.hiring").source, flow(found, "c.hiring").target) == ("idle", "c.staff")
    assert (flow(found, "c.quitting").source, flow(found, "c.quitting").target) == ("c.staff", "idle")


def test_an_end_that_is_not_given_may_be_the_cloud() -> None:
    found = model(CREW + "stock idle = 9 people\ncrew c { size = 3 people\n  hires <- idle }")
    assert flow(found, "c.quitting").target is None


def test_a_use_that_is_split_takes_from_each_element() -> None:
    text = CREW + "dim region = north, south\nstock idle[region] = 9 people\n"
    found = model(text + "crew c[region] { size = 3 people\n  hires <- idle }")
    assert found.variables["c.staff"].axes == found.variables["c.hiring"].axes
    assert flow(found, "c.hiring").source_indices == (Index("region"),)


def test_a_use_that_is_split_may_take_from_one_stock_for_all() -> None:
    text = CREW + "dim region = north, south\nstock idle = 9 people\n"
    found = model(text + "crew c[region] { size = 3 people\n  hires <- idle }")
    assert flow(found, "c.hiring").source_indices == ()


def test_a_port_may_split() -> None:
    text = (
        CREW
        + "stock idle = 9 people\ncrew c { size = 3 people\n  hires <- idle\n  quits -> { idle: 60%, cloud: rest } }"
    )
    found = model(text)
    assert (flow(found, "c.quitting.idle").target, flow(found, "c.quitting.cloud").target) == ("idle", None)


def test_a_stock_with_a_dimension_that_the_use_has_not_is_told() -> None:
    text = (
        CREW + "dim region = north, south\nstock idle[region] = 9 people\ncrew c { size = 3 people\n  hires <- idle }"
    )
    (found,) = errors(text)
    assert found.code == "flow-with-fewer-dimensions"
    assert "name[region]" in found.hint


def test_a_stock_of_another_unit_is_told_at_the_use_with_the_place_inside() -> None:
    text = CREW + "stock idle = 9 jobs\ncrew c { size = 3 people\n  hires <- idle }"
    (found,) = errors(text)
    assert found.code == "argument-unit"
    assert found.span is not None
    assert found.span.text == "c"
    assert [note.span.text for note in found.notes if note.span is not None] == ["hiring"]
