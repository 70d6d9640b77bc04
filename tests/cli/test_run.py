"""`sdrun run`: the table, the report, data, options, and what happens where something is wrong."""

import csv
import json
import os
from io import StringIO
from pathlib import Path

import pytest

from tests.cli.conftest import Sdrun


def rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(StringIO(text)))


def test_a_run_writes_the_report_beside_the_model_and_prints_a_table(sdrun: Sdrun, folder: Path) -> None:
    result = sdrun("quits.sd", "--scenario", "base")
    assert result.exit_code == 0
    assert "staff" in result.stdout
    assert "8.1" in result.stdout  # 10 * 0.9^2
    assert "holds expect staff >= 7 people always" in result.stdout
    assert result.stderr == "report: quits.html\n"
    assert (folder / "quits.html").read_text(encoding="utf-8").startswith("<!doctype html>")


def test_an_expectation_that_fails_ends_with_3_and_the_report_is_written_all_the_same(
    sdrun: Sdrun, folder: Path
) -> None:
    result = sdrun("quits.sd")
    assert result.exit_code == 3
    assert "FAILS expect staff >= 7 people always under worse; at 2: `staff` = 6.4 people" in result.stdout
    assert (folder / "quits.html").exists()


def test_csv_goes_to_a_file_or_to_standard_output(sdrun: Sdrun, folder: Path) -> None:
    result = sdrun("quits.sd", "--csv", "-", "--report", "none", "--scenario", "base")
    assert [row["staff"] for row in rows(result.stdout)] == ["10.0", "9.0", "8.1"]
    assert not (folder / "quits.html").exists()
    assert sdrun("quits.sd", "--csv", "out.csv", "-q", "--scenario", "base").stdout == ""
    assert (folder / "out.csv").read_text(encoding="utf-8") == result.stdout


def test_csv_of_several_runs_has_a_column_for_the_scenario(sdrun: Sdrun) -> None:
    result = sdrun("quits.sd", "--csv", "-", "--report", "none", "--scenario", "all")
    table = rows(result.stdout)
    assert [(row["scenario"], row["staff"]) for row in table if row["time"] == "2.0"] == [
        ("base", "8.1"),
        ("worse", "6.4"),
    ]


def test_json_holds_runs_and_verdicts(sdrun: Sdrun) -> None:
    data = json.loads(sdrun("quits.sd", "--json", "-", "--report", "none", "--scenario", "all").stdout)
    assert data["runs"]["worse"]["variables"]["staff"]["values"] == [10.0, 8.0, 6.4]
    assert data["runs"]["base"]["variables"]["quits"]["unit"] == "people/year"
    assert [(verdict["scenario"], verdict["holds"]) for verdict in data["expectations"]] == [
        ("base", True),
        ("worse", False),
    ]


def test_only_one_kind_of_data_fits_on_standard_output(sdrun: Sdrun) -> None:
    result = sdrun("quits.sd", "--csv", "-", "--json", "-")
    assert result.exit_code == 2
    assert "two results cannot both go to standard output" in result.stderr


def test_results_do_not_take_the_place_of_one_another(sdrun: Sdrun, folder: Path) -> None:
    for arguments in (("--csv", "a.out", "--json", "./a.out"), ("--csv", "a.html", "-o", "a.html")):
        result = sdrun("quits.sd", *arguments)
        assert result.exit_code == 2
        assert "two results cannot both go to" in result.stderr
    assert [path.name for path in folder.iterdir()] == ["quits.sd"]
    assert sdrun("quits.sd", "--csv", os.devnull, "--json", os.devnull, "--report", "none").exit_code == 3


def test_results_do_not_take_the_place_of_what_is_read(sdrun: Sdrun, folder: Path) -> None:
    text = (
        'simulate 0 to 1 year, step 1 year\nseries s : people = csv("s.csv", time = "t", value = "v"), linear\nplot s\n'
    )
    (folder / "data.sd").write_text(text, encoding="utf-8")
    (folder / "s.csv").write_text("t,v\n0,1\n1,2\n", encoding="utf-8")
    (folder / "t.md.j2").write_text("{{ title }}", encoding="utf-8")
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    for arguments in (
        ("quits.sd", "-o", "quits.sd"),
        ("quits.sd", "--json", "quits.sd"),
        ("quits.sd", "--template", "t.md.j2", "-o", "t.md.j2"),
        ("data.sd", "--csv", "s.csv"),
    ):
        result = sdrun(*arguments)
        assert result.exit_code == 2
        assert f"`{arguments[-1]}` is what the run reads" in result.stderr
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before


