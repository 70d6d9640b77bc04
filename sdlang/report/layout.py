"""Where things stand in a stock-and-flow diagram; no drawing here.

The order is that of a modeller at the board. Stocks joined by flows stand in columns from left to right, the longest
chain straight in the first row. Pipes run from side to side; a pipe that goes back runs below. Then auxiliaries find
the free place nearest to what they are linked with, those linked with flows first. Last, each link takes the flattest
arc that passes through no box. Everything is deterministic: the same model gives the same picture.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import hypot

from sdlang.report.structure import Pipeline, Structure

STOCK_WIDTH, STOCK_HEIGHT = 116.0, 52.0
SLOT = 58.0
COLUMN, ROW_GAP, RETURN_GAP = 350.0, 150.0, 44.0
PIPE = 112.0
# How far a link may swing out to go around something.
MOST_BULGE = 150.0
# Pipes that turn before one column keep this far apart, so many of them.
BEND, BENDS_APART = 13.0, 4
CLOUD_RADIUS = 15.0
LETTER, LINE_HEIGHT = 6.7, 14.0
NAME_WIDTH, STOCK_LETTERS, DOTTED_WIDTH = 17, 15, 14
BENDS = (0.18, -0.18, 0.3, -0.3, 0.08, -0.08, 0.45, -0.45, 0.65, -0.65, 0.9, -0.9, 1.2, -1.2, 1.6, -1.6)
# What it costs a link to pass over a name, and to swing out by a unit of length: it goes 120 out of its way for a name.
NAME_COST, BULGE_COST = 30.0, 0.25

Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle by its centre."""

    x: float
    y: float
    width: float
    height: float

    def overlaps(self, other: Box, margin: float = 0.0) -> bool:
        return (
            abs(self.x - other.x) * 2 < self.width + other.width + 2 * margin
            and abs(self.y - other.y) * 2 < self.height + other.height + 2 * margin
        )

    def holds(self, point: Point, margin: float = 0.0) -> bool:
        return (
            abs(point[0] - self.x) * 2 < self.width + 2 * margin
            and abs(point[1] - self.y) * 2 < self.height + 2 * margin
        )


@dataclass(frozen=True, slots=True)
class Pipe:
    """A flow: the corners of its pipe, the place of its valve, its name's box and the clouds at its ends."""

    name: str
    corners: tuple[Point, ...]
    valve: Point
    label: Box
    clouds: tuple[Point, ...]


@dataclass(frozen=True, slots=True)
class Link:
    """An arrow from one variable to another: a quadratic curve."""

    source: str
    target: str
    start: Point
    control: Point
    end: Point

    def points(self, count: int = 24) -> list[Point]:
        """Points along the curve, ends included."""
        return _along(self.start, self.control, self.end, count)


@dataclass(frozen=True, slots=True)
class Layout:
    """Everything placed. `box` is the whole picture."""

    stocks: Mapping[str, Box]
    pipes: tuple[Pipe, ...]
    auxiliaries: Mapping[str, Box]
    parameters: Mapping[str, Box]
    links: tuple[Link, ...]
    box: Box


def wrapped(name: str, width: int = NAME_WIDTH) -> tuple[str, ...]:
    """A name on lines of its words, at most three, each at most `width` letters wide. A line may end behind a dot; of a
    dotted name that is too long the end is kept."""
    lines: list[str] = []
    width = min(width, DOTTED_WIDTH) if "." in name else width
    for word in name.replace("_", " ").replace(".", ". ").split():
        blank = " " if lines and not lines[-1].endswith(".") else ""
        if lines and len(lines[-1]) + len(blank) + len(word) <= width:
            lines[-1] += blank + word
        else:
            lines.append(word)
    lines = lines or [name]
    if len(lines) > 3 and "." in name:
        lines = [lines[0] + "…", *lines[-2:]]
    elif len(lines) > 3:
        lines = [*lines[:2], lines[2] + "…"]
    return tuple(line if len(line) <= width + 3 else line[: width + 2] + "…" for line in lines)


