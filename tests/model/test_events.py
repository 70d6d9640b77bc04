"""What events mean: their times, ends, amounts and units; mistakes are in tests/errors/events.sd."""

from fractions import Fraction

import pytest

from sdlang.model.expressions import Constant, Index, Reference
from sdlang.model.model import At, Every, Move, When
from tests.expected import diagnostics_of
from tests.model.meant import CLOCK, codes, model

STAFF = "dim region = north < south\nstock staff[region] = 10 people\nstock gone = 0 people\n"


def moves(text: str) -> dict[str, Move]:
    return {move.name: move for move in model(STAFF + text).moves()}


def test_events_stand_in_the_order_of_the_text() -> None:
    events = model(
        STAFF
        + """
every 3 months from 2026 to 2030 {
  move a: gone -> cloud = 1 person
}
## When there are too many.
when gone > 5 people and not gone > 9 people {
  ## Some go.
  move b "Away": gone -> cloud = 1 person
  move c: cloud -> gone = gone / 2
}
at 2026 years + 6 months {
  move d: gone -> cloud = 1 person
}
"""
    ).events
    assert [event.text for event in events] == [
        "every 3 months from 2026 to 2030",
        "when gone > 5 people and not gone > 9 people",
        "at 2026 years + 6 months",
    ]
    assert [type(event.trigger) for event in events] == [Every, When, At]
    assert [[move.name for move in event.moves] for event in events] == [["a"], ["b", "c"], ["d"]]
    assert events[1].documentation == "When there are too many."
    away = events[1].moves[0]
    assert (away.label, away.documentation) == ("Away", "Some go.")
    every = events[0].trigger
    assert isinstance(every, Every)
    assert isinstance(every.period, Constant)
    assert every.period.value == Fraction(1, 4)


def test_ends_are_those_of_a_flow() -> None:
    found = moves(
        """
at 2026 {
  move all[region]: staff -> gone = staff / 2
  move one: staff[south] -> gone = 1 person
  move on[region]: staff -> staff[region + 1] = 1 person
  move born: cloud -> staff[north] = 1 person
}
"""
    )
    (axis,) = found["all"].axes
    assert (found["all"].source, found["all"].source_indices) == ("staff", (Index(axis.loop),))
    assert (found["all"].target, found["all"].target_indices) == ("gone", ())
    assert (found["one"].source, found["one"].source_indices, found["one"].axes) == ("staff", (Index("", 1),), ())
    assert found["on"].target_indices == (Index(found["on"].axes[0].loop, 1),)
    assert (found["born"].source, found["born"].target_indices) == (None, (Index("", 0),))


@pytest.mark.parametrize(
    ("written", "unit", "scale", "inferred"),
    [
        ("move m: gone -> cloud = 3 people", "people", 1, False),
        ("move m: gone -> cloud = gone / 2", "people", 1, True),
        ("move m: gone -> cloud = 0", "people", 1, True),
        ("move m: gone -> cloud : people = 3", "people", 1, False),
        ("move m: gone -> cloud : dozen = 3", "dozen", 12, False),
        ("move m: gone -> cloud = 2 people/month * 6 months", "people", 1, True),
    ],
)
def test_a_move_has_the_unit_of_its_stocks(written: str, unit: str, scale: float, inferred: bool) -> None:
    move = next(model("unit dozen = 12 people\nstock gone = 0 people\nat 2026 { " + written + " }").moves())
    assert (move.unit.text, move.scale, move.unit_is_inferred) == (unit, scale, inferred)


def test_a_bare_number_takes_the_unit_that_stands_beside_it() -> None:
    move = next(
        model("unit dozen = 12 people\nstock gone = 0 people\nat 2026 { move m: gone -> cloud : dozen = 3 }").moves()
    )
    assert isinstance(move.amount, Constant)
    assert move.amount.value == 36


def test_an_amount_may_tell_the_unit_of_a_parameter() -> None:
    found = model("param lot = 3\nstock gone = 0 people\nat 2026 { move m: gone -> cloud = lot }")
    assert found.variables["lot"].unit.text == "people"


def test_what_an_event_reads_is_used() -> None:
    text = """
param limit = 5 people
param first = 2026 years
param period = 3 months
param lot = 1 person
stock gone = 0 people
flow going: cloud -> gone = 1 person/year
when gone > limit { move m: gone -> cloud = lot }
every period from first { move n: gone -> cloud = lot }
"""
    assert diagnostics_of(CLOCK + text, None) == ()


def test_functions_with_a_memory_may_stand_in_conditions_and_amounts() -> None:
    found = model(
        STAFF
        + "when smooth(gone, 1 year) > 5 people { move m[region]: staff -> gone = rank(staff over region) * 1 person }"
    )
    (event,) = found.events
    assert "event_1.smooth.output" in found.variables
    assert found.variables["event_1.smooth.output"].is_hidden
    trigger = event.trigger
    assert isinstance(trigger, When)
    assert any(
        isinstance(each, Reference) and each.name == "event_1.smooth.output" for each in trigger.condition.arguments
    )  # type: ignore[union-attr]


def test_a_move_may_stand_at_a_stock_of_a_component_that_forgets() -> None:
    pool = "stock seekers = 9 people\n"
    pool += "pool clerks { initial = 5 people, desired = 5 people, hires <- seekers, quits -> seekers }\n"
    assert codes(f"use labor\n{pool}at 2026 {{ move m: clerks.staff -> cloud = 1 person }}") == []


DATED = "simulate 2024-01-01 to 2026-12-31, step 1 month\nstock staff = 9 people\n"


def dated(text: str) -> list[tuple[str, str]]:
    found = diagnostics_of(DATED + text + " { move m: staff -> cloud = 1 person }", None)
    return [(each.code, each.message) for each in found]


def test_times_may_be_dates_and_are_told_as_dates() -> None:
    assert dated("at 2025-04-15") == []
    assert dated("every 3 months from 2024-06 to 2025-06") == []
    assert dated("at 2025") == []  # the first of January
    assert dated("at 2028-04") == [
        (
            "time-outside-run",
            "`at 2028-04` is about 2028-04-01, but the simulation runs from 2024-01-01 to 2027-01-01",
        )
    ]
    assert dated("every 3 months from 2025-06 to 2024-06-15") == [
        (
            "event-never",
            "`every 3 months from 2025-06 to 2024-06-15` begins at 2025-06-01 and ends at 2024-06-15, before that",
        )
    ]


def test_a_draw_changes() -> None:
    assert codes("stock x = 1\nwhen uniform(0, 1) > 0.9 { move m: cloud -> x = 1 }") == []
