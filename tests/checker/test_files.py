"""Files as they should not be: each is refused in one line, quickly, without a traceback."""

from __future__ import annotations

import hashlib
import json
import os
import struct
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.checker import build
from verify.checker import CheckResult, check_file, exit_status
from verify.checks.verdicts import Limits

ARRAYS, OFFSET = build.interpolant(lambda x: x * x, 4)
GOOD = build.sealed(build.relu("x**2", "1/64", ARRAYS, offset=OFFSET))
KNOTS = build.knots("x**2", "1/128", build.touching_triples(3))


def write(folder: Path, content: str | bytes) -> Path:
    path = folder / "c.json"
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def refused(result: CheckResult, reason: str = "") -> None:
    assert result.status == "INVALID", result
    assert reason in result.reason
    assert len(result.reason) < 300
    assert "\n" not in result.reason
    assert result.reason.isascii()
    assert "checker failed" not in result.reason
    assert result.seconds < 5


def test_the_unmutated_certificate_is_proved(tmp_path: Path) -> None:
    result = check_file(write(tmp_path, json.dumps(GOOD)))
    assert (result.status, result.kind, result.readable) == ("PROVED", "upper", True)
    assert result.file == str(tmp_path / "c.json")
    assert "1/64" in result.reason


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "JSON"),
        (b"\xff\xfe{}", "JSON"),
        (b"{", "JSON"),
        (b"[]", "object"),
        (b'"x"', "object"),
        (b"null", "object"),
        (b"{}", "schema"),
        (b"\xef\xbb\xbf{}", "JSON"),
        (b"\x00" * 1000, "JSON"),
        (b"{} {}", "JSON"),
        (b'{"a": 1.0}', "not an integer"),
        (b'{"a": 1e5}', "not an integer"),
        (b'{"a": NaN}', "not an integer"),
        (b'{"a": -Infinity}', "not an integer"),
        (b'{"a": 1, "a": 2}', "twice"),
        (b'{"a": {"b": 1, "b": 1}}', "twice"),
        (b'{"a": ' + b"9" * 1001 + b"}", "digits"),
        (b'{"a": ' + b"9" * 1_000_000 + b"}", "digits"),
        (b'{"a": -' + b"9" * 1_000_000 + b"}", "digits"),
        (b"[" * 100_000, ""),
        (b'{"a":' * 100_000, ""),
        (b"[" * 100_000 + b"]" * 100_000, ""),
        (b" " * (8 * 2**20 + 1), "longer"),
    ],
)
def test_what_is_no_certificate(tmp_path: Path, content: bytes, reason: str) -> None:
    refused(check_file(write(tmp_path, content)), reason)


@pytest.mark.parametrize("cut", [1, 10, 100, 500, -1, -2, -20])
def test_truncated_files(tmp_path: Path, cut: int) -> None:
    refused(check_file(write(tmp_path, json.dumps(GOOD)[:cut])))


def test_every_byte_counts(tmp_path: Path) -> None:
    # No byte of the canonical text can change and leave the hash in order.
    text = json.dumps(GOOD)
    for index in range(0, len(text), 7):
        mutated = text[:index] + ("8" if text[index] != "8" else "9") + text[index + 1 :]
        refused(check_file(write(tmp_path, mutated)))


