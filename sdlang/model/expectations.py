"""From `expect ... within 1 year after ... in 95% of runs` to what is to be judged; claims and what they rest on.

An expectation is a condition, the part of the run that is looked at, and how often it has to hold there. What stands
behind `after`, `before`, `until` is a time, or a condition: then it is the first moment at which that holds.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction

from sdlang.model import errors, expectation_errors
from sdlang.model.builder import Builder
from sdlang.model.courses import EXTREME
from sdlang.model.declarations import documentation, exact, in_unit
from sdlang.model.expressions import Apply, Axis, Constant, Expr, Predicate, free_loops, parts
from sdlang.model.functions import FUNCTIONS, UnitRule
from sdlang.model.indexing import loops_over
from sdlang.model.meaning import meaning
from sdlang.model.model import Claim, Clock, Expectation, Forced, Moment, Series, Table
from sdlang.model.moments import duration_of, time_meant
from sdlang.model.names import KINDS, Loop, Scope, Variables
from sdlang.syntax import tree
from sdlang.syntax.printer import print_declaration
from sdlang.syntax.walk import children


def expectation(
    declaration: tree.Expect, scenario: str, claim: str, clock: Clock, scope: Scope, builder: Builder
) -> Expectation:
    """What an `expect` of a scenario (or of all runs, where it is empty) and of a claim (or of none) means."""
    condition, forced = _what_is_forced(declaration.condition, scope, builder)
    scope = replace(scope, owner=f"expect_{len(builder.uses) + 1}", no_draws="an expectation")
    operands = [each for each in (condition, declaration.time, declaration.trigger) if each is not None]
    inner = replace(scope, loops=_loops_of_all(operands, scope, builder))
    subject = meaning(condition, inner, builder)
    moment, within = _moment(declaration, clock, inner, builder)
    read = free_loops(subject) | (
        free_loops(moment.event) if moment is not None and moment.event is not None else set()
    )
    result = Expectation(
        subject,
        _said(declaration),
        declaration.span,
        declaration.how or ("eventually" if within is not None else "always"),
        moment,
        within,
        _share(declaration, scope, builder),
        scenario,
        tuple(loop.axis for loop in inner.loops if loop.axis.loop in read),
        forced,
        claim,
    )
    _check(declaration, result, builder)
    return result


def claim_of(declaration: tree.Claim, earlier: Sequence[Claim], builder: Builder) -> Claim:
    """The claim; one that is made twice, or that rests on nothing, is reported."""
    for other in earlier:
        if other.text == declaration.text:
            builder.found.append(expectation_errors.claim_twice(declaration.text, declaration.span, other.span))
    if not declaration.items:
        builder.found.append(expectation_errors.claim_without_expectation(declaration.text, declaration.span))
    return Claim(declaration.text, declaration.origin, documentation(declaration), declaration.span)


def _said(declaration: tree.Expect) -> str:
    """The expectation as people read it, on one line."""
    plain = replace(declaration, layout=tree.Layout())
    return " ".join(print_declaration(plain).split()).removeprefix("expect ")


def is_truth(expression: Expr) -> bool:
    """Whether an expression says that something holds."""
    match expression:
        case Predicate():
            return True
        case Apply(function=function):
            return FUNCTIONS[function].unit_rule in (UnitRule.COMPARISON, UnitRule.LOGIC)
        case _:
            return False


def has_shape(expression: Expr) -> bool:
    return any(isinstance(part, Predicate) for part in parts(expression))


def _moment(
    declaration: tree.Expect, clock: Clock, scope: Scope, builder: Builder
) -> tuple[Moment | None, Fraction | None]:
    """The part of the run that is looked at, and the deadline."""
    within = None
    word, operand = declaration.when, declaration.time
    if declaration.within is not None:
        within = duration_of(declaration.within, "the deadline", clock, scope, builder)
        if operand is not None:
            builder.found.append(expectation_errors.moment_twice(operand.span))
        word, operand = "after", declaration.trigger
    if operand is None:
        return None, within
    before = len(builder.found)
    meant = meaning(operand, scope, builder)
    if len(builder.found) > before:
        return None, within
    if is_truth(meant):
        if word == "at":
            builder.found.append(expectation_errors.event_at(operand.span))
        elif has_shape(meant):
            builder.found.append(expectation_errors.shape_in_event(operand.span))
        return Moment(word, None, meant), within
    time = time_meant(meant, "this expectation", operand.span, clock, scope, builder)
    return (None if time is None else Moment(word, time)), within


def _share(declaration: tree.Expect, scope: Scope, builder: Builder) -> float | None:
    if declaration.share is None:
        return None
    value = exact(meaning(declaration.share, scope, builder), builder)
    if value is None or not 0 < value <= 1:
        builder.found.append(expectation_errors.share_of_runs(declaration.share.span.text, declaration.share.span))
        return None
    return float(value)


def _check(declaration: tree.Expect, expected: Expectation, builder: Builder) -> None:
    """A shape is that of a course, not of a moment; a deadline asks for one moment."""
    if declaration.within is not None and declaration.how == "always":
        builder.found.append(expectation_errors.always_within(declaration.within.span))
    at_moment = next(
        (
            word
            for word, is_there in (
                ("within", declaration.within is not None),
                ("eventually", declaration.how == "eventually"),
                ("at", declaration.when == "at"),
            )
            if is_there
        ),
        "",
    )
    if at_moment and has_shape(expected.subject):
        builder.found.append(expectation_errors.moment_of_shape(at_moment, declaration.condition.span))


def _what_is_forced(condition: tree.Expr, scope: Scope, builder: Builder) -> tuple[tree.Expr, tuple[Forced, ...]]:
    """`extreme(hires = 0, falls(staff))`: what is expected, and the variables that are held."""
    if not isinstance(condition, tree.Call) or condition.function.text != EXTREME:
        return condition, ()
    held = [argument for argument in condition.arguments if argument.name]
    expected = [argument for argument in condition.arguments if not argument.name]
    if not held or len(expected) != 1 or any(argument.high is not None for argument in held):
        builder.found.append(expectation_errors.extreme_incomplete(condition.span))
        return (expected[0].value if expected else condition.function), ()
    forced = []
    for argument in held:
        variable = builder.variables.get(argument.name)
        if variable is None:
            builder.found.append(errors.unknown_name(argument.name, argument.span, builder.variables))
        elif isinstance(variable, Table | Series):
            kind = KINDS[type(variable).__name__]
            builder.found.append(expectation_errors.cannot_be_held(argument.name, kind, argument.span))
        else:
            value = in_unit(meaning(argument.value, scope, builder), builder.written.get(argument.name), builder)
            known = exact(value, builder)
            if known is None:
                builder.found.append(errors.not_constant(f"the value of `{argument.name}`", argument.value.span))
                continue
            if not isinstance(value, Constant):
                value = Constant(argument.value.span, known, None)
            forced.append(Forced(argument.name, value))
    return expected[0].value, tuple(forced)


def _loops_of_all(expressions: Sequence[tree.Expr], scope: Scope, builder: Builder) -> tuple[Loop, ...]:
    """A loop for each dimension that the variables in conditions are split by: it is expected of every element."""
    axes: dict[str, Axis] = {}
    waiting: list[tree.Node] = list(reversed(expressions))
    while waiting:
        node = waiting.pop()
        if isinstance(node, tree.Name):
            known = scope.names.get(node.text)
            for axis in known.axes if isinstance(known, Variables) else ():
                axes.setdefault(axis.dimension, replace(axis, loop=axis.dimension))
        elif not isinstance(node, tree.Call) or not node.over:
            waiting.extend(children(node))
    return loops_over(tuple(axes.values()), builder.dimensions)
