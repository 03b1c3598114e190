"""Folders become rows: what belongs together, what is safe, what is damaged."""

from __future__ import annotations

import json
import os
import sqlite3
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.report import build
from theory.errors import InputError
from verify.report.collect import collect
from verify.report.loose import safe_float
from verify.report.records import Row, number
from verify.sweep.store import SCHEMA_VERSION, Store


def only(rows: tuple[Row, ...]) -> Row:
    assert len(rows) == 1, [row.source for row in rows]
    return rows[0]


def test_certificates_of_one_claim_make_one_row(tmp_path: Path) -> None:
    knots = build.knots(tmp_path / "out" / "lower-knots.json", 0.01, 20)
    made = build.upper(tmp_path / "out" / "upper.json", 0.25, 20)
    trained = build.upper(tmp_path / "out" / "trained.json", 0.5, 20)
    found = collect(tmp_path)
    row = only(found.rows)
    assert (row.family, row.command, row.width, row.source) == (
        "permutation",
        "sandwich",
        20,
        "out",
    )
    assert (row.target, row.domain, row.norm) == ("sin(2*pi*x)", "[0, 1]", "sup")
    figures = {name: (mark.value, mark.certificate) for name, mark in row.marks.items()}
    assert figures == {
        "lower": (0.01, knots),
        "constructed": (0.25, made),
        "trained": (0.5, trained),
    }
    assert row.verdict == "CONSISTENT"
    assert set(row.certificates) == {knots, made, trained}
    assert dict(found.versions).keys() == {"icebound", "numpy", "python-flint"}
    assert found.newest == pytest.approx(trained.stat().st_mtime, abs=60)


def test_the_sharpest_figures_stand_for_a_claim(tmp_path: Path) -> None:
    for name, bound in (("a", 0.01), ("b", 0.03), ("c", 0.02)):
        build.knots(tmp_path / f"{name}.json", bound, 20)
        build.upper(tmp_path / f"{name}{name}.json", 10 * bound, 20)
    marks = only(collect(tmp_path).rows).marks
    assert (marks["lower"].value, marks["constructed"].value) == (0.03, 0.1)


@pytest.mark.parametrize("other", ["width", "folder", "target"])
def test_certificates_of_different_claims_stay_apart(tmp_path: Path, other: str) -> None:
    changed = {"expression": "x", "domain": ["0", "1"]}
    build.knots(tmp_path / "lower-knots.json", 0.01, 20)
    folder = tmp_path / "b" if other == "folder" else tmp_path
    target = changed if other == "target" else build.SINE
    build.upper(folder / "upper.json", 0.001, 40 if other == "width" else 20, target=target)
    found = collect(tmp_path)
    assert len(found.rows) == 2
    assert {row.verdict for row in found.rows} == {"certified"}


def test_a_contradiction_is_refuted(tmp_path: Path) -> None:
    build.knots(tmp_path / "lower-knots.json", 0.3, 20)
    build.upper(tmp_path / "upper.json", 0.25, 20)
    assert only(collect(tmp_path).rows).verdict == "REFUTED"


def test_a_bound_for_given_weights_refutes_no_other_network(tmp_path: Path) -> None:
    build.certificate(
        tmp_path / "lower-given.json", "lower-given", 0.3, target=build.SINE, norm="sup", width=20,
        theorem="B8",
    )  # fmt: skip
    build.upper(tmp_path / "upper.json", 0.25, 20)
    row = only(collect(tmp_path).rows)
    assert (row.verdict, row.marks["lower"].theorem) == ("UNDECIDED", "B8")


def test_a_free_affine_part_is_another_class(tmp_path: Path) -> None:
    about = {"activation": "tanh", "dimension": 1, "budget": "1", "target": build.SINE}
    box = {"lambda": "2", "beta": "2"}
    build.certificate(
        tmp_path / "a.json", "lower-dual", 0.3, affine=False, norm="L2", box=box, **about
    )
    network = {"form": "ridge", "width": 3, "box": box, "draw": None, **about}
    build.certificate(
        tmp_path / "b.json", "upper", 0.1, direction="upper", network=network, norm="L2",
        target=build.SINE, slope=(0.5,),
    )  # fmt: skip
    assert {row.verdict for row in collect(tmp_path).rows} == {"certified"}


