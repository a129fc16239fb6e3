"""Backups that are checked, restores that begin a log of their own, older databases that sign nothing, and erased payloads."""

import hashlib
import json
import os
import shutil
import sqlite3
import time

import pytest
from house import House
from test_tlog import published, raw, verify
from tlog import Checkpoint, Verifier, leaf_hash, read_log, tree_root


@pytest.fixture
def place():
    house = House(people={"ana": "data_scientist", "otto": "auditor"})
    house.start()
    for name in ("loans", "cards"):
        house.http("POST", "/api/2.0/mlflow/registered-models/create", {"name": name}, who="ana")
    published(house)
    house.stop()
    yield house
    house.remove()


def backup(house, name, *arguments):
    folder = house.folder / name
    return folder, house.assay("backup", str(folder), "--data-dir", str(house.data), *arguments)


def models(house):
    return {model["name"] for model in house.http("GET", "/api/2.0/mlflow/registered-models/search", who="ana")[1]["registered_models"]}


def test_a_backup_whose_key_of_evidence_is_lost_is_restored_with_another(place):
    folder, _ = backup(place, "b", "--with-keys")
    keys = place.folder / "kept"
    shutil.copytree(folder / "keys", keys)
    (keys / "evidence").unlink()
    new = place.folder / "restored"
    refused = place.assay("restore", str(folder), "--data-dir", str(new), "--keys-dir", str(keys), check=None)
    assert refused.returncode != 0 and "--evidence-key-lost" in refused.stderr and not new.exists(), refused.stderr
    # The backup itself is not gone on with, whatever for.
    for command in (["audit", "rotate-key", "evidence", "--lost"], ["server", "--port", "5999"]):
        refused = place.assay(*command, "--data-dir", str(folder), check=None)
        assert refused.returncode != 0 and "is a backup" in refused.stderr, refused.stderr
    refused = place.assay("restore", str(folder), "--data-dir", str(new), "--evidence-key-lost", check=None)
    assert refused.returncode != 0 and "evidence is there" in refused.stderr and not new.exists(), refused.stderr
    place.assay("restore", str(folder), "--data-dir", str(new), "--keys-dir", str(keys), "--evidence-key-lost")
    key = (new / "ledger/vkey").read_text().strip()
    _, leaves = read_log(lambda path: (new / "ledger" / path).read_bytes(), Verifier(key))
    assert [json.loads(leaf)["kind"] for leaf in leaves][-2:] == ["log.restored", "evidence.key-rotated"]
    place.assay("audit", "verify", "--data-dir", str(new), "--key", key)


@pytest.mark.parametrize("with_keys", [True, False])
def test_a_restored_directory_has_a_log_of_its_own_that_names_the_old_one(place, with_keys):
    folder, done = backup(place, "b", *(["--with-keys"] if with_keys else []))
    assert "wrote" in done.stdout and (folder / "keys").exists() == with_keys
    old_key = (place.data / "ledger/vkey").read_text().strip()
    old = Checkpoint((folder / "ledger/checkpoint").read_bytes(), Verifier(old_key))
    # What happened after the backup is lost with it, and an auditor has seen it.
    place.start()
    place.http("POST", "/api/2.0/mlflow/registered-models/create", {"name": "lost"}, who="ana")
    published(place)
    place.stop()
    seen = place.folder / "seen"
    seen.write_bytes((place.data / "ledger/checkpoint").read_bytes())

    new = place.folder / "restored"
    if not with_keys:
        refused = place.assay("restore", str(folder), "--data-dir", str(new), check=None)
        assert refused.returncode != 0 and "--keys-dir" in refused.stderr and not new.exists()
    done = place.assay("restore", str(folder), "--data-dir", str(new), *([] if with_keys else ["--keys-dir", str(place.data / "keys")]))
    key = (new / "ledger/vkey").read_text().strip()
    assert key in done.stdout and key.split("+")[0] != old.origin
    checkpoint, leaves = read_log(lambda path: (new / "ledger" / path).read_bytes(), Verifier(key))
    assert tree_root([leaf_hash(leaf) for leaf in leaves[:old.size]]) == old.root, "the old log is its beginning"
    first = json.loads(leaves[old.size])
    assert first["kind"] == "log.restored" and {"digest": old.root.hex(), "type": "root", "revision": old.size} in first["subjects"]
    assert verify(new / "ledger", "--key", key).returncode == 0
    assert verify(new / "ledger-before", "--key", old_key).returncode == 0
    # Nobody who saw the old log go on is told that this is it.
    assert verify(new / "ledger", "--since", seen).returncode == 1
    place.assay("audit", "verify", "--data-dir", str(new), "--key", key)

    original, place.data = place.data, new
    place.start()
    try:
        assert models(place) == {"loans", "cards"}
        status, answer = place.http("GET", "/api/assay/v1/log/entries?limit=1000", who="otto")
        told = next(entry for entry in answer["entries"] if entry["kind"] == "log.restored")
        assert told["payload"]["origin"] == old.origin and told["payload"]["checkpoint"].startswith(old.origin)
        place.http("POST", "/api/2.0/mlflow/registered-models/create", {"name": "after"}, who="ana")
        published(place)
    finally:
        place.stop()
        place.data = original


