"""Events as mathematics: schedules, and margins that turn where their conditions do."""

import random

import pytest

from sdlang.compiler import build, check
from sdlang.equations.events import margin
from sdlang.equations.system import Condition, Schedule
from sdlang.model.constants import evaluate
from sdlang.model.model import When
from sdlang.source import Source

CONDITIONS = [
    "a > b",
    "a >= b",
    "a < b",
    "a <= b",
    "a == b",
    "a != b",
    "a > b and b > c",
    "a > b or b > c",
    "not a > b",
    "not (a > b or not b <= c) and c != a",
    "a + b > 2 * c and not a == b",
]


def model_of(event: str) -> object:
    stocks = "stock a = 1\nstock b = 2\nstock c = 3\nparam p = 2 years\n"
    return check(Source("a.sd", f"simulate 0 to 8 years, step 1 year\n{stocks}{event} {{ move m: a -> b = c }}")).model


@pytest.mark.parametrize("condition", CONDITIONS)
def test_a_margin_is_above_0_where_its_condition_holds_and_below_where_it_does_not(condition: str) -> None:
    trigger = model_of(f"when {condition}").events[0].trigger  # type: ignore[attr-defined]
    assert isinstance(trigger, When)
    numbers = random.Random(1)
    decided = 0
    for _ in range(400):
        values = {name: float(numbers.randint(-2, 2)) for name in "abc"}
        holds = bool(evaluate(trigger.condition, values.__getitem__))
        far = evaluate(margin(trigger.condition), values.__getitem__)
        if far:
            assert (far > 0) is holds
            decided += 1
    assert decided > 50


def test_a_system_has_the_events_of_its_model() -> None:
    system = build(model_of("when a > b"))  # type: ignore[arg-type]
    (event,) = system.events
    assert isinstance(event.trigger, Condition)
    assert str(event.trigger.margin) == "a - b"
    (move,) = event.moves
    assert (move.source, move.target, str(move.equation.expression), move.equation.text) == ("a", "b", "c", "c")
    assert event.text == "when a > b"


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        ("at 3", (3, None, None)),
        ("every p", (2, 2, None)),
        ("every p from 1 to 5", (1, 2, 5)),
        ("every 18 months from p", (2, 1.5, None)),
    ],
)
def test_a_schedule_says_when_it_begins(head: str, expected: tuple[float | None, ...]) -> None:
    # The run begins at 0, and p is 2 years.
    trigger = build(model_of(head)).events[0].trigger  # type: ignore[arg-type]
    assert isinstance(trigger, Schedule)
    said = (trigger.first, trigger.period, trigger.last)
    assert (
        tuple(None if each is None else float(each.subs(dict.fromkeys(each.free_symbols, 2))) for each in said)
        == expected
    )


def test_the_times_in_a_condition_are_met() -> None:
    system = build(model_of("when time > p and step(1, 5) > 0"))  # type: ignore[arg-type]
    assert {str(each) for each in system.breakpoints} == {"p", "5"}