Change = Callable[[dict[str, Any]], Any]
MUTATIONS: list[tuple[Change, str]] = [
    (lambda c: c.update(schema="icebound.certificate/2"), "schema"),
    (lambda c: c.update(schema=1), "schema"),
    (lambda c: c.update(kind="lower"), "kind"),
    (lambda c: c.update(kind="__init__"), "kind"),
    (lambda c: c.update(kind=["upper"]), "kind"),
    (lambda c: c.update(kind="\x1b[31mupper\n" * 100), "kind"),
    (lambda c: c.update(claim=""), "claim"),
    (lambda c: c.update(claim=None), "claim"),
    (lambda c: c.update(versions=[]), "versions"),
    (lambda c: c.update(versions={"icebound": 1}), "versions"),
    (lambda c: c.update(comment="hidden"), "comment"),
    (lambda c: c.pop("norm"), "norm"),
    (lambda c: c.pop("versions"), "versions"),
    (lambda c: c.pop("target"), "target"),
    (lambda c: c.update(norm="L1"), "norm"),
    # in L2 another form of network is read
    (lambda c: c.update(norm="L2"), "network lacks the member 'activation'"),
    (lambda c: c.update(bound="1/64"), "bound"),
    (lambda c: c["bound"].update(direction="lower"), "direction"),
    (lambda c: c["bound"].update(value=1), "value"),
    (lambda c: c["bound"].update(value="0.1"), "value"),
    (lambda c: c["bound"].update(value="1e3"), "value"),
    (lambda c: c["bound"].update(value="1/0"), "denominator"),
    (lambda c: c["bound"].update(value="1/-2"), "value"),
    (lambda c: c["bound"].update(value="nan"), "value"),
    (lambda c: c["bound"].update(value="\u0661"), "value"),
    (lambda c: c["bound"].update(value=" 1"), "value"),
    (lambda c: c["bound"].update(value="1\n"), "value"),
    (lambda c: c["bound"].update(value="1_0"), "value"),
    (lambda c: c["bound"].update(value="+1"), "value"),
    (lambda c: c["bound"].update(value="1*2^20001"), "exponent"),
    (lambda c: c["bound"].update(value="1*2^999999999999"), "value"),
    (lambda c: c["bound"].update(value="9" * 1_000_000), "value"),
    (lambda c: c["bound"].update(slack="1"), "slack"),
    (lambda c: c["target"].update(expression="x**2+y"), "name"),
    (lambda c: c["target"].update(expression="x**2+x1"), "variable"),
    (lambda c: c["target"].update(expression="__import__('os')"), "name"),
    (lambda c: c["target"].update(expression="(" * 100_000 + "x" + ")" * 100_000), "characters"),
    (lambda c: c["target"].update(expression="(" * 4_000 + "x" + ")" * 4_000), "nested"),
    (lambda c: c["target"].update(expression="9" * 9_000), "digits"),
    (lambda c: c["target"].update(expression="x**" * 50 + "9"), "exponent"),
    (lambda c: c["target"].update(expression=2), "expression"),
    (lambda c: c["target"].update(domain=["0"]), "domain"),
    (lambda c: c["target"].update(domain=["1", "0"]), "domain"),
    (lambda c: c["target"].update(domain=["1", "1"]), "domain"),
    (lambda c: c["target"].update(domain=[0, 1]), "domain"),
    (lambda c: c["target"].update(domain={"0": "1"}), "domain"),
    (lambda c: c["network"].update(width=5), "list of 5"),
    (lambda c: c["network"].update(width=10**8), "side file"),
    (lambda c: c["network"].update(form=None), "form"),
    (lambda c: c.update(network=None), "form"),
    (lambda c: c.update(witness=None), "witness"),
    (lambda c: c["witness"].pop("scalars"), "scalars"),
    (lambda c: c["witness"].update(file={}), "arrays"),
    (lambda c: c["witness"]["scalars"].update(gamma="1"), "gamma"),
    (lambda c: c["witness"]["scalars"].update(offset="1/3"), "float64"),
    (lambda c: c["witness"]["scalars"].update(offset="1*2^1024"), "float64"),
    (lambda c: c["witness"]["scalars"].update(offset="1*2^-1075"), "float64"),
    (lambda c: c["witness"]["arrays"].update(p=[]), "arrays"),
    (lambda c: c["witness"]["arrays"].pop("b"), "arrays"),
    (lambda c: c["witness"]["arrays"].update(b=["0"] * 3), "list of 4"),
    (lambda c: c["witness"]["arrays"].update(b="0000"), "list of 4"),
    (lambda c: c["witness"]["arrays"].update(b=[0, 0, 0, 0]), "number"),
    (lambda c: c["witness"]["arrays"].update(b=["0", "0", "0", "9007199254740993"]), "float64"),
    (lambda c: c["witness"]["arrays"].update(b=[["0"]] * 4), "number"),
]


