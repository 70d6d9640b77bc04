"""Line charts as SVG, without a library and without scripts: they print, and screen readers can read them.

One chart has one vertical axis in one unit. Variables differ by colour; scenarios by dash, or by colour where there is
one variable only. Measured series are dots. Names stand right of the ends of lines; on a narrow screen the page's style
cuts that margin off and shows a legend instead. Colours are the Okabe-Ito palette, which colour-blind people can tell
apart, and are set by the page's style, too.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from math import isfinite
from textwrap import shorten, wrap

from sdlang.report.date_marks import Mark, date_marks
from sdlang.report.numbers import axis_unit, readable, tick_text, ticks, times, year_text
from sdlang.units.dates import DATE, is_in_calendar

WIDTH, HEIGHT = 720, 340
LEFT, RIGHT, TOP, BOTTOM = 86, 150, 36, 50
NAME_HEIGHT = 15.0
SPARK_WIDTH, SPARK_HEIGHT = 150, 34
MOST_POINTS, MOST_POINTS_AMONG_MANY = 400, 200
FEW_LINES = 3
MOST_IN_BAND = 120
COLOURS = 8
LONGEST_NAME = 16


@dataclass(frozen=True, slots=True)
class Band:
    """Where so large a share of the runs of an ensemble lies (0.9: nine of ten), at the times of its line."""

    share: float
    low: Sequence[float]
    high: Sequence[float]


@dataclass(frozen=True, slots=True)
class Line:
    """A curve: its name, times and values, its colour and dash by number; `is_data` draws dots. `bands` lie behind it,
    the widest first."""

    name: str
    times: Sequence[float]
    values: Sequence[float]
    colour: int = 0
    dash: int = 0
    is_data: bool = False
    bands: tuple[Band, ...] = ()


@dataclass(frozen=True, slots=True)
class Chart:
    """A chart's title, its lines, the unit of the vertical axis and that of time, which is `date` for the calendar."""

    title: str
    lines: tuple[Line, ...]
    unit: str
    time_unit: str


def chart_svg(chart: Chart, identity: str) -> str:
    """The chart as an `<svg>` element; `identity` makes its ids unique on a page."""
    every = [each for line in chart.lines for each in (line.values, *(e for b in line.bands for e in (b.low, b.high)))]
    finite = [value for values in every for value in values if isfinite(value)]
    all_times = [time for line in chart.lines for time in line.times]
    low, high = (min(finite), max(finite)) if finite else (0.0, 1.0)
    if low > 0 and low < 0.4 * high:
        low = 0.0
    scale, word = axis_unit(max(abs(low), abs(high)))
    marks = ticks(low / scale, high / scale)
    bottom, top = marks[0], marks[-1]
    start, stop = (min(all_times), max(all_times)) if all_times else (0.0, 1.0)
    frame = _Frame(start, stop if stop > start else start + 1, bottom, top, scale)
    unit = " ".join(part for part in (word, "" if chart.unit == "1" else chart.unit) if part)
    parts = [
        f'<svg class="chart" viewBox="0 0 {WIDTH} {HEIGHT}" preserveAspectRatio="xMinYMin slice" role="img" '
        f'aria-labelledby="{identity}-t {identity}-d">',
        f'<title id="{identity}-t">{escape(chart.title)}</title>',
        f'<desc id="{identity}-d">{escape(_described(chart))}</desc>',
        *_axes(frame, marks, unit, chart.time_unit),
    ]
    most = MOST_POINTS if len(chart.lines) <= FEW_LINES else MOST_POINTS_AMONG_MANY
    parts.extend(_band(line, band, frame) for line in chart.lines for band in line.bands)
    parts.extend(_curve(line, frame, most) for line in chart.lines)
    parts.extend(_names(chart.lines, frame))
    parts.append("</svg>")
    return "".join(parts)


@dataclass(frozen=True, slots=True)
class _Frame:
    """Where values fall on the picture. `scale` divides values before they are drawn."""

    start: float
    stop: float
    bottom: float
    top: float
    scale: float

    def x(self, time: float) -> float:
        return LEFT + (time - self.start) / (self.stop - self.start) * (WIDTH - LEFT - RIGHT)

    def y(self, value: float) -> float:
        share = (value / self.scale - self.bottom) / (self.top - self.bottom)
        return HEIGHT - BOTTOM - share * (HEIGHT - TOP - BOTTOM)


