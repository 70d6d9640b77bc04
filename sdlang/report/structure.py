"""What a stock-and-flow diagram shows of a model: its own variables and which reads which.

The insides of components are not shown: what an instance reads counts as read by the variable that uses it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sdlang.model.cycles import equation_of
from sdlang.model.expressions import references
from sdlang.model.model import Auxiliary, Flow, Model, Parameter, Series, Stock, Table, Variable

MOST_VARIABLES = 40


@dataclass(frozen=True, slots=True)
class Structure:
    """Names in the order of declaration. `reads` gives for each flow and auxiliary what its equation reads.

    `left_out` counts parameters and tables that a large model does not show.
    """

    stocks: tuple[str, ...]
    flows: tuple[Flow, ...]
    auxiliaries: tuple[str, ...]
    parameters: tuple[str, ...]
    reads: Mapping[str, tuple[str, ...]]
    left_out: int


def structure_of(model: Model) -> Structure:
    """The structure to draw. Parameters of a model of more than 40 variables are left out."""
    own = {name: variable for name, variable in model.variables.items() if not variable.component}
    reads: dict[str, dict[str, None]] = {name: {} for name in own}
    for name, variable in model.variables.items():
        owner = name.split(".", 1)[0] if variable.component else name
        expression = equation_of(variable)
        if expression is None or owner not in reads or isinstance(variable, Parameter):
            continue
        for read in references(expression):
            known = model.variables.get(read)
            source = read.split(".", 1)[0] if known is not None and known.component else read
            if source in own and source != owner:
                reads[owner].setdefault(source)
    constants = [name for name, variable in own.items() if _is_constant(variable)]
    left_out = 0
    if len(own) > MOST_VARIABLES:
        left_out, constants = len(constants), []
    shown = {name for name, variable in own.items() if not _is_constant(variable)} | set(constants)
    read_by_any = {source for sources in reads.values() for source in sources}
    return Structure(
        tuple(name for name, variable in own.items() if isinstance(variable, Stock)),
        tuple(variable for variable in own.values() if isinstance(variable, Flow)),
        tuple(name for name, variable in own.items() if isinstance(variable, Auxiliary | Series)),
        tuple(name for name in constants if name in read_by_any),
        {name: tuple(source for source in sources if source in shown) for name, sources in reads.items()},
        left_out,
    )


def _is_constant(variable: Variable) -> bool:
    return isinstance(variable, Parameter) or (isinstance(variable, Table) and not isinstance(variable, Series))
