"""The sweep over gains: its intervals, its cells, its picture."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("torch")
pytest.importorskip("matplotlib")

from scipy.stats import binom

from benchmarks.gain_sweep import clopper_pearson, main, t_interval


@pytest.mark.parametrize(("hits", "count"), [(0, 10), (3, 10), (10, 10), (1, 1)])
def test_exact_intervals(hits: int, count: int) -> None:
    """At the ends the tail beyond what was seen has 2.5 percent."""
    low, high = clopper_pearson(hits, count)
    assert 0 <= low < high <= 1
    if hits:
        assert binom.sf(hits - 1, count, low) == pytest.approx(0.025)
    if hits < count:
        assert binom.cdf(hits, count, high) == pytest.approx(0.025)


def test_intervals_of_student() -> None:
    mean, low, high = t_interval(np.array([1.0, 2.0, 3.0, 4.0]))
    assert mean == 2.5
    # t(0.975, 3) = 3.18245, standard error sqrt(5/3)/2
    assert (low, high) == pytest.approx((2.5 - 2.05426, 2.5 + 2.05426), abs=1e-4)
    assert np.isnan(t_interval(np.array([1.0]))[1])


def test_a_small_sweep_and_its_resumption(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    call = [
        "--systems=cosine", "--gains=0.8,1.5", "--modes=biases,all", "--seeds=2", "--width=20",
        "--steps=3", f"--out={tmp_path}",
    ]  # fmt: skip
    main(call)
    first = capsys.readouterr().out
    assert len(first.splitlines()) == 5
    assert len(list(tmp_path.glob("*.npz"))) == 4
    assert (tmp_path / "gain_sweep.png").stat().st_size > 1000

    def fail(*arguments: object, **options: object) -> None:
        raise AssertionError("a cell was computed again")

    monkeypatch.setattr("numerics.dynamics.training.train_many", fail)
    main(call)
    assert capsys.readouterr().out == first
    with pytest.raises(AssertionError, match="again"):
        main([*call, "--steps=4"])
