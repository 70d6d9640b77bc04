"""The compiler for programs: load a model, check it, run it, report it.

A thin shell around `compiler.py`: text and paths go in, a `Model` comes out, which runs as often as one likes.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from math import isfinite
from numbers import Integral, Real
from pathlib import Path
from typing import TYPE_CHECKING

from sdlang import compiler
from sdlang.compiler import Checked, Options, StepCheck
from sdlang.diagnostics import Diagnostic, ModelError
from sdlang.model.folder import reader_of
from sdlang.model.random_numbers import MOST_SEED
from sdlang.model.scenario import BASE
from sdlang.model.settings import ALL
from sdlang.model.unit_check import unit_table
from sdlang.source import Source
from sdlang.syntax.parser import parse
from sdlang.syntax.printer import print_file

if TYPE_CHECKING:
    from sdlang.equations.analysis import Equilibrium, Linearisation
    from sdlang.results.ensemble import Ensemble
    from sdlang.results.outcome import Outcome
    from sdlang.results.run import Run


def load(path: str | Path) -> Model:
    """The model in a file; its data files are read from the file's folder.

    Raises OSError if the file cannot be read and ModelError if the model has errors.
    """
    path = Path(path)
    return Model(compiler.check(compiler.read_source(path), reader_of(path.parent)))


def compile(text: str, *, name: str = "<text>", folder: str | Path | None = None) -> Model:
    """The model that a text is. `folder` is where its data files lie; without it, it can have none.

    Raises ModelError if the model has errors.
    """
    return Model(compiler.check(Source(name, text), reader_of(None if folder is None else Path(folder))))


def format(text: str, *, name: str = "<text>") -> str:
    """The text in standard form. Raises ModelError if it cannot be read."""
    found: list[Diagnostic] = []
    file = parse(Source(name, text), found)
    if found:
        raise ModelError(found)
    return print_file(file)


class Model:
    """A model without errors, ready to run.

    `structure` is what it means (variables, units, flows), `warnings` what was said about it all the same.
    """

    def __init__(self, checked: Checked) -> None:
        self._checked = checked
        self.structure = checked.model
        self.warnings = checked.warnings

    @property
    def title(self) -> str:
        return self.structure.title

    @property
    def scenarios(self) -> tuple[str, ...]:
        """Names of the scenarios, `base` first."""
        return (BASE, *(scenario.name for scenario in self.structure.scenarios))

    @property
    def units(self) -> Mapping[str, str]:
        """The unit of each variable, as `run.units` has it."""
        return {name: unit for name, unit, _ in unit_table(self.structure)}

    def check(self) -> tuple[Diagnostic, ...]:
        """What the compiler has to say: the warnings. A model with errors is never made."""
        return self.warnings

    def expand(self) -> str:
        """The flat model as a text: no components, every variable declared, in standard form. It runs to the same
        numbers. Raises ModelError where the text would be too large."""
        return compiler.expand(self._checked)

    def run(
        self,
        params: Mapping[str, float | str] | None = None,
        scenario: str = BASE,
        *,
        engine: str = "",
        method: str = "",
        step: float | str | None = None,
        start: float | str | date | None = None,
        stop: float | str | date | None = None,
        step_check: StepCheck = StepCheck.NONE,
        seed: int | None = None,
    ) -> Run:
        """One run. `params` are numbers in each parameter's own unit, or text with a unit (`"10% / year"`). In a
        calendar model `start` and `stop` may be dates; the last day belongs to the run. `seed` says which random
        numbers are drawn, by default those that the model says.

        Raises ModelError for a parameter, scenario, engine or time that does not fit the model, and NumericFailure
        where a value is no number.
        """
        if scenario == ALL:
            raise ValueError(f"scenario={ALL!r} is many runs, and run makes one: use study")
        begin, end = (time.isoformat() if isinstance(time, date) else time for time in (start, stop))
        for argument, time in (("step", step), ("start", begin), ("stop", end)):
            _check_time(argument, time)
        options = Options((scenario,), _values(params), engine, method, step, begin, end, step_check, _seed(seed))
        (run,) = compiler.simulate(self._checked, options).runs.values()
        return run

    def study(self, scenarios: tuple[str, ...] = ("all",), params: Mapping[str, float | str] | None = None) -> Outcome:
        """Runs of several scenarios, checked for their step, with the verdicts on all expectations."""
        return compiler.simulate(self._checked, Options(scenarios, _values(params)))

    def ensemble(
        self,
        runs: int | None = None,
        params: Mapping[str, float | str] | None = None,
        scenario: str = BASE,
        *,
        seed: int | None = None,
    ) -> Ensemble:
        """Many runs of a scenario, with uncertain parameters and noise drawn anew; by default as many as the model
        says. What `params` give is not drawn.

        Raises ValueError for fewer than 2 runs, and what `run` raises."""
        if scenario == ALL:
            raise ValueError(f"scenario={ALL!r} is many ensembles, and ensemble makes one: use study")
        many = self.structure.clock.runs if runs is None else _runs(runs)
        options = Options((scenario,), _values(params), step_check=StepCheck.NONE, seed=_seed(seed), runs=many)
        return compiler.simulate(self._checked, options).ensembles[scenario]

    def latex(self) -> Mapping[str, str]:
        """The equation of every stock (its net rate), flow, auxiliary and parameter as LaTeX, by name."""
        from sdlang.equations.markup import latex
        from sdlang.equations.naming import names_of

        system = compiler.build(self.structure)
        names = names_of(system)
        rates = {state.name: latex(state.rate, names, state.axes) for state in system.states}
        equations = (*system.parameters, *system.auxiliaries)
        return rates | {each.name: latex(each.expression, names, each.axes) for each in equations}

    def linearise(
        self, time: float | None = None, params: Mapping[str, float | str] | None = None, scenario: str = BASE
    ) -> Linearisation:
        """The model near its state at a time of a run, at the start by default: matrix and eigenvalues.

        Raises NoAnalysis for an equation without a derivative, and what `run` raises.
        """
        from sdlang.equations.analysis import linearise

        outcome = compiler.simulate(self._checked, Options((scenario,), _values(params), step_check=StepCheck.NONE))
        (run,), (system,) = outcome.runs.values(), outcome.systems.values()
        at = float(run.time[0]) if time is None else time
        point = {each: run.at(each, at) * run.columns[name].scale for name in run for each in run.elements(name)}
        return linearise(system, {**point, "time": at})

    def equilibria(self, params: Mapping[str, float | str] | None = None) -> tuple[Equilibrium, ...]:
        """The points at which no stock changes, for a model of at most four stocks; values in each stock's unit.

        Raises NoAnalysis for a model that is too large, or reads tables or the time.
        """
        from sdlang.equations.analysis import equilibria

        outcome = compiler.simulate(self._checked, Options((BASE,), _values(params), step_check=StepCheck.NONE))
        run, system = outcome.runs[BASE], outcome.systems[BASE]
        known = {
            element: float(run.in_own_units(element)[0])
            for each in system.parameters
            for element in run.elements(each.name)
        }
        scales = {element: column.scale for column in run.columns.values() for element in column.elements}
        return tuple(
            replace(found, states={name: value / scales[name] for name, value in found.states.items()})
            for found in equilibria(system, known)
        )

    def report(self, scenarios: tuple[str, ...] = ("all",)) -> str:
        """The report as one HTML text."""
        from sdlang.report import render_html

        return render_html(self.study(scenarios))

    def __repr__(self) -> str:
        counted = f"{len(list(self.structure.stocks()))} stocks, {len(list(self.structure.flows()))} flows"
        return f"<Model {self.title!r}: {counted}>"

    def _repr_html_(self) -> str:
        """For notebooks: the diagram and the units of the model."""
        from sdlang.report import render_card

        return render_card(self.structure)


def _values(params: Mapping[str, float | str] | None) -> Mapping[str, float | str]:
    """The parameters as given. Raises TypeError for what is no mapping, or holds what is neither number nor text."""
    if params is None:
        return {}
    if not isinstance(params, Mapping):
        raise TypeError(f"params must map names to numbers or texts; it is {params!r}")
    for name, value in params.items():
        if isinstance(value, bool) or not isinstance(value, Real | str):
            raise TypeError(f"the value of {name} must be a number, or a text such as '10% / year'; it is {value!r}")
    return params


def _seed(seed: object) -> int | None:
    """The seed as given. Raises TypeError or ValueError for what is none."""
    if seed is None:
        return None
    if isinstance(seed, bool) or not isinstance(seed, Integral):
        raise TypeError(f"seed must be a whole number; it is {seed!r}")
    if not 0 <= int(seed) <= MOST_SEED:
        raise ValueError(f"seed must lie within 0 .. {MOST_SEED}; it is {seed!r}")
    return int(seed)


def _runs(runs: object) -> int:
    """The number of runs as given. Raises TypeError or ValueError for what is none."""
    if isinstance(runs, bool) or not isinstance(runs, Integral):
        raise TypeError(f"runs must be a whole number; it is {runs!r}")
    if int(runs) < 2:
        raise ValueError(f"runs must be 2 or more; it is {runs!r}")
    return int(runs)


def _check_time(argument: str, time: object) -> None:
    """Raises TypeError or ValueError for what can be no time of a run."""
    if time is None or isinstance(time, str):
        return
    if isinstance(time, bool) or not isinstance(time, Real):
        raise TypeError(f"{argument} must be a number, or a text such as '1 month'; it is {time!r}")
    if not isfinite(time):
        raise ValueError(f"{argument} must be a finite number; it is {time!r}")
