"""Whether what the modeller expects came true, by how much, and where it is closest to failing.

A comparison has a margin: how far its two sides are apart in the right direction, negative where it fails. `and` has
the smaller margin of its parts, `or` the larger, `not` the opposite. For `>=`, `<=` and `==` a difference of rounding
(1e-9 of the largest value) is none. A shape has one verdict for the whole course, and a margin of its own.

Conditions are read at the saved points: by default at all, `at t` at t (on the straight line between points), `after t`
from t on, `before t` up to t, t left out, `until t` up to t. Where a condition stands in place of a time, that time is
the first point at which it holds: `before` and `until` one that never comes look at the whole run, `after` one fails.
`always` takes the smallest margin of these points, `eventually` the largest. `within d` takes the largest within d from
the beginning, from a time, or from each point at which a condition becomes true, and of those the smallest.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from sdlang.model.constants import Function, everywhere, flat_place
from sdlang.model.expressions import (
    Apply,
    Elsewhere,
    Expr,
    Lookup,
    OverRun,
    Predicate,
    Reduce,
    Reference,
    inside,
    parts,
)
from sdlang.model.model import Expectation, Model
from sdlang.model.positions import place_of
from sdlang.results.courses import Found, found_of
from sdlang.results.reading import At, Case, Moment, Reading, moment_at, moments_of
from sdlang.results.run import Run
from sdlang.source import Span
from sdlang.units.dates import DATE, spoken_time, spoken_value

# Values this close, relative to the largest of the run, count as equal: no method of integration is closer.
EQUAL_WITHIN = 1e-9
# A duration that is over by less than this share of the run is not over.
ROUNDING = 1e-9


@dataclass(frozen=True, slots=True)
class Verdict:
    """`margin` is how far from failing, in `unit`, negative where it failed; `time` is where it is smallest. `claim` is
    the text of the claim that it belongs to. `subjects` are the variables that it is about."""

    text: str
    scenario: str
    holds: bool
    margin: float
    unit: str
    time: float
    detail: str
    span: Span
    claim: str = ""
    subjects: tuple[str, ...] = ()


def judge(model: Model, case: Case, others: Mapping[str, Case], expectation: Expectation, scenario: str) -> Verdict:
    """The verdict on what is expected of a run. `others` are the runs of all scenarios by name."""
    return _Court(model, case, others, expectation, scenario).verdict()


def concerns(expectation: Expectation, scenario: str, run: Run) -> bool:
    """Whether an expectation is about the run of a scenario (`""` is the base run): times that the run does not reach
    are left out, and what names the scenarios of all that it reads is judged once."""
    if expectation.scenario and expectation.scenario != scenario:
        return False
    if not expectation.scenario and scenario and names_all_runs(expectation.subject):
        return False
    moment = expectation.moment
    return moment is None or moment.time is None or run.time[0] <= float(moment.time) <= run.time[-1]


def scenarios_read(expectation: Expectation) -> set[str]:
    """The scenarios whose runs a condition reads beside its own."""
    return {part.scenario for part in parts(expectation.subject) if isinstance(part, Elsewhere)}


def names_all_runs(expression: Expr) -> bool:
    """Whether a condition reads variables of named scenarios only."""
    return bool(_readings(expression)) and all(_readings(expression))


def _readings(expression: Expr) -> list[bool]:
    """For each variable that is read, whether a scenario is named for it."""
    if isinstance(expression, Elsewhere):
        return [True]
    if isinstance(expression, Reference) and expression.name != "time":
        return [False]
    return [named for part in inside(expression) for named in _readings(part)]


# Whether a condition holds and its margin, at each moment, where the loops stand at some positions.
Judged = tuple[bool, float]
Judging = Callable[[At], list[Judged]]


@dataclass(frozen=True, slots=True)
class _Decisive:
    """Where a verdict is decided: whether the condition holds there, its margin, the time, and of which element; with
    the moments that were looked at."""

    holds: bool
    margin: float
    time: float
    at: At
    moments: Sequence[Moment]


class _Court:
    def __init__(
        self, model: Model, case: Case, others: Mapping[str, Case], expectation: Expectation, scenario: str
    ) -> None:
        self.model = model
        self.case = case
        self.others = others
        self.expectation = expectation
        self.scenario = scenario
        self.found: dict[tuple[Predicate, tuple[int, ...]], Found] = {}

    def verdict(self) -> Verdict:
        expectation = self.expectation
        decisive: _Decisive | None = None
        for at in everywhere(expectation.axes):
            here = self._of_element(at)
            if isinstance(here, Verdict):
                return here
            if decisive is None or (here.holds, here.margin) < (decisive.holds, decisive.margin):
                decisive = here
        assert decisive is not None, "a variable that is split has elements"
        shape = self._only_shape(decisive.at)
        if shape is not None:
            found = shape.finding
            return self._verdict(
                found.holds, found.margin, shape.unit, found.time, self._told(found.detail, decisive.at)
            )
        unit, scale = _unit_of(expectation.subject, self.model)
        detail = self._detail(decisive)
        return self._verdict(decisive.holds, decisive.margin / scale, unit, decisive.time, detail)

    def _verdict(self, holds: bool, margin: float, unit: str, time: float, detail: str) -> Verdict:
        expectation = self.expectation
        subjects = tuple(dict.fromkeys(name for name in _subjects(expectation.subject) if name in self.model.variables))
        return Verdict(
            expectation.text,
            self.scenario,
            holds,
            margin,
            unit,
            time,
            detail,
            expectation.span,
            expectation.claim,
            subjects,
        )

    # Parts of the run ------------------------------------------------------------------------------------------------

    def _of_element(self, at: At) -> _Decisive | Verdict:
        """Where it is decided for an element; a verdict at once where what it waits for never comes."""
        expectation, run = self.expectation, self.case.run
        moment = expectation.moment
        if expectation.within is not None:
            return self._within(at, float(expectation.within))
        if moment is None:
            return self._decided(moments_of(run), at)
        if moment.event is None:
            assert moment.time is not None
            return self._decided(_part(run, moment.word, float(moment.time)), at)
        event = self._judged(moment.event, moments_of(run), at)
        first = next((time for (time, _), (holds, _) in zip(moments_of(run), event, strict=True) if holds), None)
        if first is None:
            return self._decided(moments_of(run), at) if moment.word != "after" else self._never(event)
        part = _part(run, moment.word, first)
        # Before the very first point there is nothing that could fail.
        return self._decided(part or moments_of(run)[:1], at)

    def _within(self, at: At, length: float) -> _Decisive | Verdict:
        """The condition at its best within a time from each beginning, at the beginning where that is worst."""
        run, moment = self.case.run, self.expectation.moment
        begins: Sequence[float]
        if moment is None:
            begins = [float(run.time[0])]
        elif moment.event is None:
            assert moment.time is not None
            begins = [float(moment.time)]
        else:
            event = self._judged(moment.event, moments_of(run), at)
            begins = list(_rises(run, event))
            if not begins:
                return self._never(event)
        end = float(run.time[-1])
        slack = ROUNDING * (end - float(run.time[0]))
        worst: _Decisive | None = None
        for begin in begins:
            found = self._decided(_between(run, begin, begin + length + slack), at)
            is_open = begin + length > end + slack and not found.holds
            if not is_open and (worst is None or (found.holds, found.margin) < (worst.holds, worst.margin)):
                worst = found
        if worst is None:
            left = f"the run ends {end - begins[0]:g} {self.model.clock.unit.text} after it begins to count"
            return self._verdict(False, 0.0, "", end, f"not decided: {left}, at {self._when(begins[0])}")
        return worst

    def _never(self, event: Sequence[Judged]) -> Verdict:
        """What an expectation waits for never comes: the margin is how near it came."""
        moment = self.expectation.moment
        assert moment is not None
        assert moment.event is not None
        nearest = max(range(len(event)), key=lambda place: event[place][1])
        time = float(self.case.run.time[nearest])
        unit, scale = _unit_of(moment.event, self.model)
        said = f"what comes behind `{moment.word}` never comes true; it is nearest at {self._when(time)}"
        return self._verdict(False, event[nearest][1] / scale, unit, time, said)

    def _decided(self, moments: Sequence[Moment], at: At) -> _Decisive:
        """The moment that decides: the worst, or for `eventually` the best."""
        judged = self._judged(self.expectation.subject, moments, at)
        pick = max if self.expectation.how == "eventually" else min
        place = pick(range(len(moments)), key=lambda place: judged[place])
        holds, margin = judged[place]
        return _Decisive(holds, margin, moments[place][0], at, moments)

    # Conditions ------------------------------------------------------------------------------------------------------

    def _judged(self, condition: Expr, moments: Sequence[Moment], at: At) -> list[Judged]:
        reading = Reading(self.case, self.others, moments, lambda predicate: self._truth_of(predicate, reading))
        return self._judging(condition, reading)(at)

    def _judging(self, condition: Expr, reading: Reading) -> Judging:
        """A condition as a function of the positions of the loops: whether it holds, how far it is from changing."""
        if isinstance(condition, Predicate):

            def of_shape(at: At) -> list[Judged]:
                found = self._found(condition, reading, at)
                return [(found.finding.holds, found.finding.margin * found.scale)] * len(reading.moments)

            return of_shape
        assert isinstance(condition, Apply), "the units were checked: an expectation is a condition"
        if condition.function in ("and", "or", "not"):
            inner = [self._judging(part, reading) for part in condition.arguments]
            combined = _COMBINED[condition.function]
            return lambda at: [combined(*each) for each in zip(*(part(at) for part in inner), strict=True)]
        left, right = condition.arguments
        compared = _COMPARED[condition.function]

        def judging(at: At) -> list[Judged]:
            sides = list(zip(reading.course(left, at), reading.course(right, at), strict=True))
            near = EQUAL_WITHIN * max((abs(side) for pair in sides for side in pair), default=0.0)
            return [compared(a, b, abs(a - b) <= near) for a, b in sides]

        return judging

    def _truth_of(self, predicate: Predicate, reading: Reading) -> Function:
        return lambda at: float(self._found(predicate, reading, at).finding.holds)

    def _found(self, predicate: Predicate, reading: Reading, at: At) -> Found:
        """How a predicate comes out over the part of the run that is looked at; kept, since a shape takes time."""
        key = (predicate, tuple(at.values()))
        if key not in self.found:
            times = [time for time, _ in reading.moments]

            def truths(condition: Expr) -> list[bool]:
                return [holds for holds, _ in self._judging(condition, reading)(at)]

            unit = _unit_of(predicate.arguments[0].values[0], self.model)
            self.found[key] = found_of(
                predicate,
                times,
                unit,
                lambda each: reading.course(each, at),
                truths,
                lambda lookup: self._points(lookup, at),
                self._when,
                self.model,
            )
        return self.found[key]

    def _points(self, lookup: Lookup, at: At) -> Sequence[tuple[float, float]]:
        """The data of a series, of the element that is meant."""
        table = self.case.system.tables[lookup.table]
        part = table.parts[flat_place([place_of(i, at) for i in lookup.indices], table.shape)] if table.parts else table
        return tuple(zip(part.x, part.y, strict=True))

    def _when(self, time: float) -> str:
        return spoken_time(time, self.model.clock)

    def _told(self, detail: str, at: At) -> str:
        """A detail about an element says which one it is."""
        names = [
            self.model.dimensions[axis.dimension].elements[at[axis.loop]]
            for axis in self.expectation.axes
            if axis.loop in at
        ]
        return f"[{', '.join(names)}] {detail}" if names else detail

    def _only_shape(self, at: At) -> Found | None:
        subject = self.expectation.subject
        return self.found.get((subject, tuple(at.values()))) if isinstance(subject, Predicate) else None

    def _detail(self, decisive: _Decisive) -> str:
        """The values at the decisive time: ``at 2026.5: `staff` = -3.2 people``. Of what is split, those elements that
        the condition names or that failed; not what it sums over. Values over the run are told by themselves."""
        time, at = decisive.time, decisive.at
        of_run = self._over_run(decisive)
        shown: dict[str, str] = {}
        for part, scenario in _read_in(self.expectation.subject):
            run = self.others[scenario].run if scenario else self.case.run
            if part.name not in run.own or part.name not in self.model.variables:
                continue
            if any(index.loop and index.loop not in at for index in part.indices):
                continue
            column = run.columns[part.name]
            shape = tuple(len(names) for _, names in column.axes)
            element = column.elements[flat_place([place_of(index, at) for index in part.indices], shape)]
            value = spoken_value(run.at(element, time), column.unit)
            label = f"`{element}`" + (f" under {scenario}" if scenario else "")
            shown[label] = f"{label} = {value}"
        when = self._when(time)
        at_time = f"at {when}: {', '.join(shown.values())}" if shown else f"at {when}" * (not of_run)
        return "; ".join(told for told in (*of_run, at_time) if told)

    def _over_run(self, decisive: _Decisive) -> list[str]:
        """``peak(unemployed)` = 3.2 people`, for each value over the run that the condition reads."""
        told: dict[str, str] = {}
        reading = Reading(self.case, self.others, decisive.moments, lambda shape: self._truth_of(shape, reading))
        for part in _over_run_in(self.expectation.subject):
            unit, scale = _unit_of(part, self.model)
            value = reading.function(part)(decisive.at) / scale
            text = " ".join(part.span.text.split())
            told[text] = f"`{text}` = {spoken_value(value, unit)}"
        return list(told.values())


def _over_run_in(expression: Expr) -> Iterator[Expr]:
    """Values over the run, with the scenario that is named for them."""
    match expression:
        case OverRun() | Elsewhere(body=OverRun()):
            yield expression
        case Predicate():
            pass
        case _:
            for part in inside(expression):
                yield from _over_run_in(part)


def _part(run: Run, word: str, time: float) -> list[Moment]:
    """The moments that `at`, `after`, `before` or `until` a time looks at."""
    points = moments_of(run)
    match word:
        case "at":
            return [moment_at(time, run)]
        case "after":
            return [point for point in points if point[0] >= time]
        case "before":
            return [point for point in points if point[0] < time]
        case _:
            return [point for point in points if point[0] <= time]


def _between(run: Run, begin: float, end: float) -> list[Moment]:
    """The saved points from a time on, with that time itself."""
    points = [point for point in moments_of(run) if begin < point[0] <= end]
    return [moment_at(begin, run), *points]


def _rises(run: Run, event: Sequence[Judged]) -> Iterator[float]:
    """The times at which something becomes true; it may be so at the beginning."""
    before = False
    for time, (holds, _) in zip(run.time, event, strict=True):
        if holds and not before:
            yield float(time)
        before = holds


_COMBINED: Mapping[str, Callable[..., Judged]] = MappingProxyType(
    {
        "and": lambda one, other: (one[0] and other[0], min(one[1], other[1])),
        "or": lambda one, other: (one[0] or other[0], max(one[1], other[1])),
        "not": lambda one: (not one[0], -one[1]),
    }
)
# From the two sides of a comparison, and whether they differ by rounding only.
_COMPARED: Mapping[str, Callable[[float, float, bool], Judged]] = MappingProxyType(
    {
        ">=": lambda a, b, equal: (a >= b or equal, a - b),
        ">": lambda a, b, equal: (a > b, a - b),
        "<=": lambda a, b, equal: (a <= b or equal, b - a),
        "<": lambda a, b, equal: (a < b, b - a),
        "==": lambda a, b, equal: (equal, -abs(a - b)),
        "!=": lambda a, b, equal: (not equal, abs(a - b)),
    }
)


def _read_in(expression: Expr, scenario: str = "") -> Iterator[tuple[Reference, str]]:
    """What is read at a moment, each with the scenario that is named for it."""
    match expression:
        case Reference():
            yield expression, scenario
        case Elsewhere(scenario=named, body=body):
            yield from _read_in(body, named)
        case OverRun() | Predicate():
            pass
        case _:
            for part in inside(expression):
                yield from _read_in(part, scenario)


def _subjects(expression: Expr) -> Iterator[str]:
    return (part.name for part in parts(expression) if isinstance(part, Reference))


def _unit_of(subject: Expr, model: Model) -> tuple[str, float]:
    """The unit in which a margin is told: that of a variable which stands alone on a side; empty where none does."""
    match subject:
        case Reference(name=name) if name in model.variables:
            unit = model.variables[name].unit.text
            return (model.clock.unit.text if unit == DATE else unit), model.variables[name].scale
        case Reference(name="time"):
            return model.clock.unit.text, 1.0
        case Reduce(function="sum" | "mean" | "min" | "max", body=body) | OverRun(body=body) | Elsewhere(body=body):
            return _unit_of(body, model)
        case Apply(function="not" | "and" | "or" | "+" | "-" | "sum" | "<" | "<=" | ">" | ">=" | "==" | "!="):
            return next((found for part in subject.arguments if (found := _unit_of(part, model))[0]), ("", 1.0))
        case _:
            return "", 1.0


def shares_of_runs(verdicts: Sequence[Verdict], share: float) -> Verdict:
    """The verdict on what is expected in a share of runs, from the verdicts on each of them, the first run first."""
    held = [verdict for verdict in verdicts if verdict.holds]
    part = len(held) / len(verdicts)
    worst = min(range(len(verdicts)), key=lambda place: (verdicts[place].holds, verdicts[place].margin))
    detail = f"it holds in {len(held)} of {len(verdicts)} runs ({100 * part:.3g} %)"
    if len(held) < len(verdicts):
        detail += f"; worst in run {worst + 1}, {verdicts[worst].detail}"
    first = verdicts[worst]
    holds = part >= share - EQUAL_WITHIN
    return Verdict(
        first.text,
        first.scenario,
        holds,
        part - share,
        "",
        first.time,
        detail,
        first.span,
        first.claim,
        first.subjects,
    )
