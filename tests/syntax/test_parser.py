"""From text to tree: how operators group, what each declaration holds, and that one mistake hides no other."""

import pytest

from sdlang.diagnostics import Diagnostic
from sdlang.source import Source
from sdlang.syntax import tree
from sdlang.syntax.parser import DEEPEST_TREE, parse, parse_expression


def read(text: str) -> tree.File:
    """The tree of a text without mistakes."""
    found: list[Diagnostic] = []
    file = parse(Source("a.sd", text), found)
    assert not found, [diagnostic.message for diagnostic in found]
    return file


def only(text: str) -> tree.Declaration:
    (declaration,) = read(text).declarations
    return declaration


def value(text: str) -> tree.Expr:
    found: list[Diagnostic] = []
    expression = parse_expression(Source("a.sd", text), found)
    assert not found, [diagnostic.message for diagnostic in found]
    assert expression is not None
    return expression


def mistakes(text: str) -> list[Diagnostic]:
    found: list[Diagnostic] = []
    parse(Source("a.sd", text), found)
    return found


def grouped(expression: tree.Expr) -> str:
    """An expression with a bracket around every operation, which shows what holds what."""
    match expression:
        case tree.Binary(operator=operator, left=left, right=right):
            return f"[{grouped(left)} {operator} {grouped(right)}]"
        case tree.Unary(operator=operator, operand=operand):
            return f"[{operator} {grouped(operand)}]"
        case tree.Group(inner=inner):
            return grouped(inner)
        case tree.Conditional(test=test, yes=yes, no=no):
            return f"[if {grouped(test)} then {grouped(yes)} else {grouped(no)}]"
        case _:
            return expression.span.text


# Operators -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("a + b * c", "[a + [b * c]]"),
        ("a * b + c", "[[a * b] + c]"),
        ("a - b - c", "[[a - b] - c]"),  # groups to the left: 9 - 3 - 2 is 4
        ("a / b / c", "[[a / b] / c]"),
        ("a / b * c", "[[a / b] * c]"),
        ("a ^ b ^ c", "[a ^ [b ^ c]]"),  # groups to the right: 2 ^ 3 ^ 2 is 512
        ("-a ^ b", "[- [a ^ b]]"),  # as in mathematics: -3 ^ 2 is -9
        ("a ^ -b", "[a ^ [- b]]"),
        ("-a * b", "[[- a] * b]"),
        ("a - -b", "[a - [- b]]"),
        ("(a + b) * c", "[[a + b] * c]"),
        ("a + b > c - d", "[[a + b] > [c - d]]"),
        ("not a > b and c", "[[not [a > b]] and c]"),
        ("a or b and c", "[a or [b and c]]"),
        ("not a or not b", "[[not a] or [not b]]"),
        ("a per b per c", "[[a per b] per c]"),
        ("if a > b then c + d else e * f", "[if [a > b] then [c + d] else [e * f]]"),
        ("if a then b else if c then d else e", "[if a then b else [if c then d else e]]"),
        ("a + (if b then c else d)", "[a + [if b then c else d]]"),
    ],
)
def test_operators_hold_their_operands_as_in_mathematics(text: str, meant: str) -> None:
    assert grouped(value(text)) == meant


def test_comparisons_do_not_chain() -> None:
    assert [d.code for d in mistakes("aux a = 1 < b < 3")] == ["chained-comparison"]
    assert [d.code for d in mistakes("aux a = (1 < b) and (b < 3)")] == []


def test_an_operation_is_as_wide_as_its_text() -> None:
    expression = value("first + second * third")
    assert isinstance(expression, tree.Binary)
    assert expression.span.text == "first + second * third"
    assert expression.right.span.text == "second * third"


# Numbers -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "digits", "percent", "scale", "unit", "power"),
    [
        ("1_200", "1_200", False, "", "", 1),
        ("0.125", "0.125", False, "", "", 1),
        ("1e-3", "1e-3", False, "", "", 1),
        ("8%", "8", True, "", "", 1),
        ("18 months", "18", False, "", "months", 1),
        ("2.5 billion HKD", "2.5", False, "billion", "HKD", 1),
        ("3 thousand", "3", False, "thousand", "", 1),
        ("3 m^2", "3", False, "", "m", 2),
        ("3 m^-2", "3", False, "", "m", -2),
        ("5 人", "5", False, "", "人", 1),
    ],
)
def test_the_words_behind_a_number_belong_to_it(
    text: str, digits: str, percent: bool, scale: str, unit: str, power: int
) -> None:
    expression = value(text)
    assert expression == tree.Number(expression.span, digits, percent, scale, unit, power)


