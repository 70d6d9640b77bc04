"""What a random draw in an equation means: `flow hires: cloud -> staff = poisson(wanted * 1 week) / 1 week`.

A draw gets a hidden variable of its own, as a memory does, split by everything that the place is split by: each element
draws for itself, even where the arguments are the same for all. The name of this variable is the key to its random
numbers, so that a model draws the same whatever else is in it, and its flat text draws the same as it does.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from sdlang.diagnostics import Diagnostic
from sdlang.model import chance_errors as words
from sdlang.model.builder import Builder, Read, followed, mistake
from sdlang.model.constants import constant_value, constant_values, everywhere
from sdlang.model.cycles import blocks, equation_of, is_unknown
from sdlang.model.distributions import DISTRIBUTIONS
from sdlang.model.drawers import Shown, impossible
from sdlang.model.expressions import Draw, Expr, free_loops, is_meant
from sdlang.model.model import Auxiliary, Model
from sdlang.model.names import Scope
from sdlang.model.reductions import arguments_of
from sdlang.source import Span
from sdlang.syntax import tree

A_PARAMETER = "a parameter"
NO_EQUATION = "no equation"


def drawn(call: tree.Call, scope: Scope, builder: Builder, read: Read) -> Expr:
    """What a call of a distribution or a noise means."""
    name = call.function.text
    place = scope.no_draws or ("" if scope.owner else NO_EQUATION)
    if place:
        builder.found.append(_not_here(call, place, scope.owner))
        return mistake(call.span)
    given = arguments_of(call, DISTRIBUTIONS[name].parameters, builder)
    if given is None:
        return mistake(call.span)
    arguments = tuple(read(argument, scope) for _, argument in given if argument is not None)
    axes = scope.axes_in_reach()
    flat = builder.lift(name, Draw(call.span, name, arguments, scope.where(axes)), axes, scope, call.span)
    return followed(flat, axes, call.span)


def _not_here(call: tree.Call, place: str, owner: str) -> Diagnostic:
    name = call.function.text
    if place != A_PARAMETER:
        return words.draw_outside_equation(name, place, call.span)
    names = [parameter.name for parameter in DISTRIBUTIONS[name].parameters]
    middle = next((names.index(each) for each in ("mode", "mean", "median") if each in names), None)
    value = "..."
    if middle is not None and len(call.arguments) == len(names):
        value = call.arguments[middle].value.span.text
    return words.draw_in_parameter(owner, value, call.span, is_noise=DISTRIBUTIONS[name].is_noise)


def key_of_draw(variable: str, function: str) -> str:
    """The name under which the hidden variable of a draw gets its numbers. It is its own; but a draw that a flat model
    declares by itself, `aux x.normal.value = normal(...)`, keeps the name that it had before."""
    declared = variable.removesuffix(f".{function}.value")
    return declared if re.search(rf"\.{function}(_\d+)?\.value\Z", declared) else variable


def draws_of(model: Model) -> Mapping[str, Draw]:
    """All draws of a model, by the name of their hidden variable."""
    return {
        variable.name: variable.value
        for variable in model.variables.values()
        if isinstance(variable, Auxiliary) and isinstance(variable.value, Draw)
    }


def _solved_for(model: Model, draws: Mapping[str, Draw]) -> Mapping[str, str]:
    """The draws that read what is solved for (a draw is made once a step, a solution tried many times), each with what
    that is."""
    if not draws or not any(map(is_unknown, model.variables.values())):
        return {}
    solved = [block for block in blocks(model.variables, equation_of) if block.unknowns]
    return {
        name: block.unknowns[0] for block in solved for inner in block.inner for name in inner.names if name in draws
    }


def check_draws(model: Model, uses: Mapping[str, Span], found: list[Diagnostic]) -> None:
    """Report draws that cannot be made, as far as their arguments are known, and counts of what cannot be counted."""
    for parameter in model.parameters():
        if parameter.spread is not None:
            row = DISTRIBUTIONS[parameter.spread.function]
            if row.counts and parameter.unit.dimension.exponent("time"):
                first, unit = row.parameters[0].name, parameter.unit.text
                found.append(words.count_per_time(row.name, first, unit, parameter.spread.span))
    draws = draws_of(model)
    values = constant_values(model.variables) if draws else {}
    for name, unknown in _solved_for(model, draws).items():
        place = uses.get(model.variables[name].component, model.variables[name].span)
        found.append(words.draw_solved_for(draws[name].function, unknown, place))
    for name, draw in draws.items():
        variable = model.variables[name]
        place = uses.get(variable.component, variable.span)
        row = DISTRIBUTIONS[draw.function]
        if row.counts and variable.unit.dimension.exponent("time"):
            found.append(words.count_per_time(draw.function, row.parameters[0].name, variable.unit.text, place))
            continue
        shown = Shown(variable.unit.text, variable.scale, model.clock.unit.text)
        differs = set().union(*map(free_loops, draw.arguments))
        axes = tuple(axis for axis in variable.axes if axis.loop in differs)
        where = tuple((loop, places) for loop, places in draw.where if loop in differs)
        for at in everywhere(axes):
            if is_meant(where, at):
                given = [constant_value(argument, values, model.variables, at) for argument in draw.arguments]
                cause = impossible(row, given, shown)
                if cause:
                    found.append(words.impossible_distribution(draw.function, cause, place, draw.span))
                    break
