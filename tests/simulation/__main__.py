"""``python -m simulation``: a year of the pipeline against the fake that lives, in minutes; see docs/testing.md."""

import sys

from simulation.command import main

sys.exit(main())
