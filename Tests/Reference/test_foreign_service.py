"""What becomes of a served model's process: killed, hanging, crashing again and again, or trying what it may not."""

import os
import pathlib
import signal
import threading
import time

import pytest
import requests
from serving import Assay
from test_foreign_models import ATTEMPTS
from test_foreign_serving import children, eventually, evil, interpreter, lives, place, rows, score, state  # noqa: F401


def test_a_killed_process_is_started_again(evil):
    with Assay(evil("pass"), "--foreign-seconds", "20") as ours:
        assert ours.post("/invocations", rows()).json() == {"predictions": [0]}
        before = children(ours.process.pid)
        eventually(lambda: {state(child) for child in before} == {"T"})
        os.kill(before[-1], signal.SIGKILL)
        eventually(lambda: requests.get(ours.url + "/ping", timeout=5).status_code == 503)
        health = requests.get(ours.url + "/health", timeout=5)
        assert health.json()["error_code"] == "TEMPORARILY_UNAVAILABLE" and "ended" in health.json()["message"]
        answer = ours.post("/invocations", rows())
        assert (answer.status_code, answer.json()["error_code"]) == (503, "TEMPORARILY_UNAVAILABLE")
        assert int(answer.headers["Retry-After"]) >= 1
        eventually(lambda: requests.get(ours.url + "/ping", timeout=5).status_code == 200)
        assert ours.post("/invocations", rows()).json() == {"predictions": [0]}
        after = children(ours.process.pid)
        assert set(after).isdisjoint(before)
    eventually(lambda: not [child for child in after if lives(child)])
    assert "started again" in ours.errors


def test_a_process_killed_while_it_scores(evil):
    with Assay(evil("if value == 1: time.sleep(60)"), "--foreign-seconds", "30") as ours:
        answers = []
        asking = threading.Thread(target=lambda: answers.append(ours.post("/invocations", rows(1))))
        asking.start()
        time.sleep(1)
        os.kill(children(ours.process.pid)[-1], signal.SIGKILL)
        asking.join(10)
        assert (answers[0].status_code, answers[0].json()["error_code"]) == (503, "TEMPORARILY_UNAVAILABLE")
        eventually(lambda: ours.post("/invocations", rows(0)).status_code == 200)


def test_a_hanging_request_is_cut_off_and_others_go_on(evil):
    with Assay(evil("if value == 1: time.sleep(3600)"), "--foreign-seconds", "4") as ours:
        begun = time.monotonic()
        late = ours.post("/invocations", rows(1))
        assert (late.status_code, late.json()["error_code"]) == (504, "DEADLINE_EXCEEDED")
        assert 3 < time.monotonic() - begun < 15
        eventually(lambda: ours.post("/invocations", rows(0)).status_code == 200)


def test_rows_that_crash_a_model_end_it_for_nobody(evil):
    with Assay(evil("if value == 1: os._exit(3)"), "--foreign-restarts", "1") as ours:
        for _ in range(3):
            eventually(lambda: requests.get(ours.url + "/ping", timeout=5).status_code == 200)
            answer = ours.post("/invocations", rows(1))
            assert answer.status_code == 503 and "status 3" in answer.json()["message"]
        eventually(lambda: ours.post("/invocations", rows(0)).status_code == 200)


def test_a_model_that_keeps_dying_is_left_alone(evil):
    """While nothing is asked, as a model that leaves threads behind may."""
    with Assay(evil("pass"), "--foreign-restarts", "1") as ours:
        for _ in range(2):
            eventually(lambda: requests.get(ours.url + "/ping", timeout=5).status_code == 200)
            os.kill(children(ours.process.pid)[-1], signal.SIGKILL)
            eventually(lambda: requests.get(ours.url + "/ping", timeout=5).status_code == 503, 10)
        for ask in (lambda: requests.get(ours.url + "/ping", timeout=5), lambda: ours.post("/invocations", rows(0))):
            eventually(lambda: ask().status_code == 503 and "not started again" in ask().json()["message"], 5)
            assert ask().status_code == 503 and "Retry-After" not in ask().headers
        time.sleep(3)
        assert children(ours.process.pid) == [] and requests.get(ours.url + "/health", timeout=5).status_code == 503
    assert "not started again" in ours.errors and ours.process.returncode == 0


