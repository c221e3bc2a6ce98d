"""The tables and views of the warehouse, their comments, roles and versions."""
