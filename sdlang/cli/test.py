"""`sdrun test FILE...`: the expectations of models as a test suite, in every scenario."""

from __future__ import annotations

import sys

import click

from sdlang.cli.messages import FAILED, HAS_ERRORS, Messages, message_options
from sdlang.cli.models import model_files, open_model
from sdlang.compiler import Options, StepCheck, check as check_model
from sdlang.diagnostics import ModelError
from sdlang.model.settings import ALL
from sdlang.render import visible


@click.command()
@click.argument("models", metavar="[FILE...]", nargs=-1, type=click.Path(allow_dash=True))
@click.option("-q", "--quiet", is_flag=True, help="Print failures and the last line only.")
@message_options
def test(models: tuple[str, ...], quiet: bool, message_format: str, colour: str) -> None:
    """Run models in every scenario and judge their expectations. FILE may be a folder; without FILE, it is this one."""
    from sdlang.cli.simulation import simulate

    messages = Messages(message_format, colour)
    palette = messages.palette(sys.stdout)
    held = failed = 0
    worst = 0
    for name in model_files(models or (".",)):
        try:
            source, read = open_model(name)
            checked = check_model(source, read)
            outcome = simulate(checked, Options(scenarios=(ALL,), step_check=StepCheck.NONE), messages)
        except ModelError as mistakes:
            messages.show(mistakes.diagnostics)
            worst = HAS_ERRORS
            continue
        except click.exceptions.Exit as end:
            failed += end.exit_code == FAILED
            worst = HAS_ERRORS if end.exit_code == HAS_ERRORS else worst
            continue
        failures = [verdict for verdict in outcome.verdicts if not verdict.holds]
        if not quiet or failures:
            click.echo(visible(name))
        for verdict in outcome.verdicts:
            under = f" under {verdict.scenario}" if verdict.scenario else ""
            told = visible(f"expect {verdict.text}{under}")
            if not verdict.holds:
                click.echo(f"  {palette.paint(palette.error, 'FAILS')}  {told}; {visible(verdict.detail)}", color=True)
            elif not quiet:
                click.echo(f"  {palette.paint(palette.hint, 'holds')}  {told}", color=True)
        held += len(outcome.verdicts) - len(failures)
        failed += len(failures)
    click.echo(f"{held} held, {failed} failed")
    code = worst or (FAILED if failed else 0)
    if code:
        raise click.exceptions.Exit(code)
