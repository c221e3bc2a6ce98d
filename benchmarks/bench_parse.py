"""What parsing the DAG folder costs on top of importing Airflow, as the DAG processor does it again and again.

Each round is a new process: it imports Airflow's DagBag, then parses the folder once cold and once warm.
"""

import argparse
import json
import statistics
import subprocess
import sys
from pathlib import Path

DAGS = Path(__file__).parents[1] / "dags"
PROBE = """
import json, sys, time
begun = time.perf_counter()
from airflow.dag_processing.dagbag import DagBag
import airflow.sdk
imported = time.perf_counter()
before = set(sys.modules)
bag = DagBag(sys.argv[1])
cold = time.perf_counter()
DagBag(sys.argv[1])
warm = time.perf_counter()
assert bag.import_errors == {} and bag.dags, bag.import_errors
heavy = sorted({"pandas", "numpy", "fake_tmdb"} & set(sys.modules))
print("RESULT", json.dumps([imported - begun, cold - imported, warm - cold, heavy]))
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    rounds = []
    for _ in range(parser.parse_args().rounds):
        done = subprocess.run(  # noqa: S603 - our own interpreter
            [sys.executable, "-c", PROBE, str(DAGS)], capture_output=True, text=True, check=True
        )
        line = next(line for line in done.stdout.splitlines() if line.startswith("RESULT "))
        rounds.append(json.loads(line.removeprefix("RESULT ")))
    imported, cold, warm = (statistics.median(found[index] for found in rounds) for index in range(3))
    print(f"import of Airflow {imported:.2f} s, folder parsed cold {cold:.3f} s, again {warm:.3f} s")
    print(f"cold / import: {cold / imported:.3f}; heavy modules: {rounds[0][3] or 'none'}")


if __name__ == "__main__":
    main()
