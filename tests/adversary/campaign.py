"""``python -m tests.adversary.campaign --count 100000``: mutants by the hundred thousand.

Prints a table: family, false ones, malformed ones, and how many were refused.
"""

from __future__ import annotations

import argparse
import random
import resource
import shutil
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from tests.adversary import families, families_lower, families_norms, families_plane
from tests.adversary.malformed import MALFORMED
from tests.adversary.mutants import Family, Verdict, judge
from tests.checker import build
from verify.checks import KINDS

# What takes tens of milliseconds a piece comes up less often.
SLOW = {"lower-dual/box": 0.1, "lower-dual/plane": 0.1, "response": 0.05, "response/plane": 0.02}
# Of a family's mutants, those whose form is broken; the rest are well-formed and false.
MALFORMED_SHARE = 0.4


def all_families(folder: Path) -> list[Family]:
    """Every kind, inline and with side files in ``folder``."""
    both = (*families.WITH_FILES, *families_lower.WITH_FILES, *families_norms.WITH_FILES)
    found = [make(where) for make in both for where in (None, folder)]
    found += [families_lower.counting(flag) for flag in (False, True)]
    found.append(families_lower.turning())
    found += [make() for make in (*families_norms.ALONE, *families_plane.ALONE)]
    missing = set(KINDS) - {family.kind for family in found}
    assert not missing, f"kinds without a family of mutants in tests/adversary: {missing}"
    return found


def mutants(family: Family, rng: random.Random, count: int, folder: Path) -> Iterator[Verdict]:
    """``count`` verdicts on mutants of a family: every mutation in turn, false and malformed."""
    lies, makers = list(family.lies.items()), list(MALFORMED.items())
    side = family.true["witness"].get("file")
    for index in range(count):
        scratch = Path(tempfile.mkdtemp(dir=folder))
        if rng.random() < MALFORMED_SHARE:
            while True:
                label, maker = rng.choice(makers)
                if side is not None:
                    shutil.copy(folder / side["name"], scratch)
                path = maker(rng, family.true, scratch)
                if path is not None:
                    break
            label = f"malformed: {label}"
        else:
            label, lie = lies[index % len(lies)]
            certificate = lie(rng)
            named = certificate["witness"].get("file")
            if named is not None:
                source = folder / named["name"]
                shutil.copy(source, scratch)
                if side is None or source.name != side["name"]:
                    source.unlink()
            path = build.write(scratch, certificate)
        yield judge(family.name, label, path)
        shutil.rmtree(scratch)


def campaign(seed: int, count: int, folder: Path) -> list[Verdict]:
    """About ``count`` mutants, shared evenly among the families but for the slow ones."""
    found = all_families(folder)
    shares = [SLOW.get(family.name, 1.0) for family in found]
    verdicts = []
    for family, share in zip(found, shares, strict=True):
        # counted up, so that the total is never less than asked for
        number = -int(-count * share // sum(shares))
        rng = random.Random(f"{seed}:{family.name}")
        verdicts += list(mutants(family, rng, number, folder))
    return verdicts


def table(verdicts: list[Verdict]) -> str:
    """Per family: false and malformed mutants run, by verdict."""
    count = Counter((v.family, v.mutation.startswith("malformed"), v.status) for v in verdicts)
    rows = [
        f"{'family':<28}{'false':>8}{'REFUTED':>9}"
        f"{'malformed':>11}{'INVALID':>9}{'not refused':>13}"
    ]
    for family in dict.fromkeys(v.family for v in verdicts):
        false = sum(n for (f, bad, _), n in count.items() if f == family and not bad)
        broken = sum(n for (f, bad, _), n in count.items() if f == family and bad)
        wrong = sum(bool(v.wrong) for v in verdicts if v.family == family)
        refuted, invalid = count[family, False, "REFUTED"], count[family, True, "INVALID"]
        rows.append(f"{family:<28}{false:>8}{refuted:>9}{broken:>11}{invalid:>9}{wrong:>13}")
    return "\n".join(rows)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--count", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    start = time.process_time()
    with tempfile.TemporaryDirectory() as folder:
        verdicts = campaign(options.seed, options.count, Path(folder))
    print(table(verdicts))
    wrong = [v for v in verdicts if v.wrong]
    for (family, mutation), number in Counter((v.family, v.mutation) for v in wrong).items():
        example = next(v for v in wrong if (v.family, v.mutation) == (family, mutation))
        print(f"NOT REFUSED {number} x {family}: {mutation}: {example.wrong}")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    spent = time.process_time() - start
    print(f"{len(verdicts)} mutants, {len(wrong)} not refused, {spent:.0f} s, {peak} MB at most")


if __name__ == "__main__":
    main()
