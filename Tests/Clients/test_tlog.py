"""The published log of a running server, read by another implementation of C2SP's formats; proofs; exchanged keys."""

import json
import os
import shutil
import subprocess
import urllib.error
import urllib.request
from pathlib import Path

import pytest
from house import BINARY, House
from tlog import Refused, Verifier, read_log, verify_proof

VERIFIER = Path(BINARY).with_name("assay-verify")


@pytest.fixture(scope="module")
def place():
    house = House(people={"ana": "data_scientist", "otto": "auditor"})
    house.start()
    for number in range(4):
        house.http("POST", "/api/2.0/mlflow/registered-models/create", {"name": f"loans-{number}"}, who="ana")
    yield house
    house.remove()


def raw(house, path, who="otto"):
    request = urllib.request.Request(f"{house.url}/api/assay/v1/log/{path}")
    request.add_header("Authorization", f"Bearer {house.tokens[who]}")
    with urllib.request.urlopen(request, timeout=30) as answer:
        return answer.headers, answer.read()


def published(house, seconds=10):
    """Waits until everything recorded is published."""
    import time
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        entries = house.http("GET", "/api/assay/v1/log/entries?limit=1000", who="otto")[1]["entries"]
        if all(entry["state"] == "published" for entry in entries):
            return entries
        time.sleep(0.2)
    raise AssertionError("the log was not published")


def test_another_implementation_reads_the_log(place):
    entries = published(place)
    verifier = Verifier(raw(place, "vkey")[1].decode())
    checkpoint, leaves = read_log(lambda path: raw(place, path)[1], verifier)
    assert checkpoint.size == len(entries) == len(leaves)
    assert [json.loads(leaf)["id"] for leaf in leaves] == [entry["id"] for entry in entries]


def test_paths_types_and_caching_are_the_specifications(place):
    size = len(published(place))
    headers, _ = raw(place, "checkpoint")
    assert headers["Content-Type"] == "text/plain; charset=utf-8" and headers["Cache-Control"] == "no-cache"
    for path in (f"tile/0/000.p/{size}", f"tile/entries/000.p/{size}", "tile/0/000.p/1", "tile/entries/000.p/2"):
        headers, body = raw(place, path)
        assert headers["Content-Type"] == "application/octet-stream", path
        assert "immutable" in headers["Cache-Control"] and body
    for path in ("tile/0/000", "tile/0/0", "tile/0/000.p/0", "tile/0/000.p/256", "tile/64/000", "tile/entries/x000/000",
                 "tile/0/../0/000.p/1", "tile/0/%2e%2e/000", "tile/00/000.p/1", "tile/0/001"):
        with pytest.raises(urllib.error.HTTPError) as refused:
            raw(place, path)
        assert refused.value.code in (400, 404), path


@pytest.mark.parametrize("by_id", [False, True])
def test_a_proof_is_verified_by_another_implementation(place, tmp_path, by_id):
    entries = published(place)
    verifier = Verifier(raw(place, "vkey")[1].decode())
    for entry in entries[::3]:
        file = tmp_path / f"{entry['index']}.tlog-proof"
        place.assay("audit", "proof", entry["id"] if by_id else str(entry["index"]), "--with-entry", "--server", place.url,
            "-o", str(file), who="otto")
        index, leaf, checkpoint = verify_proof(file.read_text(), verifier)
        assert index == entry["index"] and json.loads(leaf)["id"] == entry["id"]
        with pytest.raises(Refused):
            verify_proof(file.read_text(), verifier, entry=leaf + b" ")
        key = raw(place, "vkey")[1].decode().strip()
        checked = subprocess.run([VERIFIER, "proof", file, "--key", key], capture_output=True, text=True)
        assert checked.returncode == 0, checked.stderr
        assert json.loads(checked.stdout.splitlines()[1])["id"] == entry["id"]


def test_every_entry_about_a_model_has_its_proof(place, tmp_path):
    published(place)
    verifier = Verifier(raw(place, "vkey")[1].decode())
    printed = place.assay("audit", "proof", "--model", "loans-1", "--server", place.url, "-o", str(tmp_path / "p"), who="otto")
    files = list((tmp_path / "p").glob("*.tlog-proof"))
    assert f"wrote {len(files)} proofs" in printed.stdout and files
    kinds = [json.loads(verify_proof(file.read_text(), verifier)[1])["kind"] for file in files]
    assert "model.created" in kinds


def verify(*arguments):
    return subprocess.run([VERIFIER, *map(str, arguments)], capture_output=True, text=True)


def test_an_auditor_with_the_old_key_follows_to_the_new_one(place, tmp_path):
    published(place)
    old = place.assay("audit", "checkpoint", "--server", place.url, who="otto")
    old_key = old.stderr.split("key: ")[1].strip()
    (tmp_path / "kept").write_text(old.stdout)
    place.stop()
    for which in ("log", "evidence"):
        place.assay("audit", "rotate-key", which, "--data-dir", str(place.data))
    assert sorted(os.listdir(place.data / "keys")) == ["evidence", "evidence.former", "log.former", "log.key", "master"]
    ledger = place.data / "ledger"
    new_key = (ledger / "vkey").read_text().strip()
    assert new_key != old_key and new_key.split("+")[0] == old_key.split("+")[0]
    for key in (old_key, new_key):
        checked = verify(ledger, "--key", key, "--since", tmp_path / "kept")
        assert checked.returncode == 0, checked.stdout + checked.stderr
        assert "keys: 2, each named by an entry that the one before signed" in checked.stdout
    place.start()
    place.http("POST", "/api/2.0/mlflow/registered-models/create", {"name": "after"}, who="ana")
    entries = published(place)
    assert [entry["kind"] for entry in entries].count("log.key-rotated") == 1
    for key in (old_key, new_key):
        checked = place.assay("audit", "verify", "--server", place.url, "--key", key, "--since", str(tmp_path / "kept"), who="otto")
        assert "begins with the kept checkpoint" in checked.stdout
    read_log(lambda path: raw(place, path)[1], Verifier(new_key))
    place.assay("audit", "checkpoint", "--server", place.url, "--key", new_key, who="otto")
    # A folder whose keys were exchanged behind the log's back is refused with the old key.
    copy = tmp_path / "copy"
    shutil.copytree(ledger, copy)
    (copy / "vkeys").unlink()
    assert verify(copy, "--key", old_key).returncode == 1


def test_wrong_usage_is_one_message_and_status_2(place, tmp_path):
    for arguments in ((), ("a", "b"), ("--key",), ("--nonsense",), (tmp_path / "none",), ("proof", tmp_path / "none", "--key", "x"),
                      (place.data / "ledger", "--key", "x")):
        done = verify(*arguments)
        assert done.returncode == 2 and done.stderr and not done.stdout, arguments