def text_box(name: str, x: float, y: float) -> Box:
    """The room that a name takes around a point."""
    lines = wrapped(name)
    width = max(sum(_letter(character) for character in line) for line in lines)
    return Box(x, y, width + 8, LINE_HEIGHT * len(lines) + 4)


def _letter(character: str) -> float:
    return 2 * LETTER if unicodedata.east_asian_width(character) in "WF" else LETTER


def layout(structure: Structure) -> Layout:
    """The places of all parts of a diagram."""
    columns, rows = _columns_and_rows(structure)
    stocks = _stock_boxes(structure, columns, rows)
    pipes = _pipes(structure, stocks)
    taken = [*stocks.values()]
    for pipe in pipes:
        taken.append(pipe.label)
        taken.append(Box(pipe.valve[0], pipe.valve[1], 26, 26))
        taken.extend(Box(x, y, 2 * CLOUD_RADIUS + 6, 2 * CLOUD_RADIUS + 4) for x, y in pipe.clouds)
        taken.extend(_segments(pipe.corners))
    anchors: dict[str, Point] = {name: (box.x, box.y) for name, box in stocks.items()}
    anchors |= {pipe.name: pipe.valve for pipe in pipes}
    texts = _place_texts(structure, anchors, taken)
    links = _links(structure, stocks, pipes, texts)
    return Layout(
        stocks,
        pipes,
        {name: texts[name] for name in structure.auxiliaries},
        {name: texts[name] for name in structure.parameters},
        links,
        _whole(taken, texts.values(), links),
    )


# Stocks --------------------------------------------------------------------------------------------------------------


def _columns_and_rows(structure: Structure) -> tuple[dict[str, int], dict[str, int]]:
    """A column for each stock by its longest way from a beginning, a row so that the longest chain is straight."""
    following: dict[str, list[str]] = {name: [] for name in structure.stocks}
    for flow in structure.flows:
        if flow.source is not None and flow.target is not None and flow.target not in following[flow.source]:
            following[flow.source].append(flow.target)
    forward = _without_returns(following)
    columns = dict.fromkeys(structure.stocks, 0)
    for name in _ordered(forward):
        for target in forward[name]:
            columns[target] = max(columns[target], columns[name] + 1)
    rows: dict[str, int] = {}
    left = list(structure.stocks)
    row = 0
    while left:
        chain = _longest_chain(left, forward)
        for name in chain:
            rows[name] = row
        left = [name for name in left if name not in rows]
        # Chains that do not share columns with the row may stand in it, too.
        used = {columns[name] for name in chain}
        for name in list(left):
            alone = not forward[name] and not any(name in targets for targets in forward.values())
            if alone and columns[name] == 0:
                free = next(column for column in range(len(structure.stocks) + 1) if column not in used)
                if free <= 3:
                    columns[name], rows[name] = free, row
                    used.add(free)
                    left.remove(name)
        row += 1
    return columns, rows


def _without_returns(following: Mapping[str, Sequence[str]]) -> dict[str, list[str]]:
    """The graph without the edges that close a cycle, found in the order of declaration."""
    forward: dict[str, list[str]] = {name: [] for name in following}
    for name, targets in following.items():
        for target in targets:
            if name != target and not _reaches(forward, target, name):
                forward[name].append(target)
    return forward


def _reaches(graph: Mapping[str, Sequence[str]], start: str, goal: str) -> bool:
    waiting, seen = [start], {start}
    while waiting:
        name = waiting.pop()
        if name == goal:
            return True
        for target in graph[name]:
            if target not in seen:
                seen.add(target)
                waiting.append(target)
    return False


