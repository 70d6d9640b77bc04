"""What tests of meaning share: a model from a few lines, the codes of its mistakes, and what its constants come to."""

from sdlang.compiler import check
from sdlang.diagnostics import Diagnostic
from sdlang.model.constants import Values, constant_values
from sdlang.model.model import Model
from sdlang.source import Source
from tests.expected import diagnostics_of

CLOCK = "simulate 2025 to 2035 years, step 1 month\n"


def model(text: str) -> Model:
    return check(Source("program.sd", CLOCK + text)).model


def errors(text: str) -> list[Diagnostic]:
    return [found for found in diagnostics_of(CLOCK + text, None) if found.severity == "error"]


def codes(text: str) -> list[str]:
    return [found.code for found in errors(text)]


def values(text: str) -> dict[str, Values]:
    """The values of all that is constant: one number, or one for each element in row-major order."""
    return constant_values(model(text).variables)
