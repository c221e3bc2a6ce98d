"""The invented movies: one definition of each drawn fact, and the queries over them."""
