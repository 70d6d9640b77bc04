"""From what was written to what was meant: names, numbers in own units, the clock, and everything around variables."""

from fractions import Fraction

import pytest

from sdlang.compiler import check
from sdlang.model.expressions import Apply, Constant, Lookup, Predicate, Reference
from sdlang.model.model import (
    Auxiliary,
    Flow,
    Model,
    Moment,
    Parameter,
    Plot,
    Prose,
    Section,
    Stock,
    Table,
    ValueInText,
)
from sdlang.source import Source
from sdlang.units.unit import DIMENSIONLESS, TIME, Dimension
from tests.expected import diagnostics_of

CLOCK = "simulate 2024 to 2034 years, step 1 month\n"


def model(text: str) -> Model:
    return check(Source("program.sd", CLOCK + text)).model


def codes(text: str) -> list[str]:
    """Codes of the errors in a text; warnings are left out."""
    return [d.code for d in diagnostics_of(CLOCK + text, None) if d.severity == "error"]


def constant(text: str) -> Constant:
    """What a quantity means in a model that runs in years."""
    parameter = model(f"param a = {text}\nplot b\naux b = a").variables["a"]
    assert isinstance(parameter, Parameter)
    assert isinstance(parameter.value, Constant)
    return parameter.value


# Numbers -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "value", "dimension"),
    [
        ("18 months", Fraction(3, 2), TIME),  # 18 / 12 years
        ("8% / year", Fraction(2, 25), DIMENSIONLESS / TIME),
        ("8% per month", Fraction(24, 25), DIMENSIONLESS / TIME),  # 12 * 8 % a year
        ("1_200 people", Fraction(1_200), Dimension.base("person")),
        ("3 people/month", Fraction(36), Dimension.base("person") / TIME),
        ("2.5 million HKD/year", Fraction(2_500_000), Dimension.base("HKD") / TIME),
        ("-5 people", Fraction(-5), Dimension.base("person")),
        ("10%", Fraction(1, 10), DIMENSIONLESS),
        ("10", Fraction(10), None),
    ],
)
def test_quantities_stand_in_the_units_of_the_model_exactly(
    text: str, value: Fraction, dimension: Dimension | None
) -> None:
    read = constant(text)
    assert (read.value, read.dimension) == (value, dimension)


def test_a_bare_number_takes_the_unit_that_is_written_behind_the_name() -> None:
    variables = model(
        "param delay_time : months = 3\nstock staff : people = 7\nflow f: staff -> cloud = staff / delay_time"
    )
    delay = variables.variables["delay_time"]
    assert isinstance(delay, Parameter)
    assert isinstance(delay.value, Constant)
    assert (delay.value.value, delay.value.dimension) == (Fraction(1, 4), TIME)  # 3 of 12 months
    assert (delay.unit.text, delay.scale) == ("months", 1 / 12)


def test_a_range_takes_the_unit_that_stands_behind_its_high_end() -> None:
    found = model("param rate = 50% / year in 2% .. 20% per month\naux b = rate").variables["rate"]
    assert isinstance(found, Parameter)
    assert (found.low, found.high) == (0.24, 2.4)  # 12 * 2 % and 12 * 20 % a year


# Names ---------------------------------------------------------------------------------------------------------------


def test_the_order_of_declarations_does_not_matter() -> None:
    lines = ["aux gap = target - staff", "stock staff = 5 people", "param target = 9 people"]
    forward, backward = model("\n".join(lines)), model("\n".join(reversed(lines)))
    assert list(forward.variables) == ["gap", "staff", "target"]  # in the order of the text
    assert list(backward.variables) == ["target", "staff", "gap"]
    assert forward.variables["gap"].unit.text == backward.variables["gap"].unit.text == "people"


def test_operators_and_functions_are_applied_alike() -> None:
    read = model("stock a = 2\naux b = max(a, 1) per 2 + -a").variables["b"]
    assert isinstance(read, Auxiliary)
    assert isinstance(read.value, Apply)
    assert read.value.function == "+"
    quotient, negative = read.value.arguments
    assert isinstance(quotient, Apply)
    assert isinstance(negative, Apply)
    assert (quotient.function, negative.function) == ("/", "negative")
    assert negative.arguments == (Reference(negative.span, "a"),)


