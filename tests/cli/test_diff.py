"""`sdrun diff`: what a reviewer would say of two versions of a model, and of two scenarios."""

import json
from pathlib import Path

from click.testing import CliRunner

from sdlang.cli.main import main

OLD = """## A team.
model "A team"
simulate 2025 to 2035 years, step 1/8 year
param target = 200 people
param hire_time "Time to hire" = 1 year
param quit_rate = 10% / year
stock staff = 100 people
flow hiring: cloud -> staff = (target - staff) / hire_time
flow quits: staff -> cloud = staff * quit_rate
aux gap = target - staff
expect staff > 165 people at 2030
plot staff
"""
CLASSIC = Path(__file__).parents[2] / "models" / "classics" / "labour_supply_chain.sd"


def edited(*changes: tuple[str, str], text: str = OLD) -> str:
    for before, after in changes:
        assert before in text
        text = text.replace(before, after)
    return text


def diff(folder: Path, new: str, *options: str, old: str = OLD, code: int = 0) -> str:
    (folder / "old.sd").write_text(old)
    (folder / "new.sd").write_text(new)
    result = CliRunner().invoke(main, ["diff", str(folder / "old.sd"), str(folder / "new.sd"), *options])
    assert result.exit_code == code, result.output
    return result.output


def test_a_model_does_not_differ_from_itself(tmp_path: Path) -> None:
    assert "nothing differs" in diff(tmp_path, OLD)


def test_layout_makes_no_difference(tmp_path: Path) -> None:
    assert "nothing differs" in diff(tmp_path, OLD.replace("param target", "\n# a note\nparam   target"), "--exit-code")


def test_a_number_is_told_with_its_change_and_what_it_does(tmp_path: Path) -> None:
    told = diff(tmp_path, OLD.replace("= 1 year", "= 2 years"))
    assert "changed  hire_time: 1 year -> 2 years (+100 %), line 5" in told
    # staff goes to target / (1 + quit_rate * hire_time): 181.8 people before, 166.7 after, and more slowly
    assert "staff" in told
    assert "lower at 2035" in told
    assert "from line 5 (`hire_time`)" in told
    assert "now FAILS: expect staff > 165 people at 2030" in told


def test_changes_that_act_together_are_all_named(tmp_path: Path) -> None:
    told = diff(tmp_path, OLD.replace("200 people", "250 people").replace("10% / year", "20% / year"))
    assert "from line 4 (`target`), line 6 (`quit_rate`) together" in told


def test_a_change_without_effect_is_not_named_as_a_cause(tmp_path: Path) -> None:
    told = diff(
        tmp_path,
        edited(("200 people", "250 people"), ("target - staff\n", "staff - target\n")),
    )
    assert "changed  gap: target - staff -> staff - target, line 10" in told
    assert "from line 4 (`target`)\n" in told


def test_what_is_new_and_what_is_gone(tmp_path: Path) -> None:
    told = diff(
        tmp_path,
        edited(("aux gap = target - staff\n", ""), ("plot", "aux double = staff * 2\nplot")),
    )
    assert "added    aux double = staff * 2, line 11" in told
    assert "removed  aux gap = target - staff, line 10 of the old" in told
    assert "no result differs" in told


def test_another_name_is_no_other_thing(tmp_path: Path) -> None:
    told = diff(tmp_path, OLD.replace("aux gap", "aux shortage"))
    assert "renamed  gap -> shortage, line 10" in told
    assert "removed" not in told


def test_what_is_only_said_is_told_in_one_line(tmp_path: Path) -> None:
    told = diff(tmp_path, edited(('"Time to hire"', '"How long it takes"'), ("## A team.", "## Our team.")))
    assert "only labels, documentation or sources differ: `model`, `hire_time`" in told
    assert "no result differs" in told


def test_a_change_of_structure_is_told_as_it_is_written(tmp_path: Path) -> None:
    told = diff(tmp_path, OLD.replace("flow quits: staff -> cloud", "flow quits: cloud -> staff"))
    assert "flow quits: staff -> cloud = staff * quit_rate -> flow quits: cloud -> staff = staff * quit_rate" in told


def test_of_a_use_only_the_lines_that_differ_are_told(tmp_path: Path) -> None:
    old = CLASSIC.read_text()
    told = diff(tmp_path, old.replace("  time_to_fill = 8 weeks", "  time_to_fill = 12 weeks"), old=old)
    assert "changed  firm: time_to_fill = 8 weeks -> time_to_fill = 12 weeks, line 19" in told
    # creation jumps to 10 + 500/13 + (T * (10 + 500/13) - 10 T) / 4 = 163.846... with T = 12
    assert "peak firm.posts.creating 30.7 % higher (125.4 -> 163.8 people/week)" in told
    assert "at 16.5 instead of 16" in told


SCENARIOS = OLD + "scenario slow { hire_time = 2 years }\nscenario slower extends slow { target = 150 people }\n"


def test_two_scenarios_of_a_model(tmp_path: Path) -> None:
    (tmp_path / "m.sd").write_text(SCENARIOS)
    result = CliRunner().invoke(main, ["diff", str(tmp_path / "m.sd"), "base", "slower"])
    assert result.exit_code == 0, result.output
    assert "changed  hire_time: 1 year -> 2 years, line 13" in result.output
    assert "results under slower" in result.output
    assert "together" in result.output
    same = CliRunner().invoke(main, ["diff", str(tmp_path / "m.sd"), "slow", "slow"])
    assert "nothing differs" in same.output


def test_a_scenario_of_two_files(tmp_path: Path) -> None:
    assert "results under slow" in diff(
        tmp_path, SCENARIOS.replace("150", "160").replace("2 years", "3 years"), "--scenario", "slow", old=SCENARIOS
    )


def test_an_unknown_scenario_is_told(tmp_path: Path) -> None:
    (tmp_path / "m.sd").write_text(SCENARIOS)
    result = CliRunner().invoke(main, ["diff", str(tmp_path / "m.sd"), "base", "slo"])
    assert result.exit_code == 2
    assert "did you mean `slow`" in result.output


def test_a_model_with_errors_is_told(tmp_path: Path) -> None:
    assert "error[" in diff(tmp_path, OLD.replace("staff * quit_rate", "staff * quitrate"), code=1)


def test_the_exit_code_can_say_that_something_differs(tmp_path: Path) -> None:
    diff(tmp_path, OLD.replace("= 1 year", "= 2 years"), "--exit-code", code=3)


def test_a_run_that_fails_is_told_and_declarations_are_still_compared(tmp_path: Path) -> None:
    told = diff(tmp_path, OLD.replace("hire_time\n", "(hire_time * (2028 - time / (1 year)))\n"))
    assert "changed  hiring" in told
    assert "results cannot be compared" in told


def test_runs_of_other_length_are_compared_where_both_are(tmp_path: Path) -> None:
    told = diff(tmp_path, OLD.replace("to 2035", "to 2033").replace("= 1 year", "= 2 years"))
    assert "at 2033" in told


def test_differences_as_plain_values(tmp_path: Path) -> None:
    data = json.loads(diff(tmp_path, OLD.replace("= 1 year", "= 2 years"), "--json", "-"))
    assert data["declarations"] == [
        {
            "kind": "changed",
            "what": "param",
            "name": "hire_time",
            "before": "1 year",
            "after": "2 years",
            "file": "new.sd",
            "line": 5,
            "change": 1.0,
        }
    ]
    assert data["results"][0]["from"] == ["hire_time"]
    assert data["expectations"][0]["after"] is False
