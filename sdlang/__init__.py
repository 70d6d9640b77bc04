"""sdlang: a text language for system dynamics.

    >>> import sdlang
    >>> model = sdlang.load("models/labor_pool.sd")
    >>> run = model.run()
    >>> run["staff"]

Everything public is here; names are imported when they are first used, so `import sdlang` costs nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from sdlang.version import __version__

if TYPE_CHECKING:
    from sdlang.api import Model, compile, format, load
    from sdlang.compiler import StepCheck
    from sdlang.diagnostics import Diagnostic, ModelError, Severity
    from sdlang.engines.base import NumericFailure
    from sdlang.extras import MissingExtra
    from sdlang.results.expectations import Verdict
    from sdlang.results.outcome import Outcome
    from sdlang.results.run import Run, StepError
    from sdlang.source import Span

_HOMES = {
    "Diagnostic": "sdlang.diagnostics",
    "MissingExtra": "sdlang.extras",
    "Model": "sdlang.api",
    "ModelError": "sdlang.diagnostics",
    "NumericFailure": "sdlang.engines.base",
    "Outcome": "sdlang.results.outcome",
    "Run": "sdlang.results.run",
    "Severity": "sdlang.diagnostics",
    "Span": "sdlang.source",
    "StepCheck": "sdlang.compiler",
    "StepError": "sdlang.results.run",
    "Verdict": "sdlang.results.expectations",
    "compile": "sdlang.api",
    "format": "sdlang.api",
    "load": "sdlang.api",
}

__all__ = [
    "Diagnostic",
    "MissingExtra",
    "Model",
    "ModelError",
    "NumericFailure",
    "Outcome",
    "Run",
    "Severity",
    "Span",
    "StepCheck",
    "StepError",
    "Verdict",
    "__version__",
    "compile",
    "format",
    "load",
]


def __getattr__(name: str) -> Any:
    if name in _HOMES:
        return getattr(import_module(_HOMES[name]), name)
    raise AttributeError(f"module 'sdlang' has no attribute {name!r}")


def __dir__() -> list[str]:
    return __all__
