"""What a use of a component becomes: plain variables of the model, named after the use.

`aux perceived = smooth(vacancies, 6 months)` makes the instance `perceived.smooth` with its own stocks and flows, and
reads what it returns; `pool clerks[sector] { ... }` makes `clerks`, whose variables are split by sector, too, and are
variables like any other (`clerks.staff`). A component may use others, but not itself.

An instance is made in two steps. Its shape comes first: which variables it has and what they are split by, so that
declarations can name them in any order. Then it is filled: what the use gives is read, and the equations with it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType

from sdlang.diagnostics import Diagnostic, Note
from sdlang.limits import limit
from sdlang.model import component_errors as words, errors
from sdlang.model.builder import Builder, mistake
from sdlang.model.declarations import declare, fits, in_unit, unit_written
from sdlang.model.dimensions import dimensions_of, numbered
from sdlang.model.expressions import Constant, Expr, Index, Reference
from sdlang.model.flows import given_end, is_shared
from sdlang.model.indexing import loops_of, partly, whole_number
from sdlang.model.meaning import meaning
from sdlang.model.model import Auxiliary, Dimension
from sdlang.model.names import KINDS, Given, GivenEnd, Loop, Meaning, Scope, Variables, whole_variable
from sdlang.source import Span
from sdlang.stdlib import component as library_component, component_names, module_of
from sdlang.syntax import tree
from sdlang.syntax.walk import children
from sdlang.units.catalogue import unit_of
from sdlang.units.unit import DIMENSIONLESS

ARROWS: Mapping[str, str] = MappingProxyType({"from": "<-", "to": "->"})


@dataclass(slots=True)
class Shape:
    """An instance of which it is known what it consists of. `outer` is the scope of the use, `scope` that of the body;
    `values` and `ends` are what the use gives, as written; `entry` the stock by which a chain hands over to it, and
    `onward` the entry of the part behind it. Of one that
    `is_broken` it was told what is missing; its body would only tell the same again."""

    name: str
    component: tree.Component
    span: Span
    outer: Scope
    scope: Scope
    values: Mapping[str, tree.Expr]
    ends: Mapping[str, tree.Binding]
    inner: list[Shape] = field(default_factory=list)
    parts: list[Shape] = field(default_factory=list)
    entry: Variables | None = None
    onward: Variables | None = None
    is_broken: bool = False

    def names(self, viewer: Scope) -> dict[str, Meaning]:
        """The variables of the instance as a place sees it that uses it, by their names there."""
        known: dict[str, Meaning] = {}
        inside = [meant for meant in self.scope.names.values() if isinstance(meant, Variables)]
        for meant in inside:
            if meant.flat.startswith(f"{self.name}."):
                known[_relative(meant.flat, viewer)] = _seen_from(viewer, meant)
        if self.component.returns is not None:
            returned = self.scope.names.get(self.component.returns.text)
            if isinstance(returned, Variables):
                known[_relative(self.name, viewer)] = _seen_from(viewer, returned)
        return known

    def dimensions(self, viewer: Scope) -> dict[str, Dimension]:
        """The dimensions of the instance as a place sees them that uses it: `sum(cohort.people over cohort.age)`."""
        inside = self.scope.dimensions.values()
        return {_relative(each.name, viewer): each for each in inside if each.name.startswith(f"{self.name}.")}


def _relative(flat: str, viewer: Scope) -> str:
    return flat.removeprefix(f"{viewer.instance}.") if viewer.instance else flat


def _seen_from(viewer: Scope, inner: Variables) -> Variables:
    """A variable of an instance as the place of the use sees it: settled are the axes of that place's own instance."""
    settled = len(viewer.prefix)
    fixed = tuple(index if place < settled else None for place, index in enumerate(inner.fixed))
    return replace(inner, fixed=fixed)


# The shape -----------------------------------------------------------------------------------------------------------


def shape_of(use: tree.Block | tree.Instance, scope: Scope, builder: Builder) -> Shape | None:
    """The shape of a use that has a name, in the scope in which it is written."""
    flat = f"{scope.instance}.{use.name.text}" if scope.instance else use.name.text
    place = replace(scope, owner=flat, loops=())
    loops = loops_of(use.indices, use.name.text, place, builder.found, 0)
    outer = place.with_loops(loops)
    if len(loops) < len(use.indices):
        return None
    if isinstance(use, tree.Block):
        return _shape_of_block(use, flat, outer, builder)
    component = _component(use.call.function, builder)
    if component is None:
        return None
    values = arguments_of(component, use.call, builder)
    return make_shape(component, flat, use.name.span, values, {}, [], outer, builder)