def test_the_report_goes_to_standard_output_where_asked(sdrun: Sdrun, folder: Path) -> None:
    result = sdrun("quits.sd", "--report", "md", "-o", "-", "--scenario", "base")
    assert result.stdout.startswith("# Quits\n")
    assert result.stderr == ""
    assert [path.name for path in folder.iterdir()] == ["quits.sd"]


@pytest.mark.parametrize("options", [("-q", "--report", "none"), ("--csv", "-", "--report", "none")], ids=" ".join)
def test_what_does_not_hold_is_told_where_no_summary_is_printed(options: tuple[str, ...], sdrun: Sdrun) -> None:
    result = sdrun("quits.sd", *options)
    assert result.exit_code == 3
    assert result.stderr == "FAILS expect staff >= 7 people always under worse; at 2: `staff` = 6.4 people\n"
    assert "FAILS" not in result.stdout


@pytest.mark.parametrize(
    ("options", "end"),
    [
        (("--set", "share=20%/year"), "6.4"),  # 10 * 0.8^2
        (("--set", "share = 0.2"), "6.4"),  # in the parameter's own unit
        (("--step", "6 months"), "8.1450625"),  # 10 * 0.95^4
        (("--to", "1"), "9.0"),
        (("--from", "1", "--to", "2 years"), "9.0"),
        (("--method", "dop853"), "8.187"),  # 10 * exp(-0.2) = 8.18731
        (("--engine", "reference"), "8.1"),
    ],
)
def test_options_change_the_run(sdrun: Sdrun, options: tuple[str, ...], end: str) -> None:
    result = sdrun("quits.sd", "--csv", "-", "--report", "none", "-q", "--scenario", "base", *options)
    assert result.exit_code in (0, 3), result.stderr
    assert rows(result.stdout)[-1]["staff"].startswith(end)


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (("--set", "shar=20%/year"), "did you mean `share`?"),
        (("--set", "share"), "is no NAME=VALUE"),
        (("--set", "share=3 people"), "share"),
        (("--set", "share=60%/year"), "outside its own range"),
        (("--scenario", "wors"), "did you mean `worse`?"),
        (("--engine", "fixd"), "did you mean `fixed`?"),
        (("--method", "rk5"), "there is no method `rk5`"),
        (("--step", "3 people"), "must be a time"),
        (("--step", "0.3"), "does not fit a whole number of times"),
        (("--to", "-1"), "ends at -1"),
        (("--step", "soon"), "soon"),
    ],
)
def test_options_that_do_not_fit_end_with_2_and_write_nothing(
    sdrun: Sdrun, folder: Path, options: tuple[str, ...], told: str
) -> None:
    result = sdrun("quits.sd", *options)
    assert result.exit_code == 2, result.output
    assert told in result.stderr
    assert [path.name for path in folder.iterdir()] == ["quits.sd"]


def test_a_model_with_errors_ends_with_1_and_writes_nothing(sdrun: Sdrun, folder: Path) -> None:
    (folder / "bad.sd").write_text("simulate 0 to 1 years, step 1 month\naux a = b\naux c = d\n", encoding="utf-8")
    result = sdrun("bad.sd")
    assert result.exit_code == 1
    assert result.stdout == ""
    assert result.stderr.count("error[unknown-name]") == 2
    assert not (folder / "bad.html").exists()


def test_a_run_that_cannot_go_on_ends_with_3_and_tells_variable_time_and_values(sdrun: Sdrun, folder: Path) -> None:
    text = (
        "simulate 2030 to 2033 years, step 1/2 year, using euler\nstock left = 3 people\n"
        "flow out: left -> cloud = 2 people/year\naux hiring = 6 people / (left - 0 people)\nplot hiring\n"
    )
    (folder / "nan.sd").write_text(text, encoding="utf-8")
    result = sdrun("nan.sd")
    assert result.exit_code == 3
    assert "error[numeric-failure]: `hiring` at 2031.5 years" in result.stderr  # 3 - 2 * 1.5 = 0
    assert "`left` was 0 people" in result.stderr
    assert "nan.sd:4:" in result.stderr
    assert not (folder / "nan.html").exists()


