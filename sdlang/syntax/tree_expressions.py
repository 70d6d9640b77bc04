"""The nodes of the syntax tree that stand inside declarations: expressions, and the small parts that are none.

They are read as `tree.Number`, `tree.Call` and so on: `tree.py` has them all.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from sdlang.source import Span


@dataclass(frozen=True, slots=True)
class Node:
    span: Span = field(compare=False)


@dataclass(frozen=True, slots=True)
class Layout:
    """What stands around a declaration: lines before it (`""` for a blank line, `# ...` for a comment), its
    documentation (`##` lines without the marks) and a comment at the end of its line."""

    before: tuple[str, ...] = ()
    documentation: tuple[str, ...] = ()
    after: str = ""


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
class Date(Node):
    """`2026-04-15`   `2026-04`: a date that there is; `day` is `None` where a month is all that is written."""

    year: int
    month: int
    day: int | None = None


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
    """`3 months`   `order = 3`   `period = 6 years .. 14 years`: an argument, named or not (then `name` is empty); with
    `high` it is a range."""

    name: str
    value: Expr
    high: Expr | None = None


@dataclass(frozen=True, slots=True)
class Over(Node):
    """`region`   `here: region`   `region in bloc`: what a reduction runs over: a dimension, perhaps under a name of
    its own, perhaps only those of its elements that belong to the current element of another dimension."""

    name: Name
    dimension: Name | None = None
    within: Name | None = None


@dataclass(frozen=True, slots=True)
class Call(Node):
    """`smooth(vacancies, 6 months, order = 3)`   `sum(jobs * share over region, sector where jobs > 5)`"""

    function: Name
    arguments: tuple[Argument, ...]
    over: tuple[Over, ...] = ()
    where: Expr | None = None


@dataclass(frozen=True, slots=True)
class Under(Node):
    """`unemployed under fund`   `peak(unemployed) under fund`: a value in another scenario"""

    value: Name | Subscript | Call
    scenario: Name


@dataclass(frozen=True, slots=True)
class Hole(Node):
    """`?`, as in `param attrition = ? in 5% .. 20% per year`: a value that nobody knows"""


@dataclass(frozen=True, slots=True)
class Group(Node):
    """`(a + b)`: parentheses as the author wrote them."""

    inner: Expr


@dataclass(frozen=True, slots=True)
class Row(Node):
    """`manufacturing: 50%, 40%, 10%`: what stands behind the name of an element (or of a dimension within another)."""

    label: Name
    values: tuple[Expr, ...]
    layout: Layout = Layout()


@dataclass(frozen=True, slots=True)
class ElementTable(Node):
    """`{ manufacturing: 55%, retail: 60% }`: a value an element. With a `header` of the elements of a second dimension
    each row has as many values; rows end with their line."""

    header: tuple[Name, ...]
    rows: tuple[Row, ...]
    after: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Excepted(Node):
    """`5% / year except { retail: 8% / year }`: a value for all elements but some."""

    value: Expr
    table: ElementTable


Expr = (
    Number
    | Date
    | Name
    | Subscript
    | Text
    | Unary
    | Binary
    | Conditional
    | Call
    | Under
    | Hole
    | Group
    | ElementTable
    | Excepted
)


@dataclass(frozen=True, slots=True)
class Range(Node):
    """`2% .. 20% per year`"""

    low: Expr
    high: Expr


@dataclass(frozen=True, slots=True)
class Index(Node):
    """`region`   `here: region`: a dimension that something is split by, perhaps under a name of its own."""

    name: Name
    dimension: Name | None = None


@dataclass(frozen=True, slots=True)
class Share(Node):
    """`technicians: 60%`   `unemployed: rest`: where a part of a flow goes; `None` as end is the cloud, as share the
    rest."""

    end: Name | Subscript | None
    share: Expr | None


@dataclass(frozen=True, slots=True)
class Split(Node):
    """`{ technicians: 60%, unemployed: rest }`: an end that shares out a flow."""

    shares: tuple[Share, ...]


# An end of a flow; `None` is `cloud`.
End = Name | Subscript | Split | None
