"""Every benchmark, one after the other, each in a process of its own: ``make bench``.

Figures are ratios to a limit measured in the same run; on a shared or busy machine only the ratios count.
"""

import subprocess
import sys
from pathlib import Path

# What stands beside the benchmarks and measures nothing itself.
_NOT_BENCHMARKS = {"__init__", "__main__", "bed"}


def main() -> None:
    """Run all, or those named on the command line; exits with 1 when one of them fails."""
    found = sorted(path.stem for path in Path(__file__).parent.glob("*.py") if path.stem not in _NOT_BENCHMARKS)
    chosen = sys.argv[1:] or found
    if unknown := set(chosen) - set(found):
        sys.exit(f"No benchmark is called {', '.join(sorted(unknown))}; there are: {', '.join(found)}")
    failed = []
    for name in chosen:
        sys.stdout.write(f"\n== {name}\n")
        sys.stdout.flush()
        if subprocess.run([sys.executable, "-m", f"bench.{name}"], check=False).returncode:
            failed.append(name)
    if failed:
        sys.exit(f"failed: {', '.join(failed)}")


if __name__ == "__main__":
    main()