def _described(chart: Chart) -> str:
    """What a chart shows, in a sentence for those who do not see it."""
    said = []
    for line in chart.lines:
        values = [value for value in line.values if isfinite(value)]
        if values:
            unit = "" if chart.unit == "1" else f" {chart.unit}"
            spread = ""
            if line.bands:
                widest = line.bands[0]
                spread = f", in {100 * widest.share:g} % of the runs between {readable(widest.low[-1])} and "
                spread += f"{readable(widest.high[-1])}{unit}"
            said.append(f"{line.name} goes from {readable(values[0])} to {readable(values[-1])}{unit}{spread}")
    return "; ".join(said) + "."


def _axes(frame: _Frame, marks: Sequence[float], unit: str, time_unit: str) -> list[str]:
    step = marks[1] - marks[0]
    right, base = WIDTH - RIGHT, HEIGHT - BOTTOM
    parts = ['<g class="axis">']
    for mark in marks:
        y = frame.y(mark * frame.scale)
        parts.append(f'<line class="grid" x1="{LEFT}" y1="{y:.1f}" x2="{right}" y2="{y:.1f}"/>')
        parts.append(f'<text x="{LEFT - 8}" y="{y + 4:.1f}" text-anchor="end">{tick_text(mark, step)}</text>')
    for moment, said in _time_marks(frame, time_unit):
        x = frame.x(moment)
        parts.append(f'<line class="tick" x1="{x:.1f}" y1="{base}" x2="{x:.1f}" y2="{base + 5}"/>')
        parts.append(f'<text class="time" x="{x:.1f}" y="{base + 20}" text-anchor="middle">{said}</text>')
    parts.append(f'<line class="base" x1="{LEFT}" y1="{base}" x2="{right}" y2="{base}"/>')
    if unit:
        parts.append(f'<text class="unit" x="8" y="{TOP - 19}" text-anchor="start">{escape(unit[:60])}</text>')
    parts.append(f'<text class="unit" x="{right}" y="{base + 42}" text-anchor="end">{escape(time_unit)}</text></g>')
    return parts


def _time_marks(frame: _Frame, time_unit: str) -> Sequence[Mark]:
    """Times below the axis, and how they are written."""
    if time_unit == DATE and is_in_calendar(frame.start) and is_in_calendar(frame.stop):
        return date_marks(frame.start, frame.stop)
    moments = times(frame.start, frame.stop)
    step = moments[1] - moments[0] if len(moments) > 1 else 1.0
    return [(moment, year_text(moment, step)) for moment in moments]


def _band(line: Line, band: Band, frame: _Frame) -> str:
    """The area between the ends of a band."""
    upper = [
        f"{frame.x(time):.1f},{frame.y(value):.1f}" for time, value in thinned(line.times, band.high, MOST_IN_BAND)
    ]
    lower = [f"{frame.x(time):.1f},{frame.y(value):.1f}" for time, value in thinned(line.times, band.low, MOST_IN_BAND)]
    colour = line.colour % COLOURS
    return f'<polygon class="band c{colour}" points="{" ".join([*upper, *reversed(lower)])}"/>'


def _curve(line: Line, frame: _Frame, most: int) -> str:
    points = [(t, v) for t, v in thinned(line.times, line.values, most) if isfinite(v) and isfinite(t)]
    name = f"<title>{escape(line.name)}</title>"
    if line.is_data:
        dots = "".join(f'<circle cx="{frame.x(t):.1f}" cy="{frame.y(v):.1f}" r="2.4"/>' for t, v in points)
        return f'<g class="dots c{line.colour % COLOURS}">{name}{dots}</g>'
    if len(points) == 1:
        x, y = frame.x(points[0][0]), frame.y(points[0][1])
        return f'<g class="dots c{line.colour % COLOURS}">{name}<circle cx="{x:.1f}" cy="{y:.1f}" r="3"/></g>'
    path = " ".join(f"{frame.x(t):.1f},{frame.y(v):.1f}" for t, v in points)
    return f'<g class="line c{line.colour % COLOURS} d{line.dash % 4}">{name}<polyline points="{path}"/></g>'


