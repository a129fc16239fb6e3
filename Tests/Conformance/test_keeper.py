"""No server outlives its run, however the run ends."""

import os
import signal
import subprocess
import sys
import time

import pytest

from .servers import KEEPER

# A server that starts another process, as MLflow's does, and does not listen to a first request to end.
SERVER = """
import os, signal, subprocess, sys, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
with open("pids", "w") as file: file.write(f"{os.getpid()} {child.pid}")
os.rename("pids", "ready")
time.sleep(600)
"""
# A run that was started in the background of a script would ignore the interrupt it is sent here.
RUN = """
import signal, subprocess, sys, time
signal.signal(signal.SIGINT, signal.default_int_handler)
keeper = subprocess.Popen([sys.executable, "-S", *sys.argv[1:]], stdin=subprocess.PIPE, start_new_session=True)
time.sleep(600)
"""


def is_running(pid):
    try:
        with open(f"/proc/{pid}/stat") as file:
            return file.read().rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return False


def wait(condition, seconds=30):
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.05)


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_a_run_that_ends_takes_its_servers_along(tmp_path, number):
    keeper = [str(KEEPER), str(tmp_path / "log"), sys.executable, "-c", SERVER]
    run = subprocess.Popen([sys.executable, "-c", RUN, *keeper], cwd=tmp_path, stderr=subprocess.DEVNULL)
    wait((tmp_path / "ready").exists)
    pids = [int(word) for word in (tmp_path / "ready").read_text().split()]
    assert len(pids) == 2 and all(map(is_running, pids))
    os.kill(run.pid, number)
    run.wait(10)
    wait(lambda: not any(map(is_running, pids)))
