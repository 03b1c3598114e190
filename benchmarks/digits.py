"""Images learned by biases alone, beside masks, output weights, everything, and an equal budget.

    python benchmarks/digits.py --width 2000 --seeds 0 1 2

For scikit-learn's 8 x 8 digits (or ``--mnist FOLDER``, your own copy, read by torchvision): test
accuracy of every mode on every task, all on one frozen network per seed.  Prints a table.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
import torch

from numerics.bias.digits import MODES, TASKS, learn, load_images


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--width", type=int, default=2000)
    parser.add_argument("--steps", type=int, default=300)
    parser.add_argument("--seeds", type=int, nargs="+", default=[0, 1, 2])
    parser.add_argument("--tasks", nargs="+", default=TASKS, choices=TASKS)
    parser.add_argument("--mnist", type=Path)
    parser.add_argument("--threads", type=int, default=1)
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    images = load_images("mnist" if options.mnist else "digits", options.mnist)
    print(f"width {options.width}, {options.steps} steps, seeds {options.seeds}")
    print(f"{'task':<9} {'learned':<9} {'numbers':>8}  test accuracy (min)   train   off    s")
    for task in options.tasks:
        for mode in MODES:
            scores = [
                learn(images, mode, task=task, width=options.width, seed=seed, steps=options.steps)
                for seed in options.seeds
            ]
            test = np.array([score.test_accuracy for score in scores])
            print(
                f"{task:<9} {mode:<9} {scores[0].parameters:>8}  "
                f"{test.mean():.4f} ({test.min():.4f})     "
                f"{np.mean([s.train_accuracy for s in scores]):.4f}  "
                f"{np.mean([s.units_off for s in scores]):.3f}  "
                f"{np.mean([s.seconds for s in scores]):.1f}",
                flush=True,
            )


if __name__ == "__main__":
    main()
