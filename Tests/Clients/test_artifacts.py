"""Artifact bytes on the wire: ranges and conditions, uploads that break, and a server that stays small whatever is sent."""

import http.client
import os
import random
import socket
import threading
import uuid
from urllib.parse import quote, urlsplit

import pytest
from artifacts import Server, call, new_run, put

CHUNK = 65_536
CONTENT = random.Random(7).randbytes(5 * CHUNK + 123)


@pytest.fixture(scope="module")
def run(url):
    return new_run(url)


@pytest.fixture(scope="module")
def paths(url, run):
    """Every way to one and the same file: of a run, of a logged model, of a registered version."""
    put(url, f"{run.root}/folder/file.bin", CONTENT)
    model = call(url, "POST", "/api/2.0/mlflow/logged-models", {"experiment_id": "0", "name": "ranges"}).json["model"]["info"]
    put(url, f"0/models/{model['model_id']}/artifacts/folder/file.bin", CONTENT)
    call(url, "PATCH", f"/api/2.0/mlflow/logged-models/{model['model_id']}",
         {"model_id": model["model_id"], "status": "LOGGED_MODEL_READY"})
    name = f"ranges-{uuid.uuid4().hex}"
    call(url, "POST", "/api/2.0/mlflow/registered-models/create", {"name": name})
    version = call(url, "POST", "/api/2.0/mlflow/model-versions/create",
                   {"name": name, "source": f"models:/{model['model_id']}", "model_id": model["model_id"]}).json["model_version"]
    uri = call(url, "GET", f"/api/2.0/mlflow/model-versions/get-download-uri?name={name}&version={version['version']}").json
    frozen = uri["artifact_uri"].removeprefix("mlflow-artifacts:/")
    return [
        f"/api/2.0/mlflow-artifacts/artifacts/{run.root}/folder/file.bin",
        f"/ajax-api/2.0/mlflow-artifacts/artifacts/{run.root}/folder/file.bin",
        f"/get-artifact?run_id={run.id}&path=folder/file.bin",
        f"/ajax-api/2.0/mlflow/get-artifact?run_uuid={run.id}&path=folder/file.bin",
        f"/api/2.0/mlflow/logged-models/{model['model_id']}/artifacts/files?artifact_file_path=folder/file.bin",
        f"/model-versions/get-artifact?name={name}&version={version['version']}&path=folder/file.bin",
        f"/api/2.0/mlflow-artifacts/artifacts/{frozen}/folder/file.bin",
    ]


def test_whole_and_head_on_every_path(url, paths):
    tags = set()
    for path in paths:
        whole = call(url, "GET", path)
        assert whole.status == 200 and whole.body == CONTENT, path
        head = call(url, "HEAD", path)
        assert head.status == 200 and head.body == b"", path
        for name in ["Content-Length", "ETag", "Accept-Ranges", "Content-Type", "Content-Disposition", "Cache-Control"]:
            assert head.headers[name] == whole.headers[name] and head.headers[name], (path, name)
        assert whole.headers["Content-Length"] == str(len(CONTENT)) and whole.headers["Accept-Ranges"] == "bytes"
        assert "Last-Modified" not in whole.headers
        tags.add(whole.headers["ETag"])
    assert len(tags) == 1 and tags.pop().startswith('"')


@pytest.mark.parametrize(
    "header, low, high",
    [("bytes=0-0", 0, 1), ("bytes=5-9", 5, 10), (f"bytes={CHUNK - 1}-{CHUNK}", CHUNK - 1, CHUNK + 1), ("bytes=100000-", 100_000, None),
     ("bytes=-1", -1, None), (f"bytes=-{CHUNK + 5}", -(CHUNK + 5), None), ("bytes=0-99999999999", 0, None),
     (f"bytes={4 * CHUNK}-", 4 * CHUNK, None)])