@pytest.mark.parametrize(("change", "reason"), MUTATIONS)
def test_resealed_mutations(tmp_path: Path, change: Change, reason: str) -> None:
    certificate = json.loads(json.dumps(GOOD))
    change(certificate)
    refused(check_file(build.write(tmp_path, certificate)), reason)


def test_wrong_hashes(tmp_path: Path) -> None:
    for wrong in ("0" * 64, "", None, GOOD["sha256"].upper(), [GOOD["sha256"]]):
        refused(check_file(write(tmp_path, json.dumps(GOOD | {"sha256": wrong}))), "sha256")
    without = {k: v for k, v in GOOD.items() if k != "sha256"}
    refused(check_file(write(tmp_path, json.dumps(without))), "sha256")


def test_order_and_spaces_do_not_count(tmp_path: Path) -> None:
    shuffled = dict(sorted(GOOD.items(), reverse=True))
    assert check_file(write(tmp_path, json.dumps(shuffled, indent=8))).status == "PROVED"


def test_other_languages_and_half_characters(tmp_path: Path) -> None:
    certificate = build.sealed(GOOD | {"claim": "Une borne \u2264 1/64 \U0001f9ca"})
    for escaped in (True, False):
        text = json.dumps(certificate, ensure_ascii=escaped)
        assert check_file(write(tmp_path, text)).status == "PROVED"
    half = json.dumps(GOOD).replace("A bound.", "\\ud800")
    refused(check_file(write(tmp_path, half)), "surrogate")


# Side files


def beside(folder: Path, **changed: Any) -> Path:
    """A good certificate with a side file, and changes to what it says of that file."""
    certificate = build.relu("x**2", "1/64", ARRAYS, offset=OFFSET, folder=folder)
    certificate["witness"]["file"].update(changed)
    return build.write(folder, certificate)


def side(path: Path) -> Path:
    [found] = path.parent.glob("*.bin")
    return found


def test_side_files_are_read(tmp_path: Path) -> None:
    assert check_file(beside(tmp_path)).status == "PROVED"


def replace_bytes(path: Path, content: bytes) -> Path:
    """Exchange the side file together with every hash: only its meaning can be wrong."""
    certificate = json.loads(path.read_text())
    side(path).unlink()
    digest = hashlib.sha256(content).hexdigest()
    (path.parent / f"{digest}.bin").write_bytes(content)
    certificate["witness"]["file"].update(name=f"{digest}.bin", sha256=digest)
    return build.write(path.parent, certificate)


@pytest.mark.parametrize("special", [float("nan"), float("inf"), float("-inf")])
def test_numbers_must_be_finite(tmp_path: Path, special: float) -> None:
    path = beside(tmp_path)
    content = side(path).read_bytes()
    for place in (0, 5, 11):
        mutated = content[: 8 * place] + struct.pack("<d", special) + content[8 * place + 8 :]
        refused(check_file(replace_bytes(path, mutated)), "not finite")


@pytest.mark.parametrize("size", [0, 1, 8, 95, 97, 104, 10_000])
def test_side_files_of_the_wrong_size(tmp_path: Path, size: int) -> None:
    path = replace_bytes(beside(tmp_path), b"\0" * size)
    refused(check_file(path), "longer" if size > 96 else "bytes instead of 96")


def test_a_damaged_side_file(tmp_path: Path) -> None:
    path = beside(tmp_path)
    content = bytearray(side(path).read_bytes())
    content[40] ^= 1
    side(path).write_bytes(content)
    refused(check_file(path), "sha256")
    side(path).write_bytes(content[:50])
    refused(check_file(path), "bytes")
    side(path).unlink()
    refused(check_file(path), "cannot be read")


