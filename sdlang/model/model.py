"""The Model: what a text means, before any mathematics.

Names are flat and resolved, components are expanded, every number stands in the model's own units (its unit of time,
and the base unit of everything else) and every variable knows its unit. The report, the structure exporters and the
editor read this value; `equations` turns it into SymPy.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction
from types import MappingProxyType

from sdlang.model.expressions import Axis, Expr, Index
from sdlang.source import Source, Span
from sdlang.units.catalogue import BUILT_IN, Catalogue
from sdlang.units.unit import ONE, Dimension as UnitDimension, Unit


@dataclass(frozen=True, slots=True)
class Clock:
    """`simulate 2024 to 2034 years, step 1 month, using rk4`: all three in units of `unit`, exactly.

    `save` says that every so many steps a point is kept (1: all). Where time is the calendar, `calendar_end` is the end
    of the last day, and `stop` that of the last whole step before it; with a `period` that is no multiple of the step,
    of the points kept only the first in each period is. Draws are made anew `draw_every` so much time, `None` at every
    step: the step that the model says, where a run takes smaller ones. `seed` and `runs` are those of
    `seed 42, runs 200`.
    """

    start: Fraction
    stop: Fraction
    step: Fraction
    unit: Unit
    method: str = "rk4"
    save: int = 1
    span: Span | None = None
    calendar_end: Fraction | None = None
    period: Fraction | None = None
    draw_every: Fraction | None = None
    seed: int = 1
    runs: int = 100

    @property
    def draw_step(self) -> Fraction:
        """The step of the grid on which draws are made."""
        return self.step if self.draw_every is None else self.draw_every

    def with_step(self, step: Fraction) -> Clock:
        """The clock with another step, and the same points kept where that can be. What is drawn stays as it is at
        smaller steps, and is drawn once a step at larger ones."""
        save = self.step * self.save / step
        kept = int(save) if save.denominator == 1 else 1
        return replace(self, step=step, save=kept, draw_every=max(step, self.draw_step))

    @property
    def steps(self) -> int:
        return int((self.stop - self.start) / self.step)

    @property
    def points(self) -> int:
        """How many points are kept, at most."""
        every = self.save if self.period is None else self.period // self.step
        return self.steps // int(every) + 1

    @property
    def is_calendar(self) -> bool:
        """Whether times are dates."""
        return self.calendar_end is not None

    @property
    def end(self) -> Fraction:
        """Where the run was asked to end."""
        return self.stop if self.calendar_end is None else self.calendar_end


@dataclass(frozen=True, slots=True)
class Dimension:
    """`dim region = first_tier, second_tier`: `first` is the number of the first element where they are numbers,
    `is_ordered` says that they have neighbours (`skill + 1`). `maps` gives for another dimension, which this one
    groups, the place here of each of its elements."""

    name: str
    elements: tuple[str, ...]
    first: int | None = None
    is_ordered: bool = False
    maps: Mapping[str, tuple[int, ...]] = field(default_factory=lambda: MappingProxyType({}))
    span: Span | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Variable:
    """What all variables have. `axes` are what it is split by: its equation is written once for all its elements.

    `unit` is the one people read values in, `scale` its worth in the model's own units
    (value in own units = shown value * scale). `unit_is_inferred`: nobody wrote it. `component` is the instance the
    variable is a part of (`perceived.smooth`), else empty; it `is_hidden` where the modeller gave the instance no
    name."""

    name: str
    span: Span
    label: str = ""
    documentation: str = ""
    unit: Unit = ONE
    scale: float = 1.0
    unit_is_inferred: bool = False
    component: str = ""
    is_hidden: bool = False
    axes: tuple[Axis, ...] = ()


@dataclass(frozen=True, slots=True)
class Spread:
    """`normal(8%, 2%) / year`: a row of `distributions.DISTRIBUTIONS` with its arguments in own units; `middle` is its
    median (or mean), `text` what was written."""

    function: str
    arguments: tuple[float, ...]
    text: str
    span: Span = field(compare=False)
    middle: float = 0.0
    dimension: UnitDimension | None = None


@dataclass(frozen=True, slots=True)
class Evidence:
    """`source "BLS 2024", dated 2024, confidence high`: what is not said is empty."""

    source: str = ""
    dated: str = ""
    confidence: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameter(Variable):
    """`param attrition = 8% / year in 2% .. 20% per year ~ normal(8%, 2%) / year`: value and range in own units.
    One that `is_hole` (`= ?`) is known by its range or its distribution only; `value` is the middle of that."""

    value: Expr
    low: float | None = None
    high: float | None = None
    spread: Spread | None = None
    evidence: Evidence | None = None
    is_hole: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Stock(Variable):
    """`stock staff = 1_000 people`"""

    initial: Expr


@dataclass(frozen=True, slots=True, kw_only=True)
class Flow(Variable):
    """`flow quits: staff -> cloud = staff * attrition`: an end that is `None` is the cloud.

    The indices say, for an element of the flow, which element of the stock it leaves or enters; one that lies past the
    end of its axis is the cloud. Elements of the flow that enter the same element add up. With a `guess` it is solved
    for, as an auxiliary may be."""

    source: str | None
    target: str | None
    rate: Expr
    source_indices: tuple[Index, ...] = ()
    target_indices: tuple[Index, ...] = ()
    guess: Expr | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Auxiliary(Variable):
    """`aux gap = target - staff`: with a `guess` it depends on itself and is solved for, from that value on."""

    value: Expr
    guess: Expr | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Table(Variable):
    """`table pull(gap) = (0, 0) (1, 1), linear, hold`: points in own units; `unit` is that of the result.

    A `Series` is a table over time. `method` is linear, step or spline; `outside` is hold, extrapolate or error. With
    axes, `elements` holds the points of each element in row-major order, and `points` those of the first. `written` are
    the points as expressions, which may read parameters; a series has none.
    """

    points: tuple[tuple[float, float], ...]
    method: str
    outside: str
    input_unit: Unit = ONE
    input_scale: float = 1.0
    elements: tuple[tuple[tuple[float, float], ...], ...] = ()
    written: tuple[tuple[Expr, Expr], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Series(Table):
    """`series robots : robot = csv("data/robots.csv", time = "year", value = "stock")`"""

    path: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Move(Variable):
    """`move layoffs: staff -> jobless = staff * 10%`, inside an event: an amount that changes place at once. Ends and
    indices are those of a flow. It has a name and a unit like a variable, and is none: nothing can read it."""

    source: str | None
    target: str | None
    amount: Expr
    source_indices: tuple[Index, ...] = ()
    target_indices: tuple[Index, ...] = ()


@dataclass(frozen=True, slots=True)
class When:
    """`when backlog > 500 people`: each time the condition becomes true."""

    condition: Expr


@dataclass(frozen=True, slots=True)
class At:
    """`at 2026`: once, at a time that is known before the run."""

    time: Expr


@dataclass(frozen=True, slots=True)
class Every:
    """`every 3 months from 2026 to 2030`: without `first` one period after the start, without `last` to the end."""

    period: Expr
    first: Expr | None
    last: Expr | None


Trigger = When | At | Every


@dataclass(frozen=True, slots=True)
class Event:
    """What happens at once: when, and the moves. `text` is what people call it by, `when backlog > 500 people`."""

    trigger: Trigger
    moves: tuple[Move, ...]
    text: str
    documentation: str
    span: Span

    @property
    def times(self) -> tuple[Expr, ...]:
        """What says when it happens, where that is known before a run."""
        match self.trigger:
            case When():
                return ()
            case At(time=time):
                return (time,)
            case Every(period=period, first=first, last=last):
                return tuple(each for each in (period, first, last) if each is not None)

    @property
    def expressions(self) -> tuple[Expr, ...]:
        """All that it computes: its condition or its times, then its amounts."""
        asked = (self.trigger.condition,) if isinstance(self.trigger, When) else self.times
        return (*asked, *(move.amount for move in self.moves))


@dataclass(frozen=True, slots=True)
class Override:
    """`fund_size = 2.5 billion HKD/year from 2026 over 2 years`: another value of a parameter, or of a stock to start.
    `since` is in own units of time, `None` for the whole run; within `ramp` the value changes little by little.
    `places` says for each axis which position is meant, `None` for all."""

    name: str
    value: Expr
    since: Fraction | None
    span: Span = field(compare=False)
    places: tuple[int | None, ...] = ()
    ramp: Fraction | None = None


@dataclass(frozen=True, slots=True)
class Redrawn:
    """`wage_pull = (0, 0) (1, 2), linear`   `robots = csv("data/high.csv")`: another curve of a table or a series, as
    they have it."""

    name: str
    points: tuple[tuple[float, float], ...]
    elements: tuple[tuple[tuple[float, float], ...], ...]
    method: str
    outside: str
    path: str
    span: Span = field(compare=False)
    written: tuple[tuple[Expr, Expr], ...] = ()


Change = Override | Redrawn


@dataclass(frozen=True, slots=True)
class Moment:
    """`at 2030`   `after unemployed > 5%`: `word` is at, after, before or until; a time, or what has to become true."""

    word: str
    time: Fraction | None = None
    event: Expr | None = None


@dataclass(frozen=True, slots=True)
class Forced:
    """`hires = 0`: the value that a variable is held at, to see what follows."""

    name: str
    value: Expr


@dataclass(frozen=True, slots=True)
class Expectation:
    """`expect staff >= 0 people always`   `expect hired > 0 people within 1 year after opened > 0 in 95% of runs`

    `how` is always or eventually; `moment` is the part of the run that is looked at, `None` for all of it. With
    `within`, `subject` has to hold at some time before it is over; `moment` is then what it is counted from. `share` is
    that of the runs of an ensemble in which it has to hold. With `axes` it is expected of every element, with
    `forced` of a run with these variables held. `claim` is the text of the claim that it belongs to.
    """

    subject: Expr
    text: str
    span: Span
    how: str = "always"
    moment: Moment | None = None
    within: Fraction | None = None
    share: float | None = None
    scenario: str = ""
    axes: tuple[Axis, ...] = ()
    forced: tuple[Forced, ...] = ()
    claim: str = ""

    @property
    def is_of_all_times(self) -> bool:
        """Whether it has to hold at every moment of every run, and breaks no claim."""
        return self.how == "always" and not (self.moment or self.share or self.scenario or self.forced or self.claim)


@dataclass(frozen=True, slots=True)
class Claim:
    """`claim "a surplus of AI talent" from "source, section" { expect ... }`"""

    text: str
    origin: str
    documentation: str
    span: Span


@dataclass(frozen=True, slots=True)
class Scenario:
    """`scenario fund "Retraining fund" extends remote { ... }`: all its changes, those that it took over first. One
    that combines others (`fund+remote`) stands nowhere."""

    name: str
    label: str
    documentation: str
    changes: tuple[Change, ...]
    span: Span | None
    extends: tuple[str, ...] = ()

    @property
    def overrides(self) -> tuple[Override, ...]:
        """Its changes of parameters and of initial values."""
        return tuple(change for change in self.changes if isinstance(change, Override))

    @property
    def curves(self) -> tuple[Redrawn, ...]:
        """Its changes of tables and series."""
        return tuple(change for change in self.changes if isinstance(change, Redrawn))


@dataclass(frozen=True, slots=True)
class Plot:
    """`plot "Staff and its target" staff, target`"""

    title: str
    names: tuple[str, ...]
    span: Span


@dataclass(frozen=True, slots=True)
class TableRequest:
    """`table "At a glance" staff, quits at 2025, 2030`: times in own units; none means that the report chooses."""

    title: str
    names: tuple[str, ...]
    times: tuple[float, ...]
    span: Span


@dataclass(frozen=True, slots=True)
class ValueInText:
    """`{{ staff at 2030 under fund }}` in a report's text: a variable, a time in own units, a scenario (or empty)."""

    name: str
    time: float
    scenario: str


