"""The driver: stages stop where something is wrong, and options change a run without changing the model."""

from collections.abc import Mapping
from fractions import Fraction
from pathlib import Path

import pytest

from sdlang.compiler import Checked, Options, StepCheck, build, check, compile_system, read_source, simulate
from sdlang.diagnostics import ModelError
from sdlang.model.data import UnreadableData
from sdlang.results.outcome import Outcome
from sdlang.results.run import Run
from sdlang.source import Source

TEXT = """
simulate 2024 to 2034 years, step 1/4 year, using rk4, save every 1 year
unit person = people
param rate = 10% / month
param size = 5 people
stock a = size
flow f: a -> cloud = a * rate / 12
aux shown = rate
scenario fast "Faster" {
  rate = 20% / month
}
scenario later {
  size = 9 people
  rate = 20% / month from 2030
}
expect a >= 0 people
"""
CHECKED = check(Source("a.sd", TEXT))


def outcome(options: Options, checked: Checked = CHECKED) -> Outcome:
    return simulate(checked, options)


def run(checked: Checked = CHECKED, **options: object) -> Run:
    (only,) = simulate(checked, Options(step_check=StepCheck.NONE, **options)).runs.values()  # type: ignore[arg-type]
    return only


def told(**options: object) -> list[tuple[str, str]]:
    """Code and message of each mistake in some options."""
    with pytest.raises(ModelError) as raised:
        run(**options)
    return [(d.code, d.message) for d in raised.value.diagnostics]


# Stages --------------------------------------------------------------------------------------------------------------


def test_a_mistake_in_the_text_keeps_its_meaning_from_being_looked_at() -> None:
    with pytest.raises(ModelError) as raised:
        check(Source("a.sd", TEXT + "aux wrong = 1 *\n\naux unknown = nothing\n\n)"))
    assert "unknown-name" not in [d.code for d in raised.value.diagnostics]


def test_all_mistakes_of_a_stage_are_told_in_the_order_of_the_text() -> None:
    with pytest.raises(ModelError) as raised:
        check(Source("a.sd", TEXT + "aux b = nothing\naux c = nowhere\naux d = sqrt(1, 2)"))
    assert [d.code for d in raised.value.diagnostics] == ["unknown-name", "unknown-name", "wrong-number-of-arguments"]


def test_a_names_mistake_brings_no_mistakes_of_units() -> None:
    with pytest.raises(ModelError) as raised:
        check(Source("a.sd", TEXT + "aux b = nothing + a + 3 years"))
    assert [d.code for d in raised.value.diagnostics] == ["unknown-name"]


def test_warnings_do_not_stop_and_are_kept() -> None:
    checked = check(Source("a.sd", TEXT + "param lonely = 1"))
    assert [d.code for d in checked.warnings] == ["unused-parameter"]
    assert [d.code for d in outcome(Options(), checked).warnings] == ["unused-parameter"]


def test_without_a_reader_a_model_has_no_data_and_with_one_it_has_what_that_gives() -> None:
    text = TEXT + 'series s = csv("d.csv"), hold\naux b = s'
    with pytest.raises(ModelError):
        check(Source("a.sd", text))
    assert "s" in check(Source("a.sd", text), lambda path: "year,n\n2024,1\n2030,2\n").model.variables

    def refuses(path: str) -> str:
        raise UnreadableData("missing-file", f"is not {path}")

    with pytest.raises(ModelError, match=r"is not d\.csv"):
        check(Source("a.sd", text), refuses)


def test_a_file_that_is_no_text_is_told_and_one_that_is_not_there_is_the_systems_error(tmp_path: Path) -> None:
    (tmp_path / "a.sd").write_bytes(b"stock a\xff = 1")
    with pytest.raises(ModelError, match="byte 8"):
        read_source(tmp_path / "a.sd")
    with pytest.raises(FileNotFoundError):
        read_source(tmp_path / "b.sd")
    (tmp_path / "c.sd").write_text("stock 人口 = 1", encoding="utf-8")
    assert read_source(tmp_path / "c.sd").text == "stock 人口 = 1"


# Parameters ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ({}, 10.0),
        ({"rate": 0.3}, 30.0),  # in the parameter's own unit, 1/month, of which `shown` is 100 %
        ({"rate": "30% / month"}, 30.0),
        ({"rate": "12% / year"}, 1.0),
    ],
)
def test_a_parameter_is_set_by_number_or_by_text_with_a_unit(given: Mapping[str, float | str], shown: float) -> None:
    text = TEXT.replace("aux shown = rate", "aux shown : percent/month = rate")
    found = run(check(Source("a.sd", text)), parameters=given)
    assert found["shown"][0] == pytest.approx(shown, rel=1e-12)


def test_a_value_outside_the_parameters_range_is_told_in_its_unit() -> None:
    checked = check(
        Source("a.sd", TEXT.replace("param size = 5 people", "param size = 5 people in 1 person .. 9 people"))
    )
    assert run(checked, parameters={"size": 9})["a"][0] == 9.0
    for given in (100, "100 people", -1):
        with pytest.raises(ModelError) as raised:
            run(checked, parameters={"size": given})
        assert [d.code for d in raised.value.diagnostics] == ["value-outside-range"]


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_a_value_that_is_no_number_is_the_callers_mistake(value: float) -> None:
    with pytest.raises(ValueError, match="finite"):
        run(parameters={"size": value})


