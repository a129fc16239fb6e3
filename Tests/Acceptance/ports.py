"""Ports for the servers of tests that run side by side, in one process or in several."""

import fcntl
import os
import random
import socket
import tempfile
from pathlib import Path

# Below what systems hand out to the near ends of connections (from 32768 on Linux, from 49152 elsewhere).
FIRST, AFTER = 20_000, 32_000
LAST_GIVEN = Path(tempfile.gettempdir()) / f"assay-test-ports-{os.getuid()}"


def free_port():
    """The next port that nobody listens at; nobody who asks here is given it again before all the others.

    A port of the system's own choice will not do: until the server listens there, which takes seconds, it may become the near end of another test's
    connection, or be given to another test.
    """
    # Of this user alone, and no link that somebody else laid there.
    with os.fdopen(os.open(LAST_GIVEN, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600), "r+") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        text = file.read().strip()
        # Others, who have files of their own, begin elsewhere.
        last = int(text) if text.isdigit() and FIRST <= int(text) < AFTER else random.randrange(FIRST, AFTER)
        for step in range(1, AFTER - FIRST + 1):
            port = FIRST + (last - FIRST + step) % (AFTER - FIRST)
            with socket.socket() as listener:
                try:
                    listener.bind(("127.0.0.1", port))
                except OSError:
                    continue
            file.seek(0)
            file.truncate()
            file.write(str(port))
            return port
    raise RuntimeError(f"each port from {FIRST} to {AFTER - 1} is taken")
