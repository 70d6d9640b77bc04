"""`sdrun expand`: the flat model on standard output or in a file."""

from pathlib import Path

import pytest

from tests.cli.conftest import QUITS, Sdrun

SEEN = "simulate 0 to 2 years, step 1/16 year\nstock staff = 10 people\naux seen = smooth(staff, 1 year)\n"


def test_it_prints_a_model_that_is_formatted_and_expands_to_itself(sdrun: Sdrun) -> None:
    first = sdrun("expand", "quits.sd")
    assert (first.exit_code, first.stderr) == (0, "")
    assert first.stdout == QUITS.replace("-> cloud =", "-> cloud : people/year =")
    assert sdrun("expand", "-", given=first.stdout).stdout == first.stdout
    assert sdrun("fmt", "-", given=first.stdout).stdout == first.stdout


def test_it_reads_standard_input_and_writes_a_file(sdrun: Sdrun, folder: Path) -> None:
    result = sdrun("expand", "-", "-o", "flat.sd", given=SEEN)
    assert (result.exit_code, result.output) == (0, "")
    text = (folder / "flat.sd").read_text(encoding="utf-8")
    assert "stock seen.smooth.level[stage: seen.smooth.stage] : people = staff\n" in text
    assert sdrun("check", "flat.sd").exit_code == 0


def test_a_model_with_mistakes_is_told_and_nothing_is_printed(sdrun: Sdrun, folder: Path) -> None:
    (folder / "bad.sd").write_text(SEEN.replace("staff,", "stuff,"), encoding="utf-8")
    result = sdrun("expand", "bad.sd")
    assert (result.exit_code, result.stdout) == (1, "")
    assert "error[unknown-name]" in result.stderr
    assert "bad.sd:3:19: error[unknown-name]" in sdrun("expand", "bad.sd", "--format", "one-line").stderr


@pytest.mark.parametrize("arguments", [["missing.sd"], [], ["quits.sd", "-o", "no/such/flat.sd"]])
def test_what_does_not_fit_ends_with_2(sdrun: Sdrun, arguments: list[str]) -> None:
    assert sdrun("expand", *arguments).exit_code == 2


def test_too_large_a_model_is_told(sdrun: Sdrun) -> None:
    text = SEEN + "aux late = delay(staff, 1 year)\naux later = delay(late, 1 year)\n"
    result = sdrun("expand", "-", given=text, env={"SDLANG_LIMIT_VARIABLES": "5"})
    assert result.exit_code == 1
    assert "error[model-too-large]" in result.stderr


def test_it_is_listed_with_the_other_verbs(sdrun: Sdrun) -> None:
    assert "expand" in sdrun("--help").stdout