def _ordered(graph: Mapping[str, Sequence[str]]) -> list[str]:
    """Names so that each stands before those that it leads to."""
    entering = dict.fromkeys(graph, 0)
    for targets in graph.values():
        for target in targets:
            entering[target] += 1
    ready = [name for name, count in entering.items() if not count]
    ordered = []
    while ready:
        name = ready.pop(0)
        ordered.append(name)
        for target in graph[name]:
            entering[target] -= 1
            if not entering[target]:
                ready.append(target)
    return ordered


def _longest_chain(names: Sequence[str], forward: Mapping[str, Sequence[str]]) -> list[str]:
    """The longest way through the given stocks; of equal ones, that which was declared first."""
    best: dict[str, list[str]] = {}
    for name in reversed([name for name in _ordered(forward) if name in names]):
        tails = [best[target] for target in forward[name] if target in best]
        best[name] = [name, *max(tails, key=len, default=[])]
    return max((best[name] for name in names), key=len)


def _stock_boxes(structure: Structure, columns: Mapping[str, int], rows: Mapping[str, int]) -> dict[str, Box]:
    """Boxes tall enough for the pipes on their fuller side; rows far enough apart for names between them."""
    slot, return_gap = SLOT + _further_lines(structure), RETURN_GAP + _further_lines(structure)
    heights = {}
    for name in structure.stocks:
        entering = sum(flow.target == name for flow in structure.flows)
        leaving = sum(flow.source == name for flow in structure.flows)
        lines = len(wrapped(name, STOCK_LETTERS)) + (name in structure.dimensions)
        heights[name] = max(STOCK_HEIGHT, slot * max(entering, leaving), LINE_HEIGHT * lines + 10)
    boxes: dict[str, Box] = {}
    places = _column_places(structure, columns, rows)
    y = 0.0
    for row in range(max(rows.values(), default=-1) + 1):
        members = [name for name in structure.stocks if rows[name] == row]
        tallest = max((heights[name] for name in members), default=STOCK_HEIGHT)
        for name in members:
            boxes[name] = Box(places[columns[name]], y + tallest / 2, STOCK_WIDTH, heights[name])
        back = [
            flow
            for flow in structure.flows
            if flow.source in members and flow.target in members and _runs_below(flow, columns, rows)
        ]
        y += tallest + ROW_GAP + return_gap * len(back)
    return boxes


def _further_lines(structure: Structure) -> float:
    """How much lower than one line the names of flows reach, so that pipes below one another keep off them."""
    return LINE_HEIGHT * max((len(wrapped(flow.name)) - 1 for flow in structure.flows), default=0)


def _column_places(structure: Structure, columns: Mapping[str, int], rows: Mapping[str, int]) -> list[float]:
    """The middle of each column. Where a cloud right of a stock meets a cloud left of its neighbour, room is made."""
    sends = {flow.source for flow in structure.flows if flow.target is None}
    takes = {flow.target for flow in structure.flows if flow.source is None}
    places = [0.0]
    for column in range(max(columns.values(), default=0)):
        clash = any(
            columns[a] == column and columns[b] == column + 1 and rows[a] == rows[b]
            for a in structure.stocks
            for b in structure.stocks
            if a in sends and b in takes
        )
        places.append(places[-1] + COLUMN + (4 * CLOUD_RADIUS if clash else 0.0))
    return places


def _runs_below(flow: Pipeline, columns: Mapping[str, float], rows: Mapping[str, float]) -> bool:
    """Whether a pipe between two stocks goes back, or past a stock that stands between them, both ways to go."""
    source, target = str(flow.source), str(flow.target)
    if columns[target] <= columns[source]:
        return True
    return _is_blocked(source, target, rows[source], columns, rows) and _is_blocked(
        source, target, rows[target], columns, rows
    )


def _is_blocked(source: str, target: str, row: float, columns: Mapping[str, float], rows: Mapping[str, float]) -> bool:
    """Whether a stock of the row stands between two columns."""
    return any(columns[source] < columns[name] < columns[target] and rows[name] == row for name in columns)


