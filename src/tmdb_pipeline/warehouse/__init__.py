"""The warehouse: tables and views on Postgres that people query, made from the files of the lake.

``schema`` makes and upgrades them, ``database`` signs in. The rest stands on these two.
"""
