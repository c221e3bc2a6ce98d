"""Loading a run into the warehouse: its files found and proved whole, staged on the lake, written in one transaction."""
