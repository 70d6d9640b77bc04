"""What is known of a parameter: its range, its distribution, where its value comes from, and that nobody knows it.

`param attrition = 8% / year in 2% .. 20% per year ~ normal(8%, 2%) / year, source "BLS", dated 2024, confidence high`

`uncertain` says the same of a parameter that is declared elsewhere. A distribution is a row of the table of
distributions with arguments that are known before a run; a factor behind it (`/ year`) belongs to those of its
arguments that are in the unit of the result. A hole, `?`, stands in a run for the middle of what is known.
"""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

from sdlang.model import assumption_errors as words, errors
from sdlang.model.builder import Builder, mistake
from sdlang.model.declarations import exact, in_unit, range_of
from sdlang.model.distributions import DISTRIBUTIONS, Distribution
from sdlang.model.drawers import Shown, impossible
from sdlang.model.expressions import Apply, Constant, Expr
from sdlang.model.meaning import meaning
from sdlang.model.model import Evidence, Parameter, Spread
from sdlang.model.names import KINDS, Scope
from sdlang.model.reductions import arguments_of
from sdlang.model.vectors import Measure
from sdlang.source import Span
from sdlang.syntax import tree
from sdlang.syntax.printer import print_expression
from sdlang.units.unit import DIMENSIONLESS, Unit

CONFIDENCE = ("low", "medium", "high")


def settle_assumptions(file: tree.File, scope: Scope, builder: Builder) -> None:
    """Adds to the parameters of a file what is known of them."""
    told: dict[str, Span] = {}
    for declaration in file.declarations:
        match declaration:
            case tree.Parameter(name=name):
                _settle(declaration, name.text, scope, builder)
            case tree.Uncertain(name=tree.Subscript() as picked):
                builder.found.append(words.element_alone(picked.span.text, picked.name.text, picked.span))
            case tree.Uncertain(name=tree.Name(text=text, span=span)):
                if text in told:
                    builder.found.append(words.said_twice(text, span, told[text]))
                told[text] = span
                variable = builder.variables.get(text)
                if variable is None:
                    if text not in scope.names:
                        known = [each for each, v in builder.variables.items() if isinstance(v, Parameter)]
                        builder.found.append(errors.unknown_name(text, span, known))
                elif not isinstance(variable, Parameter):
                    kind = KINDS.get(type(variable).__name__, "variable")
                    builder.found.append(words.no_parameter(text, kind, span))
                else:
                    _settle(declaration, text, scope, builder)


def _settle(declaration: tree.Parameter | tree.Uncertain, name: str, scope: Scope, builder: Builder) -> None:
    parameter = builder.variables.get(name)
    if not isinstance(parameter, Parameter):
        return
    unit = builder.written.get(name)
    here = replace(scope, owner=name, no_draws="a distribution")
    if isinstance(declaration, tree.Uncertain) and declaration.range is not None:
        low, high = range_of(declaration.range, name, unit, here, builder)
        if low is not None and high is not None and low > high:
            scale = _shown(unit, builder).scale
            least, most = (f"{end / scale:g}" for end in (low, high))
            builder.found.append(errors.range_reversed(name, least, most, declaration.range.span))
            low = high = None
        parameter = replace(parameter, low=low, high=high)
    spread = None
    if declaration.distribution is not None:
        spread = _spread(declaration.distribution, parameter, unit, here, builder)
    if spread is not None:
        parameter = replace(parameter, spread=spread)
    if declaration.evidence is not None:
        parameter = replace(parameter, evidence=_evidence(declaration.evidence, name, builder))
    if isinstance(declaration, tree.Parameter) and isinstance(declaration.value, tree.Hole):
        parameter = _filled(declaration, parameter, builder)
    builder.variables[name] = parameter


def _filled(declaration: tree.Parameter, parameter: Parameter, builder: Builder) -> Parameter:
    """A hole with the middle of its range in it, or else of its distribution."""
    span, name = declaration.value.span, parameter.name
    if name in builder.ranges and parameter.low is not None:
        low, high = builder.ranges[name]
        middle: Expr = Apply(span, "/", (Apply(span, "+", (low, high)), Constant(span, Fraction(2), None)))
        return replace(parameter, value=middle, is_hole=True)
    if parameter.spread is not None:
        value = parameter.spread.middle
        unit = builder.written.get(name)
        dimension = parameter.spread.dimension if unit is None else unit.dimension
        return replace(parameter, value=Constant(span, Fraction(value), dimension), is_hole=True)
    if declaration.distribution is None:
        builder.found.append(errors.hole_without_range(name, span))
    return replace(parameter, value=mistake(span))


# Distributions -------------------------------------------------------------------------------------------------------


