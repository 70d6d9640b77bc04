"""The report: what it says, that nothing in it can run, and that it is the same each time."""

import re
import xml.etree.ElementTree as ElementTree
from html.parser import HTMLParser
from pathlib import Path

import pytest

import sdlang
from sdlang.compiler import Options, StepCheck, check, simulate
from sdlang.report import render_card, render_html, render_markdown
from sdlang.results.outcome import Outcome
from sdlang.source import Source

ROOT = Path(__file__).parent.parent.parent
NASTY = "<script>alert(1)</script><img src=x onerror=alert(2)>"

HOSTILE = f"""\
## {NASTY} and [a link](javascript:alert(3)) and `code`
model "{NASTY}"
simulate 0 to 2 years, step 1 year, using euler
## {NASTY}
param share "{NASTY}" = 10% / year
stock staff "{NASTY}" = 10 people
flow quits "{NASTY}": staff -> cloud = staff * share
table bend(x) "{NASTY}" = (0, 0) (1, 1)
aux bent "{NASTY}" = bend(staff / 10 people)
## {NASTY}
scenario worse "{NASTY}" {{ share = 20% / year from 1 }}
expect staff >= 9 people always
plot "{NASTY}" staff, bent
table "{NASTY}" staff at 0, 1
report {{
  text \"\"\"
    {NASTY} **{{{{ staff at 1 under worse }}}}**
  \"\"\"
  plot staff
  documentation
  figures
  scenarios
  tables
  diagram
  conservation
  equations
}}
"""


def outcome(text: str, step_check: StepCheck = StepCheck.HALF) -> Outcome:
    return simulate(check(Source("m.sd", text)), Options(("all",), step_check=step_check))


QUITS = """\
## People leave.
model "Quits & more"
simulate 0 to 2 years, step 1 year, using euler
param share = 10% / year
stock staff = 10 people
stock gone = 0 people
flow quits: staff -> gone = staff * share
scenario worse "More leave" { share = 20% / year }
expect staff >= 7 people always
expect conserved(staff + gone)
"""


class Elements(HTMLParser):
    """All elements and attributes of a page; every element is closed in order."""

    EMPTY = frozenset({"meta", "img", "br", "hr", "link", "input"})

    def __init__(self) -> None:
        super().__init__()
        self.seen: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append((tag, dict(attrs)))
        if tag not in self.EMPTY:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def elements(page: str) -> list[tuple[str, dict[str, str | None]]]:
    parser = Elements()
    parser.feed(page)
    assert parser.open == []
    return parser.seen


def test_nothing_that_a_model_says_can_run_in_its_report() -> None:
    page = render_html(outcome(HOSTILE))
    assert page.count("&lt;script&gt;") >= 10
    for tag, attributes in elements(page):
        assert tag not in ("script", "img", "iframe", "object", "embed", "form", "base", "link")
        assert not any(name.startswith("on") for name in attributes)
        for name in ("href", "src", "action", "xlink:href"):
            assert re.match(r"#s\d+\Z", attributes.get(name) or "#s0"), attributes


def test_the_page_forbids_scripts_and_every_connection() -> None:
    page = render_html(outcome(QUITS))
    policy = "default-src 'none'; style-src 'unsafe-inline'; img-src data:"
    assert f'<meta http-equiv="Content-Security-Policy" content="{policy}">' in page
    assert page.index("Content-Security-Policy") < page.index("<style>")
    assert not re.findall(r"https?://|url\(|@import", page)


def test_the_default_report_has_all_its_sections_and_links_to_them() -> None:
    page = render_html(outcome(QUITS))
    titles = re.findall(r"<h2>(.*?)</h2>", page)
    assert titles == [
        "About this model",
        "Key figures",
        "Behaviour over time",
        "Scenarios compared",
        "Stocks and flows",
        "What was expected",
        "What is conserved",
        "Equations",
        "Accuracy",
        "How this was made",
    ]
    ids = {attributes.get("id") for tag, attributes in elements(page) if tag == "section"}
    links = {attributes["href"] for tag, attributes in elements(page) if tag == "a"}
    assert links == {f"#{name}" for name in ids}
    assert "<title>Quits &amp; more</title>" in page


