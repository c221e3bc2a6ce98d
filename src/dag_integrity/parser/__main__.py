"""``python -m dag_integrity.parser OUT FOLDER...``."""

import sys

from dag_integrity.parser.parse import main

main(*sys.argv[1:])
