"""What ``tmdb-ops doctor`` looks at: engine and machine, settings and ports, and what the containers reach."""
