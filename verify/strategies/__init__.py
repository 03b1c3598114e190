"""Hypothesis strategies: aim them at your own constructions.

===============  ==================================================================================
``permutation``  targets and their certified constants, domains, widths, permutations, kink
                 sequences, networks with permuted coefficients
``bias``         frozen draws and weights, bias vectors, networks, targets they can meet exactly
``ridgelet``     activations, boxes V, ridge networks of a class, targets on boxes, dual functions
``networks``     relu networks with free parameters, recurrent networks
``data``         boxes, and data sets for CSV files
``documents``    valid certificates of every kind
``mutations``    certificates that must be refused
===============  ==================================================================================

All of them are names of this package.  It and ``verify.testing`` alone need hypothesis.  Every
strategy is valid by construction (nothing is filtered), has small defaults and keyword-only
bounds, and shrinks to short, round examples.  A bad bound raises InputError, at the latest when
something is drawn.  Examples::

    @given(profile=profiles(smoothness="lipschitz"), width=widths(max_value=60))
    @given(network=ridge_networks(activation="tanh", box=(lam, beta), budget=B))
    @given(mutant=mutated_certificates(kinds=["upper"]))
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from verify.strategies.bias import bias_networks as bias_networks
    from verify.strategies.bias import bias_vectors as bias_vectors
    from verify.strategies.bias import frozen_draws as frozen_draws
    from verify.strategies.bias import given_weights as given_weights
    from verify.strategies.bias import reachable_targets as reachable_targets
    from verify.strategies.bias import units as units
    from verify.strategies.data import boxes as boxes
    from verify.strategies.data import data_sets as data_sets
    from verify.strategies.documents import certificates as certificates
    from verify.strategies.mutations import Mutant as Mutant
    from verify.strategies.mutations import mutated_certificates as mutated_certificates
    from verify.strategies.networks import recurrent_networks as recurrent_networks
    from verify.strategies.networks import relu_networks as relu_networks
    from verify.strategies.permutation import domains as domains
    from verify.strategies.permutation import kink_sequences as kink_sequences
    from verify.strategies.permutation import permutation_networks as permutation_networks
    from verify.strategies.permutation import permutations as permutations
    from verify.strategies.permutation import profiles as profiles
    from verify.strategies.permutation import targets as targets
    from verify.strategies.permutation import widths as widths
    from verify.strategies.ridgelet import activation_names as activation_names
    from verify.strategies.ridgelet import activations as activations
    from verify.strategies.ridgelet import box_targets as box_targets
    from verify.strategies.ridgelet import dual_functions as dual_functions
    from verify.strategies.ridgelet import parameter_boxes as parameter_boxes
    from verify.strategies.ridgelet import ridge_networks as ridge_networks

__all__ = [
    "Mutant",
    "activation_names",
    "activations",
    "bias_networks",
    "bias_vectors",
    "box_targets",
    "boxes",
    "certificates",
    "data_sets",
    "domains",
    "dual_functions",
    "frozen_draws",
    "given_weights",
    "kink_sequences",
    "mutated_certificates",
    "parameter_boxes",
    "permutation_networks",
    "permutations",
    "profiles",
    "reachable_targets",
    "recurrent_networks",
    "relu_networks",
    "ridge_networks",
    "targets",
    "units",
    "widths",
]
_MODULES = {
    "bias": (
        "bias_networks",
        "bias_vectors",
        "frozen_draws",
        "given_weights",
        "reachable_targets",
        "units",
    ),
    "documents": ("certificates",),
    "data": (
        "boxes",
        "data_sets",
    ),
    "mutations": (
        "Mutant",
        "mutated_certificates",
    ),
    "networks": (
        "recurrent_networks",
        "relu_networks",
    ),
    "permutation": (
        "domains",
        "kink_sequences",
        "permutation_networks",
        "permutations",
        "profiles",
        "targets",
        "widths",
    ),
    "ridgelet": (
        "activation_names",
        "activations",
        "box_targets",
        "dual_functions",
        "parameter_boxes",
        "ridge_networks",
    ),
}


def __getattr__(name: str) -> object:
    """Imports hypothesis when a strategy is first asked for."""
    for module, names in _MODULES.items():
        if name in names:
            return getattr(import_module(f"verify.strategies.{module}"), name)
    raise AttributeError(name)


def __dir__() -> list[str]:
    return __all__
