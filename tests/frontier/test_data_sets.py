"""CSV files: what is read, and one clear line for what is not."""

from __future__ import annotations

import time
from pathlib import Path

import numpy as np
import pytest

from theory.errors import InputError
from verify.data_sets import read_csv


def write(folder: Path, text: str) -> Path:
    path = folder / "data.csv"
    path.write_text(text, encoding="utf-8")
    return path


def test_columns_in_any_order(tmp_path: Path) -> None:
    read = read_csv(write(tmp_path, "y,x1,x0\n1,2,3\n4,5,-6e-1\n"))
    assert (read.rows, read.dimension, read.name) == (2, 2, "data.csv")
    assert read.points.tolist() == [[3.0, 2.0], [-0.6, 5.0]]
    assert read.values.tolist() == [1.0, 4.0]
    with pytest.raises(ValueError, match="read-only"):
        read.values[0] = 2.0


def test_spreadsheet_habits(tmp_path: Path) -> None:
    """A byte order mark, quotes, blanks, Windows line ends and empty lines at the end."""
    path = tmp_path / "data.csv"
    path.write_bytes(b'\xef\xbb\xbf"x0", y\r\n"1", 2\r\n\r\n3,4\r\n\r\n')
    read = read_csv(path)
    assert read.points.ravel().tolist() == [1.0, 3.0]
    assert read.values.tolist() == [2.0, 4.0]


def test_blanks_around_quotes(tmp_path: Path) -> None:
    read = read_csv(write(tmp_path, ' "x0" , "y"\n "1" , "2" \n"3", "4"\r\n'))
    assert read.points.ravel().tolist() == [1.0, 3.0]
    assert read.values.tolist() == [2.0, 4.0]
    with pytest.raises(InputError, match="row 2"):
        read_csv(write(tmp_path, 'x0,y\n"1,2"\n3,4\n'))


def test_the_name_is_the_content(tmp_path: Path) -> None:
    first = read_csv(write(tmp_path, "x0,y\n0,1\n2,3\n")).sha256
    again = read_csv(write(tmp_path, "y,x0\n1.0,0\n3,2e0\n")).sha256
    other = read_csv(write(tmp_path, "x0,y\n0,1\n2,3.0000000000000004\n")).sha256
    assert first == again
    assert first != other


BAD = [
    ("", "is empty"),
    ("\n", "is empty"),
    ("x0,y\n", "0 rows"),
    ("x0,y\n1,2\n", "1 rows"),
    ("x0,x1\n1,2\n3,4\n", "no column y"),
    ("y\n1\n2\n", "0 inputs"),
    ("x0,x0,y\n1,2,3\n4,5,6\n", "two columns 'x0'"),
    ("x0,z,y\n1,2,3\n4,5,6\n", "unknown column 'z'"),
    ("x1,y\n1,2\n4,5\n", "unknown column 'x1'"),
    ("1,2\n3,4\n", "no column y"),
    ("x0,y\n1,2\n3,1e300\n", "row 3, column y is too large: '1e300'"),
    ("x0,y\n1,2\n3,\n", "row 3, column y is empty"),
    ("x0,y\n1,2\n,4\n", "row 3, column x0 is empty"),
    ("x0,y\n1,2\n3,four\n", "row 3, column y is no number: 'four'"),
    ("x0,y\n1,2\n3,4\n5,inf\n", "row 4, column y is not finite"),
    ("x0,y\nnan,2\n3,4\n", "row 2, column x0 is not finite"),
    ("x0,y\n1,2\n3,1e999\n", "row 3, column y is not finite"),
    ("x0,y\n1,2\n3,4,5\n", "row 3 has 3 cells instead of 2"),
    ("x0,y\n1,2,3\n3,4,5\n", "row 2 has 3 cells instead of 2"),
    ("x0,y\n1;2\n3;4\n", "row 2 has 1 cells"),
    ("x0;y\n1;2\n3;4\n", "no column y"),
]


@pytest.mark.parametrize(("text", "said"), BAD)
def test_one_line(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(InputError) as caught:
        read_csv(write(tmp_path, text))
    assert said in str(caught.value)
    assert "\n" not in str(caught.value)
    assert caught.value.argument == "--data"


def test_what_is_no_file(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no such file"):
        read_csv(tmp_path / "missing.csv")
    with pytest.raises(InputError, match="is a directory"):
        read_csv(tmp_path)
    path = tmp_path / "data.csv"
    path.write_bytes(b"x0,y\n\xff\xfe,1\n")
    with pytest.raises(InputError, match="UTF-8"):
        read_csv(path)


def test_many_rows_are_read_quickly_with_progress(tmp_path: Path) -> None:
    rows = 250_000
    table = np.random.default_rng(0).uniform(-1, 1, (rows, 2))
    path = tmp_path / "data.csv"
    with path.open("w", encoding="utf-8") as stream:
        stream.write("x0,y\n")
        stream.writelines(f"{x:.17g},{y:.17g}\n" for x, y in table.tolist())
    heard: list[float] = []
    start = time.perf_counter()
    read = read_csv(path, progress=lambda done, total, stage: heard.append(done / total))
    assert time.perf_counter() - start < 10
    assert np.array_equal(read.points[:, 0], table[:, 0])
    assert np.array_equal(read.values, table[:, 1])
    assert heard == sorted(heard)
    assert len(heard) == 3
    assert heard[-1] <= 1.0
