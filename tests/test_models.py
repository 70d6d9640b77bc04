"""Every model of the repository: it is laid out in the one way, has no mistakes, holds what it expects, and gives the
same numbers on every engine. The classics are held against their exact values (derivations in the comments)."""

from functools import cache
from math import exp, log
from pathlib import Path

import numpy as np
import pytest
from scipy.optimize import brentq

import sdlang
from sdlang.compiler import Options, StepCheck, check, read_source, simulate
from sdlang.engines.base import METHODS
from sdlang.model.folder import reader_of
from sdlang.results.outcome import Outcome
from sdlang.results.run import Run

ROOT = Path(__file__).parent.parent / "models"
MODELS = sorted(ROOT.rglob("*.sd"))
CLASSICS = ROOT / "classics"
every_model = pytest.mark.parametrize("path", MODELS, ids=lambda path: path.stem)


@cache
def outcome(path: Path, method: str = "", engine: str = "", step: str | None = None) -> Outcome:
    checked = check(read_source(path), reader_of(path.parent))
    options = Options(("all",), method=method, engine=engine, step=step, step_check=StepCheck.NONE)
    return simulate(checked, options)


def run_of(name: str, method: str = "", engine: str = "", step: str | None = None) -> Run:
    return outcome(CLASSICS / f"{name}.sd", method, engine, step).runs["base"]


def test_there_are_models() -> None:
    names = {path.relative_to(ROOT).as_posix() for path in MODELS}
    wanted = {f"classics/{name}.sd" for name in ("teacup", "logistic", "sir", "bass", "predator_prey")}
    assert wanted | {"labor_pool.sd", "us_unemployment.sd"} <= names


