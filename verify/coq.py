"""The Coq developments of ``proofs/``: what they prove, checked anew by Coq's kernel.

``python -m verify.coq [FOLDER] [--write]`` needs nothing but the standard library and ``coqc``.  It
refuses a development that holds a word of :data:`FORBIDDEN`, does not compile from its text alone,
has a theorem without the words of its statement, rests on an axiom outside :data:`ALLOWED`, or has
another table of theorems in its ``README.md`` (``--write`` renews the table).

A theorem stands below two comments, ``(* lemma: ID *)`` and ``(* statement: ... *)``: the id and
the words of the lemma in ``theory.lemmas``.  Exit status: 0 all checked, 1 refused, 2 no ``coqc``
(the line on standard error says what to install) or no such folder.
"""

from __future__ import annotations

import argparse
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from graphlib import TopologicalSorter
from pathlib import Path

PROOFS = Path(__file__).resolve().parents[1] / "proofs"
PACKAGES = "coq (Debian and Ubuntu: apt-get install coq)"
LIBRARY = "Icebound"
# The axioms of Coq's real numbers, and nothing else.
ALLOWED = (
    "ClassicalDedekindReals.sig_forall_dec",
    "ClassicalDedekindReals.sig_not_dec",
    "FunctionalExtensionality.functional_extensionality_dep",
)
FORBIDDEN = re.compile(
    r"\b(?:Admitted|admit|give_up|Abort|Axioms?|Parameters?|Conjectures?|bypass_check|Declare\s+ML"
    r"|Unset\s+(?:Guard|Positivity|Universe)\s+Checking|native_compute)\b"
)
SECONDS = 600
_THEOREM = re.compile(
    r"^\(\* lemma: (?P<lemma>\S+) \*\)\n\(\* statement: (?P<statement>(?:(?!\*\)).)*?) \*\)\n"
    r"Theorem (?P<name>\w+)",
    re.MULTILINE | re.DOTALL,
)
_ANY_THEOREM = re.compile(r"^\s*Theorem (\w+)", re.MULTILINE)
_IMPORT = re.compile(rf"^From {LIBRARY} Require Import\s+([\w\s]+)\.", re.MULTILINE)
_MARK = "theorem: "
_TABLE = re.compile(r"(?<=<!-- theorems -->\n).*?(?=<!-- end -->)", re.DOTALL)


class Refused(Exception):
    """The developments do not prove what they say; the message says where."""


class CoqMissing(Exception):
    """No ``coqc`` on the path; the message says what to install."""


@dataclass(frozen=True)
class Theorem:
    """``name``, at ``line`` of ``file``, proves ``lemma``, whose words are ``statement``."""

    lemma: str
    statement: str
    name: str
    file: str
    line: int


@dataclass(frozen=True)
class Report:
    """The theorems with the axioms that each rests on, and the seconds that checking took."""

    theorems: tuple[Theorem, ...]
    axioms: Mapping[str, tuple[str, ...]]
    seconds: float


def theorems(folder: Path = PROOFS) -> tuple[Theorem, ...]:
    """The theorems of a folder, read from its text; no Coq is needed.

    Raises Refused where a ``Theorem`` lacks its comments or two share a lemma or a name.
    """
    found: list[Theorem] = []
    for file in sorted(folder.glob("*.v")):
        text = file.read_text(encoding="utf-8")
        here = [
            Theorem(
                lemma=match["lemma"],
                statement=" ".join(match["statement"].split()),
                name=match["name"],
                file=file.name,
                line=text.count("\n", 0, match.start("name")) + 1,
            )
            for match in _THEOREM.finditer(text)
        ]
        bare = set(_ANY_THEOREM.findall(text)) - {theorem.name for theorem in here}
        if bare:
            raise Refused(f"{file.name}: no lemma and statement above {', '.join(sorted(bare))}")
        found += here
    for what in ("lemma", "name"):
        seen = [getattr(theorem, what) for theorem in found]
        twice = sorted({entry for entry in seen if seen.count(entry) > 1})
        if twice:
            raise Refused(f"two theorems with the {what} {', '.join(twice)}")
    return tuple(found)


def check(
    folder: Path = PROOFS,
    progress: Callable[[str], None] | None = None,
    lemmas: Collection[str] | None = None,
) -> Report:
    """Compile the developments from their text and ask for the axioms of every theorem.

    ``lemmas``: ids of those to check, with what they import (those without a theorem are passed
    over); None for all.  ``progress`` gets the name of each file.  Raises CoqMissing without
    ``coqc`` and Refused as the module says.
    """
    start = time.monotonic()
    found = [each for each in theorems(folder) if lemmas is None or each.lemma in lemmas]
    if lemmas is not None and not found:
        return Report((), {}, 0.0)
    texts = {file.stem: file.read_text(encoding="utf-8") for file in sorted(folder.glob("*.v"))}
    wanted = texts if lemmas is None else [each.file.removesuffix(".v") for each in found]
    order = _in_order(texts, wanted)
    for name in order:
        word = FORBIDDEN.search(without_comments(texts[name]))
        if word:
            raise Refused(f"{name}.v: holds {word[0]}")
    coqc = shutil.which("coqc")
    if coqc is None:
        raise CoqMissing(f"coqc: not found; install {PACKAGES}")
    with tempfile.TemporaryDirectory() as scratch:
        for name in order:
            if progress is not None:
                progress(f"{name}.v")
            (Path(scratch) / f"{name}.v").write_text(texts[name], encoding="utf-8")
            _compile(coqc, scratch, name)
        question = Path(scratch) / "Assumptions.v"
        question.write_text(_question(order, found), encoding="utf-8")
        axioms = read_axioms(_compile(coqc, scratch, question.stem))
    for theorem in found:
        if theorem.name not in axioms:
            raise Refused(f"{theorem.file}: Coq said nothing about {theorem.name}")
        outside = [axiom for axiom in axioms[theorem.name] if axiom not in ALLOWED]
        if outside:
            raise Refused(f"{theorem.file}: {theorem.name} rests on {', '.join(outside)}")
    return Report(tuple(found), axioms, time.monotonic() - start)