def test_one_bit_of_a_side_file_is_another_network(tmp_path: Path) -> None:
    path = beside(tmp_path)
    content = bytearray(side(path).read_bytes())
    content[8 * 5] ^= 1  # the last bit of a coefficient of an exactly tight bound
    assert check_file(replace_bytes(path, bytes(content))).status == "REFUTED"


LAYOUT = [["W", 4], ["C", 4], ["b", 4]]


@pytest.mark.parametrize(
    "changed",
    [
        {"name": "../x.bin"},
        {"name": "/etc/passwd"},
        {"name": "a/b.bin"},
        {"name": "..\\x.bin"},
        {"name": "c.json"},
        {"name": "\0.bin"},
        {"name": None},
        {"name": "0" * 64 + ".bin"},
        {"name": "../" * 30 + "etc/passwd", "sha256": "../" * 30 + "etc/passwd"},
        {"name": "/dev/zero.bin", "sha256": "/dev/zero"},
        {"sha256": None},
        {"sha256": "0" * 64},
        {"sha256": 64},
        {"layout": LAYOUT[:2]},
        {"layout": [*LAYOUT, ["d", 4]]},
        {"layout": [LAYOUT[1], LAYOUT[0], LAYOUT[2]]},
        {"layout": [["W", 4], ["C", 8], ["b", 0]]},
        {"layout": [["W", 4], ["C", "4"], ["b", 4]]},
        {"layout": {"W": 4}},
        {"layout": None},
        {"dtype": "<f8"},
    ],
)
def test_what_a_certificate_says_of_its_side_file(tmp_path: Path, changed: dict[str, Any]) -> None:
    refused(check_file(beside(tmp_path, **changed)))


def test_links_and_devices(tmp_path: Path) -> None:
    path = beside(tmp_path)
    real = side(path)
    elsewhere = tmp_path / "elsewhere"
    real.rename(elsewhere)
    real.symlink_to(elsewhere)
    refused(check_file(path), "cannot be read")
    real.unlink()
    real.symlink_to("/dev/zero")
    refused(check_file(path), "cannot be read")
    real.unlink()
    os.mkfifo(real)
    refused(check_file(path), "regular")
    real.unlink()
    real.mkdir()
    refused(check_file(path), "regular")
    # The certificate itself may be a link: its user named it.
    real.rmdir()
    elsewhere.rename(real)
    link = tmp_path / "link.json"
    link.symlink_to(path)
    assert check_file(link).status == "PROVED"


def test_unreadable_paths(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    loop = tmp_path / "loop"
    loop.symlink_to(loop)
    for path in (tmp_path, tmp_path / "absent", pipe, loop, "/dev/zero", "a\0b"):
        result = check_file(path)
        assert not result.readable
        refused(result, "cannot be read")
        assert exit_status([result]) == 2


def test_limits_are_the_callers(tmp_path: Path) -> None:
    path = beside(tmp_path)
    assert check_file(path, limits=Limits(side_bytes=96)).status == "PROVED"
    refused(check_file(path, limits=Limits(side_bytes=95)), "longer")
    refused(check_file(path, limits=Limits(json_bytes=100)), "longer")
    inline = build.write(tmp_path, GOOD)
    assert check_file(inline, limits=Limits(inline_numbers=12)).status == "PROVED"
    refused(check_file(inline, limits=Limits(inline_numbers=11)), "side file")


def test_many_inline_numbers_belong_in_a_side_file(tmp_path: Path) -> None:
    arrays = {name: [1.0] * 2000 for name in ("W", "C", "b")}
    refused(check_file(build.write(tmp_path, build.relu("x", "9999", arrays))), "side file")


@pytest.mark.parametrize("key", ["width", "target", "norm", "bound", "witness"])
def test_lower_knots_lack_nothing(tmp_path: Path, key: str) -> None:
    refused(check_file(build.write(tmp_path, {k: v for k, v in KNOTS.items() if k != key})), key)
