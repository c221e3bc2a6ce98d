"""How good a model is, whether it can be that good, and whether it may take the place of another."""
