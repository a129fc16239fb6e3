"""`assay audit` on a copied log, on folders that were changed, and on a log fetched over HTTP.

The log is Tests/Fixtures/ledger, which another implementation made from the specifications.
"""

import functools
import http.server
import json
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
