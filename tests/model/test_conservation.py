"""The proof that nothing is lost: which flows change the total of which stocks."""

import pytest

from sdlang.compiler import check
from sdlang.model.conservation import Ledger, changes_of, in_words, ledgers
from sdlang.model.expressions import inside
from sdlang.model.model import Model
from sdlang.source import Source

CLOCK = "simulate 0 to 10 years, step 1 month\nunit person = people\n"
# Two joined pools, of which one is filled from outside and one drains; a third stands alone.
POOLS = """
stock employed = 90 people
stock unemployed = 10 people
stock retired = 5 people
flow losing: employed -> unemployed = 3 people/year
flow finding: unemployed -> employed = 2 people/year
flow entering: cloud -> unemployed = 1 person/year
flow leaving: employed -> cloud = 1 person/year
"""


def model(text: str) -> Model:
    return check(Source("a.sd", CLOCK + text)).model


def total(text: str, expression: str) -> tuple[str, ...] | None:
    """Flows that change the total which `expect conserved(expression)` speaks of."""
    found = model(f"{text}\nexpect conserved({expression})")
    (total,) = inside(found.expectations[0].subject)
    return changes_of(total, found)


def test_a_ledger_joins_the_stocks_that_flows_join() -> None:
    assert ledgers(model(POOLS)) == (
        Ledger(("employed", "unemployed"), ("entering",), ("leaving",), ("losing", "finding")),
        Ledger(("retired",), (), (), ()),
    )


def test_flows_join_stocks_through_others_in_any_order() -> None:
    text = (
        "stock a = 1\nstock b = 1\nstock c = 1\nstock d = 1\nflow f: c -> d = 0\nflow g: a -> b = 0\nflow h: b -> c = 0"
    )
    (ledger,) = ledgers(model(text))
    assert ledger.stocks == ("a", "b", "c", "d")
    assert ledger.is_closed


def test_the_stages_of_a_delay_hold_nothing_of_the_modellers() -> None:
    text = "stock a = 5 people\naux b = smooth(a, 1 year, order = 3)"
    assert [ledger.stocks for ledger in ledgers(model(text))] == [("a",)]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (
            POOLS,
            "people enter `employed` and `unemployed` by `entering`, leave by `leaving`; between them nothing is lost",
        ),
        (
            "stock a = 5 people\nstock b = 1 person\nflow f: a -> b = 1 person/year",
            "people only move between `a` and `b`; their total never changes",
        ),
        ("stock a = 5 people", "nothing enters or leaves `a`"),
        (
            "stock a = 5 people\nflow f: a -> cloud = 0 people/year",
            "people leave `a` by `f`, none enter; between them nothing is lost",
        ),
        (
            "stock a = 5 people\nflow f: cloud -> a = 0 people/year",
            "people enter `a` by `f`, none leave; between them nothing is lost",
        ),
        (
            "stock a = 1\nflow f: cloud -> a = 0",
            "what they hold enter `a` by `f`, none leave; between them nothing is lost",
        ),
    ],
)
def test_a_ledger_is_said_in_words(text: str, words: str) -> None:
    found = model(text)
    said = in_words(ledgers(found)[0], found)
    assert said == words


def test_a_ledger_speaks_of_many_where_the_first_stock_holds_one() -> None:
    found = model("stock a = 1 person\nflow f: a -> cloud = 0 people/year")
    assert in_words(ledgers(found)[0], found).startswith("people leave")


@pytest.mark.parametrize(
    ("expression", "changing"),
    [
        ("employed + unemployed", ("entering", "leaving")),
        ("employed", ("losing", "finding", "leaving")),
        ("retired", ()),
        ("sum(employed, unemployed, retired)", ("entering", "leaving")),
        ("employed + unemployed + 100 people", ("entering", "leaving")),
        ("employed - unemployed", ("losing", "finding", "entering", "leaving")),
        ("employed + employed - employed", ("losing", "finding", "leaving")),
    ],
)
def test_the_flows_that_change_a_total_are_those_that_cross_its_border(
    expression: str, changing: tuple[str, ...]
) -> None:
    assert total(POOLS, expression) == changing


def test_a_total_may_be_a_name_for_the_sum() -> None:
    assert total(POOLS + "aux population = employed + unemployed\naux all = population + retired", "all") == (
        "entering",
        "leaving",
    )


@pytest.mark.parametrize(
    "expression", ["employed * 2", "max(employed, unemployed)", "finding", "employed / 2 + retired"]
)
def test_what_is_no_sum_of_stocks_is_not_proved(expression: str) -> None:
    assert total(POOLS, expression) is None


def test_a_closed_set_is_proved_to_be_constant() -> None:
    text = "stock a = 5 people\nstock b = 2 people\nflow f: a -> b = 1 person/year\nflow g: b -> a = 2 people/year"
    assert total(text, "a + b") == ()
    (ledger,) = ledgers(model(text))
    assert ledger.is_closed


MOVED = """
when employed > 100 people { move laid_off: employed -> unemployed = employed / 10 }
at 5 {
  move moved_in: cloud -> unemployed = 20 people
  move retiring: employed -> retired = 1 person
}
"""


def test_moves_join_stocks_and_stand_in_their_ledger() -> None:
    (ledger,) = ledgers(model(POOLS + MOVED))
    assert ledger == Ledger(
        ("employed", "unemployed", "retired"),
        ("entering", "moved_in"),
        ("leaving",),
        ("losing", "finding", "laid_off", "retiring"),
    )
    assert in_words(ledger, model(POOLS + MOVED)) == (
        "people enter `employed`, `unemployed` and `retired` by `entering` and `moved_in`, leave by `leaving`; "
        "between them nothing is lost"
    )


@pytest.mark.parametrize(
    ("expression", "changing"),
    [
        ("employed + unemployed + retired", ("entering", "leaving", "moved_in")),
        ("employed + unemployed", ("entering", "leaving", "moved_in", "retiring")),
        ("retired", ("retiring",)),
    ],
)
def test_moves_across_the_border_change_a_total(expression: str, changing: tuple[str, ...]) -> None:
    assert total(POOLS + MOVED, expression) == changing


def test_a_move_past_the_end_of_an_axis_leaves() -> None:
    text = "dim age = 1 .. 3\nstock n[age] = 5 people\nat 5 { move older[age]: n -> n[age + 1] = n }"
    assert total(text, "sum(n over age)") == ("older",)
    (ledger,) = ledgers(model(text))
    assert ledger.leaves == ("older",)
    assert total(text.replace("= n }", "= if age == 3 then 0 else n }"), "sum(n over age)") == ()
