"""An export folder on a machine without a server; what was true at a moment; a watched log and its forks. The export is
checked by `assay-verify`, by `sha256sum`, and by a reading of this file's own."""

import hashlib
import json
import re
import shutil
import subprocess
import time

import pytest
from house import BINARY, House
from test_tlog import published, verify
from tlog import Verifier, read_log

CANARY = "canary-kX9"


@pytest.fixture(scope="module")
def place():
    house = House()
    house.start()
    house.http("POST", "/api/2.0/mlflow/registered-models/create", {"name": "loans", "description": CANARY}, who="ana")
    house.moments = [time.time() + 1]
    time.sleep(1.1)
    policy = """
assay: policy/v1
name: credit
version: "1"
applies-to: {models: ["loans*"], stages: [Production]}
approvals:
  - {role: validator, count: 1}
"""
    status, answer = house.http("POST", "/api/assay/v1/policies", {"policy": policy}, who="petra")
    assert status == 201, answer
    house.http("POST", "/api/2.0/mlflow/registered-models/rename", {"name": "loans", "new_name": "loans-2"}, who="ana")
    published(house)
    yield house
    house.remove()


def moment(seconds):
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(seconds))


@pytest.fixture(params=["server", "data-dir"])
def export(place, request, tmp_path):
    folder = tmp_path / "export"
    where = ["--server", place.url]
    if request.param == "data-dir":
        place.stop()
        where = ["--data-dir", str(place.data)]
    done = place.assay("audit", "export", "--from", "2020-01-01", "--to", "9999-12-31", *where, "-o", str(folder), who="otto")
    if request.param == "data-dir":
        place.start()
    assert "wrote" in done.stdout
    return folder


def test_an_export_is_checked_without_server_and_database(place, export):
    key = (export / "ledger/vkey").read_text().strip()
    for command in ([*map(str, (BINARY, "audit", "verify"))], None):
        done = verify(export, "--key", key) if command is None else subprocess.run(
            [*command, str(export), "--key", key], capture_output=True, text=True)
        assert done.returncode == 0, done.stdout + done.stderr
        assert "1 policies" in done.stdout and "0 erased" in done.stdout
    assert subprocess.run(["sha256sum", "--quiet", "-c", "SHA256SUMS"], cwd=export).returncode == 0
    # By hand, as README.txt says it.
    checkpoint, leaves = read_log(lambda path: (export / "ledger" / path).read_bytes(), Verifier(key))
    lines = (export / "payloads.txt").read_bytes().split(b"\n")[:-1]
    said = []
    for line in lines:
        index, salt, payload = line.split(b" ", 2)
        assert json.loads(leaves[int(index)])["payload"] == hashlib.sha256(bytes.fromhex(salt.decode()) + payload).hexdigest()
        said.append(json.loads(payload))
    assert any(entry.get("name") == "credit" for entry in said)
    digest, index = (export / "policies.txt").read_text().split()
    assert {"digest": digest, "type": "policy"} in json.loads(leaves[int(index)])["subjects"]
    assert hashlib.sha256((export / f"policies/{digest}.json").read_bytes()).hexdigest() == digest
    assert "name: credit" in (export / f"policies/{digest}.yaml").read_text()
    assert oct((export).stat().st_mode & 0o777) == "0o700"
    # Names stand in payloads and nowhere in what anyone may copy.
    for file in (export / "ledger").rglob("*"):
        assert not file.is_file() or CANARY.encode() not in file.read_bytes()