def _shape_of_block(block: tree.Block, flat: str, outer: Scope, builder: Builder) -> Shape | None:
    component = _component(block.component, builder)
    if component is None:
        return None
    values: dict[str, tree.Expr] = {}
    ends: dict[str, tree.Binding] = {}
    parts: list[tree.Block] = []
    for item in block.items:
        match item:
            case tree.Bindings(items=bindings):
                for binding in bindings:
                    _bind(binding, component, values, ends, builder)
            case tree.Block():
                parts.append(item)
    return make_shape(component, flat, block.name.span, values, ends, parts, outer, builder)


def _component(name: tree.Name, builder: Builder) -> tree.Component | None:
    component = builder.components.get(name.text) or library_component(name.text)
    if component is None:
        known = [*builder.components, *component_names()]
        builder.found.append(words.unknown_component(name.text, known, module_of(name.text), name.span))
    return component


def _bind(
    binding: tree.Binding,
    component: tree.Component,
    values: dict[str, tree.Expr],
    ends: dict[str, tree.Binding],
    builder: Builder,
) -> None:
    """Note what a line of a block gives to a parameter or to a port."""
    name, used = binding.name.text, component.name.text
    parameters = [port.name.text for port in component.ports]
    stock_ports = {port.name.text: port for port in component.stock_ports}
    if name in values or name in ends:
        builder.found.append(words.argument_twice(used, name, binding.span))
    elif name in stock_ports:
        arrow = ARROWS[stock_ports[name].direction]
        if binding.operator == arrow:
            ends[name] = binding
        else:
            builder.found.append(words.wrong_arrow(used, name, binding.operator, arrow, binding.span))
            ends[name] = replace(binding, end=None)
    elif name not in parameters:
        builder.found.append(words.unknown_argument(used, name, [*parameters, *stock_ports], binding.name.span))
    elif binding.operator != "=" or binding.value is None:
        builder.found.append(words.wrong_arrow(used, name, binding.operator, "=", binding.span))
        values[name] = tree.Number(binding.span, "0")
    else:
        values[name] = binding.value


def arguments_of(component: tree.Component, call: tree.Call, builder: Builder) -> dict[str, tree.Expr]:
    """The arguments of a call by the names of the parameters, positions first."""
    name = component.name.text
    ports = [port.name.text for port in component.ports]
    given: dict[str, tree.Expr] = {}
    positional = [argument for argument in call.arguments if not argument.name]
    if len(positional) > len(ports):
        builder.found.append(
            errors.wrong_number_of_arguments(
                name, f"at most {len(ports)} arguments", len(positional), call.span, f"they are {', '.join(ports)}"
            )
        )
    for port, argument in zip(ports, positional, strict=False):
        given[port] = argument.value
    for argument in call.arguments:
        if not argument.name:
            continue
        if argument.name not in ports:
            builder.found.append(words.unknown_argument(name, argument.name, ports, argument.span))
        elif argument.name in given:
            builder.found.append(words.argument_twice(name, argument.name, argument.span))
        else:
            given[argument.name] = argument.value
    return given