def test_ranges(url, paths, header, low, high):
    expected = CONTENT[low:high]
    start = low if low >= 0 else len(CONTENT) + low
    for path in paths:
        part = call(url, "GET", path, headers={"Range": header})
        assert part.status == 206 and part.body == expected, path
        assert part.headers["Content-Range"] == f"bytes {start}-{start + len(expected) - 1}/{len(CONTENT)}"
        assert part.headers["Content-Length"] == str(len(expected))


def test_ranges_that_cannot_be_met_or_read(url, paths):
    for path in paths:
        for header in [f"bytes={len(CONTENT)}-", "bytes=-0", "bytes=99999999999999999999-"]:
            answer = call(url, "GET", path, headers={"Range": header})
            assert answer.status == 416 and answer.headers["Content-Range"] == f"bytes */{len(CONTENT)}"
            assert answer.json["error_code"]
        for header in ["bytes=1-2,5-6", "items=1-2", "bytes=9-3", "bytes=x"]:
            answer = call(url, "GET", path, headers={"Range": header})
            assert answer.status == 200 and answer.body == CONTENT
    # HEAD knows no ranges.
    assert call(url, "HEAD", paths[0], headers={"Range": "bytes=0-0"}).status == 200


def test_conditions(url, paths):
    tag = call(url, "HEAD", paths[0]).headers["ETag"]
    for path in paths:
        for method in ["GET", "HEAD"]:
            for header in [tag, f"W/{tag}", f'"x", {tag}', "*"]:
                kept = call(url, method, path, headers={"If-None-Match": header})
                assert kept.status == 304 and kept.body == b"" and kept.headers["ETag"] == tag
            assert call(url, method, path, headers={"If-None-Match": '"x"'}).status == 200
            assert call(url, method, path, headers={"If-Match": tag}).status == 200
            assert call(url, method, path, headers={"If-Match": '"x"'}).status == 412
        assert call(url, "GET", path, headers={"Range": "bytes=1-2", "If-Range": tag}).status == 206
        for stale in ['"x"', f"W/{tag}", "Wed, 21 Oct 2015 07:28:00 GMT"]:
            answer = call(url, "GET", path, headers={"Range": "bytes=1-2", "If-Range": stale})
            assert answer.status == 200 and answer.body == CONTENT


def test_tags_follow_the_content(url, run):
    path = f"/api/2.0/mlflow-artifacts/artifacts/{run.root}/changing"
    put(url, f"{run.root}/changing", b"one")
    first = call(url, "GET", path).headers["ETag"]
    put(url, f"{run.root}/changing", b"two")
    changed = call(url, "GET", path, headers={"Range": "bytes=1-1", "If-Range": first})
    assert changed.status == 200 and changed.body == b"two"
    assert call(url, "GET", path, headers={"If-None-Match": first}).status == 200
    put(url, f"{run.root}/changing", b"one")
    assert call(url, "GET", path, headers={"If-None-Match": first}).status == 304


def test_empty_files(url, run):
    put(url, f"{run.root}/empty", b"")
    path = f"/api/2.0/mlflow-artifacts/artifacts/{run.root}/empty"
    for headers, status in [({}, 200), ({"Range": "bytes=0-"}, 416), ({"Range": "bytes=-5"}, 200)]:
        answer = call(url, "GET", path, headers=headers)
        assert answer.status == status and (answer.body == b"" or status == 416)


def test_head_of_what_is_not_there(url, run):
    for path in [f"/api/2.0/mlflow-artifacts/artifacts/{run.root}/nothing", "/nothing", f"/get-artifact?run_id={run.id}"]:
        head, got = call(url, "HEAD", path), call(url, "GET", path)
        assert head.status == got.status >= 400 and head.body == b""
    refused = call(url, "PUT", "/health")
    assert refused.status == 405 and refused.headers["Allow"] == "GET, HEAD"


