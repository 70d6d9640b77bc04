"""A calendar model on the command line: dates in options, tables, messages, and in the text that comes out."""

import csv
from io import StringIO
from pathlib import Path

import pytest

from sdlang.cli.messages import FAILED
from sdlang.cli.simulation import USAGE
from tests.cli.conftest import Sdrun

# 5 a month from the launch on; the room is used up nine months after it.
LAUNCH = """\
model "A launch"
simulate 2024-01 to 2025-12, step 1 month, using euler
param launch = 2024-04 in 2024-02 .. 2025-06
stock staff = 10 people
flow hiring: cloud -> staff = if time >= launch then 5 people/month else 0 people/month
aux load = 1 / (time - 2024-10)
"""


@pytest.fixture
def launch(folder: Path) -> str:
    (folder / "launch.sd").write_text(LAUNCH, encoding="utf-8")
    (folder / "good.sd").write_text(LAUNCH.replace("aux load = 1 / (time - 2024-10)\n", ""), encoding="utf-8")
    return "good.sd"


def rows(output: str) -> list[dict[str, str]]:
    return list(csv.DictReader(StringIO(output)))


def test_options_take_dates(sdrun: Sdrun, launch: str) -> None:
    done = sdrun(
        "run", launch, "-q", "--csv", "-", "--from", "2024-03", "--to", "2024-12-31", "--set", "launch=2024-06"
    )
    assert done.exit_code == 0, done.output
    found = rows(done.stdout)
    assert [row["date"] for row in found][:2] == ["2024-03-01", "2024-04-01"]
    # From June to the end of December seven months have passed.
    assert (found[-1]["date"], float(found[-1]["staff"])) == ("2025-01-01", pytest.approx(45.0))


def test_several_runs_keep_their_dates_in_one_table(sdrun: Sdrun, folder: Path, launch: str) -> None:
    (folder / "two.sd").write_text((folder / launch).read_text() + "scenario later {\n  launch = 2025-01\n}\n")
    done = sdrun("run", "two.sd", "-q", "--csv", "-", "--scenario", "all", "--report", "none")
    found = rows(done.stdout)
    assert list(found[0])[:3] == ["scenario", "time", "date"]
    assert {row["scenario"] for row in found if row["date"] == "2026-01-01"} == {"base", "later"}


@pytest.mark.parametrize(
    ("option", "value", "code", "hint"),
    [
        ("--to", "2024-13", "no-such-date", "months go from 01 to 12"),
        ("--to", "2024/12", "date-form", "write `2024-12`"),
        ("--from", "2026-01", "span-reversed", "write the earlier time first"),
        ("--step", "2024-02", "not-a-time", "use for example `1 month`"),
        ("--set", "launch=2026-01", "value-outside-range", "widen the range or change the value"),
        ("--set", "launch=2024-4", "date-form", "write `2024-04`"),
        ("--set", "launch=2024-02-30", "no-such-date", "the last day of the month is `2024-02-29`"),
        ("--set", "launch=5 people", "unit-mismatch", "give a value in date"),
    ],
)
def test_mistakes_in_options_are_told(sdrun: Sdrun, launch: str, option: str, value: str, code: str, hint: str) -> None:
    done = sdrun("run", launch, option, value)
    assert done.exit_code == USAGE
    assert f"error[{code}]" in done.output
    assert hint in done.output


def test_dates_in_a_model_that_has_none_are_told(sdrun: Sdrun, folder: Path) -> None:
    done = sdrun("run", "quits.sd", "--to", "2024-12")
    assert done.exit_code == USAGE
    assert "error[date-without-calendar]" in done.output
    assert sdrun("run", "quits.sd", "--set", "share=2024-12").exit_code == USAGE


def test_a_run_that_cannot_go_on_says_the_date(sdrun: Sdrun, launch: str) -> None:
    done = sdrun("run", "launch.sd")
    assert done.exit_code == FAILED
    assert "error[numeric-failure]: `load` at 2024-10-01: it divides by 0" in done.output
    assert "`time` was 2024-10-01" in done.output


def test_the_formatter_keeps_dates_and_writes_subtractions_with_blanks(sdrun: Sdrun, folder: Path) -> None:
    text = "simulate 2024-01-01   to 2034-12, step 1 week\naux  a=time-2024-04 -3-1\nplot a\n"
    (folder / "dates.sd").write_text(text)
    assert sdrun("fmt", "dates.sd").exit_code == 0
    assert (folder / "dates.sd").read_text() == (
        "simulate 2024-01-01 to 2034-12, step 1 week\naux a = time - 2024-04 - 3 - 1\nplot a\n"
    )


def test_units_say_what_is_a_date(sdrun: Sdrun, launch: str) -> None:
    done = sdrun("check", "--units", launch)
    assert done.output.splitlines()[0].split() == ["launch", "date"]


def test_a_difference_is_told_with_dates(sdrun: Sdrun, folder: Path) -> None:
    text = (
        "simulate 2024-01 to 2026-12, step 1 month\nparam launch = 2025-03\nstock staff = 10 people\n"
        "flow hiring: cloud -> staff = if time > launch then -5 people/month else 5 people/month\n"
    )
    (folder / "old.sd").write_text(text)
    (folder / "new.sd").write_text(text.replace("2025-03", "2025-06"))
    done = sdrun("diff", "old.sd", "new.sd")
    assert "changed  launch: 2025-03 -> 2025-06, line 2" in done.output  # no share of a date
    # 5 a month for 14 and for 17 months.
    assert "(80 -> 95 people), at 2025-06-01 instead of 2025-03-01" in done.output


def test_two_scenarios_that_disagree_are_told_from_which_date(sdrun: Sdrun, folder: Path) -> None:
    (folder / "both.sd").write_text(
        "simulate 2024-01 to 2026-12, step 1 month\nparam rate = 1\nstock s = rate\n"
        "scenario a {\n  rate = 2 from 2025-04-15\n}\nscenario b {\n  rate = 3 from 2025-04-15 over 3 months\n}\n"
        "scenario c extends a, b {\n  rate = 4\n}\n"
    )
    done = sdrun("check", "both.sd")
    assert "which change `rate` from 2025-04-15 to different values" in done.output
