"""One decorator that gives every subcommand the common options and one-line errors."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Annotated, Any, get_type_hints

import typer

from theory.errors import InputError
from verify.cli.console import Console
from verify.cli.help import Command

COMMON: dict[str, tuple[Any, Any]] = {
    "as_json": (
        Annotated[bool, typer.Option("--json", help="One JSON object on stdout, nothing else.")],
        False,
    ),
    "debug": (Annotated[bool, typer.Option("--debug", help="Show tracebacks.")], False),
    "quiet": (Annotated[bool, typer.Option("--quiet", help="No progress, no notes.")], False),
    "threads": (
        Annotated[
            str | None, typer.Option("--threads", metavar="K", help="Threads for numerical work.")
        ],
        None,
    ),
}


def command(
    app: typer.Typer, name: str, **settings: Any
) -> Callable[[Callable[..., int | None]], Callable[..., int]]:
    """Register ``function(console, ...)`` as ``name``; its return value is the exit status."""

    def register(function: Callable[..., int | None]) -> Callable[..., int]:
        hints = get_type_hints(function, include_extras=True)
        own = list(inspect.signature(function).parameters.values())[1:]

        def run(**arguments: Any) -> int:
            common = {key: arguments.pop(key) for key in COMMON}
            threads = common.pop("threads")
            console = Console(**common, threads=_limit_threads(threads))
            return function(console, **arguments) or 0

        shared = [
            inspect.Parameter(key, inspect.Parameter.KEYWORD_ONLY, default=default, annotation=kind)
            for key, (kind, default) in COMMON.items()
        ]
        mine = [
            parameter.replace(annotation=hints[parameter.name], kind=inspect.Parameter.KEYWORD_ONLY)
            for parameter in own
        ]
        run.__signature__ = inspect.Signature([*mine, *shared])  # type: ignore[attr-defined]
        run.__annotations__ = {entry.name: entry.annotation for entry in (*mine, *shared)}
        run.__doc__, run.__name__ = function.__doc__, function.__name__
        app.command(name, cls=Command, **settings)(run)
        return run

    return register


def _limit_threads(text: str | None) -> int | None:
    """Set the thread count of the numerical libraries, which read it when first imported."""
    if text is None:
        return None
    import os

    count = parse_integer(text, argument="--threads", low=1, high=1024)
    for variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
        os.environ[variable] = str(count)
    return count


def torch_threads(threads: int | None) -> None:
    """``--threads`` for torch, one by default; nothing where torch is not installed.

    A training step takes a fraction of a millisecond; on a busy machine, waiting for a second
    thread makes it ten times slower.
    """
    from importlib.util import find_spec

    if find_spec("torch") is not None:
        import torch

        torch.set_num_threads(threads or 1)


def parse_integer(text: str, *, argument: str, low: int, high: int) -> int:
    """An integer in [low, high]; raises InputError naming ``argument`` otherwise."""
    accepted = f"an integer from {low} to {high} is accepted"
    cleaned = text.strip()
    digits = cleaned.removeprefix("-").removeprefix("+")
    if not (digits.isascii() and digits.isdigit() and len(digits) <= 30):
        raise InputError(argument, text, "not an integer:", accepted)
    value = int(cleaned)
    if not low <= value <= high:
        raise InputError(argument, text, "out of range:", accepted)
    return value


def choose(text: str, *, argument: str, options: tuple[str, ...]) -> str:
    """One of ``options``; raises InputError with the nearest one otherwise."""
    if text in options:
        return text
    import difflib

    near = difflib.get_close_matches(text, options, n=1)
    hint = f"; did you mean {near[0]!r}?" if near else ""
    raise InputError(argument, text, "unknown:", f"{', '.join(options)} are accepted{hint}")