def test_a_download_goes_on_where_it_broke(url, run):
    content = random.Random(8).randbytes(40_000_000)
    put(url, f"{run.root}/long", content)
    path = f"/api/2.0/mlflow-artifacts/artifacts/{run.root}/long"
    parts = urlsplit(url)
    got, tag = b"", None
    while len(got) < len(content):
        headers = {"Range": f"bytes={len(got)}-", "If-Range": tag} if tag else {}
        connection = http.client.HTTPConnection(parts.hostname, parts.port, timeout=60)
        connection.request("GET", path, headers=headers)
        answer = connection.getresponse()
        assert answer.status == (206 if tag else 200)
        tag = answer.headers["ETag"]
        got += answer.read(9_000_000)
        # Cut with bytes on their way, as a broken connection does.
        connection.close()
    assert got == content


def test_replacing_a_file_under_a_reader(url, run):
    """A reader gets one content or the other, never a mixture and never an error."""
    contents = [bytes([65 + number]) * 300_000 for number in range(2)]
    put(url, f"{run.root}/swapped", contents[0])
    path = f"/api/2.0/mlflow-artifacts/artifacts/{run.root}/swapped"
    stop, seen = threading.Event(), []

    def read():
        while not stop.is_set():
            answer = call(url, "GET", path)
            seen.append((answer.status, answer.body in contents))

    readers = [threading.Thread(target=read) for _ in range(3)]
    for reader in readers:
        reader.start()
    for number in range(60):
        put(url, f"{run.root}/swapped", contents[number % 2])
    stop.set()
    for reader in readers:
        reader.join()
    assert set(seen) == {(200, True)}


# Uploads that break


def broken_upload(url, path, headers, sent):
    """Sends the head and some of the body, and breaks the connection."""
    parts = urlsplit(url)
    connection = socket.create_connection((parts.hostname, parts.port))
    lines = [f"PUT /api/2.0/mlflow-artifacts/artifacts/{path} HTTP/1.1", f"Host: {parts.hostname}:{parts.port}", *headers]
    connection.sendall("\r\n".join([*lines, "", ""]).encode() + sent)
    return connection


BROKEN = [
    (["Content-Length: 3000000"], b"x" * 1_000_000),
    (["Content-Length: 10"], b"x" * 9),
    (["Content-Length: 10"], b""),
    (["Transfer-Encoding: chunked"], b"F4240\r\n" + b"x" * 1_000_000 + b"\r\n"),
    (["Transfer-Encoding: chunked"], b"5\r\nhello\r\n0\r\n"),
    (["Transfer-Encoding: chunked"], b"5\r\nhello\r\nzz\r\n"),
]


@pytest.mark.parametrize("reset", [False, True])
def test_broken_uploads_leave_nothing(reset, tmp_path):
    server = Server(tmp_path / "data")
    try:
        run = new_run(server.url)
        put(server.url, f"{run.root}/kept", b"old")
        for headers, sent in BROKEN:
            for name in ["kept", "new"]:
                connection = broken_upload(server.url, f"{run.root}/{name}", headers, sent)
                if reset:
                    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
                    connection.close()
                    continue
                connection.shutdown(socket.SHUT_WR)
                answer = http.client.HTTPResponse(connection)
                answer.begin()
                assert answer.status == 400, (headers, sent[:20])
                answer.read()
                connection.close()
        # The server has noticed every break when it has stopped.
        assert call(server.url, "GET", f"/api/2.0/mlflow-artifacts/artifacts/{run.root}/kept").body == b"old"
        assert call(server.url, "GET", f"/api/2.0/mlflow-artifacts/artifacts/{run.root}/new").status == 404
        server.stop()
        assert server.blobs() == server.mentioned() and len(server.blobs()) == 1
        assert "unexpected error" not in server.log()
    finally:
        server.stop()