@pytest.mark.parametrize("damage", ["changed", "missing", "surplus", "no list"])
def test_a_damaged_backup_is_refused_and_leaves_nothing(place, damage):
    folder, _ = backup(place, "b", "--with-keys")
    if damage == "changed":
        content = bytearray((folder / "assay.db").read_bytes())
        content[5000] ^= 1
        (folder / "assay.db").write_bytes(content)
    elif damage == "missing":
        (folder / "ledger/checkpoint").unlink()
    elif damage == "surplus":
        (folder / "keys/other").write_text("x")
    else:
        (folder / "SHA256SUMS").unlink()
    new = place.folder / "restored"
    refused = place.assay("restore", str(folder), "--data-dir", str(new), check=None)
    assert refused.returncode != 0 and "backup" in refused.stderr and not new.exists(), refused.stderr


@pytest.mark.parametrize("what", ["file", "folder", "to nothing", "pipe"])
def test_links_in_a_backup_are_refused(place, what):
    """A backup is its own files: a link would have others' files copied, or read forever, under its names."""
    folder, _ = backup(place, "b", "--with-keys")
    outside = place.folder / "outside"
    if what == "file":
        outside.write_bytes((folder / "assay.db").read_bytes())
        (folder / "assay.db").unlink()
        (folder / "assay.db").symlink_to(outside)
    elif what == "folder":
        shutil.copytree(folder / "ledger", outside)
        shutil.rmtree(folder / "ledger")
        (folder / "ledger").symlink_to(outside)
    elif what == "pipe":
        os.mkfifo(folder / "keys/other")
    else:
        (folder / "blobs/link").symlink_to(place.folder / "nowhere")
    new = place.folder / "restored"
    refused = place.assay("restore", str(folder), "--data-dir", str(new), check=None)
    assert refused.returncode != 0 and "neither file nor folder" in refused.stderr and not new.exists(), refused.stderr


def test_a_backup_whose_tables_are_not_the_logs_is_not_called_restored(place):
    folder, _ = backup(place, "b", "--with-keys")
    database = sqlite3.connect(folder / "assay.db")
    database.execute("INSERT INTO userRole SELECT id, 'admin' FROM user WHERE name = 'ana'")
    database.commit()
    database.close()
    files = sorted(path for path in folder.rglob("*") if path.is_file() and path.name != "SHA256SUMS")
    sums = [f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.relative_to(folder)}\n" for path in files]
    (folder / "SHA256SUMS").write_text("".join(sums))
    new = place.folder / "restored"
    refused = place.assay("restore", str(folder), "--data-dir", str(new), check=None)
    assert refused.returncode != 0 and refused.stdout == "" and "nothing is restored" in refused.stderr, refused
    assert not new.exists()


@pytest.mark.parametrize("name", ["keys.db", "keys/log.key", "keys/evidence", "keys/master"])
def test_a_lost_key_is_told_at_start_and_not_made_anew(place, name):
    (place.data / name).unlink()
    for suffix in ("-wal", "-shm"):
        (place.data / (name + suffix)).unlink(missing_ok=True)
    def files():
        return sorted(str(path) for path in place.data.rglob("*") if not path.name.endswith(("-wal", "-shm")))

    before = files()
    done = place.assay("ui", "--port", str(place.port), "--data-dir", str(place.data), check=None)
    assert done.returncode != 0 and name.split("/")[-1] in done.stderr, done.stderr
    assert any(word in done.stderr for word in ("missing", "put it back", "Restore")), done.stderr
    assert not (place.data / name).exists()
    assert files() == before


