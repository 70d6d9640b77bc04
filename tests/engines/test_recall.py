"""What has a memory within a run: it answers once a step, and anew in each run."""

import numpy as np
import pytest

from sdlang import registry
from sdlang.engines.arithmetic import Values
from sdlang.engines.base import ENGINES, Settings
from sdlang.engines.kernel import Kernel
from sdlang.model.random_numbers import Chance
from tests.engines.programs import EVERY, STEP, run, system

# 8 a year enter the first conveyor, 16 the second, from the start on.
CONVEYORS = (
    "dim i = 1 .. 2\naux entering[i] = i * 8 / 1 year\naux x[i] = conveyor_out(entering, 2 years)\n"
    "stock s[i] = 0\nflow f[i]: cloud -> s = x"
)
VALUE = "x.conveyor_out.value"


def started() -> tuple[Kernel, Values]:
    kernel = Kernel(system(CONVEYORS))
    return kernel, kernel.start({})


def test_an_answer_holds_until_the_next_step_begins() -> None:
    kernel, values = started()
    recall, slot = kernel.memories[VALUE], kernel.slots[VALUE]
    kernel.begin_step(values, 0.0, 1.0)
    values[slot] = 5.0
    recall.put(values)
    assert values[slot] == 5.0
    recall.open(1.0, 1.0)
    recall.put(values)
    assert values[slot] == 0.0  # nothing has come out after 1 of 2 years


def test_some_elements_are_computed_without_the_others() -> None:
    kernel, values = started()
    recall, slot = kernel.memories[VALUE], kernel.slots[VALUE]
    values[slot : slot + 2] = [5.0, 6.0]
    recall.open(0.0, 1.0)
    recall.some([1], at_start=False)(values)
    assert values[slot : slot + 2] == [5.0, 0.0]
    recall.some([0], at_start=False)(values)
    assert values[slot : slot + 2] == [0.0, 0.0]


@EVERY
def test_what_enters_comes_out_a_transit_later_element_by_element(engine: str, method: str) -> None:
    found = run(system(CONVEYORS), engine, method)
    steps = int(2 / STEP)
    assert not found["x"][:steps].any()
    # What enters within a step comes out within a step, or one later.
    np.testing.assert_allclose(found["x"][steps + 1 :], np.broadcast_to([8, 16], found["x"][steps + 1 :].shape))
    np.testing.assert_allclose(found["s"][-1], [8 * 6, 16 * 6], rtol=0, atol=16 * float(STEP))


@EVERY
def test_each_run_begins_with_nothing_remembered(engine: str, method: str) -> None:
    program = registry.find("engines", ENGINES, engine)().compile(system(CONVEYORS), Settings(method))
    first, again = program.run({}), program.run({})
    assert first["s"].tolist() == again["s"].tolist()


@pytest.mark.parametrize("at_start", [True, False])
def test_arguments_are_read_at_the_element(at_start: bool) -> None:
    kernel, values = started()
    recall = kernel.memories[VALUE]
    seen: list[tuple[float, ...]] = []

    class Seeing:
        def step(self, time: float, length: float, arguments: tuple[float, ...]) -> float:  # noqa: ARG002
            seen.append(arguments)
            return 0.0

    recall.make = lambda chance, element: Seeing()
    recall.forget(Chance(1))
    tally = next(name for name in kernel.slots if name.startswith(f"{VALUE}."))
    values[kernel.slots[tally] : kernel.slots[tally] + 2] = [3.0, 4.0]
    recall.open(0.0, 1.0)
    recall.some([1, 0], at_start=at_start)(values)
    assert [arguments[0] for arguments in seen] == [4.0, 3.0]


def test_what_is_looked_back_at_is_read_when_all_is_computed() -> None:
    kernel = Kernel(system("aux x = previous(x, 7) + time / 1 year"))
    values = kernel.start({})
    recall, x = kernel.memories["x.previous.value"], kernel.slots["x"]
    assert values[x] == 7.0
    kernel.begin_step(values, 0.0, 1.0)
    assert recall.shown == [[7.0, 7.0]]  # x of this step, and what was at the start
    kernel.begin_step(values, 3.0, 1.0)
    assert values[x] == 10.0
    kernel.evaluate(values, 5.0)  # within the step: the value holds, and nothing is remembered
    assert values[x] == 12.0
    assert recall.shown == [[10.0, 7.0]]
