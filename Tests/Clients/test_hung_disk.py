"""A disk that hangs while a gateway ends: the end is bounded, and what was not recorded was never acknowledged, and is counted."""

import signal
import subprocess
import threading
import time

import pytest
import requests
from house import BINARY, House, free_port
from test_gateway import POLICY, log, promote

# Every synchronisation waits for as long as the file is there.
HANG = r"""
#define _GNU_SOURCE
#include <stdlib.h>
#include <unistd.h>
int fdatasync(int fd) { (void)fd; while (access(getenv("HANG"), F_OK) == 0) usleep(50000); return 0; }
int fsync(int fd) { return fdatasync(fd); }
"""


@pytest.fixture(scope="module")
def house():
    house = House()
    house.start()
    house.add("robo", "gateway")
    assert house.http("POST", "/api/assay/v1/policies", {"policy": POLICY}, who="petra")[0] == 201
    log(house, "loans")
    promote(house, "loans", 1, {"stage": "Production"})
    yield house
    house.remove()


def test_a_disk_that_hangs_does_not_hold_up_the_end(house):
    source, library, flag = house.folder / "hang.c", house.folder / "hang.so", house.folder / "hanging"
    source.write_text(HANG)
    subprocess.run(["clang", "-shared", "-fPIC", "-O1", str(source), "-o", str(library)], check=True, capture_output=True)
    port = free_port()
    url = f"http://127.0.0.1:{port}/models/loans/invocations"
    body = {"dataframe_split": {"columns": ["a", "b"], "data": [[1.0, 0.0]]}}
    words = house.folder / "hung.log"
    with open(words, "wb") as log_file:
        process = subprocess.Popen(
            [BINARY, "gateway", "--server", house.url, "--port", str(port), "--records", str(house.folder / "hung")],
            stdout=subprocess.PIPE, stderr=log_file, text=True, env={**house.environment("robo"), "LD_PRELOAD": str(library), "HANG": str(flag)})
    try:
        process.stdout.readline()
        assert "Assay-Record" in requests.post(url, json=body, timeout=30).headers
        flag.write_text("")
        answers = []
        asking = [threading.Thread(target=lambda: answers.append(requests.post(url, json=body, timeout=60))) for _ in range(3)]
        for thread in asking:
            thread.start()
        time.sleep(1)
        begun = time.monotonic()
        process.send_signal(signal.SIGTERM)
        process.wait(40)
        assert time.monotonic() - begun < 30
        for thread in asking:
            thread.join()
        # Answered without an acknowledgement, and told at the end.
        assert [("Assay-Record" in answer.headers) for answer in answers if answer.status_code == 200] == [False] * len(answers), answers
        assert "the disk of records does not answer" in words.read_text(), words.read_text()
    finally:
        flag.unlink(missing_ok=True)
        if process.poll() is None:
            process.kill()
