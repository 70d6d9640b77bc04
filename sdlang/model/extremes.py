"""A model in which some variables are held at a value, to see what follows: `extreme(hires = 0, falls(staff))`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from types import MappingProxyType

from sdlang.model.model import Auxiliary, Flow, Forced, Model, Parameter, Stock, Table, Variable


def held(model: Model, forced: Sequence[Forced]) -> Model:
    """The model with the equations of some variables (of a stock, its initial value) put aside for a value."""
    variables = dict(model.variables)
    for each in forced:
        variables[each.name] = _held(variables[each.name], each)
    return replace(model, variables=MappingProxyType(variables))


def _held(variable: Variable, forced: Forced) -> Variable:
    match variable:
        case Parameter():
            return replace(variable, value=forced.value)
        case Auxiliary():
            return replace(variable, value=forced.value)
        case Flow():
            return replace(variable, rate=forced.value)
        case Stock():
            return replace(variable, initial=forced.value)
        case Table():
            raise AssertionError("a table is never held")
        case _:
            raise AssertionError(f"a model holds no {type(variable).__name__}")
