"""What a modeller asks to be solved: `initial equilibrium`, and equations that hold at the same time (`solve price from
10 USD`). Here it is read and checked; `engines/equilibrium.py` and `engines/together.py` solve.
"""

from __future__ import annotations

from dataclasses import replace

from sdlang.model import equilibrium_errors, errors
from sdlang.model.builder import Builder
from sdlang.model.cycles import equation_of, together
from sdlang.model.declarations import exact, in_unit
from sdlang.model.expressions import Memory
from sdlang.model.indexing import loops_over
from sdlang.model.meaning import meaning
from sdlang.model.model import Auxiliary, Flow, Rest, Stock
from sdlang.model.names import KINDS, Scope
from sdlang.source import Span
from sdlang.syntax import tree


def settle_unknowns(file: tree.File, scope: Scope, builder: Builder) -> None:
    """Marks the variables that are solved for, each with the value from which the search begins."""
    marked: dict[str, Span] = {}
    for declaration in file.declarations:
        for unknown in declaration.unknowns if isinstance(declaration, tree.Solve) else ():
            name, span = unknown.name.text, unknown.name.span
            variable = builder.variables.get(name)
            if variable is None:
                if name not in scope.names:
                    builder.found.append(errors.unknown_name(name, span, builder.variables))
            elif name in marked:
                builder.found.append(equilibrium_errors.solved_twice(name, span, marked[name]))
            elif not isinstance(variable, Auxiliary | Flow):
                kind = KINDS.get(type(variable).__name__, "variable")
                builder.found.append(equilibrium_errors.cannot_be_solved(name, kind, span))
            else:
                marked[name] = span
                here = replace(scope, owner=name, loops=loops_over(variable.axes, builder.dimensions))
                guess = in_unit(meaning(unknown.guess, here, builder), builder.written.get(name), builder)
                if not variable.axes and exact(guess, builder) is None:
                    what = f"the value from which `{name}` is looked for"
                    builder.found.append(errors.not_constant(what, unknown.guess.span))
                    continue
                builder.variables[name] = replace(variable, guess=guess)
    round_about = together(builder.variables, equation_of)
    for name, span in marked.items():
        if name not in round_about and isinstance(builder.variables[name], Auxiliary | Flow):
            builder.found.append(equilibrium_errors.solved_without_need(name, span))


def rest_of(file: tree.File, builder: Builder) -> Rest | None:
    """The equilibrium in which the run starts, if it shall."""
    declared = [each for each in file.declarations if isinstance(each, tree.InitialEquilibrium)]
    for second in declared[1:]:
        builder.found.append(errors.duplicate_declaration("initial equilibrium", second.span, declared[0].span))
    if not declared:
        return None
    asked = declared[0]
    stocks = [name for name, variable in builder.variables.items() if isinstance(variable, Stock)]
    if not stocks:
        builder.found.append(equilibrium_errors.no_stocks(asked.span))
    for name in asked.exceptions:
        variable = builder.variables.get(name.text)
        if variable is None:
            builder.found.append(errors.unknown_name(name.text, name.span, stocks))
        elif not isinstance(variable, Stock):
            kind = KINDS.get(type(variable).__name__, "variable")
            builder.found.append(equilibrium_errors.exception_no_stock(name.text, kind, name.span))
    remembering = next((v for v in builder.variables.values() if isinstance(equation_of(v), Memory)), None)
    if remembering is not None:
        equation = equation_of(remembering)
        assert isinstance(equation, Memory)
        owner = remembering.name.removesuffix(".value")
        builder.found.append(equilibrium_errors.rest_with_memory(owner, equation.function, asked.span))
    return Rest(tuple(name.text for name in asked.exceptions), asked.span)
