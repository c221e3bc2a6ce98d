"""What is drawn for each movie, each fact defined once.

What lists are filtered and sorted by most often is a column of the `Catalogue` itself, from which a row reads its
number. The rest is drawn when asked for: a `Fact`, see `definition`, gives the same number for a row and in a column.
"""