def test_kill_9_during_uploads(tmp_path):
    """Whatever instant the server dies at: acknowledged files are whole, and nothing else is left on the disk."""
    server = Server(tmp_path / "data")
    try:
        run = new_run(server.url)
        acknowledged = {}
        content = random.Random(9).randbytes(3_000_000)
        for round in range(4):
            port, stop = server.port, threading.Event()

            def upload(worker):
                for number in range(10_000):
                    name = f"{round}-{worker}-{number}"
                    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
                    try:
                        connection.request("PUT", f"/api/2.0/mlflow-artifacts/artifacts/{run.root}/{name}", content[number:])
                        if connection.getresponse().status == 200:
                            acknowledged[name] = number
                            stop.set()
                    except (OSError, http.client.HTTPException):
                        return

            workers = [threading.Thread(target=upload, args=(worker,)) for worker in range(6)]
            for worker in workers:
                worker.start()
            stop.wait(60)
            threading.Event().wait(0.05 * round)
            server.process.kill()
            server.process.wait()
            for worker in workers:
                worker.join()
            server.start()
            server.wait_until(lambda: server.blobs() == server.mentioned())
        listed = {file["path"] for file in call(server.url, "GET", f"/api/2.0/mlflow/artifacts/list?run_id={run.id}").json["files"]}
        assert set(acknowledged) <= listed
        for name in sorted(acknowledged)[::5]:
            got = call(server.url, "GET", f"/api/2.0/mlflow-artifacts/artifacts/{run.root}/{name}").body
            assert got == content[acknowledged[name]:]
    finally:
        server.stop()


# Memory

TRANSFER = int(os.environ.get("ASSAY_TRANSFER_BYTES", str(256 << 20)))
GROWTH_LIMIT = 32 << 20


def test_large_files_in_small_memory(tmp_path):
    """Up and down in constant memory: the server's peak grows by less than 32 MiB over that of small requests."""
    server = Server(tmp_path / "data")
    try:
        run = new_run(server.url)
        put(server.url, f"{run.root}/warm", bytes(2_000_000))
        assert len(call(server.url, "GET", f"/api/2.0/mlflow-artifacts/artifacts/{run.root}/warm").body) == 2_000_000
        before = server.peak_memory()
        block = random.Random(10).randbytes(1 << 20)
        connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=600)
        path = f"/api/2.0/mlflow-artifacts/artifacts/{run.root}/large"
        connection.request("PUT", path, (block for _ in range(TRANSFER >> 20)), {"Content-Length": str(TRANSFER)})
        assert connection.getresponse().read() == b"{}"
        connection.request("GET", path)
        answer = connection.getresponse()
        for _ in range(TRANSFER >> 20):
            assert answer.read(1 << 20) == block
        assert answer.read() == b""
        growth = server.peak_memory() - before
        print(f"{TRANSFER >> 20} MiB up and down: peak memory grew by {growth >> 20} MiB")
        assert growth < GROWTH_LIMIT
    finally:
        server.stop()


def test_slow_readers_and_writers_hold_little(tmp_path):
    """Twenty readers that do not read and twenty writers that stop half way: back-pressure, not memory."""
    server = Server(tmp_path / "data")
    try:
        run = new_run(server.url)
        content = bytes(64 << 20)
        put(server.url, f"{run.root}/large", content)
        assert call(server.url, "GET", f"/api/2.0/mlflow-artifacts/artifacts/{run.root}/large").body == content
        before = server.peak_memory()
        connections = []
        for number in range(20):
            reader = socket.create_connection(("127.0.0.1", server.port))
            reader.sendall(
                f"GET /api/2.0/mlflow-artifacts/artifacts/{run.root}/large HTTP/1.1\r\nHost: 127.0.0.1:{server.port}\r\n\r\n".encode())
            assert reader.recv(12) == b"HTTP/1.1 200"
            connections.append(reader)
            writer = broken_upload(server.url, f"{run.root}/slow-{number}", ["Content-Length: 64000000"], bytes(5_000_000))
            connections.append(writer)
        put(server.url, f"{run.root}/other", b"served meanwhile")
        assert call(server.url, "GET", f"/api/2.0/mlflow-artifacts/artifacts/{run.root}/other").body == b"served meanwhile"
        growth = server.peak_memory() - before
        print(f"40 slow connections: peak memory grew by {growth >> 20} MiB")
        assert growth < 40 * (2 << 20)
        for connection in connections:
            connection.close()
        server.stop()
        assert server.blobs() == server.mentioned()
    finally:
        server.stop()


