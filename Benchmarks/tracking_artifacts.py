"""Artifact throughput: one file up and down again, Assay against `mlflow server` 3.17.2, both sides in one run.

The file is sent with one PUT and fetched with one GET over a plain socket client, the same for both, in blocks of a mebibyte
that are made before the clock starts; what comes back is compared by its digest after the clock has stopped. Rounds alternate
between the servers and the medians are printed, with the peak memory of each server and its children, how much of it the
transfers added, and the disk's own speed in the same folder. Assay's bytes are encrypted and durable when the PUT is
answered; MLflow leaves them in the page cache.
"""

import hashlib
import http.client
import os
import statistics
import sys
import time

from servers import Assay, MLflow, running

MIB = 1 << 20
SIZE = int(os.environ.get("ASSAY_BENCH_MIB", "1024"))
ROUNDS = int(os.environ.get("ASSAY_BENCH_ROUNDS", "3"))


class Transfers:
    """What one server took and gave back, in MiB/s."""

    def __init__(self, server):
        self.server = server
        self.path = f"/api/2.0/mlflow-artifacts/artifacts/0/{server.new_run()}/artifacts/large.bin"
        self.up, self.down = [], []

    def round(self, blocks, size):
        """Sends and fetches `size` MiB once. Answers the digest of what came back."""
        connection = http.client.HTTPConnection(self.server.url.removeprefix("http://"), timeout=600)
        connection.connect()
        # Before anything is sent: MLflow's server closes a connection that is quiet for five seconds.
        received = bytearray(size * MIB)
        view, place = memoryview(received), 0
        began = time.perf_counter()
        connection.request("PUT", self.path, (blocks[place % len(blocks)] for place in range(size)), {"Content-Length": str(size * MIB)})
        answer = connection.getresponse()
        body = answer.read()
        self.up.append(size / (time.perf_counter() - began))
        if answer.status != 200:
            sys.exit(f"{self.server.name}: the upload was answered {answer.status}: {body[:500]}")
        began = time.perf_counter()
        connection.request("GET", self.path)
        answer = connection.getresponse()
        while place < len(received):
            count = answer.readinto(view[place:place + MIB])
            if not count:
                sys.exit(f"{self.server.name}: the download ended after {place} bytes")
            place += count
        self.down.append(size / (time.perf_counter() - began))
        connection.close()
        return hashlib.sha256(received).hexdigest()


def disk_speed(folder, blocks):
    """MiB/s of writing the same bytes to a file and syncing it."""
    began = time.perf_counter()
    with open(folder / "disk", "wb", buffering=0) as file:
        for place in range(SIZE):
            file.write(blocks[place % len(blocks)])
        os.fsync(file.fileno())
    speed = SIZE / (time.perf_counter() - began)
    (folder / "disk").unlink()
    return speed


def main():
    blocks = [os.urandom(MIB) for _ in range(16)]
    digest = hashlib.sha256()
    for place in range(SIZE):
        digest.update(blocks[place % len(blocks)])
    with running(Assay, MLflow) as servers:
        sides = [Transfers(server) for server in servers]
        for side in sides:
            side.round(blocks, 4)
            side.up, side.down, side.start = [], [], side.server.memory()
        speed = disk_speed(servers[0].folder, blocks)
        for _ in range(ROUNDS):
            for side in sides:
                if side.round(blocks, SIZE) != digest.hexdigest():
                    sys.exit(f"{side.server.name}: what came back is not what was sent")
        print(
            f"one artifact of {SIZE} MiB, {ROUNDS} rounds, medians; {os.cpu_count()} cores, "
            f"a disk that takes {speed:.0f} MiB/s with fsync")
        for side in sides:
            peak = side.server.memory()
            print(
                f"  {side.server.name:7} up {statistics.median(side.up):6.0f} MiB/s ({min(side.up):.0f} to {max(side.up):.0f})  "
                f"down {statistics.median(side.down):6.0f} MiB/s ({min(side.down):.0f} to {max(side.down):.0f})  "
                f"peak {peak:5.0f} MiB, {peak - side.start:+.0f} by the transfers  digests equal")
        up, down = (statistics.median(getattr(sides[0], way)) / statistics.median(getattr(sides[1], way)) for way in ["up", "down"])
        print(f"  assay / mlflow = {up:.1f} up, {down:.1f} down")


if __name__ == "__main__":
    main()
