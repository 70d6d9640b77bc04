"""The stock-and-flow diagram as SVG, in the form that modellers know.

Stocks are boxes (those that are split a stack of them, with their dimensions), flows double pipes with a valve, clouds
the outside of the model, auxiliaries names and parameters names in italics; curved arrows say what reads what. Where
things stand is `layout.py`'s matter. What events move is a flow whose pipe is broken.
"""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from math import atan2, cos, sin
from textwrap import shorten

from sdlang.model.model import Model
from sdlang.report.layout import LINE_HEIGHT, STOCK_LETTERS, Box, Link, Pipe, Point, layout, wrapped
from sdlang.report.structure import structure_of

CLOUD = "M-17,5 a8,8 0 0 1 3,-14 a10,10 0 0 1 18,-3 a8,8 0 0 1 12,9 a6.5,6.5 0 0 1 -3,12 h-25 a6,6 0 0 1 -5,-4 z"
# How the pipe of a move is drawn.
BROKEN = ' stroke-dasharray="9 4"'
# How far the boxes of a stack stand apart, and how many letters of dimensions there is room for.
CARD = 4.0
LONGEST_DIMENSIONS = 18
# A picture that is wider than the page shrinks to this share of its size, so that it can be read; then it scrolls.
LEAST_SCALE = 0.75


def diagram_svg(model: Model, identity: str = "diagram") -> str:
    """The diagram as an `<svg>` element; empty text if there is nothing to draw."""
    structure = structure_of(model)
    if not (structure.stocks or structure.auxiliaries):
        return ""
    placed = layout(structure)
    box = placed.box
    described = _described(model)
    parts = [
        f'<svg class="diagram" viewBox="{box.x - box.width / 2:.0f} {box.y - box.height / 2:.0f} '
        f'{box.width:.0f} {box.height:.0f}" '
        f'style="max-width:{box.width:.0f}px;--least:{LEAST_SCALE * box.width:.0f}px" role="img" '
        f'aria-labelledby="{identity}-t {identity}-d">',
        f'<title id="{identity}-t">Stock-and-flow diagram</title><desc id="{identity}-d">{escape(described)}</desc>',
    ]
    parts.extend(_link(link) for link in placed.links)
    moves = {move.name for move in model.moves()}
    parts.extend(_pipe(pipe, BROKEN if pipe.name in moves else "") for pipe in placed.pipes)
    parts.extend(_stock(name, box, structure.dimensions.get(name, ())) for name, box in placed.stocks.items())
    parts.extend(_name(name, box, "aux") for name, box in placed.auxiliaries.items())
    parts.extend(_name(name, box, "param") for name, box in placed.parameters.items())
    parts.append("</svg>")
    if structure.left_out:
        parts.append(f'<p class="quiet">{structure.left_out} parameters and tables are left out of this picture.</p>')
    return "".join(parts)


def _described(model: Model) -> str:
    """The flows in words, for those who do not see the picture."""
    said = [
        f"{flow.name} runs from {flow.source or 'outside'} to {flow.target or 'outside'}"
        for flow in model.flows()
        if not flow.is_hidden
    ]
    for event in model.events:
        ways = (f"{move.name} from {move.source or 'outside'} to {move.target or 'outside'}" for move in event.moves)
        said.append(f"{event.text} moves {', '.join(ways)}")
    return "; ".join(said) + "." if said else "No flows."


def _lines(name: str, x: float, y: float, css: str) -> str:
    return _text(wrapped(name), x, y, css)


def _text(lines: Sequence[str], x: float, y: float, css: str) -> str:
    first = y - (len(lines) - 1) * LINE_HEIGHT / 2 + 4
    spans = "".join(
        f'<tspan x="{x:.1f}" y="{first + place * LINE_HEIGHT:.1f}">{escape(line)}</tspan>'
        for place, line in enumerate(lines)
    )
    return f'<text class="{css}" text-anchor="middle">{spans}</text>'


def _stock(name: str, box: Box, dimensions: Sequence[str]) -> str:
    """A box; a stack of three for a stock that is split, with its dimensions below the name."""
    cards = (2, 1, 0) if dimensions else (0,)
    rectangles = "".join(
        f'<rect x="{box.x - box.width / 2 + CARD * card:.1f}" y="{box.y - box.height / 2 - CARD * card:.1f}" '
        f'width="{box.width:.1f}" height="{box.height:.1f}" rx="3"/>'
        for card in cards
    )
    lines = wrapped(name, STOCK_LETTERS)
    split = ", ".join(dimensions)
    below = shorten(split, LONGEST_DIMENSIONS, placeholder="…")
    shift = LINE_HEIGHT / 2 if split else 0.0
    texts = _text(lines, box.x, box.y - shift, "on-stock")
    if split:
        texts += _text([below], box.x, box.y + len(lines) * LINE_HEIGHT / 2, "dimensions")
    title = f"{name}[{split}]" if split else name
    return f'<g class="stock"><title>{escape(title)}</title>{rectangles}{texts}</g>'


def _pipe(pipe: Pipe, style: str) -> str:
    points = " ".join(f"{x:.1f},{y:.1f}" for x, y in pipe.corners)
    x, y = pipe.valve
    left, right, above, below = f"{x - 9:.1f}", f"{x + 9:.1f}", f"{y - 8:.1f}", f"{y + 8:.1f}"
    valve = f'<path d="M{left},{above} L{right},{below} L{right},{above} L{left},{below} z"/>'
    clouds = "".join(
        f'<path class="cloud" transform="translate({cx:.1f},{cy:.1f})" d="{CLOUD}"/>' for cx, cy in pipe.clouds
    )
    return (
        f'<g class="flow"><title>{escape(pipe.name)}</title>{clouds}'
        f'<polyline class="pipe"{style} points="{points}"/><polyline class="bore" points="{points}"/>'
        f"{_head(pipe.corners[-2], pipe.corners[-1], 9)}{valve}"
        f"{_lines(pipe.name, pipe.label.x, pipe.label.y, 'on-flow')}</g>"
    )


def _head(start: Point, end: Point, size: float) -> str:
    """An arrow head that points from one point to another and ends there."""
    angle = atan2(end[1] - start[1], end[0] - start[0])
    corners = [end]
    for turn in (2.65, -2.65):
        corners.append((end[0] + size * cos(angle + turn), end[1] + size * sin(angle + turn)))
    return f'<polygon class="head" points="{" ".join(f"{x:.1f},{y:.1f}" for x, y in corners)}"/>'


def _link(link: Link) -> str:
    (x0, y0), (cx, cy), (x1, y1) = link.start, link.control, link.end
    curve = f'<path d="M{x0:.1f},{y0:.1f} Q{cx:.1f},{cy:.1f} {x1:.1f},{y1:.1f}"/>'
    said = escape(f"{link.source} → {link.target}")
    return f'<g class="link"><title>{said}</title>{curve}{_head((cx, cy), link.end, 7)}</g>'


def _name(name: str, box: Box, css: str) -> str:
    return _lines(name, box.x, box.y, css)
