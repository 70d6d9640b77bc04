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
