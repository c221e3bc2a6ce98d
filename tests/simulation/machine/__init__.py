"""The machine under a simulation, and what it does to the pipeline: it strikes where it is told to."""
