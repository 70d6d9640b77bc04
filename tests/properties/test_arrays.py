"""What holds for all models that are split by dimensions, tried on random ones."""

from collections.abc import Mapping, Sequence

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

import sdlang
from sdlang.results.run import Array, Run

RUN = settings(deadline=None, max_examples=25, suppress_health_check=[HealthCheck.too_slow])

# Random models -------------------------------------------------------------------------------------------------------

PLACES = ("north", "south", "east")
NUMBERS = st.sampled_from(["0", "0.5", "2", "3", "7"])
Axes = tuple[str, ...]


def numbers(low: float, high: float) -> st.SearchStrategy[float]:
    """Numbers from `low` to `high`; none is so small that it is nothing but rounding."""
    return st.integers(0, 1000).map(lambda part: low + (high - low) * part / 1000)


def elements_table(values: Mapping[str, float]) -> str:
    return "{ " + ", ".join(f"{name}: {value}" for name, value in values.items()) + " }"


# What an expression can read, and what each is split by. `age` is a range of numbers.
READ: Mapping[str, Axes] = {
    "one": (),
    "weight": ("place",),
    "share": ("age",),
    "pool": (),
    "staff": ("place",),
    "people": ("place", "age"),
}


@st.composite
def expression(draw: st.DrawFn, axes: Axes, depth: int = 3) -> str:
    """An expression that can stand in an equation split by these axes; it has no unit, and a value of any size. It has
    no jumps: where one is met depends on the last bit."""
    deeper = depth - 1
    kinds = ["number", "name", "name", "pick"]
    if depth:
        kinds += ["sum", "product", "least", "reduction", "reduction", *(["position"] if axes else [])]
    match draw(st.sampled_from(kinds)):
        case "number":
            return draw(NUMBERS)
        case "name":
            return draw(st.sampled_from([name for name, split in READ.items() if set(split) <= set(axes)]))
        case "pick":
            age = "age" if "age" in axes else draw(st.sampled_from(["1", "2", "3"]))
            return f"people[{draw(st.sampled_from(PLACES))}, {age}]"
        case "sum":
            sign = draw(st.sampled_from("+-"))
            return f"({draw(expression(axes, deeper))} {sign} {draw(expression(axes, deeper))})"
        case "product":
            return f"({draw(expression(axes, deeper))} * {draw(NUMBERS)})"
        case "least":
            function = draw(st.sampled_from(["min", "max"]))
            return f"{function}({draw(expression(axes, deeper))}, {draw(expression(axes, deeper))})"
        case "position":
            axis = draw(st.sampled_from(axes))
            test = f"place != {draw(st.sampled_from(PLACES))}" if axis == "place" else "age < 3"
            return f"(if {test} then {draw(expression(axes, deeper))} else {draw(NUMBERS)})"
        case _:
            over = draw(st.sampled_from(["place", "age"]))
            inner = axes if over in axes else (*axes, over)
            function = draw(st.sampled_from(["sum", "mean", "min", "max"]))
            where = " where weight > 1" if over == "place" and function == "sum" and draw(st.booleans()) else ""
            return f"{function}({draw(expression(inner, deeper))} over {over}{where})"


@st.composite
def equations(draw: st.DrawFn) -> str:
    """Lines of flows and auxiliaries among the stocks of `model`, each rate held between 0 and 5 a year."""
    lines = []
    for name, axes in (("a", ()), ("b", ("place",)), ("c", ("place", "age")), ("d", ("age",))):
        split = f"[{', '.join(axes)}]" if axes else ""
        lines.append(f"aux {name}{split} = clip({draw(expression(axes))}, 0, 5)")
    lines += [
        "flow entering: cloud -> pool = a / 1 year",
        "flow joining[place]: pool -> staff = b / 1 year",
        "flow aging[place, age]: people[place, age] -> people[place, age + 1] = c * people / 100 / 1 year",
        "flow moving[here: place, there: place]: staff[here] -> staff[there] = weight[here] * b[there] / 1 year",
        "flow leaving[place, age]: people -> staff = d * people / 200 / 1 year",
    ]
    return "\n".join(lines)


def model(lines: str, places: Sequence[str] = PLACES) -> str:
    weights = elements_table({place: 1 + PLACES.index(place) for place in places})
    begin = elements_table({place: 10 * (1 + PLACES.index(place)) for place in places})
    return (
        f"simulate 0 to 2 years, step 1/8 year, using euler\ndim place = {', '.join(places)}\ndim age = 1 .. 3\n"
        f"param one = 1\nparam weight[place] = {weights}\nparam share[age] = age / 3\n"
        f"stock pool = 100\nstock staff[place] = {begin}\nstock people[place, age] = weight * age\n{lines}\n"
    )


NAMES = ("pool", "staff", "people", "a", "b", "c", "d")


def sizes(run: Run) -> float:
    return max(float(np.max(np.abs(run[name]))) for name in NAMES)


