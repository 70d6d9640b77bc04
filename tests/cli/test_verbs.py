"""`check`, `fmt`, `test`, `explain` and `new`."""

import json
from pathlib import Path

import pytest

from sdlang.grammar import error_pages
from tests.cli.conftest import QUITS, Sdrun

BAD = "simulate 0 to 1 years, step 1 month\naux a = b\n"
RAGGED = 'model   "Quits"\nsimulate 0 to 2 years,step 1 year\nstock  s=10 people  # keep\n'
NEAT = 'model "Quits"\nsimulate 0 to 2 years, step 1 year\nstock s = 10 people  # keep\n'


def test_check_says_that_there_are_no_mistakes(sdrun: Sdrun) -> None:
    result = sdrun("check", "quits.sd")
    assert (result.exit_code, result.stdout, result.stderr) == (0, "", "quits.sd: no mistakes\n")
    assert sdrun("check", "quits.sd", "-q").output == ""


def test_check_reads_folders_and_tells_all_mistakes(sdrun: Sdrun, folder: Path) -> None:
    (folder / "sub").mkdir()
    (folder / "sub" / "bad.sd").write_text(BAD, encoding="utf-8")
    result = sdrun("check", ".")
    assert result.exit_code == 1
    assert "sub/bad.sd:2:9" in result.stderr
    assert "quits.sd: no mistakes" in result.stderr
    (folder / "empty").mkdir()
    assert "there is no model file" in sdrun("check", "empty").stderr


def test_check_lists_units_and_marks_those_that_were_found(sdrun: Sdrun) -> None:
    assert sdrun("check", "--units", "quits.sd", "-q").stdout.splitlines() == [
        "share  1/year",
        "staff  people",
        "quits  people/year  inferred",
    ]


def test_check_writes_json_and_sarif_for_programs(sdrun: Sdrun, folder: Path) -> None:
    (folder / "bad.sd").write_text(BAD, encoding="utf-8")
    told = json.loads(sdrun("check", "--format", "json", "bad.sd").stdout)
    assert "unknown-name" in json.dumps(told)
    log = json.loads(sdrun("check", "--format", "sarif", "bad.sd").stdout)
    assert log["version"] == "2.1.0"
    assert log["runs"][0]["results"][0]["ruleId"] == "unknown-name"
    line = sdrun("check", "--format", "one-line", "bad.sd").stderr
    assert line.startswith("bad.sd:2:9: error[unknown-name]: unknown name `b`")


def test_colour_only_where_it_is_wanted(sdrun: Sdrun, folder: Path) -> None:
    (folder / "bad.sd").write_text(BAD, encoding="utf-8")
    assert "\x1b[" not in sdrun("check", "bad.sd").output
    assert "\x1b[" in sdrun("check", "bad.sd", "--color", "always").output
    assert "\x1b[" in sdrun("check", "bad.sd", env={"FORCE_COLOR": "1"}).output
    assert "\x1b[" not in sdrun("check", "bad.sd", env={"FORCE_COLOR": "1", "NO_COLOR": "1"}).output


def test_fmt_lays_out_in_place_and_keeps_comments(sdrun: Sdrun, folder: Path) -> None:
    path = folder / "ragged.sd"
    path.write_text(RAGGED, encoding="utf-8")
    assert sdrun("fmt", "--check", "ragged.sd").exit_code == 1
    assert path.read_text(encoding="utf-8") == RAGGED
    shown = sdrun("fmt", "--diff", "ragged.sd").stdout
    assert "-stock  s=10 people  # keep" in shown
    assert "+stock s = 10 people  # keep" in shown
    assert sdrun("fmt", "ragged.sd").exit_code == 0
    assert path.read_text(encoding="utf-8") == NEAT
    assert sdrun("fmt", "--check", "ragged.sd").exit_code == 0
    assert sdrun("fmt", "-", given=RAGGED).stdout == NEAT


def test_fmt_leaves_a_file_that_it_cannot_read(sdrun: Sdrun, folder: Path) -> None:
    path = folder / "bad.sd"
    path.write_text("stock s = (3\n", encoding="utf-8")
    result = sdrun("fmt", "bad.sd")
    assert result.exit_code == 1
    assert "error[unclosed-bracket]" in result.stderr
    assert path.read_text(encoding="utf-8") == "stock s = (3\n"


def test_test_judges_every_scenario(sdrun: Sdrun, folder: Path) -> None:
    result = sdrun("test", "quits.sd")
    assert result.exit_code == 3
    assert result.stdout.splitlines() == [
        "quits.sd",
        "  holds  expect staff >= 7 people always",
        "  FAILS  expect staff >= 7 people always under worse; at 2: `staff` = 6.4 people",
        "1 held, 1 failed",
    ]
    (folder / "quits.sd").write_text(QUITS.replace("staff >= 7", "staff >= 6"), encoding="utf-8")
    assert sdrun("test", "-q").output == "2 held, 0 failed\n"
    (folder / "bad.sd").write_text(BAD, encoding="utf-8")
    assert sdrun("test", ".").exit_code == 1


def test_explain_has_every_page(sdrun: Sdrun) -> None:
    listed = sdrun("explain").stdout
    for page in error_pages().glob("*.md"):
        assert page.stem in listed
        shown = sdrun("explain", page.stem)
        assert shown.exit_code == 0
        assert shown.stdout.startswith(f"{page.stem}\n")
        assert "```" not in shown.stdout


@pytest.mark.parametrize("written", ["error[unknown-name]", "unknown-name"])
def test_explain_takes_the_code_as_it_is_shown(sdrun: Sdrun, written: str) -> None:
    assert sdrun("explain", written).stdout.startswith("unknown-name")


def test_explain_says_what_may_be_meant(sdrun: Sdrun) -> None:
    result = sdrun("explain", "unknwn-name")
    assert result.exit_code == 2
    assert result.stderr.endswith("there is no error `unknwn-name`; did you mean `unknown-name`?\n")


def test_new_writes_a_model_that_is_sound_and_replaces_nothing(sdrun: Sdrun, folder: Path) -> None:
    assert sdrun("new", "first").exit_code == 0
    assert (folder / "first.sd").exists()
    assert sdrun("check", "first.sd").stderr == "first.sd: no mistakes\n"
    assert sdrun("fmt", "--check", "first.sd").exit_code == 0
    assert sdrun("run", "first.sd", "-q").exit_code == 0
    again = sdrun("new", "first.sd")
    assert again.exit_code == 2
    assert "stays as it is" in again.stderr


def test_check_shows_what_a_variable_is_split_by(sdrun: Sdrun, tmp_path: Path) -> None:
    text = "simulate 0 to 1 year, step 1 year\ndim region = north, south\nstock staff[region] = 5 people\n"
    (tmp_path / "split.sd").write_text(text, encoding="utf-8")
    assert sdrun("check", "--units", "split.sd", "-q").stdout.splitlines() == ["staff[region]  people"]