def make_shape(
    component: tree.Component,
    flat: str,
    span: Span,
    values: Mapping[str, tree.Expr],
    ends: Mapping[str, tree.Binding],
    parts: list[tree.Block],
    outer: Scope,
    builder: Builder,
) -> Shape | None:
    """What an instance consists of, with all instances inside it; `None` where that cannot be said."""
    name = component.name.text
    users = [user for user, _ in outer.path]
    if name in users:
        builder.found.append(words.component_cycle([*users[users.index(name) :], name], span))
        return None
    if len(users) >= limit("components"):
        builder.found.append(words.nested_too_deep(limit("components"), span))
        return None
    builder.promised += len(component.ports) + len(component.body)
    if builder.promised > limit("variables"):
        if not any(diagnostic.code == "model-too-large" for diagnostic in builder.found):
            builder.found.append(words.too_large_model(limit("variables"), span))
        return None
    builder.uses[flat] = builder.uses.get(outer.instance, span)
    # A component hands on that something was left out: `capacity = capacity` in a block inside of it.
    values = {n: v for n, v in values.items() if not (isinstance(v, tree.Name) and v.text in outer.left_out)}
    prefix = outer.axes_in_reach()
    scope = replace(
        outer,
        names=MappingProxyType({}),
        instance=flat,
        whole=MappingProxyType({}),
        path=(*outer.path, (name, span)),
        dimensions=builder.file_dimensions if name in builder.components else MappingProxyType({}),
        loops=(),
        prefix=prefix,
        parts=(),
        given=frozenset(values),
        left_out=frozenset(port.name.text for port in component.ports if _is_left_out(port, values)),
    )
    scope = _with_ports(component, values, outer, scope, builder)
    dimensions = _dimensions(component, scope, span, builder)
    if dimensions is None:
        return None
    scope = replace(scope, dimensions=MappingProxyType({**scope.dimensions, **dimensions}))
    names: dict[str, Meaning] = {}
    static = static_ports(component)
    for port in component.ports:
        if not port.is_dimension and port.name.text not in static and not _is_left_out(port, values):
            loops = loops_of(port.indices, port.name.text, scope, builder.found, 0)
            names[port.name.text] = whole_variable(
                f"{flat}.{port.name.text}", "auxiliary", prefix, [loop.axis for loop in loops]
            )
    for declaration in component.body:
        if isinstance(declaration, tree.Parameter | tree.Stock | tree.Flow | tree.Auxiliary):
            loops = loops_of(declaration.indices, declaration.name.text, scope, builder.found, 0)
            is_split = isinstance(declaration, tree.Flow) and is_shared(declaration)
            kind = "auxiliary" if is_split else KINDS[type(declaration).__name__]
            names[declaration.name.text] = whole_variable(
                f"{flat}.{declaration.name.text}", kind, prefix, [loop.axis for loop in loops]
            )
    shape = Shape(flat, component, span, outer, replace(scope, names=MappingProxyType(names)), values, ends)
    shape.is_broken = any(_is_wrong(port, values, outer) for port in component.ports) or any(
        end.operator != ARROWS[port.direction]
        for port in component.stock_ports
        if (end := ends.get(port.name.text)) is not None
    )
    _shape_inside(shape, parts, builder)
    return shape


def _with_ports(
    component: tree.Component, values: Mapping[str, tree.Expr], outer: Scope, scope: Scope, builder: Builder
) -> Scope:
    """The inner scope with the dimensions and the whole numbers that the use gives."""
    for port in component.ports:
        name = port.name.text
        if _is_left_out(port, values):
            continue
        argument = values.get(name, port.default)
        if argument is None:
            builder.found.append(words.missing_argument(component.name.text, name, scope.path[-1][1]))
            if port.is_dimension:
                scope = _with_dimension(name, None, scope, builder)
            continue
        if port.is_dimension:
            dimension = outer.dimensions.get(argument.text) if isinstance(argument, tree.Name) else None
            if dimension is None:
                builder.found.append(words.dimension_expected(component.name.text, name, argument.span))
            scope = _with_dimension(name, dimension, scope, builder)
            continue
        whole = whole_number(argument, outer if name in values else scope)
        if whole is not None:
            scope = replace(scope, whole=MappingProxyType({**scope.whole, name: whole}))
    return scope


def _with_dimension(name: str, dimension: Dimension | None, scope: Scope, builder: Builder) -> Scope:
    """The scope with a dimension; where there is none, with one that stands in for it."""
    if dimension is None:
        dimension = Dimension(f"{scope.instance}.{name}", ("1",))
        builder.dimensions[dimension.name] = dimension
    return replace(scope, dimensions=MappingProxyType({**scope.dimensions, name: dimension}))


def _is_left_out(port: tree.Port, values: Mapping[str, tree.Expr]) -> bool:
    """Whether a use gives nothing for a parameter that may be left out (`capacity = none`): it is no name then."""
    nothing = isinstance(port.default, tree.Name) and port.default.text == "none"
    return nothing and port.name.text not in values


def _is_wrong(port: tree.Port, values: Mapping[str, tree.Expr], outer: Scope) -> bool:
    """Whether a dimension is wanted and none is given."""
    given = values.get(port.name.text)
    return port.is_dimension and not (isinstance(given, tree.Name) and given.text in outer.dimensions)


