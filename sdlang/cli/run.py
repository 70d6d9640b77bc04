"""`sdrun run MODEL.sd`: compile, simulate, and hand over the summary, the report and the data.

Without `--scenario` the report compares every scenario, and data files hold the run without one. All files are written
before anything is printed, each whole or not at all; none may take the place of another, or of what was read.
"""

from __future__ import annotations

import csv
import json
import sys
from collections.abc import Mapping, Sequence
from dataclasses import replace
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING

import click

from sdlang.cli import files
from sdlang.cli.completing import scenarios_to_run
from sdlang.cli.messages import FAILED, Messages, is_coloured, message_options
from sdlang.cli.models import STANDARD_INPUT, open_model
from sdlang.cli.simulation import USAGE
from sdlang.compiler import Options, StepCheck, check, read_source
from sdlang.diagnostics import ModelError
from sdlang.model.clock import METHODS
from sdlang.model.data import Reader
from sdlang.model.random_numbers import MOST_SEED
from sdlang.model.scenario import BASE
from sdlang.model.settings import ALL

if TYPE_CHECKING:
    from sdlang.results.ensemble import Ensemble
    from sdlang.results.outcome import Outcome
    from sdlang.results.run import Run

SUFFIXES = {"html": ".html", "md": ".md"}
NO_REPORT = "none"


def _engines(_context: click.Context, _parameter: click.Parameter, incomplete: str) -> list[str]:
    """For the Tab key."""
    from sdlang.engines.base import ENGINES

    return [name for name in ENGINES if name.startswith(incomplete)]


def _methods(_context: click.Context, _parameter: click.Parameter, incomplete: str) -> list[str]:
    """For the Tab key."""
    return [name for name in METHODS if name.startswith(incomplete)]


@click.command(short_help="Run a model: summary, report, data.")
@click.argument("model", metavar="MODEL.sd", type=click.Path(allow_dash=True))
@click.option(
    "-o",
    "--output",
    metavar="FILE",
    type=click.Path(),
    help="Where the report goes, by default MODEL.html; - is standard output.",
)
@click.option(
    "--report",
    type=click.Choice([*SUFFIXES, NO_REPORT]),
    help="The kind of report; by default html, or as the suffix of --output says.",
)
@click.option("--template", metavar="FILE", type=click.Path(), help="Your own Jinja template for the report.")
@click.option("--csv", "csv_file", metavar="FILE|-", help="Write the runs as CSV; - is standard output.")
@click.option("--json", "json_file", metavar="FILE|-", help="Write the runs as JSON; - is standard output.")
@click.option(
    "--scenario",
    "scenarios",
    metavar="NAME",
    multiple=True,
    shell_complete=scenarios_to_run,
    help="A scenario to run, some of them at once (`fund+remote`), or `all`; repeatable.",
)
@click.option(
    "--set", "settings", metavar="NAME=VALUE", multiple=True, help='Such as "attrition=10%/year"; repeatable.'
)
@click.option("--engine", default="", shell_complete=_engines, help="The engine that runs the model.")
@click.option(
    "--method", default="", shell_complete=_methods, help="The integration method, such as euler, rk4 or lsoda."
)
@click.option("--step", metavar="TIME", help='The step, such as "1 week", or a number in the model\'s unit of time.')
@click.option("--from", "start", metavar="TIME", help="Where the run begins.")
@click.option("--to", "stop", metavar="TIME", help="Where the run ends.")
@click.option(
    "--seed", type=click.IntRange(0, MOST_SEED), metavar="N", help="Draw other random numbers than the model says."
)
@click.option("--runs", type=click.IntRange(2), metavar="N", help="Make an ensemble of N runs of each scenario.")
@click.option("--quantiles", metavar="FILE|-", help="Write the quantiles of the ensemble as CSV; - is standard output.")
@click.option("--no-step-check", is_flag=True, help="Do not repeat each run at half the step.")
@click.option("-q", "--quiet", is_flag=True, help="Print only errors and expectations that do not hold.")
@message_options
def run(
    model: str,
    output: str | None,
    report: str | None,
    template: str | None,
    csv_file: str | None,
    json_file: str | None,
    scenarios: tuple[str, ...],
    settings: tuple[str, ...],
    engine: str,
    method: str,
    step: str | None,
    start: str | None,
    stop: str | None,
    seed: int | None,
    runs: int | None,
    quantiles: str | None,
    no_step_check: bool,
    quiet: bool,
    message_format: str,
    colour: str,
) -> None:
    """Run a model: print a summary, write the report beside it, and data where asked.

    MODEL.sd may be - for standard input.
    """
    from sdlang.cli.main import COMMANDS
    from sdlang.cli.simulation import simulate

    report_file, kind = _report_place(model, output, report, template)
    written = [place for place in (csv_file, json_file, quantiles, report_file) if place is not None]
    files.keep_apart(written, [place for place in (model, template) if place is not None])
    messages = Messages(message_format, colour)
    options = Options(
        scenarios=scenarios or (ALL,),
        parameters=_parameters(settings),
        engine=engine,
        method=method,
        step=step,
        start=start,
        stop=stop,
        step_check=StepCheck.NONE if no_step_check else StepCheck.HALF,
        seed=seed,
        runs=runs,
    )
    data_files: list[str] = []
    with messages.errors():
        source, read = open_model(model, COMMANDS)
        checked = check(source, _Noting(read, Path(model).parent, data_files))
    files.keep_apart(written, data_files)
    if not quiet:
        messages.show(checked.warnings)
    if quantiles is not None and runs is None:
        options = replace(options, runs=checked.model.clock.runs)
    outcome = simulate(checked, options, messages)

    made = outcome.runs if scenarios else {BASE: outcome.runs[BASE]}
    if csv_file is not None:
        files.write_or_print(csv_file, as_csv(made))
    if json_file is not None:
        files.write_or_print(json_file, as_json(made, outcome))
    if quantiles is not None:
        files.write_or_print(quantiles, as_csv({name: outcome.ensembles[name] for name in made}))
    if report_file is not None:
        files.write_or_print(report_file, _rendered(outcome, kind, template, messages))
    from sdlang.cli.summary import print_failures, print_summary

    if quiet or files.STANDARD_OUTPUT in written:
        print_failures(outcome, sys.stderr, is_coloured(sys.stderr, colour))
    else:
        print_summary(outcome, sys.stdout, is_coloured(sys.stdout, colour))
    if report_file not in (None, files.STANDARD_OUTPUT) and not quiet:
        click.echo(f"report: {report_file}", err=True)
    if not all(verdict.holds for verdict in outcome.verdicts):
        raise click.exceptions.Exit(FAILED)


