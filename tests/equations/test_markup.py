"""Equations as people read them, in MathML and in LaTeX."""

import re
from xml.etree import ElementTree

import pytest
import sympy

from sdlang.compiler import check
from sdlang.equations.build import build
from sdlang.equations.markup import latex, mathml, mathml_name, number_text
from sdlang.equations.naming import names_of
from sdlang.source import Source

BEFORE = (
    "simulate 2024 to 2034 years, step 1 month\nstock a = 1\nstock b = 1\nstock c = 1\nstock long_name = 1\n"
    "table pull(x) = (0, 0) (1, 1)\n"
)


def expression(text: str) -> sympy.Expr:
    system = build(check(Source("a.sd", f"{BEFORE}aux result = {text}")).model)
    (found,) = (e for e in system.auxiliaries if e.name == "result")
    return found.expression


def plain(text: str) -> str:
    """The visible characters of an equation, a quotient as `[above|below]` and a power as `{base^exponent}`."""
    return seen_in(mathml(expression(text)))


def seen_in(markup: str) -> str:
    root = ElementTree.fromstring(f"<math>{markup}</math>")

    def shown(element: ElementTree.Element) -> str:
        inner = [shown(child) for child in element]
        match element.tag:
            case "mfrac":
                return f"[{inner[0]}|{inner[1]}]"
            case "msup":
                return f"{{{inner[0]}^{inner[1]}}}"
            case "msub":
                return f"{inner[0]}_{{{inner[1]}}}"
            case "munder":
                return f"{inner[0]}<{inner[1]}>"
            case "msqrt":
                return f"√({inner[0]})"
            case "mtr":
                return " ".join(inner) + ";"
            case _:
                return (element.text or "") + "".join(inner)

    return shown(root).replace("\xa0", " ")


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("c + a - b", "c+a−b"),
        ("a - (b - c)", "a−(b−c)"),
        ("a - (b + c)", "a−(b+c)"),
        ("(a + b) * c", "(a+b)·c"),
        ("a * b + c", "a·b+c"),
        ("a / b", "[a|b]"),
        ("(a + b) / (b + c)", "[a+b|b+c]"),  # a fraction needs no brackets
        ("a * b / c", "[a·b|c]"),
        ("1 / a", "[1|a]"),
        ("a ^ 2", "{a^2}"),
        ("(a + b) ^ 2", "{(a+b)^2}"),
        ("-a", "−a"),
        ("-(a + b)", "−(a+b)"),
        ("a + -b", "a−b"),
        ("a * -b", "a·(−b)"),
        ("sqrt(a + b)", "√(a+b)"),
        ("abs(a)", "|a|"),
        ("exp(-a)", "{e^−a}"),
        ("max(a, b + c)", "max(a,b+c)"),
        ("pull(a)", "pull(a)"),
        ("step(a, 2026)", "step(a,2026)"),
        ("if a > b then a else c", "{a if a>b;c otherwise;"),
        ("if a > b then 1 else if b > c then 2 else 3", "{1 if a>b;2 if b>c;3 otherwise;"),
        ("if a >= b and not b == c then 1 else 0", "{1 if a≥b and not b=c;0 otherwise;"),
        ("if (a > b or b > c) and c != a then 1 else 0", "{1 if (a>b or b>c) and c≠a;0 otherwise;"),
        ("long_name", "long_name"),
        ("0.25", "0.25"),
        ("3e12 * a", "3·{10^12}·a"),
        ("3e-7 * a", "3·{10^−7}·a"),
    ],
)
def test_equations_look_as_they_do_in_a_book(text: str, seen: str) -> None:
    assert plain(text) == seen


def test_mathml_is_well_formed_and_harmless() -> None:
    for text in ("if a < b and b > c then a else c", "a / b ^ c", "max(a, min(b, c))"):
        markup = mathml(expression(text))
        ElementTree.fromstring(f"<math>{markup}</math>")
        assert not re.search(r"<(?!/?m)", markup)  # nothing but MathML elements
    assert mathml(sympy.Symbol("<script>")) == "<mi>&lt;script&gt;</mi>"


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("a / b", r"\frac{\mathrm{a}}{\mathrm{b}}"),
        ("long_name", r"\mathrm{long\_name}"),
        ("sqrt(a)", r"\sqrt{\mathrm{a}}"),
        ("exp(a)", r"e^{\mathrm{a}}"),
        ("abs(a)", r"\left|\mathrm{a}\right|"),
        ("max(a, b)", r"\mathrm{max}\left(\mathrm{a}, \mathrm{b}\right)"),
        ("pull(a)", r"\mathrm{pull}\left(\mathrm{a}\right)"),
        ("step(a, 2026)", r"\mathrm{step}\left(\mathrm{a}, 2026\right)"),
        ("a ^ 2", r"\mathrm{a}^{2}"),
        (
            "if a > b then a else c",
            r"\begin{cases} \mathrm{a} & \text{if } \mathrm{a} > \mathrm{b} \\ "
            r"\mathrm{c} & \text{otherwise} \end{cases}",
        ),
    ],
)
def test_latex_names_keep_all_their_letters(text: str, seen: str) -> None:
    assert latex(expression(text)) == seen