def test_a_forbidden_negative_stock_stops_the_run(sdrun: Sdrun, folder: Path) -> None:
    text = (
        "simulate 0 to 3 years, step 1 year, using euler\nstock left = 3 people\n"
        "flow out: left -> cloud = 2 people/year\nexpect left >= 0 people always\n"
    )
    (folder / "less.sd").write_text(text, encoding="utf-8")
    result = sdrun("less.sd")
    assert result.exit_code == 3
    assert "`left` at 2 years: it fell to -1 people, which `expect left >= 0 people always` forbids" in result.stderr


def test_standard_input_is_a_model(sdrun: Sdrun, folder: Path) -> None:
    text = (folder / "quits.sd").read_text(encoding="utf-8")
    result = sdrun("-", "--csv", "-", "--scenario", "base", given=text)
    assert rows(result.stdout)[-1]["staff"] == "8.1"
    assert [path.name for path in folder.iterdir()] == ["quits.sd"]
    assert sdrun("-", "-o", "page.html", "-q", "--scenario", "base", given=text).exit_code == 0
    assert (folder / "page.html").exists()
    for verb in ("run", "check", "fmt", "test"):
        result = sdrun(verb, "-", given=b"\xff\xfe\x00")
        assert result.exit_code == 1
        assert "error[not-text]" in result.stderr


def test_markdown_by_option_or_by_suffix(sdrun: Sdrun, folder: Path) -> None:
    sdrun("quits.sd", "--report", "md", "-q")
    assert (folder / "quits.md").read_text(encoding="utf-8").startswith("# Quits\n")
    sdrun("quits.sd", "-o", "other.md", "-q")
    assert (folder / "other.md").read_text(encoding="utf-8").startswith("# Quits\n")


def test_a_template_of_the_user(sdrun: Sdrun, folder: Path) -> None:
    (folder / "t.md.j2").write_text("{{ title }}: {{ held }} held", encoding="utf-8")
    assert sdrun("quits.sd", "--template", "t.md.j2", "-q").exit_code == 3
    assert (folder / "quits.md").read_text(encoding="utf-8") == "Quits: 1 held"
    (folder / "t.md.j2").write_text("{{ titel }}", encoding="utf-8")
    (folder / "quits.md").unlink()
    result = sdrun("quits.sd", "--template", "t.md.j2", "-q")
    assert result.exit_code == 2
    assert "error[template-failure]" in result.stderr
    assert not (folder / "quits.md").exists()
    assert sdrun("quits.sd", "--template", "none.j2").exit_code == 2


def test_a_file_that_is_not_there_is_told_with_what_is(sdrun: Sdrun) -> None:
    result = sdrun("quit.sd")
    assert result.exit_code == 2
    assert "there is no file `quit.sd`; did you mean `quits.sd`?" in result.stderr


def test_a_folder_that_is_not_there_is_told_and_nothing_is_left_behind(sdrun: Sdrun, folder: Path) -> None:
    result = sdrun("quits.sd", "-o", "no/such/folder.html")
    assert result.exit_code == 2
    assert "there is no such folder" in result.stderr
    assert [path.name for path in folder.iterdir()] == ["quits.sd"]


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may write anywhere")
def test_a_folder_that_cannot_be_written_to_is_told(sdrun: Sdrun, folder: Path) -> None:
    (folder / "locked").mkdir(mode=0o500)
    assert sdrun("quits.sd", "-o", "locked/report.html").exit_code == 2


def test_a_report_replaces_the_old_one_whole(sdrun: Sdrun, folder: Path) -> None:
    (folder / "quits.html").write_text("old " * 100_000, encoding="utf-8")
    sdrun("quits.sd", "-q")
    assert "old old" not in (folder / "quits.html").read_text(encoding="utf-8")
    assert sorted(path.name for path in folder.iterdir()) == ["quits.html", "quits.sd"]


def test_a_label_that_looks_like_markup_is_shown_as_it_is(sdrun: Sdrun, folder: Path) -> None:
    text = (folder / "quits.sd").read_text(encoding="utf-8")
    (folder / "m.sd").write_text(text.replace("expect staff", "expect [red] staff"), encoding="utf-8")
    assert "[red]" in sdrun("m.sd").stderr
    (folder / "n.sd").write_text(text.replace("worse", "bold").replace('"Quits"', '"[bold]Q[/bold]"'), encoding="utf-8")
    assert "Traceback" not in sdrun("n.sd").output


def test_quiet_prints_nothing_where_all_is_well(sdrun: Sdrun) -> None:
    result = sdrun("quits.sd", "--scenario", "base", "-q")
    assert (result.exit_code, result.output) == (0, "")