def test_every_kind_finds_its_place(tmp_path: Path) -> None:
    found = collect(build.single_commands(tmp_path))
    assert found.unreadable == ()
    assert found.by_family() == {"permutation": 4, "bias": 1, "ridgelet": 9}
    commands: dict[str, int] = {}
    for row in found.rows:
        commands[row.command] = commands.get(row.command, 0) + 1
    assert commands == {
        "sandwich": 4, "frontier": 3, "band sweep": 3, "response": 2, "budget": 1, "class bound": 1,
    }  # fmt: skip
    frontier = [row for row in found.rows if row.command == "frontier"]
    assert [row.budget for row in frontier] == [0.5, 1.0, 2.0]
    assert {row.group for row in frontier} == {frontier[0].group}
    bands = [row for row in found.rows if row.command == "band sweep"]
    assert [row.band for row in bands] == [1.0, 2.0, 4.0]
    assert {row.group for row in bands} == {bands[0].group}
    seeds = {row.seed for row in found.rows if row.family == "bias"}
    assert seeds == {"7"}


@given(st.fractions(), st.sampled_from(["upper", "lower"]))
def test_bounds_leave_in_the_safe_direction(value: Fraction, direction: str) -> None:
    shown = Fraction(safe_float(f"{value.numerator}/{value.denominator}", direction))
    assert shown >= value if direction == "upper" else shown <= value
    assert abs(shown - value) <= abs(value) / 2**51 + Fraction(1, 2**1070)


@pytest.mark.parametrize(
    ("text", "expected"),
    [("1/3", 1 / 3), ("2", 2.0), (0.5, 0.5), (True, None), ("x", None), ("1/0", None),
     ("inf", None), (None, None), ([1], None), (10**400, None)],
)  # fmt: skip
def test_numbers(text: object, expected: float | None) -> None:
    assert number(text) == expected


def damage_hash(path: Path) -> None:
    path.write_text(path.read_text().replace("lower-knots 0.01", "lower-knots 0.02"))


DAMAGE: dict[str, tuple[Callable[[Path], None], str]] = {
    "hash": (damage_hash, "sha256"),
    "cut": (lambda path: path.write_bytes(path.read_bytes()[:99]), "JSON"),
    "empty": (lambda path: path.write_bytes(b""), ""),
    "binary": (lambda path: path.write_bytes(bytes(range(256))), ""),
    "nested": (lambda path: path.write_text("[" * 100_000), ""),
}


@pytest.mark.parametrize("name", DAMAGE)
def test_a_damaged_certificate_is_listed(tmp_path: Path, name: str) -> None:
    path = build.knots(tmp_path / "lower-knots.json", 0.01, 20)
    build.upper(tmp_path / "upper.json", 0.25, 20)
    spoil, piece = DAMAGE[name]
    spoil(path)
    found = collect(tmp_path)
    assert "lower" not in only(found.rows).marks
    assert [entry.path for entry in found.unreadable] == [path]
    assert piece in found.unreadable[0].reason


def test_a_certificate_without_its_members_is_listed(tmp_path: Path) -> None:
    """The hash is right and what the kind demands is missing or of another type."""
    build.certificate(tmp_path / "a.json", "lower-degree", 0.1, target=build.SINE, norm="L2")
    build.certificate(tmp_path / "b.json", "upper", 0.1, direction="upper", network="none")
    build.certificate(tmp_path / "c.json", "lower-knots", 0.1, target={"expression": "x"})
    build.upper(tmp_path / "good.json", 0.25, 20)
    found = collect(tmp_path)
    assert {entry.path.name for entry in found.unreadable} == {"a.json", "b.json", "c.json"}
    assert only(found.rows).certificates == (tmp_path / "good.json",)


def test_other_json_and_links_are_left_alone(tmp_path: Path) -> None:
    build.upper(tmp_path / "upper.json", 0.25, 20)
    (tmp_path / "package.json").write_text('{"name": "something else"}')
    (tmp_path / ".hidden.json").write_text("{")
    (tmp_path / "loop").symlink_to(tmp_path, target_is_directory=True)
    os.mkfifo(tmp_path / "pipe.json")
    found = collect(tmp_path)
    assert len(found.rows) == 1
    assert [entry.path.name for entry in found.unreadable] == ["pipe.json"]


