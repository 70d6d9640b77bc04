"""What every engine but the reference is made of: the equations of a system as functions over one list of values.

The list holds the time, then parameters, states, tallies and auxiliaries, each with all its elements one after another,
then the positions of loops, and at last what the moves of events move; `rates` gives the net rates of the states and
tallies. What goes wrong in an equation becomes a NumericFailure that names it, its time and the values it read.
"""

from __future__ import annotations

import platform
from collections.abc import Callable, Mapping, Sequence
from itertools import groupby, product
from math import isfinite, prod
from operator import itemgetter
from types import MappingProxyType

import numpy as np
import sympy

from sdlang.engines.arithmetic import Values
from sdlang.engines.base import NumericFailure
from sdlang.engines.closures import Action, Compiler, loops_in
from sdlang.engines.recall import Recall
from sdlang.engines.starting import start_at_rest
from sdlang.engines.together import solved
from sdlang.equations.nodes import Builtin
from sdlang.equations.system import Column, Equation, State, System, Tally, Transfer, of_events
from sdlang.model.constants import flat_place, said
from sdlang.model.cycles import Block
from sdlang.model.expressions import Axis, Index
from sdlang.model.positions import place_of
from sdlang.model.random_numbers import Chance
from sdlang.results.run import Firing, Provenance, Run
from sdlang.units.dates import DATE, spoken_moment, spoken_value
from sdlang.version import __version__

TIME = 0
# A stock that falls below zero by less than this share of its largest value has not fallen below zero.
ROUNDING = 1e-9


