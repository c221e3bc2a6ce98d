"""The model of a demo: weeks of an invented world that lives, collected in seconds, and what can be learned of them."""
