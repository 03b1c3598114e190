"""A driver to be killed: python -m tests.sweep.driver CONFIG OUT local|tcp://ADDRESS WORKERS."""

from __future__ import annotations

import sys
from pathlib import Path

from tests.sweep.work import logged
from verify.sweep.config import read_config
from verify.sweep.engine import sweep
from verify.sweep.pool import Backend, Pool

VERSION = "test"


def main() -> int:
    config, out, where, count = sys.argv[1:]

    def backend() -> Backend:
        if where == "local":
            return Pool(logged, int(count))
        from verify.sweep.cluster import Cluster

        return Cluster(where, logged, checked=False)

    result = sweep(read_config(Path(config)), Path(out), backend, resume=True, version=VERSION)
    return result.exit_status


if __name__ == "__main__":
    raise SystemExit(main())
