"""`kill -9` at random moments while models, aliases, runs and people are being changed, round after round on one data directory.

After each round: what was acknowledged is there, the log verifies against every checkpoint kept in earlier rounds, and the tables
are what its entries decided. ASSAY_KILL_ROUNDS rounds, 3 without it; `scripts/faults --long` takes 200. ASSAY_FAULT_SEED fixes the
moments.
"""

import http.client
import json
import os
import random
import subprocess
import threading
import time

from house import BINARY, House

ROUNDS = int(os.environ.get("ASSAY_KILL_ROUNDS", "3"))
SEED = int(os.environ.get("ASSAY_FAULT_SEED", "20260131"))
WRITERS = 4


class Writer(threading.Thread):
    """Changes what the log tells of until the server is gone, and remembers what was acknowledged."""

    def __init__(self, house, number, round):
        super().__init__(daemon=True)
        self.house, self.number, self.round = house, number, round
        self.acknowledged = []

    def call(self, connection, method, path, body, who):
        connection.request(method, path, json.dumps(body), {
            "Content-Type": "application/json", "Authorization": f"Bearer {self.house.tokens[who]}"})
        answer = connection.getresponse()
        text = answer.read()
        assert answer.status in (200, 201), (answer.status, text)
        return json.loads(text)

    def run(self):
        connection = http.client.HTTPConnection("127.0.0.1", self.house.port, timeout=30)
        step = 0
        try:
            while True:
                step += 1
                name = f"kill-{self.round}-{self.number}-{step}"
                self.call(connection, "POST", "/api/2.0/mlflow/registered-models/create", {"name": name}, "ana")
                self.acknowledged.append(("model", name))
                self.call(connection, "POST", "/api/2.0/mlflow/registered-models/set-tag",
                          {"name": name, "key": "team", "value": "credit"}, "ana")
                if step % 3 == 0:
                    self.call(connection, "POST", "/api/assay/v1/users", {"name": name, "roles": ["auditor"]}, "root")
                    self.acknowledged.append(("user", name))
                run = self.call(connection, "POST", "/api/2.0/mlflow/runs/create", {"experiment_id": "0", "start_time": 1}, "ana")
                run = run["run"]["info"]["run_id"]
                self.call(connection, "POST", "/api/2.0/mlflow/runs/log-metric",
                          {"run_id": run, "key": "m", "value": 1, "timestamp": 1, "step": 0}, "ana")
                self.call(connection, "POST", "/api/2.0/mlflow/runs/update", {"run_id": run, "status": "FINISHED", "end_time": 2}, "ana")
                self.acknowledged.append(("run", run))
        except (OSError, http.client.HTTPException, ValueError):
            return


def exists(house, kind, name):
    path = {"model": f"/api/2.0/mlflow/registered-models/get?name={name}", "run": f"/api/2.0/mlflow/runs/get?run_id={name}"}
    if kind in path:
        return house.http("GET", path[kind], who="ana")[0] == 200
    users = house.http("GET", "/api/assay/v1/users", who="root")[1]["users"]
    return any(user["name"] == name for user in users)


def test_kill_9_loses_nothing_and_forks_nothing(tmp_path):
    dice = random.Random(SEED)
    house = House(people={"ana": "data_scientist"})
    kept = tmp_path / "kept"
    kept.write_text("")
    total = 0
    try:
        house.start()
        for round in range(ROUNDS):
            writers = [Writer(house, number, round) for number in range(WRITERS)]
            for writer in writers:
                writer.start()
            time.sleep(dice.uniform(0.05, 1.2))
            house.kill()
            for writer in writers:
                writer.join(30)
            acknowledged = [item for writer in writers for item in writer.acknowledged]
            total += len(acknowledged)
            checked = subprocess.run(
                [BINARY, "audit", "verify", "--data-dir", house.data] + (["--since", kept] if kept.read_text() else []),
                capture_output=True, text=True)
            assert checked.returncode == 0, (round, checked.stdout, checked.stderr)
            with kept.open("a") as file:
                file.write((house.data / "ledger" / "checkpoint").read_text())
            house.start()
            for kind, name in dice.sample(acknowledged, min(12, len(acknowledged))):
                assert exists(house, kind, name), (round, kind, name)
        house.stop()
        checked = house.assay("audit", "verify", "--data-dir", str(house.data), "--since", str(kept))
        assert "begins with the kept checkpoint" in checked.stdout
        print(f"\n{ROUNDS} rounds of kill -9, {total} acknowledged changes, {checked.stdout.splitlines()[1]}")
        assert total > ROUNDS
    finally:
        house.remove()
