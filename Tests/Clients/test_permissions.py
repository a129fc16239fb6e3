"""Every route, every role, owner and other: what the reviewed table says is what happens.

The table is Tests/Clients/permissions.tsv; `assay permission-table` writes it anew. A route that is not in it fails here.
"""

import os
import subprocess
import uuid
from pathlib import Path

import pytest
from house import House
from wire import ask, call

TABLE = Path(__file__).with_name("permissions.tsv")
ROLES = ["admin", "affected_person", "auditor", "compliance", "data_engineer", "data_scientist", "devops", "end_user",
         "ethics_committee", "executive", "external_auditor", "gateway", "product", "risk_manager", "security", "validator"]
CANARY = "canaryq7x"
SKIPPED = {
    # Changes who the people of this test are, or what they hold.
    "/api/assay/v1/bindings", "/api/assay/v1/users/{name}", "/api/assay/v1/bindings/{role}/{user}",
}


def rows():
    lines = TABLE.read_text().splitlines()[1:]
    return [dict(zip(["method", "path", "permission", "scope", "roles"], line.split("\t"))) for line in lines]


def test_the_table_is_what_the_server_has():
    printed = subprocess.run([os.environ["ASSAY_BINARY"], "permission-table"], capture_output=True, text=True, check=True)
    assert printed.stdout == TABLE.read_text(), "review the difference, then: assay permission-table > Tests/Clients/permissions.tsv"


class World:
    """People of every role, two of narrow ones, and an experiment, run, model and version of which only one may know."""

    def __init__(self, house):
        self.house, self.url, self.root, self.tokens = house, house.url, f"Bearer {house.tokens['root']}", {}
        url = house.url
        mark = uuid.uuid4().hex[:10]
        self.own, self.other = f"own-{mark}-{CANARY}", f"other-{mark}"
        verbs = "read,log,register,delete,request,adopt,approve"
        for who, pattern in [("owner", f"own-{mark}-*"), ("other", f"other-{mark}*")]:
            grants = [{"verbs": verbs.split(","), "resource": f"{kind}:{pattern}"} for kind in ["experiment", "model"]]
            status, answer = ask(url, "POST", "/api/assay/v1/roles", {"role": f"{who}-{mark}", "grants": grants}, self.root)
            assert status == 200, answer
            self.user(f"{who}-{mark}", [f"{who}-{mark}"], who)
        # The second administrator comes last: from then on roles take two.
        for role in [*ROLES[1:], ROLES[0]]:
            self.user(f"{role}-{mark}", [role], role)
        self.tokens["anonymous"] = None
        self.fill()

    def user(self, name, roles, key):
        status, answer = ask(self.url, "POST", "/api/assay/v1/users", {"name": name, "roles": roles}, self.root)
        assert status == 200, answer
        self.tokens[key] = f"Bearer {self.house.own(answer['token'])}"
        assert not answer["waiting"], answer

    def make(self, path, body):
        status, answer = ask(self.url, "POST", f"/api/2.0/mlflow/{path}", body, self.tokens["owner"])
        assert status == 200, (path, answer)
        return answer

    def fill(self):
        """Anew, because the routes that delete delete."""
        name = f"{self.own}-{uuid.uuid4().hex[:8]}"
        self.name = name
        self.experiment = self.make("experiments/create", {"name": name})["experiment_id"]
        self.run = self.make("runs/create", {"experiment_id": self.experiment, "run_name": CANARY})["run"]["info"]["run_id"]
        self.logged = self.make("logged-models", {"experiment_id": self.experiment, "name": CANARY})["model"]["info"]["model_id"]
        self.make("registered-models/create", {"name": name, "description": CANARY})
        self.make("model-versions/create", {"name": name, "source": f"runs:/{self.run}/m", "run_id": self.run})
        self.make("registered-models/alias", {"name": name, "alias": "a", "version": "1"})

    def request(self, row, who):
        """Status and text of a request that says everything any route asks for."""
        run_path = f"{self.experiment}/{self.run}/artifacts/datasets/x/file.txt"
        values = {"model_id": self.logged, "tag_key": "k", "path...": run_path, "webhook_id": "w", "name": self.name,
                  "version": "1", "id": self.run, "model": self.name, "role": "nothing", "user": "nobody-here", "upload": "u",
                  "number": "1"}
        path = row["path"]
        for key, value in values.items():
            path = path.replace("{" + key + "}", value)
        fields = {"experiment_id": self.experiment, "experiment_name": self.name, "run_id": self.run, "run_uuid": self.run,
                  "name": self.name, "version": "1", "key": "k", "value": "v", "model_id": self.logged, "alias": "a",
                  "metric_key": "m", "artifact_file_path": "m", "path": "m", "username": "nobody-here",
                  "resource_type": "experiment", "resource_id": self.experiment, "permission": "READ", "model": self.name}
        body = None
        if row["method"] in ("GET", "HEAD"):
            # Fields a search does not know are refused there.
            wanted = {} if "search" in path or path.startswith(("/requests", "/log", "/models", "/runs", "/audit")) else fields
            path += "?" + "&".join(f"{name}={value}" for name, value in wanted.items()) if wanted else ""
        else:
            new = f"{self.own}-{uuid.uuid4().hex[:8]}"
            body = {**fields, "new_name": new, "stage": "Staging", "source": f"runs:/{self.run}/m", "timestamp": 1, "step": 0,
                    "value": "1", "status": "FINISHED", "models": [], "metrics": [], "params": [], "tags": [],
                    "datasets": [], "experiment_ids": [self.experiment], "upload_id": "u", "num_parts": 1, "parts": [],
                    "request": "q", "target": {"stage": "Production"}, "user": "nobody-here", "role": "nothing"}
            if path.endswith(("experiments/create", "registered-models/create")):
                body["name"] = new
            if "transition-stage" in path:
                body.pop("archive_existing_versions", None)
        headers = {"Authorization": self.tokens[who]} if self.tokens[who] else {}
        if body is not None and (row["method"] == "PUT" or path.endswith("upload-artifact")) and "artifact" in path:
            import json
            status, _, content = call(self.url, row["method"], path, json.dumps(body), {**headers, "Content-Type": "text/plain"})
        else:
            status, _, content = call(self.url, row["method"], path, body, headers)
        return status, content.decode(errors="replace")


