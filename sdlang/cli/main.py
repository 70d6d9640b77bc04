"""`sdrun`: the command line's front door. `sdrun MODEL.sd` runs a model; verbs do the rest.

`COMMANDS` is the table of verbs, each a file that is imported when it is called: `sdrun --version` and completion load
none of them. What goes wrong ends here as an exit code: 0 ok, 1 the model has errors, 2 usage, 3 a run that failed
or an expectation that does not hold, 4 a missing extra, 130 interrupted. A traceback is a bug.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

import click
from click.shell_completion import CompletionItem

from sdlang.diagnostics import nearest
from sdlang.extras import MissingExtra
from sdlang.registry import load
from sdlang.version import __version__

COMMANDS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "run": ("sdlang.cli.run:run", "Run a model: summary, report, data."),
        "check": ("sdlang.cli.check:check", "Say what is wrong with models, without running them."),
        "test": ("sdlang.cli.test:test", "Run models and judge their expectations."),
        "fmt": ("sdlang.cli.fmt:fmt", "Lay out model files in the one way."),
        "expand": ("sdlang.cli.expand:expand", "Print a model without components, every variable declared."),
        "diff": ("sdlang.cli.diff:diff", "Say what differs between two models, or two scenarios."),
        "explain": ("sdlang.cli.explain:explain", "Explain an error code."),
        "new": ("sdlang.cli.new:new", "Write a commented model to start from."),
        "completion": ("sdlang.cli.completion:completion", "Print the completion script of a shell."),
    }
)

# As of a program ended by SIGPIPE (13): whoever read our output has gone, which is no mistake.
READER_GONE = 128 + 13
INTERRUPTED = 130
MISSING_EXTRA = 4
USAGE = 2


class Sdrun(click.Group):
    """A group whose first argument may be a model: then the command is `run`."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = load(COMMANDS[cmd_name][0])
        return command

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        own = {name for parameter in self.get_params(ctx) for name in parameter.opts}
        if args and args[0] not in COMMANDS and args[0] not in own:
            if not Path(args[0]).exists() and (meant := nearest(args[0], COMMANDS)):
                raise click.UsageError(f"there is no command or file `{args[0]}`; did you mean `{meant}`?", ctx)
            args = ["run", *args]
        return super().parse_args(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, summary) for name, (_, summary) in COMMANDS.items()])

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        verbs = [
            CompletionItem(name, help=summary) for name, (_, summary) in COMMANDS.items() if name.startswith(incomplete)
        ]
        return [*verbs, *super(click.Group, self).shell_complete(ctx, incomplete), CompletionItem("", type="file")]

    def invoke(self, ctx: click.Context) -> Any:
        try:
            result = super().invoke(ctx)
            sys.stdout.flush()
        except KeyboardInterrupt:
            click.echo("interrupted", err=True)
            ctx.exit(INTERRUPTED)
        except MissingExtra as missing:
            click.echo(f"Error: {missing}", err=True)
            ctx.exit(MISSING_EXTRA)
        except BrokenPipeError:
            # The interpreter flushes again when it ends: give it a place where that succeeds.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            ctx.exit(READER_GONE)
        except OSError as failure:
            click.echo(f"Error: {reason(failure)}", err=True)
            ctx.exit(USAGE)
        return result


def reason(failure: OSError) -> str:
    """``cannot use `report.html`: permission denied``."""
    why = (failure.strerror or str(failure)).lower()
    return f"cannot use `{failure.filename}`: {why}" if failure.filename is not None else why


@click.group(
    cls=Sdrun,
    context_settings={"help_option_names": ["-h", "--help"], "auto_envvar_prefix": "SDRUN"},
    subcommand_metavar="MODEL.sd | COMMAND [ARGS]...",
    epilog="`sdrun MODEL.sd` is short for `sdrun run MODEL.sd`.",
)
@click.version_option(__version__, prog_name="sdrun", message="%(prog)s %(version)s")
def main() -> None:
    """Compile and run system-dynamics models written in the .sd language."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")  # a name in another script must not stop a run
