"""What a flow moves, seen from the stock, against adding up the flow's elements one by one."""

from dataclasses import dataclass
from fractions import Fraction
from itertools import product

from hypothesis import given, strategies as st

from sdlang.model.constants import evaluate, everywhere, flat_place
from sdlang.model.expressions import Apply, Axis, Constant, Index, Reduce, Reference
from sdlang.model.model import Flow
from sdlang.model.moves import moved
from sdlang.model.positions import place_of
from sdlang.source import Source, Span

SPAN = Span(Source("a.sd", ""), 0, 0)


@dataclass(frozen=True)
class Case:
    """A flow, the axes of the stock that it reaches, and which of its elements."""

    flow: tuple[Axis, ...]
    stock: tuple[Axis, ...]
    indices: tuple[Index, ...]


def axes(names: str, sizes: list[int]) -> tuple[Axis, ...]:
    return tuple(Axis(name, f"dim_{name}", size) for name, size in zip(names, sizes, strict=False))


@st.composite
def cases(draw: st.DrawFn) -> Case:
    """Indices of all kinds: picked, followed, shifted, through a table, two axes that follow one loop."""
    sizes = st.lists(st.integers(1, 4), max_size=3)
    flow, stock = axes("ijk", draw(sizes)), axes("xyz", draw(sizes))
    indices = []
    for axis in stock:
        kinds = ["picked", *(["followed", "shifted", "through"] if flow else [])]
        loop = draw(st.sampled_from(flow)) if flow else None
        match draw(st.sampled_from(kinds)), loop:
            case "followed", Axis(loop=name):
                indices.append(Index(name))
            case "shifted", Axis(loop=name):
                indices.append(Index(name, draw(st.integers(-3, 3))))
            case "through", Axis(loop=name, size=size):
                table = draw(st.lists(st.integers(0, axis.size - 1), min_size=size, max_size=size))
                indices.append(Index(name, draw(st.integers(-1, 1)), tuple(table)))
            case _:
                indices.append(Index("", draw(st.integers(-1, axis.size))))
    return Case(flow, stock, tuple(indices))


def flow_with(axes_: tuple[Axis, ...]) -> Flow:
    return Flow(name="f", span=SPAN, axes=axes_, source=None, target="s", rate=Constant(SPAN, Fraction(0), None))


def amount(case: Case, places: tuple[int, ...]) -> float:
    """What an element of the flow moves: a power of two, so that each sum tells what is in it."""
    return 2.0 ** flat_place(places, [axis.size for axis in case.flow])


@given(cases())
def test_what_reaches_an_element_of_a_stock_is_the_sum_of_what_is_sent_there(case: Case) -> None:
    expected = dict.fromkeys(product(*(range(axis.size) for axis in case.stock)), 0.0)
    for at in everywhere(case.flow):
        reached = tuple(place_of(index, at) for index in case.indices)
        if reached in expected:  # beyond an axis lies the cloud
            expected[reached] += amount(case, tuple(at.values()))

    def value_of(name: str, *places: int) -> float:
        assert name == "f"
        assert all(0 <= place < axis.size for place, axis in zip(places, case.flow, strict=True))
        return amount(case, places)

    expression = moved(flow_with(case.flow), "f", case.indices, case.stock)
    found = {tuple(at.values()): evaluate(expression, value_of, at=at) for at in everywhere(case.stock)}
    assert found == expected


REGION, SECTOR = Axis("i", "region", 3), Axis("j", "sector", 2)


def test_a_flow_split_as_its_stock_is_read_as_it_is() -> None:
    x = Axis("x", "region", 3)
    assert moved(flow_with((REGION,)), "f", (Index("i"),), (x,)) == Reference(SPAN, "f", (Index("x"),))


def test_what_the_stock_does_not_have_is_summed_over() -> None:
    x = Axis("x", "region", 3)
    inner = Axis("f.j", "sector", 2)
    body = Reference(SPAN, "f", (Index("x"), Index("f.j")))
    assert moved(flow_with((REGION, SECTOR)), "f", (Index("i"),), (x,)) == Reduce(SPAN, "sum", (inner,), body, None)


def test_a_shift_is_followed_backwards_and_nothing_comes_from_outside() -> None:
    x = Axis("x", "region", 3)
    found = moved(flow_with((REGION,)), "f", (Index("i", 1),), (x,))
    assert isinstance(found, Apply)
    assert found.function == "if"
    assert found.arguments[1] == Reference(SPAN, "f", (Index("x", -1),))