@RUN
@given(equations())
def test_the_fixed_engine_runs_an_arrayed_model_as_the_reference_does(lines: str) -> None:
    compiled = sdlang.compile(model(lines))
    reference, fixed = compiled.run(engine="reference"), compiled.run(engine="fixed", method="euler")
    for name in NAMES:
        np.testing.assert_allclose(fixed[name], reference[name], rtol=1e-12, atol=1e-12 * sizes(reference))


@RUN
@given(
    st.lists(numbers(0, 0.5), min_size=3, max_size=3),
    st.lists(numbers(0, 0.5), min_size=9, max_size=9),
    st.lists(numbers(0, 100), min_size=9, max_size=9),
)
def test_all_methods_agree_on_a_smooth_arrayed_model(
    rates: list[float], moves: list[float], begin: list[float]
) -> None:
    text = (
        "simulate 0 to 2 years, step 1/64 year, save every 1/4 year\ndim place = north, south, east\ndim age = 1 .. 3\n"
        f"param rate[place] : 1/year = {elements_table(dict(zip(PLACES, rates, strict=True)))}\n"
        f"param move[here: place, there: place] : 1/year = {matrix(PLACES, moves)}\n"
        f"stock people[place, age] = {matrix(PLACES, begin, ('1', '2', '3'))}\n"
        "flow aging[place, age]: people[place, age] -> people[place, age + 1] = people * rate\n"
        "flow moving[here: place, there: place, age]: people[here, age] -> people[there, age] =\n"
        "  people[here, age] * move[here, there] / (1 + sum(people[there, age] over age) / 100)\n"
    )
    compiled = sdlang.compile(text)
    best = compiled.run(method="dop853")
    size = 1 + float(np.max(best["people"]))
    for method in ("rk4", "rk45", "lsoda", "radau"):
        np.testing.assert_allclose(compiled.run(method=method)["people"], best["people"], rtol=1e-6, atol=1e-6 * size)


def matrix(rows: Sequence[str], values: Sequence[float], columns: Sequence[str] | None = None) -> str:
    """A table of elements in two dimensions, its values row by row."""
    columns = columns or rows
    lines = [", ".join(columns)]
    for number, row in enumerate(rows):
        part = values[number * len(columns) : (number + 1) * len(columns)]
        lines.append(f"{row}: {', '.join(map(repr, part))}")
    return "{\n  " + "\n  ".join(lines) + "\n}"


# The order of elements -----------------------------------------------------------------------------------------------


@RUN
@given(equations(), st.permutations(PLACES))
def test_the_order_of_the_elements_changes_nothing(lines: str, order: list[str]) -> None:
    first, other = (sdlang.compile(model(lines, places)).run() for places in (PLACES, order))
    for name in NAMES:
        for element in first.elements(name):
            # Sums run over the elements in another order, and round otherwise.
            np.testing.assert_allclose(other[element], first[element], rtol=1e-12, atol=1e-12 * sizes(first))


# Splitting a dimension -----------------------------------------------------------------------------------------------


def linear(places: Sequence[str], parts: int, values: Mapping[str, Sequence[float]], moves: Sequence[float]) -> str:
    """A linear model over some places, each made of so many equal parts: the parts share what begins and what enters,
    and who moves to a place spreads over its parts."""
    pieces = [f"{place}_{part}" for place in places for part in range(parts)]
    begin, rate, entering = (
        elements_table(
            {f"{place}_{part}": value for place, value in zip(places, each, strict=True) for part in range(parts)}
        )
        for each in (
            [value / parts for value in values["begin"]],
            values["rate"],
            [v / parts for v in values["entering"]],
        )
    )
    blocs = "\n".join(f"  {place}: {', '.join(f'{place}_{part}' for part in range(parts))}" for place in places)
    return (
        f"simulate 0 to 4 years, step 1/8 year, using rk4\ndim piece = {', '.join(pieces)}\n"
        f"dim place maps piece {{\n{blocs}\n}}\nparam rate[piece] : 1/year = {rate}\n"
        f"param move[here: place, there: place] : 1/year = {matrix(places, moves)}\n"
        f"stock staff[piece] = {begin}\nstock gone[place] = 0\n"
        f"flow hiring[piece]: cloud -> staff = {entering} / 1 year\n"
        "flow quits[piece]: staff -> gone = staff * rate\n"
        "flow moving[here: piece, there: piece]: staff[here] -> staff[there] =\n"
        f"  staff[here] * move[here, there] / {parts}\n"
        "aux total[place] = sum(staff over piece in place)\n"
    )


SIZES = st.lists(numbers(0, 1000), min_size=3, max_size=3)
RATES = st.lists(numbers(0, 1), min_size=3, max_size=3)


@RUN
@given(SIZES, RATES, SIZES, st.lists(numbers(0, 1), min_size=9, max_size=9), st.integers(2, 4))
def test_the_parts_of_a_dimension_add_up_to_the_whole_in_a_linear_model(
    begin: list[float], rate: list[float], entering: list[float], moves: list[float], parts: int
) -> None:
    values = {"begin": begin, "rate": rate, "entering": entering}
    whole, split = (sdlang.compile(linear(PLACES, count, values, moves)).run() for count in (1, parts))
    size = 1 + float(np.max(whole["total"]))
    np.testing.assert_allclose(split["total"], whole["total"], rtol=1e-11, atol=1e-11 * size)
    np.testing.assert_allclose(split["gone"], whole["gone"], rtol=1e-11, atol=1e-11 * size)


