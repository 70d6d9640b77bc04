"""`sdrun explain CODE`: what an error means, with a model that has it and the model mended."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import click

from sdlang.diagnostics import did_you_mean
from sdlang.grammar import error_pages


def _codes(_context: click.Context, _parameter: click.Parameter, incomplete: str) -> list[str]:
    """For the Tab key."""
    return [code for path in sorted(error_pages().glob("*.md")) if (code := path.stem).startswith(incomplete)]


@click.command()
@click.argument("code", required=False, shell_complete=_codes)
def explain(code: str | None) -> None:
    """Explain an error code, such as unit-mismatch; without CODE, list them all."""
    pages = {path.stem: path for path in sorted(error_pages().glob("*.md"))}
    if code is None:
        for known, page in pages.items():
            click.echo(f"{known:<28} {headline(page)}")
        return
    code = code.strip().removeprefix("error[").removeprefix("warning[").removesuffix("]")
    if code not in pages:
        meant = did_you_mean(code, pages) or "; `sdrun explain` lists them all"
        raise click.UsageError(f"there is no error `{code}`{meant}")
    click.echo("\n".join(plain_lines(pages[code].read_text(encoding="utf-8"))))


def headline(page: Path) -> str:
    """The first sentence of a page, without its marks."""
    paragraph = page.read_text(encoding="utf-8").split("\n\n")[1].replace("\n", " ").replace("`", "")
    return paragraph.partition(". ")[0].rstrip(".")


def plain_lines(markdown: str) -> Iterator[str]:
    """A page for the terminal: the mark of its title goes, and code is set in instead of fenced."""
    in_code = False
    for line in markdown.rstrip("\n").split("\n"):
        if line.startswith("```"):
            in_code = not in_code
        elif in_code:
            yield f"    {line}".rstrip()
        else:
            yield line.removeprefix("# ")
