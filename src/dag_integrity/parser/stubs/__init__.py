"""Stand-ins for packages that are not installed here, so that the rest of a file can be judged."""