# Pipes ---------------------------------------------------------------------------------------------------------------


def _pipes(structure: Structure, stocks: Mapping[str, Box]) -> tuple[Pipe, ...]:
    left: dict[str, list[Pipeline]] = {name: [] for name in stocks}
    right: dict[str, list[Pipeline]] = {name: [] for name in stocks}
    back: list[Pipeline] = []
    columns, rows = {name: box.x for name, box in stocks.items()}, {name: box.y for name, box in stocks.items()}
    for flow in structure.flows:
        source, target = stocks.get(flow.source or ""), stocks.get(flow.target or "")
        if source is not None and target is not None and _runs_below(flow, columns, rows):
            back.append(flow)
            continue
        if flow.source is not None and source is not None:
            right[flow.source].append(flow)
        if flow.target is not None and target is not None:
            left[flow.target].append(flow)
    slot, return_gap = SLOT + _further_lines(structure), RETURN_GAP + _further_lines(structure)
    heights = _slots(left, stocks, "<", slot) | _slots(right, stocks, ">", slot)
    pipes = []
    bends: dict[float, int] = {}
    for flow in structure.flows:
        if flow not in back:
            pipes.append(_straight_pipe(flow, stocks, heights, bends))
    counts: dict[float, int] = {}
    for flow in back:
        source, target = stocks[str(flow.source)], stocks[str(flow.target)]
        beside = [box for box in stocks.values() if source.y != target.y or box.y == source.y]
        bottom = max(box.y + box.height / 2 for box in beside)
        number = counts[bottom] = counts.get(bottom, -1) + 1
        pipes.append(_returning_pipe(flow, stocks, bottom + return_gap * (number + 1), number))
    return tuple(pipes)


def _slots(
    sides: Mapping[str, Sequence[Pipeline]], stocks: Mapping[str, Box], mark: str, slot: float
) -> dict[str, float]:
    """Heights of pipes at a side of their stocks: what joins two stocks in the middle, clouds above and below it."""
    heights: dict[str, float] = {}
    for name, flows in sides.items():
        box = stocks[name]
        joined = [flow for flow in flows if flow.source is not None and flow.target is not None]
        same_row = [f for f in joined if abs(stocks[str(f.source)].y - stocks[str(f.target)].y) < 1]
        others = [flow for flow in flows if flow not in same_row]
        middle = (len(flows) - 1) / 2
        order = sorted(range(len(flows)), key=lambda place: abs(place - middle))
        for place, flow in zip(order, [*same_row, *others], strict=True):
            heights[f"{mark}{flow.name}"] = box.y + (place - middle) * slot
        if same_row and len(flows) % 2 == 0:
            shift = box.y - heights[f"{mark}{same_row[0].name}"]
            for flow in flows:
                heights[f"{mark}{flow.name}"] += shift if abs(shift) < slot else 0.0
    return heights


def _straight_pipe(
    flow: Pipeline, stocks: Mapping[str, Box], heights: Mapping[str, float], bends: dict[float, int]
) -> Pipe:
    """A pipe from side to side. `bends` counts those that turn before the same column, so that each turns by itself."""
    source, target = stocks.get(flow.source or ""), stocks.get(flow.target or "")
    clouds: tuple[Point, ...] = ()
    if source is not None and target is not None:
        begin = (source.x + source.width / 2, heights[f">{flow.name}"])
        end = (target.x - target.width / 2, heights[f"<{flow.name}"])
    elif source is not None:
        y = heights[f">{flow.name}"]
        begin, end = (source.x + source.width / 2, y), (source.x + source.width / 2 + PIPE, y)
        clouds = (end,)
    else:
        assert target is not None, "a flow has a stock at one end"
        y = heights[f"<{flow.name}"]
        begin, end = (target.x - target.width / 2 - PIPE, y), (target.x - target.width / 2, y)
        clouds = (begin,)
    if abs(begin[1] - end[1]) < 1:
        corners: tuple[Point, ...] = (begin, end)
        valve = ((begin[0] + end[0]) / 2, begin[1])
    else:
        columns, rows = {name: box.x for name, box in stocks.items()}, {name: box.y for name, box in stocks.items()}
        first, last = str(flow.source), str(flow.target)
        turns = bends[end[0]] = bends.get(end[0], -1) + 1
        bend = end[0] - 42 - BEND * (turns % BENDS_APART)
        valve = ((begin[0] + bend) / 2, begin[1])
        if _is_blocked(first, last, rows[first], columns, rows):
            bend = begin[0] + 42 + BEND * (turns % BENDS_APART)
            valve = ((bend + end[0]) / 2, end[1])
        corners = (begin, (bend, begin[1]), (bend, end[1]), end)
    box = text_box(flow.name, valve[0], 0)
    return Pipe(flow.name, corners, valve, text_box(flow.name, valve[0], valve[1] + 13 + box.height / 2), clouds)


