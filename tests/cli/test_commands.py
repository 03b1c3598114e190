"""The commands as scripts rely on them: fields, exit statuses, files, and refutation."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from tests.cli.conftest import Run
from tests.house.layout import run_python
from verify.cli import main as main_module

SINE = ("--target", "-sin(2*pi*x)", "--domain=-1,1")


def test_sandwich_without_training(icebound: Callable[..., Run], tmp_path: Path) -> None:
    out = tmp_path / "out"
    run = icebound("sandwich", "permutation", *SINE, "--width", 60, "--no-train", "--out", out,
                   "--json")  # fmt: skip
    assert run.status == 0
    document = run.document
    for field in ("family", "target", "domain", "width", "seed", "lower", "class_lower",
                  "constructed", "trained", "verdict"):  # fmt: skip
        assert field in document
    assert document["verdict"] == "PROVED"
    assert document["trained"] is None
    assert document["domain"] == [-1.0, 1.0]
    assert document["domain_exact"] == ["-1", "1"]
    lower, made = document["lower"], document["constructed"]
    assert 0 < lower["value"] <= made["lower_end"] <= made["value"] <= made["predicted"]
    assert (lower["theorem"], lower["status"]) == ("P10-fit", "certified")
    assert document["other_lower"]["theorem"] == "B6"
    assert 0 < document["other_lower"]["value"] < lower["value"]
    assert document["constraint_price"] >= made["value"] / lower["value"]
    assert (made["theorem"], made["status"]) == ("P8", "certified")
    assert {entry["theorem"] for entry in made["alternatives"]} >= {"P3", "P3'"}
    assert document["class_lower"]["theorem"] == "P10"
    names = {path.name for path in out.iterdir()}
    assert {
        "upper.json",
        "lower-knots.json",
        "lower-spline.json",
        "counting.json",
        "network.npz",
    } <= names
    assert not any(name.startswith(".partial") for name in names)
    checked = icebound("check", *sorted(out.glob("*.json")), "--json")
    assert checked.status == 0, checked.out
    assert {entry["status"] for entry in checked.document["results"]} == {"PROVED"}


def test_a_false_claim_is_refuted_with_exit_1(icebound: Callable[..., Run], tmp_path: Path) -> None:
    from verify.certificates import canonical

    out = tmp_path / "out"
    icebound("construct", "permutation", *SINE, "--width", 40, "--out", out)
    path = out / "upper.json"
    document = json.loads(path.read_text())
    mantissa, exponent = document["bound"]["value"].split("*2^")
    document["bound"]["value"] = f"{int(mantissa) * 99 // 100}*2^{exponent}"
    del document["sha256"]
    import hashlib

    document["sha256"] = hashlib.sha256(canonical(document)).hexdigest()
    path.write_text(json.dumps(document))
    run = icebound("check", path, "--json")
    assert run.status == 1
    assert run.document["results"][0]["status"] == "REFUTED"


def test_check_reports_the_others_beside_a_missing_file(
    icebound: Callable[..., Run], tmp_path: Path
) -> None:
    icebound("construct", "permutation", *SINE, "--width", 40, "--out", tmp_path)
    run = icebound("check", tmp_path / "upper.json", tmp_path / "missing.json", "--json")
    assert run.status == 2
    assert [entry["status"] for entry in run.document["results"]] == ["PROVED", "INVALID"]
    assert run.document["error"]["argument"] == "FILE"


def test_certify_agrees_with_construct(icebound: Callable[..., Run], tmp_path: Path) -> None:
    made = icebound("construct", "permutation", *SINE, "--width", 50, "--out", tmp_path, "--json")
    run = icebound("certify", "--network", tmp_path / "network.npz", *SINE, "--out",
                   tmp_path / "again", "--json")  # fmt: skip
    assert run.status == 0
    value = made.document["value"]
    assert abs(run.document["value"] - value) <= 1e-6 * value
    assert run.document["lower_end"] <= run.document["value"]
    assert icebound("check", tmp_path / "again" / "upper.json").status == 0


def test_certify_a_bias_network_from_safetensors(
    icebound: Callable[..., Run], tmp_path: Path
) -> None:
    safetensors = pytest.importorskip("safetensors.numpy")
    path = tmp_path / "net.safetensors"
    weights = {"W": np.ones((2, 1)), "C": np.array([[1.0, -2.0]]), "b": np.array([0.0, -0.5])}
    safetensors.save_file(weights, path)
    run = icebound("certify", "--network", path, "--target", "x-2*abs(x-1/2)", "--json",
                   "--out", tmp_path)  # fmt: skip
    # g = x - 2 relu(x - 1/2), f = g - 2 relu(1/2 - x): the error 1 sits at x = 0
    assert run.status == 0
    assert run.document["value"] == pytest.approx(1.0, rel=1e-5)
    assert run.document["lower_end"] <= 1.0 <= run.document["value"]
    assert icebound("check", tmp_path / "upper.json").status == 0


def test_construct_on_a_file_of_frozen_weights(
    icebound: Callable[..., Run], tmp_path: Path
) -> None:
    path = tmp_path / "weights.npz"
    icebound("construct", "permutation", *SINE, "--width", 30, "--out", tmp_path)
    arrays = dict(np.load(tmp_path / "network.npz"))
    np.savez(path, locations=arrays["locations"], initial=arrays["initial"][::-1])
    run = icebound("construct", "permutation", *SINE, "--weights", path, "--json")
    assert run.status == 0
    assert run.document["theorem"] == "P8"
    moved = arrays["locations"].copy()
    moved[3] = np.nextafter(moved[3], 1)
    for bad in (
        {"locations": moved, "initial": arrays["initial"]},
        {"locations": arrays["locations"], "initial": 2 * arrays["initial"]},
    ):
        np.savez(path, **bad)
        run = icebound("construct", "permutation", *SINE, "--weights", path, "--json")
        assert run.status == 2
        assert run.document["error"]["kind"] == "assumption_violated"
        assert "entry" in run.document["error"]["value"]
    np.savez(path, locations=moved)
    assert (
        "initial (2n,)" in icebound("construct", "permutation", *SINE, "--weights", path).last_error
    )
    np.savez(path, locations=moved, initial=moved)
    assert "has sizes" in icebound("construct", "permutation", *SINE, "--weights", path).last_error


def test_width_then_construct(icebound: Callable[..., Run]) -> None:
    run = icebound("width", "permutation", *SINE, "--eps", "1e-3", "--explain", "--json")
    assert run.status == 0
    width = run.document["width"]
    assert run.document["explain"]
    made = icebound("construct", "permutation", *SINE, "--width", width, "--json")
    assert made.document["value"] <= 1e-3


def test_a_kink_and_a_root_say_why_p8_does_not_apply(icebound: Callable[..., Run]) -> None:
    kink = icebound("construct", "permutation", "--target", "abs(x-1/3)", "--width", 40, "--json")
    reasons = {entry["theorem"]: entry["reason"] for entry in kink.document["alternatives"]}
    assert kink.document["theorem"] == "P3'"
    assert "near x = 0.333" in reasons["P8"]
    root = icebound("construct", "permutation", "--target", "sqrt(x)", "--width", 40, "--json")
    assert root.document["theorem"].endswith("(modulus)")
    assert root.document["value"] <= root.document["predicted"]


def test_without_readout(icebound: Callable[..., Run]) -> None:
    run = icebound("construct", "permutation", "--target", "x*(1-x)/4", "--width", 2000,
                   "--no-readout", "--json")  # fmt: skip
    assert run.status == 0
    assert run.document["theorem"] == "P9"
    assert run.document["value"] <= run.document["predicted"]


def test_theorems_targets_show(icebound: Callable[..., Run], tmp_path: Path) -> None:
    items = icebound("theorems", "--json").document["items"]
    known = {item["id"] for item in items}
    assert {"P1", "P2", "P3", "P3'", "P4", "P6", "P8", "P10", "B6"} <= known
    assert icebound("theorems", "--family", "permutation").status == 0
    assert len(icebound("targets", "--json").document["items"]) >= 5
    icebound("construct", "permutation", *SINE, "--width", 40, "--out", tmp_path)
    shown = icebound("show", tmp_path / "upper.json")
    assert shown.status == 0
    assert "permutation network of width 40" in " ".join(shown.out.split())


def test_doctor_proves_and_refutes_claims(icebound: Callable[..., Run]) -> None:
    run = icebound("doctor", "--json")
    assert run.status == 0
    items = {item["item"]: item for item in run.document["items"]}
    assert {item["status"] for item in items.values()} <= {"ok", "missing"}
    assert items["sandwich"]["detail"] == "0.00162 <= error <= 0.01369, 4 certificates"
    assert items["refutation"]["detail"].endswith("REFUTED")


def test_doctor_sees_a_checker_that_proves_everything(
    icebound: Callable[..., Run], monkeypatch: pytest.MonkeyPatch
) -> None:
    from verify import checker, doctor

    def credulous(path: Path, **_: object) -> checker.CheckResult:
        return checker.CheckResult(str(path), "upper", "PROVED", "trust me", 0.0)

    def broken() -> dict[str, str]:
        raise OSError("no\nlibrary")

    monkeypatch.setattr(checker, "check_file", credulous)
    monkeypatch.setattr(doctor, "_balls", broken)
    run = icebound("doctor", "--json")
    assert run.status == 1
    failed = {item["item"]: item for item in run.document["items"] if item["status"] == "failed"}
    assert set(failed) == {"refutation", "broken"}
    assert failed["broken"]["detail"] == "OSError: no library"


def test_a_changed_stream_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    from numerics import draws
    from verify import doctor

    assert doctor._draws()["status"] == "ok"
    monkeypatch.setattr(draws, "PREFIX", "icebound-draw-2")
    assert doctor._draws()["status"] == "failed"


def test_shells_complete_commands() -> None:
    """The hook that ``icebound --install-completion`` writes calls the command like this."""
    asked = {"COMP_WORDS": "icebound sand", "COMP_CWORD": "1"}
    code = "from verify.cli.main import main; main()"
    shown = run_python("-c", code, _ICEBOUND_COMPLETE="complete_bash", **asked)
    assert shown.split() == ["sandwich"]


def test_interruption_leaves_nothing_half_written(
    icebound: Callable[..., Run], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from verify.sandwiches import permutation

    def interrupted(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(permutation, "construct", interrupted)
    run = icebound("sandwich", "permutation", *SINE, "--width", 40, "--no-train", "--out",
                   tmp_path / "out")  # fmt: skip
    assert run.status == main_module.INTERRUPTED
    assert "interrupted" in run.last_error
    assert not list((tmp_path / "out").iterdir())


def test_internal_errors_are_one_line_with_exit_4(
    icebound: Callable[..., Run], monkeypatch: pytest.MonkeyPatch
) -> None:
    from theory.targets import catalogue

    monkeypatch.setattr(catalogue, "EXAMPLES", None)
    run = icebound("targets", "--json")
    assert run.status == 4
    assert run.document["error"]["kind"] == "internal"
    assert "Traceback" not in run.err
    with pytest.raises(TypeError):
        icebound("targets", "--debug")


def test_help_needs_no_heavy_package() -> None:
    heavy = ("torch", "sympy", "scipy", "matplotlib", "numpy", "flint")
    code = (
        "import sys; from verify.cli.main import main; main(['--help']); "
        f"print([name for name in {heavy!r} if name in sys.modules], file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stderr.strip() == "[]"


@pytest.mark.slow
def test_sandwich_with_training(icebound: Callable[..., Run], tmp_path: Path) -> None:
    pytest.importorskip("torch")
    run = icebound("sandwich", "permutation", *SINE, "--width", 40, "--out", tmp_path, "--json")
    assert run.status == 0
    trained = run.document["trained"]
    assert trained["status"] == "certified"
    assert run.document["lower"]["value"] <= trained["lower_end"]
    assert trained["grid_value"] <= trained["value"]
    assert icebound("check", *sorted(tmp_path.glob("*.json"))).status == 0


def test_optimum_by_enumeration_and_by_program(
    icebound: Callable[..., Run], tmp_path: Path
) -> None:
    run = icebound("optimum", "permutation", "--target", "exp(x)", "--width", 4, "--out", tmp_path,
                   "--json")  # fmt: skip
    assert run.status == 0
    found = run.document["optimum"]
    assert 0 < found["lower"] <= found["upper"] < found["lower"] * (1 + 1e-6)
    assert (found["status"], found["lower_status"]) == ("certified", "certified")
    assert run.document["verdict"] == "PROVED"
    assert icebound("check", tmp_path / "upper.json").status == 0
    program = icebound("optimum", "permutation", "--target", "exp(x)", "--width", 4, "--json",
                       "--no-readout", "--method", "milp", "--time-limit", 20)  # fmt: skip
    assert program.status == 0
    assert program.document["dual_bound"] <= program.document["optimum"]["upper"]
    assert program.document["optimum"]["upper"] > found["upper"]
    square = icebound("optimum", "permutation", "--target", "exp(x)", "--width", 3, "--norm", "l2")
    assert "optimum >=" in square.out