# Conservation --------------------------------------------------------------------------------------------------------

CLOSED = """
simulate 0 to 4 years, step 1/8 year, save every 1 year
dim place = north, south, east
dim age = 1 .. 4
dim young of age = 1 .. 3
dim side maps place {{ west: north, south
  other: east }}
param pace[place] : 1/year = {pace}
stock people[place, age] = {begin} * age
stock lobby[place] = 5
stock home[side] = 7
stock pool = 11
flow aging[place, young]: people[place, young] -> people[place, young + 1] = people[place, young] * pace
flow moving[here: place, there: place, age]: people[here, age] -> people[there, age] = people[here, age] * {move} / year
flow gathering[place, age]: people -> lobby = people * age * {gather} / year
flow resting[place]: lobby -> home = lobby * pace / 2
flow picking: lobby[south] -> people[east, 2] = lobby[south] * {gather} / year
flow sharing[side]: home -> {{ pool: 25%, lobby[north]: {share}, lobby[east]: rest }} = home * {move} / year
flow back: pool -> people[north, 1] = {wanted} / year
flow other: pool -> lobby[south] = {wanted} / year
share pool {rule} within 1 year
"""


@RUN
@given(
    RATES,
    numbers(0, 100),
    numbers(0, 1),
    numbers(0, 0.2),
    numbers(0, 0.75),
    numbers(0, 20),
    st.sampled_from(["proportional", "priority other, back"]),
    st.sampled_from(["euler", "rk4", "rk45"]),
)
def test_what_flows_only_between_elements_keeps_its_total(
    pace: list[float], begin: float, move: float, gather: float, share: float, wanted: float, rule: str, method: str
) -> None:
    text = CLOSED.format(
        pace=elements_table(dict(zip(PLACES, pace, strict=True))),
        begin=begin,
        move=move,
        gather=gather,
        share=share,
        wanted=wanted,
        rule=rule,
    )
    run = sdlang.compile(text).run(method=method)
    stocks = [run[name].reshape(len(run.time), -1) for name in ("people", "lobby", "home", "pool")]
    total = sum(np.sum(each, axis=1) for each in stocks)
    assert isinstance(total, np.ndarray)
    size = float(np.max(np.abs(np.concatenate(stocks, axis=1)).sum(axis=1)))
    assert float(np.max(np.abs(total - total[0]))) <= 1e-12 * size


# Units ---------------------------------------------------------------------------------------------------------------

SCALED = """
simulate 0 to {stop} {time}, step {step} {time}, save every {save} {time}
unit person = people
dim place = north, south
dim age = 1 .. 3
param rate[place] = {{ north: {rate} / year, south: {rate} / year / 2 }}
param wait = {wait} months
param target[place] : {things} = {target}
stock staff[place, age] = {staff} {things} * age
stock gone[place] = 0 {things}
aux seen[place, age] = smooth(staff, wait, order = 2)
aux whole[place] = sum(seen over age)
flow hiring[place]: cloud -> staff[place, 1] = max(0 {things}/year, (target - whole) / wait)
flow aging[place, age]: staff[place, age] -> staff[place, age + 1] = staff / 3 years
flow quits[place, age]: staff -> gone = staff * rate
"""


@RUN
@given(
    st.integers(1, 10_000),
    st.integers(1, 10_000),
    numbers(0.01, 1),
    numbers(6, 24),
    st.sampled_from(["euler", "rk4"]),
)
def test_the_units_in_which_an_arrayed_model_is_written_change_no_result(
    staff: int, target: int, rate: float, wait: float, method: str
) -> None:
    def run(things: str, per: int, time: str, in_a_year: int) -> dict[str, Array]:
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
        stocks = {name: made.own[name] for name in ("staff", "gone", "seen", "whole")}
        return stocks | {name: made.own[name] * in_a_year for name in ("hiring", "aging", "quits")}

    as_it_is = run("people", 1, "years", 1)
    for other in (run("kilo", 1000, "years", 1), run("people", 1, "months", 12), run("kilo", 1000, "months", 12)):
        for name, values in as_it_is.items():
            np.testing.assert_allclose(other[name], values, rtol=1e-9, atol=1e-6)


@pytest.mark.parametrize("engine", ["reference", "fixed"])
def test_an_element_of_its_own_runs_as_a_scalar_does(engine: str) -> None:
    """A dimension of one element changes nothing, to the last bit."""
    lines = "stock x{0} = 7\naux a{0} = max(x, 3) * 0.1 - x / 11\nflow f{0}: cloud -> x = a / 1 year"
    clock = "simulate 0 to 8 years, step 1/8 year, using euler\n"
    scalar = sdlang.compile(clock + lines.format("")).run(engine=engine)
    split = sdlang.compile(f"{clock}dim only = it\n{lines.format('[only]')}").run(engine=engine)
    for name in ("x", "a", "f"):
        assert split[name][:, 0].tolist() == scalar[name].tolist()
