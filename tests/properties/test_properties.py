"""What holds for all texts and all models, tried on random ones."""

import re
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, assume, given, settings, strategies as st

import sdlang
from sdlang.compiler import check
from sdlang.diagnostics import Diagnostic, ModelError
from sdlang.render import plain
from sdlang.results.run import Array
from sdlang.source import Source
from sdlang.syntax.parser import parse, parse_expression
from sdlang.syntax.printer import print_file
from sdlang.syntax.words import DECLARATIONS, PRECEDENCE, RESERVED
from tests.trees import without_layout

MODELS = sorted((Path(__file__).parents[2] / "models").rglob("*.sd"))
TRIED = settings(deadline=None, max_examples=150, suppress_health_check=[HealthCheck.too_slow])
RUN = settings(deadline=None, max_examples=40, suppress_health_check=[HealthCheck.too_slow])

# Nothing but diagnostics ---------------------------------------------------------------------------------------------

PIECES = st.sampled_from(
    [
        *DECLARATIONS,
        *RESERVED,
        *PRECEDENCE,
        *"()[]{}=,:.%\"#&;'!?@",
        *("->", "..", '"""', "==", "\n", "\n", "\n\n", "  ", "\t", "\r\n", "## ", "\u2028", "\ufeff"),
        *("a", "b", "staff", "time", "people", "years", "人口", "1", "0", "2024", "1e400", "1e-3", "5_000", "8%"),
        *("smooth(", "delay(", "max(", "step(", "csv(", "conserved(", "a[", "{{ a at 3 }}", "million", "year^2"),
        *("2026-04", "2026-04-15", "2026-02-30", "-04", "simulate 2024-01 to 2034-12-31, step 1 month\n"),
        *("simulate 0 to 10 years, step 1 year\n", "stock a = 1\n", "flow f: a -> cloud = a / 1 year\n"),
    ]
)
TEXTS = st.one_of(
    st.lists(PIECES, max_size=40).map(" ".join), st.lists(PIECES, max_size=40).map("".join), st.text(max_size=60)
)


def only_diagnostics(text: str) -> None:
    """The reader and the compiler give diagnostics, whatever the text, and each points into its text."""
    source = Source("a.sd", text)
    found: list[Diagnostic] = []
    file = parse(source, found)
    if not found:
        printed = print_file(file)
        again = parse(Source("a.sd", printed), found)
        assert not found, printed
        assert without_layout(again.declarations) == without_layout(file.declarations)
        assert print_file(again) == printed
    try:
        found.extend(check(source).warnings)
    except ModelError as mistakes:
        found.extend(mistakes.diagnostics)
    assert bool(plain(found)) == bool(found)
    for diagnostic in found:
        assert re.fullmatch(r"[a-z]+(-[a-z]+)*", diagnostic.code)
        assert diagnostic.message
        for span in (diagnostic.span, *(note.span for note in diagnostic.notes)):
            if span is not None:
                assert 0 <= span.start <= span.end <= len(span.source.text)


@settings(TRIED, max_examples=400)
@given(TEXTS)
def test_any_text_gets_nothing_but_diagnostics(text: str) -> None:
    only_diagnostics(text)


@TRIED
@given(TEXTS)
def test_any_expression_gets_nothing_but_diagnostics(text: str) -> None:
    parse_expression(Source("a.sd", text), [])
    only_diagnostics(f"simulate 0 to 10 years, step 1 year\nstock a = 1\naux b = {text}\n")


SMALL = [path.read_text(encoding="utf-8") for path in MODELS if path.stat().st_size < 4_000]


@settings(TRIED, max_examples=100)
@given(st.sampled_from(SMALL), st.data())
def test_a_model_with_something_cut_doubled_or_put_in_gets_nothing_but_diagnostics(
    text: str, data: st.DataObject
) -> None:
    for _ in range(data.draw(st.integers(1, 3))):
        start = data.draw(st.integers(0, len(text)))
        stop = min(len(text), start + data.draw(st.sampled_from([0, 1, 1, 3, 20])))
        put_in = data.draw(st.one_of(st.just(""), PIECES, st.just(text[start:stop] * 2)))
        text = text[:start] + put_in + text[stop:]
    only_diagnostics(text)


@settings(TRIED, max_examples=60)
@given(st.sampled_from(SMALL), st.data())
def test_a_model_whose_lines_are_shuffled_means_the_same_or_is_told(text: str, data: st.DataObject) -> None:
    lines = text.splitlines()
    first, second = (data.draw(st.integers(0, len(lines) - 1)) for _ in range(2))
    lines[first], lines[second] = lines[second], lines[first]
    only_diagnostics("\n".join(lines))


# Random models -------------------------------------------------------------------------------------------------------

CONSTANTS = st.sampled_from(["0.5", "1", "2", "-1.5", "0.1", "3"])


