"""Artifact throughput: one file up and down again, Assay against `mlflow server` 3.17.2, both sides in one run.

The file is sent with one PUT and fetched with one GET over a plain socket client, the same for both, in blocks of a mebibyte
that are made before the clock starts; what comes back is compared by its digest after the clock has stopped. Rounds alternate
between the servers and the medians are printed, with the peak memory of each server and its children, how much of it the
transfers added, and the disk's own speed in the same folder. Assay's bytes are encrypted and durable when the PUT is
answered; MLflow leaves them in the page cache.
"""

import hashlib
import http.client
import json
import os
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

MIB = 1 << 20
SIZE = int(os.environ.get("ASSAY_BENCH_MIB", "1024"))
ROUNDS = int(os.environ.get("ASSAY_BENCH_ROUNDS", "3"))


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


class Server:
    def __init__(self, name, command, folder):
        self.name = name
        self.log = open(folder / f"{name}.log", "wb")
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.process = subprocess.Popen(
            [part.replace("PORT", str(self.port)) for part in command], stdout=self.log, stderr=self.log, cwd=folder,
            start_new_session=True)
        for _ in range(720):
            try:
                urllib.request.urlopen(self.url + "/health", timeout=2).read()
                break
            except OSError:
                if self.process.poll() is not None:
                    sys.exit(f"{name} did not start; see {self.log.name}")
                time.sleep(0.25)
        else:
            self.stop()
            sys.exit(f"{name} did not answer within three minutes; see {self.log.name}")
        body = json.dumps({"experiment_id": "0", "start_time": 1}).encode()
        request = urllib.request.Request(self.url + "/api/2.0/mlflow/runs/create", body, {"Content-Type": "application/json"})
        run = json.load(urllib.request.urlopen(request, timeout=60))["run"]["info"]["run_id"]
        self.path = f"/api/2.0/mlflow-artifacts/artifacts/0/{run}/artifacts/large.bin"
        self.up, self.down = [], []

    def memory(self):
        """Peak resident MiB of the server and its children."""
        total, pids = 0, [self.process.pid]
        while pids:
            pid = pids.pop()
            try:
                total += int(Path(f"/proc/{pid}/status").read_text().split("VmHWM:")[1].split()[0])
                for task in Path(f"/proc/{pid}/task").iterdir():
                    pids += [int(child) for child in (task / "children").read_text().split()]
            except (OSError, IndexError):
                pass
        return total / 1024

    def round(self, blocks, size):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=600)
        connection.connect()
        began = time.perf_counter()
        connection.request("PUT", self.path, (blocks[place % len(blocks)] for place in range(size)), {"Content-Length": str(size * MIB)})
        answer = connection.getresponse()
        body = answer.read()
        self.up.append(size / (time.perf_counter() - began))
        if answer.status != 200:
            sys.exit(f"{self.name}: the upload was answered {answer.status}: {body[:500]}")
        received = bytearray(size * MIB)
        view, place = memoryview(received), 0
        began = time.perf_counter()
        connection.request("GET", self.path)
        answer = connection.getresponse()
        while place < len(received):
            count = answer.readinto(view[place:place + MIB])
            if not count:
                sys.exit(f"{self.name}: the download ended after {place} bytes")
            place += count
        self.down.append(size / (time.perf_counter() - began))
        connection.close()
        return hashlib.sha256(received).hexdigest()

    def stop(self):
        os.killpg(self.process.pid, signal.SIGTERM)
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()


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
    binary = os.environ.get("ASSAY_BINARY", ".build/release/assay")
    mlflow = Path(sys.executable).with_name("mlflow")
    folder = Path(tempfile.mkdtemp(prefix="assay-bench-"))
    blocks = [os.urandom(MIB) for _ in range(16)]
    digest = hashlib.sha256()
    for place in range(SIZE):
        digest.update(blocks[place % len(blocks)])
    servers = []
    try:
        # Both are up during all rounds, and only one is loaded at a time.
        servers.append(
            Server(
                "mlflow",
                [str(mlflow), "server", "--host", "127.0.0.1", "--port", "PORT", "--backend-store-uri", f"sqlite:///{folder}/mlflow.db",
                 "--artifacts-destination", str(folder / "artifacts")],
                folder))
        servers.append(
            Server("assay", [str(Path(binary).resolve()), "server", "--port", "PORT", "--data-dir", str(folder / "data")], folder))
        for server in servers:
            server.round(blocks, 4)
            server.up, server.down, server.start = [], [], server.memory()
        speed = disk_speed(folder, blocks)
        for _ in range(ROUNDS):
            for server in servers:
                if server.round(blocks, SIZE) != digest.hexdigest():
                    sys.exit(f"{server.name}: what came back is not what was sent")
        print(
            f"one artifact of {SIZE} MiB, {ROUNDS} rounds, medians; {os.cpu_count()} cores, files under {folder.parent}, "
            f"whose disk takes {speed:.0f} MiB/s with fsync")
        for server in servers:
            peak = server.memory()
            print(
                f"  {server.name:7} up {statistics.median(server.up):6.0f} MiB/s ({min(server.up):.0f} to {max(server.up):.0f})  "
                f"down {statistics.median(server.down):6.0f} MiB/s ({min(server.down):.0f} to {max(server.down):.0f})  "
                f"peak {peak:5.0f} MiB, {peak - server.start:+.0f} by the transfers  digests equal")
        up, down = (statistics.median(getattr(servers[1], way)) / statistics.median(getattr(servers[0], way)) for way in ["up", "down"])
        print(f"  assay / mlflow = {up:.1f} up, {down:.1f} down")
    finally:
        for server in servers:
            server.stop()
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
