"""Governed changes on a disk that is full: each is refused whole, the log signs nothing false, and both go on when there is room."""

import json
import subprocess
import time

from artifacts import call
from house import BINARY
from test_full_disk import pytestmark, refused, server  # noqa: F401  (the small disk and its server)


def create(server, name):
    body = {"name": name, "description": "x" * 4_000}
    return call(server.url, "POST", "/api/2.0/mlflow/registered-models/create", body)


def size(server):
    return int(call(server.url, "GET", "/api/assay/v1/log/checkpoint").body.decode().split("\n")[1])


def test_governed_changes_on_a_full_disk(server):  # noqa: F811
    assert create(server, "first").status == 200
    filler = server.view / "filler"
    with open(filler, "wb", buffering=0) as file:
        try:
            while True:
                file.write(bytes(1 << 16))
        except OSError:
            # A little room is left, so that some changes still fit.
            file.truncate(file.tell() - (1 << 20))
    accepted, refusals = ["first"], []
    for number in range(2_000):
        answer = create(server, f"m{number}")
        if answer.status == 200:
            assert not refusals
            accepted.append(f"m{number}")
            continue
        refused(answer.status, answer.body)
        refusals.append(f"m{number}")
        if len(refusals) == 5:
            break
    assert len(refusals) == 5 and len(accepted) > 3
    time.sleep(1)
    filler.unlink()
    assert create(server, "last").status == 200
    found = call(server.url, "GET", "/api/2.0/mlflow/registered-models/search?max_results=1000").json["registered_models"]
    assert {model["name"] for model in found} == {*accepted, "last"}
    # One entry a change and none for what was refused, after the one that names the key of evidence; the log catches up and verifies.
    end = time.monotonic() + 15
    while size(server) < len(accepted) + 2 and time.monotonic() < end:
        time.sleep(0.2)
    assert size(server) == len(accepted) + 2
    checked = subprocess.run([BINARY, "audit", "verify", "--server", server.url, "--format", "json"], capture_output=True, text=True)
    assert json.loads(checked.stdout)["consistent"] is True, checked.stdout
    print(f"\n{len(accepted)} governed changes before the disk was full, {len(refusals)} refused, all of it verified")