def test_functions_of_time_read_the_time_without_being_told() -> None:
    read = model("aux b = step(5 people, 2026)").variables["b"]
    assert isinstance(read, Auxiliary)
    assert isinstance(read.value, Apply)
    assert read.value.arguments[0] == Reference(read.span, "time")
    assert len(read.value.arguments) == 3


def test_a_table_is_read_at_its_argument() -> None:
    found = model("table pull(gap) = (0, 0) (1, 2)\nstock a = 1\naux b = pull(a)").variables
    read, table = found["b"], found["pull"]
    assert isinstance(read, Auxiliary)
    assert isinstance(read.value, Lookup)
    assert isinstance(table, Table)
    assert (read.value.table, table.points) == ("pull", ((0.0, 0.0), (1.0, 2.0)))
    assert (table.method, table.outside) == ("linear", "hold")  # what holds if nothing is said


def test_points_of_a_table_may_be_made_of_parameters() -> None:
    found = model("param p = 2\ntable t(x) = (0, p) (p, 3 * p)\naux b = t(1)").variables["t"]
    assert isinstance(found, Table)
    assert found.points == ((0.0, 2.0), (2.0, 6.0))


def test_the_ends_of_a_flow_are_stocks_or_the_cloud() -> None:
    flows = {f.name: f for f in model("stock a = 1\nstock b = 1\nflow f: a -> b = 0\nflow g: cloud -> a = 0").flows()}
    assert (flows["f"].source, flows["f"].target) == ("a", "b")
    assert (flows["g"].source, flows["g"].target) == (None, "a")
    assert all(isinstance(flow, Flow) for flow in flows.values())


def test_labels_and_documentation_go_with_their_variable() -> None:
    found = model('## All who work here.\n## Without contractors.\nstock staff "Staff" = 5 people').variables["staff"]
    assert (found.label, found.documentation) == ("Staff", "All who work here.\nWithout contractors.")


def test_a_variable_may_be_called_like_a_thing_that_is_counted() -> None:
    found = model("unit person = people\nstock vacancy = 5 people\naux b = vacancy")
    assert found.variables["b"].unit.text == "people"


def test_title_and_its_documentation_are_those_of_the_model() -> None:
    found = model('## What it asks.\nmodel "A title"\nstock a = 1')
    assert (found.title, found.documentation) == ("A title", "What it asks.")
    assert model("stock a = 1").title == "program.sd"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("aux a = stafff\nstock staff = 1", "unknown-name"),
        ("aux a = smoothe(1, 2)", "unknown-function"),
        ("stock a = 1\naux b = a(2)", "not-a-function"),
        ("aux a = max", "function-without-arguments"),
        ("table t(x) = (0, 0) (1, 1)\naux a = t", "function-without-arguments"),
        ("aux a = max(1)", "wrong-number-of-arguments"),
        ("aux a = sqrt(1, 2)", "wrong-number-of-arguments"),
        ("aux a = max(x = 1, 2)", "unknown-argument"),
        ("table t(x) = (0, 0) (1, 1)\naux a = t(1, 2)", "wrong-number-of-arguments"),
        ("stock a = 1\naux a = 2", "duplicate-name"),
        ("stock time = 1", "shadowed-name"),
        ("stock year = 1", "shadowed-name"),
        ("table max(x) = (0, 0) (1, 1)", "shadowed-name"),
        ("component smooth(x) returns y {\n aux y = x\n}", "shadowed-name"),
        ("scenario base {\n}\nstock a = 1", "shadowed-name"),
        ("flow f: cloud -> nowhere = 1", "unknown-stock"),
        ("aux a = 1\nflow f: cloud -> a = 1", "flow-end-not-a-stock"),
        ("flow f: cloud -> cloud = 1", "flow-without-effect"),
        ("stock a = 1\nflow f: a -> a = 1", "flow-without-effect"),
        ("stock a = 1\nparam p = a\naux b = p", "parameter-not-constant"),
        ("param p = time\naux b = p", "parameter-not-constant"),
        ("stock a = a + 1", "stock-as-equation"),
        ("stock a = f\nflow f: cloud -> a = 1", "stock-as-equation"),
        ("table t(x) = (0, 0)\naux a = t(1)", "table-too-short"),
        ("table t(x) = (0, 0) (0, 1)\naux a = t(1)", "table-unsorted"),
        ("stock a = 1\ntable t(x) = (0, a) (1, 1)\naux b = t(1)", "not-constant"),
        ("stock a[x] = 1", "unknown-dimension"),
        ("stock a = 1\naux b = a[1]", "index-does-not-fit"),
        ('aux a = "text"', "text-as-value"),
        ("stock a = 1\naux b = conserved(a)", "conserved-outside-expect"),
        ("plot nothing", "unknown-name"),
        ("table t(x) = (0, 0) (1, 1)\nplot t", "function-without-arguments"),
        ("report {\n  diagramm\n}\nstock a = 1", "unknown-section"),
        ("stock a = 1\nexpect a > 0 at 2050", "time-outside-run"),
        ("stock a = 1\nexpect a > 0 at a", "not-constant"),
        ("stock a = 1\nexpect a > 0 at 3 people", "not-a-time"),
        ("param p = 3 in 5 .. 9\naux b = p", "value-outside-range"),
        ("param p = 3 in 9 .. 1\naux b = p", "range-reversed"),
        (
            "param p = 1 / 0\naux b = p",
            "division-by-zero",
        ),
        ("param p = ln(0)\naux b = p", "no-value"),
        ("param p = 0\nstock a = 1\naux b = a / p", "division-by-zero"),
        ('model "a"\nmodel "b"\nstock a = 1', "duplicate-declaration"),
        ("report {\n}\nreport {\n}\nstock a = 1", "duplicate-declaration"),
        (CLOCK, "duplicate-declaration"),
    ],
)
def test_what_has_no_meaning_is_told_once(text: str, code: str) -> None:
    assert codes(text) == [code]


