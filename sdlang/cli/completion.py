"""`sdrun completion SHELL`: the script that makes the Tab key know sdrun."""

from __future__ import annotations

import click
from click.shell_completion import get_completion_class


@click.command()
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
@click.pass_context
def completion(context: click.Context, shell: str) -> None:
    """Print the completion script of a shell.

    \b
    bash: echo 'eval "$(sdrun completion bash)"' >> ~/.bashrc
    zsh:  echo 'eval "$(sdrun completion zsh)"' >> ~/.zshrc
    fish: sdrun completion fish > ~/.config/fish/completions/sdrun.fish
    """
    kind = get_completion_class(shell)
    assert kind is not None, "click knows these shells"
    click.echo(kind(context.find_root().command, {}, "sdrun", "_SDRUN_COMPLETE").source())
