"""Uses of components that have names: blocks and lines, arrays of them, chains, and what is told about them."""

import pytest

from sdlang.model.expressions import Index
from sdlang.model.model import Auxiliary, Flow, Parameter
from tests.model.meant import codes, errors, model, values

CREW = """component crew(size, quit_time = 10 years) from hires = cloud to quits = cloud {
  stock staff = size
  flow hiring: hires -> staff = 1 person/year
  flow quitting: staff -> quits = staff / quit_time
}
"""
STAGE = """component stage(duration : year) to onward {
  stock people = 0 people
  entry people
  flow finishing: people -> onward = people / duration
}
component school(enrol) from entrants to graduates {
  chain stage: first -> graduates
  flow enrolling: entrants -> first = enrol
  aux inside = sum(part.people over parts)
}
"""
SCHOOL = STAGE + "stock young = 9 people\nstock old = 0 people\n"


def test_the_variables_of_a_block_are_called_after_it() -> None:
    found = model(CREW + "crew clerks { size = 3 people }")
    assert list(found.variables) == [
        *("clerks.size", "clerks.quit_time", "clerks.staff", "clerks.hiring", "clerks.quitting"),
    ]
    assert all(variable.component == "clerks" for variable in found.variables.values())


def test_what_a_block_is_given_is_a_parameter_if_it_is_constant() -> None:
    found = model(CREW + "param p = 2 people\ncrew clerks { size = 3 * p\n  quit_time = 2 years + time * 0 }")
    assert isinstance(found.variables["clerks.size"], Parameter)
    assert isinstance(found.variables["clerks.quit_time"], Auxiliary)


def test_a_scenario_changes_what_a_block_was_given() -> None:
    text = CREW + "crew clerks { size = 3 people }\nscenario s { clerks.quit_time = 5 years }"
    assert [override.name for override in model(text).scenarios[0].overrides] == ["clerks.quit_time"]


def test_declarations_may_read_a_block_that_comes_later() -> None:
    assert codes(CREW + "aux half = clerks.staff / 2\ncrew clerks { size = 3 people }") == []


def test_a_block_that_is_split_is_one_set_of_variables() -> None:
    text = CREW + "dim region = north, south\nparam wish[region] = { north: 3 people, south: 5 people }\n"
    text += "crew clerks[region] { size = wish }\naux all = sum(clerks.staff over region)\naux one = clerks.size[south]"
    found = model(text)
    assert [axis.loop for axis in found.variables["clerks.staff"].axes] == ["region"]
    assert values(text)["one"] == 5.0


def test_a_line_uses_a_component_without_ports() -> None:
    text = "component double(x) {\n  aux y = 2 * x\n}\nd = double(x = 3)\naux z = d.y"
    assert values(text)["z"] == 6.0


def test_what_a_component_returns_goes_by_the_name_of_the_use_too() -> None:
    text = "component double(x) returns y {\n  aux y = 2 * x\n}\nd = double(3)\naux z = d + 1"
    assert values(text)["z"] == 7.0


def test_a_component_may_be_given_a_dimension() -> None:
    text = "component spread(dim place, people[place]) {\n  aux all = sum(people over place)\n}\n"
    text += "dim region = north, south\nparam p[region] = { north: 3, south: 4 }\ns = spread(region, p)\naux t = s.all"
    assert values(text)["t"] == 7.0


def test_components_stand_inside_components() -> None:
    text = CREW + "component office(size) {\n  crew staff { size = size / 2 }\n  aux twice = 2 * staff.staff\n}\n"
    found = model(text + "office f { size = 6 people }\naux x = f.staff.staff")
    assert {"f.size", "f.staff.size", "f.staff.staff", "f.twice"} <= set(found.variables)


# Chains --------------------------------------------------------------------------------------------------------------