def read_axioms(output: str) -> dict[str, tuple[str, ...]]:
    """Axioms by theorem, from the output of ``Print Assumptions`` below a line with its name."""
    axioms: dict[str, tuple[str, ...]] = {}
    for part in output.split(_MARK)[1:]:
        name, _, rest = part.partition("\n")
        if rest.strip() == "Closed under the global context":
            axioms[name.strip()] = ()
        elif rest.lstrip().startswith("Axioms:"):
            # A name stands at the left margin; its type may go on, indented.
            names = re.findall(r"^([\w.']+)\s*:", rest.partition("Axioms:")[2], re.MULTILINE)
            axioms[name.strip()] = tuple(names)
    return axioms


def table(report: Report) -> str:
    """The theorems as a table in Markdown."""
    rows = ["| lemma | theorem | what it says | axioms |", "|---|---|---|---|"]
    for theorem in report.theorems:
        words = theorem.statement.replace("|", "\\|")
        axioms = ", ".join(name.rpartition(".")[2] for name in report.axioms[theorem.name])
        rows.append(
            f"| {theorem.lemma} | `{theorem.name}` in [{theorem.file}]({theorem.file}) | {words} | "
            f"{axioms or 'none'} |"
        )
    return "\n".join(rows) + "\n"


def _question(names: Iterable[str], found: Iterable[Theorem]) -> str:
    lines = [f"From {LIBRARY} Require {' '.join(names)}."]
    for theorem in found:
        module = f"{LIBRARY}.{theorem.file.removesuffix('.v')}"
        lines.append(f'Goal True. idtac "{_MARK}{theorem.name}". exact I. Qed.')
        lines.append(f"Print Assumptions {module}.{theorem.name}.")
    return "\n".join(lines) + "\n"


def _in_order(texts: Mapping[str, str], wanted: Iterable[str]) -> list[str]:
    """``wanted`` and all that they import, each after what it imports."""
    needs: dict[str, list[str]] = {}
    waiting = list(wanted)
    while waiting:
        name = waiting.pop()
        if name not in needs:
            needs[name] = " ".join(_IMPORT.findall(texts[name])).split()
            if unknown := sorted(set(needs[name]) - texts.keys()):
                raise Refused(f"{name}.v: imports {', '.join(unknown)}, which is not here")
            waiting += needs[name]
    return list(TopologicalSorter(needs).static_order())


def _compile(coqc: str, folder: str, name: str) -> str:
    command = [coqc, "-q", "-Q", ".", LIBRARY, f"{name}.v"]
    try:
        run = subprocess.run(
            command, cwd=folder, capture_output=True, text=True, timeout=SECONDS, check=False
        )
    except subprocess.TimeoutExpired as error:
        raise Refused(f"{name}.v: not compiled within {SECONDS} s") from error
    if run.returncode != 0:
        raise Refused(f"{name}.v: does not compile: {' '.join(run.stderr.split())}")
    return run.stdout


def without_comments(text: str) -> str:
    """A development without its comments, which nest."""
    kept, depth, at = [], 0, 0
    for mark in re.finditer(r"\(\*|\*\)", text):
        if depth == 0:
            kept.append(text[at : mark.start()])
        depth += 1 if mark[0] == "(*" else -1
        at = mark.end()
    return " ".join([*kept, text[at:]])


def main(arguments: Sequence[str] | None = None) -> int:
    """``make proofs``."""
    parser = argparse.ArgumentParser(prog="python -m verify.coq", description="check proofs/")
    parser.add_argument("folder", nargs="?", type=Path, default=PROOFS)
    parser.add_argument("--write", action="store_true", help="renew the table in README.md")
    options = parser.parse_args(arguments)
    if not any(options.folder.glob("*.v")):
        sys.stderr.write(f"proofs: {options.folder}: no Coq files; the source archive has them\n")
        return 2
    try:
        report = check(options.folder, lambda name: _say(f"coqc {name}"))
        _compare_table(options.folder / "README.md", report, write=options.write)
    except (CoqMissing, Refused) as error:
        sys.stderr.write(f"proofs: {error}\n")
        return 2 if isinstance(error, CoqMissing) else 1
    used = sorted({axiom for axioms in report.axioms.values() for axiom in axioms})
    _say(f"{len(report.theorems)} theorems proved, {report.seconds:.0f} s; axioms used:")
    for axiom in used:
        _say(f"  {axiom}")
    return 0


def _compare_table(readme: Path, report: Report, *, write: bool) -> None:
    text = readme.read_text(encoding="utf-8")
    renewed = _TABLE.sub(lambda _: table(report), text)
    if write:
        readme.write_text(renewed, encoding="utf-8")
    elif renewed != text:
        raise Refused("README.md: another table of theorems; make proofs WRITE=1 renews it")


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
