"""What must hold at the end of a simulation, said of the world and of what went wrong, not of the library's rules."""
