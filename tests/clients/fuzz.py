"""Fuzz a fake TMDB along the OpenAPI description that it serves; options go to schemathesis."""

import subprocess
import sys
import tempfile

from fake_tmdb import NO_LIMITS, FakeTmdb

#: What schemathesis checks: that the fake never breaks, and never answers what it does not describe.
CHECKS = ("not_a_server_error", "status_code_conformance", "content_type_conformance", "response_schema_conformance")


def main() -> int:
    """Run schemathesis and return its status."""
    fake = FakeTmdb(limits=NO_LIMITS)
    with fake.serve() as server, tempfile.TemporaryDirectory() as folder:
        command = [
            *(sys.executable, "-m", "schemathesis.cli", "run", f"{server.root}/__fake__/openapi.json"),
            *("--header", f"Authorization: Bearer {fake.read_token}", "--checks", ",".join(CHECKS)),
            *("--phases", "fuzzing", "--max-examples", "10", "--seed", "1", "--suppress-health-check", "all"),
        ]
        return subprocess.run([*command, *sys.argv[1:]], cwd=folder, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
