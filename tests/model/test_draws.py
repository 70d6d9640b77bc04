"""What a draw in an equation means: its hidden variable, what that is split by, its key, its unit; and mistakes."""

import pytest

from sdlang.model.distributions import DISTRIBUTIONS
from sdlang.model.draws import draws_of, key_of_draw
from tests.model.meant import codes, errors, model


def test_a_draw_has_a_hidden_variable_of_its_own() -> None:
    meant = model("aux x = normal(2, 1) + 3 * normal(0, 1)\nplot x")
    assert list(draws_of(meant)) == ["x.normal.value", "x.normal_2.value"]
    assert all(meant.variables[name].is_hidden for name in draws_of(meant))


def test_every_element_draws_for_itself() -> None:
    meant = model(
        "dim a = p, q\ndim b = 1 .. 3\naux x[a] = normal(2, 1)\naux y[a] = sum(normal(2, 1) over b)\n"
        "aux z = normal(1, 1)\nplot z"
    )
    assert [[axis.size for axis in meant.variables[name].axes] for name in draws_of(meant)] == [[2], [2, 3], []]


def test_a_draw_is_made_at_the_positions_where_it_is_read() -> None:
    meant = model(
        "dim b = 1 .. 3\naux x[b] = if b == 1 then 0 else normal(x[b - 1], 1)\n"
        "aux y[b] = { 1: normal(0, 1), 2: 3, 3: uniform(0, 1) }"
    )
    loops = [draw.where for draw in draws_of(meant).values()]
    assert [[places for _, places in where] for where in loops] == [[(1, 2)], [(0,)], [(2,)]]


def test_a_component_draws_in_each_of_its_instances() -> None:
    meant = model(
        "component noisy(x) returns y { aux y = x * lognormal(1, 0.1) }\n"
        "aux a = noisy(1)\naux b = noisy(normal(2, 1))\nplot a"
    )
    assert list(draws_of(meant)) == ["a.noisy.y.lognormal.value", "b.normal.value", "b.noisy.y.lognormal.value"]


@pytest.mark.parametrize(
    ("variable", "key"),
    [
        ("x.normal.value", "x.normal.value"),
        ("x.normal.value.normal.value", "x.normal.value"),
        ("x.normal_2.value.normal.value", "x.normal_2.value"),
        ("x.normal.value.normal_2.value", "x.normal.value.normal_2.value"),
        ("x.uniform.value.normal.value", "x.uniform.value.normal.value"),
        ("x.subnormal.value.normal.value", "x.subnormal.value.normal.value"),
    ],
)
def test_what_a_flat_model_declares_keeps_its_key(variable: str, key: str) -> None:
    assert key_of_draw(variable, "normal") == key


@pytest.mark.parametrize(
    ("call", "unit"),
    [
        ("normal(5 people, 1 person)", "people"),
        ("lognormal(5 people, 20%)", "people"),
        ("uniform(0, 5 people)", "people"),
        ("triangular(0, 2 people, 5 people)", "people"),
        ("poisson(5 people)", "people"),
        ("binomial(5 people, 10%)", "people"),
        ("exponential(5 people)", "people"),
        ("gamma(2, 5 people)", "people"),
        ("beta(2, 3)", "1"),
        ("weibull(2, 5 people)", "people"),
        ("white_noise(5 people, 1 month)", "people"),
        ("pink_noise(sd = 5 people, correlation_time = 1 month)", "people"),
    ],
)
def test_the_unit_of_a_draw(call: str, unit: str) -> None:
    assert model(f"aux x = {call}\nplot x").variables["x"].unit.text == unit


def test_the_unit_of_an_argument_follows_from_that_of_the_draw() -> None:
    meant = model("param sd = 3\nstock s = 5 people\nflow f: cloud -> s = normal(s / 1 year, sd * 1 person / year)")
    assert meant.variables["sd"].unit.text == "1"


