"""``python -m dag_integrity`` is the command ``dag-integrity``."""

import sys

from dag_integrity.installed import what_is_missing


def main() -> int:
    """Run the command and return its exit status, see ``cli.main``; 2 where a package is missing."""
    if missing := what_is_missing():
        sys.stderr.write(f"dag-integrity: {missing}\n")
        return 2
    from dag_integrity import cli  # what it needs may be missing

    return cli.main()


if __name__ == "__main__":
    sys.exit(main())
