"""What a scenario changes that extends others, or that is made by combining some: `fund+remote`.

Changes are taken over in the order in which scenarios are named; what a scenario says itself comes last and wins. Two
changes are about the same where they speak of one name, of one time and of an element in common. Where two scenarios
give the same different values, the one that extends both has to say what holds: a guess would be silent.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations, product

from sdlang.diagnostics import Diagnostic
from sdlang.model import errors, scenario_errors
from sdlang.model.model import Change, Clock, Model, Override, Redrawn, Scenario, Variable
from sdlang.model.scenario import BASE, Places, common_places
from sdlang.units.dates import spoken_time

AND = "+"


@dataclass(frozen=True, slots=True)
class Disagreement:
    """Two scenarios that change one thing to different values."""

    one: str
    other: str
    changes: tuple[Change, Change]


def taken_over(
    parents: Sequence[Scenario], own: Sequence[Change], variables: Mapping[str, Variable]
) -> tuple[tuple[Change, ...], tuple[Disagreement, ...]]:
    """What a scenario changes that extends `parents` and has changes of its `own`; and where the parents disagree."""
    kept: list[Change] = []
    for parent in parents:
        for change in parent.changes:
            if change in kept:
                kept.remove(change)  # what comes later counts: it may be about an element of what stands between
            if not any(_covers(each, change) for each in own):
                kept.append(change)
    told: dict[object, Disagreement] = {}
    for one, other in combinations(parents, 2):
        for disagreement in _disagreements(one, other, own, variables):
            told.setdefault(_about(disagreement.changes[0]), disagreement)
    return (*kept, *own), tuple(told.values())


def combined(model: Model, name: str, found: list[Diagnostic]) -> Scenario | None:
    """The scenario `fund+remote`, as if one extended both; `None` if a mistake was reported."""
    known = {scenario.name: scenario for scenario in model.scenarios}
    names = name.split(AND)
    before = len(found)
    for place, part in enumerate(names):
        if not part:
            found.append(scenario_errors.nothing_to_combine(name))
        elif part == BASE:
            found.append(scenario_errors.base_in_combination(name))
        elif part not in known:
            found.append(errors.unknown_scenario(part, tuple(known), None))
        elif part in names[:place]:
            found.append(scenario_errors.combined_twice(name, part))
    if len(found) > before:
        return None
    parents = [known[part] for part in names]
    changes, disagreements = taken_over(parents, (), model.variables)
    for each in disagreements:
        what = said(each.changes[0], model.clock)
        found.append(scenario_errors.cannot_combine(name, each.one, each.other, what, each.changes))
    label = " + ".join(parent.label or parent.name for parent in parents)
    return None if disagreements else Scenario(name, label, "", changes, None, tuple(names))


def said(change: Change, clock: Clock) -> str:
    """What a change is about: `levy`, or `levy` from 2027."""
    since = None if isinstance(change, Redrawn) else change.since
    return f"`{change.name}`" if since is None else f"`{change.name}` from {spoken_time(since, clock)}"


def _about(change: Change) -> tuple[object, ...]:
    """What a change is about, elements aside."""
    return (change.name, change.since) if isinstance(change, Override) else (change.name,)


def _places(change: Change) -> Places:
    return change.places if isinstance(change, Override) else ()


def _covers(change: Change, other: Change) -> bool:
    """Whether a change that comes later leaves nothing of another."""
    return _about(change) == _about(other) and _is_part(_places(other), _places(change))


def _is_part(places: Places, whole: Places) -> bool:
    return all(of_whole is None or of_whole == place for place, of_whole in zip(places, whole, strict=True))


def _disagreements(
    one: Scenario, other: Scenario, own: Sequence[Change], variables: Mapping[str, Variable]
) -> Iterator[Disagreement]:
    """Pairs of changes that give an element different values, of which `own` does not say what holds."""
    of_one, of_other, of_own = (_by_what(changes) for changes in (one.changes, other.changes, own))
    for about, first in of_one.items():
        second = of_other.get(about, [])
        for (number, change), (place, against) in product(enumerate(first), enumerate(second)):
            shared = common_places(_places(change), _places(against))
            if shared is None or _is_same_value(change, against):
                continue
            later = [*first[number + 1 :], *second[place + 1 :]]
            if any(_is_part(shared, _places(each)) for each in later):
                continue
            if not _is_settled(shared, of_own.get(about, ()), variables[change.name]):
                yield Disagreement(one.name, other.name, (change, against))


def _by_what(changes: Sequence[Change]) -> Mapping[tuple[object, ...], list[Change]]:
    found: dict[tuple[object, ...], list[Change]] = {}
    for change in changes:
        found.setdefault(_about(change), []).append(change)
    return found


def _is_same_value(change: Change, against: Change) -> bool:
    """Whether two changes of one thing differ in nothing but the elements that they speak of."""
    if isinstance(change, Override) and isinstance(against, Override):
        return (change.value, change.ramp) == (against.value, against.ramp)
    return change == against


def _is_settled(places: Places, own: Sequence[Change], variable: Variable) -> bool:
    """Whether changes between them speak of all elements at some places."""
    if any(_is_part(places, _places(each)) for each in own):
        return True
    axes = zip(variable.axes, places, strict=True)
    along = [range(axis.size) if place is None else (place,) for axis, place in axes]
    return bool(own) and all(any(_is_part(element, _places(each)) for each in own) for element in product(*along))
