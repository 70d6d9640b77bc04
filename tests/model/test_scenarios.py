"""What scenarios change beside parameters, how they extend one another, and how they combine."""

import re
from math import exp
from pathlib import Path

import numpy as np
import pytest

import sdlang
from sdlang.compiler import Options, StepCheck, simulate
from sdlang.model.expressions import parts
from sdlang.model.model import Auxiliary
from sdlang.model.scenario import under_scenario
from tests.expanded import assert_runs_alike

MODEL = """
simulate 2020 to 2030 years, step 1/8
param rate = 10% / year
param other = rate / 2
stock s = 100 people
stock parts[side] = 10 people
dim side = left, right
table pull(x : person) = (0, 1) (1_000, 1)
flow f: cloud -> s = s * rate * pull(s)
aux shown_rate = rate
aux shown_other = other
"""


SERIES = 'series given : robot = csv("base.csv", time = "year", value = "stock")\naux seen = given\n'


def compiled(text: str, folder: Path | None = None) -> sdlang.Model:
    if folder is None:
        return sdlang.compile(MODEL + text)
    (folder / "base.csv").write_text("year,stock\n2020,10\n2030,20\n")
    (folder / "high.csv").write_text("year,stock\n2020,10\n2030,60\n")
    return sdlang.compile(MODEL + SERIES + text, folder=folder)


@pytest.mark.parametrize("method", ["rk4", "dop853"])
def test_a_ramp_goes_from_the_old_value_to_the_new_on_a_straight_line(method: str) -> None:
    run = compiled("scenario a { rate = 30% / year from 2022 over 4 years }").run(scenario="a", method=method)
    assert [run.at("shown_rate", time) for time in (2021, 2022, 2023, 2025, 2026, 2029)] == pytest.approx(
        [0.1, 0.1, 0.15, 0.25, 0.3, 0.3], rel=1e-12
    )
    # the integral of the rate: 2 years at 10 %, 4 at 20 % on average, 4 at 30 %
    assert run.at("s", 2030) == pytest.approx(100 * exp(0.2 + 0.8 + 1.2), rel=1e-5 if method == "rk4" else 1e-8)


def test_what_is_computed_from_a_parameter_follows_its_ramp() -> None:
    run = compiled("scenario a { rate = 30% / year from 2022 over 4 years }").run(scenario="a")
    assert run.at("shown_other", 2024) == pytest.approx(0.1)  # half of 20 %


def test_a_ramp_begins_at_the_value_that_it_finds() -> None:
    text = "scenario a {\n  rate = 30% / year from 2022 over 4 years\n  rate = 0% / year from 2024 over 2 years\n}"
    run = compiled(text).run(scenario="a")
    assert run.at("shown_rate", 2024) == pytest.approx(0.2)
    assert run.at("shown_rate", 2025) == pytest.approx(0.1)  # half way between these 20 % and 0
    assert run.at("shown_rate", 2026) == 0


def test_a_stock_starts_from_another_value() -> None:
    run = compiled("scenario a {\n  s = 200 people\n  parts[left] = 7 people\n}").run(scenario="a")
    assert run["s"][0] == 200
    assert run["parts"][0].tolist() == [7.0, 10.0]


def test_a_table_has_other_points() -> None:
    run = compiled("scenario a { pull = (0, 0) (1_000, 0) }").run(scenario="a")
    assert set(run["s"].tolist()) == {100.0}


def test_words_of_a_table_that_are_left_out_stay() -> None:
    text = MODEL.replace("(1_000, 1)", "(1_000, 1), step, extrapolate")
    model = sdlang.compile(text + "scenario a { pull = (0, 0) (1_000, 3), hold }")
    (change,) = model.structure.scenarios[0].changes
    assert (change.method, change.outside) == ("step", "hold")


def test_a_series_has_other_data(tmp_path: Path) -> None:
    model = compiled('scenario a { given = csv("high.csv", time = "year", value = "stock") }', tmp_path)
    assert model.run().at("seen", 2025) == 15
    assert model.run(scenario="a").at("seen", 2025) == 35


def test_the_digest_is_one_for_all_runs_and_covers_the_data_of_scenarios(tmp_path: Path) -> None:
    text = 'scenario a { given = csv("high.csv", time = "year", value = "stock") }'
    before = compiled(text, tmp_path)
    assert before.run().provenance.digest == before.run(scenario="a").provenance.digest
    (tmp_path / "high.csv").write_text("year,stock\n2020,10\n2030,61\n")
    after = sdlang.compile(MODEL + SERIES + text, folder=tmp_path)
    assert before.run().provenance.digest != after.run().provenance.digest


TWO = """
scenario a {
  rate = 20% / year
  expect s > 0 people
}
scenario b { s = 50 people }
"""


