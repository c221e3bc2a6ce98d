"""Branch coverage by probes in the code of this project, at nearly no cost for the code of others.

Until Python 3.14 coverage.py traces: once it has begun, all of Airflow and pytest takes about twice as long.
Here each statement of ours gets a probe before it is compiled, and nothing else is touched. What the probes have seen
becomes data of coverage.py, which makes the report as always. Processes that tests start are measured in the same way,
but for those that run a script of ours, which coverage.py traces.
"""
