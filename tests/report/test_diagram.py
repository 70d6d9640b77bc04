"""The stock-and-flow diagram: what must be true of any layout."""

from collections.abc import Callable
from itertools import combinations
from pathlib import Path

import pytest

import sdlang
from sdlang.report.diagram import diagram_svg
from sdlang.report.layout import Box, Layout, layout, wrapped
from sdlang.report.structure import structure_of

ROOT = Path(__file__).parent.parent.parent
GOLDEN = Path(__file__).parent / "golden"
MODELS = sorted((ROOT / "models").rglob("*.sd"))


def layout_of(text: str) -> Layout:
    return layout(structure_of(sdlang.compile(text).structure))


HEAD = 'model "m"\nsimulate 0 to 1 year, step 1 year\n'
CHAIN = HEAD + (
    "stock a = 1 people\nstock b = 1 people\nstock c = 1 people\n"
    "flow ab: a -> b = a / 1 year\nflow bc: b -> c = b / 1 year\nflow ca: c -> a = c / 1 year\n"
    "flow into: cloud -> a = 1 people/year\nflow out: c -> cloud = c / 1 year\n"
)


@pytest.mark.parametrize("path", MODELS, ids=lambda path: path.stem)
def test_nothing_lies_on_anything_else(path: Path) -> None:
    placed = layout(structure_of(sdlang.load(path).structure))
    named: list[tuple[str, Box]] = [*placed.stocks.items(), *placed.auxiliaries.items(), *placed.parameters.items()]
    named += [(pipe.name, pipe.label) for pipe in placed.pipes]
    for (one, a), (other, b) in combinations(named, 2):
        assert not a.overlaps(b), f"{one} lies on {other}"


@pytest.mark.parametrize("path", MODELS, ids=lambda path: path.stem)
def test_all_is_within_the_picture(path: Path) -> None:
    placed = layout(structure_of(sdlang.load(path).structure))
    for box in (*placed.stocks.values(), *placed.auxiliaries.values(), *placed.parameters.values()):
        assert abs(box.x - placed.box.x) + box.width / 2 <= placed.box.width / 2 + 0.5
        assert abs(box.y - placed.box.y) + box.height / 2 <= placed.box.height / 2 + 0.5


# Models in which some links have no free way that does not swing far out of the picture.
CROWDED = {"inventory_workforce": 3}


@pytest.mark.parametrize("path", MODELS, ids=lambda path: path.stem)
def test_no_link_runs_through_a_stock(path: Path) -> None:
    placed = layout(structure_of(sdlang.load(path).structure))
    through = 0
    for link in placed.links:
        for name, box in placed.stocks.items():
            if name not in (link.source, link.target) and any(box.holds(point, -4) for point in link.points()):
                through += 1
    assert through <= CROWDED.get(path.stem, 0)


def test_a_chain_of_stocks_stands_in_a_row_from_left_to_right() -> None:
    placed = layout_of(CHAIN)
    a, b, c = (placed.stocks[name] for name in "abc")
    assert a.x < b.x < c.x
    assert a.y == b.y == c.y


def test_a_flow_that_goes_back_runs_below() -> None:
    placed = layout_of(CHAIN)
    back = next(pipe for pipe in placed.pipes if pipe.name == "ca")
    lowest = max(box.y + box.height / 2 for box in placed.stocks.values())
    assert back.valve[1] > lowest


def test_every_pipe_ends_at_its_stocks_or_at_a_cloud() -> None:
    placed = layout_of(CHAIN)
    for pipe in placed.pipes:
        for end in (pipe.corners[0], pipe.corners[-1]):
            at_stock = any(box.holds(end, 1) for box in placed.stocks.values())
            assert at_stock != (end in pipe.clouds), pipe.name
    assert sum(len(pipe.clouds) for pipe in placed.pipes) == 2


def test_clouds_of_neighbours_do_not_touch() -> None:
    placed = layout_of(
        HEAD + "stock a = 1 people\nstock b = 1 people\n"
        "flow out: a -> cloud = a / 1 year\nflow into: cloud -> b = 1 people/year\n"
    )
    (out,), (into,) = (pipe.clouds for pipe in placed.pipes)
    assert abs(out[0] - into[0]) > 40


def test_the_same_model_gives_the_same_picture() -> None:
    model = sdlang.load(ROOT / "models" / "labor_pool.sd").structure
    assert diagram_svg(model) == diagram_svg(model)


def test_what_components_hold_is_not_shown_but_what_they_read_is() -> None:
    text = HEAD + "stock a = 1 people\nflow f: a -> cloud = a / 1 year\naux s = smooth(a, 3 years)\n"
    structure = structure_of(sdlang.compile(text).structure)
    assert structure.stocks == ("a",)
    assert structure.reads["s"] == ("a",)


def test_names_are_broken_into_lines() -> None:
    assert wrapped("time_to_fill_a_vacancy") == ("time to fill a", "vacancy")
    assert wrapped("人口") == ("人口",)


def test_a_model_without_anything_to_draw_has_no_picture() -> None:
    assert diagram_svg(sdlang.compile(HEAD + "param p = 1\naux q = p\nplot q\n").structure) != ""
    assert diagram_svg(sdlang.compile(HEAD).structure) == ""


