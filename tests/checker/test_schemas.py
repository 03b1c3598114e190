"""The published JSON Schemas accept what the checker accepts, and refuse malformed files."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

import verify
from tests.checker import build
from verify.checker import check_file

jsonschema = pytest.importorskip("jsonschema")
FOLDER = Path(verify.__file__).parent / "schemas"
SCHEMAS = {path.stem: json.loads(path.read_text(encoding="utf-8")) for path in FOLDER.iterdir()}


def conforms(certificate: build.Certificate) -> bool:
    schema = SCHEMAS[certificate["kind"]]
    valid: bool = jsonschema.Draft202012Validator(schema).is_valid(build.sealed(certificate))
    return valid


def test_good_certificates_conform(tmp_path: Path) -> None:
    for certificate in build.examples(tmp_path):
        assert conforms(certificate), certificate
        # (The drawn one does not hold its draw, which a schema cannot see.)
        expected = "REFUTED" if certificate.get("network", {}).get("draw") else "PROVED"
        assert check_file(build.write(tmp_path, certificate)).status == expected


@pytest.mark.parametrize("new", [None, 1, "", "1.5", [], {}, {"rule": "x"}, "1*2^100000"])
def test_what_does_not_conform_is_not_proved(tmp_path: Path, new: Any) -> None:
    checked = 0
    for certificate in build.examples(tmp_path):
        for path in build.places(certificate):
            if not path or path[0] in ("schema", "kind"):
                continue
            changed = build.mutated(certificate, path, new)
            if not conforms(changed):
                checked += 1
                status = check_file(build.write(tmp_path, changed)).status
                assert status in {"INVALID", "REFUTED"}, path
    assert checked > 100
