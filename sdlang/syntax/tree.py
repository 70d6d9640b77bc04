"""The syntax tree: what was written, as it was written.

Every node is a frozen dataclass that says, in its docstring, the line of the language it stands for. Spans do not take
part in comparison, so two trees are equal when the texts mean the same declarations in the same words.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from sdlang.source import Source, Span


@dataclass(frozen=True, slots=True)
class Node:
    span: Span = field(compare=False)


# Expressions ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Number(Node):
    """`1_200`   `8%`   `2.5 billion HKD`   `3 m^2`: digits, then percent, scale word and unit where written."""

    text: str
    percent: bool = False
    scale: str = ""
    unit: str = ""
    power: int = 1


@dataclass(frozen=True, slots=True)
class Name(Node):
    """`staff`   `perceived.trend`   `人口`: dots join the name of a component and of its variable."""

    text: str


@dataclass(frozen=True, slots=True)
class Subscript(Node):
    """`held[stage - 1]`"""

    name: Name
    indices: tuple[Expr, ...]


@dataclass(frozen=True, slots=True)
class Text(Node):
    """`"data/jobs.csv"`"""

    value: str


@dataclass(frozen=True, slots=True)
class Unary(Node):
    """`-x`   `+x`   `not x`"""

    operator: str
    operand: Expr


@dataclass(frozen=True, slots=True)
class Binary(Node):
    """`a + b`, where the operator is one of + - * / per ^ < <= > >= == != and or"""

    operator: str
    left: Expr
    right: Expr


@dataclass(frozen=True, slots=True)
class Conditional(Node):
    """`if a > b then c else d`"""

    test: Expr
    yes: Expr
    no: Expr


@dataclass(frozen=True, slots=True)
class Argument(Node):
    """`3 months`   `order = 3`: an argument, named or not (then `name` is empty)."""

    name: str
    value: Expr


@dataclass(frozen=True, slots=True)
class Call(Node):
    """`smooth(vacancies, 6 months, order = 3)`"""

    function: Name
    arguments: tuple[Argument, ...]


@dataclass(frozen=True, slots=True)
class Group(Node):
    """`(a + b)`: parentheses as the author wrote them."""

    inner: Expr


Expr = Number | Name | Subscript | Text | Unary | Binary | Conditional | Call | Group


@dataclass(frozen=True, slots=True)
class Range(Node):
    """`2% .. 20% per year`"""

    low: Expr
    high: Expr


# Declarations --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Layout:
    """What stands around a declaration: lines before it (`""` for a blank line, `# ...` for a comment), its
    documentation (`##` lines without the marks) and a comment at the end of its line."""

    before: tuple[str, ...] = ()
    documentation: tuple[str, ...] = ()
    after: str = ""


@dataclass(frozen=True, slots=True)
class Declaration(Node):
    layout: Layout


@dataclass(frozen=True, slots=True)
class Title(Declaration):
    """`model "A labor pool with hiring and attrition"`"""

    text: str


@dataclass(frozen=True, slots=True)
class Simulate(Declaration):
    """`simulate 2024 to 2034 years, step 1 month, using rk4, save every 1 month`"""

    start: Expr
    stop: Expr
    step: Expr | None
    method: Name | None
    save: Expr | None


@dataclass(frozen=True, slots=True)
class UnitDeclaration(Declaration):
    """`unit person = people = persons`   `unit dozen = 12 robot`: other names, then perhaps a definition."""

    names: tuple[Name, ...]
    definition: Expr | None


@dataclass(frozen=True, slots=True)
class Parameter(Declaration):
    """`param attrition "Attrition" : 1/year = 8% / year in 2% .. 20% per year`"""

    name: Name
    label: str
    unit: Expr | None
    value: Expr
    range: Range | None


@dataclass(frozen=True, slots=True)
class Stock(Declaration):
    """`stock staff "Staff" : people = 1_000 people`   `stock held[stage] = initial * stage_time`"""

    name: Name
    indices: tuple[Name, ...]
    label: str
    unit: Expr | None
    initial: Expr


@dataclass(frozen=True, slots=True)
class Flow(Declaration):
    """`flow quits "Quits": staff -> cloud = staff * attrition`: an end that is `None` is `cloud`."""

    name: Name
    indices: tuple[Name, ...]
    label: str
    unit: Expr | None
    source: Name | Subscript | None
    target: Name | Subscript | None
    rate: Expr


@dataclass(frozen=True, slots=True)
class Auxiliary(Declaration):
    """`aux gap "Gap" : people = target - staff`"""

    name: Name
    indices: tuple[Name, ...]
    label: str
    unit: Expr | None
    value: Expr


@dataclass(frozen=True, slots=True)
class Point(Node):
    """`(0.2, 0.1)`"""

    x: Expr
    y: Expr


@dataclass(frozen=True, slots=True)
class Table(Declaration):
    """`table pull(gap : 1) "Pull" : 1/year = (0, 0) (0.2, 0.1) (1, 1), linear, hold`: `method` and `outside` may be
    empty, which means linear and hold."""

    name: Name
    input: Name
    input_unit: Expr | None
    label: str
    unit: Expr | None
    points: tuple[Point, ...]
    method: str
    outside: str


@dataclass(frozen=True, slots=True)
class Series(Declaration):
    """`series robots : robot = csv("data/robots.csv", time = "year", value = "stock"), linear, hold`"""

    name: Name
    label: str
    unit: Expr | None
    reader: Call
    method: str
    outside: str


@dataclass(frozen=True, slots=True)
class Override(Declaration):
    """`fund_size = 2.5 billion HKD/year from 2026`, inside a scenario"""

    name: Name
    value: Expr
    since: Expr | None


@dataclass(frozen=True, slots=True)
class Expect(Declaration):
    """`expect staff >= 0 people always`   `expect u < 8% after 2030`: `when` is always, at, after, before or empty."""

    condition: Expr
    when: str
    time: Expr | None


@dataclass(frozen=True, slots=True)
class Scenario(Declaration):
    """`scenario fund "Retraining fund" { ... }`"""

    name: Name
    label: str
    items: tuple[Override | Expect, ...]
    after: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Plot(Declaration):
    """`plot "Staff and its target" staff, target`"""

    title: str
    items: tuple[Name, ...]


@dataclass(frozen=True, slots=True)
class TableRequest(Declaration):
    """`table "At a glance" staff, quits at 2025, 2030`: rows of the report; without `at`, times are chosen."""

    title: str
    items: tuple[Name, ...]
    times: tuple[Expr, ...]


@dataclass(frozen=True, slots=True)
class Prose(Declaration):
    """`text \"\"\" By 2035, unemployment is {{ unemployed at 2035 }}. \"\"\"`, inside a report"""

    text: str


@dataclass(frozen=True, slots=True)
class Section(Declaration):
    """`diagram`   `equations`   `scenarios`, inside a report: one of the report's own sections, by name"""

    name: str


@dataclass(frozen=True, slots=True)
class Report(Declaration):
    """`report { text ... plot ... table ... diagram }`: what the report shows, in that order"""

    items: tuple[Prose | Plot | TableRequest | Section, ...]
    after: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Dimension(Declaration):
    """`dim stage = 1 .. order`, inside a component"""

    name: Name
    range: Range


@dataclass(frozen=True, slots=True)
class Port(Node):
    """`order = 1`: a parameter of a component, with its unit and default where written"""

    name: Name
    unit: Expr | None
    default: Expr | None


@dataclass(frozen=True, slots=True)
class Component(Declaration):
    """`component delay(input, delay_time, order = 1) returns output { ... }`"""

    name: Name
    ports: tuple[Port, ...]
    returns: Name
    body: tuple[Dimension | Parameter | Stock | Flow | Auxiliary, ...]
    after: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class File(Node):
    """A whole text: its declarations in order, and the comments after the last of them."""

    source: Source = field(compare=False)
    declarations: tuple[Declaration, ...]
    after: tuple[str, ...] = ()
