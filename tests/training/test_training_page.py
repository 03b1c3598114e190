"""The page on training shows the stored figures, and the figures say what the page says."""

from __future__ import annotations

from benchmarks.training_figures import geometric, load
from benchmarks.training_tables import PAGE, TABLES, updated


def test_page_shows_the_stored_figures() -> None:
    page = PAGE.read_text(encoding="utf-8")
    assert updated(page) == page, "run: python benchmarks/training_tables.py --write"
    for table in TABLES.values():
        assert table() in page


def test_search_is_below_the_construction_and_above_the_bound() -> None:
    rows = load("search_training.json")["rows"]
    searched = [key for key in rows if key.endswith(" search")]
    assert len(searched) >= 12
    for key in searched:
        bounds = rows[key.replace("search", "bounds")]
        assert bounds["lower"] < rows[key]["certified"]
        if int(key.split()[1]) <= 320:
            assert rows[key]["certified"] < bounds["constructed"]
            plain = rows.get(key.replace("search", "plain"))
            assert plain is None or plain["certified"] > 3 * rows[key]["certified"]
        assert rows[key]["certified"] == min(rows[key]["errors"])


def test_floor_of_the_directions_is_above_what_more_directions_reach() -> None:
    rows = load("planar_training.json")["rows"]
    assert min(rows[f"slow 4 {n}"]["free"] for n in (20, 40)) > 0.1
    assert max(rows["slow 8 40"][kind] for kind in ("free", "trained")) < 0.01


def test_intervals() -> None:
    middle, low, high = geometric([1.0, 4.0])
    assert middle == 2.0
    assert low < 1.0 < 4.0 < high
    assert geometric([3.0])[1:] == geometric([3.0])[:1] * 2
