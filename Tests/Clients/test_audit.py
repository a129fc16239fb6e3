"""`assay audit` on a copied log, on folders that were changed, and on a log fetched over HTTP.

The log is Tests/Fixtures/ledger, which another implementation made from the specifications.
"""

import functools
import http.server
import json
import os
import re
import resource
import shutil
import subprocess
import threading
from pathlib import Path

import pytest
from house import BINARY

LEDGER = Path(__file__).parents[1] / "Fixtures" / "ledger"
KEY = (LEDGER / "vkey").read_text().strip()


def audit(*arguments):
    return subprocess.run([BINARY, "audit", *map(str, arguments)], capture_output=True, text=True)


@pytest.fixture
def copy(tmp_path):
    """A data directory with nothing in it but the log."""
    shutil.copytree(LEDGER, tmp_path / "data" / "ledger")
    return tmp_path / "data"


@pytest.fixture
def served(tmp_path):
    """The log's files at the server's routes, served by another program."""
    shutil.copytree(LEDGER, tmp_path / "web/api/assay/v1/log")
    class Handler(http.server.SimpleHTTPRequestHandler):
        def log_message(self, *_):
            pass
    handler = functools.partial(Handler, directory=str(tmp_path / "web"))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}", tmp_path / "web/api/assay/v1/log"
        server.shutdown()


def test_a_sound_log_says_what_its_verdict_rests_on(copy, tmp_path):
    bare = audit("verify", "--data-dir", copy)
    assert bare.returncode == 0, bare.stderr
    assert bare.stdout.splitlines()[-1] == "consistent in itself; not compared with any earlier checkpoint"
    kept = audit("checkpoint", "--data-dir", copy)
    assert kept.stdout == (LEDGER / "checkpoint").read_text()
    assert kept.stderr.strip() == f"key: {KEY}"
    (tmp_path / "kept").write_text(kept.stdout)
    anchored = audit("verify", "--data-dir", LEDGER, "--since", tmp_path / "kept", "--key", KEY)
    assert anchored.returncode == 0
    assert anchored.stdout.splitlines()[-1] == "consistent; begins with the kept checkpoint of size 300"


@pytest.mark.parametrize("path", sorted(str(p.relative_to(LEDGER)) for p in LEDGER.rglob("*") if p.is_file()))
def test_one_changed_byte_is_named_by_file_and_offset(copy, path):
    file = copy / "ledger" / path
    content = bytearray(file.read_bytes())
    offset = len(content) // 2
    content[offset] ^= 1
    file.write_bytes(content)
    answer = audit("verify", "--data-dir", copy, "--key", KEY, "--format", "json")
    assert answer.returncode == 1, answer.stderr
    report = json.loads(answer.stdout)
    assert report["consistent"] is False
    named = [f for f in report["findings"] if f["file"] == path]
    assert any(f["offset"] <= offset < f["offset"] + f["length"] for f in named), report
    text = audit("verify", "--data-dir", copy, "--key", KEY)
    assert text.returncode == 1
    assert f"FINDING: {path}" in text.stdout
    assert text.stdout.splitlines()[-1].startswith("NOT consistent")


def test_a_log_over_http(served, tmp_path):
    url, folder = served
    kept = tmp_path / "kept"
    kept.write_text(audit("checkpoint", "--server", url, "--key", KEY).stdout)
    answer = audit("verify", "--server", url, "--since", kept, "--key", KEY)
    assert answer.returncode == 0, answer.stdout + answer.stderr
    (folder / "tile/0/000").unlink()
    answer = audit("verify", "--server", url, "--since", kept)
    assert answer.returncode == 1
    assert "tile/0/000 (entries 0 to 255): the file is missing" in answer.stdout


def test_a_proof_is_printed_for_what_is_published(copy, tmp_path):
    answer = audit("proof", 299, "--data-dir", copy, "-o", tmp_path / "entry.tlog-proof")
    assert answer.returncode == 0, answer.stderr
    lines = (tmp_path / "entry.tlog-proof").read_text().splitlines()
    assert lines[:2] == ["c2sp.org/tlog-proof@v1", "index 299"]
    assert lines[-5:] == (LEDGER / "checkpoint").read_text().splitlines()
    answer = audit("proof", 300, "--data-dir", copy)
    assert (answer.returncode, answer.stdout) == (2, "")
    assert "there is no entry 300 yet" in answer.stderr


