"""Every equation, flow, table and argument is checked for its units, and units that nobody wrote are found.

Each variable begins with the unit that was written for it, or with an unknown. A flow is its stock's unit per time.
Then every equation says that two units are the same; `units/infer.py` solves for unknowns, and where two known units
differ there is a mistake, reported where it stands. A bare number has no unit, except that 0 has any, that a number
which is all of a definition takes the unit of what it defines, and that a number next to `time` is a time.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from fractions import Fraction
from types import MappingProxyType
from typing import TypeVar

from sdlang.diagnostics import Diagnostic
from sdlang.model import assumption_errors, course_units, equilibrium_errors, expectation_errors, unit_errors as errors
from sdlang.model.builder import Builder
from sdlang.model.component_errors import used_here
from sdlang.model.cycles import start_of
from sdlang.model.distributions import DISTRIBUTIONS, Distribution
from sdlang.model.event_units import check_events
from sdlang.model.exponents import linear
from sdlang.model.expressions import (
    Apply,
    Array,
    Cases,
    Constant,
    Draw,
    Elsewhere,
    Expr,
    Lookup,
    Memory,
    OverRun,
    Position,
    Predicate,
    Reduce,
    Reference,
    Vector,
)
from sdlang.model.functions import FUNCTIONS, Function, UnitRule
from sdlang.model.memories import MEMORIES, MemoryFunction
from sdlang.model.model import Auxiliary, Flow, Model, Series, Table, Variable
from sdlang.model.unit_hints import hint_for
from sdlang.model.vectors import REDUCTIONS, VECTORS, Measure, Parameter as Argument, VectorFunction
from sdlang.source import Span
from sdlang.units.catalogue import Catalogue, describe
from sdlang.units.infer import Unifier, unknown, unknowns
from sdlang.units.unit import DIMENSIONLESS, TIME, Dimension, Unit

AnyVariable = TypeVar("AnyVariable", bound=Variable)
TRUTHS = (UnitRule.COMPARISON, UnitRule.LOGIC)


def settle_units(model: Model, builder: Builder, units: Catalogue, found: list[Diagnostic]) -> Model:
    """The model whose variables and moves have their units. Mistakes are appended to `found`."""
    checker = _Checker(model, builder, units, found)
    checker.check()
    variables = {name: checker.with_unit(variable) for name, variable in model.variables.items()}
    events = tuple(
        replace(event, moves=tuple(checker.with_unit(move) for move in event.moves)) for event in model.events
    )
    return replace(model, variables=MappingProxyType(variables), events=events)


def unit_table(model: Model) -> tuple[tuple[str, str, bool], ...]:
    """Name, unit and whether it was inferred, for every variable that the modeller declared."""
    return tuple(
        (variable.name, variable.unit.text, variable.unit_is_inferred)
        for variable in model.variables.values()
        if not variable.is_hidden
    )


class _Deferred(Exception):
    """The unit of a power cannot be said yet: the unit of its base is not known."""

    def __init__(self, base: Dimension) -> None:
        self.base = base


class _Checker:
    def __init__(self, model: Model, builder: Builder, units: Catalogue, found: list[Diagnostic]) -> None:
        self.model = model
        self.builder = builder
        self.units = units
        self.found = found
        self.unifier = Unifier()
        self.zeros = 0
        self.instance = ""
        self.reported: set[Span] = set()

    # The order of checking -------------------------------------------------------------------------------------------

    def check(self) -> None:
        for name, unit in self.builder.written.items():
            if unit is not None:
                self.unifier.unify(unknown(name), unit.dimension)
        for name, unit in self.builder.input_units.items():
            if unit is not None:
                self.unifier.unify(unknown(f"{name}("), unit.dimension)
        for time, whole in self.builder.times:
            self._settled_number(time)
            measured = self.number(time)
            if not self.unifier.unify(TIME, measured):
                self.report(errors.time_expected(self.said(measured), time.span))
                self.reported.add(whole)
        for flow in self.model.flows():
            self._flow_ends(flow, at_ports=False)
        # What a component says of itself comes before what its use gives it: so a wrong stock is told at the use.
        variables = list(self.model.variables.values())
        bodies = [v for v in variables if v.component and not v.is_hidden and v.name not in self.builder.arguments]
        waiting = [variable for variable, _ in self._check_each(bodies)]
        for flow in self.model.flows():
            self._flow_ends(flow, at_ports=True)
        checked = {variable.name for variable in bodies}
        waiting += [variable for variable in variables if variable.name not in checked]
        while waiting:
            deferred = self._check_each(waiting)
            if len(deferred) == len(waiting):
                self._give_up(deferred[0][1])
            waiting = [variable for variable, _ in deferred]
        self.instance = ""
        self._others()

    def _check_each(self, variables: Iterable[Variable]) -> list[tuple[Variable, _Deferred]]:
        """Check these variables; gives those of which a unit cannot be said yet."""
        deferred: list[tuple[Variable, _Deferred]] = []
        for variable in variables:
            self.instance = variable.component
            try:
                self._variable(variable)
            except _Deferred as power:
                deferred.append((variable, power))
        return deferred

    def _others(self) -> None:
        """Ranges, scenarios and expectations."""
        for name, ends in self.builder.ranges.items():
            for end in ends:
                unit = self._whole(end)
                if unit is not None and not self.unifier.unify(unknown(name), unit):
                    self.report(errors.range_end(name, self.said(unknown(name)), self.said(unit), end.span))
                    break
        for name, arguments in self.builder.spreads.items():
            for argument in arguments:
                unit = self._whole(argument)
                if unit is not None and not self.unifier.unify(unknown(name), unit):
                    wanted, got = self.said(unknown(name)), self.said(unit)
                    self.report(assumption_errors.spread_unit(name, wanted, got, argument.span))
                    break
        for scenario in self.model.scenarios:
            for change in scenario.overrides:
                unit = self._whole(change.value)
                if unit is not None and not self.unifier.unify(unknown(change.name), unit):
                    wanted, got = self.said(unknown(change.name)), self.said(unit)
                    self.report(errors.override(change.name, wanted, got, change.value.span))
        for variable in self.model.variables.values():
            guess = variable.guess if isinstance(variable, Auxiliary | Flow) else None
            unit = None if guess is None else self._whole(guess)
            if guess is not None and unit is not None and not self.unifier.unify(unknown(variable.name), unit):
                wanted, got = self.said(unknown(variable.name)), self.said(unit)
                self.report(equilibrium_errors.guess_unit(variable.name, wanted, got, guess.span))
        for expectation in self.model.expectations:
            self.settled_truth(expectation.subject, "what is expected")
            if expectation.moment is not None and expectation.moment.event is not None:
                self.settled_truth(expectation.moment.event, "what is waited for")
            for held in expectation.forced:
                unit = self._whole(held.value)
                if unit is not None and not self.unifier.unify(unknown(held.name), unit):
                    wanted, got = self.said(unknown(held.name)), self.said(unit)
                    self.report(expectation_errors.held_unit(held.name, wanted, got, held.value.span))
        check_events(self.model, self)

    def _settled_number(self, expression: Expr) -> None:
        try:
            self.number(expression)
        except _Deferred as power:
            self._give_up(power)
            self.number(expression)

    def settled(self, expression: Expr) -> Dimension | None:
        """The unit of all that stands in a place; `None` for a bare number, which takes any."""
        try:
            return self._whole(expression)
        except _Deferred as power:
            self._give_up(power)
            return self._whole(expression)

    def settled_truth(self, expression: Expr, what: str) -> None:
        try:
            self.truth(expression, what)
        except _Deferred as power:
            self._give_up(power)
            self.truth(expression, what)

    def _give_up(self, power: _Deferred) -> None:
        for name in unknowns(self.unifier.settle(power.base)):
            self.unifier.unify(Dimension.base(name), DIMENSIONLESS)

    # Variables -------------------------------------------------------------------------------------------------------

    def _flow_ends(self, flow: Flow, *, at_ports: bool) -> None:
        """A flow has the unit of its stocks per time. `at_ports`: of those that a use gave to its component."""
        self.instance = flow.component
        for stock in (flow.source, flow.target):
            if stock is None or at_ports is not _is_given(stock, flow.component):
                continue
            if self.unifier.unify(unknown(flow.name), unknown(stock) / TIME):
                continue
            is_plain = not flow.component and self.builder.written.get(flow.name) is None
            if is_plain and stock == flow.target and flow.source is not None:
                units = self.said(unknown(flow.source)), self.said(unknown(stock))
                self.report(errors.flow_between_unlike(flow.name, flow.source, units[0], stock, units[1], flow.span))
            else:
                self._flow_mistake(flow, stock, unknown(flow.name), flow.span, "change the unit of the flow")

    def _flow_mistake(self, flow: Flow, stock: str, unit: Dimension, span: Span, hint: str) -> None:
        wanted, got, of_stock = self.said(unknown(stock) / TIME), self.said(unit), self.said(unknown(stock))
        own, ends = (name.removeprefix(f"{flow.component}.") for name in (flow.name, stock))
        told = errors.flow_against_stock(own, stock == flow.target, ends, of_stock, wanted, got, span, hint)
        if flow.component:
            component = flow.component.rpartition(".")[2]
            told = errors.inside_component(component, told.message, self.builder.uses[flow.component], flow.span)
        self.report(told)

    def _variable(self, variable: Variable) -> None:
        if isinstance(variable, Table):
            self._table(variable)
            return
        expression = start_of(variable)
        assert expression is not None
        unit = self._whole(expression)
        if unit is None or self.unifier.unify(unknown(variable.name), unit):
            return
        hint = self.hint(expression, unit, unknown(variable.name))
        stock = (variable.target or variable.source) if isinstance(variable, Flow) else None
        if isinstance(variable, Flow) and stock is not None:
            self._flow_mistake(variable, stock, unit, expression.span, hint)
            return
        wanted, got = self.said(unknown(variable.name)), self.said(unit)
        if variable.name in self.builder.arguments and variable.span.source is self.model.source:
            component, _, port = variable.name.rpartition(".")
            self.report(
                errors.component_argument(component.rpartition(".")[2], port, self.kind(wanted), got, variable.span)
            )
        else:
            self.report(errors.equation_against_unit(variable.name, wanted, got, expression.span, hint))

    def kind(self, unit: str) -> str:
        return "a time" if unit == self.said(TIME) else unit

    def _table(self, table: Table) -> None:
        if isinstance(table, Series):
            self.unifier.unify(unknown(f"{table.name}("), TIME)
        for point in self.builder.points.get(table.name, ()):
            for value, axis, whole in zip(point, ("input", "result"), (f"{table.name}(", table.name), strict=True):
                unit = self._whole(value)
                if unit is not None and not self.unifier.unify(unknown(whole), unit):
                    wanted, got = self.said(unknown(whole)), self.said(unit)
                    self.report(errors.table_point(table.name, axis, wanted, got, value.span))
                    return

    def _whole(self, expression: Expr) -> Dimension | None:
        """The unit of all that stands in a place; `None` for a bare number, which takes any."""
        if isinstance(expression, Constant) and expression.dimension is None:
            return None
        if isinstance(expression, Array) and expression.dimension is None:
            return None
        if isinstance(expression, Cases):
            return self._table_of_elements(expression)
        return self.number(expression)

    def _table_of_elements(self, table: Cases) -> Dimension | None:
        """The one unit of all rows; bare numbers among them take it, too."""
        unit: Dimension | None = None
        first: Expr | None = None
        for branch in table.branches:
            of_branch = self._whole(branch)
            if of_branch is None:
                continue
            if unit is None:
                unit, first = of_branch, branch
            elif not self.unifier.unify(unit, of_branch):
                assert first is not None
                self._unlike("a table of elements", first, unit, branch, of_branch)
        return unit

    # Expressions -----------------------------------------------------------------------------------------------------

    def number(self, expression: Expr) -> Dimension:
        """The unit of an expression that must be a number."""
        match expression:
            case Constant(dimension=None, value=value):
                if value:
                    return DIMENSIONLESS
                self.zeros += 1
                return unknown(f"0.{self.zeros}")
            case Constant(dimension=dimension):
                assert dimension is not None
                return dimension
            case Reference(name="time"):
                return TIME
            case Reference(name=name):
                return unknown(name)
            case Lookup(table=table, argument=argument):
                self._lookup(table, argument)
                return unknown(table)
            case Position():
                return DIMENSIONLESS
            case Array(dimension=dimension):
                return DIMENSIONLESS if dimension is None else dimension
            case Cases(branches=branches):
                return self._alike(branches, "a table of elements")
            case Reduce(function=name, body=body, where=where):
                if where is not None:
                    self.truth(where, "what follows `where`")
                reduction = REDUCTIONS[name]
                unit = self.number(body)
                if reduction.unit_rule is UnitRule.PLAIN and not self.unifier.unify(DIMENSIONLESS, unit):
                    self.report(errors.reduced(name, self.said(unit), body.span))
                return unit
            case Vector(function=name, arguments=arguments):
                return self._given(VECTORS[name], arguments)
            case Memory(function=name, arguments=arguments):
                return self._given(MEMORIES[name], arguments)
            case Draw(function=name, arguments=arguments):
                return self._given(DISTRIBUTIONS[name], arguments)
            case OverRun():
                return course_units.over_run(expression, self)
            case Elsewhere(body=body):
                return self.number(body)
            case Predicate():
                return self._no_number(expression)
            case Apply(function=function):
                row = FUNCTIONS[function]
                return self._no_number(expression) if row.unit_rule in TRUTHS else self._applied(row, expression)

    def _no_number(self, expression: Expr) -> Dimension:
        """A truth stands where a number is wanted; any unit will do after that."""
        self.truth(expression, "this")
        self.report(errors.number_expected(expression.span))
        self.zeros += 1
        return unknown(f"0.{self.zeros}")

    def _given(self, row: VectorFunction | MemoryFunction | Distribution, arguments: tuple[Expr, ...]) -> Dimension:
        """The unit of what a vector function, a memory or a draw gives, its arguments checked against its row."""
        measured: list[tuple[Argument, Expr, Dimension]] = []
        for parameter, argument in zip(row.parameters, arguments, strict=True):
            if parameter.measure is Measure.TRUTH:
                self.truth(argument, f"`{parameter.name}` of `{row.name}`")
            else:
                measured.append((parameter, argument, self.number(argument)))
        first = next((unit for parameter, _, unit in measured if parameter.measure is Measure.FIRST), DIMENSIONLESS)
        for parameter, argument, unit in measured:
            wanted = _measured(parameter.measure, first)
            if wanted is not None and not self.unifier.unify(wanted, unit):
                said = self.kind(self.said(wanted)) if wanted != DIMENSIONLESS else "a plain number"
                hint = self.hint(argument, unit, wanted)
                self.report(
                    errors.argument(row.name, f"`{parameter.name}`", said, self.said(unit), argument.span, hint)
                )
        result = _measured(row.result, first)
        return first if result is None else result

    def _lookup(self, table: str, argument: Expr) -> None:
        whole = unknown(f"{table}(")
        unit = self._whole(argument)
        if unit is None:
            return
        if not self.unifier.unify(whole, unit):
            hint = self.hint(argument, unit, whole)
            self.report(errors.table_argument(table, self.kind(self.said(whole)), self.said(unit), argument.span, hint))

    def truth(self, expression: Expr, what: str) -> None:
        """Check an expression that must hold or not."""
        if isinstance(expression, Predicate):
            course_units.predicate(expression, self)
            return
        if isinstance(expression, Apply):
            row = FUNCTIONS[expression.function]
            if row.unit_rule is UnitRule.LOGIC:
                for argument in expression.arguments:
                    self.truth(argument, f"each side of `{row.name}`" if row.least == 2 else "what follows `not`")
                return
            if row.unit_rule is UnitRule.COMPARISON:
                self._alike(expression.arguments, f"`{row.name}`")
                return
        self.number(expression)
        self.report(errors.truth_expected(what, expression.span))

    def _applied(self, row: Function, expression: Apply) -> Dimension:
        arguments = expression.arguments
        match row.unit_rule:
            case UnitRule.PRODUCT:
                return self.number(arguments[0]) * self.number(arguments[1])
            case UnitRule.QUOTIENT:
                return self.number(arguments[0]) / self.number(arguments[1])
            case UnitRule.POWER:
                return self._power(arguments[0], arguments[1])
            case UnitRule.ROOT:
                return self.number(arguments[0]) ** Fraction(1, 2)
            case UnitRule.SAME:
                return self._alike(arguments, _doing(row))
            case UnitRule.PLAIN:
                for argument in arguments:
                    self._must_be(DIMENSIONLESS, argument, row, "the argument", "a plain number")
                return DIMENSIONLESS
            case UnitRule.SIGN:
                self.number(arguments[0])
                return DIMENSIONLESS
            case UnitRule.CHOICE:
                self.truth(arguments[0], "what follows `if`")
                return self._alike(arguments[1:], "`if ... then ... else`")
            case UnitRule.STEP | UnitRule.PULSE | UnitRule.RAMP:
                return self._over_time(row, arguments[1:])
            case UnitRule.COMPARISON | UnitRule.LOGIC:
                raise AssertionError(f"{row.name} is a truth")

    def _over_time(self, row: Function, arguments: tuple[Expr, ...]) -> Dimension:
        """`step(height, start)`, `pulse(height, start, duration)`, `ramp(slope, start, end)`."""
        height, *times = arguments
        for place, time in enumerate(times):
            is_duration = row.unit_rule is UnitRule.PULSE and place == 1
            bare = isinstance(time, Constant) and time.dimension is None and not is_duration
            if not bare:
                self._must_be(TIME, time, row, "the duration" if is_duration else "the time", "a time")
        unit = self.number(height)
        return unit * TIME if row.unit_rule is UnitRule.RAMP else unit

    def _must_be(self, wanted: Dimension, argument: Expr, row: Function, part: str, said: str) -> None:
        unit = self.number(argument)
        if not self.unifier.unify(wanted, unit):
            if isinstance(argument, Constant) and argument.dimension is None:
                hint = f"add a unit: `{argument.span.text} {self.said(TIME)}`"
            else:
                hint = self.hint(argument, unit, wanted)
            self.report(errors.argument(row.name, part, said, self.said(unit), argument.span, hint))

    def _alike(self, arguments: Iterable[Expr], doing: str) -> Dimension:
        """The one unit of all arguments."""
        terms = list(arguments)
        beside_time = any(isinstance(term, Reference) and term.name == "time" for term in terms)
        first: Expr | None = None
        unit = DIMENSIONLESS
        for term in terms:
            bare = isinstance(term, Constant) and term.dimension is None
            of_term = TIME if bare and beside_time else self.number(term)
            if first is None:
                first, unit = term, of_term
            elif not self.unifier.unify(unit, of_term):
                self._unlike(doing, first, unit, term, of_term)
        return unit

    def _unlike(self, doing: str, left: Expr, left_unit: Dimension, right: Expr, right_unit: Dimension) -> None:
        for bare, unit in ((right, left_unit), (left, right_unit)):
            if isinstance(bare, Constant) and bare.dimension is None:
                hint = f"write `{bare.span.text} {self.said(unit)}`"
                break
        else:
            hint = self.hint(right, right_unit, left_unit)
        self.report(
            errors.unlike_terms(
                doing,
                left.span.text,
                self.said_of(left, left_unit),
                right.span.text,
                self.said_of(right, right_unit),
                right.span,
                hint,
            )
        )

    # Powers ----------------------------------------------------------------------------------------------------------

    def _power(self, base: Expr, exponent: Expr) -> Dimension:
        unit = self.number(base)
        if not self.unifier.unify(self.number(exponent), DIMENSIONLESS):
            self.report(errors.exponent(exponent.span, self.said(self.number(exponent))))
            return unit
        known = linear(exponent, self.model.variables)
        if known is not None and set(known) <= {""}:
            return unit ** known.get("", Fraction(0))
        unit = self.unifier.settle(unit)
        if any(unknowns(unit)):
            raise _Deferred(unit)
        if unit == DIMENSIONLESS:
            return unit
        if known is None or any("^" in name for name, _ in unit.powers):
            self.report(errors.power_of_unit(base.span, self.said(unit), exponent.span))
            return DIMENSIONLESS
        return Dimension.of(
            (f"{name}^{symbol}" if symbol else name, power * factor)
            for name, power in unit.powers
            for symbol, factor in known.items()
        )

    # Words -----------------------------------------------------------------------------------------------------------

    def said(self, dimension: Dimension) -> str:
        """A unit in words; what is unknown in it counts for nothing."""
        settled = self.unifier.settle(dimension)
        known = Dimension(tuple((base, power) for base, power in settled.powers if not base.startswith("?")))
        return describe(known, self.model.clock.unit, self.units)

    def said_of(self, expression: Expr, dimension: Dimension) -> str:
        """The unit of an expression in words; that of a number as it was written: `3 months` is months."""
        word = expression.span.text.split()[-1] if isinstance(expression, Constant) else ""
        unit = self.units.get(word)
        return word if unit is not None and unit.dimension == dimension else self.said(dimension)

    def hint(self, expression: Expr, unit: Dimension, wanted: Dimension) -> str:
        ratio = self.unifier.settle(unit / wanted)
        known = {
            name: self.unifier.settle(unknown(name))
            for name, variable in self.model.variables.items()
            if not variable.component and not isinstance(variable, Table | Flow)
        }
        return hint_for(expression, ratio, known)

    def report(self, diagnostic: Diagnostic) -> None:
        """Append a mistake, once for each place; one inside a component is shown at its use."""
        span = diagnostic.span
        assert span is not None
        if self.instance and span.source is not self.model.source:
            use = self._use()
            component = self.instance.rpartition(".")[2]
            diagnostic = errors.inside_component(component, diagnostic.message, use, span)
            span = use
        elif self.instance in self.builder.uses and diagnostic.code != "argument-unit":
            use = self.builder.uses[self.instance]
            if not use.contains(span):
                diagnostic = used_here(diagnostic, self.instance, use)
        if span not in self.reported:
            self.reported.add(span)
            self.found.append(diagnostic)

    def _use(self) -> Span:
        """Where the component instance is used that is being checked, or the one that its stock is a part of."""
        instance = self.instance
        while instance not in self.builder.uses:
            instance = instance.rpartition(".")[0]
        return self.builder.uses[instance]

    def with_unit(self, variable: AnyVariable) -> AnyVariable:
        """The variable with its unit: the one that was written, or the one that was found."""
        time_factor = self.model.clock.unit.factor
        written = self.builder.written.get(variable.name)
        unit = written or self._found_unit(variable.name, time_factor)
        scale = unit.scale(time_factor) if written else 1.0
        variable = replace(variable, unit=unit, scale=scale, unit_is_inferred=written is None)
        if isinstance(variable, Table):
            of_input = self.builder.input_units.get(variable.name)
            found = of_input or self._found_unit(f"{variable.name}(", time_factor)
            variable = replace(variable, input_unit=found, input_scale=found.scale(time_factor) if of_input else 1.0)
        return variable

    def _found_unit(self, name: str, time_factor: Fraction) -> Unit:
        settled = self.unifier.settle(unknown(name))
        known = Dimension(tuple((base, power) for base, power in settled.powers if not base.startswith("?")))
        exponent = known.exponent("time")
        factor = (
            time_factor**exponent.numerator
            if exponent.denominator == 1
            else Fraction(float(time_factor) ** float(exponent))
        )
        return Unit(describe(known, self.model.clock.unit, self.units), known, factor)


def _is_given(stock: str, component: str) -> bool:
    """Whether a stock at the end of a flow lies outside the component instance that the flow is in."""
    return bool(component) and not stock.startswith(f"{component}.")


def _measured(measure: Measure, first: Dimension) -> Dimension | None:
    """The unit that a row asks for, where the first argument has this one; `None` where any will do."""
    match measure:
        case Measure.FIRST:
            return first
        case Measure.PLAIN:
            return DIMENSIONLESS
        case Measure.INVERSE:
            return DIMENSIONLESS / first
        case Measure.TIME:
            return TIME
        case Measure.PER_TIME:
            return DIMENSIONLESS / TIME
        case Measure.STOCK:
            return first * TIME
        case Measure.FREE | Measure.TRUTH:
            return None


def _doing(row: Function) -> str:
    return {"+": "a sum", "-": "a difference"}.get(row.name, f"`{row.name}`")