def static_ports(component: tree.Component) -> frozenset[str]:
    """The parameters by which a component counts: they are fixed in the text and can be no variables of a run."""
    found: set[str] = set()
    for declaration in component.body:
        if isinstance(declaration, tree.Dimension) and declaration.range is not None:
            waiting: list[tree.Node] = [declaration.range]
            while waiting:
                node = waiting.pop()
                if isinstance(node, tree.Name):
                    found.add(node.text)
                waiting.extend(children(node))
    return frozenset(found)


def _dimensions(component: tree.Component, scope: Scope, use: Span, builder: Builder) -> Mapping[str, Dimension] | None:
    """The dimensions that the body declares: over whole numbers that the use decides, or with names of their own."""
    known: dict[str, Dimension] = {}
    named: list[tree.Dimension] = []
    for declaration in component.body:
        if not isinstance(declaration, tree.Dimension):
            continue
        if declaration.range is None:
            named.append(declaration)
            continue
        low = whole_number(declaration.range.low, scope)
        high = whole_number(declaration.range.high, scope)
        name = declaration.name.text
        note = Note(f"`{component.name.text}` counts its `{name}` here", declaration.span)
        if low is None or high is None or low.denominator != 1 or high.denominator != 1 or high < low:
            what = f"the number of stages of `{component.name.text}`"
            builder.found.append(words.not_static(what, use, note))
            return None
        if high - low >= limit("stages"):
            builder.found.append(words.too_many_stages(int(high - low + 1), limit("stages"), use))
            return None
        known[name] = numbered(f"{scope.instance}.{name}", int(low), int(high), declaration.span, builder.found)
    for name, dimension in dimensions_of(named, builder.found, scope.dimensions).items():
        known[name] = replace(dimension, name=f"{scope.instance}.{name}")
    for dimension in known.values():
        builder.dimensions.setdefault(dimension.name, dimension)
    return known


def _shape_inside(shape: Shape, parts: list[tree.Block], builder: Builder) -> None:
    """Add the shapes of the instances in the body, and of the parts of a chain, with their names."""
    chain = next((each for each in shape.component.body if isinstance(each, tree.Chain)), None)
    if chain is None:
        for part in parts:
            builder.found.append(words.no_chain(shape.component.name.text, part.component.text, part.span))
    else:
        _shape_chain(shape, chain, parts, builder)
    for declaration in shape.component.body:
        inner = None
        match declaration:
            case tree.Block():
                inner = shape_of(declaration, shape.scope, builder)
            case tree.Instance():
                inner = shape_of(declaration, shape.scope, builder)
            case tree.Entry(end=end):
                shape.entry = _entry(end, shape, builder)
            case _:
                pass
        if inner is not None:
            shape.inner.append(inner)
            names = MappingProxyType({**shape.scope.names, **inner.names(shape.scope)})
            dimensions = MappingProxyType({**shape.scope.dimensions, **inner.dimensions(shape.scope)})
            shape.scope = replace(shape.scope, names=names, dimensions=dimensions)


def _entry(end: tree.Name | tree.Subscript, shape: Shape, builder: Builder) -> Variables | None:
    name, subscripts = (end.name, end.indices) if isinstance(end, tree.Subscript) else (end, ())
    known = shape.scope.names.get(name.text)
    if not isinstance(known, Variables) or known.kind != "stock":
        builder.found.append(errors.unknown_stock(shape.component.name.text, name.text, (), end.span))
        return None
    return partly(name.text, known, subscripts, end.span, shape.scope, builder.reader())


