"""Wherever a calendar model tells a time, it tells a date: report, Markdown, the user's template, the terminal."""

import re
from io import StringIO

import pytest

import sdlang
from sdlang.cli.summary import print_summary
from sdlang.report import render_html, render_markdown, render_template

FRACTION_OF_A_YEAR = re.compile(r"\b20[2-4]\d\.\d")
MODEL = """
model "A launch"
simulate 2024-01-01 to 2026-06-30, step 1 week, save every 1 month
param launch "Launch" = 2025-03-15 in 2025-01 .. 2026-01
param delay = 3 months
stock staff "Staff" = 100 people
flow hiring: cloud -> staff = if time >= launch then 5 people/month else -2 people/month
table target(time) = (2024-01-01, 100) (2025-06-15, 150)
aux wanted = target(time) * 1 person
scenario later "Later" {
  launch = 2025-09-15
  delay = 4 months from 2025-10
}
aux seen = smooth(staff, delay)
expect staff > 95 people after 2024-03-15
expect staff > 95 people at 2025-03-15
expect peaks(staff, between = 2024-03 .. 2024-06-15)
expect rises(staff)
expect s_shaped(staff)
expect oscillates(staff, period = 1 year .. 2 years)
expect crosses(staff, wanted)
expect converges(staff, to = 120 people, within = 5%, by = 2026-01)
expect staff > 200 people within 3 months after time >= 2025-02
expect staff >= 0 people after staff > 1_000 people
expect launch > 2025-06
expect conserved(staff)
plot staff, wanted
plot launch
table staff, launch at 2024-07-15, 2025-03
table seen
"""


@pytest.fixture(scope="module")
def outcome() -> sdlang.Outcome:
    return sdlang.compile(MODEL).study()


def fractions_in(text: str) -> list[str]:
    """Fractions of years; numbers in the paths of pictures stand beside commas and are none."""
    shown = re.sub(r' (points|x|y|x1|x2|y1|y2|cx|cy|d|width|height|viewBox)="[^"]*"', "", text)
    return [shown[max(0, m.start() - 60) : m.end() + 20] for m in FRACTION_OF_A_YEAR.finditer(shown)]


def test_no_page_tells_a_time_as_a_fraction_of_a_year(outcome: sdlang.Outcome) -> None:
    html, markdown = render_html(outcome), render_markdown(outcome)
    assert fractions_in(html) == []
    assert fractions_in(markdown) == []
    for date in ("2024-01-01", "2026-06-28", "2025-03-15", "2025-09-15", "2024-07-15", "2025-03-01"):
        assert date in html, date
        assert date in markdown, date
    assert ">2025-01<" in html  # below the axis
    assert "<mtext>2025-01</mtext>" not in html
    assert "Time | 2024-01-01 to 2026-06-28 |" in markdown


def test_no_line_of_the_terminal_does(outcome: sdlang.Outcome) -> None:
    text = StringIO()
    print_summary(outcome, text, coloured=False)
    shown = text.getvalue()
    assert fractions_in(shown) == []
    assert shown.lstrip().startswith("2024-01-01")
    assert re.search(r"launch +2025-03-15 .*2025-03-15 +2025-09-15 *\n", shown)
    assert re.search(r"FAILS expect launch > 2025-06; at 20\d\d-\d\d-\d\d: `launch` = 2025-03-15\n", shown)


def test_dates_in_equations_stay_dates() -> None:
    text = (
        "simulate 2024-01 to 2024-12, step 1 month\nstock s = 1\n"
        "flow f: cloud -> s = if time > 2024-03-15 then 2024 / year else 2024.25 / year\n"
    )
    model = sdlang.compile(text)
    html = model.report()
    assert "<mtext>2024-03-15</mtext>" in html
    assert "<mn>2024</mn>" in html  # a number that nobody wrote as a date
    assert "<mn>2024.25</mn>" in html
    assert r"\text{2024-03-15}" in model.latex()["f"]


def test_a_template_has_the_dates_of_the_points(outcome: sdlang.Outcome) -> None:
    written = "{{ runs.base.dates | first }} {{ runs.base.dates | length == runs.base.time | length }}"
    assert render_template(outcome, written, kind="md") == "2024-01-01 True"
    plain = sdlang.compile("simulate 0 to 1 years, step 1 year\nstock s = 1\n").study()
    assert render_template(plain, "{{ runs.base.dates }}", kind="md") == "[]"
