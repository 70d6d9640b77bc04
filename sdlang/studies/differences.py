"""What differs between two models, or two scenarios of one: declarations first, then what that does to the results, and
which declaration does it.

A difference of results is put down to a declaration by running the old model with that change alone: if this makes
nearly all of the difference, and the others nearly none, it is the cause. Where changes act together all are named.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from sdlang import compiler
from sdlang.compiler import Checked, Options, StepCheck
from sdlang.diagnostics import Diagnostic, ModelError
from sdlang.engines.base import NumericFailure
from sdlang.model import differences
from sdlang.model.data import Reader
from sdlang.model.differences import Difference, Kind
from sdlang.model.expressions import references
from sdlang.model.model import Model
from sdlang.model.scenario import BASE
from sdlang.model.settings import asked_scenarios
from sdlang.results.comparison import Apart, compare, distance_along
from sdlang.results.expectations import Verdict
from sdlang.results.outcome import Outcome
from sdlang.results.run import Run
from sdlang.source import Source
from sdlang.syntax import tree
from sdlang.syntax.printer import print_file

# More changes than this are not tried one by one.
MOST_CHANGES = 16
# A change makes a difference if it makes this share of it, and makes it alone from this share on.
SOME, ALL = 0.05, 0.9


@dataclass(frozen=True, slots=True)
class Effect:
    """A result that differs, and the declarations that make it so; none where that was not found out."""

    apart: Apart
    causes: tuple[Difference, ...]


@dataclass(frozen=True, slots=True)
class Judgement:
    """An expectation whose verdict changed: `after` is what it is now."""

    text: str
    before: bool
    after: bool
    detail: str


@dataclass(frozen=True, slots=True)
class Report:
    """All that differs. `scenario` is the run that was compared; `times` its beginning and end; `failure` says why no
    results were compared, or is empty."""

    declarations: tuple[Difference, ...]
    effects: tuple[Effect, ...]
    judgements: tuple[Judgement, ...]
    scenario: str
    failure: str = ""

    @property
    def is_empty(self) -> bool:
        return not (self.declarations or self.effects or self.judgements)


def between_files(old: Checked, new: Checked, read: Reader, scenario: str = BASE) -> Report:
    """What differs between two models. `read` gives the data files of the old one."""
    found = differences.of_files(old.file, new.file, old.model, new.model)
    options = Options((scenario,), step_check=StepCheck.NONE)
    try:
        before, after = compiler.simulate(old, options), compiler.simulate(new, options)
    except NumericFailure as failure:
        return Report(found, (), (), scenario, str(failure))
    changes = [difference for difference in found if difference.counts]
    runs = _alone_in_files(old, new, changes, read, options)
    return _report(found, changes, before, after, runs, scenario)


def between_scenarios(checked: Checked, one: str, other: str) -> Report:
    """What differs between two scenarios of a model. Raises ModelError for one that does not exist."""
    mistakes: list[Diagnostic] = []
    model, _ = asked_scenarios(checked.model, (one, other), mistakes)
    if mistakes:
        raise ModelError(mistakes)
    found = differences.of_scenarios(model, one, other)
    try:
        before, after = (
            compiler.simulate(checked, Options((name,), step_check=StepCheck.NONE)) for name in (one, other)
        )
    except NumericFailure as failure:
        return Report(found, (), (), other, str(failure))
    runs = _alone_in_scenarios(checked, model, one, other, found)
    return _report(found, found, before, after, runs, other)


def _report(
    found: tuple[Difference, ...],
    changes: Sequence[Difference],
    before: Outcome,
    after: Outcome,
    alone: Mapping[int, Run],
    scenario: str,
) -> Report:
    old, new = (next(iter(outcome.runs.values())) for outcome in (before, after))
    effects = []
    for apart in compare(old, new, _watched(before.model, after.model, old)):
        whole = _course(new, apart.name, old) - _course(old, apart.name, old)
        shares = {
            number: distance_along(_course(run, apart.name, old) - _course(old, apart.name, old), whole)
            for number, run in alone.items()
            if apart.name.partition("[")[0] in run
        }
        effects.append(Effect(apart, tuple(changes[number] for number in _causes(shares))))
    return Report(found, tuple(effects), tuple(_judgements(before.verdicts, after.verdicts)), scenario)


def _watched(before: Model, after: Model, run: Run) -> list[str]:
    """What people look at: what is plotted and expected, stocks, and flows; or else all that is shown."""
    names: dict[str, None] = {}
    for model in (before, after):
        names |= dict.fromkeys(name.partition("[")[0] for plot in model.plots for name in plot.names)
        names |= dict.fromkeys(name for each in model.expectations for name in references(each.subject))
        names |= dict.fromkeys(stock.name for stock in model.stocks() if not stock.is_hidden)
    watched = [name for name in names if name in run.shown]
    return watched or list(run.shown)


def _course(run: Run, name: str, at: Run) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    return np.interp(at.time, run.time, run[name])


def _causes(shares: Mapping[int, float]) -> list[int]:
    """The changes that make a difference: one that makes nearly all of it stands alone."""
    alone = [number for number, share in shares.items() if abs(share - 1) <= 1 - ALL]
    if len(alone) == 1 and all(abs(share) <= 1 - ALL for number, share in shares.items() if number not in alone):
        return alone
    return [number for number, share in shares.items() if abs(share) > SOME]


def _judgements(before: Sequence[Verdict], after: Sequence[Verdict]) -> Iterator[Judgement]:
    was = {verdict.text: verdict.holds for verdict in before}
    for verdict in after:
        if verdict.text in was and was[verdict.text] != verdict.holds:
            yield Judgement(verdict.text, was[verdict.text], verdict.holds, verdict.detail)


# One change alone ----------------------------------------------------------------------------------------------------


def _alone_in_files(
    old: Checked, new: Checked, changes: Sequence[Difference], read: Reader, options: Options
) -> dict[int, Run]:
    """Runs of the old model with one change of the new one; a change that needs others has none."""
    runs: dict[int, Run] = {}
    for number, change in enumerate(changes) if len(changes) <= MOST_CHANGES else ():
        file = _with_one(old.file, new.file, change)
        try:
            checked = compiler.check(Source(old.file.source.name, print_file(file)), read)
            runs[number] = next(iter(compiler.simulate(checked, options).runs.values()))
        except (ModelError, NumericFailure):
            continue
    return runs


def _with_one(old: tree.File, new: tree.File, change: Difference) -> tree.File:
    """The old text with one change of the new one."""
    if change.kind is Kind.REMOVED:
        kept = tuple(each for each in old.declarations if each.span != change.span)
        return replace(old, declarations=kept)
    made = next(each for each in new.declarations if each.span == change.span)
    if change.kind is Kind.ADDED:
        return replace(old, declarations=(*old.declarations, made))
    name = change.before if change.kind is Kind.RENAMED else change.name
    replaced = tuple(
        made if _is_called(each, name) or (not name and type(each) is type(made)) else each for each in old.declarations
    )
    return replace(old, declarations=replaced)


def _is_called(declaration: tree.Declaration, name: str) -> bool:
    return bool(name) and isinstance(declaration, differences.Named) and declaration.name.text == name


def _alone_in_scenarios(
    checked: Checked, model: Model, one: str, other: str, changes: Sequence[Difference]
) -> dict[int, Run]:
    """Runs of the first scenario with one change of the second."""
    if one != BASE or len(changes) > MOST_CHANGES:
        return {}
    scenario = next(each for each in model.scenarios if each.name == other)
    runs: dict[int, Run] = {}
    for number, change in enumerate(changes):
        alone = replace(scenario, changes=tuple(each for each in scenario.changes if each.span == change.span))
        kept = tuple(alone if each is scenario else each for each in model.scenarios)
        try:
            outcome = compiler.simulate(
                replace(checked, model=replace(model, scenarios=kept)), Options((other,), step_check=StepCheck.NONE)
            )
        except (ModelError, NumericFailure):
            continue
        runs[number] = outcome.runs[other]
    return runs