def test_every_changed_byte_of_an_export_is_found(place, export):
    files = sorted(file for file in export.rglob("*") if file.is_file())
    for file in files:
        whole = file.read_bytes()
        for offset in {0, len(whole) // 2, len(whole) - 1} if whole else set():
            changed = bytearray(whole)
            changed[offset] ^= 1
            file.write_bytes(changed)
            done = verify(export)
            assert done.returncode == 1, (file, offset, done.stdout, done.stderr)
            assert "FINDING" in done.stdout
        file.write_bytes(whole)
    (export / "more.txt").write_text("x")
    assert "more.txt" in verify(export).stdout and verify(export).returncode == 1
    (export / "more.txt").unlink()
    # Whoever writes SHA256SUMS anew as well is still held by the entries.
    file = export / "payloads.txt"
    file.write_text(file.read_text().replace("credit", "debits", 1))
    reseal(export)
    done = verify(export)
    assert done.returncode == 1 and re.search(r"payloads\.txt.*the payload is not the one", done.stdout), done.stdout


def reseal(export):
    """Writes SHA256SUMS anew, as whoever changes an export would."""
    files = sorted(file for file in export.rglob("*") if file.is_file() and file.name != "SHA256SUMS")
    sums = [f"{hashlib.sha256(file.read_bytes()).hexdigest()}  {file.relative_to(export)}\n" for file in files]
    (export / "SHA256SUMS").write_text("".join(sums))


@pytest.fixture(scope="module")
def period(place, tmp_path_factory):
    """An export of a period that ended before the policy was published, and one of everything."""
    folder = tmp_path_factory.mktemp("periods")
    for name, end in (("part", moment(place.moments[0])), ("whole", "9999-12-31")):
        place.assay("audit", "export", "--from", "2020-01-01", "--to", end, "--server", place.url, "-o", str(folder / name), who="otto")
    return folder


def test_an_export_says_which_entries_it_has_and_the_log_says_which_it_must_have(period):
    for name in ("part", "whole"):
        first, second = (period / name / "period.txt").read_text().splitlines()
        indexes = [int(line.split()[0]) for line in (period / name / "payloads.txt").read_text().splitlines()]
        assert first == f"entries {indexes[0]} {indexes[-1]}" and indexes == list(range(indexes[0], indexes[-1] + 1))
        told = int(second.split()[1])
        done = verify(period / name)
        assert done.returncode == 0 and f"entries {indexes[0]} to {indexes[-1]}; entry {told} tells of the export" in done.stdout
        assert told == indexes[-1] if name == "whole" else told > indexes[-1] + 1


@pytest.mark.parametrize("name", ["part", "whole"])
def test_lines_that_are_left_out_of_an_export_are_missed(period, tmp_path, name):
    lines = (period / name / "payloads.txt").read_text().splitlines(keepends=True)
    policy = (period / "whole/policies.txt").read_text()
    other = (period / ("whole" if name == "part" else "part") / "period.txt").read_text()

    def changed(file, text, words, also=None):
        export = tmp_path / "export"
        shutil.copytree(period / name, export)
        (export / file).write_text(text)
        if also:
            (export / also[0]).write_text(also[1])
        reseal(export)
        done = verify(export)
        shutil.rmtree(export)
        assert done.returncode == 1 and re.search(words, done.stdout), (file, text[:80], done.stdout)

    for place_of_line, line in enumerate(lines):
        rest = lines[:place_of_line] + lines[place_of_line + 1:]
        changed("payloads.txt", "".join(rest), "the export lacks the line of an entry")
        index = line.split()[0]
        changed("payloads.txt", "".join([*rest[:place_of_line], f"{index} erased\n", *rest[place_of_line:]]),
                "it was erased, and no entry of the export tells of that")
    changed("payloads.txt", "", f"the export lacks the lines of {len(lines)} entries")
    changed("payloads.txt", "".join(lines) + lines[-1], "stands twice or out of order")
    changed("payloads.txt", "".join([lines[1], lines[0], *lines[2:]]), "stands twice or out of order")
    first, second = (period / name / "period.txt").read_text().splitlines(keepends=True)
    # Saying that less was exported helps nobody: the entry that tells of the export names the period.
    words = first.split()
    changed("period.txt", f"{words[0]} {words[1]} {int(words[2]) - 1}\n{second}", "by the log's own times the period has entries",
            also=("payloads.txt", "".join(lines[:-1])))
    changed("period.txt", first + second.replace("2020", "2024"), "no entry of the log tells of an export of this period")
    changed("period.txt", "entries none\n", "no entry of the log tells of an export of this period", also=("payloads.txt", ""))
    if name == "whole":
        changed("policies.txt", "", "a policy that was published by the period's end is left out")
        changed("payloads.txt", "".join(lines[:-1]), "the export lacks the line of an entry")
    else:
        changed("payloads.txt", "".join(lines) + (period / "whole/payloads.txt").read_text().splitlines()[len(lines)] + "\n",
                "the entry is not of the period")
        assert policy and not (period / "part/policies.txt").read_text()
        # The other export's period is of the same log, and asks for its own entries.
        export = tmp_path / "export"
        shutil.copytree(period / "whole", export)
        (export / "payloads.txt").write_text("".join(lines))
        (export / "period.txt").write_text(other)
        reseal(export)
        assert verify(export).returncode == 1


def test_what_was_erased_is_told_by_an_entry(place, tmp_path):
    """Also where the erasure came after the period."""
    place.assay("audit", "export", "--from", "2020-01-01", "--to", "2020-01-02", "--server", place.url, "-o", str(tmp_path / "a"), who="otto")
    published(place)
    end = time.time() + 0.1
    time.sleep(1.2)
    entry = published(place)[-1]
    place.assay("audit", "erase", entry["id"], "--reason", "asked for", "--server", place.url, who="root")
    stamp = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(end)) + ".999Z"
    for name, to in (("during", "9999-12-31"), ("before", stamp)):
        export = tmp_path / name
        place.assay("audit", "export", "--from", "2020-01-01", "--to", to, "--server", place.url, "-o", str(export), who="otto")
        assert f"{entry['index']} erased" in (export / "payloads.txt").read_text().splitlines()
        telling = (export / "erasures.txt").read_text()
        assert ("asked for" in telling) == (name == "before")
        assert verify(export).returncode == 0
        if name == "before":
            (export / "erasures.txt").write_text("")
            reseal(export)
            done = verify(export)
            assert done.returncode == 1 and "no entry of the export tells of that" in done.stdout