def test_latex_keeps_the_order_of_terms() -> None:
    assert latex(expression("c + a")) == r"\mathrm{c} + \mathrm{a}"
    assert latex(expression("c - a")) == r"\mathrm{c} - \mathrm{a}"


def test_latex_puts_no_brackets_around_the_first_terms_of_a_sum() -> None:
    assert latex(expression("c + a - b")) == r"\mathrm{c} + \mathrm{a} - \mathrm{b}"


@pytest.mark.parametrize(
    ("number", "text"),
    [(sympy.Integer(1200), "1200"), (sympy.Float(0.1, 17), "0.1"), (sympy.Float(1 / 3, 17), "0.3333333333")],
)
def test_numbers_are_shown_in_few_digits(number: sympy.Number, text: str) -> None:
    assert number_text(number) == text


def test_brackets_are_balanced_in_long_equations() -> None:
    markup = latex(expression("if (a + b) * c > max(a, b / (c + a)) then (a - b) / (a + b) else pull(a * (b + c))"))
    assert markup.count("{") == markup.count("}")
    assert markup.count(r"\left") == markup.count(r"\right")


SPLIT = """\
simulate 2024 to 2034 years, step 1 month, using euler
dim region = north, south, east, west
dim coastal of region = north, east
dim bloc maps region {
  upper: north, west
  lower: south, east
}
dim age = 20 .. 24
dim skill = low < mid < high
param tax[bloc] = { upper: 5%, lower: 6% }
stock workers[region, age] = 100 people
stock staff[skill] = 10 people
flow moving[skill]: staff -> staff[skill + 1] = staff / 2 years
flow entering: cloud -> staff[low] = conveyor_out(max(1 people/year, 2 people/year), 2 years)
"""


def split(declarations: str, name: str) -> tuple[str, str, str]:
    """The name and the equation of a variable as MathML shows it, and its equation in LaTeX."""
    system = build(check(Source("a.sd", SPLIT + declarations)).model)
    names = names_of(system)
    found = {each.name: (each.expression, each.axes) for each in (*system.parameters, *system.auxiliaries)}
    found |= {state.name: (state.rate, state.axes) for state in system.states}
    written, axes = found[name]
    shown = seen_in(mathml_name(name, names, axes)), seen_in(mathml(written, names, axes))
    return *shown, latex(written, names, axes)


@pytest.mark.parametrize(
    ("declaration", "name", "equation"),
    [
        ("aux x[region, age] = workers", "x_{region, age}", "workers_{region, age}"),
        ("aux x = workers[north, 22]", "x", "workers_{north, 22}"),
        (
            "aux x[skill] = if skill == high then 0 else staff[skill + 1]",
            "x_{skill}",
            "{0 if skill=high;staff_{skill + 1} otherwise;",
        ),
        ("aux x[region] = sum(workers over age)", "x_{region}", "∑<age>workers_{region, age}"),
        ("aux x = sum(workers over region, age) * 2", "x", "(∑<region, age>workers_{region, age})·2"),
        ("aux x = 2 * sum(tax over bloc)", "x", "2·∑<bloc>tax_{bloc}"),
        ("aux x = sum(tax + 1 over bloc)", "x", "∑<bloc>(tax_{bloc}+1)"),
        ("aux x[region] = sum(workers over age where age > 21)", "x_{region}", "∑<age;age>21;>workers_{region, age}"),
        (
            "aux x[bloc] = sum(workers over region in bloc, age)",
            "x_{bloc}",
            "∑<region, age;region∈bloc;>workers_{region, age}",
        ),
        ("aux x = mean(tax over bloc)", "x", "mean<bloc>(tax_{bloc})"),
        ("aux x = product(tax over bloc)", "x", "∏<bloc>tax_{bloc}"),
        ("aux x[region] = tax", "x_{region}", "tax_{bloc(region)}"),
        ("aux x[coastal] = workers[coastal, 20]", "x_{coastal}", "workers_{coastal, 20}"),
        (
            "aux x[here: bloc, there: bloc] = if here == there then 1 else 0",
            "x_{here, there}",
            "{1 if here=there;0 otherwise;",
        ),
        ("aux x[bloc] = rank(tax over bloc)", "x_{bloc}", "rank<bloc>(tax_{bloc})"),
        ("aux x[bloc] = { upper: 1, lower: tax }", "x_{bloc}", "{1 bloc = upper;tax_{bloc} bloc = lower;"),
        ("aux x[region] = 1 except { south: 2 }", "x_{region}", "{2 region = south;1 otherwise;"),
        ("aux x[age] = age", "x_{age}", "age"),
    ],
)
def test_equations_over_elements_have_the_names_that_were_written(declaration: str, name: str, equation: str) -> None:
    assert split(declaration, "x")[:2] == (name, equation)


