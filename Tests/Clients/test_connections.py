"""Hostile and unlucky connections by raw sockets: none of them keeps a normal request from being served.

Every server here has little patience (two seconds), so that being cut is seen soon; whether a request is served meanwhile is
judged by its completion, never by the clock.
"""

import http.client
import json
import resource
import shutil
import socket
import threading

import pytest
from artifacts import Server, call, new_run, put

PATIENCE = ["--idle-timeout", "2"]


@pytest.fixture(scope="module", autouse=True)
def many_descriptors():
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    yield
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    server = Server(tmp_path_factory.mktemp("connections") / "data", *PATIENCE)
    yield server
    server.stop()
    assert "unexpected error" not in server.log(), server.log()[-2000:]


@pytest.fixture(scope="module")
def run(server):
    return new_run(server.url)


def connect(server):
    connection = socket.create_connection(("127.0.0.1", server.port))
    connection.settimeout(120)
    return connection


def head(server, line, *headers):
    return "\r\n".join([line, f"Host: 127.0.0.1:{server.port}", *headers, "", ""]).encode("latin-1")


def ended(connection):
    """Everything that still comes until the server ends the connection, however it does."""
    got = b""
    while True:
        try:
            some = connection.recv(1 << 20)
        except ConnectionResetError:
            return got
        if not some:
            return got
        got += some


def answers(data):
    """The statuses of the answers in what was received, which must be nothing but whole answers."""
    statuses = []
    while data:
        top, _, data = data.partition(b"\r\n\r\n")
        status = int(top.split(b" ")[1])
        statuses.append(status)
        fields = {line.split(b":")[0].lower(): line.split(b":", 1)[1].strip() for line in top.split(b"\r\n")[1:]}
        length = 0 if status < 200 else int(fields.get(b"content-length", b"0"))
        assert len(data) >= length, "an answer was cut short"
        data = data[length:]
    return statuses


def still_serves(server, run):
    put(server.url, f"{run.root}/normal", b"normal")
    assert call(server.url, "GET", f"/get-artifact?run_id={run.id}&path=normal").body == b"normal"
    logged = call(server.url, "POST", "/api/2.0/mlflow/runs/log-metric",
                  {"run_id": run.id, "key": "m", "value": 1, "timestamp": 1, "step": 0})
    assert logged.status == 200


# Clients that keep the server waiting


def test_thousands_of_idle_connections(server, run):
    idle = [connect(server) for _ in range(3_000)]
    still_serves(server, run)
    print(f"3000 idle connections: the server's peak memory is {server.peak_memory() >> 20} MiB")
    # Each is cut in the end, with nothing sent.
    assert {ended(connection) for connection in idle} == {b""}
    still_serves(server, run)


def test_slow_heads(server, run):
    """Heads that trickle in, one byte now and then, for as long as the server bears it."""
    loris = [connect(server) for _ in range(100)]
    stop = threading.Event()

    def trickle():
        alive = list(loris)
        text = head(server, "GET /version HTTP/1.1", *[f"X-{number}: a" for number in range(100)])
        for place in range(len(text)):
            if stop.wait(0.1) or not alive:
                return
            for connection in list(alive):
                try:
                    connection.send(text[place:place + 1])
                except OSError:
                    alive.remove(connection)

    thread = threading.Thread(target=trickle)
    thread.start()
    still_serves(server, run)
    assert {ended(connection) for connection in loris} == {b""}
    stop.set()
    thread.join()