def test_half_of_an_export_does_not_stay(place, tmp_path):
    """Here the log that goes into it turns out at the end not to be sound."""
    place.stop()
    try:
        shutil.copytree(place.data, tmp_path / "data")
    finally:
        place.start()
    checkpoints = tmp_path / "data/ledger/checkpoints"
    checkpoints.write_bytes(checkpoints.read_bytes().replace(b"\n0\n", b"\n1\n", 1))
    done = place.assay("audit", "export", "--from", "2020-01-01", "--to", "9999-12-31", "--data-dir", str(tmp_path / "data"),
                       "-o", str(tmp_path / "export"), check=None)
    assert done.returncode != 0 and "what was exported does not verify" in done.stderr, done.stderr
    assert not (tmp_path / "export").exists()


def test_the_server_may_be_named_by_the_environment(place, tmp_path):
    """ASSAY_SERVER stands where no place is named, for each command that asks for the log."""
    published(place)
    environment = dict(place.environment("otto"), ASSAY_SERVER=place.url)

    def audit(*arguments, environment=environment):
        return subprocess.run([BINARY, "audit", *arguments], capture_output=True, text=True, env=environment, cwd=tmp_path)

    period = ["--from", "2020-01-01", "--to", "9999-12-31"]
    for arguments in (["verify"], ["checkpoint"], ["proof", "0"], ["as-of", moment(time.time() + 5)], ["watch", "--once"],
                      ["export", *period, "-o", "export"]):
        without = audit(*arguments, environment=place.environment("otto"))
        assert without.returncode != 0 and "--server" in without.stderr, (arguments, without.stderr)
        done = audit(*arguments)
        assert done.returncode == 0, (arguments, done.stderr)
    # What is named goes before it.
    assert audit("checkpoint", "--server", "http://127.0.0.1:1").returncode != 0
    assert audit("checkpoint", "--data-dir", str(tmp_path)).returncode != 0


