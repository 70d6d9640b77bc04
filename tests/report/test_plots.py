"""Line charts: thinning keeps the shape, names do not touch, and a small chart is what it was."""

import re
from collections.abc import Callable
from pathlib import Path

from hypothesis import given, strategies as st

from sdlang.report.plots import Chart, Line, chart_svg, sparkline_svg, thinned

GOLDEN = Path(__file__).parent / "golden"


def test_a_small_chart_is_as_it_was_seen_and_found_good(golden: Callable[[Path, str], None]) -> None:
    chart = Chart(
        "Staff & target",
        (
            Line("staff", [0, 1, 2], [10, 9, 8.1]),
            Line("target", [0, 1, 2], [12, 12, 12], colour=1, dash=1),
            Line("measured", [0.5, 1.5], [9.4, 8.6], colour=2, is_data=True),
        ),
        "people",
        "years",
    )
    golden(GOLDEN / "chart.svg", chart_svg(chart, "one").replace("><", ">\n<") + "\n")


@given(st.lists(st.floats(-1e6, 1e6), min_size=2, max_size=3000))
def test_thinning_keeps_the_ends_and_the_extremes(values: list[float]) -> None:
    points = thinned(list(range(len(values))), values)
    assert len(points) <= 404
    kept = [value for _, value in points]
    assert (kept[0], kept[-1]) == (values[0], values[-1])
    assert (min(kept), max(kept)) == (min(values), max(values))
    assert [t for t, _ in points] == sorted({t for t, _ in points})


@given(st.lists(st.floats(0, 1), min_size=1, max_size=8))
def test_names_at_the_ends_of_lines_do_not_touch(ends: list[float]) -> None:
    lines = tuple(Line(f"line {number}", [0, 1], [0.5, end], number) for number, end in enumerate(ends))
    drawn = chart_svg(Chart("c", lines, "1", "years"), "one")
    heights = sorted(float(y) for y in re.findall(r'<tspan x="[\d.]+" y="(-?[\d.]+)">', drawn))
    assert all(b - a >= 14.9 for a, b in zip(heights, heights[1:], strict=False))
    assert 0 < heights[0]
    assert heights[-1] < 330


def test_what_is_no_number_leaves_no_mark() -> None:
    nan, inf = float("nan"), float("inf")
    drawn = chart_svg(Chart("c", (Line("x", [0, 1, 2], [nan, 1, inf]),), "1", "years"), "one")
    assert "nan" not in drawn
    assert "inf" not in drawn
    assert chart_svg(Chart("c", (Line("x", [0, 1], [nan, nan]),), "1", "years"), "one")


def test_a_sparkline_of_one_point_is_nothing() -> None:
    assert sparkline_svg([0.0], [1.0]) == ""
    assert "<polyline" in sparkline_svg([0.0, 1.0], [5.0, 5.0])
