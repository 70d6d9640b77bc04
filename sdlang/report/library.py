"""The reference of the library, made from the comments in its `.sd` files, and a picture of each component.

The documentation of a component is its `##` lines: prose; then lines that begin with

    Source:     the book or paper that it is from
    Picture:    its stocks and flows in a line of text; the page draws them instead
    - `NAME`:   what a parameter, a port or a variable means (the next lines go on if they are indented)
    Example:    declarations that use it, indented, on the lines below

The example is compiled: it gives the units in which the tables speak, and its instance of the component is drawn.
Nothing is written here; a test compares the page and the pictures with those in `docs/` (`make docs` renews them).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from types import MappingProxyType

from sdlang import compiler
from sdlang.diagnostics import Diagnostic
from sdlang.model.expressions import Apply, Cases, Constant, Draw, Expr, Lookup, Memory, Reduce, Reference, Vector
from sdlang.model.model import Auxiliary, Flow, Model, Parameter, Stock, Variable
from sdlang.report.diagram import diagram_svg
from sdlang.report.pages import style
from sdlang.source import Source
from sdlang.stdlib import component, component_names, module, modules
from sdlang.syntax import tree
from sdlang.syntax.parser import parse
from sdlang.syntax.printer import print_expression, print_unit
from sdlang.syntax.printer_expressions import print_end
from sdlang.syntax.walk import children

MEANING = re.compile(r"- `([\w.]+)`(?:, `([\w.]+)`)*: *(.*)")
NAMES = re.compile(r"`([\w.]+)`")
SIMULATE = "simulate 2025 to 2045 years, step 1 month"
IMAGES = "images/library"

INTRODUCTION = """\
<!-- Made from the comments in sdlang/stdlib by `make docs`. Do not edit. -->

# The library

