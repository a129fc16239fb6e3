"""A watch that goes on where the log's key was exchanged; the key of evidence, which the log names and nobody makes anew in silence."""

import hashlib
import shutil

import pytest
from house import House
from test_tlog import published, verify
from test_audit_export import reseal


@pytest.fixture
def place():
    house = House(people={"ana": "data_scientist", "otto": "auditor"})
    house.start()
    model(house, "loans")
    published(house)
    yield house
    house.remove()


def model(house, name):
    status, answer = house.http("POST", "/api/2.0/mlflow/registered-models/create", {"name": name}, who="ana")
    assert status == 200, answer


def rotate(house, *arguments, which="log", check=0):
    return house.assay("audit", "rotate-key", which, "--data-dir", str(house.data), *arguments, check=check)


def watch(house, key, state, *arguments, check=0):
    return house.assay("audit", "watch", "--data-dir", str(house.data), "--key", key, "--state", str(state), "--once", *arguments, check=check)


def test_a_watch_goes_on_over_two_rotations(place, tmp_path):
    """The state file and the key are those of before; what lies between was never looked at."""
    first = (place.data / "ledger/vkey").read_text().strip()
    state, late = tmp_path / "state", tmp_path / "late"
    place.stop()
    seen = watch(place, first, state, "--from-start").stdout.splitlines()
    for number in range(2):
        rotate(place)
        if number == 0:
            # Right after a rotation both keys sign the newest checkpoint.
            watch(place, first, late)
        place.start()
        model(place, f"after-{number}")
        published(place)
        place.stop()
    newest = (place.data / "ledger/vkey").read_text().strip()
    assert newest != first
    done = watch(place, first, state)
    lines = done.stdout.splitlines()
    assert sum("log.key-rotated" in line for line in lines) == 2 and sum("model.created" in line for line in lines) == 2
    indexes = [int(line.split()[0]) for line in seen + lines]
    assert indexes == list(range(len(indexes))), "each entry once, and none left out"
    assert done.stderr.count("the log's key was exchanged") == 2 and newest in done.stderr
    assert "log.key-rotated" in watch(place, first, late).stdout
    # The kept checkpoint is by the newest key now, and the kept key still the first.
    assert watch(place, first, state).stdout == "" and watch(place, newest, state).stdout == ""
    # Whoever begins with the first key at a log that goes on is led to the newest.
    assert newest in watch(place, first, tmp_path / "new").stderr


def test_a_watch_takes_no_key_that_the_former_did_not_name(place, tmp_path):
    first = (place.data / "ledger/vkey").read_text().strip()
    state = tmp_path / "state"
    place.stop()
    watch(place, first, state)
    shutil.copytree(place.data, tmp_path / "copy")
    rotate(place)
    place.start()
    model(place, "after")
    published(place)
    place.stop()
    ledger = place.data / "ledger"
    # A list that names another key next: no entry hands over to it.
    other = House(people={})
    other.start()
    stranger = (other.data / "ledger/vkey").read_text().strip()
    other.remove()
    stranger = first.split("+")[0] + "+" + note_id(first.split("+")[0], stranger) + "+" + stranger.split("+", 2)[2]
    whole = (ledger / "vkeys").read_text()
    (ledger / "vkeys").write_text(f"{first}\n{stranger}\n")
    done = watch(place, first, state, check=None)
    assert done.returncode != 0 and "no entry that the former signed hands over to it" in done.stderr, done.stderr
    # No list: the new key is simply another.
    (ledger / "vkeys").unlink()
    done = watch(place, first, state, check=None)
    assert done.returncode != 0 and "is not signed by the log's key" in done.stderr
    (ledger / "vkeys").write_text(whole)
    # A former key that signed less than was seen, or another tree, is a fork.
    notes = (ledger / "checkpoints").read_text()
    seen = state.read_text().split("\n")
    shrunk = notes[:notes.index("\n".join(seen[:3]))]
    (ledger / "checkpoints").write_text(shrunk)
    assert watch(place, first, state, check=None).returncode != 0
    (ledger / "checkpoints").write_text(notes)
    assert "log.key-rotated" in watch(place, first, state).stdout


def note_id(name, vkey):
    import base64
    return hashlib.sha256(name.encode() + b"\n" + base64.b64decode(vkey.split("+", 2)[2])).digest()[:4].hex()


def test_the_log_names_the_key_of_evidence_and_an_export_is_held_against_it(place, tmp_path):
    entries = published(place)
    named = [entry for entry in entries if entry["kind"] == "evidence.key-named"]
    key = (place.data / "keys/evidence").read_text().strip()
    assert len(named) == 1 and len(named[0]["payload"]["key"]) == 64 and named[0]["payload"]["key"] != key
    place.stop()
    rotate(place, which="evidence")
    place.start()
    # A restart names nothing twice.
    assert [entry["kind"] for entry in published(place) if entry["kind"].startswith("evidence.")] == [
        "evidence.key-named", "evidence.key-rotated"]
    refused = place.assay("audit", "erase", named[0]["id"], "--reason", "r", "--server", place.url, who="root", check=None)
    assert refused.returncode != 0
    place.assay("audit", "export", "--from", "2020-01-01", "--to", "9999-12-31", "--server", place.url, "-o", str(tmp_path / "x"), who="otto")
    keys = (tmp_path / "x/evidence-keys.txt").read_text().splitlines()
    assert len(keys) == 2 and keys[0] == named[0]["payload"]["key"] and verify(tmp_path / "x").returncode == 0
    (tmp_path / "x/evidence-keys.txt").write_text("\n".join([*keys, hashlib.sha256(b"another").hexdigest()]) + "\n")
    reseal(tmp_path / "x")
    done = verify(tmp_path / "x")
    assert done.returncode == 1 and "no entry of the log names this key" in done.stdout, done.stdout


def test_a_lost_key_of_evidence_is_replaced_on_purpose_only(place):
    file = place.data / "keys/evidence"
    place.stop()
    before = (place.data / "ledger/checkpoints").read_bytes()
    assert "is there" in rotate(place, "--lost", which="evidence", check=None).stderr
    assert rotate(place, "--lost", which="log", check=None).returncode != 0
    whole = file.read_text()
    file.chmod(0o644)
    done = place.assay("ui", "--port", str(place.port), "--data-dir", str(place.data), check=None)
    assert done.returncode != 0 and "chmod 600" in done.stderr
    file.chmod(0o600)
    # Another one in its place is not taken for it.
    file.write_text("11" * 32 + "\n")
    done = place.assay("ui", "--port", str(place.port), "--data-dir", str(place.data), check=None)
    assert done.returncode != 0 and "is not the key that signs evidence" in done.stderr
    file.unlink()
    done = place.assay("ui", "--port", str(place.port), "--data-dir", str(place.data), check=None)
    assert done.returncode != 0 and "--lost" in done.stderr and not file.exists()
    assert (place.data / "ledger/checkpoints").read_bytes() == before, "nothing is signed meanwhile"
    rotate(place, "--lost", which="evidence")
    assert file.read_text() != whole and oct(file.stat().st_mode & 0o777) == "0o600"
    place.start()
    entries = published(place)
    assert entries[-1]["kind"] == "evidence.key-rotated"
    assert entries[-1]["payload"]["from"] == next(e for e in entries if e["kind"] == "evidence.key-named")["payload"]["key"]
    place.stop()
    place.assay("audit", "verify", "--data-dir", str(place.data))