def test_slow_bodies(server, run):
    for request in [
        head(server, f"PUT /api/2.0/mlflow-artifacts/artifacts/{run.root}/slow HTTP/1.1", "Content-Length: 1000000"),
        head(server, f"PUT /api/2.0/mlflow-artifacts/artifacts/{run.root}/slow HTTP/1.1", "Transfer-Encoding: chunked"),
        head(server, "POST /api/2.0/mlflow/runs/create HTTP/1.1", "Content-Type: application/json", "Content-Length: 1000000"),
    ]:
        connection, stop = connect(server), threading.Event()
        connection.sendall(request)

        def trickle():
            while not stop.wait(0.05):
                try:
                    connection.send(b"1\r\nx\r\n" if b"chunked" in request else b"x")
                except OSError:
                    return

        thread = threading.Thread(target=trickle)
        thread.start()
        still_serves(server, run)
        # Cut; what the server says about it may arrive or not.
        assert set(answers(ended(connection))) <= {400}
        stop.set()
        thread.join()
    assert call(server.url, "GET", f"/get-artifact?run_id={run.id}&path=slow").status == 404


def test_a_steady_slow_upload_is_not_cut(server, run):
    """Slow, but above the least rate: several stretches of patience long."""
    connection = connect(server)
    pieces = [bytes([number]) * 40_000 for number in range(14)]
    connection.sendall(head(
        server, f"PUT /api/2.0/mlflow-artifacts/artifacts/{run.root}/steady HTTP/1.1", f"Content-Length: {sum(map(len, pieces))}"))
    for piece in pieces:
        connection.sendall(piece)
        threading.Event().wait(0.5)
    answer = http.client.HTTPResponse(connection)
    answer.begin()
    assert answer.status == 200
    connection.close()
    assert call(server.url, "GET", f"/get-artifact?run_id={run.id}&path=steady").body == b"".join(pieces)


def test_readers_that_do_not_read(server, run):
    content = bytes(64 << 20)
    put(server.url, f"{run.root}/large", content)
    readers = []
    for _ in range(10):
        reader = connect(server)
        reader.sendall(head(server, f"GET /get-artifact?run_id={run.id}&path=large HTTP/1.1"))
        readers.append(reader)
    still_serves(server, run)
    # The server gives up on them while they take nothing. Whoever is as slow as that finds the end missing.
    server.wait_until(lambda: server.sockets() == 0)
    for reader in readers:
        assert len(ended(reader)) < len(content)


@pytest.mark.skipif(shutil.which("prlimit") is None, reason="prlimit sets the number of descriptors")
def test_at_the_limit_the_longest_idle_connection_makes_room(tmp_path):
    server = Server(tmp_path / "data", "--idle-timeout", "86400", prefix=["prlimit", "--nofile=400:400"])
    try:
        run = new_run(server.url)
        idle = []
        for number in range(400):
            idle.append(connect(server))
            if number % 50 == 0:
                still_serves(server, run)
        # (400 - 256) / 2 stay; the oldest were closed, and nobody was cut in a request.
        assert {ended(connection) for connection in idle[:300]} == {b""}
        newest = idle[-1]
        newest.sendall(head(server, "GET /version HTTP/1.1", "Connection: close"))
        assert answers(ended(newest)) == [200]
        still_serves(server, run)
    finally:
        server.stop()


# Heads


@pytest.mark.parametrize(
    "lines",
    [["X: " + "a" * 100_000], [f"X-{number}: {'a' * 1000}" for number in range(100)], [f"X-{number}: a" for number in range(500)]],
    ids=["one long field", "much in all", "many fields"])
def test_heads_beyond_the_limits(server, run, lines):
    connection = connect(server)
    connection.sendall(head(server, "GET /version HTTP/1.1", *lines))
    assert answers(ended(connection)) == [400]
    still_serves(server, run)


def test_long_targets(server):
    for length, statuses in [(8_000, [404]), (100_000, [400])]:
        connection = connect(server)
        connection.sendall(head(server, f"GET /{'a' * length} HTTP/1.1", "Connection: close"))
        assert answers(ended(connection)) == statuses


