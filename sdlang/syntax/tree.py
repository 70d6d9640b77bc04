"""The syntax tree: what was written, as it was written.

Every node is a frozen dataclass that says, in its docstring, the line of the language it stands for. Spans do not take
part in comparison, so two trees are equal when the texts mean the same declarations in the same words.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from sdlang.source import Source
from sdlang.syntax.tree_expressions import (
    Argument as Argument,
    Binary as Binary,
    Call as Call,
    Conditional as Conditional,
    Date as Date,
    ElementTable as ElementTable,
    End as End,
    Excepted as Excepted,
    Expr as Expr,
    Group as Group,
    Hole as Hole,
    Index as Index,
    Layout as Layout,
    Name as Name,
    Node as Node,
    Number as Number,
    Over as Over,
    Range as Range,
    Row as Row,
    Share as Share,
    Split as Split,
    Subscript as Subscript,
    Text as Text,
    Unary as Unary,
    Under as Under,
)

# Declarations --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Declaration(Node):
    layout: Layout


@dataclass(frozen=True, slots=True)
class Title(Declaration):
    """`model "A labor pool with hiring and attrition"`"""

    text: str


@dataclass(frozen=True, slots=True)
class Simulate(Declaration):
    """`simulate 2024 to 2034 years, step 1 month, using rk4, save every 1 month, seed 42, runs 200`"""

    start: Expr
    stop: Expr
    step: Expr | None
    method: Name | None
    save: Expr | None
    seed: Expr | None = None
    runs: Expr | None = None


@dataclass(frozen=True, slots=True)
class UnitDeclaration(Declaration):
    """`unit person = people = persons`   `unit dozen = 12 robot`: other names, then perhaps a definition."""

    names: tuple[Name, ...]
    definition: Expr | None


@dataclass(frozen=True, slots=True)
class Evidence(Node):
    """`source "BLS, JOLTS 2024", dated 2024, confidence high`: where a value comes from; what is not said is empty."""

    source: str = ""
    dated: Expr | None = None
    confidence: str = ""


@dataclass(frozen=True, slots=True)
class Parameter(Declaration):
    """`param attrition[sector] "Attrition" : 1/year = 8% / year in 2% .. 20% per year ~ normal(8%, 2%) / year`"""

    name: Name
    indices: tuple[Index, ...]
    label: str
    unit: Expr | None
    value: Expr
    range: Range | None
    distribution: Expr | None = None
    evidence: Evidence | None = None


@dataclass(frozen=True, slots=True)
class Uncertain(Declaration):
    """`uncertain clerks.quit_rate ~ normal(10%, 2%) / year`: what is known of a parameter that is declared elsewhere"""

    name: Name | Subscript
    range: Range | None
    distribution: Expr | None
    evidence: Evidence | None


@dataclass(frozen=True, slots=True)
class Stock(Declaration):
    """`stock staff "Staff" : people = 1_000 people`   `stock held[stage] = initial * stage_time`"""

    name: Name
    indices: tuple[Index, ...]
    label: str
    unit: Expr | None
    initial: Expr


@dataclass(frozen=True, slots=True)
class Flow(Declaration):
    """`flow quits "Quits": staff -> cloud = staff * attrition`: an end that is `None` is `cloud`."""

    name: Name
    indices: tuple[Index, ...]
    label: str
    unit: Expr | None
    source: End
    target: End
    rate: Expr


@dataclass(frozen=True, slots=True)
class Auxiliary(Declaration):
    """`aux gap "Gap" : people = target - staff`"""

    name: Name
    indices: tuple[Index, ...]
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
    """`series robots[sector] : robot = csv("data/robots.csv", time = "year", value = "stock"), linear, hold`"""

    name: Name
    indices: tuple[Index, ...]
    label: str
    unit: Expr | None
    reader: Call
    method: str
    outside: str


@dataclass(frozen=True, slots=True)
class Override(Declaration):
    """`fund_size = 2.5 billion HKD/year from 2026 over 2 years`   `quit_rate[retail] = 5% / year`, inside a scenario:
    with `ramp` the value changes little by little"""

    name: Name | Subscript
    value: Expr
    since: Expr | None
    ramp: Expr | None = None


@dataclass(frozen=True, slots=True)
class TableOverride(Declaration):
    """`wage_pull = (0, 0) (1, 2), linear`, inside a scenario: other points of a table"""

    name: Name | Subscript
    points: tuple[Point, ...]
    method: str
    outside: str


@dataclass(frozen=True, slots=True)
class Expect(Declaration):
    """`expect staff >= 0 people always`   `expect u < 8% after 2030`   `expect hired > 5 within 1 year after open > 0`
    `expect staff >= 0 people in 95% of runs`

    `how` is always, eventually or empty, `when` is at, after, before, until or empty; `time` is a time or a condition.
    """

    condition: Expr
    how: str = ""
    when: str = ""
    time: Expr | None = None
    within: Expr | None = None
    trigger: Expr | None = None
    share: Expr | None = None


@dataclass(frozen=True, slots=True)
class Scenario(Declaration):
    """`scenario fund "Retraining fund" extends remote { ... }`"""

    name: Name
    label: str
    items: tuple[Override | TableOverride | Expect, ...]
    after: tuple[str, ...] = ()
    extends: tuple[Name, ...] = ()


@dataclass(frozen=True, slots=True)
class Claim(Declaration):
    """`claim "a surplus of AI talent" from "source, section" { expect ... }`"""

    text: str
    origin: str
    items: tuple[Expect, ...]
    after: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class InitialEquilibrium(Declaration):
    """`initial equilibrium except delivered`: the run starts where nothing changes, these stocks aside"""

    exceptions: tuple[Name, ...]


@dataclass(frozen=True, slots=True)
class Unknown(Node):
    """`price from 10 USD`: what is solved for, and where the search begins"""

    name: Name
    guess: Expr


@dataclass(frozen=True, slots=True)
class Solve(Declaration):
    """`solve price from 10 USD, wage from 5 USD/hour`: equations that hold at the same time"""

    unknowns: tuple[Unknown, ...]


@dataclass(frozen=True, slots=True)
class Move(Declaration):
    """`move layoffs[region] "Layoffs": staff -> jobless : people = staff * 10%`, inside an event: an amount, at once"""

    name: Name
    indices: tuple[Index, ...]
    label: str
    unit: Expr | None
    source: End
    target: End
    amount: Expr


@dataclass(frozen=True, slots=True)
class When(Declaration):
    """`when backlog > 500 people { move ... }`: each time a condition becomes true"""

    condition: Expr
    items: tuple[Move, ...]
    after: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class At(Declaration):
    """`at 2026 { move ... }`"""

    time: Expr
    items: tuple[Move, ...]
    after: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Every(Declaration):
    """`every 3 months from 2026 to 2030 { move ... }`"""

    period: Expr
    first: Expr | None
    last: Expr | None
    items: tuple[Move, ...]
    after: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Plot(Declaration):
    """`plot "Staff and its target" staff, target`"""

    title: str
    items: tuple[Name | Subscript, ...]


@dataclass(frozen=True, slots=True)
class TableRequest(Declaration):
    """`table "At a glance" staff, quits at 2025, 2030`: rows of the report; without `at`, times are chosen."""

    title: str
    items: tuple[Name | Subscript, ...]
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
class Bloc(Node):
    """`north: hebei, shandong`: the elements that belong to one element of a dimension, inside `dim ... maps ...`"""

    element: Name
    members: tuple[Name, ...]
    layout: Layout = field(default_factory=Layout)


@dataclass(frozen=True, slots=True)
class Dimension(Declaration):
    """What something can be split by, in one of these forms:

    `dim region = first_tier, second_tier, inland`   elements (`is_ordered`: with `<` between them, `low < mid < high`)
    `dim age = 20 .. 64`                              a range of whole numbers
    `dim coastal of region = first_tier, second_tier` a subset (`whole` is `region`)
    `dim place = region + overseas`                   a union (`parts`)
    `dim there = region`                              another name for the same elements (one name as `elements`)
    `dim bloc maps region { north: a, b  south: c }`  elements to which those of another dimension belong
    """

    name: Name
    elements: tuple[Name, ...] = ()
    is_ordered: bool = False
    range: Range | None = None
    whole: Name | None = None
    parts: tuple[Name, ...] = ()
    maps: Name | None = None
    blocs: tuple[Bloc, ...] = ()


@dataclass(frozen=True, slots=True)
class Use(Declaration):
    """`use labor`   `use "parts/pools.sd"`: components of the standard library, or of a file in the model's folder"""

    what: Name | Text