def test_every_row_is_documented_by_its_arguments() -> None:
    names = ["normal", "lognormal", "uniform", "triangular", "poisson", "binomial", "exponential", "gamma", "beta"]
    assert list(DISTRIBUTIONS) == [*names, "weibull", "white_noise", "pink_noise"]
    assert all(row.meaning for row in DISTRIBUTIONS.values())


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("aux x = normal(5 people, 1)", "argument-unit"),
        ("aux x = lognormal(5 people, 1 person)", "argument-unit"),
        ("aux x = triangular(1 person, 2, 3 people)", "argument-unit"),
        ("aux x = binomial(5 people, 1 person)", "argument-unit"),
        ("aux x = gamma(5 people, 1)", "argument-unit"),
        ("aux x = beta(5 people, 1)", "argument-unit"),
        ("aux x = weibull(5 people, 1 person)", "argument-unit"),
        ("aux x = white_noise(5 people, 3)", "argument-unit"),
        ("aux x = pink_noise(5 people, 3 people)", "argument-unit"),
        ("aux x : person = normal(5, 1)", "unit-mismatch"),
        ("aux x = poisson(5 people/month)", "count-per-time"),
        ("aux x = binomial(5 people/month, 0.1)", "count-per-time"),
        ("aux x = normal(1)", "missing-argument"),
        ("aux x = normal(1, 2, 3)", "wrong-number-of-arguments"),
        ("aux x = normal(1, sd = 2, sd = 3)", "argument-twice"),
        ("aux x = normal(1, deviation = 2)", "unknown-argument"),
        ("aux x = normal", "function-without-arguments"),
        ("aux x = normall(1, 2)", "unknown-function"),
        ("dim r = a, b\naux x = normal(1, 2 over r)", "unknown-reduction"),
        ("aux x = normal(x, 1)", "algebraic-loop"),
        ("table normal(x) = (0, 0) (1, 1)", "shadowed-name"),
        ("component beta(x) returns y { aux y = x }", "shadowed-name"),
        ("param x = normal(1, 2)", "draw-in-parameter"),
        ("param x = 3 * uniform(1, 2) + 1", "draw-in-parameter"),
        ("param x = pink_noise(1, 1 year)", "draw-in-parameter"),
        ("component c() { param x = normal(1, 2)\n stock s = x }\nc one { }", "draw-in-parameter"),
        ("param x = 1 in 0 .. normal(3, 1)", "draw-outside-equation"),
        ("table t(x) = (0, 0) (1, normal(3, 1))", "draw-outside-equation"),
        ("param x = 1\nscenario s { x = normal(1, 2) }", "draw-outside-equation"),
        ("param x = 1\nscenario s { x = 2 from uniform(2026, 2027) }", "draw-outside-equation"),
        ("aux x = 1\nexpect x < normal(1, 2)", "draw-outside-equation"),
        ("aux x = 1\nexpect smooth(normal(1, 2), 1 year, initial = 1) < 3", "draw-outside-equation"),
        ("aux x = 1\nexpect x < 3 after normal(2026, 1)", "draw-outside-equation"),
        ("aux x = normal(time / 1 year, -1)", "impossible-distribution"),
        ("param p = 3\naux x = binomial(10, p)", "impossible-distribution"),
        ("dim r = a, b\nparam p[r] = { a: 3, b: -3 }\naux x[r] = exponential(p)", "impossible-distribution"),
        ("component c(sd) returns y { aux y = normal(1, sd) }\naux x = c(-2)", "impossible-distribution"),
    ],
)
def test_what_cannot_be(text: str, code: str) -> None:
    assert code in codes(text)


def test_a_beta_and_a_gamma_of_the_modeller() -> None:
    """Names of distributions are names of functions only: `beta` is what epidemics are made of."""
    meant = model("param beta = 0.3 / year\nparam gamma = 0.1 / year\naux r0 = beta / gamma\nplot r0")
    assert not draws_of(meant)
    assert codes("param beta = 2\naux x = beta(1, 2)") == ["not-a-function"]


def test_an_impossible_element_where_nothing_is_drawn_is_no_mistake() -> None:
    text = "dim r = a, b\nparam p[r] = { a: 3, b: -3 }\naux x[r] = { a: exponential(p), b: 0 }\nplot x"
    assert codes(text) == []


def test_the_words() -> None:
    told = errors("param delay = normal(12 months, 2 months)\naux x = normal(time / 1 year, -24 people)")
    assert [each.hint for each in told] == [
        "write `param delay = 12 months ~ normal(12 months, 2 months)`; what is drawn anew at each step is an `aux`"
    ]
    (told_first, *_) = errors("component c(sd) returns y { aux y = normal(1, sd) }\naux x = c(-2)")
    assert told_first.message == "`normal` cannot draw: the standard deviation is -2, below 0"
    assert told_first.span is not None
    assert told_first.span.text == "c(-2)"
    assert told_first.notes[0].span.text == "normal(1, sd)"
    assert codes("aux x = poisson(3 / month)") == ["count-per-time"]