def _shape_chain(shape: Shape, chain: tree.Chain, parts: list[tree.Block], builder: Builder) -> None:
    kinds = [kind.text for kind in chain.kinds]
    for part in parts:
        if part.component.text not in kinds:
            builder.found.append(words.no_part(shape.component.name.text, part.component.text, kinds, part.span))
            continue
        if part.indices:
            builder.found.append(words.part_with_index(part.name.text, part.span))
            continue
        # What stands in the block of a part was written where the whole is used, and is read there.
        flat = f"{shape.name}.{part.name.text}"
        place = replace(shape.outer, owner=flat, path=shape.scope.path)
        inner = _shape_of_block(part, flat, place, builder)
        if inner is not None:
            shape.parts.append(inner)
    shape.is_broken = shape.is_broken or len(shape.parts) < len(parts) or not parts
    if not shape.parts:
        if not parts:
            builder.found.append(words.empty_chain(shape.component.name.text, kinds, shape.span))
        names = {**shape.scope.names, chain.first.text: GivenEnd(None)}
        shape.scope = replace(shape.scope, names=MappingProxyType(names))
        return
    for one, following in zip(shape.parts, shape.parts[1:], strict=False):
        one.onward = following.entry
    names = {**shape.scope.names, chain.first.text: GivenEnd(shape.parts[0].entry)}
    for each in shape.parts:
        names |= each.names(shape.scope)
    behind = f"{_relative(shape.parts[-1].name, shape.scope)}."
    names |= {f"last.{name.removeprefix(behind)}": meant for name, meant in names.items() if name.startswith(behind)}
    parts_names = tuple(_relative(each.name, shape.scope) for each in shape.parts)
    shape.scope = replace(shape.scope, names=MappingProxyType(names), parts=parts_names)


# What it is filled with ----------------------------------------------------------------------------------------------


def fill(shape: Shape, builder: Builder, handed_to: GivenEnd | None = None) -> None:
    """Declare the variables of an instance. `handed_to` is where the last part of a chain hands over."""
    before = len(builder.found)
    scope = shape.scope
    for port in shape.component.ports:
        if not port.is_dimension and not (shape.is_broken and port.indices):
            scope = _with_value(port, shape, scope, builder)
    if shape.is_broken:
        return
    onward = GivenEnd(shape.onward) if shape.onward is not None else handed_to
    scope = _with_ends(shape, scope, onward, builder)
    chain = next((each for each in shape.component.body if isinstance(each, tree.Chain)), None)
    if chain is not None:
        last = scope.names.get(chain.last.text)
        for part in shape.parts:
            part.outer = replace(part.outer, names=shape.outer.names)
            fill(part, builder, last if isinstance(last, GivenEnd) else None)
    for inner in shape.inner:
        inner.outer = replace(inner.outer, names=MappingProxyType({**inner.outer.names, **scope.names}))
        fill(inner, builder)
    for declaration in shape.component.body:
        match declaration:
            case tree.Parameter() | tree.Stock() | tree.Flow() | tree.Auxiliary():
                flat = f"{shape.name}.{declaration.name.text}"
                declare(declaration, flat, replace(scope, owner=flat), builder)
            case tree.Contest():
                builder.contests.append((declaration, scope))
            case _:
                pass
    _tell_where_used(shape, before, builder)


def _with_value(port: tree.Port, shape: Shape, scope: Scope, builder: Builder) -> Scope:
    """The scope with what a parameter is given. In a use without a name a plain name or number is handed in as it is;
    anything else, and what has a unit, becomes a variable."""
    name = port.name.text
    flat = f"{shape.name}.{name}"
    if _is_left_out(port, shape.values):
        return scope
    argument = shape.values.get(name, port.default)
    if argument is None:
        return _with(scope, name, Given(mistake(shape.span)))
    place = shape.outer if name in shape.values else scope
    if name in static_ports(shape.component):
        return _with(scope, name, Given(meaning(argument, place, builder)))
    known = scope.names[name]
    assert isinstance(known, Variables)
    own = known.axes[len(scope.prefix) :]
    place = replace(place, owner=flat if scope.is_hidden is False else place.owner)
    level = place.level()
    loops = []
    for axis in own:
        dimension = builder.dimensions[axis.dimension]
        called = dimension.name.rpartition(".")[2]
        loops.append(Loop(called, axis, dimension, level, True, range(axis.size)))
    value = meaning(argument, place.with_loops(loops), builder)
    unit = None if port.unit is None else unit_of(port.unit, scope.units, builder.found)
    if scope.is_hidden and unit is None and not own and isinstance(value, Reference | Constant):
        return _with(scope, name, Given(value))
    if unit is not None and isinstance(value, Constant) and value.dimension is None:
        if value.value and unit.dimension != DIMENSIONLESS:
            told = words.argument_needs_unit(shape.component.name.text, name, unit.text, argument.span)
            builder.unit_mistakes.append(told)
        value = in_unit(value, unit, builder)
    if not fits(flat, known.axes, argument.span, builder):
        return scope
    builder.add(
        Auxiliary(
            name=flat,
            span=argument.span,
            component=shape.name,
            is_hidden=scope.is_hidden,
            axes=known.axes,
            value=value,
        ),
        unit or (None if scope.is_hidden else unit_written(argument, place)),
    )
    builder.arguments.add(flat)
    if not scope.is_hidden:
        builder.perhaps_parameters.append(flat)
    return scope