@pytest.mark.parametrize(
    ("make", "piece"),
    [
        (lambda path: None, "does not exist"),
        (lambda path: path.write_text("x"), "is not a folder"),
        (lambda path: path.mkdir(), "holds no results"),
    ],
)
def test_bad_folders(tmp_path: Path, make: Callable[[Path], None], piece: str) -> None:
    make(tmp_path / "dir")
    with pytest.raises(InputError, match=piece):
        collect(tmp_path / "dir")


def test_a_sweep(tmp_path: Path) -> None:
    found = collect(build.sweep(tmp_path))
    assert found.unreadable == ()
    assert found.sweep
    assert found.by_verdict() == {"ASSUMPTION_VIOLATED": 1, "PROVED": 3}
    assert found.newest == pytest.approx(max(p.stat().st_mtime for p in tmp_path.rglob("*.json")))
    row = next(row for row in found.rows if row.width == 40)
    folder = tmp_path / "cells" / f"{40:064x}"
    assert row.marks["lower"].certificate == folder / "lower-knots.json"
    assert row.marks["constructed"].certificate == folder / "upper.json"
    assert (row.marks["published"].value, row.marks["published"].status) == (0.14, "measured")
    assert row.marks["predicted"].status == "theorem"
    assert set(row.certificates) == {folder / "lower-knots.json", folder / "upper.json"}
    failed = next(row for row in found.rows if row.verdict == "ASSUMPTION_VIOLATED")
    assert (failed.target, failed.width, failed.marks) == (build.HOSTILE, 9, {})
    assert failed.reason.startswith("P4: ")


def test_the_order_of_the_configuration_and_what_is_left(tmp_path: Path) -> None:
    build.sweep(tmp_path)
    keys = [f"{40:064x}", f"{160:064x}", "e" * 64, "d" * 64]
    with sqlite3.connect(tmp_path / "sweep.db") as database:
        database.execute("INSERT INTO sweeps VALUES ('c', 'n', 'f', 'v', 4, 't')")
        database.executemany("INSERT INTO members VALUES ('c', ?, ?)", list(enumerate(keys)))
    database.close()
    found = collect(tmp_path)
    assert [row.width for row in found.rows] == [40, 160, 80, 9]
    assert found.todo == 2  # one is running, one was never begun


def test_families_of_single_figures(tmp_path: Path) -> None:
    """Frontier, response, budget and a band sweep inside a sandwich."""
    point = {
        "budget": 1.5,
        "lower": 0.1,
        "upper": 0.11,
        "lower_status": "certified",
        "upper_status": "measured",
        "width": 4,
        "certificate": None,
        "reason": "slow",
    }
    band = {
        "lambda": 2.0,
        "lower": 0.1,
        "lower_status": "certified",
        "constructed": 0.2,
        "constructed_status": "certified",
        "trained_median": 0.3,
    }
    box = {"box": {"lambda": "2", "beta": "1"}, "activation": "tanh"}
    results = {
        "frontier": box | {"family": "ridgelet", "points": [point], "target": "x"},
        "response": {"activation": "tanh", "band": "2", "norm": [1.0, 1.1], "theorem": "R2",
                     "points": [{"budget": None, "error": [0.5, 0.6], "reason": "R1"}]},
        "budget": {"activation": "tanh", "band": "2", "eps": 0.01, "log10_budget": 3.0},
        "ridgelet": box | {"family": "ridgelet", "lower": {"value": 0.1}, "sweep": [band],
                           "budget": "3/2", "width": 9},
    }  # fmt: skip
    with Store(tmp_path / "sweep.db") as store:
        for name, result in results.items():
            build.put(store, name, result, "PROVED", family=name)
    found = collect(tmp_path)
    assert found.unreadable == ()
    rows = {row.command: row for row in found.rows}
    assert rows.keys() == {"frontier", "response", "budget", "sandwich", "band sweep"}
    assert {row.norm for row in found.rows} == {"L2"}
    statuses = {name: mark.status for name, mark in rows["frontier"].marks.items()}
    assert statuses == {"lower": "certified", "constructed": "measured"}
    assert (rows["frontier"].budget, rows["frontier"].reason) == (1.5, "slow")
    assert rows["response"].marks["constructed"].value == 0.6
    assert rows["budget"].budget == pytest.approx(1000)
    assert rows["band sweep"].marks["trained"].status == "measured"
    assert rows["band sweep"].band == 2.0