@pytest.mark.parametrize("code, words", [
    ("os.write(3, b'x' * 100)", 503), ("os.close(3)", 503), ("os.abort()", 503), ("import ctypes; ctypes.string_at(0)", 503),
    ("import numpy; self.answer = numpy.full(self.rows, numpy.nan)", 500), ("import numpy; self.answer = numpy.zeros(self.rows + 1)", 500),
    ("raise ValueError('the row of Mrs Canary')", 400), ("raise SystemExit(0)", 400),
])
def test_misbehaviour_is_one_requests_trouble(evil, code, words):
    with Assay(evil(f"if value == 1:\n    {code}"), "--foreign-seconds", "20") as ours:
        answer = ours.post("/invocations", rows(1))
        assert answer.status_code == words, answer.text
        assert "Canary" not in answer.text
        before = children(ours.process.pid)
        eventually(lambda: ours.post("/invocations", rows(0)).status_code == 200)
        # What was an answer in words left the process where it was.
        assert words == 503 or children(ours.process.pid) == before
    assert "Canary" not in ours.errors


def test_an_answer_to_nobody_is_given_to_nobody(evil):
    """A second frame in the pipe would be the next request's answer, so the process is ended before it is read."""
    code = """
    import io, json, numpy, struct
    if value == 1:
        def frame(number):
            buffer = io.BytesIO()
            numpy.save(buffer, numpy.full(1, 77))
            text = json.dumps({"number": number, "form": "values", "predictions": {"size": len(buffer.getvalue()), "words": None}}).encode()
            return struct.pack("<IQ", len(text), len(buffer.getvalue())) + text + buffer.getvalue()
        os.write(3, frame(1) + frame(2))
    """
    with Assay(evil(code), "--foreign-seconds", "20") as ours:
        first = ours.post("/invocations", rows(1))
        assert first.json() == {"predictions": [77]}
        eventually(lambda: ours.post("/invocations", rows(0)).status_code == 200)
        assert ours.post("/invocations", rows(0)).json() == {"predictions": [0]}


def test_memory_has_an_end(evil):
    code = "if value == 1:\n    blocks = []\n    while True: blocks.append(bytearray(1 << 26))"
    with Assay(evil(code), "--foreign-memory", "2") as ours:
        answer = ours.post("/invocations", rows(1))
        assert answer.status_code == 503 and "memory" in answer.json()["message"]
        eventually(lambda: ours.post("/invocations", rows(0)).status_code == 200)


def test_processor_time_has_no_end_but_only_within_requests(evil):
    """Longer than any request may take in all, and nothing runs between requests: a thread of the model's stands still."""
    code = """
    import threading
    if value == 1:
        def burn():
            while True: pass
        threading.Thread(target=burn, daemon=True).start()
    """
    with Assay(evil(code), "--foreign-seconds", "20") as ours:
        assert ours.post("/invocations", rows(1)).status_code == 200
        child = children(ours.process.pid)[-1]
        limits = pathlib.Path(f"/proc/{child}/limits").read_text()
        assert "Max cpu time              unlimited" in limits

        def used():
            return sum(map(int, pathlib.Path(f"/proc/{child}/stat").read_text().rsplit(")", 1)[1].split()[11:13]))

        eventually(lambda: state(child) == "T")
        before = used()
        time.sleep(1)
        assert used() - before <= 1
        assert ours.post("/invocations", rows(0)).status_code == 200


