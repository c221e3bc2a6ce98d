"""The popularity of the movies that the warehouse knows, day by day, from the exports that lie in the lake."""
