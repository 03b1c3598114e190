"""The command ``icebound``: exit statuses and one-line errors; see the README for the commands."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from theory.errors import IceboundError, InputError
from verify.cli.console import Console

INTERRUPTED = 130


class InternalError(IceboundError):
    """A failure that nobody foresaw (exit status 4)."""

    kind = "internal"
    exit_status = 4


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
        described = _described(error)
        console = Console(as_json="--json" in words)
        console.result({"error": described.entry()})
        console.error(described)
        return described.exit_status
    if status == INTERRUPTED:
        Console().error("interrupted; finished points and training checkpoints are kept")
    return int(status or 0)


def _described(error: Exception) -> IceboundError:
    """Any exception as one with a line, a JSON form and an exit status."""
    if isinstance(error, IceboundError):
        return error
    usage = _usage(error)
    if usage is not None:
        return usage
    detail = " ".join(str(error).split())[:200]
    return InternalError("internal", detail, f"{type(error).__name__}:", "--debug shows more")


def _usage(error: Exception) -> IceboundError | None:
    """A parser error (unknown option, missing value) in our own form; None for anything else."""
    from typer.exceptions import TyperException

    if not isinstance(error, TyperException):
        return None
    option = getattr(error, "option_name", None)
    hint = getattr(getattr(error, "param", None), "opts", None)
    argument = option or (hint[-1] if hint else "command line")
    context = getattr(error, "ctx", None)
    accepted = f"see '{context.command_path if context is not None else 'icebound'} --help'"
    if type(error).__name__ == "MissingParameter":
        return InputError(argument, "nothing", "is required, got", accepted)
    if type(error).__name__ == "NoArgsIsHelpError":
        return InputError(argument, "nothing", "needs a command, got", accepted)
    message = " ".join(error.format_message().split()).rstrip(".")
    return InputError(argument, message, "usage:", accepted)


if __name__ == "__main__":
    raise SystemExit(main())
