"""Networks in ``.npz`` and ``.safetensors`` files: read with care, written whole.

Permutation form: ``locations``, ``p``, ``q``, ``alpha``, ``gamma``, ``initial``.
Relu form: ``W`` (n,1) or (n,), ``C`` (1,n) or (n,), ``b`` (n,), optionally ``offset``.
"""

from __future__ import annotations

import zipfile
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from numerics.networks import Network, PermutationNetwork, Provenance, ReluNetwork
from theory.errors import InputError
from verify.files import atomic_path

PERMUTATION_KEYS = ("locations", "p", "q", "alpha", "gamma")
RELU_KEYS = ("W", "C", "b")


def read_arrays(
    path: Path, *, argument: str, texts: tuple[str, ...] = ()
) -> dict[str, NDArray[np.float64]]:
    """All arrays of the file as float64 (float32 and integers are widened exactly).

    Arrays named in ``texts`` are left out: ``read_text`` reads them.
    Raises InputError when the file cannot be read or holds something that is not real numbers;
    pickled objects are never loaded.
    """
    accepted = "a .npz or .safetensors file of real arrays is accepted"
    if path.suffix not in (".npz", ".safetensors"):
        raise InputError(argument, path, "has another kind of name:", accepted)
    try:
        raw = _read_npz(path) if path.suffix == ".npz" else _read_safetensors(path)
    except ImportError:
        problem = "needs the package safetensors to be read:"
        raise InputError(argument, path, problem, "pip install 'icebound[train]'") from None
    except OSError as error:
        reason = (error.strerror or "not an array file").lower()
        raise InputError(argument, path, f"cannot be read ({reason}):", accepted) from None
    except (ValueError, zipfile.BadZipFile, KeyError, EOFError) as error:
        detail = str(error).splitlines()[0][:80] if str(error) else "not an array file"
        raise InputError(argument, path, f"cannot be read ({detail}):", accepted) from None
    return {name: _widen(name, array, argument) for name, array in raw.items() if name not in texts}


def read_text(path: Path, name: str, *, argument: str) -> str:
    """The text stored under ``name`` in a ``.npz`` that ``read_arrays`` could read.

    Raises InputError where it is missing or no text.
    """
    found = _read_npz(path).get(name)
    if found is None or found.dtype.kind != "U" or found.shape:
        raise InputError(argument, name, f"{path.name} lacks the text", "one text is accepted")
    return str(found)


def _read_npz(path: Path) -> dict[str, NDArray[Any]]:
    # opened here: np.load keeps the file of a damaged archive open
    with path.open("rb") as stream, np.load(stream, allow_pickle=False) as archive:
        if not isinstance(archive, np.lib.npyio.NpzFile):
            raise ValueError("a single array, not an archive")
        return {name: archive[name] for name in archive.files}


def _read_safetensors(path: Path) -> dict[str, NDArray[Any]]:
    from safetensors import SafetensorError
    from safetensors.numpy import load_file

    try:
        return dict(load_file(path))
    except SafetensorError as error:
        raise ValueError(str(error)) from None


def _widen(name: str, array: NDArray[Any], argument: str) -> NDArray[np.float64]:
    if array.dtype.kind not in "fiu" or array.dtype.itemsize > 8:
        raise InputError(argument, f"{name}: {array.dtype}", "holds", "real float64 is accepted")
    wide = array.astype(np.float64)
    if array.dtype.kind in "iu" and not np.array_equal(wide.astype(array.dtype), array):
        raise InputError(argument, name, "holds integers beyond 2^53 in", "float64 is accepted")
    if not np.isfinite(wide).all():
        bad = wide[~np.isfinite(wide)].flat[0]
        raise InputError(argument, f"{name}: {bad}", "holds", "finite numbers are accepted")
    return wide


def read_network(path: Path, *, argument: str = "--network") -> Network:
    """The network in ``path``, in the form its array names say.

    The frozen vectors of a permutation network are taken as given (they are part of the claim).
    Raises InputError for missing arrays, wrong shapes, or coefficients that are no permutation.
    """
    arrays = read_arrays(path, argument=argument)
    if all(key in arrays for key in PERMUTATION_KEYS):
        return _permutation(arrays, argument)
    if all(key in arrays for key in RELU_KEYS):
        flat = {key: _vector(arrays[key], key, argument) for key in RELU_KEYS}
        offset = _scalar(arrays.get("offset", np.zeros(())), "offset", argument)
        if len({vector.size for vector in flat.values()}) > 1:
            sizes = ", ".join(f"{key} {vector.size}" for key, vector in flat.items())
            raise InputError(argument, sizes, "has different lengths:", "equal lengths n")
        return ReluNetwork(flat["W"], flat["b"], flat["C"], offset)
    found = ", ".join(sorted(arrays)) or "nothing"
    wanted = f"{', '.join(PERMUTATION_KEYS)} [initial], or {', '.join(RELU_KEYS)} [offset]"
    raise InputError(argument, found, "holds", f"the arrays {wanted} are accepted")


def _permutation(arrays: dict[str, NDArray[np.float64]], argument: str) -> PermutationNetwork:
    p, q = (_vector(arrays[key], key, argument) for key in "pq")
    declared = arrays.get("initial")
    initial = np.concatenate([p, q]) if declared is None else declared
    network = PermutationNetwork(
        _vector(arrays["locations"], "locations", argument),
        p,
        q,
        _scalar(arrays["alpha"], "alpha", argument),
        _scalar(arrays["gamma"], "gamma", argument),
        np.where(initial == 0.0, 0.0, initial),
        Provenance("given", "given"),
    )
    if not network.is_permutation():
        problem = "holds coefficients that are no permutation of"
        raise InputError(argument, "initial", problem, "p, q in any order of initial is accepted")
    return network


def _vector(array: NDArray[np.float64], name: str, argument: str) -> NDArray[np.float64]:
    if array.size == 0 or sum(size > 1 for size in array.shape) > 1:
        raise InputError(argument, f"{name} {array.shape}", "has shape", "(n,) is accepted")
    return array.reshape(-1)


def _scalar(array: NDArray[np.float64], name: str, argument: str) -> float:
    if array.size != 1:
        raise InputError(argument, f"{name} {array.shape}", "has shape", "one number is accepted")
    return float(array.reshape(-1)[0])


def write_network(path: Path, network: Network) -> Path:
    """Write ``network`` as float64 ``.npz`` (no pickles), atomically; returns ``path``."""
    if isinstance(network, PermutationNetwork):
        arrays = {key: np.asarray(getattr(network, key)) for key in (*PERMUTATION_KEYS, "initial")}
    else:
        arrays = {
            "W": network.W.reshape(-1, 1),
            "C": network.C.reshape(1, -1),
            "b": network.b,
            "offset": np.asarray(network.offset),
        }
    with atomic_path(path) as temporary, temporary.open("wb") as stream:
        np.savez(stream, allow_pickle=False, **arrays)
    return path
