"""Run every benchmark of this package, each in a process of its own, one after another.

Exit code 1 where a benchmark failed; a figure that misses what is wanted is shown and is no failure,
since a busy machine misses many.
"""

from __future__ import annotations

import pkgutil
import subprocess
import sys

import benchmarks


def main() -> int:
    """Two at once would measure each other, and one process has one peak of memory."""
    names = sorted(module.name for module in pkgutil.iter_modules(benchmarks.__path__) if module.name != "__main__")
    failed = []
    for name in names:
        print(f"\nbenchmarks.{name}", flush=True)
        if subprocess.run([sys.executable, "-m", f"benchmarks.{name}"], check=False).returncode:
            failed.append(name)
    if failed:
        print(f"\nFailed: {', '.join(failed)}", file=sys.stderr)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
