"""Boxes and data sets.

Valid by construction, small defaults, keyword-only bounds.  Example::

    @given(data=data_sets(dimension=2))
    def test_my_reader(data):
        write_csv(path, data)
        assert my_reader(path) == data.values.tolist()
"""

from __future__ import annotations

from fractions import Fraction

import numpy as np
from hypothesis import strategies as st

from theory.errors import InputError
from verify.data_sets import MOST_COLUMNS, DataSet
from verify.strategies.permutation import domains

__all__ = ["boxes", "data_sets"]

Interval = tuple[Fraction, Fraction]


def boxes(
    *, dimension: int = 1, max_magnitude: int = 4, max_length: int = 4
) -> st.SearchStrategy[tuple[Interval, ...]]:
    """Boxes of exact rationals, one (low, high) per axis as :func:`domains` draws them.

    Raises InputError for bounds below 1.

    >>> len(boxes(dimension=2).example())
    2
    """
    if dimension < 1:
        raise InputError("dimension", dimension, "too small:", "1 or more is accepted")
    side = domains(max_magnitude=max_magnitude, max_length=max_length)
    return st.tuples(*[side] * dimension)


def data_sets(
    *, dimension: int = 1, min_rows: int = 2, max_rows: int = 12
) -> st.SearchStrategy[DataSet]:
    """Points (m, d) and values (m,): repeated rows, equal points with other values, zeros, ties.

    ``verify.data_sets.write_csv`` puts one into a file that the commands read.  Raises InputError
    unless 2 <= min_rows <= max_rows and 1 <= dimension <= 64.

    >>> data = data_sets(dimension=3, max_rows=5).example()
    >>> data.points.shape == (data.rows, 3)
    True
    """
    if not 2 <= min_rows <= max_rows:
        shown = f"{min_rows}..{max_rows}"
        raise InputError("rows", shown, "out of range:", "2 <= min_rows <= max_rows")
    if not 1 <= dimension <= MOST_COLUMNS:
        accepted = f"1 to {MOST_COLUMNS} is accepted"
        raise InputError("dimension", dimension, "out of range:", accepted)
    # tenths are no floats: what a file says and what is meant differ as they do in practice
    cell = st.integers(-30, 30).map(lambda k: k / 10) | st.sampled_from([1e-7, 12345.678, -1e6])
    row = st.lists(cell, min_size=dimension + 1, max_size=dimension + 1)

    def built(rows: list[list[float]]) -> DataSet:
        table = np.array(rows)
        points, values = table[:, :-1].copy(), table[:, -1].copy()
        for array in (points, values):
            array.flags.writeable = False
        return DataSet("drawn", points, values)

    return st.lists(row, min_size=min_rows, max_size=max_rows).map(built)