def thinned(times_: Sequence[float], values: Sequence[float], most: int = MOST_POINTS) -> list[tuple[float, float]]:
    """At most about 400 points that keep the shape: of each stretch its first, lowest, highest and last."""
    count = len(times_)
    if count <= most:
        return list(zip(times_, values, strict=True))
    stretch = -(-count // (most // 4))
    kept: list[int] = []
    for begin in range(0, count, stretch):
        places = range(begin, min(begin + stretch, count))
        finite = [place for place in places if isfinite(values[place])] or list(places)
        chosen = {
            places[0],
            places[-1],
            min(finite, key=lambda place: values[place]),
            max(finite, key=lambda place: values[place]),
        }
        kept.extend(sorted(chosen))
    return [(times_[place], values[place]) for place in kept]


def _names(lines: Sequence[Line], frame: _Frame) -> list[str]:
    """Names at the right, beside the ends of their lines, moved apart where they would touch."""
    wanted: list[tuple[float, Line, list[str]]] = []
    for line in lines:
        values = [value for value in line.values if isfinite(value)]
        if values:
            wanted.append((frame.y(values[-1]), line, _broken(line.name)))
    wanted.sort(key=lambda item: item[0])
    heights = [NAME_HEIGHT * len(words) for _, _, words in wanted]
    tops = _apart([y - NAME_HEIGHT / 2 for y, _, _ in wanted], heights, TOP - 4.0, HEIGHT - BOTTOM + 8.0)
    x = WIDTH - RIGHT + 24
    parts = []
    for (_, line, words), top in zip(wanted, tops, strict=True):
        y = top + NAME_HEIGHT / 2
        if line.is_data:
            sign = f'<g class="dots c{line.colour % COLOURS}"><circle cx="{x - 11}" cy="{y:.1f}" r="2.4"/></g>'
        else:
            sign = (
                f'<g class="line c{line.colour % COLOURS} d{line.dash % 4}">'
                f'<polyline points="{x - 18},{y:.1f} {x - 4},{y:.1f}"/></g>'
            )
        said = "".join(
            f'<tspan x="{x}" y="{y + 4 + NAME_HEIGHT * place:.1f}">{escape(word)}</tspan>'
            for place, word in enumerate(words)
        )
        parts.append(f'<g class="name">{sign}<text>{said}</text></g>')
    return parts


def _broken(name: str) -> list[str]:
    """A name on one or two lines."""
    words = wrap(name, LONGEST_NAME) or [name]
    if len(words) > 2:
        words = [words[0], shorten(" ".join(words[1:]), LONGEST_NAME, placeholder="…")]
    return words


def _apart(tops: Sequence[float], heights: Sequence[float], least: float, most: float) -> list[float]:
    """The places moved as little as may be so that none touches the next and all stay within the picture."""
    places: list[float] = []
    for number, top in enumerate(tops):
        places.append(max(top, places[-1] + heights[number - 1] if places else least))
    limit = most
    for number in range(len(places) - 1, -1, -1):
        places[number] = min(places[number], limit - heights[number])
        limit = places[number]
    return places


def sparkline_svg(times_: Sequence[float], values: Sequence[float], colour: int = 0) -> str:
    """The course of a variable as a small picture without axes; it says nothing that the text beside it does not."""
    points = [(t, v) for t, v in thinned(times_, values) if isfinite(t) and isfinite(v)]
    if len(points) < 2:
        return ""
    low, high = min(v for _, v in points), max(v for _, v in points)
    span, length = high - low, points[-1][0] - points[0][0]
    flat = span <= 1e-9 * max(abs(low), abs(high))
    path = " ".join(
        f"{(t - points[0][0]) / length * (SPARK_WIDTH - 4) + 2:.1f},"
        f"{SPARK_HEIGHT / 2 if flat else SPARK_HEIGHT - 3 - (v - low) / span * (SPARK_HEIGHT - 6):.1f}"
        for t, v in points
    )
    return (
        f'<svg class="spark" viewBox="0 0 {SPARK_WIDTH} {SPARK_HEIGHT}" aria-hidden="true">'
        f'<g class="line c{colour % COLOURS}"><polyline points="{path}"/></g></svg>'
    )