@pytest.mark.parametrize(
    "data",
    [b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(500), b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", b"GET\r\n\r\n",
        b"\r\n" * 1000 + b"\0",
     b"GET / HTTP/9.9\r\n\r\n", b"GET / HTTP/1.1\r\nHost : x\r\n\r\n", b"GET / HTTP/1.1\r\n: x\r\n\r\n", b"\0" * 100,
     b"GET / HTTP/1.1\r\nA: b\0c\r\n\r\n", b"G\xc3\x89T / HTTP/1.1\r\n\r\n"])
def test_what_is_not_http(server, run, data):
    connection = connect(server)
    connection.sendall(data)
    assert set(answers(ended(connection))) <= {400}
    still_serves(server, run)


def test_hosts(server):
    for lines, status in [
        ([f"Host: 127.0.0.1:{server.port}", f"Host: 127.0.0.1:{server.port}"], 400),
        ([f"Host: 127.0.0.1:{server.port}", "Host: evil.example"], 400), (["Host: evil.example"], 403), ([], 403),
    ]:
        connection = connect(server)
        connection.sendall("\r\n".join(["GET /version HTTP/1.1", *lines, "Connection: close", "", ""]).encode())
        assert answers(ended(connection)) == [status], lines


# Bodies


SMUGGLED = b"GET /version HTTP/1.1\r\nHost: 127.0.0.1:%d\r\n\r\n"


@pytest.mark.parametrize(
    "headers, body",
    [
        (["Content-Length: 5", "Transfer-Encoding: chunked"], b"0\r\n\r\n"),
        (["Transfer-Encoding: chunked", "Content-Length: 5"], b"0\r\n\r\n"),
        (["Content-Length: 0", "Transfer-Encoding: chunked"], b"0\r\n\r\n"),
        (["Transfer-Encoding: chunked", "Transfer-Encoding: identity"], b"0\r\n\r\n"),
        (["Transfer-Encoding: identity"], b""),
        (["Transfer-Encoding: xchunked"], b"0\r\n\r\n"),
        (["Transfer-Encoding: chunked, identity"], b"0\r\n\r\n"),
        (["Transfer-Encoding: \x0bchunked"], b"0\r\n\r\n"),
        (["Transfer-Encoding : chunked"], b"0\r\n\r\n"),
        (["Content-Length: 0", "Content-Length: 5"], b""),
        (["Content-Length: 5", "Content-Length: 0"], b""),
        (["Content-Length: 0, 5"], b""),
        (["Content-Length: +0"], b""),
        (["Content-Length: -1"], b""),
        (["Content-Length: 0x0"], b""),
        (["Content-Length: 0 0"], b""),
        (["Content-Length: 99999999999999999999"], b""),
        (["Content-Length:"], b""),
        (["Transfer-Encoding: chunked"], b"0x0\r\n\r\n"),
        (["Transfer-Encoding: chunked"], b"-1\r\n\r\n"),
        (["Transfer-Encoding: chunked"], b"FFFFFFFFFFFFFFFFF\r\n"),
        (["Transfer-Encoding: chunked"], b"0\n\n"),
        (["Transfer-Encoding: chunked"], b"1\r\nab\r\n0\r\n\r\n"),
        (["X: a\n\nGET /version HTTP/1.1"], b""),
        (["X: a\rContent-Length: 5"], b""),
    ])
def test_bodies_with_two_lengths_end_the_connection(server, run, headers, body):
    """Whatever a parser in front might have made of it: one answer, which refuses, and what stands behind is not a request."""
    for method in ["PUT", "POST"]:
        connection = connect(server)
        path = f"/api/2.0/mlflow-artifacts/artifacts/{run.root}/smuggled"
        try:
            connection.sendall(head(server, f"{method} {path} HTTP/1.1", *headers) + body + SMUGGLED % server.port)
            connection.shutdown(socket.SHUT_WR)
        except OSError:
            pass
        got = ended(connection)
        assert b"3.17.2" not in got, (headers, got)
        assert all(status in (400, 405) for status in answers(got)), (headers, got)
    assert call(server.url, "GET", f"/get-artifact?run_id={run.id}&path=smuggled").status == 404


