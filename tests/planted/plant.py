#!/usr/bin/env python3
"""Makes build/planted/src: the sources with every bug of tests/planted behind a run-time switch."""
import sys

from bugs import make_copy, places, read_bugs


def main():
    bugs, mistakes = read_bugs()
    by_file, more = places(bugs)
    if mistakes + more:
        print("\n".join(mistakes + more), file=sys.stderr)
        return 2
    make_copy(bugs, by_file)
    print(f"{len(bugs)} bugs planted in {len(by_file)} files")
    return 0


sys.exit(main())