def test_a_name_that_is_nearly_right_brings_the_right_one() -> None:
    (found,) = [d for d in diagnostics_of(CLOCK + "stock vacancies_open = 1\naux a = vacancies_opne", None) if d.span]
    assert "did you mean `vacancies_open`" in found.message


def test_a_division_by_zero_behind_an_if_is_the_modellers_guard() -> None:
    assert codes("param p = 0\nstock a = 1\naux b = if p == 0 then 0 else a / p") == []


def test_a_parameter_that_nobody_reads_is_mentioned_and_stops_nothing() -> None:
    warnings = check(Source("program.sd", CLOCK + "param lonely = 3\nstock a = 1")).warnings
    assert [(d.code, d.severity) for d in warnings] == [("unused-parameter", "warning")]
    read_in_scenario = "param p = 3\nparam q = 1\naux b = q\nscenario s {\n  q = p\n}"
    assert check(Source("program.sd", CLOCK + read_in_scenario)).warnings == ()


@pytest.mark.parametrize(
    ("time", "severity"),
    [
        ("3 months", None),  # three steps of a month
        ("2 months", None),
        ("6 weeks", "warning"),  # 1.4 steps
        ("2 weeks", "error"),  # half a step: the stock would swing below zero
    ],
)
def test_a_step_that_is_too_large_for_a_stock_is_told(time: str, severity: str | None) -> None:
    text = f"{CLOCK}param t = {time}\nstock a = 1 person\nflow f: a -> cloud = a / t"
    found = [d for d in diagnostics_of(text, None) if d.code == "step-too-large"]
    assert [d.severity for d in found] == ([severity] if severity else [])


# The clock -----------------------------------------------------------------------------------------------------------


def test_the_clock_is_exact_and_counts_in_the_unit_behind_the_end() -> None:
    clock = check(
        Source("a.sd", "simulate 2024 to 2034 years, step 1 month, using euler, save every 1 quarter")
    ).model.clock
    assert (clock.start, clock.stop, clock.step) == (Fraction(2024), Fraction(2034), Fraction(1, 12))
    assert (clock.steps, clock.save, clock.method, clock.unit.text) == (120, 3, "euler", "years")