def test_the_parts_of_a_chain_hand_over_to_one_another() -> None:
    text = SCHOOL + "school s {\n  enrol = 1 person/year\n  entrants <- young, graduates -> old\n"
    text += "  stage a { duration = 1 year }\n  stage b { duration = 2 years }\n}"
    ends = {flow.name: (flow.source, flow.target) for flow in model(text).flows()}
    assert ends == {
        "s.enrolling": ("young", "s.a.people"),
        "s.a.finishing": ("s.a.people", "s.b.people"),
        "s.b.finishing": ("s.b.people", "old"),
    }


def test_a_chain_of_one_part_hands_over_at_once() -> None:
    text = SCHOOL + "school s {\n  enrol = 1 person/year\n  entrants <- young, graduates -> old\n"
    found = model(text + "  stage only { duration = 1 year }\n}")
    flow = found.variables["s.only.finishing"]
    assert isinstance(flow, Flow)
    assert (flow.source, flow.target) == ("s.only.people", "old")


def test_what_a_chain_adds_up_reads_all_its_parts() -> None:
    text = SCHOOL + "school s {\n  enrol = 1 person/year\n  entrants <- young, graduates -> old\n"
    text += "  stage a { duration = 1 year }\n  stage b { duration = 2 years }\n}\naux x = s.inside"
    assert model(text).variables["s.inside"].unit.text == "people"


def test_a_chain_may_be_split() -> None:
    text = STAGE + "dim region = north, south\nstock young[region] = 9 people\nstock old = 0 people\n"
    text += "school s[region] {\n  enrol = 1 person/year\n  entrants <- young, graduates -> old\n"
    flow = model(text + "  stage a { duration = 1 year }\n}").variables["s.a.finishing"]
    assert isinstance(flow, Flow)
    assert (flow.source_indices, flow.target_indices) == ((Index("region"),), ())


# What is told --------------------------------------------------------------------------------------------------------


def test_a_mistake_in_a_component_of_the_file_shows_the_definition_and_the_use() -> None:
    text = "component crew(size) {\n  aux x = size + nobody\n}\ncrew one { size = 3 }\ncrew two { size = 3 }"
    (found,) = errors(text)
    assert found.span is not None
    assert (found.code, found.span.text) == ("unknown-name", "nobody")
    assert [note.message for note in found.notes] == ["the component is used here, as `one`"]


def test_units_that_do_not_fit_inside_show_both_too() -> None:
    (found,) = errors("component crew(size) {\n  aux x = size + 3 jobs\n}\ncrew one { size = 3 people }")
    assert (found.code, [note.message for note in found.notes]) == (
        "unit-mismatch",
        ["the component is used here, as `one`"],
    )


def test_a_component_that_uses_itself_is_told_as_a_path() -> None:
    text = "component a(x) {\n  b inner { x = x }\n}\ncomponent b(x) {\n  a inner { x = x }\n}\na top { x = 3 }"
    (found,) = errors(text)
    assert found.message == "component `a` uses itself: `a` -> `b` -> `a`"


@pytest.mark.parametrize(
    ("block", "code"),
    [
        ("crew c { }", "missing-argument"),
        ("crew c { size = 3 people\n  sise = 4 people }", "unknown-argument"),
        ("crew c { size = 3 people\n  size = 4 people }", "argument-twice"),
        ("crew c { size -> cloud }", "wrong-arrow"),
        ("crew c { size = 3 people\n  quits <- cloud }", "wrong-arrow"),
        ("crew c { size = 3 people\n  quits = 4 }", "wrong-arrow"),
        ("crew c { size = 3 people\n  quits -> nobody }", "unknown-stock"),
        ("crew c { size = 3 people\n  quit_time = 3 people }", "argument-unit"),
        ("crew c { size = 3 people\n  crew d { size = 3 people } }", "wrong-part"),
        ("crew c[region] { size = 3 people }", "unknown-dimension"),
        ("crews c { size = 3 people }", "unknown-component"),
        ("crew c { size = 3 people }\ncrew c { size = 3 people }", "duplicate-name"),
    ],
)
def test_a_block_that_cannot_be_is_told_once(block: str, code: str) -> None:
    assert codes(CREW + block) == [code]
