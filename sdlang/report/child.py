"""The inside of the sandbox: fills one template in a process of its own, and says what became of it.

A task comes in on standard input (a pickle made by `sandbox.py`), an answer goes out on descriptor 1 as JSON: `text`,
or `what` went wrong and on which `line`. Only Jinja is imported here, so that the limit of memory is the template's.
"""

from __future__ import annotations

import json
import os
import pickle
import re
import sys
from typing import Any

from jinja2 import StrictUndefined, TemplateError, TemplateSyntaxError
from jinja2.sandbox import ImmutableSandboxedEnvironment
from markupsafe import Markup, escape

MEMORY = 1_000_000_000
LARGEST_RESULT = 50_000_000


def main() -> None:
    """Reads a task, fills the template, writes the answer."""
    task = pickle.load(sys.stdin.buffer)
    _limit(task["seconds"])
    answer = json.dumps(_filled(task)).encode()
    while answer:
        answer = answer[os.write(1, answer) :]


def _limit(seconds: int) -> None:
    """Memory and time of this process; where the system knows no limits, the parent's timeout remains."""
    try:
        import resource
    except ImportError:
        return
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 1))


def _filled(task: dict[str, Any]) -> dict[str, object]:
    environment = ImmutableSandboxedEnvironment(
        autoescape=task["kind"] == "html", undefined=StrictUndefined, keep_trailing_newline=True
    )
    environment.filters["code"] = code
    try:
        text = environment.from_string(task["text"]).render(task["values"])
    except TemplateSyntaxError as problem:
        return {"what": problem.message or "it cannot be read", "line": problem.lineno}
    except MemoryError:
        return {"what": f"it takes more than {MEMORY // 1_000_000} MB of memory", "line": None}
    except RecursionError:
        return {"what": "it calls itself without end", "line": None}
    except (TemplateError, ArithmeticError, AttributeError, LookupError, TypeError, ValueError) as problem:
        return {"what": str(problem) or type(problem).__name__, "line": _line(problem)}
    if len(text) > LARGEST_RESULT:
        return {"what": f"it gives {len(text):,} characters; the limit is {LARGEST_RESULT:,}", "line": None}
    return {"text": text}


def _line(problem: BaseException) -> int | None:
    """The line of the template that failed: Jinja gives its frames the lines of the template."""
    line, frame = None, problem.__traceback__
    while frame is not None:
        if frame.tb_frame.f_code.co_filename == "<template>":
            line = frame.tb_lineno
        frame = frame.tb_next
    return line


def code(text: str) -> Markup:
    """Plain text in which names in backticks become code."""
    parts = re.split(r"`([^`]*)`", text)
    return Markup("").join(
        Markup("<code>{}</code>").format(part) if place % 2 else escape(part) for place, part in enumerate(parts)
    )
