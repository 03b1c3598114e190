"""Assertions for property tests of constructions: certified, with both ends in the message.

They fail with AssertionError when a claim is refuted *or* undecided: a test passes only on proof.
"""

from __future__ import annotations

from fractions import Fraction

import numpy as np

from numerics.networks import Network, PermutationNetwork
from theory.targets.target import Target
from verify.certify.sup import SupError, certify_sup

__all__ = ["assert_exceeds", "assert_permutation", "assert_within"]


def assert_within(
    network: Network, target: Target, bound: float | Fraction, *, gap: float = 1e-6
) -> SupError:
    """Assert sup |f - g| <= ``bound`` by a certified upper end; returns the enclosure."""
    error = certify_sup(network, target, gap=gap)
    if error.lower > bound:
        raise AssertionError(
            f"refuted: |f - g| = {error.lower!r} > {float(bound)!r} near x = {error.where!r} for "
            f"{target.text} on [{target.low}, {target.high}], width {network.width}"
        )
    if error.upper > bound:
        raise AssertionError(
            f"undecided: sup |f - g| lies in [{error.lower!r}, {error.upper!r}], the bound "
            f"{float(bound)!r} inside it; ask for a smaller gap than {gap!r}"
        )
    return error


def assert_exceeds(network: Network, target: Target, bound: float | Fraction) -> SupError:
    """Assert sup |f - g| >= ``bound`` by an attained error: what a lower bound demands."""
    error = certify_sup(network, target)
    if error.lower < bound:
        raise AssertionError(
            f"not shown: attained error {error.lower!r} (at most {error.upper!r}) against the "
            f"lower bound {float(bound)!r}"
        )
    return error


def assert_permutation(network: PermutationNetwork) -> None:
    """Assert that (p, q) is bit by bit a permutation of the initial vector."""
    if network.is_permutation():
        return
    ours = np.sort(np.concatenate([network.p, network.q]))
    declared = np.sort(network.initial)
    first = int(np.flatnonzero(ours != declared)[0]) if (ours != declared).any() else -1
    where = "a signed zero" if first < 0 else f"{ours[first]!r} against {declared[first]!r}"
    raise AssertionError(f"not a permutation of the initial vector: {where}")
