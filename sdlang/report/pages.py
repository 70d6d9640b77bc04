"""The reports that sdlang writes itself: one HTML file without network or scripts, and Markdown.

Templates are ours, in `templates/`; whatever comes from a model goes through them as plain text and is escaped.
"""

from __future__ import annotations

from functools import cache
from importlib.resources import files

from jinja2 import Environment, FunctionLoader, StrictUndefined, Template
from markupsafe import Markup, escape

from sdlang.model.model import Model
from sdlang.report.child import code
from sdlang.report.context import context
from sdlang.report.diagram import diagram_svg
from sdlang.results.outcome import Outcome
from sdlang.version import __version__


def render_html(outcome: Outcome) -> str:
    """The report as one HTML text, under a content policy that lets nothing be loaded or run."""
    return _template("report.html.j2").render(**context(outcome), style=style(), version=__version__)


def render_markdown(outcome: Outcome) -> str:
    """The report as Markdown, without pictures."""
    text = _template("report.md.j2").render(**context(outcome), version=__version__)
    lines = [line.rstrip() for line in text.split("\n")]
    kept = [line for place, line in enumerate(lines) if line or (place and lines[place - 1])]
    return "\n".join(kept).strip() + "\n"


def render_card(model: Model) -> str:
    """The diagram of a model and its variables, for notebooks."""
    rows = "".join(
        f"<tr><td>{escape(variable.name)}</td><td>{escape(variable.unit.text)}</td>"
        f"<td>{escape(variable.label or variable.documentation)}</td></tr>"
        for variable in model.variables.values()
        if not variable.component
    )
    return (
        f'<div class="sdlang"><style>.sdlang {{ max-width: 1080px }}\n@scope (.sdlang) {{\n{style()}}}</style>'
        f"<h3>{escape(model.title)}</h3>{diagram_svg(model)}<table>{rows}</table></div>"
    )


@cache
def style() -> Markup:
    """The style of a report."""
    return Markup(_read("report.css"))


@cache
def _template(name: str) -> Template:
    def load(asked: str) -> str:
        return _read(asked)

    environment = Environment(
        loader=FunctionLoader(load),
        autoescape=name.endswith(".html.j2"),
        undefined=StrictUndefined,
        keep_trailing_newline=True,
    )
    environment.filters["code"] = code
    environment.filters["cell"] = _cell
    return environment.get_template(name)


def _cell(text: str) -> str:
    """A text that may stand in a cell of a Markdown table."""
    return " ".join(str(text).split()).replace("|", "\\|")


def _read(name: str) -> str:
    return files("sdlang.report").joinpath("templates", name).read_text(encoding="utf-8")