def formulas(names: list[str], with_kinks: bool) -> st.SearchStrategy[str]:
    """Equations over some names, whose divisors are never 0."""

    def larger_formula(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
        forms = ["({} + {})", "({} - {})", "({} * {})"]
        forms += ["({} / (1 + abs({})))", "min({}, {})", "max({}, {})"] if with_kinks else ["({0} / (1 + {1} * {1}))"]
        return st.builds(str.format, st.sampled_from(forms), inner, inner)

    leaves = st.one_of(st.sampled_from(names), st.sampled_from(names), CONSTANTS)
    return st.recursive(leaves, larger_formula, max_leaves=4)


@st.composite
def models(draw: st.DrawFn, with_kinks: bool) -> str:
    """A model of stocks, flows between them and the cloud, and auxiliaries, with all values held within bounds."""
    stocks = [f"s{number}" for number in range(draw(st.integers(1, 3)))]
    names = [*stocks, "p"]
    lines = [f"param p = {draw(CONSTANTS)}", "plot p"]
    lines += [f"stock {name} = {draw(CONSTANTS)}" for name in stocks]
    for number in range(draw(st.integers(0, 3))):
        lines.append(f"aux a{number} = tanh({draw(formulas(names, with_kinks))} / 4)")
        names.append(f"a{number}")
    for number in range(draw(st.integers(1, 4))):
        ends = draw(st.permutations([*stocks, "cloud"]))[:2]
        lines.append(f"flow f{number}: {ends[0]} -> {ends[1]} = tanh({draw(formulas(names, with_kinks))} / 4) / 1 year")
    return "\n".join(draw(st.permutations(lines)))


@RUN
@given(models(with_kinks=True))
def test_the_fixed_engine_gives_the_numbers_of_the_reference(text: str) -> None:
    model = sdlang.compile("simulate 0 to 3 years, step 1/16 year\n" + text)
    reference, fixed = model.run(engine="reference"), model.run(engine="fixed", method="euler")
    assert set(reference) == set(fixed)
    for name in reference:
        np.testing.assert_allclose(fixed[name], reference[name], rtol=1e-9, atol=1e-12)


@RUN
@given(models(with_kinks=False))
def test_small_fixed_steps_and_adaptive_ones_agree(text: str) -> None:
    model = sdlang.compile("simulate 0 to 2 years, step 1/32 year, save every 1/2 year\n" + text)
    coarse, fine = model.run(method="rk4"), model.run(method="rk4", step="1/64 year")
    adaptive = model.run(method="dop853")
    stocks = [name for name in coarse if name.startswith("s")]
    # RK4's error at the half step is about a 15th of what the halving changed.
    assume(all(np.max(np.abs(coarse[name] - fine[name])) < 1e-7 for name in stocks))
    for name in stocks:
        np.testing.assert_allclose(fine[name], adaptive[name], rtol=1e-6, atol=1e-6)


@st.composite
def closed(draw: st.DrawFn) -> tuple[list[str], str]:
    """Stocks that flow into each other and nowhere else."""
    stocks = [f"s{number}" for number in range(draw(st.integers(2, 4)))]
    lines = [f"stock {name} = {draw(st.integers(1, 1_000_000))}" for name in stocks]
    for number in range(draw(st.integers(1, 5))):
        source, target = draw(st.permutations(stocks))[:2]
        share = draw(st.floats(0.01, 2))
        form = draw(
            st.sampled_from(["{a} * {r}", "max({a}, {b}) * {r}", "{a} * {b} / (1 + abs({a}) + abs({b})) * {r}"])
        )
        lines.append(f"flow f{number}: {source} -> {target} = {form.format(a=source, b=target, r=share)} / 1 year")
    return stocks, "\n".join(lines)


@pytest.mark.parametrize("method", ["euler", "rk4", "dop853"])
@settings(RUN, max_examples=25)
@given(closed())
def test_nothing_is_lost_in_a_closed_system(method: str, made: tuple[list[str], str]) -> None:
    stocks, text = made
    run = sdlang.compile("simulate 0 to 4 years, step 1/16 year\n" + text).run(method=method)
    total = sum(run[name] for name in stocks)
    size = float(np.max(sum(np.abs(run[name]) for name in stocks)))
    assert float(np.max(np.abs(total - total[0]))) <= 1e-12 * size


# Units ---------------------------------------------------------------------------------------------------------------

SCALED = """
simulate 0 to {stop} {time}, step {step} {time}, save every {save} {time}
unit person = people
param rate = {rate} / year
param wait = {wait} months
param target = {target} {things}
stock staff = {staff} {things}
stock gone = 0 {things}
aux seen = smooth(staff, wait, order = 2)
flow hiring: cloud -> staff = max(0 {things}/year, (target - seen) / wait)
flow quits: staff -> gone = staff * rate
"""


@RUN
@given(
    st.integers(1, 10_000),
    st.integers(1, 10_000),
    st.floats(0.01, 1),
    st.floats(2, 24),
    st.sampled_from(["euler", "rk4", "dop853"]),
)
def test_the_units_in_which_a_model_is_written_change_no_result(
    staff: int, target: int, rate: float, wait: float, method: str
) -> None:
    def run(things: str, per: int, time: str, in_a_year: int) -> dict[str, Array]:
        """Results in people and years of a model that is written in other units."""
        text = "" if per == 1 else f"unit {things} = {per} people\n"
        text += SCALED.format(
            stop=3 * in_a_year,
            step=f"{in_a_year}/24",
            save=f"{in_a_year}/4",
            time=time,
            things=things,
            staff=staff / per,
            target=target / per,
            rate=rate,
            wait=wait,
        )
        made = sdlang.compile(text).run(method=method)
        stocks = {name: made.own[name] for name in ("staff", "gone", "seen")}
        return stocks | {name: made.own[name] * in_a_year for name in ("hiring", "quits")}

    as_it_is = run("people", 1, "years", 1)
    for other in (run("kilo", 1000, "years", 1), run("people", 1, "months", 12), run("kilo", 1000, "months", 12)):
        for name, values in as_it_is.items():
            # An adaptive method is as exact as the largest value of a variable asks; the kink of `max` costs it most.
            near = 1e-6 * float(np.max(np.abs(values))) if method == "dop853" else 1e-6
            np.testing.assert_allclose(other[name], values, rtol=1e-9 if method != "dop853" else 1e-6, atol=near)
