"""Functions with a memory against what they mean in continuous time: the same at every step, and nothing is lost."""

from collections.abc import Callable
from math import exp
from time import perf_counter

import pytest

from sdlang.model.conveyors import Conveyor
from sdlang.model.memories import MEMORIES, Oven, Queue, Wait

STEPS = (1 / 4, 1 / 8, 1 / 12)
Path = Callable[[float], float]


class Belt:
    """A conveyor that has run: what left, what was lost and what is there, and the outflows of its last step."""

    def __init__(
        self,
        step: float,
        stop: float,
        came: Path,
        transit: Path,
        leak: Path = lambda _: 0.0,
        loss: Path = lambda _: 0.0,
        initial: float = 0.0,
    ) -> None:
        conveyor = Conveyor()
        self.left = self.lost = 0.0
        self.contents = [initial]
        for count in range(round(stop / step)):
            time = count * step
            arguments = (came(time), transit(time), leak(time), loss(time), initial)
            self.leaving, self.leaking = conveyor.flows(time, step, arguments)
            assert min(self.leaving, self.leaking) >= 0
            self.left += self.leaving * step
            self.lost += self.leaking * step
            self.contents.append(initial + came(time + step) - self.left - self.lost)


def steady(time: float) -> float:
    return 100 * time


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("transit", [1.0, 1.3, 0.25])
def test_what_enters_leaves_a_transit_later(step: float, transit: float) -> None:
    belt = Belt(step, 10, steady, lambda _: transit)
    assert belt.left == pytest.approx(100 * (10 - transit), rel=1e-12)
    assert belt.leaving == pytest.approx(100, rel=1e-12)
    assert belt.contents[-1] == pytest.approx(100 * transit, rel=1e-12)  # Little's law
    assert belt.lost == 0


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("transit", [1.0, 1.3])
def test_of_a_leak_an_exponential_share_survives(step: float, transit: float) -> None:
    belt = Belt(step, 10, steady, lambda _: transit, leak=lambda _: 0.4)
    assert belt.left == pytest.approx(100 * (10 - transit) * exp(-0.4 * transit), rel=1e-12)
    assert belt.leaving == pytest.approx(100 * exp(-0.4 * transit), rel=1e-12)
    # Contents: the integral of 100 exp(-0.4 a) over the ages a; all that is lost is lost at 0.4 of it.
    there = 100 * (1 - exp(-0.4 * transit)) / 0.4
    assert belt.contents[-1] == pytest.approx(there, rel=1e-11)
    assert belt.leaking == pytest.approx(0.4 * there, rel=1e-11)


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("transit", [1.0, 1.3])
def test_a_loss_is_spread_evenly_over_the_way(step: float, transit: float) -> None:
    belt = Belt(step, 10, steady, lambda _: transit, loss=lambda _: 0.4)
    assert belt.left == pytest.approx(100 * (10 - transit) * 0.6, rel=1e-12)
    assert belt.contents[-1] == pytest.approx(100 * transit * 0.8, rel=1e-11)  # from 1 at the start to 0.6 at the end
    assert belt.leaking == pytest.approx(40, rel=1e-11)


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize(("leak", "loss"), [(0.0, 0.0), (0.4, 0.0), (0.0, 0.4)])
def test_it_starts_in_balance_with_what_a_steady_inflow_leaves(step: float, leak: float, loss: float) -> None:
    there = 100 * (1 - exp(-leak * 1.3)) / leak if leak else 130 * (1 - loss / 2)
    belt = Belt(step, 5, steady, lambda _: 1.3, lambda _: leak, lambda _: loss, there)
    assert belt.contents == pytest.approx([there] * len(belt.contents), rel=1e-11)
    assert belt.left == pytest.approx(500 * exp(-leak * 1.3) * (1 - loss), rel=1e-11)


@pytest.mark.parametrize("step", STEPS)
def test_a_step_of_the_inflow_comes_through_as_a_step(step: float) -> None:
    def came(time: float) -> float:
        return 100 * time + 60 * max(0.0, time - 2)

    belt = Belt(step, 3.25, came, lambda _: 1.25)
    assert (belt.left, belt.leaving) == pytest.approx((200, 100), rel=1e-12)  # the step at 2 arrives at 3.25
    belt = Belt(step, 5, came, lambda _: 1.25, leak=lambda _: 0.2)
    assert belt.left == pytest.approx((100 * 3.75 + 60 * 1.75) * exp(-0.2 * 1.25), rel=1e-12)


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize(("first", "slope"), [(1.0, 0.5), (1.3, 0.25), (5.0, -0.4)])
def test_a_transit_that_changes_steadily_thins_or_thickens_the_outflow(step: float, first: float, slope: float) -> None:
    # Who enters at u leaves at u + first + slope u: at 10 all have left who entered until (10 - first) / (1 + slope).
    belt = Belt(step, 10, steady, lambda time: first + slope * time)
    assert belt.left == pytest.approx(100 * (10 - first) / (1 + slope), rel=1e-12)
    assert belt.leaving == pytest.approx(100 / (1 + slope), rel=1e-9)


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize(("before", "after"), [(1.0, 2.0), (3.0, 1.3)])
def test_a_transit_that_jumps_counts_for_who_enters_then(step: float, before: float, after: float) -> None:
    belt = Belt(step, 10, steady, lambda time: before if time < 4 - 1e-9 else after)
    assert belt.left == pytest.approx(100 * (4 + (10 - after - 4)), rel=1e-12)
    assert belt.contents[-1] == pytest.approx(100 * after, rel=1e-12)


