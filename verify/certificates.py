"""Writing certificates (schema ``icebound.certificate/1``, note C).

A certificate holds a claim, a witness and a bound as exact numbers; :mod:`verify.checker`
re-derives it without trusting anything here.  JSON floats never occur: numbers are ``p``, ``p/q``
or ``m*2^e``.  Large witnesses go to ``<sha256>.bin`` beside the certificate, little-endian float64.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from importlib import metadata
from pathlib import Path
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from numerics.networks import Network, PermutationNetwork
from theory.rigor.balls import dyadic_text
from theory.rigor.numbers import exact_text
from theory.targets.target import Target
from verify.display import shown_down, shown_up
from verify.files import write_bytes, write_text

SCHEMA = "icebound.certificate/1"
INLINE_LIMIT = 4096


@dataclass(frozen=True)
class Certificate:
    """A claim with everything a checker needs.

    ``inputs`` are the kind's own keys (target, network, width, ...), ``arrays`` float64 witnesses,
    ``scalars`` exact numbers as text, ``bound`` a float in the safe direction.
    """

    kind: str
    claim: str
    direction: Literal["upper", "lower"]
    bound: float | Fraction
    inputs: Mapping[str, Any]
    scalars: Mapping[str, str] = field(default_factory=dict)
    arrays: Mapping[str, NDArray[np.float64]] = field(default_factory=dict)

    def write(self, path: Path) -> Path:
        """Write the certificate, and its side file if the witness is large; returns ``path``."""
        witness: dict[str, Any] = {"scalars": dict(self.scalars)}
        total = sum(array.size for array in self.arrays.values())
        if total <= INLINE_LIMIT:
            witness["arrays"] = self._inline()
        else:
            content = b"".join(
                np.ascontiguousarray(array, dtype="<f8").tobytes() for array in self.arrays.values()
            )
            digest = hashlib.sha256(content).hexdigest()
            write_bytes(path.parent / f"{digest}.bin", content)
            witness["file"] = {
                "name": f"{digest}.bin",
                "sha256": digest,
                "layout": [[name, int(array.size)] for name, array in self.arrays.items()],
            }
        document = self._document(witness)
        write_text(path, document_text(document))
        return path

    def document(self) -> dict[str, Any]:
        """The certificate as JSON, its witness inline whatever its size."""
        return self._document({"scalars": dict(self.scalars), "arrays": self._inline()})

    def _inline(self) -> dict[str, list[str]]:
        return {
            name: [dyadic_text(value) for value in array.tolist()]
            for name, array in self.arrays.items()
        }

    def _document(self, witness: dict[str, Any]) -> dict[str, Any]:
        value = self.bound
        exact = exact_text(value) if isinstance(value, Fraction) else dyadic_text(value)
        document = {
            "schema": SCHEMA,
            "kind": self.kind,
            "claim": self.claim,
            **self.inputs,
            "witness": witness,
            "bound": {"direction": self.direction, "value": exact},
            "versions": {name: _version(name) for name in ("icebound", "python-flint", "numpy")},
        }
        return sealed(document)


def sealed(document: Mapping[str, Any]) -> dict[str, Any]:
    """``document`` with the ``sha256`` that belongs to its other members."""
    body = {key: value for key, value in document.items() if key != "sha256"}
    return body | {"sha256": hashlib.sha256(canonical(body)).hexdigest()}


def document_text(document: Mapping[str, Any]) -> str:
    """The text of a certificate's file."""
    return json.dumps(document, indent=1, sort_keys=True, ensure_ascii=False) + "\n"