@pytest.mark.parametrize(
    ("result", "request_"),
    [('{"constructed": 3}', "{}"), ("[]", "{}"), ("{", "{}"), ("{}", "[]"), ("{}", "{")],
)
def test_a_damaged_cell_is_listed_and_the_others_stay(
    tmp_path: Path, result: str, request_: str
) -> None:
    build.sweep(tmp_path)
    with sqlite3.connect(tmp_path / "sweep.db") as database:
        database.execute(
            "UPDATE cells SET result = ?, request = ? WHERE key = ?",
            (result, request_, f"{80:064x}"),
        )
    database.close()
    found = collect(tmp_path)
    assert [entry.path.name for entry in found.unreadable] == ["sweep.db"]
    assert f"cell {80:064x}" in found.unreadable[0].reason
    # its certificates are intact, and stand as those of a single command
    assert found.by_verdict() == {"ASSUMPTION_VIOLATED": 1, "CONSISTENT": 1, "PROVED": 2}


@pytest.mark.parametrize("damage", ["text", "cut", "version", "folder"])
def test_a_damaged_database_is_listed(tmp_path: Path, damage: str) -> None:
    path = build.sweep(tmp_path) / "sweep.db"
    if damage == "text":
        path.write_text("this is no database " * 99)
    elif damage == "cut":
        path.write_bytes(path.read_bytes()[:5000])
    elif damage == "version":
        with sqlite3.connect(path) as database:
            database.execute(f"PRAGMA user_version = {SCHEMA_VERSION + 1}")
        database.close()
    else:
        path.unlink()
        path.mkdir()
    found = collect(tmp_path)
    assert [entry.path.name for entry in found.unreadable] == ["sweep.db"]
    assert found.by_verdict() == {"CONSISTENT": 3}


def test_certificates_that_are_gone_or_damaged_are_named(tmp_path: Path) -> None:
    folder = build.sweep(tmp_path) / "cells"
    (folder / f"{40:064x}" / "upper.json").unlink()
    (folder / f"{80:064x}" / "lower-knots.json").write_text("{")
    rows = {row.width: row for row in collect(tmp_path).rows}
    assert rows[40].reason == "missing: upper.json"
    assert rows[80].reason == "unreadable: lower-knots.json"
    assert rows[160].reason == ""


def test_a_key_is_no_path(tmp_path: Path) -> None:
    build.upper(tmp_path / "secret" / "upper.json", 0.25, 20)
    inner = tmp_path / "results"
    inner.mkdir()
    with Store(inner / "sweep.db") as store:
        build.put(store, "../../secret", build.permutation_result(20, 0.1, 0.2), "PROVED")
    found = collect(inner)
    assert found.rows == ()
    assert "no name of a folder" in found.unreadable[0].reason


def test_reading_writes_nothing(tmp_path: Path) -> None:
    build.sweep(tmp_path)
    before = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    tmp_path.chmod(0o555)
    try:
        assert len(collect(tmp_path).rows) == 4
    finally:
        tmp_path.chmod(0o755)
    assert {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()} == before


def test_a_running_sweep_is_read_as_far_as_it_is(tmp_path: Path) -> None:
    """What the driver committed counts, also where it still lies in the write-ahead log."""
    build.sweep(tmp_path)
    with Store(tmp_path / "sweep.db") as store:
        build.put(store, "c" * 64, build.permutation_result(320, 1e-5, 1e-4), "PROVED")
        assert (tmp_path / "sweep.db-wal").stat().st_size > 0
        assert len(collect(tmp_path).rows) == 5


def test_the_page_counts_json(tmp_path: Path) -> None:
    """The counts are what ``--json`` prints."""
    found = collect(build.sweep(tmp_path))
    assert json.loads(json.dumps(found.by_verdict())) == {"ASSUMPTION_VIOLATED": 1, "PROVED": 3}
