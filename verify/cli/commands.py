"""Every command with its line of help and the module that makes it: only that one is imported."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module

import typer

from verify.cli.help import Group


@dataclass(frozen=True)
class Entry:
    """A command of ``module``, or a group whose parts come from ``modules``."""

    help: str
    modules: tuple[str, ...]
    group: bool = False


FAMILIES = ("permutation", "bias", "width_bias", "width_rnn", "ridgelet")

COMMANDS: dict[str, Entry] = {
    "sandwich": Entry(
        "Lower bound, construction and trained network side by side.", FAMILIES, group=True
    ),
    "construct": Entry("A construction only.", FAMILIES, group=True),
    "width": Entry("The smallest width that a theorem guarantees.", FAMILIES, group=True),
    "optimum": Entry("The best of all networks of a class, enclosed.", ("optimum",), group=True),
    "frontier": Entry(
        "Certified error against budget |c|_1: what no network beats, and one that is close.",
        ("frontier",),
    ),
    "response": Entry(
        "Exact error and budget of the best density on a band, in L2(R^d).", ("response",)
    ),
    "budget": Entry(
        "The l1 norm of output weights that no network of any width can do without.", ("budget",)
    ),
    "certify": Entry(
        "Certified sup-norm error of your own one-hidden-layer relu network.", ("networks",)
    ),
    "dynamics": Entry(
        "A recurrent network with frozen weights learns a system by its biases (measured).",
        ("dynamics",),
    ),
    "trajectory": Entry(
        "How far a trained recurrent network is from the true solution, for a box of starts.",
        ("trajectory",),
    ),
    "check": Entry("Re-derive certificates with the independent checker.", ("certificates",)),
    "show": Entry(
        "A certificate in words (its bound is not checked; see ``check``).", ("certificates",)
    ),
    "prove": Entry(
        "Prove the lemmas behind the theorems: all of them, or those named.", ("prove",)
    ),
    "sweep": Entry(
        "A grid of claims with their certificates, in a database; nothing is computed twice.",
        ("sweep",),
    ),
    "report": Entry(
        "One self-contained page: what was run, charts, verdicts, certificates, statements.",
        ("report",),
    ),
    "theorems": Entry(
        "The statements: direction, status, hypotheses, bound, where proved and tested.",
        ("knowledge",),
    ),
    "targets": Entry(
        "Example targets, the functions of the grammar, and the strongest theorem for each.",
        ("knowledge",),
    ),
    "activations": Entry(
        "The activations: spectrum, kappa, Lipschitz constant, analyticity, supported commands.",
        ("ridge_activations",),
    ),
    "doctor": Entry(
        "Versions, optional packages, and a small claim made, checked and refuted.",
        ("knowledge",),
    ),
}


def load(name: str) -> typer.Typer:
    """An application that holds the command ``name``, or its parts where it is a group."""
    entry = COMMANDS[name]
    app = typer.Typer(help=entry.help, no_args_is_help=True, cls=Group)
    for module in entry.modules:
        register = import_module(f"verify.cli.{module}").register
        if entry.group and entry.modules == FAMILIES:
            register(name, app)
        else:
            register(app)
    return app