@every_model
def test_a_model_is_laid_out_in_the_one_way(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert sdlang.format(text) == text


@every_model
def test_a_model_has_neither_mistakes_nor_warnings_and_says_what_it_is(path: Path) -> None:
    model = sdlang.load(path)
    assert model.warnings == ()
    assert model.structure.documentation, "a model begins with what it is for"


@every_model
def test_a_model_holds_what_it_expects(path: Path) -> None:
    verdicts = outcome(path).verdicts
    assert verdicts, "a model says what it expects"
    assert [verdict.text for verdict in verdicts if not verdict.holds] == []


@every_model
@pytest.mark.parametrize("method", [method for method in METHODS if method not in ("euler", "rk4")])
def test_adaptive_methods_give_what_rk4_gives(path: Path, method: str) -> None:
    """A variable differs by at most 1e-4 of its largest value: the error of RK4 at the kinks of max() and series."""
    if path.stem == "us_unemployment" and method not in ("lsoda", "dop853"):
        pytest.skip("360 kinks each restart the method: two of the five are enough")
    fixed, adaptive = outcome(path, "rk4").runs["base"], outcome(path, method).runs["base"]
    for stock in sdlang.load(path).structure.stocks():
        size = np.max(np.abs(fixed[stock.name]))
        assert np.max(np.abs(fixed[stock.name] - adaptive[stock.name])) <= 1e-4 * size, stock.name


@every_model
def test_the_fixed_engine_gives_what_the_reference_gives(path: Path) -> None:
    fixed, oracle = (outcome(path, "euler", engine).runs["base"] for engine in ("fixed", "reference"))
    for name in fixed.shown:
        np.testing.assert_allclose(fixed[name], oracle[name], rtol=1e-12, atol=0, err_msg=name)


# Exact values --------------------------------------------------------------------------------------------------------


def test_teacup_after_one_cooling_time() -> None:
    assert run_of("teacup").at("tea", 10) == pytest.approx(70 + 110 / exp(1), rel=1e-8)  # 110.4667387289
    assert run_of("teacup", "dop853").at("tea", 10) == pytest.approx(110.4667387289, rel=1e-8)


def test_logistic_follows_its_closed_form() -> None:
    run = run_of("logistic")
    exact = 1000 / (1 + 19 * np.exp(-0.5 * run.time))  # Verhulst: limit/start - 1 = 19
    np.testing.assert_allclose(run["population"], exact, rtol=1e-7)
    steepest = run.time[np.argmax(run["growth"])]
    assert steepest == pytest.approx(log(19) / 0.5, abs=0.25)  # 5.8889, on saved points a quarter of a year apart


def bass(t: np.ndarray) -> np.ndarray:
    """F(t) of Bass (1969) for p = 0.03, q = 0.38."""
    return (1 - np.exp(-0.41 * t)) / (1 + 0.38 / 0.03 * np.exp(-0.41 * t))


def test_bass_follows_its_closed_form() -> None:
    run = run_of("bass", "dop853")
    np.testing.assert_allclose(run["adopters"][1:], 1000 * bass(run.time[1:]), rtol=1e-7)
    assert run.at("adopters", 10) == pytest.approx(812.8032212, rel=1e-8)


def test_bass_peaks_where_and_as_high_as_it_must() -> None:
    peak_time = log(0.38 / 0.03) / 0.41  # ln(q/p) / (p + q) = 6.192619
    height = 1000 * 0.41**2 / (4 * 0.38)  # M (p + q)^2 / 4q = 110.592105
    text = (CLASSICS / "bass.sd").read_text(encoding="utf-8")
    fine = sdlang.compile(text.replace("step 1/32 year", "step 1/256 year").replace(", save every 1/4 year", "")).run()
    assert peak_time == pytest.approx(6.192619, abs=1e-6)
    assert fine.time[np.argmax(fine["adoption"])] == pytest.approx(peak_time, abs=1 / 256)
    assert np.max(fine["adoption"]) == pytest.approx(height, rel=1e-6)
    assert fine.at("adopters", peak_time) == pytest.approx(460.526, abs=0.001)  # F(t*) = 1/2 - p / 2q


@pytest.mark.parametrize(("r0", "share"), [(1.5, 0.5828116439), (2.0, 0.7968121300), (3.0, 0.9404797908)])
def test_sir_ends_where_the_final_size_says(r0: float, share: float) -> None:
    """ln(S/S0) = -R0 (1 - S/N) at the end, where nobody is infectious (Kermack and McKendrick, 1927)."""
    run = sdlang.load(CLASSICS / "sir.sd").run({"reproduction": r0}, stop=900, method="dop853")
    never_ill = 1 - 1e-6  # one of a million begins
    exact = 1 - brentq(lambda s: log(s / never_ill) + r0 * (1 - s), 1e-9, 1 / r0)
    assert run["attack_rate"][-1] / 100 == pytest.approx(exact, rel=1e-7)
    assert run["attack_rate"][-1] / 100 == pytest.approx(share, abs=5e-6)


def test_predator_and_prey_keep_their_invariant() -> None:
    invariant = run_of("predator_prey", "dop853")["invariant"]
    start = 0.1 * 15 - log(15) + 0.1 * 8 - log(8)  # gain R - deaths ln R + hunger F - births ln F
    np.testing.assert_allclose(invariant, start, rtol=1e-6)
    by_euler = run_of("predator_prey", "euler")["invariant"]
    assert by_euler[-1] > start + 0.1, "Euler's method spirals outward"


# The order of the methods ---------------------------------------------------------------------------------------------


def error_of_bass(method: str, steps_a_year: int) -> float:
    run = run_of("bass", method, step=f"1/{steps_a_year} year")
    return float(np.max(np.abs(run["adopters"] - 1000 * bass(run.time))))


def test_the_error_of_euler_halves_with_the_step() -> None:
    coarse, middle, fine = (error_of_bass("euler", steps) for steps in (8, 16, 32))
    assert coarse / middle == pytest.approx(2, abs=0.05)
    assert middle / fine == pytest.approx(2, abs=0.05)


def test_the_error_of_rk4_falls_sixteenfold_with_half_the_step() -> None:
    errors = [error_of_bass("rk4", steps) for steps in (4, 8, 16)]
    for larger, smaller in zip(errors, errors[1:], strict=False):
        assert 14.5 <= larger / smaller <= 16.5


# The worked models --------------------------------------------------------------------------------------------------


def test_the_labor_pool_ends_at_its_target_with_vacancies_that_obey_little() -> None:
    run = outcome(ROOT / "labor_pool.sd").runs["base"]
    assert run["staff"][-1] == pytest.approx(1200, rel=1e-4)  # every gap is closed in the end
    waiting = run["filling"][-1] * 8 * 7 / 365.25  # Little: stock = throughput * 8 weeks
    assert run["vacancies"][-1] == pytest.approx(waiting, rel=1e-9)
    assert run["hiring"][-1] == pytest.approx(1200 * 0.08, rel=1e-3)


def test_us_unemployment_fits_the_data_before_and_after_its_calibration() -> None:
    """The fit is against the data file; the independent prototype (Euler, eighth of a month) had 3.9 % and 5.8 %."""
    run = outcome(ROOT / "us_unemployment.sd").runs["base"]
    miss = np.abs(run["unemployment_rate"] - run["measured_rate"]) / run["measured_rate"]
    calibrated, unseen = run.time < 2008, run.time >= 2008
    assert calibrated.sum() == 96
    assert np.mean(miss[calibrated]) < 0.04
    assert np.mean(miss[unseen]) < 0.06


def test_slower_matching_moves_the_beveridge_curve_outward() -> None:
    runs = outcome(ROOT / "us_unemployment.sd").runs
    for name in ("unemployed", "vacant"):
        assert runs["slow_matching"].at(name, 2006) > 1.05 * runs["base"].at(name, 2006)