class Kernel:
    """A system, compiled once and started for each run."""

    def __init__(self, system: System) -> None:
        self.system = system
        self.equations: dict[str, Equation] = {e.name: e for e in (*system.parameters, *system.auxiliaries)}
        self.equations |= {each.name: each for each in of_events(system.events)}
        self.states: dict[str, State] = {state.name: state for state in system.states}
        self.axes: dict[str, tuple[Axis, ...]] = {"time": ()}
        held: tuple[Equation | State | Tally, ...]
        held = (*system.parameters, *system.states, *system.tallies, *system.auxiliaries)
        self.axes |= {each.name: each.axes for each in held}
        self.slots: dict[str, int] = {}
        self.size = 0
        for name, axes in self.axes.items():
            self.slots[name] = self.size
            self.size += prod(axis.size for axis in axes)
        moves = {move.equation.name: move for event in system.events for move in event.moves}
        self.columns: Mapping[str, Column] = {**system.columns, **{name: move.column for name, move in moves.items()}}
        self.axes |= {each.name: each.axes for each in of_events(system.events)}
        loops = dict.fromkeys(axis.loop for axes in self.axes.values() for axis in axes)
        for each in self.equations.values():
            loops |= dict.fromkeys(sorted(loops_in(each.expression)))
        for state in system.states:
            loops |= dict.fromkeys(sorted(loops_in(state.initial)))
        for tally in system.tallies:
            loops |= dict.fromkeys(sorted(loops_in(tally.rate)))
        self.loops = {loop: self.size + place for place, loop in enumerate(loops)}
        self.length = self.size + len(self.loops)
        for name in moves:
            self.slots[name] = self.length
            self.length += prod(axis.size for axis in self.axes[name])
        shapes = {name: tuple(axis.size for axis in axes) for name, axes in self.axes.items()}
        self.compiler = Compiler(self.slots, shapes, self.loops, system.tables)
        self.memories: dict[str, Recall] = {}
        for equation in (*system.memories(), *system.draws()):
            self.memories[equation.name] = Recall(equation, self.compiler, system)
        self.chance = Chance(system.clock.seed)
        self.parameters = [action for block in system.parameter_order for action in self._parameter_actions(block)]
        self.nothing: tuple[str, Action] = ("", lambda _: None)
        self.auxiliaries = [action for block in system.auxiliary_order for action in self._actions(block)]
        self.starts = [action for block in system.initial_order for action in self._actions(block, at_start=True)]
        # States and tallies stand behind one another, as do the states alone, which have equations to be named.
        first = 1 + sum(prod(shapes[each.name]) for each in system.parameters)
        of_states, of_tallies = (
            sum(prod(shapes[each.name]) for each in group) for group in (system.states, system.tallies)
        )
        self.guesses = [
            (each.name, self.compiler.action(each.name, each.expression, list(each.axes))) for each in system.guesses
        ]
        self.stock_slots = range(first, first + of_states)
        self.state_slots = range(first, first + of_states + of_tallies)
        self.rates = self._rates()
        self.guards = [
            (self.slots[guard.name] + place, guard)
            for guard in system.guards
            for place in range(prod(shapes[guard.name]))
        ]
        self.largest = [0.0] * len(self.guards)
        self.notes: tuple[str, ...] = ()

    # What is computed -----------------------------------------------------------------------------------------------

    def _parameter_actions(self, block: Block) -> list[tuple[str, Action]]:
        """The same of parameters. Where elements read one another each is computed alone, since one that a caller gives
        takes its value before the next is computed."""
        elements = block.elements
        for name in block.names:
            if not elements and any(read == name for read, _ in _read_by(self.equations[name].expression)):
                elements = tuple((name, places) for places in product(*(range(axis.size) for axis in self.axes[name])))
        if not elements:
            return self._actions(block)
        return [action for element in elements for action in self._actions(Block((element[0],), (element,)))]

    def _actions(self, block: Block, *, at_start: bool = False) -> list[tuple[str, Action]]:
        """What computes the elements of a block, with the name of the variable."""
        made: list[tuple[str, Action]] = []
        if block.unknowns:
            return [(block.unknowns[0], self._together(block, at_start))]
        if block.elements:
            functions = {
                name: self.compiler.one_element(self._expression(name, at_start), self.axes[name])
                for name in block.names
                if name not in self.memories
            }
            for name, together in groupby(block.elements, key=itemgetter(0)):
                some = [places for _, places in together]
                if name in self.memories:
                    sizes = [axis.size for axis in self.axes[name]]
                    numbers = [flat_place(places, sizes) for places in some]
                    made.append((name, self.memories[name].some(numbers, at_start=at_start)))
                else:
                    made.append((name, self.compiler.elements(name, functions[name], self.axes[name], some)))
            return made
        for name in block.names:
            recall = self.memories.get(name)
            if recall is not None:
                made.append((name, recall.begin if at_start else recall.put))
            else:
                expression = self._expression(name, at_start)
                made.append((name, self.compiler.action(name, expression, list(self.axes[name]))))
        return made

    def _together(self, block: Block, at_start: bool) -> Action:
        """What solves the equations of a block that hold at the same time."""
        inner = [action for each in block.inner for _, action in self._actions(each, at_start=at_start)]
        outer: list[tuple[range, Action]] = []
        for name in block.unknowns:
            begin, axes = self.slots[name], self.axes[name]
            action = self.compiler.action(name, self._expression(name, at_start), list(axes))
            outer.append((range(begin, begin + prod(axis.size for axis in axes)), action))

        def image(v: Values, unknowns: list[float]) -> list[float]:
            def put() -> None:
                given = iter(unknowns)
                for slots, _ in outer:
                    v[slots.start : slots.stop] = [next(given) for _ in slots]

            put()
            for action in inner:
                action(v)
            made: list[float] = []
            for slots, action in outer:
                action(v)
                made += v[slots.start : slots.stop]
                put()
            return made

        def solve(v: Values) -> None:
            guess = [v[slot] for slots, _ in outer for slot in slots]
            image(v, solved(guess, lambda unknowns: image(v, unknowns)))

        return solve

    def _expression(self, name: str, at_start: bool) -> sympy.Expr:
        if at_start and name in self.states:
            return self.states[name].initial
        return self.equations[name].expression

    def _rates(self) -> Callable[[Values], list[float]]:
        """The net rate of every element of every state: what enters it less what leaves it, in the order in which the
        flows are declared and their elements stand; then the rates of the tallies."""
        terms: list[tuple[list[int], list[int]]] = []
        for state in self.system.states:
            shape = tuple(axis.size for axis in state.axes)
            moves: list[tuple[list[int], list[int]]] = [([], []) for _ in range(prod(shape))]
            for side, transfers in enumerate((state.inflows, state.outflows)):
                for transfer in transfers:
                    for slot, reached in self.reached(transfer, shape):
                        moves[reached][side].append(slot)
            terms += moves
        self.moves = terms
        functions = [_net(tuple(enters), tuple(leaves)) for enters, leaves in terms]
        scratch: list[tuple[Action, list[int]]] = []
        for tally in self.system.tallies:
            count = prod(axis.size for axis in tally.axes)
            slots = list(range(self.slots[tally.name], self.slots[tally.name] + count))
            scratch.append((self.compiler.action(tally.name, tally.rate, list(tally.axes)), slots))
        if not scratch:
            return lambda v: [function(v) for function in functions]

        def rates(v: Values) -> list[float]:
            result = [function(v) for function in functions]
            for action, slots in scratch:
                # A tally's rate is computed where the tally stands, and the tally put back.
                kept = v[slots[0] : slots[-1] + 1]
                action(v)
                result += v[slots[0] : slots[-1] + 1]
                v[slots[0] : slots[-1] + 1] = kept
            return result

        return rates

    def reached(self, transfer: Transfer, shape: tuple[int, ...]) -> list[tuple[int, int]]:
        """Slots of the elements of a flow, each with the element of the stock that it reaches."""
        begin = self.slots[transfer.flow]
        found = []
        for number, places in enumerate(product(*(range(axis.size) for axis in transfer.axes))):
            at = {axis.loop: place for axis, place in zip(transfer.axes, places, strict=True)}
            reached = 0
            for index, size in zip(transfer.indices, shape, strict=True):
                place = place_of(index, at)
                if not 0 <= place < size:
                    break
                reached = reached * size + place
            else:
                found.append((begin + number, reached))
        return found

    def start(self, parameters: Mapping[str, float], chance: Chance | None = None) -> Values:
        """All values at the start of the run. Raises KeyError for a name that is no parameter or element of one."""
        self.chance = chance or Chance(self.system.clock.seed)
        given: dict[str, dict[int, float]] = {}
        for name, value in parameters.items():
            given.setdefault(name.partition("[")[0], {}).update(dict.fromkeys(self._slots_of(name), value))
        self.largest = [0.0] * len(self.guards)
        values: Values = [0.0] * self.size + [0] * len(self.loops) + [0.0] * (self.length - self.size - len(self.loops))
        values[TIME] = float(self.system.clock.start)
        for recall in self.memories.values():
            recall.forget(self.chance)
        name = ""
        try:
            for name, action in self.parameters:
                own = given.get(name, {})
                if len(own) < prod(axis.size for axis in self.axes[name]):
                    action(values)
                for slot, value in own.items():
                    values[slot] = value
            for computed in (*self.guesses, *self.starts):
                name = computed[0]
                computed[1](values)
        except (ArithmeticError, ValueError) as cause:
            raise self.failure_of(name, values, said(cause)) from None
        if self.system.rest is not None:
            self.notes = start_at_rest(self, values, self.system.rest)
        return values

    def _slots_of(self, name: str) -> list[int]:
        whole, bracket, _ = name.partition("[")
        if whole not in {equation.name for equation in self.system.parameters}:
            raise KeyError(name)
        elements = self.system.columns[whole].elements
        begin = self.slots[whole]
        if not bracket:
            return list(range(begin, begin + len(elements)))
        if name not in elements:
            raise KeyError(name)
        return [begin + elements.index(name)]

    def evaluate(self, values: Values, time: float) -> None:
        """Compute the auxiliaries in place, for the states in the list."""
        values[TIME] = time
        computed = self.nothing
        try:
            for computed in self.auxiliaries:
                computed[1](values)
        except (ArithmeticError, ValueError) as cause:
            raise self.failure_of(computed[0], values, said(cause)) from None

    def begin_step(self, values: Values, time: float, length: float) -> None:
        """The same at the beginning of a step of the clock, where what has a memory settles what the step will have."""
        for recall in self.memories.values():
            recall.open(time, length)
        self.evaluate(values, time)
        self.look_back(values)

    def look_back(self, values: Values) -> None:
        """All is computed at the beginning of a step: what has a memory reads what will be a step old in the next."""
        for name, recall in self.memories.items():
            try:
                recall.close(values)
            except (ArithmeticError, ValueError) as cause:
                raise self.failure_of(name, values, said(cause)) from None

    def breakpoints(self, values: Values) -> list[float]:
        """Times within the run, its end included, at which something jumps or kinks, ascending."""
        clock = self.system.clock
        start, stop = float(clock.start), float(clock.stop)
        times: set[float] = set()
        for expression in self.system.breakpoints:
            try:
                times.add(self.compiler.function(expression)(values))
            except (ArithmeticError, ValueError):
                continue  # the equation that reads this time says so when it is computed
        for table in self.system.tables.values():
            if table.is_over_time and table.method != "spline":
                for part in table.parts or (table,):
                    times.update(part.x)
        return sorted(time for time in times if start < time <= stop)

    # What must not be -----------------------------------------------------------------------------------------------

    def check(self, values: Values) -> None:
        """Stop at a value that is no finite number, and at a stock below what an expectation allows."""
        for slot in self.state_slots:
            if not isfinite(values[slot]):
                raise self._not_finite(values)
        for place, (slot, guard) in enumerate(self.guards):
            self.largest[place] = max(self.largest[place], abs(values[slot]))
            if values[slot] < guard.least - ROUNDING * self.largest[place]:
                column = self.system.columns[guard.name]
                least = spoken_value(values[slot] / column.scale, column.unit)
                cause = f"it fell to {least}, which `expect {guard.text}` forbids"
                raise self.failure_of_element(guard.name, values, cause, slot - self.slots[guard.name], guard.text)

    def check_all(self, values: Values) -> None:
        self.check(values)
        if not all(map(isfinite, values[: self.size])):
            raise self._not_finite(values)

    def _not_finite(self, values: Values) -> NumericFailure:
        """The first equation, in the order of computing, that gives no finite number."""
        order = [*(name for name, _ in self.auxiliaries), *self.states, *(name for name, _ in self.parameters)]
        for name in dict.fromkeys(order):
            begin = self.slots[name]
            for place in range(prod(axis.size for axis in self.axes[name])):
                value = values[begin + place]
                if not isfinite(value):
                    what = "it is not a number" if value != value else "it grew beyond all bounds"
                    return self.failure_of_element(name, values, what, place)
        raise AssertionError("something is not finite, and nothing is")

    def failure_of(self, name: str, values: Values, cause: str) -> NumericFailure:
        """The failure of the equation that was being computed, at the element at which its loops stand."""
        place = 0
        for axis in self.axes[name]:
            place = place * axis.size + values[self.loops[axis.loop]]
        return self.failure_of_element(name, values, cause, place)

    def failure_at(self, slot: int, values: Values, cause: str) -> NumericFailure:
        """The failure of the state that has a slot."""
        name = next(name for name in reversed(self.slots) if self.slots[name] <= slot)
        return self.failure_of_element(name, values, cause, slot - self.slots[name])

    def failure_of_element(
        self, name: str, values: Values, cause: str, place: int, forbidden_by: str = ""
    ) -> NumericFailure:
        item = self.states.get(name)
        equation = self.equations.get(name)
        axes = self.axes[name]
        at = dict(zip((axis.loop for axis in axes), _places(place, axes), strict=True))
        operands: dict[str, float] = {}
        if item is not None:
            read = (*item.inflows, *item.outflows)
            for transfer in read:
                begin, elements = self.slots[transfer.flow], self.system.columns[transfer.flow].elements
                for slot, reached in self.reached(transfer, tuple(axis.size for axis in axes)):
                    if reached == place:
                        operands[elements[slot - begin]] = values[slot]
            text, span = ", ".join(dict.fromkeys(transfer.flow for transfer in read)), item.span
        else:
            assert equation is not None, f"{name} has an equation"
            text, span = equation.text, equation.span
            for whole, indices in _read_by(equation.expression):
                is_shown = whole == "time" or whole in self.system.columns
                if not is_shown or not all(not index.loop or index.loop in at for index in indices):
                    continue
                places, sizes = [place_of(index, at) for index in indices], [axis.size for axis in self.axes[whole]]
                if all(0 <= position < size for position, size in zip(places, sizes, strict=True)):
                    flat = flat_place(places, tuple(sizes))
                    label = whole if whole == "time" else self.system.columns[whole].elements[flat]
                    operands[label] = values[self.slots[whole] + flat]
        return NumericFailure(
            self._shown(name, place),
            values[TIME],
            cause,
            equation=text,
            span=span,
            operands=tuple(
                (label, value / self._scale(label.partition("[")[0]), self._unit(label.partition("[")[0]))
                for label, value in operands.items()
            ),
            forbidden_by=forbidden_by,
            when=spoken_moment(values[TIME]) if self.system.clock.is_calendar else "",
        )

    def element_at(self, slot: int) -> str:
        """The element of a state that has a slot, as the modeller knows it."""
        name = next(name for name in reversed(self.slots) if self.slots[name] <= slot)
        return self._shown(name, slot - self.slots[name])

    def _shown(self, name: str, place: int) -> str:
        """An element as the modeller knows it: a hidden part of an equation goes by the name of its variable."""
        column = self.columns.get(name)
        if column is None:
            return name
        whole, bracket, element = column.elements[place].partition("[")
        if column.is_inner and name.endswith(".value"):
            whole = name.rsplit(".", 2)[0]
        return whole + bracket + element

    def _scale(self, name: str) -> float:
        return self.system.columns[name].scale if name in self.system.columns else 1.0

    def _unit(self, name: str) -> str:
        if name in self.system.columns:
            return self.system.columns[name].unit
        return DATE if self.system.clock.is_calendar else self.system.clock.unit.text

    # The result ------------------------------------------------------------------------------------------------------

    def run(
        self,
        rows: Sequence[Values],
        engine: str,
        method: str,
        parameters: Mapping[str, float],
        firings: Sequence[Firing] = (),
    ) -> Run:
        """A Run from the lists of values at the saved times, and the events that happened."""
        table = np.array([row[: self.size] for row in rows], dtype=np.float64)
        time = np.ascontiguousarray(table[:, TIME])
        columns = {}
        for name, column in self.system.columns.items():
            shape = tuple(len(elements) for _, elements in column.axes)
            if name in self.slots:
                begin = self.slots[name]
                taken = table[:, begin : begin + prod(shape)]
            elif name in self.compiler.readers and self.system.tables[name].is_over_time:
                taken = np.array([[read(float(t)) for read in self.compiler.readers[name]] for t in time])
            else:
                continue
            values = np.ascontiguousarray(taken).reshape((len(time), *shape))
            values.flags.writeable = False
            columns[name] = values
        time.flags.writeable = False
        made = self._provenance(engine, method, parameters)
        return Run(time, MappingProxyType(columns), self.system.columns, made, notes=self.notes, firings=tuple(firings))

    def _provenance(self, engine: str, method: str, parameters: Mapping[str, float]) -> Provenance:
        clock = self.system.clock
        return Provenance(
            title=self.system.title,
            digest=self.system.digest,
            engine=engine,
            method=method,
            step=float(clock.step),
            time_unit=clock.unit.text,
            is_calendar=clock.is_calendar,
            seed=self.chance.seed if self.system.draws() else None,
            parameters=MappingProxyType(
                {name: value / self._scale(name.partition("[")[0]) for name, value in parameters.items()}
            ),
            versions=MappingProxyType(
                {"sdlang": __version__, "python": platform.python_version(), "numpy": np.__version__}
            ),
        )