@pytest.mark.parametrize(
    ("step", "years"),
    [
        ("0.125", Fraction(1, 8)),
        ("1/8", Fraction(1, 8)),
        ("1 / 32 month", Fraction(1, 384)),  # a 32nd of a month, and not one over 32 months
        ("1 month / 2", Fraction(1, 24)),
        ("1 quarter", Fraction(1, 4)),
    ],
)
def test_steps_are_read_as_people_mean_them(step: str, years: Fraction) -> None:
    assert check(Source("a.sd", f"simulate 0 to 2 years, step {step}")).model.clock.step == years


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("stock a = 1", "missing-simulate"),
        ("simulate 0 to 10, step 1", "missing-time-unit"),
        ("simulate 0 to 10 years", "missing-step"),
        ("simulate 0 to 10 people, step 1", "not-a-time"),
        ("simulate 0 to 10 years, step 3 people", "not-a-time"),
        ("simulate 0 to 10 eons, step 1", "unknown-unit"),
        ("simulate 10 to 0 years, step 1", "span-reversed"),
        ("simulate 0 to 10 years, step 0", "step-not-positive"),
        ("simulate 0 to 10 years, step -1", "step-not-positive"),
        ("simulate 0 to 10 years, step 3", "step-does-not-divide"),
        ("simulate 0 to 10 years, step 1, using rk5", "unknown-method"),
        ("simulate 0 to 10 years, step 1, save every 1.5 years", "save-not-multiple"),
        ("simulate x to 10 years, step 1", "not-constant"),
    ],
)
def test_a_clock_that_cannot_run_is_told(line: str, code: str) -> None:
    assert code in [d.code for d in diagnostics_of(line, None)]


def test_a_step_that_does_not_fit_brings_one_that_does() -> None:
    (found,) = diagnostics_of("simulate 0 to 10 years, step 3", None)
    # ceil(10 / 3) = 4 steps of 10 / 4 = 2.5 years
    assert "2.5" in found.hint


# What is not a variable ----------------------------------------------------------------------------------------------


def test_expectations_keep_their_words_and_their_time() -> None:
    found = model(
        "stock a = 1 person\nstock b = 1 person\nexpect a>=0 people\nexpect conserved(a + b)\n"
        "expect a > 0 people after 2030"
    )
    first, second, third = found.expectations
    assert (first.how, first.moment, first.text) == ("always", None, "a >= 0 people")
    assert isinstance(second.subject, Predicate)
    assert second.subject.function == "conserved"
    assert third.moment == Moment("after", Fraction(2030))


def test_plots_and_tables_name_what_they_show() -> None:
    found = model('stock a = 1\nstock b = 1\nplot "Both" a, b\ntable "Soon" a at 2025, 2030')
    assert [(p.title, p.names) for p in found.plots] == [("Both", ("a", "b"))]
    assert [(t.title, t.names, t.times) for t in found.tables] == [("Soon", ("a",), (2025.0, 2030.0))]


def test_a_report_is_cut_into_text_values_plots_and_sections() -> None:
    found = model(
        "stock a = 1\nparam p = 1\naux b = p\nscenario s {\n  p = 2\n}\n"
        'report {\n  text "It is {{ a at 2030 }} or {{ b at 2034 under s }}."\n  plot a\n  diagram\n}'
    )
    text, plot, section = found.report
    assert isinstance(text, Prose)
    assert text.pieces == ("It is ", ValueInText("a", 2030.0, ""), " or ", ValueInText("b", 2034.0, "s"), ".")
    assert isinstance(plot, Plot)
    assert section == Section("diagram")


@pytest.mark.parametrize(
    ("value", "code"),
    [
        ("a", "value-in-text"),
        ("nothing at 2030", "unknown-name"),
        ("a at 2030 under nowhere", "unknown-scenario"),
        ("a at 2050", "time-outside-run"),
        ("a at a", "value-in-text"),
    ],
)
def test_a_value_in_a_text_must_exist(value: str, code: str) -> None:
    assert codes(f'stock a = 1\nreport {{\n  text "{{{{ {value} }}}}"\n}}') == [code]


def test_stocks_flows_and_the_rest_can_be_asked_for_by_kind() -> None:
    found = model(
        "param p = 1 / year\nstock s = 1\nflow f: s -> cloud = s * p\naux x = s\n"
        "table t(y) = (0, 0) (1, 1)\naux z = t(x)"
    )
    assert [v.name for v in found.stocks()] == ["s"]
    assert [v.name for v in found.flows()] == ["f"]
    assert [v.name for v in found.parameters()] == ["p"]
    assert [v.name for v in found.auxiliaries()] == ["x", "z"]
    assert [v.name for v in found.lookup_tables()] == ["t"]
    assert isinstance(found.variables["s"], Stock)


def test_a_bare_range_is_in_the_unit_in_which_the_value_is_written() -> None:
    wait = model("param wait = 3 months in 1 .. 6\nstock a = 1\nflow f: a -> cloud = a / wait").variables["wait"]
    assert isinstance(wait, Parameter)
    assert (wait.low, wait.high) == pytest.approx((1 / 12, 0.5))  # of a year
