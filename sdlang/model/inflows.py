"""`inflow(students)`: all that enters a stock, whatever flows bring it.

A component that is entered from outside (a stage of a pipeline, `entry students`) cannot name the flows that enter it;
what remembers, such as a conveyor, has to know them. The sum is made when all flows are known, as the hidden auxiliary
`STOCK.inflow`.
"""

from __future__ import annotations

from fractions import Fraction

from sdlang.model import errors
from sdlang.model.builder import Builder, Read, mistake
from sdlang.model.expressions import Apply, Constant, Expr, Reference
from sdlang.model.model import Auxiliary, Flow, Stock
from sdlang.model.moves import moved
from sdlang.model.names import GivenEnd, Scope, Variables
from sdlang.syntax import tree

INFLOW = "inflow"


def inflow(call: tree.Call, scope: Scope, builder: Builder, read: Read) -> Expr:
    """What a call of `inflow` means: the auxiliary that will hold it."""
    argument = call.arguments[0].value if len(call.arguments) == 1 else None
    name = argument.name if isinstance(argument, tree.Subscript) else argument
    known = scope.names.get(name.text) if isinstance(name, tree.Name) else None
    if isinstance(known, GivenEnd) and isinstance(known.end, Variables):
        known = known.end
    if argument is None or not isinstance(known, Variables) or known.kind != "stock":
        given = "nothing" if not call.arguments else call.arguments[0].span.text
        stocks = [name for name, meant in scope.names.items() if isinstance(meant, Variables) and meant.kind == "stock"]
        builder.found.append(errors.unknown_stock(INFLOW, given, stocks, call.span))
        return mistake(call.span)
    stock = read(argument, scope)
    if not isinstance(stock, Reference):
        return stock
    builder.inflows[stock.name] = None
    return Reference(call.span, f"{stock.name}.{INFLOW}", stock.indices)


def settle_inflows(builder: Builder) -> None:
    """Add up what enters each stock of which that is asked."""
    for name in builder.inflows:
        stock = builder.variables.get(name)
        if not isinstance(stock, Stock):
            continue
        total: Expr = Constant(stock.span, Fraction(0), None)
        entering = [each for each in builder.variables.values() if isinstance(each, Flow) and each.target == name]
        for number, flow in enumerate(entering):
            term = moved(flow, flow.name, flow.target_indices, stock.axes)
            total = Apply(stock.span, "+", (total, term)) if number else term
        builder.uses.setdefault(name, builder.uses.get(stock.component, stock.span))
        builder.add(
            Auxiliary(
                name=f"{name}.{INFLOW}",
                span=stock.span,
                component=name,
                is_hidden=True,
                axes=stock.axes,
                value=total,
            ),
            None,
        )