def test_a_scenario_takes_over_what_it_extends() -> None:
    run = compiled(TWO + "scenario c extends a, b { }").run(scenario="c")
    assert (run["s"][0], run["shown_rate"][0]) == (50, 0.2)


def test_its_own_changes_win() -> None:
    run = compiled(TWO + "scenario c extends a, b { rate = 5% / year }").run(scenario="c")
    assert run["shown_rate"][0] == 0.05


def test_scenarios_may_stand_in_any_order_and_extend_through_others() -> None:
    run = compiled("scenario d extends c { }\nscenario c extends a, b { }\n" + TWO).run(scenario="d")
    assert (run["s"][0], run["shown_rate"][0]) == (50, 0.2)


def test_expectations_are_those_of_the_scenario_in_which_they_stand() -> None:
    verdicts = compiled(TWO + "scenario c extends a, b { }").study().verdicts
    assert [verdict.scenario for verdict in verdicts] == ["a"]


def test_scenarios_that_agree_can_be_extended_together() -> None:
    text = "scenario a { rate = 20% / year }\nscenario b { rate = 20% / year }\nscenario c extends a, b { }"
    assert compiled(text).run(scenario="c")["shown_rate"][0] == 0.2


def test_scenarios_combine_without_a_declaration() -> None:
    model = compiled(TWO)
    run = model.run(scenario="a+b")
    assert (run["s"][0], run["shown_rate"][0]) == (50, 0.2)
    assert run.provenance.scenario == "a+b"
    assert model.scenarios == ("base", "a", "b")


def test_scenarios_that_disagree_do_not_combine() -> None:
    with pytest.raises(sdlang.ModelError, match="different values"):
        compiled(TWO + "scenario c { rate = 30% / year }").run(scenario="a+c")


def test_an_unknown_part_of_a_combination_is_told() -> None:
    with pytest.raises(sdlang.ModelError, match="there is no scenario `z`"):
        compiled(TWO).run(scenario="a+z")


def test_the_flat_model_has_the_same_scenarios() -> None:
    text = TWO + "scenario c extends a, b {\n  rate = 30% / year from 2022 over 4 years\n  pull = (0, 1) (1_000, 2)\n}"
    model = compiled(text)
    flat = sdlang.compile(model.expand())
    assert flat.run(scenario="c")["s"].tolist() == model.run(scenario="c")["s"].tolist()


def test_a_ramp_may_begin_with_the_run_and_go_on_beyond_its_end() -> None:
    run = compiled("scenario a { rate = 30% / year from 2020 over 5 years }").run(scenario="a")
    assert [run.at("shown_rate", time) for time in (2020, 2021, 2025)] == pytest.approx([0.1, 0.14, 0.3], rel=1e-12)
    run = compiled("scenario a { rate = 30% / year from 2028 over 4 years }").run(scenario="a")
    assert run.at("shown_rate", 2030) == pytest.approx(0.2, rel=1e-12)  # half of the way from 10 % to 30 %


def test_a_ramp_finds_each_element_where_it_is() -> None:
    text = "param share[side] = 10%\naux shown_share[side] = share\nscenario a {\n"
    text += "  share[left] = 50% from 2022 over 4 years\n  share = 0% from 2024 over 2 years\n"
    text += "  share[right] = 20% from 2024 over 4 years\n}"
    run = compiled(text).run(scenario="a")
    left, right = "shown_share[left]", "shown_share[right]"
    # left has come half way, to 30 %, when it turns towards 0
    assert [run.at(left, time) for time in (2024, 2025, 2026, 2030)] == pytest.approx([0.3, 0.15, 0, 0], abs=1e-12)
    # of two changes at one time the later in the text holds, and it goes on from what was before both
    assert [run.at(right, time) for time in (2024, 2026, 2028)] == pytest.approx([0.1, 0.15, 0.2], rel=1e-12)


def size_of_ramps(count: int) -> int:
    """How large the equation of a parameter becomes with so many ramps, of which five overlap at any time."""
    lines = [
        f"  share[{side}] = {n}% from {2020 + n / 8} over 0.625 years"
        for n in range(count)
        for side in ("left", "right")
    ]
    text = "param share[side] = 10%\nscenario a {\n" + "\n".join(lines) + "\n}"
    share = under_scenario(compiled(text).structure, "a").variables["share"]
    assert isinstance(share, Auxiliary)
    return sum(1 for _ in parts(share.value))


def test_ramps_that_overlap_grow_no_faster_than_pairs_of_them() -> None:
    assert size_of_ramps(40) < 4.2 * size_of_ramps(20)