@pytest.mark.parametrize("path", MODELS, ids=lambda path: path.stem)
def test_names_of_flows_keep_off_other_pipes_and_clouds(path: Path) -> None:
    placed = layout(structure_of(sdlang.load(path).structure))
    for pipe in placed.pipes:
        for other in placed.pipes:
            if other is not pipe:
                for (x0, y0), (x1, y1) in zip(other.corners, other.corners[1:], strict=False):
                    assert not pipe.label.overlaps(Box((x0 + x1) / 2, (y0 + y1) / 2, abs(x1 - x0), abs(y1 - y0)), 2)
                assert not any(pipe.label.overlaps(Box(x, y, 30, 24)) for x, y in other.clouds)


@pytest.mark.parametrize("path", MODELS, ids=lambda path: path.stem)
def test_a_link_does_not_swing_far_out(path: Path) -> None:
    placed = layout(structure_of(sdlang.load(path).structure))
    boxes = [*placed.stocks.values(), *placed.auxiliaries.values(), *placed.parameters.values()]
    boxes += [pipe.label for pipe in placed.pipes]
    low = min(box.y - box.height / 2 for box in boxes)
    high = max(box.y + box.height / 2 for box in boxes)
    beyond = max(max(low - y, y - high) for link in placed.links for _, y in link.points()) if placed.links else 0.0
    assert beyond < 60, "a picture is not much higher than what stands in it"


POOLS = (
    HEAD.replace("1 year\n", "1/32 year\n")
    + """\
use labor
dim sector = retail, finance
stock jobless = 1_500 people
stock waiting = 0 people
stock technicians = 100 people
param wanted[sector] = { retail: 900 people, finance: 400 people }
pool clerks[sector] {
  initial = wanted, desired = wanted, quit_rate = 12% / year, retire_rate = 2.5% / year
  hires <- jobless, quits -> jobless
}
pool nurses { initial = 300 people, desired = 380 people, quit_rate = 8%/year, hires <- jobless, quits -> jobless }
pool engineers { initial = 100 people, desired = 600 people, hires <- technicians }
pipeline retraining {
  enrol = jobless / 18 months, capacity = 250 people
  entrants <- jobless, overflow -> waiting, graduates -> technicians
  conveyor_stage classroom { duration = 9 months, dropout = 15%, dropouts -> jobless }
  stage placement { duration = 6 months, spread = erlang(3) }
}
"""
)


def test_stocks_and_flows_of_named_components_are_shown_by_their_dotted_names() -> None:
    structure = structure_of(sdlang.compile(POOLS).structure)
    assert {"clerks.staff", "nurses.staff", "retraining.classroom.people"} <= set(structure.stocks)
    assert "clerks.hiring" in {flow.name for flow in structure.flows}
    assert not any("." in name for name in structure.auxiliaries + structure.parameters)
    assert structure.dimensions["clerks.staff"] == ("sector",)
    assert "jobless" in structure.reads["retraining.entering"]  # through `enrol`, which is not shown
    assert "clerks.staff" not in structure.reads["clerks.hiring"]  # its own affair


def test_three_pools_and_a_pipeline_stay_readable() -> None:
    placed = layout_of(POOLS)
    named: list[tuple[str, Box]] = [*placed.stocks.items(), *placed.auxiliaries.items(), *placed.parameters.items()]
    named += [(pipe.name, pipe.label) for pipe in placed.pipes]
    for (one, a), (other, b) in combinations(named, 2):
        assert not a.overlaps(b), f"{one} lies on {other}"
    assert len(placed.links) <= 12
    for pipe in placed.pipes:
        ends = [box for box in placed.stocks.values() if any(box.holds(end, 1) for end in pipe.corners)]
        for (x0, y0), (x1, y1) in zip(pipe.corners, pipe.corners[1:], strict=False):
            middle = ((x0 + x1) / 2, (y0 + y1) / 2)
            others = [name for name, box in placed.stocks.items() if box not in ends and box.holds(middle, -4)]
            assert others == [], f"{pipe.name} runs through {others}"


def test_a_stock_that_is_split_is_a_stack_with_its_dimensions(golden: Callable[[Path, str], None]) -> None:
    text = HEAD + (
        "dim region = north, south\ndim age = young < old\nstock people_of_age[region, age] = 1 people\n"
        "flow aging[region, age]: people_of_age[region, age] -> people_of_age[region, age + 1] "
        "= people_of_age / 1 year\n"
        "stock total = 0 people\nflow leaving[region]: people_of_age[region, old] -> total = 1 people/year\n"
    )
    drawn = diagram_svg(sdlang.compile(text).structure)
    assert drawn.count("<rect") == 4  # three cards and a box
    assert "<title>people_of_age[region, age]</title>" in drawn
    golden(GOLDEN / "stacked.svg", drawn.replace("><", ">\n<") + "\n")


def test_a_dotted_name_is_broken_behind_its_dots_and_keeps_its_end() -> None:
    assert wrapped("retraining.classroom.people") == ("retraining.", "classroom.", "people")
    assert wrapped("nurses.hiring") == ("nurses.hiring",)
    assert wrapped("organisation.departments.apprentices.leaving_early")[-1] == "leaving early"


def test_what_an_event_moves_is_a_broken_pipe() -> None:
    text = (
        "simulate 0 to 4 years, step 1 year\nstock a = 9\nstock b = 1\nparam limit = 5\nparam part = 3\n"
        "flow f: a -> b = a / 4 years\nwhen a > limit { move m: a -> b = a / part }\n"
    )
    picture = diagram_svg(sdlang.compile(text).structure)
    assert picture.count("stroke-dasharray") == 1
    assert "<title>m</title>" in picture
    for source in ("a", "limit", "part"):
        assert f"<title>{source} → m</title>" in picture
    assert "when a &gt; limit moves m from a to b" in picture