# Names


@pytest.mark.parametrize(
    "path",
    ["../x", "a/../../x", "%2e%2e/x", "%2E%2E/x", ".%2e/x", "a/%2e%2e/x", "..%2fx", "..%5cx", "%252e%252e/x", "%25252e%25252e/x",
     "%252fetc", "a%5cb", "%00", "a%00b", "a%0ab", "a%0d%0ab", "C:/x", "C%3a/x", "C:%5cx", "c%3A%5Cx", "a%23b", "%2fetc/passwd",
     "%c0%ae%c0%ae/x", "%c0%2e%c0%2e/x", "%e0%80%ae%e0%80%ae/x", "%f0%80%80%ae/x", "%uff0e%uff0e/%5c", "%ff", "%ed%a0%80", "%", "%2",
     "%zz", "./x", "a/./x", "x" * 4_097, "a/" * 2_049 + "a", "x" * 70_000])
def test_no_path_leads_elsewhere(url, run, path):
    address = f"/api/2.0/mlflow-artifacts/artifacts/{run.root}/{path}"
    for method, body in [("PUT", b"x"), ("GET", None), ("HEAD", None), ("DELETE", None)]:
        answer = call(url, method, address, body)
        assert answer.status in (400, 404), (method, answer.status)
    for place in ["/api/2.0/mlflow/artifacts/list", "/get-artifact"]:
        assert call(url, "GET", f"{place}?run_id={run.id}&path={path}").status in (400, 404), place
    assert call(url, "POST", f"/ajax-api/2.0/mlflow/upload-artifact?run_uuid={run.id}&path={path}", b"x").status in (400, 404)
    names = {file["path"] for file in call(url, "GET", f"/api/2.0/mlflow/artifacts/list?run_id={run.id}").json.get("files", [])}
    assert names <= {"folder", "changing", "empty", "long", "swapped"}


@pytest.mark.parametrize("name",
    ["100%25", "a b", "+", "a+b", "&=?", "\u00e9", "e\u0301", "\u65e5\u672c", "..a", "a..", "...", "~", "x" * 255, "\U0001f388"])
def test_odd_names_are_names(url, name):
    run = new_run(url)
    coded = name if "%" in name else quote(name)
    put(url, f"{run.root}/{coded}", name.encode())
    assert call(url, "GET", f"/api/2.0/mlflow-artifacts/artifacts/{run.root}/{coded}").body == name.encode()
    listed = call(url, "GET", f"/api/2.0/mlflow/artifacts/list?run_id={run.id}").json["files"]
    assert [file["path"] for file in listed] == [name.replace("%25", "%")]
    assert call(url, "DELETE", f"/api/2.0/mlflow-artifacts/artifacts/{run.root}/{coded}").status == 200
    assert "files" not in call(url, "GET", f"/api/2.0/mlflow/artifacts/list?run_id={run.id}").json


@pytest.mark.parametrize("header", [{"Content-Range": "bytes 5-9/10"}, {"Content-Encoding": "gzip"}])
def test_a_part_does_not_take_the_place_of_the_whole(url, header):
    run = new_run(url)
    put(url, f"{run.root}/whole", b"0123456789")
    address = f"/api/2.0/mlflow-artifacts/artifacts/{run.root}/whole"
    assert call(url, "PUT", address, b"ABCDE", header).status == 400
    assert call(url, "GET", address).body == b"0123456789"