def test_backups_and_restores_write_over_nothing(place):
    folder, _ = backup(place, "b", "--with-keys")
    assert place.assay("backup", str(folder), "--data-dir", str(place.data), check=None).returncode != 0
    assert place.assay("restore", str(folder), "--data-dir", str(place.data), check=None).returncode != 0
    place.start()
    refused = place.assay("backup", str(place.folder / "c"), "--data-dir", str(place.data), check=None)
    assert refused.returncode != 0 and "Another assay process" in refused.stderr and not (place.folder / "c").exists()


def test_an_older_database_put_back_signs_nothing(place):
    older = place.folder / "older.db"
    folder, _ = backup(place, "b")
    shutil.copy(folder / "assay.db", older)
    place.start()
    place.http("POST", "/api/2.0/mlflow/registered-models/create", {"name": "later"}, who="ana")
    published(place)
    place.stop()
    before = (place.data / "ledger/checkpoints").read_bytes()
    for name in ("assay.db", "assay.db-wal", "assay.db-shm"):
        (place.data / name).unlink(missing_ok=True)
    shutil.copy(older, place.data / "assay.db")
    place.start()
    place.http("POST", "/api/2.0/mlflow/registered-models/create", {"name": "another"}, who="ana")
    time.sleep(1.5)
    place.stop()
    assert (place.data / "ledger/checkpoints").read_bytes() == before
    assert "was an older database put back" in (place.folder / "server.log").read_text()
    checked = place.assay("audit", "verify", "--data-dir", str(place.data), check=1)
    assert "FINDING: database" in checked.stdout


def test_an_erased_payload_is_gone_and_the_log_verifies(place):
    place.start()
    place.assay("audit", "export", "--from", "2020-01-01", "--to", "2020-01-02", "--server", place.url, "-o", str(place.folder / "x"), who="otto")
    entries = published(place)
    entry = next(entry for entry in entries if entry["kind"] == "log.exported")
    kept = place.folder / "kept"
    kept.write_bytes(raw(place, "checkpoint")[1])
    refused = place.assay("audit", "erase", entry["id"], "--reason", "asked for", "--server", place.url, who="otto", check=None)
    assert refused.returncode != 0
    place.assay("audit", "erase", entry["id"], "--reason", "asked for", "--server", place.url, who="root")
    entries = published(place)
    assert next(item for item in entries if item["id"] == entry["id"])["payload"] is None
    assert entries[-1]["kind"] == "payload.erased" and entries[-1]["payload"]["reason"] == "asked for"
    # A person who has left, with the key of what was said about them.
    printed = place.assay("user", "create", "dora-canary", "--role", "auditor", "--server", place.url, who="root").stdout
    token = printed.split("assay_user_")[1].split("_")[0]
    erase = ["audit", "erase", "--user", "dora-canary", "--reason", "left", "--server", place.url]
    assert place.assay(*erase, who="root", check=None).returncode != 0, "still somebody"
    assert place.http("DELETE", f"/api/assay/v1/tokens/{token}", who="root")[0] == 200
    assert place.http("PATCH", "/api/assay/v1/users/dora-canary", {"roles": []}, who="root")[0] == 200
    place.assay(*erase, who="root")
    assert "dora-canary" not in json.dumps(place.http("GET", "/api/assay/v1/users", who="root")[1])
    # An export holds what is published; the newest change is so within a second.
    published(place)
    place.assay("audit", "export", "--from", "2020-01-01", "--to", "9999-12-31", "--server", place.url, "-o", str(place.folder / "y"), who="otto")
    assert f"{entry['index']} erased" in (place.folder / "y/payloads.txt").read_text().splitlines()
    done = verify(place.folder / "y", "--since", kept)
    assert done.returncode == 0 and "5 erased" in done.stdout, done.stdout
    place.stop()
    checked = place.assay("audit", "verify", "--data-dir", str(place.data), "--since", str(kept))
    assert "5 erased" in checked.stdout and "begins with the kept checkpoint" in checked.stdout
