"""Reports: what an Outcome says, as a page to hand on. What is public is loaded when it is first used."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sdlang.report.pages import render_card, render_html, render_markdown
    from sdlang.report.sandbox import render_template

_HOMES = {
    "render_card": "sdlang.report.pages",
    "render_html": "sdlang.report.pages",
    "render_markdown": "sdlang.report.pages",
    "render_template": "sdlang.report.sandbox",
}

__all__ = ["render_card", "render_html", "render_markdown", "render_template"]


def __getattr__(name: str) -> Any:
    if name in _HOMES:
        return getattr(import_module(_HOMES[name]), name)
    raise AttributeError(f"module 'sdlang.report' has no attribute {name!r}")