def _returning_pipe(flow: Pipeline, stocks: Mapping[str, Box], y: float, number: int) -> Pipe:
    source, target = stocks[str(flow.source)], stocks[str(flow.target)]
    shift = 14.0 * (number % 4)
    begin = (source.x + 16 + shift, source.y + source.height / 2)
    end = (target.x - 16 - shift, target.y + target.height / 2)
    corners = (begin, (begin[0], y), (end[0], y), end)
    valve = ((begin[0] + end[0]) / 2, y)
    box = text_box(flow.name, valve[0], 0)
    return Pipe(flow.name, corners, valve, text_box(flow.name, valve[0], valve[1] + 13 + box.height / 2), ())


def _segments(corners: Sequence[Point]) -> list[Box]:
    boxes = []
    for (x0, y0), (x1, y1) in zip(corners, corners[1:], strict=False):
        boxes.append(Box((x0 + x1) / 2, (y0 + y1) / 2, abs(x1 - x0) + 8, abs(y1 - y0) + 8))
    return boxes


# Auxiliaries and parameters ------------------------------------------------------------------------------------------


def _place_texts(structure: Structure, anchors: dict[str, Point], taken: list[Box]) -> dict[str, Box]:
    """Places for names: each next the one with the most neighbours placed already, nearest to their middle."""
    neighbours: dict[str, set[str]] = {}
    for name, sources in structure.reads.items():
        for source in sources:
            neighbours.setdefault(name, set()).add(source)
            neighbours.setdefault(source, set()).add(name)
    waiting = [*structure.auxiliaries, *structure.parameters]
    known = dict(anchors)
    boxes: dict[str, Box] = {}
    while waiting:
        name = max(waiting, key=lambda n: (len(neighbours.get(n, set()) & known.keys()), -waiting.index(n)))
        waiting.remove(name)
        near = [known[other] for other in sorted(neighbours.get(name, set()) & known.keys())]
        if not near:
            near = list(anchors.values()) or [(0.0, 0.0)]
        x = sum(point[0] for point in near) / len(near)
        y = sum(point[1] for point in near) / len(near)
        box = _nearest_free(name, x, y, [*taken, *boxes.values()])
        boxes[name] = box
        known[name] = (box.x, box.y)
    return boxes


def _nearest_free(name: str, x: float, y: float, taken: Sequence[Box]) -> Box:
    """The free place nearest to a point, on a grid around it; sideways costs less than up or down."""
    for radius in range(0, 60):
        candidates: list[tuple[float, int, int]] = []
        for i in range(-radius, radius + 1):
            for j in range(-radius, radius + 1):
                if max(abs(i), abs(j)) == radius:
                    candidates.append((abs(i) * 1.0 + abs(j) * 1.1, j, i))
        for _, j, i in sorted(candidates):
            box = text_box(name, x + i * 36, y + j * 30)
            if not any(box.overlaps(other, 7) for other in taken):
                return box
    return text_box(name, x, max(box.y + box.height for box in taken) + 40)