@dataclass(frozen=True, slots=True)
class Contest(Declaration):
    """`share unemployed proportional within 1 month`   `share seats priority hires, starts within 1 week`: how the
    flows that leave a stock share it when they want more than there is; `order` is empty for `proportional`"""

    stock: Name
    order: tuple[Name, ...]
    within: Expr


@dataclass(frozen=True, slots=True)
class Keep(Declaration):
    """`keep target, policy`, inside `stratify`: variables that stay one for all"""

    names: tuple[Name, ...]


@dataclass(frozen=True, slots=True)
class Stratify(Declaration):
    """`stratify model by region { staff = { north: 70%, south: 30% }  keep target }`: a flat model, split"""

    dimensions: tuple[Name, ...]
    items: tuple[Override | Keep, ...]
    after: tuple[str, ...] = ()


# Components ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Port(Node):
    """`order = 1`   `attraction[place] : 1`   `dim place`: a parameter of a component, with its unit and default where
    written, or a dimension (`is_dimension`)"""

    name: Name
    unit: Expr | None
    default: Expr | None
    indices: tuple[Index, ...] = ()
    is_dimension: bool = False


@dataclass(frozen=True, slots=True)
class StockPort(Node):
    """`from hires`   `to retired = cloud`   `to overflow = cloud with capacity`: where people come from or go to.

    `may_be_cloud`: the cloud where nothing is given. `needed_by` are parameters any of which, when given, needs it."""

    direction: str
    name: Name
    may_be_cloud: bool = False
    needed_by: tuple[Name, ...] = ()


