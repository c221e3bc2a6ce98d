"""``python -m tmdb_pipeline.ops.inside QUESTION`` prints the answer as JSON."""

import sys

from tmdb_pipeline.ops.inside.questions import main

sys.exit(main(sys.argv[1:]))