JSON_LIMIT = 32 << 20
CREATE = "POST /api/2.0/mlflow/runs/create HTTP/1.1"


def test_announced_bodies_beyond_the_limit_are_not_read(server, run):
    for length in [JSON_LIMIT + 1, 10 << 30, (1 << 63) - 1]:
        connection = connect(server)
        connection.sendall(head(server, CREATE, "Content-Type: application/json", f"Content-Length: {length}"))
        got = ended(connection)
        assert answers(got) == [400] and b"Connection: close" in got and b"larger than" in got
    still_serves(server, run)


@pytest.mark.parametrize(
    "line, headers, limit",
    [(CREATE, ["Content-Type: application/json"], JSON_LIMIT), ("GET /version HTTP/1.1", [], 0),
     ("PUT /api/2.0/mlflow-artifacts/artifacts/0/nobody/artifacts/x HTTP/1.1", [], 0)])
def test_bodies_without_end_are_cut(server, run, line, headers, limit):
    connection, sent = connect(server), 0
    connection.sendall(head(server, line, "Transfer-Encoding: chunked", *headers))
    chunk = b"100000\r\n" + b" " * (1 << 20) + b"\r\n"
    try:
        while sent < 1 << 30:
            connection.sendall(chunk)
            sent += 1 << 20
    except OSError:
        pass
    # What is taken: the limit, what is dropped so that the sender sees the answer, and what fits into sockets on the way.
    assert limit < sent <= limit + (32 << 20) + (32 << 20), sent >> 20
    still_serves(server, run)


def test_the_answer_to_a_refused_upload_arrives(server):
    """A client that sends all it has before it looks still reads why it was refused."""
    for size in [100, 1_000_000, 20_000_000]:
        connection = connect(server)
        connection.sendall(head(
            server, "PUT /api/2.0/mlflow-artifacts/artifacts/0/nobody/artifacts/x HTTP/1.1", f"Content-Length: {size}") + bytes(size))
        if size < 64 << 10:
            connection.shutdown(socket.SHUT_WR)
        got = ended(connection)
        assert answers(got) == [404] and b"names no run" in got


@pytest.mark.parametrize(
    "body",
    [b"[" * 100_000, b'{"a":' * 100_000, b'{"tags":' + b"[" * 5_000 + b"]" * 5_000 + b"}", b'"' + b"\\u0000" * 1_000_000,
        b'{"a": 1' + b"0" * 5_000 + b"}",
     b'{"tags": [' + b"0," * 3_000_000 + b"0]}", b'{"a": "\xff\xfe"}', b'{"a": "\\ud800"}', b"{" * 10, b"\0" * 1_000, b"nul", b"1e999",
     b'"x"',
     b'{"experiment_id": "0", "experiment_id"', b"\xef\xbb\xbf{}x"])
def test_hostile_json(server, run, body):
    before = server.peak_memory()
    for path in ["runs/create", "runs/log-batch", "experiments/search", "registered-models/create"]:
        answer = call(server.url, "POST", f"/api/2.0/mlflow/{path}", body, {"Content-Type": "application/json"})
        assert answer.status == 400 and answer.json["error_code"] and len(answer.body) < 5_000, answer.body[:300]
    assert server.peak_memory() - before < 256 << 20
    still_serves(server, run)


def test_lengths_that_lie(server, run):
    body = json.dumps({"experiment_id": "0", "start_time": 1}).encode()
    # Shorter than announced, then nothing more: an error, and no run.
    connection = connect(server)
    connection.sendall(head(server, CREATE, "Content-Type: application/json", f"Content-Length: {len(body) + 10}") + body)
    connection.shutdown(socket.SHUT_WR)
    assert answers(ended(connection)) == [400]
    # Longer: the rest is read as the next request, which it is not.
    connection = connect(server)
    connection.sendall(head(server, CREATE, "Content-Type: application/json", f"Content-Length: {len(body) - 1}") + body + b"\r\n\r\n")
    assert answers(ended(connection)) == [400, 400]
    still_serves(server, run)