@dataclass(frozen=True, slots=True)
class Entry(Declaration):
    """`entry held[1]`, inside a component: the stock by which the part before it in a chain hands over"""

    end: Name | Subscript


@dataclass(frozen=True, slots=True)
class Chain(Declaration):
    """`chain stage, conveyor: first -> graduates`, inside a component: a use of it holds blocks of these components,
    which follow one another. `first` then names the entry of the first one; the last one hands over to `last`."""

    kinds: tuple[Name, ...]
    first: Name
    last: Name


@dataclass(frozen=True, slots=True)
class Binding(Node):
    """`initial = 2 people`   `hires <- unemployed`   `quits -> { a: 60%, b: rest }`: what a use gives to a component.

    `operator` is `=`, `<-` or `->`; `value` holds for the first, `end` for the others."""

    name: Name
    operator: str
    value: Expr | None
    end: End


@dataclass(frozen=True, slots=True)
class Bindings(Declaration):
    """`dropout = 15%, dropouts -> unemployed`: a line of a block, one or more bindings"""

    items: tuple[Binding, ...]


@dataclass(frozen=True, slots=True)
class Block(Declaration):
    """`pool clerks[sector] { initial = 2 people  quits -> unemployed }`: a use of a component, with blocks inside where
    the component is a chain"""

    component: Name
    name: Name
    indices: tuple[Index, ...]
    label: str
    items: tuple[Bindings | Block, ...]
    after: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Instance(Declaration):
    """`hk = matching(seekers = unemployed, vacancies = open_jobs)`: a use of a component as one line"""

    name: Name
    indices: tuple[Index, ...]
    call: Call


@dataclass(frozen=True, slots=True)
class Component(Declaration):
    """`component pool(initial, quit_rate = 0 / year) from hires to quits { ... }`
    `component delay(input, delay_time, order = 1) returns output { ... }`: `returns` may be missing"""

    name: Name
    ports: tuple[Port, ...]
    stock_ports: tuple[StockPort, ...]
    returns: Name | None
    body: tuple[Dimension | Parameter | Stock | Flow | Auxiliary | Block | Instance | Entry | Chain | Contest, ...]
    after: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class File(Node):
    """A whole text: its declarations in order, and the comments after the last of them."""

    source: Source = field(compare=False)
    declarations: tuple[Declaration, ...]
    after: tuple[str, ...] = ()
