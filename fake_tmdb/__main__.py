"""Run with `python -m fake_tmdb`."""

from fake_tmdb.command import main

raise SystemExit(main())
