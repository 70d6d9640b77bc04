"""A conveyor: who enters at a time u leaves at u + transit, less those who are lost on the way.

`transit` is that of the moment of entering. On the way a share is lost: `leak` per unit of time (after a time t
exp(-leak t) are left), or the share `loss` of those who entered, spread evenly over the way.

**How a step comes near it.** What enters within a step is one parcel, spread evenly over the step. Its first leave a
transit after the step began, its last a transit after it ended, each with the transit of that moment, and the parcel
leaves evenly in between: so a transit that grows steadily thins the outflow, as it should. A transit that changes
within a step by more than the step has jumped; the parcel then leaves as if it had not. What leaves of such a parcel
and what is lost of it is exact. What enters within the step is seen only when the step is over; what it loses in the
step is taken to be as in the step before (of a conveyor of at least three steps), and put right in the next.

**How it stays fast.** Parcels wait in the order of leaving. Of those that have not begun to leave only sums are kept:
what fades with the leak, what wears by losses, and the pace of these. So a step costs what leaves in it, however long
the conveyor. What is lost is what was there, less what left, less what is there now; so nothing is lost by rounding.
"""

from __future__ import annotations

from dataclasses import dataclass
from heapq import heappop, heappush
from math import exp, expm1

from sdlang.model.no_value import NoValue

# Two moments closer than this share of a step are one.
SLACK = 1e-9


@dataclass(slots=True)
class _Parcel:
    """What entered evenly in an interval and leaves evenly in another. `leaked_first` and `leaked_last` are the leak
    added up until the first and the last of it entered; `held` is what has not left, where nothing is lost."""

    first_in: float
    last_in: float
    first_out: float
    last_out: float
    leaked_first: float
    leaked_last: float
    loss: float
    entered: float
    held: float

    def share_out(self, time: float, slack: float) -> float:
        """The share of those who survive that has left by a time."""
        if time >= self.last_out - slack:
            return 1.0
        if time <= self.first_out + slack:
            return 0.0
        return (time - self.first_out) / (self.last_out - self.first_out)

    def transit(self, share: float) -> float:
        """The time on the way of the one behind this share of the parcel."""
        first, last = self.first_out - self.first_in, self.last_out - self.last_in
        return first + share * (last - first)

    def leaked(self, share: float) -> float:
        """The leak added up until that one entered."""
        return self.leaked_first + share * (self.leaked_last - self.leaked_first)

    def alive(self, time: float, share: float, leaked: float) -> float:
        """What is on its way at a time when this share has left, and when the leak has added up to `leaked`."""
        if share >= 1:
            return 0.0
        if self.loss:
            middle = (1 + share) / 2
            age = time - (self.first_in + middle * (self.last_in - self.first_in))
            return self.entered * (1 - share) * (1 - self.loss * age / self.transit(middle))
        return self.entered * (1 - share) * _mean_survival(leaked - self.leaked(share), leaked - self.leaked(1.0))

    def wear(self) -> float:
        """What is lost of it per unit of time by `loss`."""
        return self.entered * self.loss / self.transit(0.5)


