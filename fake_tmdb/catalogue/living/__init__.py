"""A world that changes from day to day: every number of any day follows from the seed, the day and one record."""
