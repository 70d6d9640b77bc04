"""Equations as people read them: MathML for the report, LaTeX for papers, from the unevaluated SymPy form.

Terms and factors stay in the order in which the modeller wrote them, names keep all their letters, a quotient is a
fraction and `if` a brace with cases. Elements are subscripts, sums have their dimension under the sign. MathML is kept
to what browsers draw by themselves (MathML Core).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from html import escape
from types import MappingProxyType
from typing import Any

import sympy
from sympy.printing.latex import LatexPrinter

from sdlang.equations.naming import MINUS, PRIME, Names, branches, given, grid
from sdlang.equations.nodes import Builtin
from sdlang.model.expressions import Axis, Index

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
# How the signs of comparisons of positions are shown, in MathML and in LaTeX.
SHOWN: Mapping[str, str] = MappingProxyType({"in": "∈", **{name: row[1] for name, row in INFIX.items()}})
IN_LATEX: Mapping[str, str] = MappingProxyType({"in": r"\in", **{name: row[2] for name, row in INFIX.items()}})
# Reductions that have a sign of their own.
SIGNS: Mapping[str, tuple[str, str]] = MappingProxyType({"sum": ("∑", r"\sum"), "product": ("∏", r"\prod")})
LATEX_ROW = r" \\ "
APOSTROPHE = "'"
ALONE = Names()


def mathml(expression: sympy.Basic, names: Names = ALONE, axes: Iterable[Axis] = ()) -> str:
    """Presentation MathML of an expression, without the enclosing `<math>`. `names` say what elements are called,
    `axes` are those of the equation."""
    return _Mathml(names.only(axes)).form(expression)[1]


def mathml_name(name: str, names: Names = ALONE, axes: Iterable[Axis] = ()) -> str:
    """The name of a variable, with the dimensions that it is split by as its subscript."""
    return _Mathml(names.only(axes)).element(name, [Index(axis.loop) for axis in axes])


def latex(expression: sympy.Basic, names: Names = ALONE, axes: Iterable[Axis] = ()) -> str:
    """LaTeX of an expression; `names` and `axes` as for `mathml`."""
    return str(_latex_printer(names.only(axes)).doprint(expression))


def number_text(number: sympy.Number) -> str:
    """A number in few digits: constants are shown, not computed with."""
    mantissa, exponent, power = f"{float(number):.10g}".partition("e")
    return f"{mantissa}e{int(power)}" if exponent else mantissa


Form = tuple[int, str]


class _Mathml:
    """Each form is a pair: how tightly it holds together, and its MathML."""

    def __init__(self, names: Names) -> None:
        self.names = names

    def form(self, expression: sympy.Basic) -> Form:
        if isinstance(expression, sympy.Symbol):
            helper = self.names.helper(expression.name)
            if helper is not None:
                return _Mathml(self.names.only(())).form(helper.expression)
            return ATOM, f"<mi>{escape(expression.name)}</mi>"
        if isinstance(expression, sympy.Number):
            if date := self.names.date(expression):
                return ATOM, f"<mtext>{date}</mtext>"
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
        held = [
            self._held(
                factor, PRODUCT + 1 if (place and _is_negative(factor)) or _is_open(factor, place, factors) else PRODUCT
            )
            for place, factor in enumerate(factors)
        ]
        return PRODUCT, "<mo>·</mo>".join(held)

    def _builtin(self, expression: Builtin) -> Form:
        name, arguments = expression.name, expression.arguments
        if expression.held:
            return self._split(expression)
        if name in INFIX:
            tightness, sign, _ = INFIX[name]
            told = self.names.compared(expression) if tightness == COMPARISON else None
            if told is not None:
                return tightness, f"{_text(told[0])}<mo>{escape(SHOWN[told[1]])}</mo>{_text(told[2])}"
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
            case "step" | "ramp" | "pulse":
                arguments = arguments[1:]
            case "^":
                return POWER, f"<msup>{self._held(arguments[0], ATOM)}{self._row(arguments[1])}</msup>"
        return ATOM, self._call(f"<mi>{escape(name)}</mi>", arguments)

    def _call(self, function: str, arguments: Iterable[sympy.Basic]) -> str:
        inside = "<mo>,</mo>".join(self._row(argument) for argument in arguments)
        return f"<mrow>{function}<mrow><mo>(</mo>{inside}<mo>)</mo></mrow></mrow>"

    def _split(self, expression: Builtin) -> Form:
        """What runs over elements, or holds something."""
        arguments = expression.arguments
        match (expression.name, *expression.held):
            case ("element", name, indices):
                helper = self.names.helper(name)
                if helper is None:
                    return ATOM, self.element(name, indices)
                shown = _Mathml(self.names.only(helper.axes)).form(helper.expression)[1]
                plain = all(index == Index(index.loop) and index.loop for index in indices)
                below = _subscript(self.names.indices(name, indices))
                return ATOM, shown if plain else f"<msub>{shown}{below}</msub>"
            case ("position", index, first):
                (text,) = self.names.indices("", [index])
                text = text if index.loop else str(index.shift + first)
                return (SUM if index.loop and index.shift else ATOM), _text(text)
            case ("lookup", table, indices):
                return ATOM, self._call(self.element(table, indices), arguments)
            case ("array", _, _, indices):
                return ATOM, f"<msub><mtext>data</mtext>{_subscript(self.names.indices('', indices))}</msub>"
            case ("reduce", function, axes):
                return self._reduce(function, axes, *arguments)
            case ("vector", function, axes):
                below = ", ".join(self.names.loop(axis.loop) for axis in axes)
                under = f"<munder><mi>{escape(function)}</mi>{_text(below)}</munder>"
                return ATOM, self._call(under, given(expression, self.names))
            case ("memory" | "draw", function, *_):
                return ATOM, self._call(f"<mi>{escape(function)}</mi>", given(expression, self.names))
            case _:
                return CHOICE, self._of_elements(expression)

    def element(self, name: str, indices: Iterable[Index]) -> str:
        """A variable with its indices below."""
        below = self.names.indices(name, indices)
        shown = f"<mi>{escape(name)}</mi>"
        return f"<msub>{shown}{_subscript(below)}</msub>" if below else shown

    def _reduce(self, function: str, axes: tuple[Axis, ...], body: sympy.Expr, where: sympy.Expr | None = None) -> Form:
        inner = _Mathml(self.names.within(axes))
        below = _text(", ".join(inner.names.loop(axis.loop) for axis in axes))
        if where is not None:
            rows = (below, inner._row(where))
            below = f"<mtable>{''.join(f'<mtr><mtd>{row}</mtd></mtr>' for row in rows)}</mtable>"
        if function in SIGNS:
            sign = f'<munder><mo movablelimits="false">{SIGNS[function][0]}</mo>{below}</munder>'
            return PRODUCT, f"<mrow>{sign}{inner._held(body, PRODUCT)}</mrow>"
        return ATOM, inner._call(f"<munder><mi>{escape(function)}</mi>{below}</munder>", (body,))

    def _of_elements(self, expression: Builtin) -> str:
        """A table of elements as cases, one of two dimensions as a table."""
        table = grid(self.names, expression)
        if table is not None:
            lines = [["<mrow></mrow>", *map(_text, table.heads)]]
            lines += [[_text(element), *map(self._row, cells)] for element, cells in table.rows]
            lines = [[*line, "<mo>…</mo>"] for line in lines] if table.has_more else lines
            if table.left_out:
                lines.append(["<mo>⋮</mo>", f"<mtext>{table.left_out:,} more</mtext>"])
            inside = "".join(f"<mtr>{''.join(f'<mtd>{cell}</mtd>' for cell in line)}</mtr>" for line in lines)
            return f"<mrow><mo>{{</mo><mtable>{inside}</mtable></mrow>"
        rows, left_out = branches(self.names, expression)
        shown = [
            f"<mtr><mtd>{self._row(branch)}</mtd><mtd>{_text(condition)}</mtd></mtr>" for branch, condition in rows
        ]
        if left_out:
            shown.append(f"<mtr><mtd><mo>⋮</mo></mtd><mtd><mtext>{left_out:,} more</mtext></mtd></mtr>")
        return f"<mrow><mo>{{</mo><mtable>{''.join(shown)}</mtable></mrow>"

    def _cases(self, expression: Builtin) -> str:
        rows = []
        rest: sympy.Basic = expression
        while isinstance(rest, Builtin) and rest.name == "if":
            test, yes, rest = rest.arguments
            rows.append(f"<mtr><mtd>{self._row(yes)}</mtd><mtd><mtext>if&#160;</mtext>{self._row(test)}</mtd></mtr>")
        rows.append(f"<mtr><mtd>{self._row(rest)}</mtd><mtd><mtext>otherwise</mtext></mtd></mtr>")
        return f"<mrow><mo>{{</mo><mtable>{''.join(rows)}</mtable></mrow>"


def _text(text: str) -> str:
    """Names of loops and elements: words upright, so that they are told from variables."""
    return f"<mtext>{escape(text)}</mtext>"


def _subscript(indices: Iterable[str]) -> str:
    return _text(", ".join(indices))


def _is_open(factor: sympy.Basic, place: int, factors: Sequence[sympy.Basic]) -> bool:
    """A sum whose end would not be seen in a product, since a factor follows."""
    is_signed = isinstance(factor, Builtin) and factor.name == "reduce" and factor.held[0] in SIGNS
    return is_signed and place < len(factors) - 1


def _is_negative(expression: sympy.Basic) -> bool:
    """Whether a form begins with a minus: `-b` and `-3`."""
    if isinstance(expression, sympy.Mul):
        return bool(expression.args[0] == -1)
    return isinstance(expression, sympy.Number) and bool(expression < 0)


class _Latex(LatexPrinter):  # type: ignore[misc]
    """SymPy's printer, taught the names and the functions of the language."""

    names: Names

    def _print_Symbol(self, expression: sympy.Symbol, style: str = "plain") -> str:  # noqa: ARG002, N802
        helper = self.names.helper(expression.name)
        if helper is not None:
            return _latex_printer(self.names.only(())).doprint(helper.expression)
        return _latex_name(expression.name)

    def _print_Add(self, expression: sympy.Add, order: str | None = None) -> str:  # noqa: ARG002, N802
        first, *others = expression.args
        text = self._bare(first)
        for term in others:
            is_taken = isinstance(term, sympy.Mul) and len(term.args) == 2 and term.args[0] == -1
            shown = term.args[1] if is_taken else term
            inner = self._bare(shown)
            if isinstance(shown, sympy.Add) or _is_negative(shown):
                inner = rf"\left({inner}\right)"
            text += f" {'-' if is_taken else '+'} {inner}"
        return text

    def _print_Float(self, expression: sympy.Float) -> str:  # noqa: N802
        if date := self.names.date(expression):
            return rf"\text{{{date}}}"
        mantissa, _, exponent = number_text(expression).partition("e")
        return rf"{mantissa} \cdot 10^{{{exponent}}}" if exponent else mantissa

    def _print_Builtin(self, expression: Builtin) -> str:  # noqa: N802
        name, arguments = expression.name, expression.arguments
        if expression.held:
            return self._split(expression)
        told = self.names.compared(expression) if INFIX.get(name, (CHOICE,))[0] == COMPARISON else None
        if told is not None:
            return f"{_latex_index(told[0])} {IN_LATEX[told[1]]} {_latex_index(told[2])}"
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
        return self._call(_latex_name(name), arguments[1:] if name in ("step", "ramp", "pulse") else arguments)

    def _call(self, function: str, arguments: Iterable[sympy.Basic]) -> str:
        return rf"{function}\left({', '.join(str(self._print(argument)) for argument in arguments)}\right)"

    def _bare(self, expression: sympy.Basic) -> str:
        """A term of a sum: a reduction needs no brackets there."""
        if isinstance(expression, Builtin) and expression.name == "reduce":
            return self._reduce(*expression.held, *expression.arguments)
        return str(self._print(expression))

    def doprint(self, expression: sympy.Basic) -> str:
        return self._bare(expression)

    def _split(self, expression: Builtin) -> str:
        """What runs over elements, or holds something."""
        match (expression.name, *expression.held):
            case ("element", name, indices):
                helper = self.names.helper(name)
                if helper is None:
                    return self._element(name, indices)
                shown = _latex_printer(self.names.only(helper.axes)).doprint(helper.expression)
                plain = all(index == Index(index.loop) and index.loop for index in indices)
                return shown if plain else shown + _latex_subscript(self.names.indices(name, indices))
            case ("position", index, first):
                (text,) = self.names.indices("", [index])
                shown = _latex_index(text if index.loop else str(index.shift + first))
                return rf"\left({shown}\right)" if index.loop and index.shift else shown
            case ("lookup", table, indices):
                return self._call(self._element(table, indices), expression.arguments)
            case ("array", _, _, indices):
                return r"\text{data}" + _latex_subscript(self.names.indices("", indices))
            case ("reduce", function, _):
                shown = self._bare(expression)
                return rf"\left({shown}\right)" if function in SIGNS else shown
            case ("vector", function, axes):
                below = _latex_subscript(self.names.loop(axis.loop) for axis in axes)
                return self._call(rf"\operatorname*{{{_latex_name(function)}}}{below}", given(expression, self.names))
            case ("memory" | "draw", function, *_):
                return self._call(_latex_name(function), given(expression, self.names))
            case _:
                return self._of_elements(expression)

    def _element(self, name: str, indices: Iterable[Index]) -> str:
        return _latex_name(name) + _latex_subscript(self.names.indices(name, indices))

    def _reduce(self, function: str, axes: tuple[Axis, ...], body: sympy.Expr, where: sympy.Expr | None = None) -> str:
        inner = _latex_printer(self.names.within(axes))
        below = ", ".join(_latex_index(inner.names.loop(axis.loop)) for axis in axes)
        if where is not None:
            below = rf"{below},\; {inner._print(where)}"
        if function in SIGNS:
            shown = str(inner._print(body))
            if isinstance(body, sympy.Add) or _is_negative(body):
                shown = rf"\left({shown}\right)"
            return rf"{SIGNS[function][1]}_{{{below}}} {shown}"
        return inner._call(rf"\operatorname*{{{_latex_name(function)}}}_{{{below}}}", (body,))

    def _of_elements(self, expression: Builtin) -> str:
        table = grid(self.names, expression)
        if table is not None:
            lines = [["", *map(_latex_index, table.heads)]]
            lines += [[_latex_index(element), *map(self._print, cells)] for element, cells in table.rows]
            lines = [[*line, r"\cdots"] for line in lines] if table.has_more else lines
            if table.left_out:
                lines.append([r"\vdots", rf"\text{{{table.left_out} more}}"])
            return rf"\begin{{matrix}} {LATEX_ROW.join(' & '.join(line) for line in lines)} \end{{matrix}}"
        rows, left_out = branches(self.names, expression)
        shown = [rf"{self._print(branch)} & {_latex_index(condition)}" for branch, condition in rows]
        if left_out:
            shown.append(rf"\vdots & \text{{{left_out} more}}")
        return rf"\begin{{cases}} {LATEX_ROW.join(shown)} \end{{cases}}"

    def _print_Str(self, expression: Any) -> str:  # noqa: N802
        return str(expression.name)


def _latex_printer(names: Names) -> _Latex:
    printer = _Latex({"order": "none", "mul_symbol": "dot"})
    printer.names = names
    return printer


def _latex_name(name: str) -> str:
    return rf"\mathrm{{{_latex_escaped(name)}}}"


def _latex_index(text: str) -> str:
    """`age + 1`, `region = north`: words upright, signs as they are."""
    return rf"\text{{{_latex_escaped(text).replace(MINUS, '-').replace(PRIME, APOSTROPHE)}}}"


def _latex_subscript(indices: Iterable[str]) -> str:
    below = ", ".join(_latex_index(index) for index in indices)
    return f"_{{{below}}}" if below else ""


def _latex_escaped(text: str) -> str:
    return text.replace("_", r"\_").replace("{", r"\{").replace("}", r"\}")