@dataclass(frozen=True, slots=True)
class Prose:
    """`text \"\"\"...\"\"\"`: Markdown, cut into plain pieces and values."""

    pieces: tuple[str | ValueInText, ...]


@dataclass(frozen=True, slots=True)
class Section:
    """One of the report's own sections, by name: `diagram`, `equations`, `scenarios`, ..."""

    name: str


@dataclass(frozen=True, slots=True)
class Rest:
    """`initial equilibrium except delivered`: the run starts where no stock changes, these aside."""

    exceptions: tuple[str, ...]
    span: Span


ReportItem = Prose | Plot | TableRequest | Section


@dataclass(frozen=True, slots=True)
class Model:
    """All that a model file says. `variables` are in the order of their declarations, by name. `results` says which
    variable a use of a component stands for by its own name (`hk` is `hk.hires`)."""

    title: str
    documentation: str
    source: Source
    clock: Clock
    variables: Mapping[str, Variable]
    units: Catalogue = BUILT_IN
    dimensions: Mapping[str, Dimension] = field(default_factory=lambda: MappingProxyType({}))
    scenarios: tuple[Scenario, ...] = ()
    expectations: tuple[Expectation, ...] = ()
    claims: tuple[Claim, ...] = ()
    rest: Rest | None = None
    plots: tuple[Plot, ...] = ()
    tables: tuple[TableRequest, ...] = ()
    report: tuple[ReportItem, ...] = ()
    results: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    events: tuple[Event, ...] = ()

    def stocks(self) -> Iterator[Stock]:
        return (variable for variable in self.variables.values() if isinstance(variable, Stock))

    def flows(self) -> Iterator[Flow]:
        return (variable for variable in self.variables.values() if isinstance(variable, Flow))

    def moves(self) -> Iterator[Move]:
        """Those of all events, in the order of the text."""
        return (move for event in self.events for move in event.moves)

    def parameters(self) -> Iterator[Parameter]:
        return (variable for variable in self.variables.values() if isinstance(variable, Parameter))

    def auxiliaries(self) -> Iterator[Auxiliary]:
        return (variable for variable in self.variables.values() if isinstance(variable, Auxiliary))

    def lookup_tables(self) -> Iterator[Table]:
        """Tables and series."""
        return (variable for variable in self.variables.values() if isinstance(variable, Table))
