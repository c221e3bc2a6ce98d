"""No DAG file, but imported by one."""

from numpy import int64

SEED = int64(1)
