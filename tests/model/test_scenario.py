"""A model as a scenario has it: other values for the whole run, or from a time on."""

import numpy as np
import pytest

import sdlang
from sdlang.compiler import check
from sdlang.model.model import Auxiliary, Model, Parameter
from sdlang.model.scenario import under_scenario
from sdlang.source import Source
from tests.expected import diagnostics_of

TEXT = """
simulate 2024 to 2030 years, step 1 month
unit person = people
param rate = 10% / year
param twice = rate * 2
param size = 5 people
stock a = size
flow f: a -> cloud = a * rate
aux shown = size
aux double = twice
"""


def model(scenario: str) -> Model:
    return check(Source("program.sd", f"{TEXT}\nscenario s {{\n{scenario}\n}}\n")).model


def codes(scenario: str) -> list[str]:
    text = f"{TEXT}\nscenario s {{\n{scenario}\n}}\n"
    return [d.code for d in diagnostics_of(text, None) if d.severity == "error"]


def series(scenario: str, name: str) -> dict[float, float]:
    """Values of a variable under the scenario, by time."""
    run = sdlang.compile(f"{TEXT}\nscenario s {{\n{scenario}\n}}\n").run(scenario="s")
    return dict(zip(run.time.tolist(), run[name].tolist(), strict=True))


def test_a_change_for_the_whole_run_is_another_value_of_the_parameter() -> None:
    changed = under_scenario(model("  size = 7 people"), "s")
    assert isinstance(changed.variables["size"], Parameter)
    values = series("  size = 7 people", "shown")
    assert set(values.values()) == {7.0}
    assert series("  size = 7 people", "a")[2024.0] == 7.0


def test_a_change_from_a_time_on_leaves_what_was_before() -> None:
    changed = under_scenario(model("  size = 7 people from 2026"), "s")
    assert isinstance(changed.variables["size"], Auxiliary)
    assert isinstance(changed.variables["size.before"], Parameter)
    values = series("  size = 7 people from 2026", "shown")
    assert (values[2025.0], values[2026.0], values[2030.0]) == (5.0, 7.0, 7.0)
    before = max(time for time in values if time < 2026)
    assert values[before] == 5.0


def test_several_changes_follow_each_other_whatever_their_order_in_the_text() -> None:
    for text in (
        "  size = 7 people from 2026\n  size = 9 people from 2028\n  size = 6 people",
        "  size = 9 people from 2028\n  size = 6 people\n  size = 7 people from 2026",
    ):
        values = series(text, "shown")
        assert [values[year] for year in (2024.0, 2026.0, 2027.0, 2028.0)] == [6.0, 7.0, 7.0, 9.0]


def test_what_is_made_of_a_changing_parameter_changes_with_it() -> None:
    values = series("  rate = 30% / year from 2026", "double")
    assert (values[2025.0], values[2026.0]) == pytest.approx((0.2, 0.6), rel=1e-15)  # 2 * 10 %, 2 * 30 %


def test_stocks_follow_the_change_exactly() -> None:
    # 10 % a year for two years, then 30 % for four: 5 exp(-0.1 * 2 - 0.3 * 4) = 5 exp(-1.4)
    # RK4 with h = 1/12 leaves (h * 0.3)^5 / 120 = 8e-11 a step, 48 times: 4e-9.
    assert series("  rate = 30% / year from 2026", "a")[2030.0] == pytest.approx(5 * np.exp(-1.4), rel=1e-8)


def test_a_bare_value_takes_the_unit_that_is_written_at_its_parameter() -> None:
    assert set(series("  size = 3", "shown").values()) == {3.0}


def test_a_value_may_be_made_of_other_parameters() -> None:
    # rate is 10 % a year and nothing else reads `twice`: twice = 3 * 0.1
    assert series("  twice = 3 * rate", "double")[2024.0] == pytest.approx(0.3, rel=1e-15)


@pytest.mark.parametrize("scenario", ["  rate = 2 * twice", "  rate = 2 * twice from 2026"])
def test_a_change_that_makes_parameters_depend_on_each_other_is_told(scenario: str) -> None:
    with pytest.raises(sdlang.ModelError):
        sdlang.compile(f"{TEXT}\nscenario s {{\n{scenario}\n}}\n").run(scenario="s")


def test_the_base_run_does_not_know_of_scenarios() -> None:
    whole = sdlang.compile(f"{TEXT}\nscenario s {{\n  size = 7 people from 2026\n}}\n")
    alone = sdlang.compile(TEXT)
    assert whole.run()["a"].tolist() == alone.run()["a"].tolist()
    assert whole.scenarios == ("base", "s")


def test_a_callers_value_replaces_the_one_before_the_change() -> None:
    run = sdlang.compile(f"{TEXT}\nscenario s {{\n  size = 7 people from 2026\n}}\n").run({"size": 4}, scenario="s")
    assert (run.at("shown", 2025), run.at("shown", 2026)) == (4.0, 7.0)


def test_an_unknown_scenario_is_a_key_error_inside_and_a_message_outside() -> None:
    with pytest.raises(KeyError):
        under_scenario(model("  size = 7 people"), "nowhere")
    with pytest.raises(sdlang.ModelError, match="nowhere"):
        sdlang.compile(TEXT).run(scenario="nowhere")


@pytest.mark.parametrize(
    ("scenario", "code"),
    [
        ("  szie = 7 people", "unknown-name"),
        ("  shown = 7 people", "not-a-parameter"),
        ("  size = a", "not-constant"),
        ("  size = size * 2", "not-constant"),
        ("  size = time", "not-constant"),
        ("  size = 7 people from 2050", "time-outside-run"),
        ("  size = 7 people from a", "not-constant"),
        ("  size = 7 people\n  size = 8 people", "duplicate-name"),
        ("  size = 7 people from 2026\n  size = 8 people from 2026", "duplicate-name"),
        ("  size = 7 / year", "unit-mismatch"),
        ("  expect nothing > 1", "unknown-name"),
    ],
)
def test_a_change_that_cannot_be_is_told(scenario: str, code: str) -> None:
    assert codes(scenario) == [code]


def test_a_change_to_a_value_outside_the_parameters_own_range_is_told_at_the_change() -> None:
    text = TEXT.replace("param size = 5 people", "param size = 5 people in 1 person .. 6 people")
    (found,) = diagnostics_of(f"{text}\nscenario s {{\n  size = 7 people\n}}\n", None)
    assert found.code == "value-outside-range"
    assert found.span is not None
    assert found.span.text == "size = 7 people"


def test_scenarios_of_the_same_name_are_told() -> None:
    text = f"{TEXT}\nscenario s {{\n}}\nscenario s {{\n}}\n"
    assert [d.code for d in diagnostics_of(text, None)] == ["duplicate-name"]