# Well-behaved, and in a hurry


def test_pipelining(server, run):
    """Fifty requests in one breath, reading and writing, are answered in their order."""
    body = b'{"run_id": "%s", "key": "p", "value": 1, "timestamp": 1, "step": %d}'
    data = b""
    for number in range(50):
        metric = body % (run.id.encode(), number)
        upload = b"x" * (number * 3_000)
        data += head(server, "POST /api/2.0/mlflow/runs/log-metric HTTP/1.1", "Content-Type: application/json",
                     f"Content-Length: {len(metric)}") + metric
        data += head(server, f"PUT /api/2.0/mlflow-artifacts/artifacts/{run.root}/p{number} HTTP/1.1",
                     f"Content-Length: {len(upload)}") + upload
        data += head(server, f"GET /get-artifact?run_id={run.id}&path=p{number} HTTP/1.1")
        data += head(server, f"HEAD /get-artifact?run_id={run.id}&path=p{number} HTTP/1.1")
    data += head(server, "GET /nothing HTTP/1.1", "Connection: close")
    connection = connect(server)
    sender = threading.Thread(target=connection.sendall, args=(data,))
    sender.start()
    reader = connection.makefile("rb")

    def answer(method):
        status = int(reader.readline().split(b" ")[1])
        length = int(http.client.parse_headers(reader)["Content-Length"])
        return status, reader.read(length) if method != "HEAD" else b""

    for number in range(50):
        assert [answer(method)[0] for method in ["POST", "PUT"]] == [200, 200]
        assert answer("GET") == (200, b"x" * (number * 3_000))
        assert answer("HEAD") == (200, b"")
    assert answer("GET")[0] == 404
    sender.join()


def test_clients_that_leave_early(server, run):
    for number in range(200):
        connection = connect(server)
        connection.sendall(head(server, f"GET /get-artifact?run_id={run.id}&path=normal HTTP/1.1")[: 20 + number])
        if number % 2:
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
        connection.close()
    put(server.url, f"{run.root}/long", bytes(20_000_000))
    for number in range(30):
        connection = connect(server)
        connection.sendall(head(server, f"GET /get-artifact?run_id={run.id}&path=long HTTP/1.1"))
        connection.recv(1 + number * 1_000)
        connection.close()
    still_serves(server, run)


def test_clients_that_ask_before_they_send(server, run):
    path = f"/api/2.0/mlflow-artifacts/artifacts/{run.root}/asked"
    connection = connect(server)
    connection.sendall(head(server, f"PUT {path} HTTP/1.1", "Expect: 100-continue", "Content-Length: 5"))
    assert connection.recv(1_000) == b"HTTP/1.1 100 Continue\r\n\r\n"
    connection.sendall(b"hello")
    connection.shutdown(socket.SHUT_WR)
    assert answers(ended(connection)) == [200]
    # Refused without having asked for a byte.
    for line in ["PUT /api/2.0/mlflow-artifacts/artifacts/versions/x/y HTTP/1.1", "PUT /nothing HTTP/1.1"]:
        connection = connect(server)
        connection.sendall(head(server, line, "Expect: 100-continue", "Content-Length: 5000000000"))
        assert answers(ended(connection))[0] in (403, 404, 405)
    assert call(server.url, "GET", path).body == b"hello"


def test_half_closed_clients_get_their_answer(server, run):
    connection = connect(server)
    connection.sendall(head(server, f"GET /get-artifact?run_id={run.id}&path=normal HTTP/1.1"))
    connection.shutdown(socket.SHUT_WR)
    got = ended(connection)
    assert answers(got) == [200] and got.endswith(b"normal")
