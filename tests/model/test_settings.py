"""What a user asks of a run: values of parameters, times, scenarios."""

from fractions import Fraction

import pytest

from sdlang.compiler import check
from sdlang.diagnostics import Diagnostic
from sdlang.model.model import Model
from sdlang.model.settings import asked_scenarios, moment_of, standard_name, value_of
from sdlang.source import Source

MODEL = check(
    Source(
        "a.sd",
        "simulate 2024 to 2030 years, step 1 month\nunit person = people\nunit dozen = 12 people\n"
        "param rate = 10% / month\nparam size = 5 dozen\nparam share = 0.5\nparam wait = 3 months\n"
        "stock a = size\nflow f: a -> cloud = a * rate * share + a / wait\n"
        "scenario one {\n}\nscenario two {\n}\n",
    )
).model


def value(name: str, given: float | str, model: Model = MODEL) -> float | None:
    found: list[Diagnostic] = []
    result = value_of(name, given, model, found)
    assert not found, [diagnostic.message for diagnostic in found]
    return result


def told(name: str, given: float | str) -> Diagnostic:
    found: list[Diagnostic] = []
    assert value_of(name, given, MODEL, found) is None
    (diagnostic,) = found
    return diagnostic


@pytest.mark.parametrize(
    ("name", "given", "own"),
    [
        ("rate", 0.1, 1.2),  # a bare number has the parameter's unit: 0.1 a month is 1.2 a year
        ("rate", "0.1", 1.2),
        ("rate", "10% / month", 1.2),
        ("rate", "10% per year", 0.1),
        ("rate", "1/year", 1.0),
        ("size", 2, 24.0),  # 2 dozen
        ("size", "2", 24.0),
        ("size", "2 people", 2.0),
        ("size", "1_000 people", 1_000.0),
        ("size", "0.5 thousand people", 500.0),
        ("share", "25%", 0.25),
        ("share", "-1", -1.0),
        ("share", "1 / 4", 0.25),
        ("share", "(1 / 4)", 0.25),
        ("wait", "1 year", 1.0),
        ("wait", "6 months", 0.5),
        ("wait", "6", 0.5),
        ("wait", "-6 months", -0.5),
        ("wait", "1 year / 4", 0.25),
    ],
)
def test_values_are_read_in_the_words_of_the_language(name: str, given: float | str, own: float) -> None:
    assert value(name, given) == pytest.approx(own, rel=1e-15)


@pytest.mark.parametrize(
    ("name", "given", "code"),
    [
        ("rtae", 1, "not-a-parameter"),
        ("a", 1, "not-a-parameter"),
        ("rate", "10 people", "unit-mismatch"),
        ("rate", "10%", "unit-mismatch"),
        ("size", "a", "not-constant"),
        ("size", "2 dozne", "unknown-unit"),
        ("size", "1 / 0", "division-by-zero"),
        ("size", "2 *", "missing-value"),
        ("size", "", "missing-value"),
        ("size", "max(1, 2)", "not-constant"),
    ],
)
def test_a_value_that_does_not_fit_is_told(name: str, given: float | str, code: str) -> None:
    assert told(name, given).code == code


def test_the_message_names_what_there_is() -> None:
    assert "did you mean `rate`" in told("rtae", 1).message
    assert told("a", 1).message == "`a` is no parameter"
    assert told("rate", "10 people").message == "`rate` is 1/month; `10 people` is people"


@pytest.mark.parametrize(
    ("given", "time"),
    [
        (2026, Fraction(2026)),
        (0.1, Fraction(1, 10)),  # a float is read as it is written, not as its nearest fraction of 2
        ("0.1", Fraction(1, 10)),
        ("1 month", Fraction(1, 12)),
        ("2 weeks", Fraction(14 * 86_400, 31_557_600)),
        ("1/8", Fraction(1, 8)),
        ("1/8 month", Fraction(1, 96)),
        ("-3", Fraction(-3)),
    ],
)
def test_times_are_exact(given: float | str, time: Fraction) -> None:
    found: list[Diagnostic] = []
    assert moment_of("--step", given, MODEL, found) == time
    assert not found


@pytest.mark.parametrize(
    ("given", "code"), [("3 people", "not-a-time"), ("a", "not-constant"), ("1/", "missing-value")]
)
def test_what_is_no_time_is_told(given: str, code: str) -> None:
    found: list[Diagnostic] = []
    assert moment_of("--step", given, MODEL, found) is None
    assert [diagnostic.code for diagnostic in found] == [code]


@pytest.mark.parametrize(
    ("asked", "names"),
    [
        ((), ("base",)),
        (("two",), ("two",)),
        (("two", "one", "two"), ("two", "one")),
        (("all",), ("base", "one", "two")),
        (("two", "all"), ("two", "base", "one")),
        (("base",), ("base",)),
    ],
)
def test_scenarios_run_in_the_order_asked_for_and_once_each(asked: tuple[str, ...], names: tuple[str, ...]) -> None:
    found: list[Diagnostic] = []
    assert asked_scenarios(MODEL, asked, found) == (MODEL, names)
    assert not found


def test_an_unknown_scenario_is_told_with_those_there_are() -> None:
    found: list[Diagnostic] = []
    asked_scenarios(MODEL, ("oen",), found)
    assert [diagnostic.code for diagnostic in found] == ["unknown-scenario"]
    assert "did you mean `one`" in found[0].message
    assert found[0].hint == "the model has `base`, `one`, `two`, `all`"


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("rate", "rate"),
        ("jobs[north,retail]", "jobs[north, retail]"),
        ("jobs [ north , retail ]", "jobs[north, retail]"),
    ],
)
def test_an_element_has_one_name_however_it_is_written(written: str, name: str) -> None:
    assert standard_name(written) == name
