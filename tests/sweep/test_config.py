"""Configurations: what is read, what is refused in one line, and keys that mean one claim each."""

from __future__ import annotations

import json
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.house.layout import ROOT
from theory.errors import InputError
from verify.sweep.config import MOST_CLAIMS, SweepConfig, canonical, parse_config, read_config
from verify.sweep.families import FAMILIES

HERE = Path("grid.toml")
EXAMPLES = ("quick", "paper_tables", "full")
PERMUTATION = 'family = "permutation"\ntarget = "exp(x)"\nwidth = 20\n'
BIAS = 'family = "bias"\ntarget = "exp(x)"\nwidth = 20\n'
FRONTIER = 'family = "frontier"\nactivation = "tanh"\nlambda = 1\nbeta = 1\n'
RIDGELET = (
    'family = "ridgelet"\ntarget = "exp(x)"\nwidth = 9\nactivation = "tanh"\nlambda = 1\n'
    "beta = 1\nbudget = 1\n"
)
RESPONSE = 'family = "response"\nactivation = "tanh"\nband = 1\n'
BUDGET = 'family = "budget"\ntarget = "exp(x)"\nactivation = "tanh"\nband = 1\neps = 0.1\n'


def claims(body: str) -> SweepConfig:
    return parse_config(f"[[claims]]\n{body}", HERE)


def changed(body: str, key: str, value: str) -> str:
    """``body`` with one key set to another value."""
    kept = [line for line in body.splitlines() if not line.startswith(f"{key} ")]
    return "\n".join([*kept, f"{key} = {value}"])


def test_lists_multiply_out_and_ranges_hold_both_ends() -> None:
    body = (
        'family = "bias"\ntarget = ["exp(x)", "x**2"]\nwidth = {from = 10, to = 80, factor = 2}\n'
    )
    found = claims(body + "seed = {from = 3, to = 9, step = 3}\nweight_range = 0.10").claims
    assert len(found) == 2 * 4 * 3
    assert {claim.request["width"] for claim in found} == {10, 20, 40, 80}
    assert {claim.request["seed"] for claim in found} == {3, 6, 9}
    # decimals never pass through a float
    assert {claim.request["weight_range"] for claim in found} == {"1/10"}
    body = RESPONSE + 'target = "exp(-x**2)"\nmu = {from = 1e-3, to = 0.1, factor = 10}'
    assert [claim.request["mu"] for claim in claims(body).claims] == ["1/1000", "1/100", "1/10"]


def test_the_same_claim_occurs_once() -> None:
    once = claims(PERMUTATION)
    spellings = (
        '[[claims]]\nfamily = "permutation"\ntarget = ["exp(x)", " exp( x )"]\nwidth = [20, 20]\n'
        '[[claims]]\nwidth = 20\ndomain = "0.0, 1"\ntarget = "exp (x)"\nfamily = "permutation"'
    )
    twice = parse_config(spellings, HERE)
    assert len(twice.claims) == 1
    assert twice.identity == once.identity
    assert twice.claims[0].key("v") == once.claims[0].key("v")
    assert twice.claims[0].key("v") != once.claims[0].key("w")
    untrained = [
        claims(PERMUTATION + f'train = false\nprotocol = "{name}"').identity
        for name in ("quick", "published")
    ]
    assert untrained[0] == untrained[1] != once.identity


def test_settings() -> None:
    config = parse_config(f'[sweep]\nname = "a b"\ntimeout = 0.5\n[[claims]]\n{BIAS}', HERE)
    assert (config.name, config.timeout) == ("a b", 0.5)
    assert (claims(BIAS).name, claims(BIAS).timeout) == ("grid", None)


def test_data_are_named_by_content(tmp_path: Path) -> None:
    (tmp_path / "d.csv").write_text("x0,y\n0,1\n1,2\n")
    (tmp_path / "same.csv").write_text("y,x0\n1,0.0\n2,1\n")
    body = f'[[claims]]\n{FRONTIER}data = ["d.csv", "same.csv"]\nbudget = 1'
    [claim] = parse_config(body, tmp_path / "grid.toml").claims
    assert str(tmp_path) not in claim.text
    assert claim.where["data_path"] == str(tmp_path / "d.csv")


