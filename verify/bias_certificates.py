"""Certificates of networks with frozen weights and learned biases (form ``bias`` of ``upper``)."""

from __future__ import annotations

from typing import Any

from numerics.bias.draw import FAMILY
from numerics.bias.network import BiasNetwork
from theory.rigor.balls import dyadic_text
from theory.targets.target import Target
from verify.certificates import Certificate, domain_text, target_input
from verify.display import shown_up


def bias_certificate(network: BiasNetwork, target: Target, bound: float) -> Certificate:
    """``upper``: with these biases the frozen network is within ``bound`` in the sup norm."""
    described: dict[str, Any] = {"form": "bias", "width": network.width}
    if network.draw is None:
        digest = network.frozen_sha256()
        described |= {"weights": "given", "sha256": digest}
        origin = f"given weights {digest[:12]}"
    else:
        seed = str(network.draw.seed)
        described |= {
            "range": dyadic_text(network.draw.half_width),
            "draw": {"family": FAMILY, "seed": seed},
        }
        origin = f"weights drawn from [-{network.draw.half_width:g}, {network.draw.half_width:g}]"
        origin += f" with seed {seed}"
    claim = (
        f"Biases alone bring the relu network of width {network.width} with {origin} within "
        f"{shown_up(bound, 6)} of {target.text} on {domain_text(target)} in the sup norm."
    )
    inputs = {"target": target_input(target), "norm": "sup", "network": described}
    arrays = {"W": network.W, "C": network.C, "b": network.b}
    return Certificate("upper", claim, "upper", bound, inputs, {}, arrays)
