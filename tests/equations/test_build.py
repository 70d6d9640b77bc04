"""The System: every equation as it was written, in an order in which it can be computed."""

from dataclasses import replace

import pytest
import sympy

from sdlang.compiler import check
from sdlang.equations.build import build, digest
from sdlang.equations.nodes import Builtin
from sdlang.equations.system import System
from sdlang.model.model import Model
from sdlang.source import Source

CLOCK = "simulate 2024 to 2034 years, step 1 month\nunit person = people\n"


def model(text: str) -> Model:
    return check(Source("a.sd", CLOCK + text)).model


def system(text: str) -> System:
    return build(model(text))


def expression(text: str, before: str = "stock x = 1\nstock y = 1\nstock z = 1") -> sympy.Expr:
    (found,) = (e for e in system(f"{before}\naux result = {text}").auxiliaries if e.name == "result")
    return found.expression


X, Y, Z = (sympy.Symbol(name, real=True) for name in "xyz")


def test_terms_and_factors_stay_in_the_order_in_which_they_were_written() -> None:
    assert expression("z + x + y").args == (sympy.Add(Z, X, evaluate=False), Y)
    assert expression("z * x").args == (Z, X)


@pytest.mark.parametrize("text", ["x - x", "x + 0", "x * 1", "x / x", "x * 0", "2 + 3", "x ^ 1", "max(x, x)"])
def test_nothing_is_evaluated_or_simplified(text: str) -> None:
    written = expression(text)
    # SymPy would make one number or one symbol of each of these.
    assert not isinstance(written, sympy.Symbol | sympy.Number)
    assert len(written.args) >= 2


def test_differences_and_quotients_are_sums_and_products() -> None:
    assert expression("x - y") == sympy.Add(X, sympy.Mul(-1, Y, evaluate=False), evaluate=False)
    assert expression("x / y") == sympy.Mul(X, sympy.Pow(Y, -1, evaluate=False), evaluate=False)
    assert expression("-x") == sympy.Mul(-1, X, evaluate=False)


def test_functions_keep_their_arguments_in_their_order() -> None:
    assert expression("max(z, x, y)") == Builtin("max", Z, X, Y)
    assert expression("if x > y then y else x") == Builtin("if", Builtin(">", X, Y), Y, X)
    assert expression("max(z, x)").free_symbols == {Z, X}


def test_numbers_are_whole_where_they_are_and_else_of_double_precision() -> None:
    assert expression("x + 5").args[1] == sympy.Integer(5)
    assert float(expression("x + 0.1").args[1]) == 0.1
    assert float(expression("x * 1 month / 1 year", "stock x = 1").args[0].args[1]) == 1 / 12


def test_the_rate_of_a_stock_is_what_enters_less_what_leaves() -> None:
    found = system(
        "stock a = 5\nstock b = 1\nflow f: cloud -> a = 1 / year\n"
        "flow g: a -> b = 2 / year\nflow h: a -> cloud = 3 / year"
    )
    f, g, h = (sympy.Symbol(name, real=True) for name in "fgh")
    rates = {state.name: state.rate for state in found.states}
    assert sympy.simplify(rates["a"] - (f - g - h)) == 0
    assert rates["b"] == g


def test_a_stock_without_flows_does_not_change() -> None:
    assert system("stock a = 5").states[0].rate == 0


def test_parameters_come_before_those_that_read_them() -> None:
    found = system("param c = b + 1\nparam b = a + 1\nparam a = 1\naux x = c")
    assert [e.name for e in found.parameters] == ["a", "b", "c"]


def test_auxiliaries_come_before_those_that_read_them_and_stocks_need_none() -> None:
    found = system("aux d = c + 1\naux c = s + b\naux b = 2\nstock s = 1\nflow f: s -> cloud = d / 1 year")
    names = [e.name for e in found.auxiliaries]
    assert names.index("b") < names.index("c") < names.index("d") < names.index("f")


def test_the_start_has_an_order_of_its_own() -> None:
    found = system("stock s = d\naux d = c + 1\naux c = 2\naux e = s * 2")
    order = [name for block in found.initial_order for name in block.names]
    assert order.index("c") < order.index("d") < order.index("s") < order.index("e")


def test_the_text_of_an_equation_is_on_one_line_and_without_comments() -> None:
    found = system("stock a = 5\naux b = a +  # why\n  2 * a\n")
    (equation,) = found.auxiliaries
    assert equation.text == "a + 2 * a"


def test_breakpoints_are_the_times_at_which_something_jumps_or_kinks() -> None:
    found = system(
        "param p = 2026\nparam height = 1\naux a = step(height, p)\naux b = pulse(1, 2027, 1 year)\n"
        "aux c = ramp(1 / year, 2029, 2030)\naux d = if time >= 2031 then 1 else 0\n"
        "aux e = if 2032 > time then 1 else 0"
    )
    times = {str(time) for time in found.breakpoints}
    assert {"p", "2027", "2029", "2030", "2031", "2032"} <= times
    ends = [time for time in found.breakpoints if isinstance(time, sympy.Add)]
    assert [float(end) for end in ends] == [2028.0]  # the pulse is over a year after 2027
    assert len(found.breakpoints) == 7


def test_a_time_that_is_not_known_before_the_run_is_no_breakpoint() -> None:
    assert system("stock s = 2026\naux a = step(1, s * 1 year)").breakpoints == ()


def test_a_guard_forbids_a_stock_to_fall_below_zero() -> None:
    found = system(
        "stock a = 5\nstock b = 5\nstock c = 5\naux d = a\nexpect a >= 0 always\nexpect 0 <= b\n"
        "expect c > 1\nexpect d >= 0\n"
        "expect b >= 0 at 2030"
    )
    assert [(guard.name, guard.least) for guard in found.guards] == [("a", 0.0), ("b", 0.0)]


def test_columns_know_unit_scale_kind_and_who_is_inside_a_component() -> None:
    found = system('stock a "The stock" : people = 5\naux b : people/month = smooth(a, 1 year) / 1 year').columns
    assert (found["a"].label, found["a"].unit, found["a"].kind, found["a"].is_inner) == (
        "The stock",
        "people",
        "stock",
        False,
    )
    assert (found["b"].scale, found["b"].kind) == (12.0, "auxiliary")
    assert found["b.smooth.level"].is_inner


def test_the_digest_is_that_of_the_text_and_its_data() -> None:
    one, same, other = model("stock a = 5"), model("stock a = 5"), model("stock a = 6")
    assert digest(one) == digest(same) != digest(other)

    def with_data(rows: str) -> Model:
        text = CLOCK + 'series s = csv("d.csv"), hold\naux a = s'
        return check(Source("a.sd", text), lambda _: f"year,n\n{rows}").model

    assert digest(with_data("2024,1\n2025,2\n")) != digest(with_data("2024,1\n2025,3\n"))
    assert digest(replace(one, title="another")) == digest(one)


def test_tables_go_with_their_points_and_series_are_over_time() -> None:
    text = (
        CLOCK + 'series s = csv("d.csv"), step, hold\ntable t(x) = (0, 1) (2, 3), spline, extrapolate\naux a = s + t(1)'
    )
    tables = build(check(Source("a.sd", text), lambda _: "year,n\n2024,1\n2025,2\n").model).tables
    assert (tables["t"].x, tables["t"].y, tables["t"].method, tables["t"].outside) == (
        (0.0, 2.0),
        (1.0, 3.0),
        "spline",
        "extrapolate",
    )
    assert (tables["s"].is_over_time, tables["t"].is_over_time) == (True, False)