def _net(enters: tuple[int, ...], leaves: tuple[int, ...]) -> Callable[[Values], float]:
    """What enters less what leaves; nothing is added to the first term, so that it keeps its last bit."""
    match enters, leaves:
        case (), ():
            return lambda v: 0.0
        case (one,), ():
            return lambda v: v[one]
        case (), (one,):
            return lambda v: -v[one]
        case (one,), (other,):
            return lambda v: v[one] - v[other]
    first, others = (enters[0], enters[1:]) if enters else (None, ())

    def net(v: Values) -> float:
        result = 0.0 if first is None else v[first]
        for slot in others:
            result += v[slot]
        for slot in leaves:
            result -= v[slot]
        return float(result)

    return net


def _places(flat: int, axes: Sequence[Axis]) -> tuple[int, ...]:
    """The positions of the element that stands at a place in row-major order."""
    places: list[int] = []
    for axis in reversed(axes):
        flat, place = divmod(flat, axis.size)
        places.append(place)
    return tuple(reversed(places))


def _read_by(expression: sympy.Basic) -> list[tuple[str, tuple[Index, ...]]]:
    """What an expression reads, in the order in which it is written: names, and the indices of elements."""
    found: dict[tuple[str, tuple[Index, ...]], None] = {}
    waiting = [expression]
    while waiting:
        node = waiting.pop()
        if getattr(node, "is_Symbol", False):
            found.setdefault((str(node), ()))
        elif isinstance(node, Builtin) and node.name == "element":
            found.setdefault(node.held)
        else:
            waiting.extend(reversed(getattr(node, "args", ())))
    return list(found)
