"""Events of a model that is split by `stratify`: what moves is split like a flow, and conditions read sums.

To stratify, a move is a flow: it has ends, and an amount where a flow has a rate. So moves are given as flows to what
splits flows, and are taken back as moves.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, replace
from types import MappingProxyType

from sdlang.model.events import written_in
from sdlang.model.model import Flow, Model, Move, Variable
from sdlang.syntax import tree


def flows_of_moves(file: tree.File) -> Mapping[str, tree.Flow]:
    """Every move of a file as the flow that it is to stratify, by name."""
    return {move.name.text: as_flow(move) for event in written_in(file) for move in event.items}


def as_flow(move: tree.Move) -> tree.Flow:
    return tree.Flow(
        move.span,
        move.layout,
        move.name,
        move.indices,
        move.label,
        move.unit,
        move.source,
        move.target,
        move.amount,
    )


def as_move(flow: tree.Flow) -> tree.Move:
    return tree.Move(
        flow.span,
        flow.layout,
        flow.name,
        flow.indices,
        flow.label,
        flow.unit,
        flow.source,
        flow.target,
        flow.rate,
    )


def with_moves(model: Model) -> Model:
    """The model in which moves stand among the variables, as flows."""
    shared = {field.name for field in fields(Variable)} | {"source", "target", "source_indices", "target_indices"}
    moves: Mapping[str, Move] = {move.name: move for move in model.moves()}
    flows = {
        name: Flow(**{each: getattr(move, each) for each in shared}, rate=move.amount) for name, move in moves.items()
    }
    return replace(model, variables=MappingProxyType({**model.variables, **flows}))
