"""Commands shown in a README with what they print: run again, compared, or written anew.

``python -m verify.readme [--check] README.md`` runs every command of a fenced block that starts
with ``$ icebound``, in order, in a folder of their own (``examples/`` is there, and what earlier
commands wrote).  Without ``--check`` outputs that no longer match are replaced; those that differ
in timings only stay, so that a run without news leaves the file as it is.

What :func:`differences` overlooks: table borders and spacing, timings, and in lines that speak of
training, numbers within a factor of 2, because training follows the rounding of the machine.
"""

from __future__ import annotations

import argparse
import difflib
import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from verify.files import write_text

PROMPT = "$ icebound"
SECONDS = 900
TRAINING_FACTOR = 2.0
INTERNAL_ERROR = 4
# Commands that take longer than a reader of test results wants to wait.
SLOW = {"sandwich", "dynamics", "sweep"}
_FENCE = re.compile(r"^```(?P<kind>[^\n`]*)\n(?P<body>.*?)^```$", re.MULTILINE | re.DOTALL)
_KINDS = {"", "console", "sh", "shell", "text"}
# A path with a star; targets such as exp(-x**2/2) hold stars and slashes as well.
_PATTERN = re.compile(r"[\w.-]+/[\w./-]*\*[\w.-]*")
_BORDER = re.compile(r"[\u2500-\u257f]+")
_TIME = re.compile(r"(?<![\w.])\d+(?:\.\d+)?(?:e[+-]?\d+)? ?(?:ms|s|min|seconds)(?!\w)")
_TRAINING = re.compile(r"train|gradient|tikhonov|test grid", re.IGNORECASE)
_NUMBER = re.compile(
    r"(?P<mantissa>(?<![\w.])[+-]?\d+)\*2\^(?P<power>[+-]?\d+)"
    r"|(?<![\w.])[+-]?\d+(?:\.\d+)?(?:e[+-]?\d+)?(?=x?(?![\w]))"
)


@dataclass(frozen=True)
class Example:
    """A command and the output shown under it, at ``text[start:end]``."""

    command: str
    output: str
    start: int
    end: int

    @property
    def words(self) -> list[str]:
        """The arguments of ``icebound``."""
        return shlex.split(self.command.replace("\\\n", " "))[1:]

    @property
    def folder(self) -> str | None:
        """Where it writes, or None."""
        for position, word in enumerate(self.words):
            if word in ("--out", "-o"):
                return self.words[position + 1]
            if word.startswith("--out="):
                return word.removeprefix("--out=")
        return None

    @property
    def slow(self) -> bool:
        """Whether it trains, or does something else at length."""
        return bool(SLOW & set(self.words[:1])) and "--no-train" not in self.words


def examples(text: str) -> tuple[Example, ...]:
    """Every command of ``text`` in order; other blocks, and other commands, are not touched."""
    return tuple(found for block in _FENCE.finditer(text) for found in _commands(block))


def _commands(block: re.Match[str]) -> Iterator[Example]:
    starts = [match.start() for match in re.finditer(r"^\$ ", block["body"], re.MULTILINE)]
    if not starts or starts[0] != 0 or block["kind"].strip() not in _KINDS:
        return
    ends = [*starts[1:], len(block["body"])]
    for start, end in zip(starts, ends, strict=True):
        piece = block["body"][start:end]
        command = re.match(r"\$ ((?:[^\n]*\\\n)*[^\n]*)\n?", piece)
        if command is None or not piece.startswith(PROMPT):
            continue
        first = block.start("body") + start + command.end()
        last = block.start("body") + end
        yield Example(command[1], piece[command.end() :], first, last)


def needed(shown: Sequence[Example], index: int) -> tuple[int, ...]:
    """The earlier examples in whose folders ``shown[index]`` reads, and theirs, in order."""
    found: set[int] = set()
    for earlier in range(index):
        folder = shown[earlier].folder
        if folder is not None and any(folder in word for word in shown[index].words):
            found |= {earlier, *needed(shown, earlier)}
    return tuple(sorted(found))


def prepare(folder: Path, root: Path) -> None:
    """What commands may refer to: ``examples/`` of the folder of the README."""
    if (root / "examples").is_dir():
        shutil.copytree(root / "examples", folder / "examples")