# Elements ------------------------------------------------------------------------------------------------------------

PLACES = """\
simulate 0 to 2 years, step 1 year, using euler
dim place = {names}
dim skill = low, high
param rate[place] = 10% / year in 0% .. 50% per year
param both[place, skill] = 1
stock staff[place] = 10 people
flow quits[place]: staff -> cloud = staff * rate
"""


def with_places(folder: Path, count: int) -> None:
    names = ", ".join(f"p{number}" for number in range(1, count + 1))
    (folder / "places.sd").write_text(PLACES.format(names=names), encoding="utf-8")


def test_the_table_has_a_row_for_each_element(sdrun: Sdrun, folder: Path) -> None:
    with_places(folder, 3)
    result = sdrun("places.sd", "--report", "none", "--set", "rate[p2]=20%/year")
    told = [(line.split()[0], line.split()[-2]) for line in result.stdout.splitlines() if "staff[" in line]
    assert told == [("staff[p1]", "8.1"), ("staff[p2]", "6.4"), ("staff[p3]", "8.1")]


def test_of_many_elements_those_are_shown_that_end_largest(sdrun: Sdrun, folder: Path) -> None:
    with_places(folder, 100)
    result = sdrun("places.sd", "--report", "none", "--set", "rate[p50]=0", "--set", "rate[p1]=50%/year")
    assert result.stdout.count("staff[") == 8
    assert "staff[p50]" in result.stdout
    assert "staff[p1]" not in result.stdout
    assert "... and 92 more elements" in result.stdout


def test_a_parameter_is_set_for_all_its_elements_or_for_one(sdrun: Sdrun, folder: Path) -> None:
    with_places(folder, 2)
    arguments = ("places.sd", "--csv", "-", "--report", "none", "-q")
    last = rows(sdrun(*arguments, "--set", "rate=20%/year").stdout)[-1]
    assert (last["staff[p1]"], last["staff[p2]"]) == ("6.4", "6.4")  # 10 * 0.8^2
    last = rows(sdrun(*arguments, "--set", "rate=0", "--set", "rate[ p2 ]=20%/year").stdout)[-1]
    assert (last["staff[p1]"], last["staff[p2]"]) == ("10.0", "6.4")
    last = rows(sdrun(*arguments, "--set", "both[p2,high]=7").stdout)[-1]
    assert (last["both[p2, low]"], last["both[p2, high]"]) == ("1.0", "7.0")


@pytest.mark.parametrize(
    ("setting", "told"),
    [
        ("rate[p3]=1", "`p3` is no element of `place`"),
        ("rate[]=1", "is no element of `place`"),
        ("rate[p1=1", "`rate[p1` names no element of `rate`"),
        ("both[p1]=1", "write `both[place, skill]` with an element for each"),
        ("staff[p1]=1", "`staff[p1]` is no parameter"),
        ("rate[p1]=60%/year", "outside its own range"),
        ("rate[p1]=3 people", "rate"),
    ],
)
def test_a_setting_of_an_element_that_does_not_fit_ends_with_2(
    sdrun: Sdrun, folder: Path, setting: str, told: str
) -> None:
    with_places(folder, 2)
    result = sdrun("places.sd", "--set", setting)
    assert result.exit_code == 2, result.output
    assert told in result.stderr


def test_json_has_the_values_of_all_elements_and_their_names(sdrun: Sdrun, folder: Path) -> None:
    with_places(folder, 2)
    staff = json.loads(sdrun("places.sd", "--json", "-", "--report", "none").stdout)["runs"]["base"]["variables"][
        "staff"
    ]
    assert staff["dimensions"] == {"place": ["p1", "p2"]}
    assert staff["values"][-1] == pytest.approx([8.1, 8.1])


NOISY = "simulate 0 to 2 years, step 1 year, seed 42\nstock s = 5\naux x = normal(5, 1)\nplot x\n"


def test_another_seed_draws_another_run_and_the_summary_says_so(sdrun: Sdrun, folder: Path) -> None:
    Path("noisy.sd").write_text(NOISY, encoding="utf-8")
    Path("other.sd").write_text(NOISY.replace("seed 42", "seed 7"), encoding="utf-8")
    written, other, asked = (
        sdrun(*arguments, "--csv", "-", "--report", "none").stdout
        for arguments in (("noisy.sd",), ("other.sd",), ("noisy.sd", "--seed", "7"))
    )
    assert written != other == asked
    told = sdrun("noisy.sd", "--report", "none").stdout
    assert "drawn with the seed 42, one run of many; `--seed 43` draws another" in told
    assert "drawn" not in sdrun("quits.sd", "--report", "none").stdout