def test_who_exports_is_an_entry_and_only_auditors_do(place, tmp_path):
    before = len(place.http("GET", "/api/assay/v1/log/entries?limit=1000", who="otto")[1]["entries"])
    arguments = ["audit", "export", "--from", "2020-01-01", "--to", "2030-01-01", "--server", place.url, "-o"]
    refused = place.assay(*arguments, str(tmp_path / "a"), who="ana", check=None)
    assert refused.returncode != 0 and "audit" in refused.stderr
    place.assay(*arguments, str(tmp_path / "b"), who="otto")
    entries = place.http("GET", "/api/assay/v1/log/entries?limit=1000", who="otto")[1]["entries"]
    assert [entry["kind"] for entry in entries[before:]] == ["log.exported"] and entries[-1]["actor_name"] == "otto"
    assert place.assay(*arguments, str(tmp_path / "b"), who="otto", check=None).returncode != 0, "it would overwrite"


def test_what_was_true_at_a_moment(place):
    then, now = moment(place.moments[0]), moment(time.time() + 5)
    assert "model loans\n" in place.assay("audit", "as-of", then, "--server", place.url, who="otto").stdout
    state = place.assay("audit", "as-of", now, "--server", place.url, who="otto").stdout
    assert "model loans-2\n" in state and "policy credit 1: no. 1" in state and "roles of vera" in state
    history = place.assay("model", "history", "loans-2", "--as-of", then, "--server", place.url, who="ana").stdout
    assert "model.created" in history and "model.renamed" not in history and "as of " + then[:19] in history
    assert "model.renamed" in place.assay("model", "history", "loans-2", "--server", place.url, who="ana").stdout
    for wrong in ("yesterday", "2026-02-30"):
        assert place.assay("audit", "as-of", wrong, "--server", place.url, who="otto", check=None).returncode == 2
    assert place.assay("audit", "as-of", now, "--server", place.url, who="ana", check=None).returncode != 0


def test_a_watched_log(place, tmp_path):
    state = tmp_path / "state"
    watch = ["audit", "watch", "--server", place.url, "--state", str(state), "--once"]
    first = place.assay(*watch, "--from-start", "--format", "json", who="otto").stdout
    entries = [json.loads(line) for line in first.splitlines()]
    assert [entry["index"] for entry in entries] == list(range(len(entries))) and entries
    assert state.read_text().split("\n")[1] == str(len(entries))
    assert place.assay(*watch, who="otto").stdout == ""
    place.http("POST", "/api/2.0/mlflow/registered-models/create", {"name": f"watched-{len(entries)}"}, who="ana")
    published(place)
    assert "model.created" in place.assay(*watch, who="otto").stdout


def test_a_fork_stops_the_watch(place, tmp_path):
    """The same key signs another history, from a copy of the data directory."""
    place.stop()
    copy = tmp_path / "copy"
    shutil.copytree(place.data, copy)
    state = tmp_path / "state"
    place.start()
    place.http("POST", "/api/2.0/mlflow/registered-models/create", {"name": "honest"}, who="ana")
    published(place)
    place.assay("audit", "watch", "--server", place.url, "--state", str(state), "--once", who="otto")
    other = House()
    other.data, other.tokens = copy, place.tokens
    other.start()
    try:
        for number in range(3):
            other.http("POST", "/api/2.0/mlflow/registered-models/create", {"name": f"forked-{number}"}, who="ana")
        published(other)
        done = other.assay("audit", "watch", "--server", other.url, "--state", str(state), "--once", who="otto", check=1)
        assert "FORK" in done.stdout and done.stdout.count("— assay/") == 2
        done = other.assay("audit", "verify", "--server", other.url, "--since", str(state), who="otto", check=1)
        assert "rewritten" in done.stdout
        # The folder alone, put back to an earlier state, is shorter than what was seen.
        done = other.assay("audit", "watch", "--data-dir", str(copy), "--state", str(state), "--once", check=1)
    finally:
        other.stop()


# Statements: read by the specifications of DSSE and in-toto alone.
