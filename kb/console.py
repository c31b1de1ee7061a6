"""Owns how the command line prints and ends: tables, progress bars, JSON, counts, exit codes. Never decides what is said."""

import contextlib
import json
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

import typer

from kb.errors import KbError

if TYPE_CHECKING:
    from kb.search.embedding import Report


@contextlib.contextmanager
def progress(quiet: bool) -> Iterator["Report"]:
    """A progress bar on a terminal, else a plain line for each stage and each quarter of it, so that logs stay short."""
    if quiet:
        yield lambda *_: None
        return
    if not sys.stderr.isatty():
        said: set[tuple[str, int]] = set()

        def line(stage: str, done: int, total: int) -> None:
            quarter = 4 * done // total if total else 4
            if (stage, quarter) not in said:
                said.add((stage, quarter))
                typer.echo(f"{stage}: {done:,} of {total:,}", err=True)

        yield line
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    with Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        console=Console(stderr=True),
        transient=True,
    ) as bar:
        tasks: dict[str, Any] = {}

        def show(stage: str, done: int, total: int) -> None:
            if stage not in tasks:
                tasks[stage] = bar.add_task(stage, total=total)
            bar.update(tasks[stage], completed=done, total=total)

        yield show


def table(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Prints rows under headings; words in square brackets are marks of Rich, so escape what people wrote."""
    from rich.box import SIMPLE
    from rich.console import Console
    from rich.table import Table

    table = Table(*columns, box=SIMPLE, show_edge=False)
    for row in rows:
        table.add_row(*row)
    Console(width=None if sys.stdout.isatty() else 140).print(table)


def escape(text: str) -> str:
    """The text so that Rich prints it as it is."""
    from rich.markup import escape

    return escape(text)


def print_json(data: Any) -> None:
    """Prints JSON for programs."""
    typer.echo(json.dumps(data, indent=2, ensure_ascii=False))


def count(number: int, one: str, many: str = "") -> str:
    """A number with its noun: "1 file", "2,000 files"."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def run_command(command: Callable[[], None]) -> None:
    """Runs a command; an error of ours becomes a sentence and exit 2, an interrupt exit 130."""
    try:
        command()
    except KbError as error:
        typer.echo(f"Error: {error}", err=True)
        raise typer.Exit(2) from None
    except KeyboardInterrupt:
        raise typer.Exit(130) from None
