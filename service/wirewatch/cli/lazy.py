"""Groups of commands that import a command's module only when it is asked for."""

from collections.abc import Mapping
from importlib import import_module
from typing import Any

import click

__all__ = ["LazyGroup"]


class LazyGroup(click.Group):
    """A group whose commands are the `command` of a module each: `rules check` then needs neither Kafka nor Faust."""

    def __init__(self, *args: Any, modules: Mapping[str, str], **options: Any) -> None:
        """`modules` are the modules' names by the commands'."""
        super().__init__(*args, **options)
        self._modules = modules

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        """Return the names of the commands, for help."""
        return sorted(self._modules)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 - the same
        """Return the command of this name, None when there is none."""
        if cmd_name not in self._modules:
            return None
        command: click.Command = import_module(self._modules[cmd_name]).command
        return command
