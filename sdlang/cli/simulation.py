"""Running a model for `run` and `test`: the driver's answer, or the exit code of what went wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from sdlang.cli.messages import FAILED, HAS_ERRORS, Messages
from sdlang.compiler import Checked, Options, simulate as simulate_checked
from sdlang.diagnostics import ModelError

if TYPE_CHECKING:
    from sdlang.results.outcome import Outcome

USAGE = 2


def simulate(checked: Checked, options: Options, messages: Messages) -> Outcome:
    """All runs asked for. What is wrong is said, and the command ends: 2 for options that do not fit the model, 1 for
    a model that cannot be run, 3 for a run that cannot go on."""
    from sdlang.cli.errors import numeric_failure
    from sdlang.engines.base import NumericFailure

    try:
        return simulate_checked(checked, options)
    except ModelError as mistakes:
        messages.show(mistakes.diagnostics)
        as_written = options == Options(scenarios=options.scenarios, step_check=options.step_check)
        sources = {diagnostic.span.source for diagnostic in mistakes.diagnostics if diagnostic.span is not None}
        is_the_models = as_written and checked.model.source in sources
        raise click.exceptions.Exit(HAS_ERRORS if is_the_models else USAGE) from None
    except NumericFailure as failure:
        messages.show([numeric_failure(failure, checked.model.clock.unit.text)])
        raise click.exceptions.Exit(FAILED) from None