class Conveyor:
    """Both outflows of a conveyor: what arrives at its end, and what is lost on the way."""

    def __init__(self) -> None:
        # (when it begins to leave, number, parcel), and the parcels that have begun.
        self.waiting: list[tuple[float, int, _Parcel]] = []
        self.leaving: list[_Parcel] = []
        self.number = 0
        # Of those that wait: what is there of them by the leak, by the loss, and how much the loss takes per time.
        self.fading = self.wearing = self.pace = 0.0
        # What is booked as being there, and what came in the step before.
        self.there = self.came = 0.0
        self.leaked = 0.0
        self.loses = False
        # As they were when the step began that is over now.
        self.time: float | None = None
        self.total = self.transit = self.leak = self.loss = 0.0

    def flows(self, time: float, length: float, arguments: tuple[float, ...]) -> tuple[float, float]:
        """What leaves and what is lost within the step, each per unit of time. Raises NoValue for what cannot be."""
        total, transit, leak, loss, _ = arguments
        self._check(transit, leak, loss, length)
        if self.time is None:
            self.loses = bool(leak or loss)
            self._begin(time, length, arguments)
        else:
            self.leaked += self.leak * (time - self.time)
            self._enter(time, total, transit)
        self.loses = self.loses or bool(leak or loss)
        self.time, self.total, self.transit, self.leak, self.loss = time, total, transit, leak, loss
        slack = SLACK * length
        end = time + length
        while self.waiting and self.waiting[0][0] < end - slack:
            self._begin_to_leave(heappop(self.waiting)[2], time, slack)
        self.fading *= exp(-leak * length)
        self.wearing -= self.pace * length
        gone, there = 0.0, self.fading + self.wearing
        for parcel in self.leaving:
            left, stays = self._left(parcel, time, end, slack)
            gone += left
            there += stays
        self.leaving = [parcel for parcel in self.leaving if parcel.last_out > end + slack]
        lost = 0.0
        if self.loses:
            rest = self.there - gone
            lost = max(0.0, min(rest, rest - there + self._lost_at_once(length)))
        self.there -= gone + lost
        return gone / length, lost / length

    def _check(self, transit: float, leak: float, loss: float, step: float) -> None:
        if transit <= 0:
            raise NoValue(f"a conveyor cannot take a time of {transit:g}")
        if transit < step * (1 - SLACK):
            raise NoValue(f"a conveyor takes at least one step, {step:g}, and not {transit:g}: take a smaller step")
        if leak < 0 or not 0 <= loss <= 1:
            raise NoValue(f"a conveyor loses a share between 0 and 1, not {leak if leak < 0 else loss:g}")
        if leak and loss:
            raise NoValue("a conveyor loses by `leak` or by `loss`, not by both")

    def _begin(self, time: float, length: float, arguments: tuple[float, ...]) -> None:
        """The contents at the start have entered evenly; `initial` is what is left of them."""
        _, transit, leak, loss, initial = arguments
        if initial < 0:
            raise NoValue(f"a conveyor cannot hold {initial:g} at the start")
        if initial:
            parcel = _Parcel(time - transit, time, time, time + transit, -leak * transit, 0.0, loss, 1.0, initial)
            parcel.entered = initial / parcel.alive(time, 0.0, 0.0)
            self.leaving.append(parcel)
            self.there = initial
            self.came = parcel.entered * length / transit

    def _enter(self, time: float, total: float, transit: float) -> None:
        """What came in the step that is over; it has begun to leak, or to be lost, in that step."""
        assert self.time is not None
        came = total - self.total
        if came < -1e-9 * abs(total):
            raise NoValue(f"a negative amount of {came:g} came onto a conveyor")
        self.came = max(0.0, came)
        if came <= 0:
            return
        begin, width = self.time, time - self.time
        last = self.transit if abs(transit - self.transit) > width else transit
        leaked = self.leaked - self.leak * width
        parcel = _Parcel(begin, time, begin + self.transit, time + last, leaked, self.leaked, self.loss, came, came)
        self.number += 1
        heappush(self.waiting, (parcel.first_out, self.number, parcel))
        self.there += came
        alive = parcel.alive(time, 0.0, self.leaked)
        if parcel.loss:
            self.wearing += alive
            self.pace += parcel.wear()
        else:
            self.fading += alive

    def _lost_at_once(self, length: float) -> float:
        """What will be lost in this step of what enters in it, if as much enters as in the step before."""
        if self.transit < 3 * length:
            return 0.0  # if then nothing entered, there would be too few to take it from
        if self.loss:
            return self.came * self.loss * length / self.transit / 2
        return self.came * (1 - _mean_survival(self.leak * length, 0.0))

    def _begin_to_leave(self, parcel: _Parcel, time: float, slack: float) -> None:
        """A parcel that begins to leave in this step counts by itself from now on."""
        self.leaving.append(parcel)
        alive = parcel.alive(time, parcel.share_out(time, slack), self.leaked)
        if parcel.loss:
            self.wearing = max(0.0, self.wearing - alive)
            self.pace = max(0.0, self.pace - parcel.wear())
        else:
            self.fading = max(0.0, self.fading - alive)
        if not self.waiting:
            self.fading = self.wearing = self.pace = 0.0

    def _left(self, parcel: _Parcel, begin: float, end: float, slack: float) -> tuple[float, float]:
        """What leaves of a parcel within the step, and what of it is there at its end."""
        before, after = parcel.share_out(begin, slack), parcel.share_out(end, slack)
        if not self.loses:
            left = parcel.held if after >= 1 else min(parcel.held, parcel.entered * (after - before))
            parcel.held -= left
            return left, parcel.held
        left = parcel.entered * (after - before)
        if parcel.loss:
            left *= 1 - parcel.loss
        else:
            first, last = (
                self.leaked + self.leak * (max(begin, parcel.first_out) - begin),
                self.leaked + self.leak * (min(end, parcel.last_out) - begin),
            )
            left *= _mean_survival(first - parcel.leaked(before), last - parcel.leaked(after))
        return left, parcel.alive(end, after, self.leaked + self.leak * (end - begin))


def _mean_survival(one: float, other: float) -> float:
    """The mean of exp(-x) over all x from `one` to `other`."""
    difference = other - one
    if abs(difference) < 1e-5:
        return exp(-one) * (1 - difference / 2 + difference * difference / 6)
    return exp(-one) * -expm1(-difference) / difference
