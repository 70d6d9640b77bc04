"""What the total of each set of stocks changes by: the proof that nothing is lost.

Stocks are never written as sums of flows; every flow names the stock that it leaves and the stock that it enters. So
the total of any set of stocks changes by the flows that cross its border and by nothing else: a flow inside takes from
one stock exactly what it gives to another. A ledger states this for each set of stocks that flows join.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sdlang.model.expressions import Apply, Constant, Expr, Reference
from sdlang.model.model import Auxiliary, Flow, Model, Stock


@dataclass(frozen=True, slots=True)
class Ledger:
    """Stocks joined by flows; the flows that come from outside, that go outside, and that only move between them."""

    stocks: tuple[str, ...]
    enters: tuple[str, ...]
    leaves: tuple[str, ...]
    between: tuple[str, ...]

    @property
    def is_closed(self) -> bool:
        """Nothing enters and nothing leaves: the total is constant."""
        return not self.enters and not self.leaves


def ledgers(model: Model) -> tuple[Ledger, ...]:
    """One ledger for each set of stocks joined by flows, in the order of their first stocks.

    Inner stocks of components (the stages of a delay) are left out: they hold no stock of the modeller's.
    """
    own = {stock.name for stock in model.stocks() if not stock.component}
    group = {name: name for name in own}

    def root(name: str) -> str:
        while group[name] != name:
            group[name] = group[group[name]]
            name = group[name]
        return name

    flows = [flow for flow in model.flows() if flow.source in own or flow.target in own]
    for flow in flows:
        if flow.source in own and flow.target in own:
            group[root(str(flow.target))] = root(str(flow.source))
    members: dict[str, list[str]] = {}
    for stock in model.stocks():
        if stock.name in own:
            members.setdefault(root(stock.name), []).append(stock.name)
    return tuple(_ledger(tuple(stocks), flows) for stocks in members.values())


def _ledger(stocks: tuple[str, ...], flows: Iterable[Flow]) -> Ledger:
    inside = set(stocks)
    enters, leaves, between = [], [], []
    for flow in flows:
        match (flow.source in inside, flow.target in inside):
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
    """Flows that change a total of stocks: empty if it is proved constant, `None` if it is no plain sum of stocks.

    The total is read through auxiliaries: `aux population = employed + unemployed` counts as the two stocks.
    """
    weights: dict[str, int] = {}
    if not _collect(total, model, 1, weights, frozenset()):
        return None
    changing = []
    for flow in model.flows():
        gain = weights.get(flow.target or "", 0) - weights.get(flow.source or "", 0)
        if gain:
            changing.append(flow.name)
    return tuple(changing)


def _collect(total: Expr, model: Model, sign: int, weights: dict[str, int], seen: frozenset[str]) -> bool:
    """Add the stocks in `total` to `weights`; False where it is no sum of stocks and constants."""
    match total:
        case Constant():
            return True
        case Reference(name=name) if name in seen:
            return False
        case Reference(name=name):
            variable = model.variables.get(name)
            if isinstance(variable, Stock):
                weights[name] = weights.get(name, 0) + sign
                return True
            if isinstance(variable, Auxiliary):
                return _collect(variable.value, model, sign, weights, seen | {name})
            return False
        case Apply(function="+" | "sum", arguments=arguments):
            return all(_collect(argument, model, sign, weights, seen) for argument in arguments)
        case Apply(function="-", arguments=(left, right)):
            return _collect(left, model, sign, weights, seen) and _collect(right, model, -sign, weights, seen)
        case _:
            return False
