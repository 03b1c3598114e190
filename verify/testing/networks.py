"""What a construction may return, and its error as an enclosure."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from numerics.bias.network import BiasNetwork
from numerics.networks import PermutationNetwork, ReluNetwork
from numerics.ridgelet.network import RidgeNetwork
from theory.errors import InputError, Undecided
from theory.targets.box_target import BoxTarget
from theory.targets.target import Target
from verify.certify.sup import certify_sup
from verify.ridge_error import certified_l2

Made = PermutationNetwork | ReluNetwork | BiasNetwork | RidgeNetwork
Aim = Target | BoxTarget

L2_SECONDS = 20.0
ACCEPTED = (
    "a network of any family, a record with a member network, arrays (W, C, b) or a mapping of "
    "them is accepted"
)


@dataclass(frozen=True)
class ErrorEnclosure:
    """lower <= error <= upper in ``norm`` (sup or L2); |f - g| >= lower at ``where`` (sup)."""

    lower: float
    upper: float
    norm: str
    where: float | None = None


def as_network(made: object) -> Made:
    """The network in what a construction returned; g(x) = sum_k C_k relu(W_k x + b_k) for arrays.

    Raises InputError for anything else.
    """
    if isinstance(made, PermutationNetwork | ReluNetwork | BiasNetwork | RidgeNetwork):
        return made
    inner = getattr(made, "network", None)
    if inner is not None and inner is not made:
        return as_network(inner)
    if isinstance(made, Mapping):
        if not {"W", "C", "b"} <= set(made) <= {"W", "C", "b", "offset"}:
            raise InputError("construction", ", ".join(map(str, made)), "returned", ACCEPTED)
        offset = float(made.get("offset", 0.0))
        W, C, b = (np.ravel(np.asarray(made[name])) for name in ("W", "C", "b"))
        return ReluNetwork(W, b, C, offset)
    if isinstance(made, tuple | list) and len(made) == 3:
        return as_network(dict(zip(("W", "C", "b"), made, strict=True)))
    raise InputError("construction", type(made).__name__, "returned", ACCEPTED)


def enclosed_error(network: Made, target: Aim, gap: float) -> ErrorEnclosure:
    """The error of the very float64 numbers: sup norm, or L2 for ridge networks and boxes.

    ``gap``: relative width to aim at in the sup norm; L2 is about as sharp as floats are, and
    unknown (upper end inf) where nothing is established in time.  Raises InputError for a network
    that does not fit the target.
    """
    if isinstance(network, RidgeNetwork):
        box = target
        if isinstance(box, Target):
            box = BoxTarget.parse(box.text, [(box.low, box.high)])
        try:
            return ErrorEnclosure(*certified_l2(network, box, seconds=L2_SECONDS), "L2")
        except Undecided:
            return ErrorEnclosure(0.0, math.inf, "L2")
    if isinstance(target, BoxTarget):
        accepted = "a target of verify.strategies.targets, or a RidgeNetwork, is accepted"
        raise InputError("construction", type(network).__name__, "returned for a box", accepted)
    plain = network.relu() if isinstance(network, BiasNetwork) else network
    error = certify_sup(plain, target, gap=gap)
    return ErrorEnclosure(error.lower, error.upper, "sup", error.where)