def test_a_report_names_the_seed(sdrun: Sdrun, folder: Path) -> None:
    Path("noisy.sd").write_text(NOISY, encoding="utf-8")
    assert "| Seed | 7 |" in sdrun("noisy.sd", "--seed", "7", "--report", "md", "-o", "-").stdout


@pytest.mark.parametrize("seed", ["-1", "1.5", "x", str(2**64)])
def test_a_seed_is_a_whole_number(sdrun: Sdrun, seed: str) -> None:
    assert sdrun("quits.sd", "--seed", seed, "--report", "none").exit_code == 2


def test_a_draw_that_cannot_be_made_is_told_with_its_numbers(sdrun: Sdrun, folder: Path) -> None:
    text = NOISY.replace("normal(5, 1)", "normal(5, 2 - s / 2)")
    Path("noisy.sd").write_text(text, encoding="utf-8")
    result = sdrun("noisy.sd", "--report", "none")
    assert result.exit_code == 3
    assert "`x` at 0 years: the standard deviation is -0.5, below 0" in result.stderr
    assert "`s` was 5" in result.stderr


EVENTFUL = """\
simulate 0 to 4 years, step 1/4 year
stock a = 9
when a > 5 { move m: a -> cloud = 6 }
every 1 year { move n: cloud -> a = 1 }
at 4 { move o: a -> cloud = 1 }
when a > 99 { move p: a -> cloud = 1 }
scenario s {}
"""


def test_events_are_counted_in_the_table_and_told_in_the_data(sdrun: Sdrun, folder: Path) -> None:
    (folder / "e.sd").write_text(EVENTFUL, encoding="utf-8")
    result = sdrun("e.sd", "--scenario", "base", "--json", "e.json", "--report", "md")
    assert result.exit_code == 0
    for line in ("when a > 5: 2 times", "every 1 year: 4 times", "at 4: once", "when a > 99: never"):
        assert f"event {line}" in result.stdout
    told = json.loads((folder / "e.json").read_text(encoding="utf-8"))
    events = told["events"] if "events" in told else told["runs"]["base"]["events"]
    assert events[0] == {"event": "when a > 5", "time": 0.0, "moved": {"m": 6.0}}
    assert len(events) == 7
    page = (folder / "e.md").read_text(encoding="utf-8")
    assert "## What happened at once" in page
    assert "| `every 1 year` | 4 times | 1, 2, 3, 4 | n: 4 |" in page


def test_events_without_end_are_told_with_their_line(sdrun: Sdrun, folder: Path) -> None:
    text = "simulate 0 to 4 years, step 1 year\nstock a = 9\nstock b = 0\n"
    text += "when a > 5 { move m: a -> b = a }\nwhen b > 5 { move n: b -> a = b }\n"
    (folder / "e.sd").write_text(text, encoding="utf-8")
    result = sdrun("e.sd")
    assert result.exit_code != 0
    assert "error[numeric-failure]: `when a > 5` at 0 years: it happens more than 1,000 times" in result.stderr
    assert "e.sd:4:1" in result.stderr
    assert "let its moves lead away" in result.stderr


def test_events_of_a_calendar_model_are_told_with_their_dates(sdrun: Sdrun, folder: Path) -> None:
    text = "simulate 2024-01-01 to 2025-12-31, step 1 month\nstock a = 9\nstock b = 0\n"
    (folder / "e.sd").write_text(text + "at 2025-03 { move m: a -> cloud = 6 }\n", encoding="utf-8")
    assert sdrun("e.sd", "--json", "e.json", "--report", "md").exit_code == 0
    told = json.loads((folder / "e.json").read_text(encoding="utf-8"))
    (event,) = told["events"] if "events" in told else told["runs"]["base"]["events"]
    assert (event["event"], event["date"]) == ("at 2025-03", "2025-03-01")
    assert "| `at 2025-03` | once | 2025-03-01 | m: 6 |" in (folder / "e.md").read_text(encoding="utf-8")
    text += "when a > 5 { move m: a -> b = a }\nwhen b > 5 { move n: b -> a = b }\n"
    (folder / "e.sd").write_text(text, encoding="utf-8")
    assert "`when a > 5` at 2024-01-01: it happens more than" in sdrun("e.sd").stderr
