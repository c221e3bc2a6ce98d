"""Loading a run: its files are found and proved whole, staged on the lake, and written in one transaction."""
