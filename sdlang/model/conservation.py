"""What the total of each set of stocks changes by: the proof that nothing is lost.

Stocks are never written as sums of flows; every flow names the stock that it leaves and the stock that it enters. So
the total of any set of stocks changes by the flows that cross its border and by nothing else: a flow inside takes from
one stock exactly what it gives to another. A ledger states this for each set of stocks that flows join. What events
move has two ends as well, and stands in the same ledgers.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import prod

from sdlang.model.expressions import Apply, Cases, Constant, Expr, Index, Reduce, Reference
from sdlang.model.model import Auxiliary, Flow, Model, Move, Stock
from sdlang.model.positions import truth


@dataclass(frozen=True, slots=True)
class Ledger:
    """Stocks joined by flows and moves: which come from outside, which go outside, which only run between them."""

    stocks: tuple[str, ...]
    enters: tuple[str, ...]
    leaves: tuple[str, ...]
    between: tuple[str, ...]

    @property
    def is_closed(self) -> bool:
        """Nothing enters and nothing leaves: the total is constant."""
        return not self.enters and not self.leaves


def ledgers(model: Model) -> tuple[Ledger, ...]:
    """One ledger for each set of stocks joined by flows or moves, in the order of their first stocks.

    Stocks inside components that have no name (the stages of a delay) are left out.
    """
    own = {stock.name for stock in model.stocks() if not stock.is_hidden}
    group = {name: name for name in own}

    def root(name: str) -> str:
        while group[name] != name:
            group[name] = group[group[name]]
            name = group[name]
        return name

    flows = [flow for flow in _crossing(model) if flow.source in own or flow.target in own]
    for flow in flows:
        if flow.source in own and flow.target in own:
            group[root(str(flow.target))] = root(str(flow.source))
    members: dict[str, list[str]] = {}
    for stock in model.stocks():
        if stock.name in own:
            members.setdefault(root(stock.name), []).append(stock.name)
    return tuple(_ledger(tuple(stocks), flows, model) for stocks in members.values())


def _crossing(model: Model) -> tuple[Flow | Move, ...]:
    """All that takes from one place and gives to another: flows, then moves."""
    return (*model.flows(), *model.moves())


def _ledger(stocks: tuple[str, ...], flows: Iterable[Flow | Move], model: Model) -> Ledger:
    inside = set(stocks)
    enters, leaves, between = [], [], []
    for flow in flows:
        match (flow.source in inside, flow.target in inside):
            case (True, True) if passes_the_end(flow, model):
                leaves.append(flow.name)
            case (True, True):
                between.append(flow.name)
            case (False, True):
                enters.append(flow.name)
            case (True, False):
                leaves.append(flow.name)
            case _:
                pass
    return Ledger(stocks, tuple(enters), tuple(leaves), tuple(between))


def in_words(ledger: Ledger, model: Model) -> str:
    """``people enter by `hiring`, leave by `quits`; between them nothing is lost``"""
    unit = model.variables[ledger.stocks[0]].unit.text
    things = model.units.plurals.get(unit, unit)
    what = "what they hold" if things == "1" else things
    stocks = _listed(ledger.stocks)
    if ledger.is_closed:
        if len(ledger.stocks) == 1:
            return f"nothing enters or leaves {stocks}"
        return f"{what} only move between {stocks}; their total never changes"
    ways = []
    if ledger.enters:
        ways.append(f"enter {stocks} by {_listed(ledger.enters)}")
    if ledger.leaves:
        ways.append(
            f"leave by {_listed(ledger.leaves)}" if ledger.enters else f"leave {stocks} by {_listed(ledger.leaves)}"
        )
    if not ledger.enters:
        ways.append("none enter")
    if not ledger.leaves:
        ways.append("none leave")
    return f"{what} {', '.join(ways)}; between them nothing is lost"


def _listed(names: tuple[str, ...]) -> str:
    marked = [f"`{name}`" for name in names]
    return marked[0] if len(marked) == 1 else f"{', '.join(marked[:-1])} and {marked[-1]}"


def changes_of(total: Expr, model: Model) -> tuple[str, ...] | None:
    """Flows and moves that change a total of stocks: empty if it is proved constant, `None` if it is no sum of stocks.

    The total is read through auxiliaries: `aux population = employed + unemployed` counts as the two stocks. Of stocks
    that are split, it is the sum over all elements.
    """
    weights: dict[str, int] = {}
    if not _collect(total, model, 1, {}, weights, frozenset()):
        return None
    changing = []
    for flow in _crossing(model):
        gain = weights.get(flow.target or "", 0) - weights.get(flow.source or "", 0)
        touches = bool(weights.get(flow.target or "", 0) or weights.get(flow.source or "", 0))
        if gain or (touches and passes_the_end(flow, model)):
            changing.append(flow.name)
    return tuple(changing)


def passes_the_end(flow: Flow | Move, model: Model) -> bool:
    """Whether some elements of a flow or move lie past the end of the stock at one of its ends, where the cloud is, and
    are not 0 by the text."""
    sizes = {axis.loop: axis.size for axis in flow.axes}
    amount = flow.rate if isinstance(flow, Flow) else flow.amount
    for stock, indices in ((flow.source, flow.source_indices), (flow.target, flow.target_indices)):
        if stock is None:
            continue
        for axis, index in zip(model.variables[stock].axes, indices, strict=True):
            size = sizes[index.loop] if index.loop else 1
            past = [place for place in range(size) if not 0 <= _reached(index, place) < axis.size]
            if not all(index.loop and _is_nothing(amount, {index.loop: place}) for place in past):
                return True
    return False


def _reached(index: Index, place: int) -> int:
    if not index.loop:
        return index.shift
    return (place if index.through is None else index.through[place]) + index.shift


def _is_nothing(rate: Expr, places: Mapping[str, int]) -> bool:
    """Whether the text alone says that a rate is 0 at some positions: `if age == last then 0 else ...`."""
    match rate:
        case Constant(value=value):
            return not value
        case Apply(function="if", arguments=(test, yes, no)):
            holds = truth(test, places)
            return all(_is_nothing(each, places) for each, when in ((yes, True), (no, False)) if holds in (when, None))
        case Apply(function="*", arguments=arguments):
            return any(_is_nothing(each, places) for each in arguments)
        case Cases(loop=loop, choice=choice, branches=branches) if loop in places:
            return _is_nothing(branches[choice[places[loop]]], places)
        case _:
            return False


def _collect(
    total: Expr,
    model: Model,
    sign: int,
    summed: Mapping[str, int],
    weights: dict[str, int],
    seen: frozenset[str],
) -> bool:
    """Add the stocks in `total` to `weights`; False where it is no sum of whole stocks and constants.

    `summed` has the loops over which `total` is summed, with their sizes: a stock counts if each of its elements is
    met as often as any other."""
    match total:
        case Constant():
            return True
        case Reference(name=name) if name in seen:
            return False
        case Reference(name=name, indices=indices):
            variable = model.variables.get(name)
            followed = [index.loop for index in indices if index.loop in summed and not index.shift]
            plain = all(index.through is None for index in indices) and len(set(followed)) == len(indices)
            if not plain:
                return False
            times = prod(size for loop, size in summed.items() if loop not in followed)
            if isinstance(variable, Stock):
                weights[name] = weights.get(name, 0) + sign * times
                return True
            if isinstance(variable, Auxiliary):
                inner = {axis.loop: axis.size for axis in variable.axes}
                return _collect(variable.value, model, sign * times, inner, weights, seen | {name})
            return False
        case Apply(function="+" | "sum", arguments=arguments):
            return all(_collect(argument, model, sign, summed, weights, seen) for argument in arguments)
        case Apply(function="-", arguments=(left, right)):
            return _collect(left, model, sign, summed, weights, seen) and _collect(
                right, model, -sign, summed, weights, seen
            )
        case Reduce(function="sum", axes=axes, where=None, body=body):
            inner = {**summed, **{axis.loop: axis.size for axis in axes}}
            return _collect(body, model, sign, inner, weights, seen)
        case _:
            return False