def run(example: Example, folder: Path) -> str:
    """What the command says in ``folder``, notes and errors included; wildcards are those of sh.

    Raises RuntimeError for an internal error or a command that takes too long.
    """
    words: list[str] = []
    for word in example.words:
        matches = sorted(folder.glob(word)) if _PATTERN.fullmatch(word) else []
        words += [str(path.relative_to(folder)) for path in matches] or [word]
    environment = {
        key: value for key, value in os.environ.items() if key not in ("FORCE_COLOR", "COLUMNS")
    }
    try:
        result = subprocess.run(
            [sys.executable, "-m", "verify", *words],
            cwd=folder,
            env=environment | {"OMP_NUM_THREADS": "1", "PYTHONSAFEPATH": "1"},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            timeout=SECONDS,
        )
    except subprocess.TimeoutExpired:
        raise RuntimeError(f"{example.command}: more than {SECONDS} s") from None
    if result.returncode == INTERNAL_ERROR or "Traceback (most recent" in result.stdout:
        raise RuntimeError(f"{example.command}: {result.stdout[-2000:]}")
    return "".join(f"{line.rstrip()}\n" for line in result.stdout.splitlines()).strip("\n") + "\n"


def differences(shown: str, found: str) -> list[str]:
    """Lines of a diff between two outputs; empty where they say the same."""
    left, right = _normal(shown), _normal(found)
    same = [a if _agree(a, b) else b for a, b in zip(left, right, strict=False)]
    kept = same + right[len(left) :]
    return list(difflib.unified_diff(left, kept, "shown", "found", lineterm="", n=1))


def _normal(output: str) -> list[str]:
    """Lines without borders, spacing and timings; the column ``seconds`` of a table is masked."""
    lines, seconds = [], None
    for line in output.splitlines():
        cells = [cell.strip() for cell in re.split("[\u2502\u2503]", line)]
        if "\u2503" in line:
            seconds = cells.index("seconds") if "seconds" in cells else None
        elif seconds is not None and len(cells) > seconds and cells[seconds]:
            cells[seconds] = "TIME"
        text = " ".join(_TIME.sub("TIME", _BORDER.sub(" ", " | ".join(cells))).split())
        if text.strip("| "):
            lines.append(text)
    return lines


def _agree(left: str, right: str) -> bool:
    if left == right:
        return True
    if not (_TRAINING.search(left) and _NUMBER.sub("#", left) == _NUMBER.sub("#", right)):
        return False
    pairs = zip(_NUMBER.finditer(left), _NUMBER.finditer(right), strict=True)
    return all(_near(_value(a), _value(b)) for a, b in pairs)


def _value(match: re.Match[str]) -> float:
    if match["mantissa"] is not None:
        return float(int(match["mantissa"])) * 2.0 ** int(match["power"])
    return float(match[0])


def _near(x: float, y: float) -> bool:
    if x == y:
        return True
    return x * y > 0 and max(x / y, y / x) <= TRAINING_FACTOR


def updated(text: str, root: Path) -> str:
    """``text`` with the outputs that changed replaced; ``root`` is where ``examples/`` lies."""
    parts, position = [], 0
    with tempfile.TemporaryDirectory() as name:
        prepare(Path(name), root)
        for example in examples(text):
            found = run(example, Path(name))
            output = found if differences(example.output, found) else example.output
            parts += [text[position : example.start], output]
            position = example.end
    return "".join(parts) + text[position:]


def main(arguments: Sequence[str] | None = None) -> int:
    """Rewrite, or check, the file; 1 where ``--check`` finds something out of date."""
    parser = argparse.ArgumentParser(prog="python -m verify.readme", description="Run a README.")
    parser.add_argument("file", nargs="?", default="README.md", type=Path)
    parser.add_argument("--check", action="store_true", help="change nothing, show what differs")
    options = parser.parse_args(arguments)
    text = options.file.read_text("utf-8")
    fresh = updated(text, options.file.resolve().parent)
    if options.check:
        sys.stdout.writelines(
            difflib.unified_diff(text.splitlines(True), fresh.splitlines(True), "shown", "found")
        )
        return int(text != fresh)
    if fresh != text:
        write_text(options.file, fresh)
    return 0


if __name__ == "__main__":
    sys.exit(main())
