"""README.md shows what the commands print: every one of them is run, and compared."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.house.layout import ROOT
from verify import readme
from verify.readme import differences, examples, needed

SHOWN = examples((ROOT / "README.md").read_text("utf-8"))
SAMPLE = """# Title

```
$ icebound construct permutation --target "x" \\
    --width 9 --out a
one
$ make demo
not ours
$ icebound check a/*.json
two

three
```

```python
$ icebound nothing
```

```
make test
$ icebound nothing
```
"""
TABLE = """
┏━━━━━━┳━━━━━━━━━┓
┃ file ┃ seconds ┃
┡━━━━━━╇━━━━━━━━━┩
│ a    │ {}    │
└──────┴─────────┘
best of 8 seeds, {} s
"""


def is_slow(index: int) -> bool:
    return any(SHOWN[each].slow for each in (*needed(SHOWN, index), index))


CASES = [
    pytest.param(index, id=SHOWN[index].command, marks=[pytest.mark.slow] if is_slow(index) else [])
    for index in range(len(SHOWN))
]


@pytest.fixture(scope="module")
def output(tmp_path_factory: pytest.TempPathFactory) -> Callable[[int], str]:
    """What command ``index`` prints, after those it builds on; each is run once."""
    folder = tmp_path_factory.mktemp("readme")
    readme.prepare(folder, ROOT)
    seen: dict[int, str] = {}

    def run(index: int) -> str:
        for each in (*needed(SHOWN, index), index):
            if each not in seen:
                seen[each] = readme.run(SHOWN[each], folder)
        return seen[index]

    return run


@pytest.mark.parametrize("index", CASES)
def test_readme_shows_what_is_printed(index: int, output: Callable[[int], str]) -> None:
    found = differences(SHOWN[index].output, output(index))
    assert not found, "\n".join(["out of date; run: make readme", *found])


def test_the_readme_has_commands() -> None:
    assert len(SHOWN) >= 3
    assert all(example.output.strip() for example in SHOWN)


def test_commands_and_outputs_are_found() -> None:
    first, second = examples(SAMPLE)
    assert first.words == ["construct", "permutation", "--target", "x", "--width", "9",
                           "--out", "a"]  # fmt: skip
    assert (first.output, first.folder, first.slow) == ("one\n", "a", False)
    assert second.words == ["check", "a/*.json"]
    assert second.output == "two\n\nthree\n"
    assert SAMPLE[second.start : second.end] == second.output
    assert needed((first, second), 1) == (0,)
    assert needed((second, first), 1) == ()


@pytest.mark.parametrize(
    ("shown", "found"),
    [
        (TABLE.format("0.01", "5"), TABLE.format("12.3", "11.7")),
        ("a  b\n", "a b\n\n"),
        ("took 0.026 s)", "took 1.5e-3 s)"),
        ("trained 0.0038 certified", "trained 0.0051 certified"),
        ("trained.json bound 8832222139610129*2^-61", "trained.json bound 6e-3".replace(
            "6e-3", "5832222139610129*2^-60")),
        ("training gap 4.6x", "training gap 4.9x"),
    ],
)  # fmt: skip
def test_what_may_differ(shown: str, found: str) -> None:
    assert differences(shown, found) == []


@pytest.mark.parametrize(
    ("shown", "found"),
    [
        ("error 0.01369", "error 0.01370"),
        ("| certified |", "| measured |"),
        ("one\ntwo", "one"),
        ("one", "one\ntwo"),
        ("trained 0.0038 certified", "trained 0.0038 measured"),
        ("trained 0.0038", "trained 0.0091"),
        ("trained 1e-3", "trained -1e-3"),
        ("P8", "P3"),
        (TABLE.format("0.01", "5").replace("a ", "b "), TABLE.format("0.01", "5")),
        ("width 1305 units", "width 1306 units"),
    ],
)
def test_what_may_not_differ(shown: str, found: str) -> None:
    assert differences(shown, found)


def test_outputs_are_replaced_in_place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    calls: list[str] = []

    def run(example: readme.Example, folder: Path) -> str:
        calls.append(example.words[0])
        return "uno\n" if example.words[0] == "construct" else "two\nthree\n"

    monkeypatch.setattr(readme, "run", run)
    path = tmp_path / "README.md"
    path.write_text(SAMPLE, "utf-8")
    assert readme.main([str(path), "--check"]) == 1
    assert path.read_text("utf-8") == SAMPLE
    assert readme.main([str(path)]) == 0
    assert path.read_text("utf-8") == SAMPLE.replace("one\n", "uno\n")
    assert readme.main([str(path), "--check"]) == 0
    assert calls == ["construct", "check"] * 3


def test_commands_run_in_their_folder(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "a/x.json").write_text("[]", "utf-8")
    first, second = examples("```\n$ icebound check a/*.json\n$ icebound check b/*.json\n```\n")
    assert "INVALID" in readme.run(first, tmp_path)
    assert "icebound: error: FILE" in readme.run(second, tmp_path)


def test_internal_errors_are_never_shown(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import subprocess

    def failed(*_: object, **__: object) -> subprocess.CompletedProcess[str]:
        return subprocess.CompletedProcess([], 4, "icebound: error: internal")

    monkeypatch.setattr(subprocess, "run", failed)
    (example,) = examples("```\n$ icebound doctor\n```\n")
    with pytest.raises(RuntimeError, match="icebound doctor: icebound: error: internal"):
        readme.run(example, tmp_path)
