"""`sdrun diff OLD.sd NEW.sd`, `sdrun diff MODEL.sd ONE OTHER`: what differs, and what it does to the results."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

from sdlang.cli import files
from sdlang.cli.messages import FAILED, Messages, message_options
from sdlang.cli.models import open_model
from sdlang.compiler import Checked, check as check_model
from sdlang.diagnostics import ModelError
from sdlang.model.data import Reader
from sdlang.model.differences import Difference, Kind
from sdlang.model.scenario import BASE
from sdlang.render import visible
from sdlang.units.dates import spoken_time

if TYPE_CHECKING:
    from sdlang.results.comparison import Apart
    from sdlang.studies.differences import Effect, Report

MOST_SHOWN = 6
# Courses that are this near, as a share of their size, are told with --all only.
SMALL = 1e-3
USAGE = 2


@click.command()
@click.argument("models", metavar="OLD.sd NEW.sd | MODEL.sd SCENARIO SCENARIO", nargs=-1, required=True)
@click.option("--scenario", default=BASE, show_default=True, help="The run to compare of two files.")
@click.option("--all", "shows_all", is_flag=True, help="Tell every result that differs, not only the largest.")
@click.option("--json", "json_file", metavar="FILE|-", help="Write the differences as JSON; - is standard output.")
@click.option("--exit-code", is_flag=True, help="Exit with 3 if something differs.")
@message_options
def diff(
    models: tuple[str, ...],
    scenario: str,
    shows_all: bool,
    json_file: str | None,
    exit_code: bool,
    message_format: str,
    colour: str,
) -> None:
    """Say what differs between two models, or two scenarios of one: declarations, results, and which causes which."""
    from sdlang.studies.differences import between_files, between_scenarios

    messages = Messages(message_format, colour)
    if len(models) not in (2, 3):
        raise click.UsageError("give two model files, or a model file and two of its scenarios")
    old, read = _checked(models[0], messages)
    try:
        if len(models) == 2:
            new, _ = _checked(models[1], messages)
            report = between_files(old, new, read, scenario)
            title = f"{models[0]} -> {models[1]}"
        else:
            report = between_scenarios(old, models[1], models[2])
            title = f"{models[0]}: {models[1]} -> {models[2]}"
    except ModelError as mistakes:
        messages.show(mistakes.diagnostics)
        raise click.exceptions.Exit(USAGE) from None
    if json_file is not None:
        files.write_or_print(json_file, json.dumps(as_plain(report), ensure_ascii=False, indent=1) + "\n")
    if json_file != files.STANDARD_OUTPUT:
        click.echo("\n".join(visible(line) for line in lines(report, title, None if shows_all else MOST_SHOWN)))
    if exit_code and not report.is_empty:
        raise click.exceptions.Exit(FAILED)


def _checked(name: str, messages: Messages) -> tuple[Checked, Reader]:
    with messages.errors():
        source, read = open_model(name)
        return check_model(source, read), read


def lines(report: Report, title: str, most: int | None) -> list[str]:
    """The summary, line by line."""
    if report.is_empty:
        return [f"{title}: nothing differs"]
    told = [title]
    counting = [each for each in report.declarations if each.kind is not Kind.SAID]
    told += [f"  {_declaration(each)}" for each in counting]
    said = [f"`{each.name or each.word}`" for each in report.declarations if each.kind is Kind.SAID]
    if said:
        told.append(f"  only labels, documentation or sources differ: {', '.join(said)}")
    told += ["", *_results(report, most)]
    told += [f"  {_judged(each.text, each.after)}; {each.detail}" for each in report.judgements]
    return told


def _results(report: Report, most: int | None) -> list[str]:
    if report.failure:
        return [f"results cannot be compared: {report.failure}"]
    where = "" if report.scenario == BASE else f" under {report.scenario}"
    if not report.effects and not report.judgements:
        return [f"no result differs{where}"]
    shown = report.effects if most is None else [each for each in report.effects if each.apart.distance > SMALL][:most]
    told = [f"results{where}", *(f"  {_effect(effect)}" for effect in shown)]
    left = len(report.effects) - len(shown)
    return [*told, f"  and {left} more that differ less: --all shows them"] if left else told


def _declaration(difference: Difference) -> str:
    line = difference.span.position().line
    share = "" if difference.share is None else f" ({_percent(difference.share)})"
    place = f"line {line}"
    match difference.kind:
        case Kind.ADDED:
            return f"added    {difference.after}, {place}"
        case Kind.REMOVED:
            return f"removed  {difference.before}, {place} of the old"
        case Kind.RENAMED:
            return f"renamed  {difference.before} -> {difference.after}, {place}"
        case _:
            name = difference.name or difference.word
            return f"changed  {name}: {difference.before} -> {difference.after}{share}, {place}"


def _effect(effect: Effect) -> str:
    told = _apart(effect.apart)
    if not effect.causes:
        return told
    places = [
        f"line {cause.span.position().line}" + (f" (`{cause.name}`)" if cause.name else "") for cause in effect.causes
    ]
    return f"{told}, from {places[0]}" if len(places) == 1 else f"{told}, from {', '.join(places)} together"


def _apart(apart: Apart) -> str:
    """`peak vacancies 12 % lower (45.2 -> 39.8 people), at 2027.5 instead of 2026`"""
    from sdlang.report.numbers import with_unit, without_unit

    before, after = apart.before, apart.after
    way = "higher" if apart.change > 0 else "lower"
    by = abs(apart.change / before.value) if before.value else 0.0
    how = f"{_percent(by).lstrip('+')} {way}" if 5e-4 <= by < 10 else way
    is_plain = apart.unit != "percent" and not apart.unit.startswith("1/")
    first = without_unit(before.value, apart.unit) if is_plain else with_unit(before.value, apart.unit)
    values = f"{first} -> {with_unit(after.value, apart.unit)}"
    if apart.change == 0:
        how, values = "the same", with_unit(after.value, apart.unit)
    name = f"{before.what} {apart.name}" if before.what in ("peak", "trough") else apart.name
    now, then = (spoken_time(mark.time, apart) for mark in (after, before))
    when = f" at {now}"
    if before.what in ("peak", "trough"):
        when = "" if before.time == after.time else f", at {now} instead of {then}"
        return f"{name} {how} ({values}){when}"
    return f"{name} {how}{when} ({values})"


def _judged(text: str, holds: bool) -> str:
    return f"now {'holds' if holds else 'FAILS'}: expect {text}"


def _percent(share: float) -> str:
    return f"{100 * share:+.3g} %"


def as_plain(report: Report) -> dict[str, object]:
    """The differences as plain values: `schema`, `declarations`, `results`, `expectations`."""
    return {
        "schema": 1,
        "scenario": report.scenario,
        "failure": report.failure,
        "declarations": [
            {
                "kind": each.kind.value,
                "what": each.word,
                "name": each.name,
                "before": each.before,
                "after": each.after,
                "file": Path(each.span.source.name).name,
                "line": each.span.position().line,
                "change": each.share,
            }
            for each in report.declarations
        ],
        "results": [
            {
                "name": effect.apart.name,
                "unit": effect.apart.unit,
                "mark": effect.apart.before.what,
                "before": {"time": effect.apart.before.time, "value": effect.apart.before.value},
                "after": {"time": effect.apart.after.time, "value": effect.apart.after.value},
                "distance": effect.apart.distance,
                "from": [cause.name or cause.word for cause in effect.causes],
            }
            for effect in report.effects
        ],
        "expectations": [
            {"expect": each.text, "before": each.before, "after": each.after, "detail": each.detail}
            for each in report.judgements
        ],
    }
