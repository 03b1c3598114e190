"""The command ``icebound``: exit statuses and one-line errors; see the README for the commands."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from typing import Any

from theory.errors import IceboundError

INTERNAL = 4
INTERRUPTED = 130


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit status (0, 1, 2, 3, 4 or 130)."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    from verify.cli.app import build

    try:
        status = build()(words, standalone_mode=False, prog_name="icebound")
    except KeyboardInterrupt:
        status = INTERRUPTED
    except BrokenPipeError:
        sys.stderr.close()
        return 0
    except Exception as error:
        if "--debug" in words:
            raise
        return _report(_described(error), as_json="--json" in words)
    if status == INTERRUPTED:
        sys.stderr.write("icebound: error: interrupted; files that were not finished are not kept\n")
    return int(status or 0)


def _described(error: Exception) -> tuple[int, dict[str, Any], str]:
    """Exit status, JSON form and line for any exception."""
    if isinstance(error, IceboundError):
        return error.exit_status, _entry(error.kind, error), str(error)
    usage = _usage(error)
    if usage is not None:
        return 2, _entry(usage.kind, usage), str(usage)
    kind = type(error).__name__
    detail = " ".join(str(error).split())[:200]
    internal = IceboundError("internal", detail, f"{kind}:", "run again with --debug and report it")
    return INTERNAL, _entry("internal", internal), str(internal)


def _usage(error: Exception) -> IceboundError | None:
    """A parser error (unknown option, missing value) in our own form; None for anything else."""
    from typer.exceptions import TyperException

    if not isinstance(error, TyperException):
        return None
    from theory.errors import InputError

    option = getattr(error, "option_name", None)
    hint = getattr(getattr(error, "param", None), "opts", None)
    argument = option or (hint[-1] if hint else "command line")
    message = " ".join(error.format_message().split()).rstrip(".")
    context = getattr(error, "ctx", None)
    path = context.command_path if context is not None else "icebound"
    return InputError(argument, message, "usage:", f"see '{path} --help'")


def _entry(kind: str, error: IceboundError) -> dict[str, Any]:
    return {
        "kind": kind,
        "argument": error.argument,
        "value": error.value,
        "accepted": error.accepted,
    }


def _report(described: tuple[int, dict[str, Any], str], *, as_json: bool) -> int:
    status, entry, line = described
    if as_json:
        sys.stdout.write(json.dumps({"error": entry}, ensure_ascii=False) + "\n")
    sys.stdout.flush()
    sys.stderr.write(f"icebound: error: {line}\n")
    return status


if __name__ == "__main__":
    raise SystemExit(main())
