"""What scenarios change beside parameters, how they extend one another, and how they combine."""

from math import exp
from pathlib import Path

import pytest

import sdlang

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