# table, where the error points to, a piece of what is said
ROWS = [
    ("", "grid.toml: claims[1].family", "permutation, bias, ridgelet"),
    ('family = "permutations"', "grid.toml: claims[1].family", "did you mean 'permutation'"),
    ("family = 3", "grid.toml: claims[1].family", "unknown family: '3'"),
    (PERMUTATION + "widht = 3", "grid.toml: claims[1]", "did you mean 'width'"),
    ('family = "bias"\ntarget = "x"', "grid.toml: claims[1].width", "required"),
    (changed(PERMUTATION, "width", "3"), "grid.toml: claims[1].width", "from 4 to"),
    (changed(PERMUTATION, "width", '"20"'), "grid.toml: claims[1].width", "no integer: '20'"),
    (changed(PERMUTATION, "width", "2e1"), "grid.toml: claims[1].width", "no integer: '2e1'"),
    (changed(PERMUTATION, "width", "true"), "grid.toml: claims[1].width", "no integer: 'true'"),
    (changed(PERMUTATION, "width", "[]"), "grid.toml: claims[1].width", "is empty"),
    (changed(PERMUTATION, "width", "[20, 3]"), "grid.toml: claims[1].width", "range: '3'"),
    (changed(PERMUTATION, "width", "{from = 4}"), "grid.toml: claims[1].width", "from, to"),
    (changed(PERMUTATION, "width", "{from = 9, to = 8}"), "grid.toml: claims[1].width", "empty"),
    (
        changed(PERMUTATION, "width", "{from = 4, to = 9, step = 0}"),
        "grid.toml: claims[1].width",
        "never ends",
    ),
    (
        changed(PERMUTATION, "width", "{from = 4, to = 9, factor = 1}"),
        "grid.toml: claims[1].width",
        "never ends",
    ),
    (
        changed(PERMUTATION, "width", "{from = 4, to = 9, by = 2}"),
        "grid.toml: claims[1].width.by",
        "unknown key",
    ),
    (
        changed(PERMUTATION, "width", "{from = 4, to = 9.5}"),
        "grid.toml: claims[1].width.to",
        "no integer: '9.5'",
    ),
    (
        changed(PERMUTATION, "width", "{from = 4, to = 9999999}"),
        "grid.toml: claims[1].width",
        "too many values",
    ),
    (changed(PERMUTATION, "target", '"foo(x)"'), "grid.toml: claims[1].target", "unknown name"),
    (changed(PERMUTATION, "target", "2"), "grid.toml: claims[1].target", "no text: '2'"),
    (changed(PERMUTATION, "target", "{from=1,to=2}"), "grid.toml: claims[1].target", "no ranges"),
    (PERMUTATION + 'domain = "1,0"', "grid.toml: claims[1].domain", "reversed"),
    (PERMUTATION + "seed = -1", "grid.toml: claims[1].seed", "out of range"),
    (PERMUTATION + 'init = "xavir"', "grid.toml: claims[1].init", "xavier"),
    (PERMUTATION + 'locations = "grid"', "grid.toml: claims[1].locations", "equidistant"),
    (PERMUTATION + 'protocol = "slow"', "grid.toml: claims[1].protocol", "published"),
    (PERMUTATION + "train = 1", "grid.toml: claims[1].train", "no flag: '1'"),
    (BIAS + "weight_range = 0", "grid.toml: claims[1].weight_range", "greater than 0"),
    (BIAS + 'weight_range = "wide"', "grid.toml: claims[1].weight_range", "cannot read"),
    (BIAS + "weight_range = inf", "grid.toml: claims[1].weight_range", "cannot read"),
    (changed(RIDGELET, "activation", '"tahn"'), "grid.toml: claims[1].activation", "'tanh'"),
    (changed(RIDGELET, "lambda", "-1"), "grid.toml: claims[1].lambda", "greater than 0"),
    (changed(RIDGELET, "lambda", "2000"), "grid.toml: claims[1].lambda, beta", "at most"),
    (RIDGELET + "delta = 1", "grid.toml: claims[1].delta", "between 0 and 1"),
    (FRONTIER + "budget = 1", "grid.toml: claims[1].target", "exactly one of target, data"),
    (FRONTIER + 'target = "x"', "grid.toml: claims[1].budget", "exactly one of budget, points"),
    (FRONTIER + 'target = "x"\npoints = 0', "grid.toml: claims[1].points", "from 1 to"),
    (FRONTIER + 'data = "no.csv"\nbudget = 1', "grid.toml: claims[1].data", "cannot be read"),
    (RESPONSE + "mu = 1", "grid.toml: claims[1].target", "exactly one of target, spectrum"),
    (RESPONSE + 'target = "exp(-x**2)"', "grid.toml: claims[1].mu", "exactly one of mu"),
    (RESPONSE + 'target = "foo(x)"\nmu = 1', "grid.toml: claims[1].target", "unknown name"),
    (RESPONSE + 'target = "exp(-x**2)"\nmu = 0', "grid.toml: claims[1].mu", "greater than 0"),
    (
        RESPONSE + 'target = "exp(-x**2)"\nmu = 1\ndim = 11',
        "grid.toml: claims[1].dim",
        "from 1 to 10",
    ),
    (changed(BUDGET, "activation", '"relu"'), "grid.toml: claims[1].activation", "not analytic"),
    (BUDGET + 'norm = "sub"', "grid.toml: claims[1].norm", "L2, sup"),
    (
        BIAS + "seed = {from = 0, to = 99999}\nweight_range = {from = 1, to = 30}",
        "grid.toml: claims[1]",
        "too many claims",
    ),
]