@pytest.mark.parametrize(
    ("engine", "method"), [("reference", "euler"), ("fixed", "euler"), ("fixed", "rk4"), ("scipy", "dop853")]
)
def test_a_stock_follows_ramps_in_every_engine(engine: str, method: str) -> None:
    text = "stock filled = 0 people\nflow filling: cloud -> filled = 100 people * rate\n"
    text += "scenario a {\n  rate = 30% / year from 2022 over 4 years\n  rate = 0% / year from 2026 over 2 years\n}"
    run = compiled(text).run(scenario="a", engine=engine, method=method)
    # 100 times the area below the rate: 2 * 10 % + 4 * 20 % + 2 * 15 % = 130 %
    step = 1 / 8
    # Euler takes each step at its beginning: half a step times the rise of the rate, 20 % up and 30 % down, is missed.
    missed = 100 * step / 2 * (0.2 - 0.3) if method == "euler" else 0
    assert run.at("filled", 2030) == pytest.approx(130 - missed, rel=1e-9)


def test_points_of_a_table_follow_the_parameters_that_they_are_made_of() -> None:
    text = "param top = 1\nparam double = 2 * top\ntable made(x) = (0, 0) (1, double)\naux read_made = made(1)\n"
    model = compiled(
        text + "scenario a { top = 3 }\nscenario b { made = (0, 0) (1, top) }\nscenario c extends a, b { }"
    )
    ends = {name: model.run(scenario=name)["read_made"][-1] for name in ("base", "a", "b", "c", "a+b")}
    assert ends == {"base": 2, "a": 6, "b": 1, "c": 3, "a+b": 3}
    assert model.run({"top": 5})["read_made"][-1] == 10
    assert model.run({"top": 5}, scenario="b")["read_made"][-1] == 5


def test_a_callers_value_that_puts_points_out_of_order_is_told() -> None:
    model = compiled("param middle = 0.5\ntable made(x) = (0, 0) (middle, 1) (1, 2)\naux read_made = made(1)\n")
    with pytest.raises(sdlang.ModelError, match="must go up"):
        model.run({"middle": 2})


def test_a_parameter_and_a_stock_have_the_values_of_another_file(tmp_path: Path) -> None:
    (tmp_path / "one.csv").write_text("side,jobs\nleft,3\nright,4\n")
    (tmp_path / "two.csv").write_text("side,jobs\nright,40\nleft,30\n")
    text = 'param jobs[side] : people = csv("one.csv", value = "jobs")\naux seen_jobs[side] = jobs\nscenario a {\n'
    text += '  jobs = csv("two.csv", value = "jobs") from 2025\n  parts = csv("two.csv", value = "jobs")\n}'
    run = sdlang.compile(MODEL + text, folder=tmp_path).run(scenario="a")
    assert run["parts"][0].tolist() == [30, 40]
    assert run["seen_jobs"][[0, -1]].tolist() == [[3, 4], [30, 40]]


def test_disagreements_are_those_of_elements() -> None:
    text = "param share[side] = 10%\nscenario a { share = 20% }\nscenario b { share[left] = 30% }\n"
    text += "scenario c {\n  share[left] = 40%\n  share[right] = 50%\n}\n"
    model = compiled(text)
    with pytest.raises(sdlang.ModelError, match="`a` and `b` change `share` to different values"):
        model.run(scenario="a+b")
    settled = compiled(
        text + "scenario d extends a, b { share[left] = 60% }\nscenario e extends a, b, c {\n"
        "  share[left] = 1%\n  share[right] = 2%\n}\n"
    )
    assert settled.run(scenario="d")["share"].tolist()[0] == pytest.approx([0.6, 0.2])
    assert settled.run(scenario="e")["share"].tolist()[0] == pytest.approx([0.01, 0.02])


def test_what_one_says_of_an_element_goes_before_what_it_says_of_all() -> None:
    text = (
        "param share[side] = 10%\nscenario a {\n  share = 20%\n  share[left] = 30%\n}\nscenario b { share[left] = 30% }"
    )
    assert compiled(text).run(scenario="b+a")["share"].tolist()[0] == pytest.approx([0.3, 0.2])


def test_changes_at_other_times_are_no_disagreement() -> None:
    text = "scenario a { rate = 20% / year from 2022 }\nscenario b { rate = 30% / year from 2025 over 2 years }\n"
    run = compiled(text + "scenario c extends b, a { rate = 5% / year }").run(scenario="c")
    shown = [run.at("shown_rate", time) for time in (2020, 2022, 2026, 2028)]
    assert shown == pytest.approx([0.05, 0.2, 0.25, 0.3], rel=1e-12)


