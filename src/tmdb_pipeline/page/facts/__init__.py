"""The facts of the page, as types: read from the lake, and from the warehouse where it answers; nothing is written."""