@pytest.fixture(scope="module")
def world():
    """On a server of its own, since a second administrator changes what one alone can do."""
    house = House(people={})
    house.start()
    yield World(house)
    house.remove()


@pytest.mark.parametrize("row", [row for row in rows() if row["path"] not in SKIPPED], ids=lambda row: f"{row['method']} {row['path']}")
def test_the_table_is_what_happens(world, row):
    allowed = row["roles"].split(",")
    if row["permission"] == "delete" or "rename" in row["path"] or row["path"].endswith("experiments/update"):
        world.fill()
    for who in ["other", *ROLES, "anonymous", "owner"]:
        status, text = world.request(row, who)
        where = (row["method"], row["path"], who, status, text[:300])
        if who == "other":
            # Not a word of what is not theirs: what they sent themselves may come back.
            echo = text.replace(world.name, "").replace(world.run, "").replace(world.logged, "")
            assert CANARY not in echo.replace(f"{world.own}", ""), where
            if row["scope"] not in ("house", "filtered"):
                # To abort an upload that is not there is nothing to MLflow's clients.
                assert status in (400, 403, 404) or "/mpu/abort/" in row["path"] and text == "{}", where
        elif row["roles"] in ("everyone", "whoever shows the key"):
            assert "it needs the permission" not in text, where
        elif who == "owner":
            if row["scope"] == "house":
                assert status in (401, 403), where
            elif row["permission"] in ("read", "log", "register", "delete"):
                assert "it needs the permission" not in text, where
        elif who in allowed:
            assert "it needs the permission" not in text, where
            assert status != 401 or who == "anonymous" and "named" in text, where
        else:
            # From a page, whoever is nobody yet is sent to log in.
            is_sent = who == "anonymous" and row["path"] == "/audit/access" and status == 303 and text == ""
            assert is_sent or status in (401, 403), where
        if row["permission"] == "delete" or "rename" in row["path"]:
            world.fill()