@pytest.mark.parametrize("step", STEPS)
def test_a_transit_that_falls_as_fast_as_time_passes_lets_all_arrive_at_once(step: float) -> None:
    belt = Belt(step, 3 + step, steady, lambda time: 3 - time if time < 2 - 1e-9 else 1.0)
    # All who enter before 2 arrive at 3, and those of the step after 2 who enter with a transit of 1.
    assert belt.left == pytest.approx(200 + 100 * step, rel=1e-9)


@pytest.mark.parametrize("step", STEPS)
def test_a_leak_that_changes_takes_all_who_are_there(step: float) -> None:
    def leak(time: float) -> float:
        return 0.1 if time < 4 - 1e-9 else 0.6

    belt = Belt(step, 5, steady, lambda _: 2.0, leak=leak)
    # Who entered at u in 0 .. 2 left before 4; who entered in 2 .. 3 met 0.1 until 4 and 0.6 until u + 2.
    later = 100 * exp(-0.2) * (1 - exp(-0.5)) / 0.5
    assert belt.left == pytest.approx(200 * exp(-0.2) + later, rel=1e-12)
    assert belt.leaving == pytest.approx(
        100 * exp(-0.2) * (exp(-0.5 * (1 - step)) - exp(-0.5)) / (0.5 * step), rel=1e-12
    )


@pytest.mark.parametrize("step", STEPS)
def test_a_leak_that_begins_takes_all_who_are_there_then(step: float) -> None:
    belt = Belt(step, 6, steady, lambda _: 1.3, leak=lambda time: 0.0 if time < 2 - 1e-9 else 0.5, initial=130)
    # Until 2 nobody is lost: 200 leave. At u + 1.3 leave those who entered in 0.7 .. 2, after 0.5 (u + 1.3 - 2); the
    # others have lost 0.5 * 1.3.
    meanwhile = 100 * (1 - exp(-0.5 * 1.3)) / 0.5
    assert belt.left == pytest.approx(200 + meanwhile + 100 * (6 - 1.3 - 2) * exp(-0.65), rel=1e-12)
    assert belt.contents[-1] == pytest.approx(100 * (1 - exp(-0.65)) / 0.5, rel=1e-10)


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize(("leak", "loss"), [(0.0, 0.0), (0.4, 0.0), (0.0, 0.4), (0.0, 1.0)])
def test_what_entered_has_left_or_is_lost_when_the_conveyor_is_empty(step: float, leak: float, loss: float) -> None:
    def came(time: float) -> float:
        return 100 * min(time, 2.0) + 10 * min(time, 1.0) ** 2

    belt = Belt(step, 6, came, lambda time: 1.3 + 0.2 * time, lambda _: leak, lambda _: loss, 50.0)
    assert belt.left + belt.lost == pytest.approx(260, rel=1e-12)
    assert belt.contents[-1] == pytest.approx(0, abs=1e-10)
    assert min(belt.contents) > -1e-12
    if loss:
        # Of those who were there at the start, half the loss is behind them: 50 are what is left of 50 / (1 - loss/2).
        assert belt.left == pytest.approx((210 + 50 / (1 - loss / 2)) * (1 - loss), rel=1e-12)


@pytest.mark.parametrize("transit", [0.25, 0.3, 1.0])
def test_an_inflow_that_stops_leaves_nothing_below_zero(transit: float) -> None:
    belt = Belt(0.25, 4, lambda time: 100 * min(time, 1.0), lambda _: transit, leak=lambda _: 0.9)
    assert min(belt.contents) >= -1e-12
    assert belt.left == pytest.approx(100 * exp(-0.9 * transit), rel=1e-12)


def test_a_long_conveyor_costs_no_more_than_a_short_one() -> None:
    def took(transit: float) -> float:
        begin = perf_counter()
        Belt(1 / 256, 40, steady, lambda _: transit, leak=lambda _: 0.1)
        return perf_counter() - begin

    assert min(took(20.0) for _ in range(3)) < 5 * min(took(0.1) for _ in range(3))


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ((0.0, 0.0, 0.0, 0.0, 0.0), "a time of 0"),
        ((0.0, 0.1, 0.0, 0.0, 0.0), "at least one step"),
        ((0.0, 1.0, -0.1, 0.0, 0.0), "a share between 0 and 1"),
        ((0.0, 1.0, 0.0, 1.1, 0.0), "a share between 0 and 1"),
        ((0.0, 1.0, 0.1, 0.1, 0.0), "not by both"),
        ((0.0, 1.0, 0.0, 0.0, -5.0), "cannot hold -5"),
    ],
)
def test_what_no_conveyor_can_be_is_told(arguments: tuple[float, ...], told: str) -> None:
    with pytest.raises(ValueError, match=told):
        Conveyor().flows(0.0, 0.25, arguments)


