"""The driver, and the table of contents of the compiler: text, tree, Model, System, Program, Run.

Each stage is a function that appends what it finds wrong to a list; the driver stops behind a stage that found an error
and raises one ModelError. SymPy and the engines load when something is to be run: checking never pays for them.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import Enum
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

from sdlang import registry
from sdlang.diagnostics import Diagnostic, ModelError, did_you_mean, has_errors, in_order
from sdlang.limits import limit
from sdlang.model.clock import with_last_step, with_points_every
from sdlang.model.component_errors import expansion_too_large
from sdlang.model.conservation import ledgers
from sdlang.model.data import Reader
from sdlang.model.draws import draws_of
from sdlang.model.extremes import held
from sdlang.model.folder import reader_of
from sdlang.model.model import Model
from sdlang.model.resolve import resolve
from sdlang.model.scenario import BASE, BEFORE, has_computed_points, under_scenario, with_values
from sdlang.model.scenario_check import check_points
from sdlang.model.settings import asked_scenarios, moment_of, standard_name, value_of
from sdlang.model.stratify import check_strata, stratify
from sdlang.source import Source
from sdlang.syntax import tree
from sdlang.syntax.parser import parse
from sdlang.syntax.printer import print_file

if TYPE_CHECKING:
    from sdlang.engines.base import Program, Settings
    from sdlang.equations.system import System
    from sdlang.results.ensemble import Ensemble
    from sdlang.results.expectations import Verdict
    from sdlang.results.outcome import Outcome
    from sdlang.results.reading import Case
    from sdlang.results.run import Run
    from sdlang.studies.ensemble import Member


class StepCheck(Enum):
    """Whether every run is repeated at half the step (or tighter tolerances) to tell its error."""

    HALF = "half"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Checked:
    """A text that has no errors: its tree (split into strata if it says so), its Model, and what was said about it."""

    file: tree.File
    model: Model
    warnings: tuple[Diagnostic, ...]


@dataclass(frozen=True, slots=True)
class Options:
    """How to run a model, where it differs from what the model says.

    `parameters` are values by name, numbers in the parameter's own unit or text with a unit (`"10% / year"`);
    `step`, `start` and `stop` are numbers in the model's unit of time or text (`"1 week"`). `scenarios` may hold `all`;
    without any, the base run is made. `seed` is a whole number from 0 to 2^64 - 1; with `runs` an ensemble of so many
    runs is made of each scenario.
    """

    scenarios: tuple[str, ...] = ()
    parameters: Mapping[str, float | str] = field(default_factory=lambda: MappingProxyType({}))
    engine: str = ""
    method: str = ""
    step: float | str | None = None
    start: float | str | None = None
    stop: float | str | None = None
    step_check: StepCheck = StepCheck.HALF
    seed: int | None = None
    runs: int | None = None


def check(source: Source, read: Reader | None = None) -> Checked:
    """Text to Model. Raises ModelError with all that is wrong at the first stage that finds something.

    `read` gives the text of a data file; without it, a series that names one is an error.
    """
    found: list[Diagnostic] = []
    read = read or reader_of(None)
    written = parse(source, found)
    _stop_at_errors(found)
    file = stratify(written, read, found)
    _stop_at_errors(found)
    model = resolve(file, read, found)
    _stop_at_errors(found)
    assert model is not None
    check_strata(written, model, found)
    _stop_at_errors(found)
    return Checked(file, model, in_order(found))


def expand(checked: Checked) -> str:
    """The flat model as a text: no components, every variable declared. Raises ModelError where it is too large to be
    read again."""
    from sdlang.model.expand import expand as flat_file

    text = print_file(flat_file(checked.file, checked.model))
    most = limit("file")
    if len(text) > most:
        raise ModelError([expansion_too_large(len(text), most)])
    return text


def read_source(path: Path) -> Source:
    """The text of a model file. Raises OSError, and ModelError for what is no text."""
    try:
        return Source(str(path), path.read_text(encoding="utf-8"))
    except UnicodeDecodeError as problem:
        what = f"byte {problem.start + 1} is no UTF-8"
        hint = "save it as UTF-8 in your editor"
        raise ModelError([Diagnostic("not-text", f"`{path}` is no text: {what}", None, hint=hint)]) from None


def build(model: Model) -> System:
    """Model to System. Raises ModelError if a run of it would be too large."""
    from sdlang.engines.limits import check_size
    from sdlang.equations.build import build as build_system

    system = build_system(model)
    too_large = check_size(system, model.expectations)
    if too_large is not None:
        raise ModelError([too_large])
    return system


def compile_system(system: System, engine: str = "", method: str = "", tolerance: float = 1e-8) -> Program:
    """System to Program, by the engine that runs the method. Raises ModelError for an unknown engine or method."""
    from sdlang.engines.base import ENGINES, Settings

    settings = Settings(method or system.clock.method, relative_tolerance=tolerance)
    engine, settings = _engine_for(engine, settings, method)
    program: Program = registry.find("engines", ENGINES, engine)().compile(system, settings)
    return program


def simulate(checked: Checked, options: Options) -> Outcome:
    """Model to Outcome: every scenario asked for, run, checked for its step, and judged.

    Raises ModelError for options that do not fit the model, and NumericFailure where a run cannot go on.
    """
    from sdlang.equations.build import digest
    from sdlang.results.outcome import Outcome
    from sdlang.results.reading import Case

    found: list[Diagnostic] = []
    model = with_clock(checked.model, options, found)
    values = {standard_name(name): value_of(name, text, model, found) for name, text in options.parameters.items()}
    model, names = asked_scenarios(model, options.scenarios, found)
    _stop_at_errors(found)
    given = {key: value for key, value in values.items() if value is not None}
    cases: dict[str, Case] = {}
    for name in names:
        scenario_model = _scenario_model(model, name, given)
        system = replace(build(scenario_model), digest=digest(checked.model))
        run = _run(system, options, given)
        made = replace(run.provenance, scenario="" if name == BASE else name)
        cases[name] = Case(system, replace(run, provenance=made))
    ensembles, shares = _ensembles(checked, model, cases, options, given)
    return Outcome(
        model,
        MappingProxyType({name: case.system for name, case in cases.items()}),
        MappingProxyType({name: case.run for name, case in cases.items()}),
        tuple(_in_order_of(model, [*_verdicts(model, cases, options, given), *shares], tuple(cases))),
        ledgers(model),
        checked.warnings,
        MappingProxyType(ensembles),
    )


def _in_order_of(model: Model, verdicts: Sequence[Verdict], names: Sequence[str]) -> list[Verdict]:
    """Verdicts scenario by scenario, in the order in which they are expected."""
    places = {expectation.span: place for place, expectation in enumerate(model.expectations)}
    return sorted(verdicts, key=lambda each: (names.index(each.scenario or BASE), places[each.span]))


def runs_of_ensemble(checked: Checked, options: Options) -> int:
    """How many runs an ensemble has; 0 where none is asked for: by the caller, by a hole, by an expectation of a share
    of runs, or by a model that draws and says how many."""
    from sdlang.studies.ensemble import uncertain

    model = checked.model
    if options.runs is not None:
        return options.runs
    says_runs = any(isinstance(each, tree.Simulate) and each.runs is not None for each in checked.file.declarations)
    draws = bool(uncertain(model) or draws_of(model))
    asked = any(each.share is not None for each in model.expectations) or any(p.is_hole for p in model.parameters())
    return model.clock.runs if asked or (says_runs and draws) else 0


def _ensembles(
    checked: Checked, model: Model, cases: Mapping[str, Case], options: Options, given: Mapping[str, float]
) -> tuple[dict[str, Ensemble], list[Verdict]]:
    """An ensemble of each scenario, and the verdicts on what is expected of shares of its runs. Runs of one number are
    made of all scenarios, one after another, so that they can be compared."""
    from sdlang.results.expectations import concerns, judge, scenarios_read, shares_of_runs
    from sdlang.results.reading import Case
    from sdlang.studies.ensemble import Gathering, members, stated, too_large

    runs = runs_of_ensemble(checked, options)
    if not runs:
        return {}, []
    seed = model.clock.seed
    models = {name: _scenario_model(model, name, given) for name in cases}
    expected = [each for each in model.expectations if each.share is not None]
    iterators: dict[str, Iterator[Member]] = {}
    # What holds variables at a value is judged in runs of its own, with the same draws.
    apart: dict[tuple[str, int], tuple[System, Iterator[Member]]] = {}
    for name, case in cases.items():
        why = too_large(case.run, runs)
        if why:
            hint = "make fewer runs, or keep fewer points: `save every 1 month`"
            raise ModelError([Diagnostic("too-many-steps", why, model.clock.span, hint=hint)])
        programs = _programs(models[name], case.system, options, given)
        known = stated(model, name) | set(given)
        iterators[name] = members(model, case.system, programs, given, known, seed, runs)
        for place, expectation in enumerate(expected):
            if expectation.forced:
                kept_at = held(models[name], expectation.forced)
                system = build(kept_at)
                programs = _programs(kept_at, system, options, given)
                kept = known | {each.name for each in expectation.forced}
                apart[name, place] = (system, members(model, system, programs, given, kept, seed, runs))
    judged: dict[tuple[str, int], list[Verdict]] = {}
    made = {name: Gathering(case.run, runs, seed, model) for name, case in cases.items()}
    for _ in range(runs):
        together = {name: next(iterator) for name, iterator in iterators.items()}
        now = {name: Case(cases[name].system, member.run) for name, member in together.items()}
        for name, member in together.items():
            scenario = "" if name == BASE else name
            made[name].add(member)
            for place, expectation in enumerate(expected):
                if concerns(expectation, scenario, member.run) and scenarios_read(expectation) <= set(now):
                    case = now[name]
                    if expectation.forced:
                        system, iterator = apart[name, place]
                        case = Case(system, next(iterator).run)
                    verdict = judge(models[name], case, now, expectation, scenario)
                    judged.setdefault((name, place), []).append(verdict)
    shares = [shares_of_runs(each, expected[place].share or 1.0) for (_, place), each in judged.items()]
    return {name: gathering.ensemble() for name, gathering in made.items()}, shares


def _scenario_model(model: Model, name: str, given: Mapping[str, float]) -> Model:
    """The model as a scenario has it, its tables as the values make them that a caller gave."""
    found: list[Diagnostic] = []
    made = with_values(model if name == BASE else under_scenario(model, name), given)
    check_points(made, {}, None, found)
    _stop_at_errors(found)
    return made


def _programs(
    model: Model, system: System, options: Options, given: Mapping[str, float]
) -> Callable[[Mapping[str, float]], Program]:
    """The program for what is drawn of parameters: one for all, unless the points of tables are made of them."""
    program = compile_system(system, options.engine, options.method)
    if not has_computed_points(model):
        return lambda _: program

    def anew(drawn: Mapping[str, float]) -> Program:
        found: list[Diagnostic] = []
        made = with_values(model, {**given, **drawn})
        check_points(made, {}, None, found)
        _stop_at_errors(found)
        return compile_system(replace(build(made), digest=system.digest), options.engine, options.method)

    return anew


def _verdicts(
    model: Model, cases: Mapping[str, Case], options: Options, given: Mapping[str, float]
) -> Iterator[Verdict]:
    """Verdicts on all that is expected of the runs, run by run. What reads a scenario that was not run is left out."""
    from sdlang.results.expectations import concerns, judge, scenarios_read
    from sdlang.results.reading import Case

    for name, case in cases.items():
        scenario = "" if name == BASE else name
        scenario_model = _scenario_model(model, name, given)
        for expectation in model.expectations:
            if expectation.share is not None:
                continue
            if not concerns(expectation, scenario, case.run) or not scenarios_read(expectation) <= set(cases):
                continue
            judged = case
            if expectation.forced:
                system = build(held(scenario_model, expectation.forced))
                judged = Case(system, _run(system, replace(options, step_check=StepCheck.NONE), given))
            yield judge(scenario_model, judged, cases, expectation, scenario)


def _run(system: System, options: Options, values: Mapping[str, float]) -> Run:
    """One run, with the errors of its step where they are wanted."""
    from sdlang.results.accuracy import estimate

    known = {equation.name for equation in system.parameters}
    given = {_as_known(name, known): value for name, value in values.items()}
    run = compile_system(system, options.engine, options.method).run(given)
    if options.step_check is StepCheck.NONE:
        return run
    clock = system.clock
    if run.provenance.engine == "scipy" and not system.memories():
        finer = compile_system(system, options.engine, options.method, tolerance=1e-10)
    else:
        half = replace(clock.with_step(clock.step / 2), save=clock.save * 2, period=clock.period)
        halved = replace(system, clock=half)
        finer = compile_system(halved, options.engine, options.method)
    return replace(run, accuracy=estimate(run, finer.run(given), is_held=bool(system.memories())))


def _as_known(name: str, parameters: Collection[str]) -> str:
    """The name that a parameter (or an element of it) has in a scenario that changes it during the run."""
    whole, bracket, element = name.partition("[")
    return name if whole in parameters else whole + BEFORE + bracket + element


def with_clock(model: Model, options: Options, found: list[Diagnostic]) -> Model:
    """The model with another start, end, step or seed."""
    clock = model.clock
    start, end, step = (
        old if new is None else moment_of(what, new, model, found)
        for what, new, old in (
            ("--from", options.start, clock.start),
            ("--to", options.stop, clock.end),
            ("--step", options.step, clock.step),
        )
    )
    if start is None or end is None or step is None:
        return model
    if options.seed is not None:
        model = replace(model, clock=replace(clock, seed=options.seed))
        clock = model.clock
    if (start, end, step) == (clock.start, clock.end, clock.step):
        return model
    # What is drawn stays as it is at smaller steps, and is drawn once a step at larger ones.
    grid = clock.draw_every if step == clock.step else max(step, clock.draw_step)
    calendar_end = end if clock.is_calendar else None
    asked = replace(
        clock, start=start, stop=end, step=step, save=1, period=None, calendar_end=calendar_end, draw_every=grid
    )
    fitted = with_last_step(asked, found)
    if fitted is None:
        return model
    every = clock.period or clock.step * clock.save
    return replace(model, clock=with_points_every(every, fitted) or fitted)


def _engine_for(engine: str, settings: Settings, asked: str) -> tuple[str, Settings]:
    """The engine that runs the method; an engine that was asked for may choose its own method."""
    from sdlang.engines.base import ENGINES, METHODS

    if settings.method not in METHODS:
        raise ModelError([_unknown_method(settings.method, tuple(METHODS))])
    if not engine:
        return METHODS[settings.method], settings
    known = registry.names("engines", ENGINES)
    if engine not in known:
        raise ModelError(
            [
                Diagnostic(
                    "unknown-engine",
                    f"there is no engine `{engine}`{did_you_mean(engine, known)}",
                    hint=f"there are {_listed(known)}",
                )
            ]
        )
    offered: tuple[str, ...] = registry.find("engines", ENGINES, engine).methods
    if settings.method in offered:
        return engine, settings
    if asked:
        raise ModelError([_unknown_method(asked, offered, f" of the engine `{engine}`")])
    return engine, replace(settings, method=offered[0])


def _unknown_method(name: str, known: tuple[str, ...], of: str = "") -> Diagnostic:
    return Diagnostic(
        "unknown-method",
        f"there is no method `{name}`{of}{did_you_mean(name, known)}",
        hint=f"there are {_listed(known)}",
    )


def _listed(names: tuple[str, ...]) -> str:
    return ", ".join(f"`{name}`" for name in names)


def _stop_at_errors(found: list[Diagnostic]) -> None:
    if has_errors(found):
        raise ModelError(found)
