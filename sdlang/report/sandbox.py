"""The user's own template, which nobody has read: it runs in Jinja's sandbox, in a process of its own with limits.

The sandbox keeps a template from reaching Python; the process keeps it from taking all the time and memory there is
(a loop inside a loop, a text times a billion). The process gets plain values, and gives back a text.
"""

from __future__ import annotations

import json
import pickle
import subprocess
import sys
from typing import Any

from sdlang.diagnostics import Diagnostic, ModelError
from sdlang.report.context import context
from sdlang.results.outcome import Outcome
from sdlang.source import Source, Span
from sdlang.version import __version__

SECONDS = 20
# -P: a file in the folder of the command must not stand in for a module.
CHILD = [sys.executable, "-P", "-c", "from sdlang.report.child import main; main()"]


def render_template(
    outcome: Outcome, text: str, *, name: str = "<template>", kind: str = "html", seconds: int = SECONDS
) -> str:
    """The user's template filled with what a report says. `kind` is html (everything is escaped) or md.

    Raises ModelError with the place in the template if it cannot be filled, or takes more than its share of time
    and memory.
    """
    values = {**context(outcome), "version": __version__}
    task = pickle.dumps({"text": text, "values": values, "kind": kind, "seconds": seconds})
    try:
        done = subprocess.run(CHILD, input=task, capture_output=True, timeout=seconds + 5)
        answer: dict[str, Any] = json.loads(done.stdout or b"{}")
    except subprocess.TimeoutExpired:
        answer = {}
    except ValueError:
        answer = {"what": "it ended without an answer"}
    if "text" in answer:
        return str(answer["text"])
    told = answer.get("what", f"it takes longer than {seconds} s, or more memory than there is")
    raise ModelError([_failure(name, text, str(told), answer.get("line"))])


def _failure(name: str, text: str, what: str, line: int | None) -> Diagnostic:
    span = None
    if line is not None:
        lines = text.split("\n")
        start = sum(len(each) + 1 for each in lines[: line - 1])
        span = Span(Source(name, text), start, start + len(lines[line - 1]) if line <= len(lines) else start)
    return Diagnostic(
        "template-failure",
        f"the template `{name}` cannot be filled: {what}",
        span,
        hint="a template sees title, sections, variables, runs, scenarios, held and failed",
    )