def test_numbers_in_the_report_are_those_of_the_run() -> None:
    """10 people of whom 10 % leave a year, by Euler with a step of a year: 9, then 8.1; with 20 %: 8, then 6.4."""
    page = render_html(outcome(QUITS))
    assert '<div class="value">8.1 people</div>' in page
    assert "(−19 %)" in page
    assert ">6.4<" in page
    assert "expectation does not hold" in page  # 6.4 < 7 in the scenario
    assert '<td class="fails">✗ fails</td><th><code>staff &gt;= 7 people always</code></th><td>More leave</td>' in page
    assert "−0.6 people" in page
    assert "people only move between <code>staff</code> and <code>gone</code>; their total never changes" in page


def test_the_step_check_says_which_step_would_do() -> None:
    page = render_html(outcome(QUITS))
    # Euler at dt 1 and 1/2: 8.1 and (0.95^4) * 10 = 8.14506, so the error is about twice 0.045 of 10.
    assert "The step is too long for" in page
    assert "The step was not checked" in render_html(outcome(QUITS, StepCheck.NONE))


def test_a_report_block_says_what_is_shown_in_which_order() -> None:
    page = render_html(outcome(HOSTILE))
    titles = re.findall(r"<h2>(.*?)</h2>", page)
    assert titles[:3] == ["About this model", "Key figures", "Scenarios compared"]
    assert titles[-3:] == ["What was expected", "Accuracy", "How this was made"]
    assert "<strong>9 people</strong>" in page  # 20 % from year 1 on: at year 1 nobody more has left than 10 %