@pytest.mark.parametrize(("body", "where", "said"), ROWS)
def test_bad_tables_are_one_line(body: str, where: str, said: str) -> None:
    with pytest.raises(InputError) as caught:
        claims(body)
    assert caught.value.argument == where
    assert said in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("text", "where", "said"),
    [
        ("", "grid.toml: claims", "tables [[claims]]"),
        ("claims = 3", "grid.toml: claims", "tables [[claims]]"),
        ("claims = [3]", "grid.toml: claims[1]", "is no table"),
        ("[claim]\nx = 1", "grid.toml", "did you mean 'claims'"),
        ("a = = b", "grid.toml", "is no TOML"),
        (f"[sweep]\nnames = 'x'\n[[claims]]\n{BIAS}", "grid.toml: sweep", "did you mean 'name'"),
        (f"[sweep]\ntimeout = 0\n[[claims]]\n{BIAS}", "grid.toml: sweep.timeout", "greater than 0"),
        (f"sweep = 1\n[[claims]]\n{BIAS}", "grid.toml: sweep", "is no table"),
    ],
)
def test_bad_files_are_one_line(text: str, where: str, said: str) -> None:
    with pytest.raises(InputError) as caught:
        parse_config(text, HERE)
    assert caught.value.argument == where
    assert said in str(caught.value)


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    for path, said in ((tmp_path / "no.toml", "no such file"), (tmp_path, "directory")):
        with pytest.raises(InputError, match=said):
            read_config(path)
    (tmp_path / "latin.toml").write_bytes(b"# \xe9")
    with pytest.raises(InputError, match="UTF-8"):
        read_config(tmp_path / "latin.toml")


@pytest.mark.parametrize("name", EXAMPLES)
def test_examples_are_read(name: str) -> None:
    config = read_config(ROOT / f"examples/{name}.toml")
    assert {claim.family for claim in config.claims} == set(FAMILIES)
    assert len(config.claims) <= MOST_CLAIMS


VALUES = st.none() | st.booleans() | st.integers() | st.text(max_size=8)


@given(st.dictionaries(st.text(max_size=6), VALUES, max_size=6), st.randoms())
def test_canonical_texts_are_equal_exactly_for_equal_requests(request_, random) -> None:  # type: ignore[no-untyped-def]
    items = list(request_.items())
    random.shuffle(items)
    text = canonical(dict(items))
    assert text == canonical(request_)
    assert json.loads(text) == request_
    assert text.isascii()
    name = "new" + max(request_, default="", key=len)
    assert canonical({**request_, name: 1}) != text


@given(
    st.fractions(Fraction(1, 100), 100, max_denominator=1000),
    st.integers(1, 200),
    st.integers(0, 5),
)
def test_a_number_has_one_key_however_it_is_written(
    value: Fraction, width: int, zeros: int
) -> None:
    written = [f'"{value}"', f'"{value.numerator * 3}/{value.denominator * 3}"']
    if value.denominator == 1:
        written += [f"{value}.{'0' * (zeros + 1)}", f"{value}e0", str(value)]
    bodies = [f'family = "bias"\ntarget = "exp(x)"\nwidth = {width}\nweight_range = {text}'
              for text in written]  # fmt: skip
    keys = {claims(body).claims[0].key("v") for body in bodies}
    assert len(keys) == 1
    assert (
        claims(bodies[0].replace(f"width = {width}", f"width = {width + 1}")).claims[0].key("v")
        not in keys
    )
