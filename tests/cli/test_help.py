"""The index of commands says what the commands say of themselves, and help imports little."""

from __future__ import annotations

import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest
import typer

from verify.cli.app import build
from verify.cli.commands import COMMANDS, FAMILIES, load

MODULES = sorted(path.stem for path in Path("verify/cli").glob("*.py"))


@pytest.mark.parametrize("name", COMMANDS)
def test_the_index_repeats_the_docstring(name: str) -> None:
    entry, group = COMMANDS[name], typer.main.get_group(load(name))
    if entry.group:
        assert group.help == entry.help
        assert group.commands
    else:
        assert group.commands[name].help.split("\n\n")[0].replace("\n", " ") == entry.help


def test_no_command_is_left_out() -> None:
    known = set()
    for name in MODULES:
        module = import_module(f"verify.cli.{name}")
        if name in FAMILIES or name == "optimum" or not hasattr(module, "register"):
            continue
        app = typer.Typer()
        module.register(app)
        known |= set(typer.main.get_group(app).commands)
    groups = {name for name, entry in COMMANDS.items() if entry.group}
    assert known | groups == set(COMMANDS)


@pytest.mark.parametrize(
    ("words", "shown"),
    [
        (("--help",), "sandwich"),
        (("sandwich", "--help"), "permutation"),
        (("check", "--help"), "FILE"),
    ],
)
def test_pages(capsys: pytest.CaptureFixture[str], words: tuple[str, ...], shown: str) -> None:
    build()(list(words), standalone_mode=False, prog_name="icebound")
    page = capsys.readouterr().out
    assert page.startswith("Usage: icebound")
    assert shown in page


def test_help_imports_neither_commands_nor_drawing() -> None:
    code = (
        "import sys; from verify.cli.main import main; main(['--help'])\n"
        "unwanted = [n for n in ('rich', 'pydantic', 'numpy', 'flint', 'verify.cli.bias') "
        "if n in sys.modules]\n"
        "sys.exit(str(unwanted) if unwanted else 0)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