def test_a_sum_within_an_equation_over_the_same_dimension_has_a_loop_of_its_own() -> None:
    _, equation, _ = split("aux x[bloc] = tax / sum(tax over bloc)", "x")
    assert equation == "[tax_{bloc}|∑<bloc′>tax_{bloc′}]"


def test_a_rate_says_which_elements_a_flow_enters() -> None:
    _, rate, _ = split("", "staff")
    assert (
        rate == "({moving_{skill − 1} if skill≥mid;0 otherwise;)+({entering if skill=low;0 otherwise;)−moving_{skill}"
    )


def test_a_memory_is_a_function_of_what_comes_in_without_its_defaults() -> None:
    assert split("", "entering")[1:] == (
        "conveyor_out(max(1,2),2)",
        r"\mathrm{conveyor\_out}\left(\mathrm{max}\left(1, 2\right), 2\right)",
    )


@pytest.mark.parametrize(
    ("call", "shown", "tex"),
    [
        ("delay_fixed(staff, 2 years)", "delay_fixed(staff_{skill},2)", r"\mathrm{delay\_fixed}\left({0}, 2\right)"),
        # A start that is not that of the input is said.
        (
            "delay_fixed(staff, 2 years, 0)",
            "delay_fixed(staff_{skill},2,0)",
            r"\mathrm{delay\_fixed}\left({0}, 2, 0\right)",
        ),
        ("initial(staff)", "initial(staff_{skill})", r"\mathrm{initial}\left({0}\right)"),
        ("previous(staff, 0)", "previous(staff_{skill},0)", r"\mathrm{previous}\left({0}, 0\right)"),
        ("sample_if_true(staff > 5 people, staff, 0)", "sample_if_true(staff_{skill}>5,staff_{skill},0)", ""),
    ],
)
def test_what_looks_back_is_a_function(call: str, shown: str, tex: str) -> None:
    _, equation, in_tex = split(f"aux x[skill] = {call}", "x")
    assert equation == shown
    staff = r"\mathrm{staff}_{\text{skill}}"
    assert in_tex.startswith(r"\mathrm{sample\_if\_true}") if not tex else in_tex == tex.replace("{0}", staff)


def test_a_table_of_two_dimensions_is_a_table() -> None:
    rows = "param both[bloc, skill] = {\n  low, mid, high\n  upper: 1, 2, 3\n  lower: 4, 5, 6\n}\n"
    _, equation, tex = split(rows, "both")
    assert equation == "{ low mid high;upper 1 2 3;lower 4 5 6;"
    assert tex == (
        r"\begin{matrix}  & \text{low} & \text{mid} & \text{high} \\ \text{upper} & 1 & 2 & 3 \\ "
        r"\text{lower} & 4 & 5 & 6 "
        r"\end{matrix}"
    )


def test_of_a_long_table_the_first_rows_are_shown() -> None:
    values = ", ".join(f"{number}: {number}" for number in range(1, 31))
    _, equation, _ = split(f"dim row = 1 .. 30\nparam x[row] = {{ {values} }}\n", "x")
    assert equation.startswith("{1 row = 1;2 row = 2;")
    assert equation.endswith("12 row = 12;⋮ 18 more;")


@pytest.mark.parametrize(
    ("declaration", "equation"),
    [
        (
            "aux x[region] = sum(workers over age where age > 21)",
            r"\sum_{\text{age},\; \text{age} > \text{21}} \mathrm{workers}_{\text{region}, \text{age}}",
        ),
        ("aux x = sum(tax over bloc) * 2", r"\left(\sum_{\text{bloc}} \mathrm{tax}_{\text{bloc}}\right) \cdot 2"),
        (
            "aux x[skill] = if skill == high then 0 else staff[skill + 1]",
            r"\begin{cases} 0 & \text{if } \text{skill} = \text{high} \\ "
            r"\mathrm{staff}_{\text{skill + 1}} & \text{otherwise} \end{cases}",
        ),
        (
            "aux x[bloc] = rank(tax over bloc)",
            r"\operatorname*{\mathrm{rank}}_{\text{bloc}}\left(\mathrm{tax}_{\text{bloc}}\right)",
        ),
    ],
)
def test_latex_of_equations_over_elements(declaration: str, equation: str) -> None:
    assert split(declaration, "x")[2] == equation


def test_mathml_over_elements_is_well_formed_and_harmless_without_any_names() -> None:
    system = build(check(Source("a.sd", SPLIT)).model)
    for each in (*system.parameters, *system.auxiliaries):
        for markup in (mathml(each.expression), mathml(each.expression, names_of(system), each.axes)):
            ElementTree.fromstring(f"<math>{markup}</math>")
            assert not re.search(r"<(?!/?m)", markup)
