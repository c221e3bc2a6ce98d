"""The page in a real API server; a package, so that its server ends before the next tests begin."""
