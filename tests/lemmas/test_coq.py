"""The Coq developments say what the lemmas say, and nothing unproved gets past ``make proofs``."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from theory.lemmas.lemma import Method
from theory.lemmas.registry import all_lemmas, by_id
from theory.permutation import blocks
from verify import coq
from verify.coq import (
    ALLOWED,
    PROOFS,
    CoqMissing,
    Refused,
    Theorem,
    check,
    read_axioms,
    theorems,
    without_comments,
)

THEOREMS = theorems()
needs_coq = pytest.mark.skipif(
    shutil.which("coqc") is None, reason=f"no coqc: install {coq.PACKAGES}"
)
HEAD = "(* lemma: A-1 *)\n(* statement: One is\n   one. *)\n"
GOOD = f"{HEAD}Theorem one : 1 = 1.\nProof. reflexivity. Qed.\n"


def folder(tmp_path: Path, **files: str) -> Path:
    for name, text in files.items():
        (tmp_path / f"{name}.v").write_text(text, encoding="utf-8")
    return tmp_path


@pytest.mark.parametrize("theorem", THEOREMS, ids=lambda theorem: theorem.lemma)
def test_coq_and_python_use_the_same_words(theorem: Theorem) -> None:
    lemma = by_id(theorem.lemma)
    print(f"{lemma.id}, theory.lemmas: {lemma.statement}")
    print(f"{theorem.lemma}, {theorem.file}: {theorem.statement}")
    assert lemma.id == theorem.lemma
    assert lemma.statement == theorem.statement
    assert theorem.name == re.sub(r"\W", "_", theorem.lemma)


def test_lemmas_without_another_proof_have_a_theorem() -> None:
    alone = {lemma.id for lemma in all_lemmas() if lemma.method is Method.COQ}
    assert alone
    assert alone <= {theorem.lemma for theorem in THEOREMS}


def test_blocks_are_those_of_the_construction() -> None:
    text = (PROOFS / "P8_blocks.v").read_text("utf-8")
    found = dict(re.findall(r"^Definition (\w+) := \[([-\d; ]+)\]\.", text, re.MULTILINE))
    assert len(found) == 10
    for name, entries in found.items():
        assert tuple(map(int, entries.split(";"))) == getattr(blocks, name.upper()), name


def test_the_table_of_theorems_is_up_to_date() -> None:
    text = (PROOFS / "README.md").read_text("utf-8")
    short = {axiom.rpartition(".")[2] for axiom in ALLOWED}
    for theorem in THEOREMS:
        words = theorem.statement.replace("|", "\\|")
        row = (
            f"| {theorem.lemma} | `{theorem.name}` in [{theorem.file}]({theorem.file}) | {words} | "
        )
        assert text.count(row) == 1, theorem.lemma
        (axioms,) = re.findall(re.escape(row) + r"(.*) \|$", text, re.MULTILINE)
        assert axioms == "none" or set(axioms.split(", ")) <= short
    assert text.count("` in [") == len(THEOREMS)


def test_theorems_are_read_with_their_words(tmp_path: Path) -> None:
    (found,) = theorems(folder(tmp_path, One=GOOD))
    assert found == Theorem("A-1", "One is one.", "one", "One.v", 4)


@pytest.mark.parametrize(
    ("files", "message"),
    [
        ({"One": "Theorem one : 1 = 1.\n"}, "One.v: no lemma and statement above one"),
        ({"One": GOOD, "Two": GOOD.replace("one :", "two :")}, "two theorems with the lemma A-1"),
        ({"One": GOOD, "Two": GOOD.replace("A-1", "A-2")}, "two theorems with the name one"),
    ],
)
def test_theorems_without_words_are_refused(
    tmp_path: Path, files: dict[str, str], message: str
) -> None:
    with pytest.raises(Refused, match=message):
        theorems(folder(tmp_path, **files))


@pytest.mark.parametrize(
    ("text", "word"),
    [
        (GOOD.replace("reflexivity. Qed.", "Admitted."), "Admitted"),
        (GOOD.replace("reflexivity. Qed.", "admit. Qed."), "admit"),
        (f"Axiom a : 1 = 2.\n{GOOD}", "Axiom"),
        (f"Parameter a : 1 = 2.\n{GOOD}", "Parameter"),
        (f"Unset Guard Checking.\n{GOOD}", "Unset Guard Checking"),
    ],
)
def test_words_that_weaken_a_proof_are_refused(tmp_path: Path, text: str, word: str) -> None:
    with pytest.raises(Refused, match=f"One.v: holds {word}"):
        check(folder(tmp_path, One=text))


def test_comments_may_speak_of_them(tmp_path: Path) -> None:
    assert coq.FORBIDDEN.search("(* no Axiom (* Admitted *) here *) Qed.") is not None
    stripped = without_comments("(* no Axiom (* Admitted *) here *) Qed.")
    assert coq.FORBIDDEN.search(stripped) is None


def test_without_coq_one_line_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(CoqMissing, match="coqc: not found; install coq"):
        check()
    assert coq.main([]) == 2
    assert capsys.readouterr().err == f"proofs: coqc: not found; install {coq.PACKAGES}\n"
    assert coq.main([str(tmp_path)]) == 2
    assert "no Coq files" in capsys.readouterr().err


def test_axioms_are_read_from_what_coq_prints() -> None:
    output = (
        "theorem: one\nClosed under the global context\n"
        "theorem: two\nAxioms:\nA.b : forall P : Prop,\n  {P} + {~ P}\nc'\n  : nat\n"
    )
    assert read_axioms(output) == {"one": (), "two": ("A.b", "c'")}


@needs_coq
def test_a_proof_is_checked(tmp_path: Path) -> None:
    two = GOOD.replace("A-1", "A-2").replace("one :", "two :")
    report = check(folder(tmp_path, B=f"From Icebound Require Import A.\n{two}", A=GOOD))
    assert report.axioms == {"one": (), "two": ()}


@needs_coq
@pytest.mark.parametrize(
    ("text", "message"),
    [
        (GOOD.replace("1 = 1", "1 = 2"), "One.v: does not compile: .*Unable to unify"),
        (
            "Hypothesis a : 1 = 2.\n"
            + GOOD.replace("1 = 1", "1 = 2").replace("reflexivity", "exact a"),
            "One.v: one rests on One.a",
        ),
        (
            "From Coq Require Import Classical.\n"
            + GOOD.replace("1 = 1", "1 = 1 \\/ ~ 1 = 1").replace("reflexivity", "apply classic"),
            "One.v: one rests on Classical_Prop.classic",
        ),
        (f"From Icebound Require Import Two.\n{GOOD}", "One.v: imports Two, which is not here"),
    ],
)
def test_false_and_unproved_statements_are_refused(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(Refused, match=message):
        check(folder(tmp_path, One=text))


def test_lemmas_without_a_theorem_ask_for_nothing() -> None:
    assert check(lemmas={"R0-slice"}).theorems == ()


@needs_coq
def test_the_realisation_lemma_rests_on_nothing() -> None:
    compiled: list[str] = []
    report = check(progress=compiled.append, lemmas={"P8-realisation"})
    assert compiled[0] == "P8_blocks.v"
    assert compiled[-1] == "P8_realisation.v"
    assert report.axioms == {"P8_realisation": ()}


@needs_coq
@pytest.mark.slow
def test_every_development_is_checked(capsys: pytest.CaptureFixture[str]) -> None:
    assert coq.main([]) == 0
    assert f"{len(THEOREMS)} theorems proved" in capsys.readouterr().out


MUTATIONS = [
    ("P3", "Rabs (f1 - f0) <= H -> nearest", "<= H", "<= 2 * H"),
    ("P6_zigzag", "         <= Rabs (f (INR j / INR n) - (alpha", "<= Rabs", "* 2 <= Rabs"),
    ("P8_network", "(alpha + gam * network us x)) <= (gam / 2 + M2 / 8)", "gam / 2", "gam / 3"),
    ("P8_realisation", "\n  17 <= n ->\n  exists P N first last,", "17", "16"),
    ("P1", "jump b (b + d) (b + 2 * d) (b + 3 * d) = 8 * d ^ 2", "8 * d", "9 * d"),
    ("P2", "network (leftover 3 d) x = 2 * d * x - 3 * d ^ 2", "3 * d ^ 2", "2 * d ^ 2"),
    ("P6", "(1 <= length functions < 2 ^ N)%nat ->", "< 2", "<= 2"),
    ("P8_feedback", "(Z.abs (round y) <= 2)%Z /\\", "<= 2", "<= 1"),
    ("B2a", "M2 * h ^ 2 / 8 + Rmax (Rabs (g N", "/ 8", "/ 9"),
    ("B6", "length triples = S (length us) ->", "S (length us)", "length us"),
    ("R4", "norm (minus f (combination net)) * norm phi.", "norm phi", "(norm phi / 2)"),
]


@needs_coq
@pytest.mark.slow
@pytest.mark.parametrize(("name", "line", "old", "new"), MUTATIONS, ids=lambda part: part[:12])
def test_false_versions_do_not_compile(
    tmp_path: Path, name: str, line: str, old: str, new: str
) -> None:
    texts = {file.stem: file.read_text("utf-8") for file in PROOFS.glob("*.v")}
    assert texts[name].count(line) == 1
    texts[name] = texts[name].replace(line, line.replace(old, new))
    lemmas = {theorem.lemma for theorem in THEOREMS if theorem.file == f"{name}.v"}
    with pytest.raises(Refused, match=f"{name}.v: does not compile"):
        check(folder(tmp_path, **texts), lemmas=lemmas)