def test_what_enters_cannot_be_less_than_nothing() -> None:
    conveyor = Conveyor()
    conveyor.flows(0.0, 0.25, (0.0, 1.0, 0.0, 0.0, 0.0))
    with pytest.raises(ValueError, match="negative amount"):
        conveyor.flows(0.25, 0.25, (-1.0, 1.0, 0.0, 0.0, 0.0))


# Queues --------------------------------------------------------------------------------------------------------------


def served(step: float, stop: float, came: Path, wanted: float, initial: float) -> tuple[float, float]:
    """How many have left a queue, and how long the one has waited who leaves at the end."""
    queue, wait = Queue(), Wait()
    left = waited = 0.0
    for count in range(round(stop / step) + 1):
        time = count * step
        waited = wait.step(time, step, (came(time), left, initial))
        left += queue.step(time, step, (came(time), wanted, initial)) * step if time < stop else 0.0
    return left, waited


@pytest.mark.parametrize("step", STEPS)
def test_a_queue_serves_what_is_asked_for_in_the_order_of_coming(step: float) -> None:
    # 40 wait at the start and 100 a year come; 60 a year are served: who leaves at t is number 60 t, who came, the
    # first 40 apart, at (60 t - 40) / 100.
    left, waited = served(step, 5, steady, 60, 40)
    assert left == pytest.approx(300, rel=1e-12)
    assert waited == pytest.approx(5 - (300 - 40) / 100, rel=1e-9)


@pytest.mark.parametrize("step", STEPS)
def test_in_a_steady_state_the_number_who_wait_is_inflow_by_wait(step: float) -> None:
    left, waited = served(step, 5, steady, 100, 40)
    assert 40 + 500 - left == pytest.approx(100 * waited, rel=1e-9)  # Little: 40 people at 100 a year, 0.4 years
    assert waited == pytest.approx(0.4, rel=1e-9)


@pytest.mark.parametrize("step", STEPS)
def test_a_queue_never_serves_more_than_there_are(step: float) -> None:
    left, waited = served(step, 5, lambda time: 100 * min(time, 2.0), 1000, 0)
    assert left == pytest.approx(200, rel=1e-12)
    assert waited == 0
    assert served(step, 5, lambda _: 0.0, 1000, 30)[0] == pytest.approx(30, rel=1e-12)


# Ovens ---------------------------------------------------------------------------------------------------------------


def batches(step: float, stop: float, capacity: float, fill: float, cook: float) -> list[tuple[float, float]]:
    """When each batch of an oven comes out, and how much, where 10 a year arrive and what does not fit goes away."""
    oven, came, found = Oven(), 0.0, []
    for count in range(round(stop / step)):
        leaving, room = oven.flows(count * step, step, (came, capacity, fill, cook))
        came += min(10.0, room) * step
        if leaving:
            found.append((count * step, leaving * step))
    return found


@pytest.mark.parametrize("step", STEPS)
def test_an_oven_gives_back_a_batch_at_a_time(step: float) -> None:
    # Open for 1 year, in which 10 come, shut for 1.5.
    found = batches(step, 10, 25, 1, 1.5)
    assert [time for time, _ in found] == pytest.approx([2.5, 5.0, 7.5], rel=1e-9)
    assert [amount for _, amount in found] == pytest.approx([10, 10, 10], rel=1e-9)


@pytest.mark.parametrize("step", STEPS)
def test_an_oven_that_is_full_shuts_before_its_time(step: float) -> None:
    found = batches(step, 9, 5, 2, 1.5)
    assert [time for time, _ in found] == pytest.approx([2.0, 4.0, 6.0, 8.0], rel=1e-9)  # 0.5 to fill, 1.5 to cook
    assert [amount for _, amount in found] == pytest.approx([5, 5, 5, 5], rel=1e-9)


@pytest.mark.parametrize("step", STEPS)
def test_times_that_are_no_whole_steps_do_not_add_up_to_a_delay(step: float) -> None:
    found = batches(step, 100, 1000, 0.7, 1.3)  # a batch every 2 years, noticed at most a step late
    assert len(found) == 49
    assert all(2 * number - 1e-9 <= time < 2 * number + step for number, (time, _) in enumerate(found, 1))


def test_what_no_oven_can_be_is_told() -> None:
    with pytest.raises(ValueError, match="capacity above 0"):
        Oven().flows(0.0, 0.25, (0.0, 0.0, 1.0, 1.0))


def test_the_table_has_what_it_says() -> None:
    processes = {"conveyor_out", "conveyor_leak", "oven_out", "oven_room", "queue_out", "queue_wait"}
    assert set(MEMORIES) == {*processes, "delay_fixed", "initial", "previous", "sample_if_true"}
    assert [p.name for p in MEMORIES["conveyor_out"].parameters if p.default is not None] == ["leak", "loss", "initial"]
