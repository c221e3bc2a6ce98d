"""Run with `python -m fake_tmdb`."""

from fake_tmdb.cli import main

raise SystemExit(main())