Components that come with sdlang, written in its language. Those under [always there](#always-there) need nothing; the
others are brought by `use MODULE`. How components are used: [components](reference/components.md); how one is made of
plain stocks and flows: `sdrun expand`. Each is given here with its parameters (`=`), its ports (`<-` takes from, `->`
gives to), its variables, and an example that runs. A unit in *italics* is that of the example: the component takes any.
In the pictures a stock that a component takes from or gives to stands as in the example.
"""


@dataclass(frozen=True, slots=True)
class Entry:
    """A component of the library and what its comments say. `module` is empty for those that are always there."""

    module: str
    component: tree.Component
    prose: str = ""
    source: str = ""
    meanings: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    example: str = ""

    @property
    def name(self) -> str:
        return self.component.name.text


def entries() -> tuple[Entry, ...]:
    """All components of the library: those that are always there, then module by module."""
    known = [("", component(name)) for name in component_names()]
    known += [(name, each) for name in modules() for each in module(name).values()]
    return tuple(_entry(name, each) for name, each in known if each is not None)


def _entry(module_name: str, declared: tree.Component) -> Entry:
    """The documentation of a component, taken apart."""
    prose: list[str] = []
    source: list[str] = []
    example: list[str] = []
    meanings: dict[str, str] = {}
    to = "prose"
    last: tuple[str, ...] = ()
    for line in declared.layout.documentation:
        meaning = MEANING.match(line)
        if meaning:
            to, last = "meaning", tuple(NAMES.findall(line.partition(":")[0]))
            meanings |= dict.fromkeys(last, meaning[3])
        elif line.startswith(("Source:", "Picture:", "Example:")):
            word, _, rest = line.partition(":")
            to = word.lower()
            if to == "source":
                source.append(rest.strip())
        elif to == "meaning" and line.startswith(" "):
            meanings |= {name: f"{meanings[name]} {line.strip()}" for name in last}
        elif to == "example" and (line.startswith(" ") or not line):
            example.append(line.removeprefix("  "))
        elif to == "source" and line:
            source.append(line.strip())
        elif to != "picture" or not line:
            to = "prose"
            prose.append(line)
    return Entry(
        module_name,
        declared,
        "\n".join(prose).strip(),
        " ".join(source),
        MappingProxyType(meanings),
        "\n".join(example).strip("\n"),
    )


def program(entry: Entry) -> str:
    """The example of a component as a whole model."""
    lines = [f'model "{entry.name}"']
    if "simulate" not in entry.example:
        lines.append(SIMULATE)
    if entry.module:
        lines.append(f"use {entry.module}")
    return "\n".join([*lines, entry.example, ""])


# The page ------------------------------------------------------------------------------------------------------------


def library_page() -> str:
    """The whole page, as Markdown."""
    known = entries()
    chapters = {name: [each for each in known if each.module == name] for name in ("", *modules())}
    parts = [INTRODUCTION]
    for name, members in chapters.items():
        parts.append(f"- {_link(_chapter(name))}: " + ", ".join(_link(each.name) for each in members))
    for name, members in chapters.items():
        parts.append(f"\n## {_chapter(name)}\n")
        if name:
            parts.append(f"`use {name}`\n")
        parts.extend("\n".join(_section(each)) for each in members)
    return "\n".join(parts).rstrip() + "\n"


def _chapter(name: str) -> str:
    return name or "Always there"


def _link(title: str) -> str:
    return f"[{title}](#{title.lower().replace(' ', '-')})"


def _section(entry: Entry) -> Iterator[str]:
    instance, model = _compiled(entry)
    yield f"### {entry.name}\n"
    yield entry.prose + "\n"
    if entry.source:
        yield f"Source: {entry.source}\n"
    yield f"![Stocks and flows of `{entry.name}`]({IMAGES}/{entry.name}.svg)\n"
    yield from _table(("given", "unit", "if left out", ""), _ports(entry, instance, model))
    yield from _table(("port", "", "if left out", ""), _stock_ports(entry))
    yield from _table(("gives", "unit", "", ""), _variables(entry, instance, model))
    yield f"```sd\n{program(entry)}```\n"


def _table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> Iterator[str]:
    if rows:
        yield "| " + " | ".join(header) + " |"
        yield "|" + "---|" * len(header)
        for row in rows:
            yield "| " + " | ".join(row) + " |"
        yield ""


def _ports(entry: Entry, instance: str, model: Model) -> list[tuple[str, str, str, str]]:
    rows = []
    for port in entry.component.ports:
        name = port.name.text
        indices = ", ".join(index.name.text for index in port.indices)
        shown = f"`{name}[{indices}]`" if indices else f"`{name}`"
        default = "" if port.default is None else f"`{print_expression(port.default)}`"
        if default == "`none`":
            default = "none"
        if port.is_dimension:
            unit = "a dimension"
        elif port.unit is not None:
            unit = print_unit(port.unit)
        else:
            unit = _unit(model.variables.get(f"{instance}.{name}"))
        rows.append((shown, unit, default, entry.meanings.get(name, "")))
    return rows


def _unit(variable: Variable | None) -> str:
    """The unit that something has in the example; that of what is not given there is unknown."""
    if variable is None or _is_nothing(variable):
        return ""
    return f"*{variable.unit.text}*" if variable.unit.text != "1" else "1"


def _is_nothing(variable: Variable) -> bool:
    """Whether a flow moves nothing, since what decides it was not given: then it is no flow."""
    return isinstance(variable, Auxiliary) and isinstance(variable.value, Constant)


def _stock_ports(entry: Entry) -> list[tuple[str, str, str, str]]:
    rows = []
    for port in entry.component.stock_ports:
        arrow = "takes from, `<-`" if port.direction == "from" else "gives to, `->`"
        default = "the cloud" if port.may_be_cloud else ""
        if port.needed_by:
            default += ", but must be said with " + " or ".join(f"`{name.text}`" for name in port.needed_by)
        rows.append((f"`{port.name.text}`", arrow, default, entry.meanings.get(port.name.text, "")))
    return rows


def _variables(entry: Entry, instance: str, model: Model) -> list[tuple[str, str, str, str]]:
    rows = []
    for declaration in entry.component.body:
        match declaration:
            case tree.Stock(initial=value):
                what, equation = "stock", print_expression(value)
            case tree.Flow(source=source, target=target, rate=value):
                what = f"flow, {print_end(source)} to {print_end(target)}"
                equation = print_expression(value)
            case tree.Auxiliary(value=value):
                what, equation = "", print_expression(value)
            case _:
                continue
        name = declaration.name.text
        indices = ", ".join(index.name.text for index in declaration.indices)
        said = entry.meanings.get(name) or " ".join(declaration.layout.documentation)
        shown = f"`{name}[{indices}]`" if indices else f"`{name}`"
        rows.append((shown, _unit(model.variables.get(f"{instance}.{name}")), what, said or f"`{equation}`"))
    return rows


# The example ---------------------------------------------------------------------------------------------------------


def _compiled(entry: Entry) -> tuple[str, Model]:
    """The instance of the component in its example, and the model. A call gets a name, to be looked into."""
    text = program(entry)
    found: list[Diagnostic] = []
    file = parse(Source(f"the example of {entry.name}", text), found)
    instance = ""
    for node in _nodes(file):
        match node:
            case tree.Block(component=used, name=name) if used.text == entry.name:
                instance = instance or name.text
            case tree.Instance(name=name, call=call) if call.function.text == entry.name:
                instance = instance or name.text
            case tree.Call(function=function) if function.text == entry.name and not instance:
                instance = f"the_{entry.name}"
                text += f"{instance} = {node.span.text}\n"
            case _:
                pass
    for part in _parts(file, entry.name):
        instance = f"{part}.{instance}"
    return instance, compiler.check(Source(file.source.name, text)).model


def _nodes(node: tree.Node) -> Iterator[tree.Node]:
    yield node
    for child in children(node):
        yield from _nodes(child)


def _parts(file: tree.File, name: str) -> Iterator[str]:
    """The whole whose part the component is in the example, where it is one."""
    for declaration in file.declarations:
        if isinstance(declaration, tree.Block):
            parts = [part for part in declaration.items if isinstance(part, tree.Block)]
            if any(part.component.text == name for part in parts):
                yield declaration.name.text
                return


# The pictures --------------------------------------------------------------------------------------------------------


def library_pictures() -> Mapping[str, str]:
    """The picture of each component as an SVG file, by its name."""
    return MappingProxyType({entry.name: _picture(*_compiled(entry), entry.name) for entry in entries()})


def _picture(instance: str, model: Model, name: str) -> str:
    svg = diagram_svg(_inside(model, instance), name).partition("</svg>")[0]
    opening, _, rest = svg.partition(">")
    return f"{_standing_alone(opening)}<style>{_style()}</style>{_paper(opening)}{rest}</svg>\n"


def _style() -> str:
    """What the report's style says of diagrams, on paper: the same picture for all readers."""
    lines = str(style()).split("\n")
    colours = " ".join(line.strip() for line in lines[: lines.index("}")] if "--" in line)
    rules = " ".join(line for line in lines if line.startswith(".diagram .") or line.startswith(".diagram text"))
    return f"svg {{ {colours} font-family: system-ui, sans-serif }} {rules}"


def _standing_alone(opening: str) -> str:
    """The tag that opens a diagram, with what it needs as a file of its own."""
    _, _, width, height = _box(opening)
    tag = re.sub(r' style="[^"]*"', "", opening)
    return f'{tag} width="{width}" height="{height}" xmlns="http://www.w3.org/2000/svg">'


def _box(opening: str) -> Sequence[str]:
    box = re.search(r'viewBox="(\S+) (\S+) (\S+) (\S+)"', opening)
    assert box is not None, "a diagram says how large it is"
    return box.groups()


def _paper(opening: str) -> str:
    x, y, width, height = _box(opening)
    return f'<rect x="{x}" y="{y}" width="{width}" height="{height}" fill="#ffffff"/>'


def _inside(model: Model, instance: str) -> Model:
    """The model as if an instance were all of it, with the stocks outside that its flows lead to."""
    own = {name: variable for name, variable in model.variables.items() if name.startswith(f"{instance}.")}
    ends = {end for flow in own.values() if isinstance(flow, Flow) for end in (flow.source, flow.target) if end}
    kept = {name: variable for name, variable in model.variables.items() if name in own or name in ends}
    shown = [name for name, variable in kept.items() if not variable.is_hidden]
    names = {name: name.removeprefix(f"{instance}.").replace(".", "_") for name in shown}
    for name, variable in kept.items():
        if variable.is_hidden:
            owner = max((each for each in shown if name.startswith(f"{each}.")), key=len, default=instance)
            names[name] = f"{names.get(owner, '')}.{name.removeprefix(owner + '.')}"
    assert len(set(names.values())) == len(names), f"in the example of {instance} a stock is called as one inside"
    variables = {}
    for name, variable in kept.items():
        is_part_of_part = "." in name.removeprefix(f"{instance}.") and name in own
        variables[names[name]] = _moved(variable, names, is_part_of_part)
    return replace(model, variables=MappingProxyType(variables))


def _moved(variable: Variable, names: Mapping[str, str], is_part_of_part: bool) -> Variable:
    """A variable by its name inside. Of the parts of a component the picture shows the stocks and flows, and of what
    was not given nothing."""
    is_helper = is_part_of_part and not isinstance(variable, Stock | Flow)
    is_hidden = variable.is_hidden or is_helper or _is_nothing(variable)
    moved = replace(
        variable, name=names[variable.name], is_hidden=is_hidden, component=variable.component if is_hidden else ""
    )
    match moved:
        case Flow(rate=rate, source=source, target=target):
            source, target = names.get(source or "", source), names.get(target or "", target)
            return replace(moved, rate=_renamed(rate, names), source=source, target=target)
        case Auxiliary(value=value) | Parameter(value=value):
            return replace(moved, value=_renamed(value, names))
        case _:
            return moved


def _renamed(expression: Expr, names: Mapping[str, str]) -> Expr:
    """The expression with other names of variables."""

    def all_of(parts: Sequence[Expr]) -> tuple[Expr, ...]:
        return tuple(_renamed(part, names) for part in parts)

    match expression:
        case Reference(name=name):
            return replace(expression, name=names.get(name, name))
        case Lookup(argument=argument):
            return replace(expression, argument=_renamed(argument, names))
        case (
            Apply(arguments=arguments)
            | Vector(arguments=arguments)
            | Memory(arguments=arguments)
            | Draw(arguments=arguments)
        ):
            return replace(expression, arguments=all_of(arguments))
        case Cases(branches=branches):
            return replace(expression, branches=all_of(branches))
        case Reduce(body=body, where=where):
            inner = None if where is None else _renamed(where, names)
            return replace(expression, body=_renamed(body, names), where=inner)
        case _:
            return expression