def test_a_power_with_blanks_around_it_is_of_the_unit_too() -> None:
    assert value("3 m ^ 2") == value("3 m^2")


@pytest.mark.parametrize("text", ["1e999999999", "1e301", "1e-301", "1" * 41, "3 m^100", "0." + "1" * 41])
def test_a_number_beyond_computing_is_told_and_takes_no_time(text: str) -> None:
    assert "number-too-large" in [d.code for d in mistakes(f"param a = {text}")]


def test_two_units_side_by_side_are_no_product() -> None:
    assert [d.code for d in mistakes("param a = 8 person hour")] == ["unexpected-text"]


# Declarations --------------------------------------------------------------------------------------------------------


def test_a_parameter_has_label_unit_value_and_range() -> None:
    declared = only('param attrition "Attrition" : 1/year = 8% / year in 2% .. 20% per year')
    assert isinstance(declared, tree.Parameter)
    assert declared.name.text == "attrition"
    assert declared.label == "Attrition"
    assert declared.unit is not None
    assert declared.unit.span.text == "1/year"
    assert declared.value.span.text == "8% / year"
    assert declared.range is not None
    assert (declared.range.low.span.text, declared.range.high.span.text) == ("2%", "20% per year")


def test_a_flow_has_two_ends_of_which_the_cloud_is_none() -> None:
    hiring = only('flow hiring "Hires": cloud -> staff : people/month = 3 people/month')
    assert isinstance(hiring, tree.Flow)
    assert hiring.source is None
    assert isinstance(hiring.target, tree.Name)
    assert hiring.target.text == "staff"
    assert hiring.label == "Hires"
    assert hiring.unit is not None
    quits = only("flow quits: staff -> cloud = staff / 2")
    assert isinstance(quits, tree.Flow)
    assert quits.target is None
    assert quits.unit is None


def test_simulate_says_span_step_method_and_saving_in_any_order() -> None:
    full = only("simulate 2024 to 2034 years, step 1 month, using rk4, save every 1 quarter")
    turned = only("simulate 2024 to 2034 years, save every 1 quarter, using rk4, step 1 month")
    assert full == turned
    assert isinstance(full, tree.Simulate)
    assert full.step is not None
    assert full.method is not None
    assert full.save is not None
    assert (full.step.span.text, full.method.text, full.save.span.text) == ("1 month", "rk4", "1 quarter")


def test_what_simulate_says_twice_is_told() -> None:
    found = mistakes("simulate 0 to 1 year, step 1 month, step 2 months")
    assert [(d.code, d.span and d.span.text) for d in found] == [("word-twice", "2 months")]


def test_a_table_tells_the_unit_of_its_input_from_its_own() -> None:
    both = only('table pull(gap : people) "Pull" : 1/year = (0, 0) (1, 2), spline, extrapolate')
    assert isinstance(both, tree.Table)
    assert both.input_unit is not None
    assert both.unit is not None
    assert (both.input_unit.span.text, both.unit.span.text) == ("people", "1/year")
    assert (both.label, both.method, both.outside) == ("Pull", "spline", "extrapolate")
    assert [(p.x.span.text, p.y.span.text) for p in both.points] == [("0", "0"), ("1", "2")]
    of_input = only("table pull(gap : people) = (0, 0) (1, 2)")
    of_result = only("table pull(gap) : people = (0, 0) (1, 2)")
    assert isinstance(of_input, tree.Table)
    assert isinstance(of_result, tree.Table)
    assert (of_input.input_unit is None, of_input.unit is None) == (False, True)
    assert (of_result.input_unit is None, of_result.unit is None) == (True, False)
    assert (of_result.method, of_result.outside) == ("", "")


def test_the_word_table_also_asks_for_a_table_in_the_report() -> None:
    asked = only('table "At a glance" staff, quits at 2025, 2030')
    assert isinstance(asked, tree.TableRequest)
    assert asked.title == "At a glance"
    assert [item.text for item in asked.items] == ["staff", "quits"]
    assert [time.span.text for time in asked.times] == ["2025", "2030"]


def test_an_unknown_word_behind_a_table_is_told_with_what_was_meant() -> None:
    (found,) = mistakes("table t(x) = (0, 0) (1, 1), linaer")
    assert found.code == "unknown-word"
    assert "did you mean `linear`" in found.message


