"""The application object, which can be named before it is complete: `flask --app wsgi --help` needs no feature.

Importing and mapping every feature costs twice what Flask and SQLAlchemy cost. The web server pays that at its
start (`create_app` completes at once); a command line pays it when a command begins that needs them.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from importlib import import_module
from threading import RLock
from typing import Any, cast

import click
from flask import Flask, current_app
from flask.cli import AppGroup
from werkzeug.routing import Map


@dataclass(frozen=True)
class CommandGroup:
    """One group of commands: its name, where it is ("package.feature.cli:variable"), what the help says."""

    name: str
    source: str
    help: str
    alone: bool = False
    """One command that belongs to no group."""


NO_TABLE_OR_COLUMN = {"42P01", "42703"}
"""The SQLSTATEs of PostgreSQL; SQLite says it in words only."""


def _lacks_tables(error: Exception) -> bool:
    """Whether a database refused a statement because of what `db upgrade` makes. Imports no database for it."""
    refusal = getattr(error, "orig", None)
    return getattr(refusal, "sqlstate", None) in NO_TABLE_OR_COLUMN or str(refusal).startswith(
        ("no such table", "no such column")
    )


def _loaded(source: str) -> Any:
    """What stands at `source`, with its feature imported and the application complete."""
    app = current_app
    if isinstance(app, Application):
        app.complete()
    module, _colon, variable = source.partition(":")
    return getattr(import_module(module), variable)


class LazyCommand(click.Command):
    """Stands for a command of no group, without options, until it is asked for."""

    def __init__(self, command: CommandGroup) -> None:
        super().__init__(
            command.name, help=command.help, callback=lambda: _loaded(command.source)()
        )


class LazyGroup(AppGroup):
    """Stands for a group of commands until one of them is asked for; then completes the application first."""

    def __init__(self, group: CommandGroup) -> None:
        super().__init__(group.name, help=group.help)
        self.source = group.source

    def loaded(self) -> click.Group:
        """The group itself."""
        return cast("click.Group", _loaded(self.source))

    def invoke(self, ctx: click.Context) -> Any:
        """Run a command; that the tables were never made, or are older than the code, is told in one line."""
        try:
            return super().invoke(ctx)
        except Exception as error:
            if not _lacks_tables(error):
                raise
            raise click.ClickException(
                "the tables are missing or older than this program; first run: flask --app wsgi db upgrade"
            ) from error

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Names of the commands of the group."""
        return self.loaded().list_commands(ctx)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of that name, or None."""
        return self.loaded().get_command(ctx, cmd_name)


class Application(Flask):
    """Flask, made complete by `finish` once: at the first request, command or look at its addresses."""

    def __init__(self, import_name: str, finish: Callable[[Flask], None]) -> None:
        self._finish: Callable[[Flask], None] | None = None
        self._lock = RLock()
        self._is_finishing = False
        self._failure: BaseException | None = None
        super().__init__(import_name)  # looks at url_map, which must not complete anything yet
        self._finish = finish

    def complete(self) -> None:
        """Every extension, page and hook is in place; a second call does nothing, others wait for the first.

        Raises what `finish` raises, and again each time it is asked: half an application would answer without guards.
        """
        with self._lock:
            if self._failure is not None:
                raise self._failure
            if self._finish is None or self._is_finishing:
                return
            self._is_finishing = True
            try:
                self._finish(self)
            except BaseException as failure:
                self._failure = failure
                raise
            finally:
                self._is_finishing = False
            self._finish = None

    def ensure_sync(self, func: Callable[..., Any]) -> Callable[..., Any]:
        """As it is: nothing of ours is a coroutine, and Flask would look at every hook at every request."""
        return func

    @property
    def url_map(self) -> Map:
        """The addresses, which only the complete application has."""
        if self._finish is not None:
            self.complete()
        return self._url_map

    @url_map.setter
    def url_map(self, value: Map) -> None:
        self._url_map = value

    def make_shell_context(self) -> dict[str, Any]:
        """What `flask shell` begins with; somebody who opens it wants to use the features."""
        self.complete()
        return super().make_shell_context()

    def add_commands(self, groups: Iterable[CommandGroup]) -> None:
        """List these groups of commands without importing them."""
        for group in groups:
            self.cli.add_command(LazyCommand(group) if group.alone else LazyGroup(group))