# Links ---------------------------------------------------------------------------------------------------------------


def _links(
    structure: Structure, stocks: Mapping[str, Box], pipes: Sequence[Pipe], texts: Mapping[str, Box]
) -> tuple[Link, ...]:
    valves = {pipe.name: Box(pipe.valve[0], pipe.valve[1], 22, 22) for pipe in pipes}
    boxes: dict[str, Box] = {**stocks, **valves, **texts}
    solid = [*stocks.values()]
    soft = [*texts.values(), *(pipe.label for pipe in pipes)]
    links = []
    for target, sources in structure.reads.items():
        for source in sources:
            if source in boxes and target in boxes:
                links.append(_link(source, target, boxes, solid, soft))
    return tuple(links)


def _link(source: str, target: str, boxes: Mapping[str, Box], solid: Sequence[Box], soft: Sequence[Box]) -> Link:
    """The flattest arc that passes through no stock, and through as few names as can be."""
    a, b = boxes[source], boxes[target]
    best: tuple[float, Link] | None = None
    distance = hypot(b.x - a.x, b.y - a.y) or 1.0
    for order, bend in enumerate(BENDS):
        if best is not None and abs(bend) * distance / 2 > MOST_BULGE:
            continue
        control = (
            (a.x + b.x) / 2 - (b.y - a.y) * bend,
            (a.y + b.y) / 2 + (b.x - a.x) * bend,
        )
        start, end = _edge(a, control, 3), _edge(b, control, 6)
        inner = _along(start, control, end, 28)[2:-2]
        others = [box for box in solid if box not in (a, b)]
        through = sum(box.holds(point, 4) for box in others for point in inner)
        through += sum(a.holds(point) for point in inner[3:]) + sum(b.holds(point) for point in inner[:-3])
        names = sum(any(box.holds(point, 1) for point in inner) for box in soft if box not in (a, b))
        penalty = 1000.0 * through + NAME_COST * names + order + abs(bend) * distance / 2 * BULGE_COST
        if best is None or penalty < best[0]:
            best = (penalty, Link(source, target, start, control, end))
    assert best is not None
    return best[1]


def _edge(box: Box, toward: Point, margin: float) -> Point:
    """Where the line from a box's middle to a point leaves the box."""
    dx, dy = toward[0] - box.x, toward[1] - box.y
    if not dx and not dy:
        return box.x, box.y
    width, height = box.width / 2 + margin, box.height / 2 + margin
    share = min(width / abs(dx) if dx else float("inf"), height / abs(dy) if dy else float("inf"))
    return box.x + dx * min(share, 1), box.y + dy * min(share, 1)


def _along(start: Point, control: Point, end: Point, count: int) -> list[Point]:
    points = []
    for step in range(count + 1):
        t = step / count
        u = 1 - t
        points.append(
            (
                u * u * start[0] + 2 * u * t * control[0] + t * t * end[0],
                u * u * start[1] + 2 * u * t * control[1] + t * t * end[1],
            )
        )
    return points


def _whole(taken: Iterable[Box], texts: Iterable[Box], links: Iterable[Link]) -> Box:
    """The picture around everything, with a margin."""
    edges = [(b.x - b.width / 2, b.y - b.height / 2) for b in (*taken, *texts)]
    edges += [(b.x + b.width / 2, b.y + b.height / 2) for b in (*taken, *texts)]
    edges += [point for link in links for point in link.points()]
    if not edges:
        return Box(0, 0, 200, 60)
    low_x, high_x = min(x for x, _ in edges) - 16, max(x for x, _ in edges) + 16
    low_y, high_y = min(y for _, y in edges) - 14, max(y for _, y in edges) + 14
    return Box((low_x + high_x) / 2, (low_y + high_y) / 2, high_x - low_x, high_y - low_y)
