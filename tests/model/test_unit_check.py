"""Units: what is inferred, what does not fit, and which step the message offers."""

import pytest

from sdlang.compiler import check
from sdlang.diagnostics import Diagnostic
from sdlang.model.model import Model, Table
from sdlang.model.unit_check import unit_table
from sdlang.source import Source
from tests.expected import diagnostics_of

CLOCK = "simulate 2024 to 2034 years, step 1 month\nunit person = people\nunit job = jobs\n"
STAFF = "stock staff = 10 people\nparam time_ = 3 months\nplot staff\naux reads = staff / time_\n"


def model(text: str) -> Model:
    return check(Source("program.sd", CLOCK + text)).model


def units(text: str) -> dict[str, str]:
    return {name: variable.unit.text for name, variable in model(text).variables.items()}


def told(text: str) -> list[Diagnostic]:
    return [d for d in diagnostics_of(CLOCK + text, None) if d.severity == "error"]


# What nobody wrote ---------------------------------------------------------------------------------------------------


def test_a_flow_is_its_stock_per_time() -> None:
    assert units("stock a = 1 person\nparam r = 1 / year\nflow f: a -> cloud = a * r")["f"] == "people/year"


def test_units_are_found_forward_through_equations() -> None:
    found = units(
        STAFF + "aux gap = 12 people - staff\naux rate = gap / time_\naux square = gap * gap\naux root = sqrt(gap)"
    )
    assert found["gap"] == "people"
    assert found["rate"] == "people/year"
    assert found["square"] == "person^2"
    assert found["root"] == "person^(1/2)"


def test_units_are_found_backward_from_the_flow_that_reads_them() -> None:
    # A flow out of people is people per year: what people are multiplied with must be one per year.
    found = units("stock a = 1 person\nparam speed = 0.5\nflow f: a -> cloud = a * speed\naux again = speed")
    assert found["speed"] == found["again"] == "1/year"


def test_a_stock_that_nobody_gave_a_unit_takes_that_of_its_flow() -> None:
    found = units("stock a = 5\nflow f: cloud -> a = 3 people/month\naux g = f")
    assert found == {"a": "people", "f": "people/month", "g": "people/year"}  # as written; in the model's own time


def test_zero_fits_any_unit_and_a_whole_definition_takes_the_unit_it_is_given() -> None:
    found = units("stock a : people = 0\naux b = max(0, a)\naux c : people = 3\naux d = if a > 0 then a else 0")
    assert found == {"a": "people", "b": "people", "c": "people", "d": "people"}


def test_what_was_inferred_is_marked_as_such() -> None:
    assert unit_table(model("stock a = 1 person\naux b = a\naux c : people = a")) == (
        ("a", "person", False),
        ("b", "people", True),
        ("c", "people", False),
    )


def test_the_inner_parts_of_components_are_not_listed() -> None:
    assert [row[0] for row in unit_table(model("stock a = 1 person\naux b = smooth(a, 1 year)"))] == ["a", "b"]


def test_a_unit_to_a_parameters_power_cancels_in_a_matching_function() -> None:
    # people^e * people^(1 - e) is people, whatever e is.
    found = units(
        "param e = 0.4\nparam rate = 1 / month\nstock u = 5 people\nstock v = 3 people\n"
        "aux matches = rate * u^e * v^(1 - e)\naux half = u^0.5 * v^0.5"
    )
    assert found["matches"] == "people/year"
    assert found["half"] == "people"


def test_tables_find_the_unit_of_their_input_from_where_they_are_read() -> None:
    found = model("stock a = 1 person\ntable t(x) = (0, 0) (5, 1)\naux b = t(a)").variables["t"]
    assert isinstance(found, Table)
    assert (found.input_unit.text, found.unit.text) == ("people", "1")


def test_components_carry_units_through() -> None:
    found = units(STAFF + "aux seen = smooth(staff, 6 months)\nflow f: cloud -> staff = delay(staff / time_, 1 year)")
    assert found["seen"] == "people"
    assert found["seen.smooth.level"] == "people"
    assert found["f.delay.held"] == "people"  # people per year, held for years