def test_the_same_model_gives_the_same_page(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")
    first, second = render_html(outcome(QUITS)), render_html(outcome(QUITS))
    assert first == second
    assert "2023-11-14" in first  # 1,700,000,000 s after 1970-01-01


def test_every_picture_is_well_formed_and_says_what_it_shows() -> None:
    page = render_html(outcome(QUITS))
    pictures = re.findall(r"<svg class=\"(?:chart|diagram)\".*?</svg>", page, re.DOTALL)
    assert len(pictures) >= 4
    for picture in pictures:
        root = ElementTree.fromstring(picture)
        assert root.findtext("title")
        assert root.findtext("desc")
    ids = re.findall(r' id="([^"]+)"', page)
    assert len(ids) == len(set(ids)), "an id stands once on a page"


def test_formulas_are_well_formed() -> None:
    page = render_html(outcome(QUITS))
    formulas = re.findall(r"<math.*?</math>", page, re.DOTALL)
    assert formulas
    for formula in formulas:
        ElementTree.fromstring(formula)


def test_markdown_has_the_same_sections_and_well_formed_tables() -> None:
    text = render_markdown(outcome(QUITS))
    assert text.startswith("# Quits & more\n")
    assert "| **fails** | `staff >= 7 people always` | More leave | −0.6 people |" in text
    lines = text.splitlines()
    for above, below in zip(lines, lines[1:], strict=False):
        if below.startswith("|---"):
            assert above.count("|") == below.count("|")
    assert "\n\n\n" not in text


def test_a_bar_in_a_label_does_not_break_a_markdown_table() -> None:
    text = render_markdown(outcome(QUITS.replace("stock staff =", 'stock staff "a | b" =')))
    assert "a \\| b" in text


def test_a_model_without_stocks_has_a_report() -> None:
    page = render_html(outcome('model "m"\nsimulate 0 to 1 year, step 1 year\naux twice = 2 * time\n'))
    assert "twice" in page


def test_the_card_for_notebooks_shows_the_diagram_and_escapes() -> None:
    card = render_card(sdlang.compile(HOSTILE).structure)
    assert "<script>" not in card
    assert '<svg class="diagram"' in card


@pytest.mark.parametrize("path", sorted((ROOT / "models").rglob("*.sd")), ids=lambda path: path.stem)
def test_every_model_of_the_repository_has_a_sound_report(path: Path) -> None:
    page = render_html(sdlang.load(path).study(("base",)))
    elements(page)
    assert "nan" not in re.sub(r"<(style|title).*?</\1>", "", page).lower().split()


def test_times_are_said_as_people_say_them() -> None:
    text = render_markdown(outcome(QUITS))
    assert "year 0 to year 2" in text
    assert "at half the step of 1 year " in text
    assert "years 0" not in text


# Elements ------------------------------------------------------------------------------------------------------------

REGIONS = """\
model "Regions"
simulate 0 to 2 years, step 1 year, using euler
dim region = north, south, east
param rate[region] = { north: 10% / year, south: 20% / year, east: 0% / year }
stock staff[region] "At work" = 10 people
stock gone = 0 people
flow quits[region]: staff -> gone = staff * rate
series seen[region] : people = csv("seen.csv", time = "year")
scenario worse "More leave" { rate[north] = 50% / year }
expect staff >= 7 people always
plot "Staff" staff, seen
table staff, staff[south], gone at 0, 2
report {
  text "South ends at **{{ staff[south] at 2 }}**."
  figures
  plots
  fit
  scenarios
  diagram
  tables
  equations
}
"""
SEEN = "year,north,south,east\n0,10,10,10\n1,9,8,11\n2,8,6,12\n"


def regions(text: str = REGIONS, **options: object) -> Outcome:
    return simulate(check(Source("m.sd", text), Data(SEEN)), Options(("all",), **options))  # type: ignore[arg-type]


class Data:
    """A folder with one file in it."""

    def __init__(self, text: str) -> None:
        self.text = text

    def __call__(self, _: str, /) -> str:
        return self.text

    def content(self, _: str, /) -> bytes:
        return self.text.encode()


def section(page: str, title: str) -> str:
    return page.partition(f"<h2>{title}</h2>")[2].partition("</section>")[0]


def test_a_variable_that_is_split_is_told_by_its_elements() -> None:
    """10 people a region, of whom 10, 20 and 0 % leave a year: after two years 8.1, 6.4 and 10 are left."""
    page = render_html(regions())
    assert "South ends at <strong>6.4 people</strong>." in page
    figures = section(page, "Key figures")
    assert '<div class="value">6.4 … 10 people</div>' in figures
    assert "<li><span>north</span> <span>8.1 people</span></li>" in figures
    table = section(page, "In numbers")
    assert table.count("<th>At work [south]<small>base</small></th>") == 2  # once of all, once by itself
    assert '<td class="n">6.4</td>' in table
    compared = section(page, "Scenarios compared")
    assert "<code>50% / year</code>" in compared
    assert '<th>At work [north]</th><td>people</td><td class="n">8.1</td><td class="n">2.5' in compared  # 10 / 4
    detail = "at 2: <code>staff[south]</code> = 6.4 people"
    assert detail in section(page, "What was expected")


def test_a_chart_has_a_line_an_element_and_data_its_dots() -> None:
    page = render_html(regions())
    chart = section(page, "Behaviour over time").partition("</figure>")[0]
    assert chart.count('<g class="dots') > chart.count('<li class="dots')
    assert re.findall(r"</svg>([^<]+)</li>", chart) == [
        *(f"At work [{region}]" for region in ("north", "south", "east")),
        *(f"seen [{region}]" for region in ("north", "south", "east")),
    ]


def test_series_are_compared_element_by_element() -> None:
    fit = section(render_html(regions()), "Fit to data")
    rows = re.findall(r"<tr><th>(.*?)</th><td>(.*?)</td>", fit)
    assert rows == [(f"At work [{region}]", f"seen [{region}]") for region in ("north", "south", "east")]
    # East: simulated 10, 10, 10; measured 10, 11, 12: the root of (0 + 1 + 4) / 3.
    assert "1.291 people" in fit


def test_equations_have_indices_and_parameters_their_values() -> None:
    equations = section(render_html(regions()), "Equations")
    assert "<msub><mi>quits</mi><mtext>region</mtext></msub>" in equations
    assert "staff[region] → gone" in equations
    assert "north: <b>10 % per year</b>" in equations
    for formula in re.findall(r"<math.*?</math>", equations, re.DOTALL):
        ElementTree.fromstring(formula)


def test_a_setting_of_one_element_is_told() -> None:
    page = render_html(regions(parameters={"rate[north]": "30% / year"}))
    assert "rate[north] = 30 % per year" in section(page, "How this was made")


def test_markdown_of_what_is_split_has_well_formed_tables() -> None:
    text = render_markdown(regions())
    assert "| At work [south] | 10 people | 6.4 people | −36 % |" in text
    lines = text.splitlines()
    for above, below in zip(lines, lines[1:], strict=False):
        if below.startswith("|---"):
            assert above.count("|") == below.count("|")
    assert "\n\n\n" not in text


def places(count: int) -> str:
    names = [f"place_{number}" for number in range(count)]
    values = ", ".join(f"{name}: {number + 1} people" for number, name in enumerate(names))
    return (
        'model "Places"\nsimulate 0 to 50 years, step 1/8 year, using euler\n'
        f"dim place = {', '.join(names)}\ndim age = young < old\nparam start[place] = {{ {values} }}\n"
        "stock people_in[place, age] = start\nstock away[place] = 0 people\n"
        "flow leaving[place, age]: people_in -> away = people_in * 1% / year\n"
        "flow back[place]: away -> people_in[place, young] = away / 3 years\n"
        "aux total = sum(people_in over place, age)\naux share[place] = sum(people_in over age) / total\n"
        "scenario other { start = 5 people }\nplot people_in\nplot share, total\ntable people_in, away at 0, 50\n"
    )


def test_two_hundred_elements_make_a_report_of_less_than_two_megabytes() -> None:
    page = render_html(outcome(places(200), StepCheck.NONE))
    assert len(page.encode()) < 2_000_000
    assert "392 more elements of people in, smaller at the end, not shown" in page
    chart = section(page, "Behaviour over time").partition("</figure>")[0]
    assert chart.count("<polyline") == 8 * 3  # the line, its sign beside the name, and in the legend
    assert "place_199, young" in chart
    assert section(page, "In numbers").count("<tr>") <= 1 + 2 * 2 * 40
    assert "and 188 more" in section(page, "Equations")


def test_what_stands_around_elements_is_escaped() -> None:
    text = (
        f'model "m"\nsimulate 0 to 2 years, step 1 year, using euler\ndim gebiet = 北, süd\n'
        f'stock staff[gebiet] "{NASTY}" = 10 people\nscenario other "{NASTY}" {{ }}\n'
        f'plot "{NASTY}" staff\ntable "{NASTY}" staff\n'
    )
    page = render_html(outcome(text))
    assert "北" in page
    for tag, attributes in elements(page):
        assert tag not in ("script", "img")
        assert not any(name.startswith("on") for name in attributes)


def test_components_with_a_name_have_their_equations_folded() -> None:
    text = (
        'model "m"\nsimulate 0 to 1 year, step 1/32 year, using euler\nuse labor\nstock jobless = 100 people\n'
        "pool clerks { initial = 10 people, desired = 12 people, hires <- jobless }\naux s = smooth(jobless, 1 year)\n"
    )
    page = render_html(outcome(text))
    assert re.findall(r"<summary>(Component [^<]*|Inside[^<]*)</summary>", page) == [
        "Component clerks",
        "Inside components",
    ]
    assert "clerks.staff" in section(page, "Key figures")
    assert "s.smooth" not in section(page, "Key figures")
