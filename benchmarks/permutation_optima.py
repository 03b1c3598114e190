"""Exact optima over permutations against width: ``python -m benchmarks.permutation_optima``.

Writes ``docs/optima.png`` and the table of ``docs/optima.md`` between its markers; ``--widest 6``
takes minutes, 5 (the default) seconds.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from theory.targets.target import Target
from verify.display import shown_down, shown_up
from verify.files import write_text
from verify.optima.optimum import Optimum, optimum
from verify.optima.request import OptimumRequest
from verify.pictures import COLOURS, save

TARGETS = ("sin(2*pi*x)", "exp(x)", "x**2", "1/(1+25*(2*x-1)**2)", "tanh(20*(x-1/2))",
           "abs(x-1/3)", "sqrt(x)")  # fmt: skip
DOCS = Path(__file__).parent.parent / "docs"
BEGIN, END = "<!-- optima: python -m benchmarks.permutation_optima -->", "<!-- end of optima -->"
Cases = dict[tuple[str, int, str, bool], Optimum]


def run(widest: int) -> Cases:
    """Every target, width, norm, with and without read-out."""
    found = {}
    for text in TARGETS:
        for width in range(2, widest + 1):
            for norm in ("sup", "l2"):
                for readout in (True, False):
                    request = OptimumRequest(
                        Target.parse(text),
                        width,
                        norm=norm,
                        readout=readout,  # type: ignore[arg-type]
                    )
                    found[text, width, norm, readout] = optimum(request)
                    print(text, width, norm, readout, found[text, width, norm, readout].upper)
    return found


def table(found: Cases, widest: int) -> str:
    """One row per target and width, every figure certified."""
    lines = [
        "| target | n | sup, read-out | sup, none | L2, read-out | L2, none | free fit >= | B6 >= "
        "| price <= |",
        "|---|---|---|---|---|---|---|---|---|",
    ]
    for text in TARGETS:
        for width in range(2, widest + 1):
            cells = [
                shown_up(found[text, width, norm, readout].upper, 5)
                for norm in ("sup", "l2")
                for readout in (True, False)
            ]
            best = found[text, width, "sup", True]
            floors = {entry.theorem: entry.value for entry in best.beside.lowers}
            tiny = best.constraint_price is None or best.upper < 1e-12  # nothing but rounding
            price = "-" if tiny else shown_up(best.constraint_price, 4)
            cells += [shown_down(floors["P10-fit"], 5), shown_down(floors["B6"], 5), price]
            lines.append(f"| `{text}` | {width} | {' | '.join(cells)} |")
    return "\n".join(lines)


def picture(found: Cases, widest: int) -> None:
    """One panel per target: optima, the free fit and B6 below, the best construction above."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(13, 6.5), layout="constrained")
    panels = figure.subplots(2, 4).ravel()
    widths = list(range(2, widest + 1))
    for axes, text in zip(panels, TARGETS, strict=False):
        rows = {
            "optimum, read-out": ([found[text, n, "sup", True].upper for n in widths], "o-",
                                  COLOURS["constructed"]),
            "optimum, none": ([found[text, n, "sup", False].upper for n in widths], "s--",
                              COLOURS["trained"]),
            "free fit, certified >=": ([found[text, n, "sup", True].beside.lowers[1].value
                                        for n in widths], "v:", COLOURS["lower"]),
            "B6 >=": ([found[text, n, "sup", True].beside.lowers[0].value for n in widths], "^:",
                      COLOURS["published"]),
        }  # fmt: skip
        made = {
            n: figure_.value
            for n in widths
            if (figure_ := found[text, n, "sup", True].beside.constructed) is not None
        }
        for label, (values, style, colour) in rows.items():
            shown = [max(value, 1e-6) for value in values]
            axes.semilogy(widths, shown, style, color=colour, label=label, ms=5, lw=1.2)
        axes.semilogy(list(made), list(made.values()), "D", color=COLOURS["target"],
                      label="best construction", ms=5)  # fmt: skip
        axes.set_title(text, fontsize=10)
        axes.set_xticks(widths)
        axes.set_xlabel("locations n")
        axes.grid(True, which="both", lw=0.3, alpha=0.5)
    handles, labels = panels[0].get_legend_handles_labels()
    panels[-1].axis("off")
    panels[-1].legend(handles, labels, loc="center")
    panels[0].set_ylabel("sup-norm error")
    panels[4].set_ylabel("sup-norm error")
    save(figure, DOCS / "optima.png")


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--widest", type=int, default=5)
    widest = parser.parse_args().widest
    found = run(widest)
    picture(found, widest)
    page = DOCS / "optima.md"
    text = page.read_text(encoding="utf-8")
    before, _, rest = text.partition(BEGIN)
    after = rest.partition(END)[2]
    write_text(page, f"{before}{BEGIN}\n{table(found, widest)}\n{END}{after}")


if __name__ == "__main__":
    main()