def test_what_is_no_parameter_is_told_with_the_one_that_was_meant() -> None:
    assert told(parameters={"rtae": 1}) == [("not-a-parameter", "`rtae` does not exist; did you mean `rate`?")]
    assert told(parameters={"a": 1}) == [("not-a-parameter", "`a` is no parameter")]
    assert [code for code, _ in told(parameters={"rate": "3 people"})] == ["unit-mismatch"]


def test_all_wrong_options_are_told_at_once() -> None:
    found = told(parameters={"rtae": 1, "rate": "3 people"}, scenarios=("nowhere",), step="3 people")
    assert sorted(code for code, _ in found) == ["not-a-parameter", "not-a-time", "unit-mismatch", "unknown-scenario"]


# Engines and methods -------------------------------------------------------------------------------------------------


def test_the_method_decides_the_engine() -> None:
    made = [run(method=method).provenance for method in ("", "euler", "dop853", "lsoda")]
    assert [(p.engine, p.method) for p in made] == [
        ("fixed", "rk4"),  # as the model says
        ("fixed", "euler"),
        ("scipy", "dop853"),
        ("scipy", "lsoda"),
    ]


def test_an_engine_takes_the_models_method_or_its_own_first_one() -> None:
    assert run(engine="fixed").provenance.method == "rk4"
    assert run(engine="reference").provenance.method == "euler"
    assert run(engine="scipy").provenance.method == "rk45"


def test_unknown_engines_and_methods_are_told_with_those_there_are() -> None:
    assert told(engine="scpiy") == [("unknown-engine", "there is no engine `scpiy`; did you mean `scipy`?")]
    assert told(method="rk5") == [("unknown-method", "there is no method `rk5`; did you mean `rk45`?")]
    assert told(engine="reference", method="rk4") == [
        ("unknown-method", "there is no method `rk4` of the engine `reference`")
    ]


def test_a_program_can_be_compiled_and_run_by_itself() -> None:
    program = compile_system(build(CHECKED.model), method="euler")
    assert program.run({})["a"][0] == 5.0


# Times ---------------------------------------------------------------------------------------------------------------


def test_another_span_and_step_leave_the_model_as_it_is() -> None:
    found = run(start=2026, stop="2028", step="1 month")
    assert (found.time[0], found.time[-1]) == (2026.0, 2028.0)
    assert found.provenance.step == pytest.approx(1 / 12, rel=1e-15)
    assert CHECKED.model.clock.start == Fraction(2024)


def test_points_are_saved_as_often_as_the_model_says_whatever_the_step() -> None:
    assert run(step="1/8").time.tolist() == [2024.0 + year for year in range(11)]
    # A step of 0.4 does not meet whole years: then every point is kept.
    assert len(run(step=0.4).time) == 26


@pytest.mark.parametrize(
    ("options", "code"),
    [
        ({"step": 0.3}, "step-does-not-divide"),  # 10 / 0.3 is no whole number
        ({"step": 0}, "step-not-positive"),
        ({"step": -1}, "step-not-positive"),
        ({"stop": 2020}, "span-reversed"),
        ({"start": 2050}, "span-reversed"),
        ({"stop": "3 people"}, "not-a-time"),
        ({"step": "a month"}, "missing-operator"),
        ({"step": "a"}, "not-constant"),
        ({"step": 1e-9}, "too-many-steps"),
    ],
)
def test_times_that_do_not_fit_are_told(options: Mapping[str, object], code: str) -> None:
    with pytest.raises(ModelError) as raised:
        run(**options)
    assert code in [d.code for d in raised.value.diagnostics]


def test_a_step_given_as_a_float_means_the_number_that_was_written() -> None:
    # 0.1 in binary does not divide 10; what was meant does.
    assert run(step=0.1).provenance.step == 0.1


# Scenarios -----------------------------------------------------------------------------------------------------------


def test_scenarios_run_under_their_names_and_the_base_run_is_base() -> None:
    found = outcome(Options(("all",)))
    assert list(found.runs) == list(found.systems) == ["base", "fast", "later"]
    assert [r.provenance.scenario for r in found.runs.values()] == ["", "fast", "later"]
    assert [float(r["shown"][0]) for r in found.runs.values()] == pytest.approx([1.2, 2.4, 1.2], rel=1e-12)  # a year
    assert found.runs["later"]["a"][0] == 9.0


def test_an_unknown_scenario_is_told() -> None:
    assert told(scenarios=("fsat",)) == [("unknown-scenario", "there is no scenario `fsat`; did you mean `fast`?")]


def test_a_callers_value_holds_in_every_scenario_until_the_scenario_changes_it() -> None:
    found = outcome(Options(("later",), {"rate": 0.5, "size": 7}, step_check=StepCheck.NONE)).runs["later"]
    assert found["a"][0] == 7.0
    assert found.at("shown", 2029) == pytest.approx(6.0, rel=1e-12)  # 0.5 a month
    assert found.at("shown", 2030) == pytest.approx(2.4, rel=1e-12)


def test_every_run_is_checked_for_its_step_unless_nobody_wants_it() -> None:
    with_check, without = outcome(Options()), outcome(Options(step_check=StepCheck.NONE))
    assert {error.name for error in with_check.runs["base"].accuracy} == {"a", "f", "shown"}  # not the parameters
    assert without.runs["base"].accuracy == ()
    assert with_check.runs["base"]["a"].tolist() == without.runs["base"]["a"].tolist()


def test_the_outcome_holds_verdicts_and_ledgers() -> None:
    found = outcome(Options(("base", "fast")))
    assert [(v.scenario, v.holds) for v in found.verdicts] == [("", True), ("fast", True)]
    assert [ledger.leaves for ledger in found.ledgers] == [("f",)]
