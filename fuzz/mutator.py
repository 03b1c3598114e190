"""Altered inputs that stay JSON: without them nearly every input would die in the reader."""

from __future__ import annotations

import copy
import json
import random
from collections.abc import Callable
from typing import Any

Mutate = Callable[[bytes, int], bytes]

# Values that sit at the edge of some limit, or of some type.
EDGES: tuple[Any, ...] = (
    *(None, True, False, 0, 1, -1, 2, 10**6, 10**30, "", "x", "0", "-1", "1/3", "9" * 400),
    *("1*2^-1074", "1*2^1023", "1*2^20000", "-1*2^-20000", "1/0", "1*2^20001", "nan"),
    *("x**2", "1/x", "sqrt(x-1/2)", "log(x)", "abs(x-1/3)", "exp(exp(9*x))", "sin(1e300*x)"),
    *("tanh", "relu", "step", "gelu", "sinc", "drawn-pairs", "lower", "upper", "all", "sup", "L2"),
    *([], {}, ["0", "1"], ["-1", "1", "0", "1"], ["1*2^-900", "1*2^900"], {"rule": "given"}),
    *({"rule": "drawn", "range": "1"}, {"family": "permutation", "seed": "0"}),
)
WORDS = (
    *("x", "x0", "x1", "k", "r", "pi", "+", "-", "*", "/", "**", "(", ")", "1", "1/3", "1e-3"),
    *("sin(", "cos(", "exp(", "log(", "sqrt(", "tanh(", "abs(", "tan(", "box(", "bspline(3,"),
    *("sinc(", "sech(", "exp(-x**2/2)", "cos(6*x)", "**(1/2)", "**-1", "**1000", "9" * 30),
)


def alter_certificate(data: bytes, limit: int, seed: int, mutate: Mutate) -> bytes:
    """One or two places of the JSON value changed; bytes that are no JSON as libFuzzer likes."""
    rng = random.Random(seed)
    try:
        value = json.loads(data)
    except (ValueError, RecursionError):
        value = None
    if not isinstance(value, dict) or rng.random() < 0.1:
        return mutate(data, limit)
    for _ in range(rng.randint(1, 2)):
        _alter(value, rng, mutate)
    found = json.dumps(value).encode("utf-8", "replace")
    return found if len(found) <= limit else mutate(data, limit)


def alter_expression(data: bytes, limit: int, seed: int, mutate: Mutate) -> bytes:
    """A word of the grammar put in, or a stretch taken out or repeated."""
    rng = random.Random(seed)
    if rng.random() < 0.3:
        return mutate(data, limit)
    text = data.decode("utf-8", "replace")
    for _ in range(rng.randint(1, 4)):
        i = rng.randint(0, len(text))
        j = min(len(text), i + rng.randint(0, 8))
        middle = rng.choice((rng.choice(WORDS), "", text[i:j] * 2, rng.choice(WORDS)))
        text = text[:i] + middle + text[rng.choice((i, j)) :]
    return text.encode("utf-8")[:limit]


def _alter(value: Any, rng: random.Random, mutate: Mutate) -> None:
    """Walk down to a random member of a random container, and change it in place."""
    while True:
        keys = list(value) if isinstance(value, dict) else list(range(len(value)))
        if not keys:
            return
        key = rng.choice(keys)
        inner = value[key]
        if isinstance(inner, dict | list) and inner and rng.random() < 0.85:
            value = inner
            continue
        break
    choice = rng.random()
    if choice < 0.35:
        value[key] = copy.deepcopy(rng.choice(EDGES))
    elif choice < 0.6 and isinstance(inner, str):
        value[key] = mutate(inner.encode("utf-8", "replace"), 200).decode("utf-8", "replace")
    elif choice < 0.7 and isinstance(inner, str):
        found = alter_expression(inner.encode("utf-8", "replace"), 200, rng.getrandbits(30), mutate)
        value[key] = found.decode("utf-8", "replace")
    elif choice < 0.8 and type(inner) is int:
        value[key] = inner + rng.choice((-1, 1, 2, 7, 100))
    elif choice < 0.9:
        value[key] = copy.deepcopy(value[rng.choice(keys)])
    elif isinstance(value, dict):
        del value[key]
    else:
        value.insert(key, copy.deepcopy(inner))
