"""The table of assumptions, the list of their sources, and the bands in the charts."""

import re

import sdlang
from sdlang.compiler import Options, StepCheck, check, simulate
from sdlang.report import render_html, render_markdown
from sdlang.report.assumptions import assumed, assumptions, sourced
from sdlang.report.plots import Band, Chart, Line, chart_svg
from sdlang.results.outcome import Outcome
from sdlang.source import Source

MODEL = """\
model "Quits"
simulate 0 to 10 years, step 1/4 year, seed 7, runs 20
param size "staff at the start" = 100 people, source "payroll", dated 2024-05, confidence high
param attrition "attrition" = ? in 5% .. 15% per year
param raise = 1 % / year ~ normal(1%, 0.5%) / year, source "a <b>friend</b>", confidence low
param pay = 3 HKD, source "payroll"
param half = size / 2
stock staff = size
flow quits: staff -> cloud = staff * (attrition - raise)
aux bill = pay * half
plot staff, bill
"""


def outcome(text: str) -> Outcome:
    return simulate(check(Source("quits.sd", text)), Options(step_check=StepCheck.NONE))


def test_every_declared_value_is_an_assumption_and_what_is_computed_is_none() -> None:
    model = sdlang.compile(MODEL).structure
    assert [each.name for each in assumed(model)] == ["size", "attrition", "raise", "pay"]
    assert sourced(model) == (3, 4)


def test_what_nobody_knows_comes_first_and_sources_are_numbered_as_they_are_used() -> None:
    found = assumptions(outcome(MODEL))
    assert found is not None
    assert [row["label"] for row in found["rows"]] == ["attrition", "staff at the start", "raise", "pay"]
    assert [row["source"] for row in found["rows"]] == ["", 1, 2, 1]
    assert [(each["number"], each["text"]) for each in found["sources"]] == [(1, "payroll"), (2, "a <b>friend</b>")]
    assert found["sources"][0]["of"] == "staff at the start, pay"
    assert (found["count"], found["without"], found["share"], found["holes"]) == (4, 1, "25 %", 1)
    first = found["rows"][0]
    assert first["is_hole"]
    assert (first["value"], first["range"]) == ("10 % per year", "5 % per year to 15 % per year")
    assert found["rows"][1]["dated"] == "2024-05"
    assert found["rows"][2]["distribution"] == "normal(1%, 0.5%) / year"


def test_the_report_has_the_table_and_shows_names_as_text() -> None:
    page = render_html(outcome(MODEL))
    assert "What is assumed" in page
    assert "1 of 4 assumptions (25 %) has no source." in re.sub(r"\s+", " ", page)
    assert "a &lt;b&gt;friend&lt;/b&gt;" in page
    assert "<b>friend" not in page
    text = render_markdown(outcome(MODEL))
    assert "## What is assumed" in text
    assert "| attrition (not known) | 10 % per year | 5 % per year to 15 % per year |" in text
    assert "1. payroll (staff at the start, pay)" in text


def test_a_model_that_says_nothing_of_its_assumptions_has_no_table() -> None:
    silent = (
        "simulate 0 to 10 years, step 1/4 year\nparam r = 8% / year\nstock s = 1 person\nflow f: s -> cloud = s * r\n"
    )
    assert assumptions(outcome(silent)) is None
    assert "What is assumed" not in render_html(outcome(silent))


def test_the_report_is_the_same_each_time() -> None:
    assert render_html(outcome(MODEL)) == render_html(outcome(MODEL))


def test_the_value_of_what_is_split_is_told_by_element() -> None:
    text = (
        "simulate 0 to 10 years, step 1/4 year\ndim g = a, b\n"
        'param r[g] = { a: 5% / year, b: 6% / year }, source "x"\n'
        "stock s[g] = 1 person\nflow f[g]: s -> cloud = s * r\n"
    )
    found = assumptions(outcome(text))
    assert found is not None
    assert [row["value"] for row in found["rows"]] == ["by element"]


# Bands ---------------------------------------------------------------------------------------------------------------


def test_charts_of_an_ensemble_have_bands_and_say_what_they_hold() -> None:
    page = render_html(outcome(MODEL))
    assert 'class="band c0"' in page
    assert "the bands hold half, and nine tenths, of 20 runs" in page
    certain = MODEL.replace("?", "10% / year").replace(", runs 20", "")
    assert 'class="band' not in render_html(outcome(certain))


def test_the_page_says_with_which_seed_an_ensemble_was_drawn_though_its_first_run_draws_nothing() -> None:
    page = render_markdown(outcome(MODEL))
    assert "| Runs of an ensemble | 20 |" in page
    assert "| Seed | 7 |" in page
    certain = MODEL.replace("?", "10% / year").replace(", runs 20", "")
    assert "| Seed |" not in render_markdown(outcome(certain))


def test_a_band_lies_within_the_chart_and_is_told_in_words() -> None:
    """The points of the polygon go along the upper end and back along the lower one."""
    band = Band(0.9, [10, 5, 1], [10, 12, 30])
    drawn = chart_svg(Chart("c", (Line("staff", [0, 1, 2], [10, 9, 8], bands=(band,)),), "people", "years"), "one")
    (points,) = re.findall(r'<polygon class="band c0" points="([^"]+)"/>', drawn)
    pairs = [tuple(map(float, pair.split(","))) for pair in points.split()]
    assert len(pairs) == 6
    heights = [y for _, y in pairs]
    assert heights[0] == heights[-1]  # both ends are 10 at the start
    assert heights[2] < heights[1] < heights[0] < heights[4] < heights[3]
    assert all(0 <= y <= 330 for y in heights)
    assert "in 90 % of the runs between 1 and 30 people" in drawn
