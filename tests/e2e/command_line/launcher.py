"""Not a test: runs a command as nox does, which on Ctrl-C waits, terminates it, waits again, and kills it."""

import fcntl
import os
import signal
import subprocess
import sys
import termios


def run(interrupt_timeout: float, terminate_timeout: float, *command: str) -> int:
    """Run the command; its exit status, negative if a signal ended it."""
    os.environ.pop("MEASURED_CONFIG", None)  # with which all of Airflow would be measured
    process = subprocess.Popen(command)
    try:
        return process.wait()
    except KeyboardInterrupt:
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        for seconds, end in ((interrupt_timeout, process.terminate), (terminate_timeout, process.kill)):
            try:
                return process.wait(seconds)
            except subprocess.TimeoutExpired:
                end()
        return process.wait()


if __name__ == "__main__":  # pragma: no branch - it is a command, and nobody imports it
    fcntl.ioctl(0, termios.TIOCSCTTY, 0)  # this terminal's keys are for us
    sys.exit(run(float(sys.argv[1]), float(sys.argv[2]), *sys.argv[3:]))