# What does not fit ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("line", "code", "place"),
    [
        ("aux a = staff + time_", "unit-mismatch", "time_"),
        ("aux a = max(staff, 3 jobs)", "unit-mismatch", "3 jobs"),
        ("aux a = if staff > 0 then staff else time_", "unit-mismatch", "time_"),
        ("aux a = if staff > time_ then 1 else 2", "unit-mismatch", "time_"),
        ("aux a = staff + 5", "unit-mismatch", "5"),
        ("aux a : jobs = staff", "unit-mismatch", "staff"),
        ("flow f: cloud -> staff = staff", "flow-unit", "staff"),
        ("flow f: staff -> cloud = staff * time_", "flow-unit", "staff * time_"),
        ("stock posts = 1 job\nflow f: staff -> posts = 0", "flow-unit", "f"),
        ("aux a = exp(staff)", "argument-unit", "staff"),
        ("aux a = step(staff, 3 people)", "argument-unit", "3 people"),
        ("aux a = pulse(staff, 2026, 3)", "argument-unit", "3"),
        ("aux a = 2^staff", "exponent-unit", "staff"),
        ("aux a = staff^(staff / reads / time_)", "exponent-unit", "staff"),
        ("aux a = if staff then 1 else 2", "truth-expected", "staff"),
        ("expect not staff", "truth-expected", "staff"),
        ("aux a = staff > 3 people", "number-expected", "staff > 3 people"),
        ("aux a = 1 + (staff > 3 people)", "number-expected", "staff > 3 people"),
        ("expect staff", "truth-expected", "staff"),
        ("expect staff > 3 jobs", "unit-mismatch", "3 jobs"),
        ("param p = 3 people in 1 job .. 9 jobs\naux a = p", "unit-mismatch", "1 job"),
        ("param p = 3 people\naux a = p\nscenario s {\n  p = 3 jobs\n}", "unit-mismatch", "3 jobs"),
        ("table t(x : people) = (0, 0) (1, 1)\naux a = t(time_)", "argument-unit", "time_"),
        ("table t(x) = (0 people, 0) (1 job, 1)\naux a = t(staff)", "unit-mismatch", "1 job"),
        ("aux a = smooth(staff, staff)", "argument-unit", "staff"),
        ("aux a = smooth(staff, 6)", "argument-unit", "6"),
        (
            "aux a = smooth(staff, 6 months, initial = 3 jobs)",
            "argument-unit",
            "smooth(staff, 6 months, initial = 3 jobs)",
        ),
        (
            "aux a = delay(staff, 6 months, initial = 3 jobs)",
            "argument-unit",
            "delay(staff, 6 months, initial = 3 jobs)",
        ),
    ],
)
def test_a_mistake_of_units_is_told_where_it_stands(line: str, code: str, place: str) -> None:
    (found,) = told(STAFF + line)
    assert found.code == code
    assert found.span is not None
    assert found.span.text == place
    assert found.span.source.name == "program.sd"


@pytest.mark.parametrize(
    ("line", "hint"),
    [
        ("flow f: staff -> cloud = staff * time_", "divide by `time_` instead of multiplying?"),
        ("flow f: staff -> cloud = staff", "divide by a time such as `time_`"),
        ("aux a : people/year = staff * reads / staff / time_", "is `time_` one divisor too many?"),
        ("aux a : people = staff * staff", "is `staff` one factor too many?"),
        ("aux a : people = reads / time_", "multiply by `time_` instead of dividing?"),
        ("aux a : people = reads", "multiply by a time such as `time_`"),
        ("aux a = staff + 5", "write `5 people`"),
    ],
)
def test_the_message_offers_the_step_that_mends_it(line: str, hint: str) -> None:
    (found,) = told(STAFF + line)
    assert found.hint == hint


def test_both_sides_are_named_with_their_units() -> None:
    (found,) = told(STAFF + "flow f: staff -> cloud = staff * time_")
    assert found.message == "`f` flows out of `staff` (people), so it must be people/year; it is person*year"


def test_one_wrong_unit_is_told_once_and_not_in_all_that_reads_it() -> None:
    found = told(STAFF + "aux a = staff + time_\naux b = a\naux c = b + staff\naux d = c * 2")
    assert [d.span and d.span.text for d in found] == ["time_"]


def test_two_mistakes_are_told_at_once() -> None:
    assert len(told(STAFF + "aux a = staff + time_\naux b = exp(staff)")) == 2


def test_a_bare_number_beside_the_time_is_a_time() -> None:
    assert (
        told(STAFF + "aux a = if time > 2026 then staff else 0\naux b = step(staff, 2026)\naux c = time - 2024") == []
    )
    assert units(STAFF + "aux c = time - 2024")["c"] == "years"


def test_a_duration_is_no_point_in_time() -> None:
    # `pulse(.., 2026, 3)` could mean three of anything; a point in time cannot.
    (found,) = told(STAFF + "aux a = pulse(staff, 2026, 3)")
    assert found.hint == "add a unit: `3 years`"


def test_multiples_of_a_unit_convert_and_do_not_clash() -> None:
    text = "unit dozen = 12 people\nstock a = 2 dozen\naux b : people = a\naux c : dozen = b + 12 people"
    assert told(text) == []
    assert model(text).variables["c"].scale == 12.0