def test_a_series_names_its_file_and_columns() -> None:
    series = only('series robots : robot = csv("data/r.csv", time = "year", value = "stock"), step, hold')
    assert isinstance(series, tree.Series)
    assert [argument.name for argument in series.reader.arguments] == ["", "time", "value"]
    assert (series.method, series.outside) == ("step", "hold")


@pytest.mark.parametrize(
    ("text", "when", "time"),
    [
        ("expect a > 1", "", None),
        ("expect a > 1 always", "always", None),
        ("expect a > 1 at 2030", "at", "2030"),
        ("expect a > 1 after 3 months", "after", "3 months"),
        ("expect a > 1 before start", "before", "start"),
    ],
)
def test_an_expectation_says_when(text: str, when: str, time: str | None) -> None:
    declared = only(text)
    assert isinstance(declared, tree.Expect)
    assert declared.condition.span.text == "a > 1"
    assert (declared.when or declared.how) == when
    assert (declared.time.span.text if declared.time else None) == time


def test_a_scenario_holds_changes_and_expectations() -> None:
    declared = only('scenario fund "The fund" {\n  size = 5 people from 2026\n  rate = 3\n  expect a > 1\n}')
    assert isinstance(declared, tree.Scenario)
    assert declared.label == "The fund"
    first, second, third = declared.items
    assert isinstance(first, tree.Override)
    assert isinstance(second, tree.Override)
    assert isinstance(third, tree.Expect)
    assert first.since is not None
    assert (first.name.text, first.value.span.text, first.since.span.text) == ("size", "5 people", "2026")
    assert second.since is None


def test_a_component_has_ports_with_units_and_defaults() -> None:
    declared = only(
        "component pool(wanted, time : year = 3 months) returns staff {\n"
        "  dim stage = 1 .. 3\n  stock held[stage] = 0\n  flow in_[stage]: cloud -> held[stage] = 1\n"
        "  aux staff = held[3]\n}"
    )
    assert isinstance(declared, tree.Component)
    assert [port.name.text for port in declared.ports] == ["wanted", "time"]
    assert declared.ports[1].unit is not None
    assert declared.ports[1].default is not None
    assert declared.ports[0].default is None
    assert declared.returns.text == "staff"
    assert [type(item).__name__ for item in declared.body] == ["Dimension", "Stock", "Flow", "Auxiliary"]


def test_a_report_holds_text_plots_tables_and_sections_in_their_order() -> None:
    declared = only('report {\n  text """\n  Two\n  lines\n  """\n  plot a, b\n  table a\n  diagram\n}')
    assert isinstance(declared, tree.Report)
    assert [type(item).__name__ for item in declared.items] == ["Prose", "Plot", "TableRequest", "Section"]


def test_keywords_are_names_where_they_can_be_nothing_else() -> None:
    # `step`, `at`, `save` and `from` are words of some declarations; a modeller may still use them as names.
    read("param step_size = 1\naux save = 2\naux using = save + 1\naux always_on = step(save, 3)")


def test_names_may_be_of_any_script() -> None:
    declared = only("stock 人口 = 100 人")
    assert isinstance(declared, tree.Stock)
    assert declared.name.text == "人口"


@pytest.mark.parametrize("word", ["cloud", "stock", "if", "and", "in", "per"])
def test_a_word_of_the_language_is_no_name(word: str) -> None:
    assert [d.code for d in mistakes(f"stock {word} = 1")] == ["reserved-word"]


# Mistakes ------------------------------------------------------------------------------------------------------------


def test_one_mistake_hides_no_other_and_no_declaration() -> None:
    found: list[Diagnostic] = []
    file = parse(Source("a.sd", "stock a = * 1\nstock b = 2\nflow c b -> d = 1\nstock d = (4\nstock e = 5\n"), found)
    assert sorted((d.span.position().line, d.code) for d in found if d.span) == [
        (1, "operator-twice"),
        (3, "unexpected-text"),
        (4, "unclosed-bracket"),
    ]
    assert [d.name.text for d in file.declarations if isinstance(d, tree.Stock)] == ["b", "e"]


def test_a_value_that_is_missing_at_the_end_of_a_line_does_not_swallow_the_next_declaration() -> None:
    found: list[Diagnostic] = []
    file = parse(Source("a.sd", "stock a = 1 +\nstock b = 2\n"), found)
    assert [(d.code, d.span and d.span.position().line) for d in found] == [("missing-value", 1)]
    assert len(file.declarations) == 1


