"""Keeps one server: starts it, and ends it with all its children as soon as standard input closes.

The other end of that pipe is held by the test run alone. However the run ends (its own request, an interrupt, a kill),
the pipe closes, so no server outlives it.

    python keeper.py LOG COMMAND ARGUMENT…
"""

import os
import signal
import subprocess
import sys


def main():
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    with open(sys.argv[1], "wb") as log:
        # A session of its own makes one group of the server and of what it starts.
        server = subprocess.Popen(
            sys.argv[2:], stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True)
    os.read(0, 1)
    for number, patience in ((signal.SIGTERM, 5), (signal.SIGKILL, 5)):
        try:
            os.killpg(server.pid, number)
        except ProcessLookupError:
            break
        try:
            server.wait(patience)
        except subprocess.TimeoutExpired:
            continue


main()
