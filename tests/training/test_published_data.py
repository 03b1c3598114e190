"""The shipped figures belong to the shipped protocol, and agree with the published ones."""

from __future__ import annotations

import argparse
import json
import math
from dataclasses import asdict
from pathlib import Path

import numpy as np
import pytest

from benchmarks.published_protocol import published_figure, shard
from numerics.permutation.protocols import PUBLISHED

DATA = Path(__file__).resolve().parents[2] / "verify" / "data"
published = json.loads((DATA / "permutation_training.json").read_text(encoding="utf-8"))
reproduced = json.loads((DATA / "reproduced_training.json").read_text(encoding="utf-8"))
RUNS = [(series, width) for series, runs in reproduced["series"].items() for width in sorted(runs)]


def test_protocol_has_not_changed_since() -> None:
    protocol = json.loads(json.dumps(asdict(PUBLISHED)))
    del protocol["seeds"], protocol["arrangement"]
    assert reproduced["protocol"] == protocol


@pytest.mark.parametrize(("series", "width"), RUNS)
def test_figures(series: str, width: str) -> None:
    entry = reproduced["series"][series][width]
    errors = np.array(entry["errors"])
    assert errors.size == len(entry["seeds"])
    assert entry["geometric_mean"] == pytest.approx(np.exp(np.log(errors).mean()), rel=1e-4)
    assert entry["published"] == published_figure(published, series, int(width))
    assert entry["frozen_unchanged"]
    if entry["published"] is None:
        return
    # Same protocol, other seeds: within a factor e^(4 s), s the deviation of the two log-means.
    deviation = math.sqrt(np.log(errors).var(ddof=1) * (1 / errors.size + 1 / 10))
    assert abs(math.log(entry["geometric_mean"] / entry["published"])) < 4 * deviation


def test_shards_share_the_grid() -> None:
    assert shard("2/3") == (2, 3)
    for bad in ("0/2", "3/2", "1", "a/b"):
        with pytest.raises(argparse.ArgumentTypeError, match="no K/M"):
            shard(bad)