@pytest.mark.parametrize("arguments, words", [
    ((), "either --data-dir DIR or --server URL"),
    (("--data-dir", "/nonexistent"), "holds no log"),
    (("--data-dir", LEDGER, "--server", "http://127.0.0.1:1"), "either --data-dir DIR or --server URL"),
    (("--server", "ftp://example.org"), "an address like"),
    (("--server", "http://127.0.0.1:1"), "cannot be read"),
    (("--data-dir", LEDGER, "--key", "me"), "no verification key"),
    (("--data-dir", LEDGER, "--since", __file__), "no checkpoint of five lines"),
    (("--data-dir", LEDGER, "--since", "/nonexistent"), "/nonexistent cannot be read"),
])
def test_wrong_usage_is_one_message_and_status_2(arguments, words):
    answer = audit("verify", *arguments)
    assert answer.returncode == 2
    assert answer.stdout == ""
    assert words in answer.stderr
    assert "Fatal" not in answer.stderr


VERIFIER = Path(BINARY).with_name("assay-verify")
SPECIAL = ["pipe", "endless", "folder", "gigantic"]


def put(path, kind):
    """Something that is no file of a log, at `path`."""
    if path.is_dir():
        shutil.rmtree(path)
    path.unlink(missing_ok=True)
    if kind == "pipe":
        os.mkfifo(path)
    elif kind == "endless":
        path.symlink_to("/dev/zero")
    elif kind == "folder":
        path.mkdir()
    else:
        with path.open("wb") as file:
            file.truncate(1 << 43)


def bounded(*command):
    """Runs it for at most 20 seconds and in at most 2 GiB of addresses."""
    done = subprocess.run([*map(str, command)], capture_output=True, text=True, timeout=20,
                          preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_AS, (2 << 30, 2 << 30)))
    assert done.returncode in (1, 2) and "Fatal" not in done.stderr, (command, done)
    return done


@pytest.mark.parametrize("kind", SPECIAL)
def test_nothing_but_files_of_a_logs_size_is_read(copy, tmp_path, kind):
    """Neither verifier waits for a pipe, reads a device to its end, or takes memory for a length that somebody claims."""
    words = "more than the" if kind == "gigantic" else "not a regular file"
    ledger = copy / "ledger"
    for path in ("checkpoint", "checkpoints", "vkey", "vkeys", "tile/0/000", "tile/entries/000"):
        file = ledger / path
        content = file.read_bytes() if file.exists() else None
        put(file, kind)
        for command in ([VERIFIER, ledger], [BINARY, "audit", "verify", ledger]):
            done = bounded(*command)
            assert words in done.stderr or "holds no log" in done.stderr or "FINDING" in done.stdout, (path, done)
        if file.is_dir() and not file.is_symlink():
            file.rmdir()
        else:
            file.unlink()
        if content is not None:
            file.write_bytes(content)
    # What nobody asked for is a finding, and not read.
    if kind != "folder":
        put(ledger / "other", kind)
        done = bounded(VERIFIER, ledger)
        assert re.search("FINDING: other.*surplus", done.stdout), done
        (ledger / "other").unlink()
    named = tmp_path / "named"
    put(named, kind)
    assert words in bounded(VERIFIER, LEDGER, "--since", named).stderr
    assert words in bounded(VERIFIER, "proof", named, "--key", KEY).stderr
    assert words in bounded(VERIFIER, "proof", LEDGER / "vkey", "--entry", named, "--key", KEY).stderr
    since = bounded(BINARY, "audit", "verify", LEDGER, "--since", named).stderr
    assert "not a regular file" in since or "more than 16 MiB" in since, since
    # In the place of the folder itself.
    for command in ([VERIFIER, named], [BINARY, "audit", "verify", named]):
        assert bounded(*command).returncode in (1, 2)


@pytest.mark.parametrize("kind", SPECIAL)
def test_an_exports_parts_are_files(copy, tmp_path, kind):
    export = tmp_path / "export"
    shutil.copytree(copy, export)
    names = ("payloads.txt", "period.txt", "erasures.txt", "policies.txt", "evidence.txt", "evidence-keys.txt", "SHA256SUMS")
    for name in names:
        (export / name).write_text("")
    for name in names:
        put(export / name, kind)
        bounded(VERIFIER, export)
        bounded(BINARY, "audit", "verify", export)
        shutil.rmtree(export / name) if kind == "folder" else (export / name).unlink()
        (export / name).write_text("")


def test_a_disk_is_not_walked_for_a_log():
    for command in ([VERIFIER, "/"], [BINARY, "audit", "verify", "--data-dir", "/"]):
        done = bounded(*command)
        assert done.returncode == 2 and ("deeper than" in done.stderr or "holds no log" in done.stderr), done