def test_two_that_took_over_the_same_agree() -> None:
    text = "scenario root { rate = 20% / year }\nscenario left_one extends root { s = 1 person }\n"
    text += "scenario right_one extends root { parts = 2 people }\nscenario both extends left_one, right_one { }"
    (both,) = (each for each in compiled(text).structure.scenarios if each.name == "both")
    assert [change.name for change in both.changes] == ["s", "rate", "parts"]
    assert both.extends == ("left_one", "right_one")


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ("base+a", "`base` in `base+a` is the run without a scenario"),
        ("a+a", "`a+a` names `a` twice"),
        ("a+", "names no scenario on one side"),
        ("+", "names no scenario on one side"),
        ("all+a", "there is no scenario `all`"),
    ],
)
def test_what_cannot_be_combined_is_told(asked: str, told: str) -> None:
    with pytest.raises(sdlang.ModelError, match=re.escape(told)):
        compiled(TWO).run(scenario=asked)


def test_blanks_around_a_plus_make_no_other_scenario() -> None:
    assert compiled(TWO).run(scenario="a + b").provenance.scenario == "a+b"
    runs = compiled(TWO).study(("a+b", "all", "a + b")).runs
    assert list(runs) == ["a+b", "base", "a", "b"]


def test_a_combination_is_checked_like_a_scenario() -> None:
    text = "param x = 1\nparam y = 1 in 0 .. 4\nparam product = x * y in 0 .. 5\n"
    text += "scenario c { x = 3 }\nscenario d { y = 2 }"
    assert compiled(text).run(scenario="c")["product"][0] == 3
    with pytest.raises(sdlang.ModelError, match="`product` is 6, outside its own range"):
        compiled(text).run(scenario="c+d")


def test_a_combination_has_the_expectations_of_the_file_only() -> None:
    text = TWO + "expect s < 1_000_000 people\n"
    assert [verdict.text for verdict in compiled(text).study(("a+b",)).verdicts] == ["s < 1_000_000 people"]


STRATA = """
simulate 2020 to 2030 years, step 1/8 year
dim region = north, south
param rate = 10% / year
stock s = 100 people
flow f: cloud -> s = s * rate
scenario double { s = 200 people }
"""


def test_what_a_split_stock_starts_from_is_shared_out() -> None:
    flat = sdlang.compile(STRATA).run(scenario="double")
    split = sdlang.compile(STRATA + "stratify model by region { s = { north: 60%, south: 40% } }").run(
        scenario="double"
    )
    assert split["s"][0].tolist() == [120, 80]
    assert split["s"].sum(axis=1) == pytest.approx(flat["s"], rel=1e-12)


def test_all_kinds_of_changes_are_in_the_flat_model(tmp_path: Path) -> None:
    text = (
        SERIES + 'scenario a {\n  given = csv("high.csv", time = "year", value = "stock")\n  parts[left] = 3 people\n'
    )
    text += "  pull = (0, 1) (1_000, 0.5), spline\n  rate = 30% / year from 2022 over 2 years\n}\n"
    text += "scenario b extends a {\n  s = 3 people\n  rate = 1% / year\n}\n"
    compiled("", tmp_path)
    assert_runs_alike(MODEL + text, tmp_path)


def test_what_a_scenario_gives_a_value_is_uncertain_no_more() -> None:
    text = "param share[side] = 10% in 5% .. 20% ~ uniform(5%, 20%)\nparam unknown = ? in 1 .. 3\n"
    text += "aux shown_share[side] = share\naux shown_unknown = unknown\n"
    text += "scenario a { share = 15% }\nscenario b { share[left] = 15% }\nscenario c { unknown = 2.5 }\n"
    text += "scenario d { share = 15% from 2025 }\n"
    ensembles = simulate(compiled(text)._checked, Options(("all",), runs=20, step_check=StepCheck.NONE)).ensembles
    share = {name: ensemble.values["shown_share"] for name, ensemble in ensembles.items()}
    assert np.unique(share["a"]) == pytest.approx([0.15])
    assert np.unique(share["b"][:, :, 0]) == pytest.approx([0.15])
    # all other draws are those of the run without a scenario
    assert np.array_equal(share["b"][:, :, 1], share["base"][:, :, 1])
    assert np.array_equal(share["d"][:, 0], share["base"][:, 0])
    assert len(np.unique(share["base"])) == 40
    assert np.unique(ensembles["c"].values["shown_unknown"]) == pytest.approx([2.5])


def test_tables_follow_what_an_ensemble_draws() -> None:
    text = "param top = 1 in 0 .. 2 ~ uniform(0, 2)\ntable made(x) = (0, 0) (1, top)\n"
    text += "aux read_made = made(1)\naux shown_top = top\n"
    ensemble = simulate(compiled(text)._checked, Options(runs=5, step_check=StepCheck.NONE)).ensembles["base"]
    assert np.array_equal(ensemble.values["read_made"], ensemble.values["shown_top"])
    assert len(np.unique(ensemble.values["read_made"])) == 5
