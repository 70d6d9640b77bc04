"""What a stock-and-flow diagram shows of a model: its own variables and which reads which.

Of a component with a name the stocks and flows are shown, of one without a name nothing. What an equation that is not
shown reads counts as read by the variable that uses it. Constants that a component is given are left out, and what
parts of one component read of one another: with a few pools and a pipeline that would hide all else. What an event
moves is drawn like a flow; its condition counts as read by its moves.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from sdlang.model.cycles import equation_of
from sdlang.model.expressions import references
from sdlang.model.indexing import shown as dimension_of
from sdlang.model.model import Auxiliary, Flow, Model, Move, Parameter, Series, Stock, Table, Variable

MOST_VARIABLES = 40
# What runs between stocks: a flow, or what an event moves.
Pipeline = Flow | Move


@dataclass(frozen=True, slots=True)
class Structure:
    """Names in the order of declaration; the moves of events stand behind the flows. `reads` gives for each flow, move
    and auxiliary what its equation reads.

    `dimensions` has what each stock is split by. `left_out` counts parameters and tables that a large model does not
    show.
    """

    stocks: tuple[str, ...]
    flows: tuple[Pipeline, ...]
    auxiliaries: tuple[str, ...]
    parameters: tuple[str, ...]
    reads: Mapping[str, tuple[str, ...]]
    left_out: int
    dimensions: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: MappingProxyType({}))


def structure_of(model: Model) -> Structure:
    """The structure to draw. Parameters of a model of more than 40 variables are left out."""
    own = {name: variable for name, variable in model.variables.items() if _is_shown(variable)}
    own |= {move.name: move for move in model.moves()}
    used = _used(model)
    reads = {
        name: [] if isinstance(variable, Parameter | Stock) else _shown_sources(name, own, used)
        for name, variable in own.items()
    }
    constants = [name for name, variable in own.items() if _is_constant(variable)]
    left_out = 0
    if len(own) > MOST_VARIABLES:
        left_out, constants = len(constants), []
    shown = {name for name, variable in own.items() if not _is_constant(variable)} | set(constants)
    links = {
        name: tuple(source for source in sources if source in shown and not _is_inner(own[name], own[source]))
        for name, sources in reads.items()
    }
    read_by_any = {source for sources in links.values() for source in sources}
    return Structure(
        tuple(name for name, variable in own.items() if isinstance(variable, Stock)),
        tuple(variable for variable in own.values() if isinstance(variable, Flow | Move)),
        tuple(name for name, variable in own.items() if isinstance(variable, Auxiliary | Series)),
        tuple(name for name in constants if name in read_by_any),
        links,
        left_out,
        {stock.name: tuple(dimension_of(axis) for axis in stock.axes) for stock in model.stocks() if stock.axes},
    )


def _is_shown(variable: Variable) -> bool:
    return not variable.component or (not variable.is_hidden and isinstance(variable, Stock | Flow))


def _is_inner(reader: Variable, source: Variable) -> bool:
    """Whether what a part of a component reads is a constant, or another part of it."""
    if not reader.component:
        return False
    return _is_constant(source) or reader.component.partition(".")[0] == source.component.partition(".")[0]


def _used(model: Model) -> dict[str, list[str]]:
    """What each variable depends on: the names in its equation; for a stock, the flows that fill and empty it."""
    used: dict[str, list[str]] = {}
    for name, variable in model.variables.items():
        expression = equation_of(variable)
        used[name] = [] if expression is None else [read for read in references(expression) if read in model.variables]
    for event in model.events:
        asked = event.expressions[: len(event.expressions) - len(event.moves)]
        for move in event.moves:
            read = (name for expression in (*asked, move.amount) for name in references(expression))
            used[move.name] = [name for name in read if name in model.variables]
    for flow in model.flows():
        for stock in (flow.source, flow.target):
            if stock is not None:
                used[stock].append(flow.name)
    return used


def _shown_sources(name: str, own: Mapping[str, Variable], used: Mapping[str, list[str]]) -> list[str]:
    """What a variable reads, through whatever is not shown, in the order in which it is met."""
    found: dict[str, None] = {}
    seen = {name}
    waiting = list(reversed(used[name]))
    while waiting:
        source = waiting.pop()
        if source in seen:
            continue
        seen.add(source)
        if source in own:
            found.setdefault(source)
        else:
            waiting.extend(reversed(used[source]))
    return list(found)


def _is_constant(variable: Variable) -> bool:
    return isinstance(variable, Parameter) or (isinstance(variable, Table) and not isinstance(variable, Series))
