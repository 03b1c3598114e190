"""``python -m verify`` is the command ``icebound``."""

from __future__ import annotations

from verify.cli.main import main

if __name__ == "__main__":
    raise SystemExit(main())
