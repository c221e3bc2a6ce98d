"""``python -m tmdb_pipeline.ops`` is the command ``tmdb-pipeline``."""

import sys

from tmdb_pipeline.ops.cli import main

sys.exit(main())