def test_folders_are_not_files(url):
    run = new_run(url)
    put(url, f"{run.root}/folder/file", b"x")
    for path in [f"/api/2.0/mlflow-artifacts/artifacts/{run.root}/folder", f"/get-artifact?run_id={run.id}&path=folder",
                 f"/api/2.0/mlflow-artifacts/artifacts/{run.root}"]:
        answer = call(url, "GET", path)
        assert answer.status == 400 and "refers to a directory, not a file" in answer.json["message"]
    for path in ["folder/", "fold", "folder/file/x"]:
        assert call(url, "GET", f"/api/2.0/mlflow-artifacts/artifacts/{run.root}/{path}").status in (400, 404)


def test_deleting(url):
    run = new_run(url)
    for path in ["a/1", "a/2", "ab", "b"]:
        put(url, f"{run.root}/{path}", b"x")
    root = f"/api/2.0/mlflow-artifacts/artifacts/{run.root}"
    assert call(url, "DELETE", f"{root}/a").status == 200
    # MLflow's deletion is silent about what is not there.
    assert call(url, "DELETE", f"{root}/a").status == 200
    assert call(url, "GET", f"{root}/a/1").status == 404
    listed = call(url, "GET", f"/api/2.0/mlflow-artifacts/artifacts?path={run.root}").json["files"]
    assert [(file["path"], file["is_dir"]) for file in listed] == [("ab", False), ("b", False)]
    assert call(url, "DELETE", f"{root}/").status == 200
    assert call(url, "GET", f"/api/2.0/mlflow/artifacts/list?run_id={run.id}").json == {"root_uri": f"mlflow-artifacts:/{run.root}"}


def test_addresses_with_a_host(url, tmp_path):
    """`mlflow-artifacts://host:port/…` names the server itself, whatever the tracking URI is."""
    from mlflow.store.artifact.mlflow_artifacts_repo import MlflowArtifactsRepository

    run = new_run(url)
    (tmp_path / "tree" / "deep").mkdir(parents=True)
    for name in ["a.txt", "deep/b.txt"]:
        (tmp_path / "tree" / name).write_text(name)
    repository = MlflowArtifactsRepository(f"mlflow-artifacts://{urlsplit(url).netloc}/{run.root}", "http://nobody.invalid:1")
    repository.log_artifacts(str(tmp_path / "tree"), "kept")
    assert [(file.path, file.is_dir, file.file_size) for file in repository.list_artifacts("kept")] == [
        ("kept/a.txt", False, 5), ("kept/deep", True, None)]
    (tmp_path / "down").mkdir()
    repository.download_artifacts("kept", str(tmp_path / "down"))
    assert (tmp_path / "down" / "kept" / "deep" / "b.txt").read_text() == "deep/b.txt"
    repository.delete_artifacts("kept/deep")
    assert [file.path for file in repository.list_artifacts("kept")] == ["kept/a.txt"]
    # Deleting all of a run's artifacts, as `mlflow gc` does.
    repository.delete_artifacts()
    assert repository.list_artifacts() == []


def test_small_uploads_of_the_pages(url):
    run = new_run(url)
    address = f"/ajax-api/2.0/mlflow/upload-artifact?run_uuid={run.id}&path=deep/note.txt"
    assert call(url, "POST", address, b"hello").status == 200
    assert call(url, "GET", f"/get-artifact?run_id={run.id}&path=deep/note.txt").body == b"hello"
    for query, body, words in [
        ("path=x", b"x", "Request must specify run_uuid."), (f"run_uuid={run.id}", b"x", "Request must specify path."),
        (f"run_uuid={run.id}&path=x", b"", "Request must specify data."),
        (f"run_uuid={run.id}&path=x", bytes((10 << 20) + 1), "Artifact size is too large. Max size is 10MB."),
    ]:
        answer = call(url, "POST", f"/ajax-api/2.0/mlflow/upload-artifact?{query}", body)
        assert (answer.status, answer.json["error_code"], answer.json["message"]) == (400, "INVALID_PARAMETER_VALUE", words)
    assert call(url, "POST", f"/ajax-api/2.0/mlflow/upload-artifact?run_uuid={run.id}&path=big", bytes(10 << 20)).status == 200