def as_csv(runs: Mapping[str, Run | Ensemble]) -> str:
    """The table of a run or an ensemble; of several with a first column `scenario`, and a blank where one lacks a
    variable."""
    if len(runs) == 1:
        return next(iter(runs.values())).to_csv()
    tables = {scenario: list(csv.DictReader(StringIO(run.to_csv()))) for scenario, run in runs.items()}
    columns = dict.fromkeys(name for rows in tables.values() for name in rows[0])
    text = StringIO()
    writer = csv.DictWriter(text, ["scenario", *columns], lineterminator="\n", restval="")
    writer.writeheader()
    for scenario, rows in tables.items():
        writer.writerows({"scenario": scenario, **row} for row in rows)
    return text.getvalue()


def as_json(runs: Mapping[str, Run], outcome: Outcome) -> str:
    """One object: `schema`, `runs` by scenario as `Run.to_json` gives them, and the verdicts on `expectations`."""
    verdicts = [
        {
            "expect": verdict.text,
            "scenario": verdict.scenario or BASE,
            "holds": verdict.holds,
            "margin": verdict.margin,
            "unit": verdict.unit,
            "time": verdict.time,
        }
        for verdict in outcome.verdicts
        if (verdict.scenario or BASE) in runs
    ]
    data = {"schema": 1, "runs": {name: json.loads(run.to_json()) for name, run in runs.items()}}
    return json.dumps({**data, "expectations": verdicts}, ensure_ascii=False, indent=1) + "\n"


def _parameters(settings: Sequence[str]) -> dict[str, float | str]:
    """`name=value` texts as a mapping; the value is read by the compiler, units and all."""
    parameters: dict[str, float | str] = {}
    for setting in settings:
        name, equals, value = setting.partition("=")
        if not equals or not name.strip() or not value.strip():
            raise click.BadParameter(
                f'`{setting}` is no NAME=VALUE; write --set "attrition=10%/year"', param_hint="--set"
            )
        parameters[name.strip()] = value.strip()
    return parameters


class _Noting:
    """A reader that writes down which files it read."""

    def __init__(self, read: Reader, folder: Path, noted: list[str]) -> None:
        self.read, self.folder, self.noted = read, folder, noted

    def __call__(self, path: str, /) -> str:
        text = self.read(path)
        self.noted.append(str(self.folder / path))
        return text

    def content(self, path: str, /) -> bytes:
        content = self.read.content(path)
        self.noted.append(str(self.folder / path))
        return content


def _report_place(model: str, output: str | None, kind: str | None, template: str | None) -> tuple[str | None, str]:
    """Where the report goes, and its kind. A model from standard input has one only where `--output` says so."""
    if kind is None:
        named = (output or template or "").removesuffix(".j2")
        kind = "md" if Path(named).suffix in (".md", ".markdown") else "html"
    if kind == NO_REPORT or (model == STANDARD_INPUT and output is None):
        return None, kind
    return output or str(Path(model).with_suffix(SUFFIXES[kind])), kind


def _rendered(outcome: Outcome, kind: str, template: str | None, messages: Messages) -> str:
    """The report as text; what is wrong with the user's template is said, and ends the command."""
    from sdlang import report

    if template is None:
        return report.render_markdown(outcome) if kind == "md" else report.render_html(outcome)
    try:
        return report.render_template(outcome, read_source(Path(template)).text, name=template, kind=kind)
    except ModelError as mistakes:
        messages.show(mistakes.diagnostics)
        raise click.exceptions.Exit(USAGE) from None
