"""Backups: Airflow's metadata, the warehouse, the data root and the secrets, in one file that proves itself.

``create`` makes one, ``restore`` puts it back; ``archives`` has the file, and the folder of such files. What is read in
which order, and why, stands in ``create``; what a kill at any moment leaves, in ``journal``.
"""