def _spread(
    written: tree.Expr, parameter: Parameter, unit: Unit | None, scope: Scope, builder: Builder
) -> Spread | None:
    """A distribution, with a factor behind it or without."""
    call, factor = _divided(written)
    if call is None:
        builder.found.append(words.no_distribution(written.span.text, tuple(DISTRIBUTIONS), written.span))
        return None
    row = DISTRIBUTIONS.get(call.function.text)
    if row is None:
        builder.found.append(words.unknown_distribution(call.function.text, tuple(DISTRIBUTIONS), call.span))
        return None
    if row.is_noise:
        builder.found.append(words.noise_of_parameter(row.name, call.span))
        return None
    given = arguments_of(call, row.parameters, builder)
    if given is None:
        return None
    arguments: list[float] = []
    in_units: list[Expr] = []
    dimension = None
    for each, expression in given:
        assert expression is not None, "no argument of a distribution has a default"
        whole = expression if each.measure is not Measure.FIRST or factor is None else _times(expression, factor)
        value = meaning(whole, scope, builder)
        if each.measure is Measure.FIRST:
            value = in_unit(value, unit, builder)
            in_units.append(value)
            dimension = value.dimension if isinstance(value, Constant) else dimension
        elif isinstance(value, Constant) and value.dimension not in (None, DIMENSIONLESS):
            builder.found.append(words.argument_with_unit(row.name, each.name, expression.span))
            return None
        known = exact(value, builder)
        if known is None:
            builder.found.append(errors.not_constant(f"`{each.name}` of `{row.name}`", expression.span))
            return None
        arguments.append(float(known))
    builder.spreads[parameter.name] = tuple(in_units)
    text, middle = print_expression(written), _middle(row, arguments)
    spread = Spread(row.name, tuple(arguments), text, written.span, middle, dimension)
    cause = impossible(row, arguments, _shown(unit, builder))
    if cause:
        builder.found.append(words.impossible(row.name, cause, call.span))
        return None
    if row.result is Measure.PLAIN and factor is not None:
        builder.found.append(words.factor_behind_share(row.name, written.span))
        return None
    _check_range(spread, row, parameter, builder)
    return spread


def _shown(unit: Unit | None, builder: Builder) -> Shown:
    scale = 1.0 if unit is None else float(builder.own_units(unit.factor, unit.dimension))
    return Shown("1" if unit is None else unit.text, scale, "")


def _middle(row: Distribution, arguments: list[float]) -> float:
    """The median, or the mean where there is no formula for it."""
    if row.wrong(*arguments):
        return 0.0
    return float(row.quantile(0.5, *arguments)) if row.quantile is not None else float(row.mean(*arguments))


def _check_range(spread: Spread, row: Distribution, parameter: Parameter, builder: Builder) -> None:
    """A distribution that practically never meets the range of its parameter is a mistake in one of the two."""
    low, high = parameter.low, parameter.high
    if low is None or high is None or row.quantile is None or low > high:
        return
    least, most = (float(row.quantile(p, *spread.arguments)) for p in (0.0005, 0.9995))
    if most < low or least > high:
        builder.found.append(words.distribution_outside_range(parameter.name, spread.text, spread.span))


def _divided(written: tree.Expr) -> tuple[tree.Call | None, tree.Expr | None]:
    """`normal(8%, 2%) / year` as the call and a tree in which the call is to be replaced."""
    node = written
    while isinstance(node, tree.Binary) and node.operator in ("*", "/", "per"):
        node = node.left
    while isinstance(node, tree.Group):
        node = node.inner
    if not isinstance(node, tree.Call):
        return None, None
    return node, None if node is written else written


def _times(argument: tree.Expr, factor: tree.Expr) -> tree.Expr:
    """An argument with the factor that stands behind the distribution."""
    if isinstance(factor, tree.Binary) and isinstance(factor.left, tree.Binary):
        return replace(factor, span=argument.span, left=_times(argument, factor.left))
    assert isinstance(factor, tree.Binary)
    return replace(factor, span=argument.span, left=argument)


# Evidence ------------------------------------------------------------------------------------------------------------


def _evidence(written: tree.Evidence, name: str, builder: Builder) -> Evidence:
    """Source, date and confidence."""
    if written.confidence and written.confidence not in CONFIDENCE:
        builder.found.append(words.unknown_confidence(written.confidence, CONFIDENCE, written.span))
    dated = ""
    match written.dated:
        case None:
            pass
        case tree.Date():
            dated = print_expression(written.dated)
        case tree.Number(text=text, percent=False, scale="", unit="") if text.isdigit() and len(text) == 4:
            dated = text
        case _:
            builder.found.append(words.no_date(name, written.dated.span.text, written.dated.span))
    return Evidence(written.source.strip(), dated, written.confidence)
