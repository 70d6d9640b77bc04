"""Equations as people read them: MathML for the report, LaTeX for papers, from the unevaluated SymPy form.

Terms and factors stay in the order in which the modeller wrote them, names keep all their letters, a quotient is a
fraction and `if` a brace with cases. MathML is kept to what browsers draw by themselves (MathML Core).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from html import escape
from types import MappingProxyType
from typing import Any

import sympy
from sympy.printing.latex import LatexPrinter

from sdlang.equations.nodes import Builtin

# How tightly a form holds together, as in the language itself.
CHOICE, OR, AND, NOT, COMPARISON, SUM, PRODUCT, POWER, ATOM = 0, 1, 2, 3, 4, 5, 6, 8, 10
INFIX: Mapping[str, tuple[int, str, str]] = MappingProxyType(
    {
        "or": (OR, "or", r"\lor"),
        "and": (AND, "and", r"\land"),
        "<": (COMPARISON, "<", "<"),
        "<=": (COMPARISON, "≤", r"\le"),
        ">": (COMPARISON, ">", ">"),
        ">=": (COMPARISON, "≥", r"\ge"),
        "==": (COMPARISON, "=", "="),
        "!=": (COMPARISON, "≠", r"\ne"),
    }
)
MINUS = "−"


def mathml(expression: sympy.Basic) -> str:
    """Presentation MathML of an expression, without the enclosing `<math>`."""
    return _Mathml().form(expression)[1]


def latex(expression: sympy.Basic) -> str:
    """LaTeX of an expression."""
    return str(_Latex({"order": "none", "mul_symbol": "dot"}).doprint(expression))


def number_text(number: sympy.Number) -> str:
    """A number in few digits: constants are shown, not computed with."""
    mantissa, exponent, power = f"{float(number):.10g}".partition("e")
    return f"{mantissa}e{int(power)}" if exponent else mantissa


Form = tuple[int, str]


class _Mathml:
    """Each form is a pair: how tightly it holds together, and its MathML."""

    def form(self, expression: sympy.Basic) -> Form:
        if isinstance(expression, sympy.Symbol):
            return ATOM, f"<mi>{escape(expression.name)}</mi>"
        if isinstance(expression, sympy.Number):
            return self._number(number_text(expression))
        if isinstance(expression, Builtin):
            return self._builtin(expression)
        if isinstance(expression, sympy.Add):
            return self._sum(expression.args)
        if isinstance(expression, sympy.Mul):
            return self._product(expression.args)
        if isinstance(expression, sympy.Pow):
            base, exponent = expression.args
            if exponent == -1:
                return ATOM, f"<mfrac><mn>1</mn>{self._row(base)}</mfrac>"
            return POWER, f"<msup>{self._held(base, ATOM)}{self._row(exponent)}</msup>"
        raise AssertionError(f"a system holds no {type(expression).__name__}")

    def _number(self, text: str) -> Form:
        mantissa, _, exponent = text.partition("e")
        sign, digits = ("<mo>−</mo>", mantissa[1:]) if mantissa.startswith("-") else ("", mantissa)
        number = f"{sign}<mn>{digits}</mn>"
        if exponent:
            number += f"<mo>·</mo><msup><mn>10</mn><mn>{exponent.replace('-', MINUS)}</mn></msup>"
        return (PRODUCT if sign or exponent else ATOM), f"<mrow>{number}</mrow>" if sign or exponent else number

    def _row(self, expression: sympy.Basic) -> str:
        return f"<mrow>{self.form(expression)[1]}</mrow>"

    def _held(self, expression: sympy.Basic, least: int) -> str:
        tightness, text = self.form(expression)
        return f"<mrow>{text}</mrow>" if tightness >= least else f"<mrow><mo>(</mo>{text}<mo>)</mo></mrow>"

    def _sum(self, terms: Sequence[sympy.Basic]) -> Form:
        text = self._held(terms[0], SUM)
        for term in terms[1:]:
            if isinstance(term, sympy.Mul) and len(term.args) == 2 and term.args[0] == -1:
                text += f"<mo>−</mo>{self._held(term.args[1], PRODUCT)}"
            else:
                text += f"<mo>+</mo>{self._held(term, SUM + 1)}"
        return SUM, text

    def _product(self, factors: Sequence[sympy.Basic]) -> Form:
        if len(factors) == 2 and factors[0] == -1:
            return PRODUCT, f"<mo>−</mo>{self._held(factors[1], PRODUCT)}"
        last = factors[-1]
        if isinstance(last, sympy.Pow) and last.args[1] == -1:
            above = factors[0] if len(factors) == 2 else sympy.Mul(*factors[:-1], evaluate=False)
            return ATOM, f"<mfrac>{self._row(above)}{self._row(last.args[0])}</mfrac>"
        first, *others = factors
        held = (self._held(factor, PRODUCT + 1 if _is_negative(factor) else PRODUCT) for factor in others)
        return PRODUCT, "<mo>·</mo>".join([self._held(first, PRODUCT), *held])

    def _builtin(self, expression: Builtin) -> Form:
        name, arguments = expression.name, expression.arguments
        if name in INFIX:
            tightness, sign, _ = INFIX[name]
            left, right = (self._held(argument, tightness + 1) for argument in arguments)
            operator = f"<mtext>&#160;{sign}&#160;</mtext>" if sign.isalpha() else f"<mo>{escape(sign)}</mo>"
            return tightness, f"{left}{operator}{right}"
        match name:
            case "if":
                return CHOICE, self._cases(expression)
            case "not":
                return NOT, f"<mtext>not&#160;</mtext>{self._held(arguments[0], NOT)}"
            case "sqrt":
                return ATOM, f"<msqrt>{self._row(arguments[0])}</msqrt>"
            case "abs":
                return ATOM, f"<mrow><mo>|</mo>{self._row(arguments[0])}<mo>|</mo></mrow>"
            case "exp":
                return POWER, f"<msup><mi>e</mi>{self._row(arguments[0])}</msup>"
            case "lookup":
                name, arguments = arguments[0].name, arguments[1:]
            case "step" | "ramp" | "pulse":
                arguments = arguments[1:]
            case "^":
                return POWER, f"<msup>{self._held(arguments[0], ATOM)}{self._row(arguments[1])}</msup>"
        inside = "<mo>,</mo>".join(self._row(argument) for argument in arguments)
        return ATOM, f"<mrow><mi>{escape(name)}</mi><mrow><mo>(</mo>{inside}<mo>)</mo></mrow></mrow>"

    def _cases(self, expression: Builtin) -> str:
        rows = []
        rest: sympy.Basic = expression
        while isinstance(rest, Builtin) and rest.name == "if":
            test, yes, rest = rest.arguments
            rows.append(f"<mtr><mtd>{self._row(yes)}</mtd><mtd><mtext>if&#160;</mtext>{self._row(test)}</mtd></mtr>")
        rows.append(f"<mtr><mtd>{self._row(rest)}</mtd><mtd><mtext>otherwise</mtext></mtd></mtr>")
        return f"<mrow><mo>{{</mo><mtable>{''.join(rows)}</mtable></mrow>"


def _is_negative(expression: sympy.Basic) -> bool:
    """Whether a form begins with a minus: `-b` and `-3`."""
    if isinstance(expression, sympy.Mul):
        return bool(expression.args[0] == -1)
    return isinstance(expression, sympy.Number) and bool(expression < 0)


class _Latex(LatexPrinter):  # type: ignore[misc]
    """SymPy's printer, taught the names and the functions of the language."""

    def _print_Symbol(self, expression: sympy.Symbol, style: str = "plain") -> str:  # noqa: ARG002, N802
        return _latex_name(expression.name)

    def _print_Add(self, expression: sympy.Add, order: str | None = None) -> str:  # noqa: ARG002, N802
        first, *others = expression.args
        text = str(self._print(first))
        for term in others:
            is_taken = isinstance(term, sympy.Mul) and len(term.args) == 2 and term.args[0] == -1
            shown = term.args[1] if is_taken else term
            inner = str(self._print(shown))
            if isinstance(shown, sympy.Add) or _is_negative(shown):
                inner = rf"\left({inner}\right)"
            text += f" {'-' if is_taken else '+'} {inner}"
        return text

    def _print_Float(self, expression: sympy.Float) -> str:  # noqa: N802
        mantissa, _, exponent = number_text(expression).partition("e")
        return rf"{mantissa} \cdot 10^{{{exponent}}}" if exponent else mantissa

    def _print_Builtin(self, expression: Builtin) -> str:  # noqa: N802
        name, arguments = expression.name, expression.arguments
        shown: list[str] = [str(self._print(argument)) for argument in arguments if isinstance(argument, sympy.Expr)]
        if name in INFIX:
            sign = INFIX[name][2]
            left, right = (
                rf"\left({text}\right)" if isinstance(argument, Builtin) and argument.name in INFIX else text
                for argument, text in zip(arguments, shown, strict=True)
            )
            return f"{left} {sign} {right}"
        forms: Mapping[str, Callable[..., str]] = {
            "if": lambda test, yes, no: (
                rf"\begin{{cases}} {yes} & \text{{if }} {test} \\ {no} & \text{{otherwise}} \end{{cases}}"
            ),
            "not": lambda inner: rf"\lnot \left({inner}\right)",
            "sqrt": lambda inner: rf"\sqrt{{{inner}}}",
            "abs": lambda inner: rf"\left|{inner}\right|",
            "exp": lambda inner: rf"e^{{{inner}}}",
            "^": lambda base, exponent: rf"\left({base}\right)^{{{exponent}}}",
        }
        if name in forms:
            return forms[name](*shown)
        if name == "lookup":
            name = str(arguments[0].name)
        elif name in ("step", "ramp", "pulse"):
            shown = shown[1:]
        return rf"{_latex_name(name)}\left({', '.join(shown)}\right)"

    def _print_Str(self, expression: Any) -> str:  # noqa: N802
        return str(expression.name)


def _latex_name(name: str) -> str:
    escaped = name.replace("_", r"\_").replace("[", "_{").replace("]", "}")
    return rf"\mathrm{{{escaped}}}"
