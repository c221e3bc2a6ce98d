"""The command ``tmdb-pipeline``: a module for each command, with ``add(commands)`` and ``run(asked)``."""
