"""Checks that a program or an address outside answers: what it is told, what it may answer, and every way in which it does not."""

import http.server
import json
import os
import pathlib
import subprocess
import threading
import time

import pytest

BINARY = os.environ["ASSAY_BINARY"]
POLICY = """assay: policy/v1
name: outside
version: "1"
data: {predictions: dataset, label: y, prediction: p}
accept: [supplied]
checks:
  - {id: external.result, name: licences, max: 2}
  - {id: performance.accuracy, min: 0.5}
"""


@pytest.fixture()
def folder(tmp_path):
    (tmp_path / "policy.yaml").write_text(POLICY)
    (tmp_path / "rows.csv").write_text("y,p\n1,1\n0,0\n1,0\n")
    return tmp_path


def check(folder, *external, form="json", **variables):
    arguments = [part for one in external for part in ("--external", one)]
    environment = {**os.environ, "ASSAY_TOKEN": "assay_secret", **variables}
    return subprocess.run(
        [BINARY, "check", "policy.yaml", "--data", "rows.csv", "--format", form, *arguments], capture_output=True, text=True, cwd=folder,
        env=environment, timeout=60)


def test_a_command_is_told_what_is_judged_and_answers(folder):
    (folder / "scan.sh").write_text('cat > asked.json; env > environment.txt; echo \'{"value": 2}\'\n')
    done = check(folder, "licences=sh scan.sh", FLAVOUR="vanilla")
    assert done.returncode == 0, done.stderr
    asked = json.loads((folder / "asked.json").read_text())
    assert asked["assay"] == "external-check/v1" and asked["check"] == "licences" and asked["policy"]["name"] == "outside"
    assert len(asked["data"]["digest"]["sha256"]) == 64 and len(asked["policy"]["digest"]["sha256"]) == 64 and "model" not in asked
    variables = (folder / "environment.txt").read_text()
    assert "FLAVOUR=vanilla" in variables and "assay_secret" not in variables
    answer = json.loads(done.stdout)
    results = answer["predicate"]["results"]
    mine = next(one for one in results if one["id"] == "external.result")
    assert mine["value"] == 2 and mine["options"] == {"name": "licences"}
    assert "external" in [one["role"] for one in answer["predicate"]["inputs"]]
    # The same answer makes the same evidence, another one another.
    again = json.loads(check(folder, "licences=sh scan.sh").stdout)
    assert again["predicate"]["results"] == results


@pytest.mark.parametrize("answer, status", [
    ('{"value": 2.5}', 1), ('{"value": -1e300}', 0), ('{"passed": true, "note": "fine"}', 0), ('{"undefined": "no registry today"}', 1)])
def test_answers_are_held_against_the_limit(folder, answer, status):
    done = check(folder, f"licences=echo '{answer}'", form="text")
    assert done.returncode == status, done.stdout + done.stderr
    if "undefined" in answer:
        assert "incomplete" in done.stdout and "no registry today" in done.stdout


@pytest.mark.parametrize("command, words", [
    ("echo hello", "answers with one of"), ("echo '[1]'", "answers with one of"), ('echo \'{"value": 1, "passed": true}\'', "answers with one of"),
    ('echo \'{"value": "1"}\'', "no finite number"), ('echo \'{"value": 1e999}\'', "answers with one of|no finite number"), ("true", "answers with one of"),
    ("echo 'no licence server' >&2; exit 3", "ended with status 3; it said: no licence server"), ("kill -9 $$", "signal 9"),
    ("no-such-program", "status 127"), ("yes", "more than 1 MiB"),
])
def test_what_is_no_answer_is_no_evidence(folder, command, words):
    done = check(folder, f"licences={command}", form="text")
    assert done.returncode == 2 and "external check 'licences'" in done.stderr, done.stderr
    assert any(word in done.stderr for word in words.split("|")), done.stderr


def test_time_is_limited_and_nothing_is_left_running(folder):
    began = time.monotonic()
    done = subprocess.run(
        [BINARY, "check", "policy.yaml", "--data", "rows.csv", "--external", "licences=sleep 300 & echo $! > pid; sleep 300", "--external-seconds", "1"],
        capture_output=True, text=True, cwd=folder, timeout=60)
    assert done.returncode == 2 and "took longer than 1 s" in done.stderr and time.monotonic() - began < 30
    left = int((folder / "pid").read_text())
    for _ in range(50):
        if not pathlib.Path(f"/proc/{left}").exists() or "Z" in pathlib.Path(f"/proc/{left}/stat").read_text().split(")")[1][:3]:
            return
        time.sleep(0.1)
    raise AssertionError("a program of the check still runs")


def test_who_answers_is_said_for_each(folder):
    for external, words in [
        ((), "say who answers it with --external licences=COMMAND"), (("licences",), "is NAME=COMMAND"), (("licences=",), "is NAME=COMMAND"),
        (("licences=true", "other=true"), "has no external check 'other'"), (("licences=true", "licences=true"), "names licences twice"),
    ]:
        done = check(folder, *external, form="text")
        assert done.returncode == 2 and words in done.stderr, done.stderr


def test_a_policy_of_external_checks_alone(folder):
    (folder / "policy.yaml").write_text(POLICY.replace("  - {id: performance.accuracy, min: 0.5}\n", ""))
    done = check(folder, "licences=echo '{\"value\": 1}'")
    assert done.returncode == 0, done.stderr
    assert [one["id"] for one in json.loads(done.stdout)["predicate"]["results"]] == ["external.result"]


class Answers(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        self.server.asked.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
        status, body = self.server.answer
        self.send_response(status)
        if status == 302:
            self.send_header("Location", "/elsewhere")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


def test_an_address_answers(folder):
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Answers)
    server.asked, server.answer = [], (200, b'{"value": 1}')
    threading.Thread(target=server.serve_forever, daemon=True).start()
    address = f"licences=http://127.0.0.1:{server.server_port}/scan"
    try:
        assert check(folder, address).returncode == 0 and server.asked[0]["check"] == "licences"
        for answer, words in [((500, b""), "HTTP 500"), ((302, b""), "HTTP 302"), ((200, b"hello"), "answers with one of")]:
            server.answer = answer
            done = check(folder, address, form="text")
            assert done.returncode == 2 and words in done.stderr, done.stderr
    finally:
        server.shutdown()
    assert "gave no answer" in check(folder, "licences=http://127.0.0.1:9/", form="text").stderr