def test_a_flow_without_a_rate_is_told_that_the_rate_is_missing() -> None:
    assert [d.code for d in mistakes("flow c: b -> d")] == ["missing-equals"]


def test_a_flow_with_one_end_is_told_that_the_arrow_is_missing() -> None:
    assert [d.code for d in mistakes("flow c: b = 3")] == ["missing-arrow"]


def test_a_mistake_in_a_block_leaves_the_rest_of_the_block() -> None:
    found: list[Diagnostic] = []
    file = parse(Source("a.sd", "scenario s {\n  a = * 1\n  b = 2\n}\n"), found)
    assert [d.code for d in found] == ["operator-twice"]
    (scenario,) = file.declarations
    assert isinstance(scenario, tree.Scenario)
    assert [item.name.text for item in scenario.items if isinstance(item, tree.Override)] == ["b"]


def test_a_line_that_begins_with_no_keyword_says_what_could_be_meant() -> None:
    (assignment,) = mistakes("staff = 5")
    assert assignment.code == "unknown-declaration"
    assert "`stock staff = ...`" in assignment.hint
    (misspelled,) = mistakes("stokc staff = 5")
    assert misspelled.code == "unknown-declaration"
    assert "did you mean `stock`" in misspelled.message


def test_what_cannot_stand_in_a_block_is_told() -> None:
    assert [d.code for d in mistakes("component c(a) returns b {\n  diagram\n}")] == ["wrong-place"]
    assert [d.code for d in mistakes("scenario s {\n  dim a = 1 .. 3\n}")] == ["wrong-place"]


def test_a_declaration_that_cannot_stand_in_a_block_is_told_as_such() -> None:
    assert [d.code for d in mistakes("component c(a) returns b {\n  expect a > 1\n}")] == ["wrong-place"]


def test_a_scenario_without_braces_needs_them() -> None:
    assert [d.code for d in mistakes("scenario fund\nstock a = 1")] == ["missing-block"]


def test_an_equals_sign_in_a_condition_is_told_and_mended() -> None:
    (found,) = mistakes("aux a = if b = 3 then 1 else 0")
    assert found.code == "equals-in-expression"
    assert found.fix is not None
    assert (found.fix.span.text, found.fix.replacement) == ("=", "==")


@pytest.mark.parametrize("text", ["stock a = b .5", "aux a = b0.25"])
def test_a_point_where_none_can_be_is_not_taken_for_a_flow(text: str) -> None:
    (found,) = mistakes(text)
    assert found.code != "missing-arrow"


def test_an_empty_text_is_no_model_and_raises_nothing() -> None:
    assert [d.code for d in mistakes("")] == ["empty-model"]
    assert [d.code for d in mistakes("# only a comment\n\n")] == ["empty-model"]


def test_bytes_that_are_no_text_and_huge_files_are_refused_at_once() -> None:
    assert [d.code for d in mistakes("stock a = 1\0")] == ["not-text"]
    assert [d.code for d in mistakes(" " * 5_000_001)] == ["file-too-large"]


def test_deep_nesting_is_told_and_never_breaks_the_reader() -> None:
    assert [d.code for d in mistakes("aux a = " + "(" * 500 + "1" + ")" * 500)] == ["too-deep"]
    assert [d.code for d in mistakes("aux a = 1" + " + 1" * 5_000)] == ["too-deep"]
    assert [d.code for d in mistakes("aux a = 1" + " + 1" * (DEEPEST_TREE // 2))] == []


@pytest.mark.parametrize("start", ["-", "not ", "1 ^ ", "if b then 1 else "])
def test_long_chains_that_group_to_the_right_are_told_too(start: str) -> None:
    assert [d.code for d in mistakes("aux a = " + start * 5_000 + "1")] == ["too-deep"]


# Other ways to write a text ------------------------------------------------------------------------------------------


def test_line_ends_of_other_systems_and_a_byte_order_mark_change_nothing() -> None:
    plain = "stock a = 1\n\nstock b =\n  2\n"
    for text in (plain.replace("\n", "\r\n"), plain.replace("\n", "\r"), "\ufeff" + plain):
        assert read(text) == read(plain)


def test_places_are_counted_in_the_text_as_it_was_given() -> None:
    (found,) = mistakes("stock a = 1\r\nstock b = * 2\r\n")
    assert found.span is not None
    assert found.span.position().line == 2
    assert found.span.text == "*"