def canonical(document: Mapping[str, Any]) -> bytes:
    """The canonical form whose SHA-256 the certificate carries."""
    return json.dumps(document, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode(
        "utf-8"
    )


def _version(name: str) -> str:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return "unknown"


def target_input(target: Target) -> dict[str, Any]:
    """The ``target`` key: expression and exact domain."""
    return {"expression": target.text, "domain": [exact_text(target.low), exact_text(target.high)]}


def domain_text(target: Target) -> str:
    """``[a, b]`` with exact ends, for sentences."""
    return f"[{exact_text(target.low)}, {exact_text(target.high)}]"


def upper_certificate(network: Network, target: Target, bound: float) -> Certificate:
    """``upper``: this very network is within ``bound`` of the target in the sup norm (C3)."""
    where = f"{target.text} on {domain_text(target)} within {shown_up(bound, 6)} in the sup norm"
    if isinstance(network, PermutationNetwork):
        described, arrays = _permutation_input(network)
        scalars = {"alpha": dyadic_text(network.alpha), "gamma": dyadic_text(network.gamma)}
        claim = f"A permutation network of width {network.width} approximates {where}."
    else:
        described = {"form": "relu", "width": network.width}
        arrays = {"W": network.W, "C": network.C, "b": network.b}
        scalars = {"offset": dyadic_text(network.offset)}
        claim = f"A one-hidden-layer relu network of width {network.width} approximates {where}."
    inputs = {"target": target_input(target), "norm": "sup", "network": described}
    return Certificate("upper", claim, "upper", bound, inputs, scalars, arrays)


def _permutation_input(
    network: PermutationNetwork,
) -> tuple[dict[str, Any], dict[str, NDArray[np.float64]]]:
    origin = network.provenance
    arrays = {"locations": network.locations, "p": network.p, "q": network.q}
    if origin.initial == "given":
        arrays["initial"] = network.initial
    drawn = "drawn" in origin.locations or "drawn" in origin.initial
    described = {
        "form": "permutation",
        "width": network.width,
        "locations": _rule(origin.locations, origin.location_range),
        "initial": _rule(origin.initial, origin.initial_range),
        "draw": {"family": "permutation", "seed": str(origin.seed)} if drawn else None,
        "readout": network.readout,
    }
    return described, arrays


def _rule(rule: str, half_width: float | None) -> dict[str, str]:
    if rule.startswith("drawn") and half_width is not None:
        return {"rule": rule, "range": dyadic_text(half_width)}
    return {"rule": rule}


def knots_certificate(
    target: Target, width: int, bound: float, points: NDArray[np.float64]
) -> Certificate:
    """``lower-knots``: no relu network with ``width`` units is closer than ``bound`` (B6)."""
    claim = (
        f"Every one-hidden-layer relu network with {width} hidden units, however trained, is at "
        f"least {shown_down(bound, 6)} away from {target.text} on {domain_text(target)} "
        "in the sup norm."
    )
    inputs = {"target": target_input(target), "norm": "sup", "width": width}
    return Certificate("lower-knots", claim, "lower", bound, inputs, {}, {"points": points})


def spline_certificate(
    target: Target,
    locations: NDArray[np.float64],
    bound: float,
    points: NDArray[np.float64],
    heights: NDArray[np.float64],
    *,
    equidistant: bool,
) -> Certificate:
    """``lower-spline``: no coefficients on these locations are closer than ``bound`` (P10)."""
    where = "equidistant" if equidistant else "given"
    claim = (
        f"Every continuous function that bends at the {locations.size} {where} locations only, "
        f"whatever its coefficients, is at least {shown_down(bound, 6)} away from {target.text} "
        f"on {domain_text(target)} in the sup norm."
    )
    inputs = {
        "target": target_input(target),
        "norm": "sup",
        "width": int(locations.size),
        "locations": {"rule": where},
    }
    arrays = {"points": points, "heights": heights}
    arrays |= {} if equidistant else {"locations": locations}
    return Certificate("lower-spline", claim, "lower", bound, inputs, {}, arrays)


def turn_certificate(target: Target, width: int, bound: float) -> Certificate:
    """``lower-turn``: no permutation without read-out is closer than ``bound`` (P9-turn)."""
    claim = (
        f"Every permutation of +-b_i on {width} equidistant locations b_i, without a read-out, is "
        f"at least {shown_down(bound, 6)} away from {target.text} on {domain_text(target)} in the "
        "sup norm."
    )
    inputs = {"target": target_input(target), "norm": "sup", "width": width}
    return Certificate("lower-turn", claim, "lower", bound, inputs)


def permutation_certificate(
    target: Target,
    width: int,
    bound: float,
    points: NDArray[np.float64],
    triples: NDArray[np.float64],
    *,
    readout: bool,
) -> Certificate:
    """``lower-permutation``: no permutation of this width is closer than ``bound`` (P7)."""
    how = "with any read-out" if readout else "without read-out"
    claim = (
        f"Every permutation of the values +-i/{width - 1} on {width} equidistant locations, {how}, "
        f"is at least {shown_down(bound, 6)} away from {target.text} on {domain_text(target)} "
        "in the sup norm."
    )
    inputs = {"target": target_input(target), "norm": "sup", "width": width, "readout": readout}
    arrays = {"points": points, "triples": triples}
    return Certificate("lower-permutation", claim, "lower", bound, inputs, {}, arrays)


def counting_certificate(
    width: int, lipschitz: Fraction, exponent: int, bound: float, *, readout: bool
) -> Certificate:
    """``counting``: over the Lipschitz ball no permutation does better (P6, counting form)."""
    how = "with an affine read-out" if readout else "without read-out"
    claim = (
        f"On {width} equidistant locations b_i of [0, 1], some function with Lipschitz constant "
        f"{shown_up(float(lipschitz), 6)} is missed by at least {shown_down(bound, 6)} by every "
        f"permutation of b_1..b_n, -b_1..-b_n {how}."
    )
    inputs = {"width": width, "lipschitz": exact_text(lipschitz), "readout": readout}
    return Certificate("counting", claim, "lower", bound, inputs, {"N": str(exponent)})