def test_requests_are_answered_one_after_another_and_not_without_end(evil):
    with Assay(evil("time.sleep(0.1)"), "--foreign-seconds", "60") as ours:
        answers = []

        def ask():
            answers.append(ours.post("/invocations", rows(2, 3)))

        threads = [threading.Thread(target=ask) for _ in range(100)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(60)
        counts = {status: sum(answer.status_code == status for answer in answers) for status in (200, 503)}
        assert counts[200] + counts[503] == 100 and counts[200] >= 64, counts
        assert counts[503] == 0 or all(answer.headers["Retry-After"] for answer in answers if answer.status_code == 503)
        assert all(answer.json() == {"predictions": [0, 0, 0]} for answer in answers if answer.status_code == 200)


def test_a_full_queue_refuses_in_words(evil):
    with Assay(evil("time.sleep(5 if value == 1 else 0)"), "--foreign-seconds", "30") as ours:
        with_slow = [threading.Thread(target=lambda: ours.post("/invocations", rows(1))) for _ in range(1)]
        answers = []
        others = [threading.Thread(target=lambda: answers.append(ours.post("/invocations", rows(0)))) for _ in range(80)]
        for thread in with_slow:
            thread.start()
        time.sleep(1)
        for thread in others:
            thread.start()
        for thread in with_slow + others:
            thread.join(40)
        busy = [answer for answer in answers if answer.status_code == 503]
        assert len(busy) == 16 and all("64 requests" in answer.json()["message"] for answer in busy)


def staged(service):
    """The folder with the model's files that a service's process reads; other programs on the machine have some too."""
    words = pathlib.Path(f"/proc/{children(service.process.pid)[0]}/cmdline").read_bytes().split(b"\0")
    return pathlib.Path(words[words.index(b"--scratch") + 1].decode()).parent


def test_nothing_of_the_model_is_left(place, evil):
    with Assay(evil("pass")) as ours:
        folder = staged(ours)
        assert (folder / "model" / "evil.pkl").exists() and folder.stat().st_mode & 0o777 == 0o700
        assert len(children(ours.process.pid)) == 2
    assert not folder.exists() and ours.process.returncode == 0


def test_a_killed_service_takes_its_process_along_and_its_files_are_swept(place, evil):
    with Assay(evil("pass")) as ours:
        child, left = children(ours.process.pid), staged(ours)
        ours.process.kill()
        eventually(lambda: not [one for one in child if lives(one)])
    with Assay(evil("pass")) as ours:
        # By this one or by another program on the machine; a folder that somebody uses stays while others sweep.
        assert not left.exists()
        score(place / "forest.pkl", place / "rows.csv")
        folder = staged(ours)
        assert folder.exists()
        os.kill(children(ours.process.pid)[-1], signal.SIGKILL)
        eventually(lambda: requests.get(ours.url + "/ping", timeout=5).status_code == 503)
        eventually(lambda: ours.post("/invocations", rows()).status_code == 200)
        assert staged(ours) == folder
    assert not folder.exists()


def test_a_stop_waits_for_what_is_being_scored(evil):
    with Assay(evil("if value == 1: time.sleep(3)"), "--foreign-seconds", "20") as ours:
        answers = []
        asking = threading.Thread(target=lambda: answers.append(ours.post("/invocations", rows(1))))
        asking.start()
        time.sleep(1)
    asking.join(10)
    assert answers[0].json() == {"predictions": [0]} and ours.process.returncode == 0


def test_a_stop_does_not_wait_for_a_process_that_hangs_while_it_is_started_again(evil, tmp_path):
    """Loads at first, and hangs whenever it is loaded after that: the scratch is new each time, a clock is not."""
    begun = time.time()
    with Assay(evil(f"while time.time() > {begun} + 15: time.sleep(1)", "load")) as ours:
        time.sleep(max(0, begun + 16 - time.time()))
        os.kill(children(ours.process.pid)[-1], signal.SIGKILL)
        time.sleep(4)
        assert "being started" in requests.get(ours.url + "/ping", timeout=5).json()["message"]
        stopped = time.monotonic()
    assert time.monotonic() - stopped < 10 and ours.process.returncode == 0
    assert "Fault" not in ours.errors


@pytest.mark.parametrize("name", sorted(ATTEMPTS))
def test_attempts_fail_in_service_too(evil, tmp_path, name):
    secret = pathlib.Path.home() / f".assay-attack-{os.getpid()}"
    secret.write_text("hunter2 secret")
    watched = tmp_path / "watched"
    watched.mkdir()
    (watched / "rows.csv").write_text("a\n1\n")
    try:
        code = ATTEMPTS[name].format(port=1, secret=secret, folder=watched)
        with Assay(evil(code), "--foreign-seconds", "20") as ours:
            answer = ours.post("/invocations", rows())
            assert answer.status_code in (400, 503), answer.text
            assert "hunter2" not in answer.text
        assert "hunter2" not in ours.errors
        assert secret.read_text() == "hunter2 secret" and os.listdir(watched) == ["rows.csv"]
        assert not os.path.exists("/tmp/assay-attack") and not os.path.exists("/dev/shm/assay-attack")
    finally:
        secret.unlink()
