"""Events in a run: what is due at a time, in which order it happens, and what it moves.

**One moment.** All events are gone through in the order of their declarations. One whose time has come happens; so does
one whose condition holds and that is armed. Each sees what those before it did: auxiliaries are computed anew, while
what has a memory holds for its step. Then all are gone through again, until nothing happens any more. An event with a
condition is armed while its condition does not hold (and when the run begins), and no longer once it has happened; so
it happens when its condition becomes true, whatever made it so.

**What must not be.** Events that set off one another without end, and one whose moments pile up, each nearer to the
last (a ball that bounces ever lower), would keep a run from going on: they are told.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from math import ceil, inf, isfinite, prod

from sdlang.engines.arithmetic import Function, Values
from sdlang.engines.base import NumericFailure
from sdlang.engines.clockwork import Times
from sdlang.engines.closures import Action
from sdlang.engines.kernel import Kernel
from sdlang.equations.system import Condition, Event, Move, Schedule, Transfer
from sdlang.limits import limit
from sdlang.model.constants import said
from sdlang.results.run import Firing
from sdlang.units.dates import spoken_moment

# Two times that are nearer than this share of a step are one.
SLACK = 1e-9
# An event that happens so many times in a row, each within this share of a step of the last, would do so for ever.
NEAR = 1e-5
MOST_NEAR = 4


class Happenings:
    """The events of a system: compiled once, begun anew for each run."""

    def __init__(self, kernel: Kernel) -> None:
        self.kernel = kernel
        self.times = Times(kernel.system.clock)
        self.slack = SLACK * self.times.step
        self.events = [_Compiled(event, kernel) for event in kernel.system.events]
        self.waiting = [number for number, event in enumerate(self.events) if event.holds is not None]
        self.most_within_step, self.most = limit("firings"), limit("events")
        self.agenda: dict[int, _Agenda] = {}
        self.armed: set[int] = set()
        self.firings: list[Firing] = []
        self.within_step: Counter[int] = Counter()
        self.step_number = -1
        self.last: dict[int, float] = {}
        self.near: Counter[int] = Counter()

    def begin(self, values: Values) -> None:
        """Begin a run with these values."""
        self.armed = set(self.waiting)
        self.firings, self.last = [], {}
        self.within_step, self.step_number, self.near = Counter(), -1, Counter()
        self.agenda = {
            number: self._agenda(number, event, values)
            for number, event in enumerate(self.events)
            if event.schedule is not None
        }

    def next_time(self) -> float:
        """When the next event of known times is due."""
        return min((agenda.due for agenda in self.agenda.values()), default=inf)

    def happen(self, values: Values, time: float) -> bool:
        """Let all that is due at a time happen, in place; the auxiliaries are computed. Whether anything did."""
        due = {number for number, agenda in self.agenda.items() if agenda.due <= time + self.slack}
        for number in due:
            self.agenda[number].go_on(time + self.slack)
        self._arm(values)
        before = len(self.firings)
        while self._go_through(values, time, due):
            due = set()
        if len(self.firings) > before:
            self._check(values, before)
        return len(self.firings) > before

    def becoming_true(self, values: Values) -> set[int]:
        """Those armed events whose conditions hold at these values; those whose do not are armed."""
        holding = {number for number in self.waiting if self.holds(number, values)}
        found = self.armed & holding
        self.armed.update(number for number in self.waiting if number not in holding)
        return found

    def holds(self, number: int, values: Values) -> bool:
        return bool(self._computed(self.events[number].event, self.events[number].holds, values))

    def margin(self, number: int, values: Values) -> float:
        """How far the condition of an event is from its turn; above 0 it holds."""
        return float(self._computed(self.events[number].event, self.events[number].margin, values))

    # One moment ------------------------------------------------------------------------------------------------------

    def _arm(self, values: Values) -> None:
        self.armed.update(n for n in self.waiting if n not in self.armed and not self.holds(n, values))

    def _go_through(self, values: Values, time: float, due: set[int]) -> bool:
        """One pass over all events; whether one of them happened."""
        happened = False
        for number, compiled in enumerate(self.events):
            if number not in due and not (number in self.armed and self.holds(number, values)):
                continue
            self.armed.discard(number)
            self._count(number, time)
            moved = compiled.move(values)
            self.kernel.evaluate(values, time)
            self.firings.append(Firing(compiled.event.text, time, moved))
            self._arm(values)
            happened = True
        return happened

    def _check(self, values: Values, before: int) -> None:
        """Stop at a stock that must not be as it is now, and say what has happened."""
        try:
            self.kernel.check(values)
        except NumericFailure as failure:
            events = dict.fromkeys(firing.event for firing in self.firings[before:])
            raise failure.because(f"{failure.cause}; this was just after {_listed(list(events))}") from None

    def _computed(self, event: Event, function: Function | None, values: Values) -> float:
        assert function is not None, "an event of known times has no condition"
        try:
            return function(values)
        except (ArithmeticError, ValueError) as cause:
            raise self.kernel.failure_of(event.text, values, said(cause)) from None

    # What must not be ------------------------------------------------------------------------------------------------

    def _count(self, number: int, time: float) -> None:
        step = self.times.number(time + self.slack)
        if step != self.step_number:
            self.step_number, self.within_step = step, Counter()
        self.within_step[number] += 1
        if self.within_step[number] > self.most_within_step:
            others = [n for n, times in self.within_step.items() if n != number and 2 * times > self.most_within_step]
            turn = f", in turn with {_listed([self.events[n].event.text for n in others])}" if others else ""
            raise self._failure(
                number, time, f"it happens more than {self.most_within_step:,} times within a step{turn}"
            )
        gap = time - self.last.get(number, -inf)
        if 0 < gap < NEAR * self.times.step:
            self.near[number] += 1
        elif gap:
            self.near[number] = 0
        if self.near[number] >= MOST_NEAR:
            raise self._failure(number, time, "it happens again and again, each time within 1/100,000 of a step")
        self.last[number] = time
        if len(self.firings) >= self.most:
            raise self._failure(number, time, f"{self.most:,} events have happened before it")

    def _failure(self, number: int, time: float, cause: str) -> NumericFailure:
        event, clock = self.events[number].event, self.kernel.system.clock
        when = spoken_moment(time) if clock.is_calendar else ""
        return NumericFailure(event.text, time, cause, span=event.span, when=when)

    # Known times -----------------------------------------------------------------------------------------------------

    def _agenda(self, place: int, compiled: _Compiled, values: Values) -> _Agenda:
        clock, step = self.kernel.system.clock, self.times.step
        assert compiled.schedule is not None
        first, period, last = (None if each is None else float(each(values)) for each in compiled.schedule)
        start, stop = float(clock.start), float(clock.stop)
        assert first is not None
        if not all(number is None or isfinite(number) for number in (first, period, last)):
            raise self._failure(place, start, "its time is not a number")
        if period is not None and period < step * (1 - SLACK):
            raise self._failure(place, start, f"its period is {period:g} {clock.unit.text}, and the step {step:g}")
        last = stop if last is None else min(stop, last)
        return _Agenda(first, period, last + self.slack, start - self.slack, self.times)


class _Agenda:
    """The times of one event: `due` is the next, exactly that of a step where one is near; infinite after the last."""

    def __init__(self, first: float, period: float | None, last: float, begin: float, times: Times) -> None:
        self.first, self.period, self.last, self.times = first, period, last, times
        self.count = 0
        if period is not None and first < begin:
            self.count = ceil((begin - first) / period)
        self.due = self._at(self.count)
        if self.due < begin:
            self.due = inf

    def go_on(self, time: float) -> None:
        """To the first time after this one."""
        while self.due <= time:
            self.count += 1
            self.due = inf if self.period is None else self._at(self.count)

    def _at(self, count: int) -> float:
        time = self.first + count * (self.period or 0.0)
        return self.times.nearest(time, SLACK) if time <= self.last else inf


@dataclass(frozen=True, slots=True)
class _Amount:
    """A move, compiled: what computes its amounts, where they stand, which amount leaves and reaches which stock."""

    move: Move
    compute: Action
    slots: range
    leaves: list[tuple[int, int]]
    enters: list[tuple[int, int]]


class _Compiled:
    """An event as functions of the list of values."""

    def __init__(self, event: Event, kernel: Kernel) -> None:
        self.event = event
        self.kernel = kernel
        self.holds: Function | None = None
        self.margin: Function | None = None
        self.schedule: tuple[Function | None, Function | None, Function | None] | None = None
        function = kernel.compiler.function
        match event.trigger:
            case Condition(holds=holds, margin=margin):
                self.holds, self.margin = function(holds), function(margin)
            case Schedule(first=first, period=period, last=last):
                self.schedule = (function(first), _perhaps(function, period), _perhaps(function, last))
        self.amounts = [self._amount(move) for move in event.moves]

    def _amount(self, move: Move) -> _Amount:
        equation, kernel = move.equation, self.kernel
        begin = kernel.slots[equation.name]
        ends: list[list[tuple[int, int]]] = []
        for stock, indices in ((move.source, move.source_indices), (move.target, move.target_indices)):
            if stock is None:
                ends.append([])
                continue
            shape = tuple(axis.size for axis in kernel.axes[stock])
            reached = kernel.reached(Transfer(equation.name, equation.axes, indices), shape)
            ends.append([(slot, kernel.slots[stock] + place) for slot, place in reached])
        return _Amount(
            move,
            kernel.compiler.action(equation.name, equation.expression, list(equation.axes)),
            range(begin, begin + prod(axis.size for axis in equation.axes)),
            *ends,
        )

    def move(self, values: Values) -> dict[str, float]:
        """Compute all amounts, then move them, in place. What each move moved in all, in its unit."""
        for amount in self.amounts:
            name = amount.move.equation.name
            try:
                amount.compute(values)
            except (ArithmeticError, ValueError) as cause:
                raise self.kernel.failure_of(name, values, said(cause)) from None
            for place, slot in enumerate(amount.slots):
                if not isfinite(values[slot]):
                    raise self.kernel.failure_of_element(name, values, "it is not a finite number", place)
        for amount in self.amounts:
            for slot, stock in amount.leaves:
                values[stock] -= values[slot]
            for slot, stock in amount.enters:
                values[stock] += values[slot]
        return {
            amount.move.equation.name: sum(values[slot] for slot in amount.slots) / amount.move.column.scale
            for amount in self.amounts
        }


def _perhaps(function: Callable[..., Function], expression: object) -> Function | None:
    return None if expression is None else function(expression)


def _listed(texts: list[str]) -> str:
    return ", ".join(f"`{text}`" for text in texts)
