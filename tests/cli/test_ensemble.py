"""`sdrun run` of an ensemble: `--runs`, `--quantiles`, and what the summary says of it."""

import csv
from io import StringIO
from pathlib import Path

import numpy as np
import pytest

import sdlang
from tests.cli.conftest import Sdrun

DECAY = """\
simulate 0 to 4 years, step 1/4 year, save every 1 year, seed 7, runs 30
param r = ? in 5% .. 15% per year, source "a survey"
param size = 100 people
stock s = size
flow f: s -> cloud = s * r
scenario half { s = 50 people }
"""


@pytest.fixture
def decay(folder: Path) -> Path:
    path = folder / "decay.sd"
    path.write_text(DECAY, encoding="utf-8")
    return path


@pytest.mark.usefixtures("decay")
def test_quantiles_are_those_of_the_ensemble_in_python(sdrun: Sdrun) -> None:
    result = sdrun("decay.sd", "--report", "none", "--quantiles", "-")
    assert result.exit_code == 0
    assert result.stdout == sdlang.compile(DECAY).ensemble(30).to_csv()
    rows = list(csv.DictReader(StringIO(result.stdout)))
    # The middle of the range for the base run: 100 exp(-0.1 t), to the accuracy of the step.
    assert np.allclose([float(row["s base"]) for row in rows], 100 * np.exp(-0.1 * np.arange(5)), rtol=1e-6)


@pytest.mark.usefixtures("decay")
def test_runs_and_seed_are_those_of_the_options(sdrun: Sdrun) -> None:
    result = sdrun("decay.sd", "--report", "none", "--quantiles", "-", "--runs", "5", "--seed", "9")
    assert result.stdout == sdlang.compile(DECAY).ensemble(5, seed=9).to_csv()


@pytest.mark.usefixtures("decay")
def test_quantiles_of_several_scenarios_have_a_column_for_the_scenario(sdrun: Sdrun, folder: Path) -> None:
    result = sdrun("decay.sd", "--report", "none", "--quantiles", "q.csv", "--scenario", "all")
    assert result.exit_code == 0
    rows = list(csv.DictReader(StringIO((folder / "q.csv").read_text(encoding="utf-8"))))
    assert [(row["scenario"], row["s 50%"]) for row in rows if row["time"] == "0.0"] == [
        ("base", "100.0"),
        ("half", "50.0"),
    ]


@pytest.mark.usefixtures("decay")
def test_the_summary_says_where_the_runs_end(sdrun: Sdrun) -> None:
    result = sdrun("decay.sd", "--report", "none", "--scenario", "base")
    assert "in brackets where 90 % of 30 runs end, with seed 7" in result.stdout
    ensemble = sdlang.compile(DECAY).ensemble(30)
    low, high = (float(ensemble.quantile("s", level)[-1]) for level in (0.05, 0.95))
    assert f"67.032 ({low:.5g} .. {high:.5g})" in result.stdout  # 100 exp(-0.4)
    assert "1 of 2 assumptions (50 %) have no source" in result.stdout


def test_quantiles_of_a_model_without_chance_are_all_alike(sdrun: Sdrun) -> None:
    result = sdrun("quits.sd", "--report", "none", "--quantiles", "-", "--scenario", "base", "--runs", "3")
    (*_, last) = csv.DictReader(StringIO(result.stdout))
    assert {value for name, value in last.items() if name.startswith("staff ")} == {"8.1"}


@pytest.mark.usefixtures("decay")
@pytest.mark.parametrize("runs", ["1", "0", "-3", "2.5", "many"])
def test_fewer_than_two_runs_are_no_ensemble(sdrun: Sdrun, runs: str) -> None:
    result = sdrun("decay.sd", "--report", "none", "--runs", runs)
    assert result.exit_code == 2
    assert "--runs" in result.stderr


@pytest.mark.usefixtures("decay")
def test_too_many_runs_are_refused_before_they_are_made(sdrun: Sdrun) -> None:
    result = sdrun("decay.sd", "--report", "none", "--runs", "1000000000")
    assert result.exit_code in (1, 2, 3)
    assert "error[too-many-steps]" in result.stderr


def test_a_share_of_runs_that_does_not_hold_ends_with_3(sdrun: Sdrun, decay: Path) -> None:
    decay.write_text(DECAY + "expect s > 99 people always in 95% of runs\n", encoding="utf-8")
    result = sdrun("decay.sd", "--report", "none", "--scenario", "base")
    assert result.exit_code == 3
    assert "FAILS expect s > 99 people always in 95% of runs; it holds in 0 of 30 runs (0 %); worst in run" in (
        result.stdout
    )


def test_a_run_that_cannot_go_on_is_told_with_its_number(sdrun: Sdrun, decay: Path) -> None:
    decay.write_text(DECAY + "aux root = sqrt(0.1 - r * 1 year)\nplot root\n", encoding="utf-8")
    result = sdrun("decay.sd", "--report", "none", "--scenario", "base")
    assert result.exit_code == 3
    assert "error[numeric-failure]" in result.stderr
    assert "of the ensemble" in result.stderr
