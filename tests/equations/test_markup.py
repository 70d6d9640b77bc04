"""Equations as people read them, in MathML and in LaTeX."""

import re
from xml.etree import ElementTree

import pytest
import sympy

from sdlang.compiler import check
from sdlang.equations.build import build
from sdlang.equations.markup import latex, mathml, number_text
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
    root = ElementTree.fromstring(f"<math>{mathml(expression(text))}</math>")

    def shown(element: ElementTree.Element) -> str:
        inner = [shown(child) for child in element]
        match element.tag:
            case "mfrac":
                return f"[{inner[0]}|{inner[1]}]"
            case "msup":
                return f"{{{inner[0]}^{inner[1]}}}"
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
