"""The table of functions with a memory: what they give out depends on all that came in before.

A conveyor gives back what entered a transit time ago; no formula over the present can say that. So a row here makes a
`Recorder`, which is shown its arguments at the beginning of every step and answers with one value that holds for the
whole step. What it is shown of an argument stands in the row (`Reading`). How much has come in all is not read at a
moment: the engine integrates the argument, as if it were a flow into a stock. So what is given out adds up to what came
in, to the last bit that the method of integration moved, whatever the method. What an argument was a step before, or at
the start, is known when the step begins; so a memory that reads no more than that is no part of a loop.

The meaning is one in continuous time, and a step only comes near it: conveyors are in `conveyors.py`, what only looks
back in `histories.py`. A queue serves at most those who waited when the step began. An oven takes in until it is full
or its time to fill is over, stays shut for the time to cook, and gives back all at once, within one step; its times run
on from when they were due, not from the step that noticed, so that the rounding of batches to steps does not add up.
XMILE 1.0, sections 3.7.2 and 3.7.3, has conveyors and queues, Stella has ovens; `docs/reference/memories.md` and
`docs/reference/time-functions.md` say how these differ.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Protocol

from sdlang.model.conveyors import SLACK, Conveyor
from sdlang.model.expressions import Expr, Memory
from sdlang.model.histories import FixedDelay, Initial, Previous, Sample
from sdlang.model.no_value import NoValue
from sdlang.model.vectors import Measure, Parameter, Reading


class Recorder(Protocol):
    """What one element of a variable remembers."""

    def step(self, time: float, length: float, arguments: tuple[float, ...]) -> float:
        """The value for the step of this length that begins now. Raises NoValue for arguments that cannot be."""
        ...


@dataclass(frozen=True, slots=True)
class MemoryFunction:
    """One row: its arguments, the unit of its result, and what makes the memory of one element. `keeps_all`: it keeps a
    value of every step."""

    name: str
    parameters: tuple[Parameter, ...]
    result: Measure
    make: Callable[[], Recorder]
    meaning: str
    keeps_all: bool = False


class _Out(Conveyor):
    def step(self, time: float, length: float, arguments: tuple[float, ...]) -> float:
        return self.flows(time, length, arguments)[0]


class _Leak(Conveyor):
    def step(self, time: float, length: float, arguments: tuple[float, ...]) -> float:
        return self.flows(time, length, arguments)[1]


class Oven:
    """A batch: filled, cooked with the door shut, taken out all at once."""

    def __init__(self) -> None:
        self.total = 0.0
        self.held = 0.0
        # Since when the door has been open or shut, by the clock of the oven; and when the step before began.
        self.since = self.before = 0.0
        self.is_shut = False
        self.is_new = True

    def flows(self, time: float, length: float, arguments: tuple[float, ...]) -> tuple[float, float]:
        """What leaves within the step, and what may enter, each per unit of time."""
        total, capacity, fill_time, cook_time = arguments
        if capacity <= 0 or fill_time < 0 or cook_time < 0:
            raise NoValue("an oven has a capacity above 0, and times that are not below 0")
        if self.is_new:
            self.is_new, self.since, self.before = False, time, time
        now = time + SLACK * length
        self.held += total - self.total
        self.total = total
        leaving = 0.0
        if not self.is_shut and self.held > 0:
            due = self.since + fill_time
            if self.held >= capacity * (1 - 1e-12):
                self.is_shut, self.since = True, time
            elif now >= due:
                # Where nothing had come in time, the first that comes is the batch.
                self.is_shut, self.since = True, max(due, self.before)
        if self.is_shut and now >= self.since + cook_time:
            leaving, self.held = self.held, 0.0
            self.is_shut, self.since = False, self.since + cook_time
        self.before = time
        room = 0.0 if self.is_shut else max(0.0, capacity - self.held)
        return leaving / length, room / length


class _OvenOut(Oven):
    def step(self, time: float, length: float, arguments: tuple[float, ...]) -> float:
        return self.flows(time, length, arguments)[0]


class _OvenRoom(Oven):
    def step(self, time: float, length: float, arguments: tuple[float, ...]) -> float:
        return self.flows(time, length, arguments)[1]


class Queue:
    """Who came first is served first: what leaves in a step, at most what waits at its beginning."""

    def __init__(self) -> None:
        self.left = 0.0
        self.is_new = True

    def step(self, time: float, length: float, arguments: tuple[float, ...]) -> float:  # noqa: ARG002
        total, wanted, initial = arguments
        if self.is_new:
            self.is_new, self.left = False, -initial
        waiting = max(0.0, total - self.left)
        served = min(max(0.0, wanted) * length, waiting)
        self.left += served
        return served / length


class Wait:
    """How long the one who is served now has waited: since when as many had come as have left now."""

    def __init__(self) -> None:
        # (time, how many had come by then), those of whom nobody waits any more left out but for the last.
        self.came: deque[tuple[float, float]] = deque()

    def step(self, time: float, length: float, arguments: tuple[float, ...]) -> float:  # noqa: ARG002
        total, left, initial = arguments
        self.came.append((time, total))
        gone = left - initial
        if gone < 0:
            return time - self.came[0][0]  # the one was there at the start: waiting at least as long as the run
        while len(self.came) > 1 and self.came[1][1] <= gone:
            self.came.popleft()
        if len(self.came) == 1:
            return 0.0
        (begin, before), (end, after) = self.came[0], self.came[1]
        share = 0.0 if after <= before else min(1.0, max(0.0, (gone - before) / (after - before)))
        return time - (begin + share * (end - begin))


ENTERED = Parameter("entering", Measure.FIRST, reading=Reading.IN_ALL)
_CONVEYOR = (
    ENTERED,
    Parameter("transit", Measure.TIME, is_step_or_more=True),
    Parameter("leak", Measure.PER_TIME, default=0.0),
    Parameter("loss", Measure.PLAIN, default=0.0),
    Parameter("initial", Measure.STOCK, default=0.0),
)
_OVEN = (
    ENTERED,
    Parameter("capacity", Measure.STOCK),
    Parameter("fill_time", Measure.TIME),
    Parameter("cook_time", Measure.TIME),
)
_INITIAL = Parameter("initial", reading=Reading.AT_START)

MEMORIES: Mapping[str, MemoryFunction] = MappingProxyType(
    {
        row.name: row
        for row in (
            MemoryFunction("conveyor_out", _CONVEYOR, Measure.FIRST, _Out, "what arrives at the end of a conveyor"),
            MemoryFunction("conveyor_leak", _CONVEYOR, Measure.FIRST, _Leak, "what a conveyor loses on the way"),
            MemoryFunction("oven_out", _OVEN, Measure.FIRST, _OvenOut, "what an oven gives back, a batch at once"),
            MemoryFunction(
                "oven_room", _OVEN, Measure.FIRST, _OvenRoom, "what may enter an oven: none while it is shut"
            ),
            MemoryFunction(
                "queue_out",
                (ENTERED, Parameter("wanted", Measure.FIRST), Parameter("initial", Measure.STOCK, default=0.0)),
                Measure.FIRST,
                Queue,
                "what leaves a queue where `wanted` is asked for: at most what waits",
            ),
            MemoryFunction(
                "queue_wait",
                (
                    ENTERED,
                    Parameter("leaving", Measure.FIRST, reading=Reading.IN_ALL),
                    Parameter("initial", Measure.STOCK, default=0.0),
                ),
                Measure.TIME,
                Wait,
                "how long the one who leaves a queue now has waited",
            ),
            MemoryFunction(
                "delay_fixed",
                (
                    Parameter("input", reading=Reading.BEFORE),
                    Parameter("delay_time", Measure.TIME, is_step_or_more=True),
                    Parameter("initial", default="input", reading=Reading.AT_START),
                ),
                Measure.FIRST,
                FixedDelay,
                "the value exactly a time ago",
                keeps_all=True,
            ),
            MemoryFunction(
                "initial",
                (Parameter("value", reading=Reading.AT_START),),
                Measure.FIRST,
                Initial,
                "the value at the start of the run",
            ),
            MemoryFunction(
                "previous",
                (Parameter("value", reading=Reading.BEFORE), _INITIAL),
                Measure.FIRST,
                Previous,
                "the value when the step before began",
            ),
            MemoryFunction(
                "sample_if_true",
                (Parameter("condition", Measure.TRUTH), Parameter("value"), _INITIAL),
                Measure.FIRST,
                Sample,
                "the value at the last step at which a condition held",
            ),
        )
    }
)


def read_at_once(memory: Memory) -> tuple[Expr, ...]:
    """The arguments that a memory reads at the moment; the others it sees when they are over, or saw at the start."""
    return _read(memory, (Reading.NOW,))


def read_at_start(memory: Memory) -> tuple[Expr, ...]:
    """The arguments that a memory reads at the start of the run."""
    return _read(memory, (Reading.NOW, Reading.AT_START))


def _read(memory: Memory, readings: tuple[Reading, ...]) -> tuple[Expr, ...]:
    parameters = MEMORIES[memory.function].parameters
    return tuple(
        argument
        for parameter, argument in zip(parameters, memory.arguments, strict=True)
        if parameter.reading in readings
    )