def _with(scope: Scope, name: str, meant: Meaning) -> Scope:
    return replace(scope, names=MappingProxyType({**scope.names, name: meant}))


def _with_ends(shape: Shape, scope: Scope, onward: GivenEnd | None, builder: Builder) -> Scope:
    """The scope with the stocks that the use gives to the ports."""
    used = shape.component.name.text
    handing = next((port for port in shape.component.stock_ports if port.direction == "to"), None)
    for port in shape.component.stock_ports:
        name = port.name.text
        binding = shape.ends.get(name)
        because = next((each.text for each in port.needed_by if each.text in shape.values), "")
        if binding is not None:
            scope = _with(scope, name, given_end(name, binding.end, shape.outer, builder))
        elif port is handing and onward is not None:
            scope = _with(scope, name, onward)
        elif port.may_be_cloud and not because:
            scope = _with(scope, name, GivenEnd(None))
        else:
            builder.found.append(words.missing_port(used, name, port.direction, because, shape.span))
            scope = _with(scope, name, GivenEnd(None))
    return scope


def _tell_where_used(shape: Shape, before: int, builder: Builder) -> None:
    """Mistakes that lie in the component are told with the place of the use; in the library, nobody looks for them, so
    there the use comes first."""
    new = builder.found[before:]
    if not new:
        return
    start, end, source = shape.component.span.start, _end_of(shape.component), shape.component.span.source
    known = {(told.code, told.span) for told in builder.found[:before]}
    del builder.found[before:]
    for told in new:
        if told.span is None or told.span.source is not source or not start <= told.span.start < end:
            builder.found.append(told)
        elif source is not shape.span.source:
            told = words.at_its_use(told, shape.component.name.text, shape.span)
            if (told.message, told.span) not in [(each.message, each.span) for each in builder.found[before:]]:
                builder.found.append(told)
        elif (told.code, told.span) not in known:
            builder.found.append(words.used_here(told, shape.name, shape.span))


def _end_of(node: tree.Node) -> int:
    """Where the last thing ends that stands in a declaration: the span of a block is its header's."""
    return max([node.span.end, *(_end_of(each) for each in children(node))])


def instantiate(component: tree.Component, call: tree.Call, scope: Scope, builder: Builder) -> Expr:
    """Make an instance of a component where an expression calls it; the result refers to what it returns."""
    name = component.name.text
    if component.returns is None:
        builder.found.append(words.no_value(name, call.span))
        return mistake(call.span)
    flat = builder.instance_name(f"{scope.owner}.{name}")
    values = arguments_of(component, call, builder)
    outer = replace(scope, is_hidden=True)
    shape = make_shape(component, flat, call.span, values, {}, [], outer, builder)
    if shape is None:
        return mistake(call.span)
    fill(shape, builder)
    indices = tuple(Index(axis.loop) for axis in shape.scope.prefix)
    return Reference(call.span, f"{flat}.{component.returns.text}", indices)


# The declaration -----------------------------------------------------------------------------------------------------


def check_component(component: tree.Component, found: list[Diagnostic]) -> None:
    """What is wrong with the declaration itself: names that stand twice, nothing to return."""
    first: dict[str, Span] = {}
    named = [each for each in component.body if not isinstance(each, tree.Entry | tree.Chain | tree.Contest)]
    for declared in (*component.ports, *component.stock_ports, *named):
        name = declared.name
        if name.text in first:
            found.append(errors.duplicate_name(name.text, name.span, first[name.text]))
        first.setdefault(name.text, name.span)
    if component.returns is None:
        return
    single: dict[str, bool] = {}
    for each in named:
        if isinstance(each, tree.Parameter | tree.Stock | tree.Flow | tree.Auxiliary):
            single[each.name.text] = not each.indices
    returns = component.returns
    if not single.get(returns.text, False):
        is_row = returns.text in single
        found.append(words.nothing_to_return(component.name.text, returns.text, is_row, returns.span))
