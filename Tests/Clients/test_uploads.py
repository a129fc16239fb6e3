"""Uploads in parts and downloads in ranges: MLflow's own client with both switched on, and the protocol by hand."""

import http.client
import random
import threading
from pathlib import Path
from urllib.parse import urlsplit

import mlflow
import pytest
from artifacts import Server, call, new_run, put
from mlflow import MlflowClient

MIB = 1 << 20
CONTENT = random.Random(11).randbytes(5 * MIB + 777)


@pytest.fixture(scope="module")
def run(url):
    return new_run(url)


@pytest.fixture
def in_parts(monkeypatch):
    for name, value in [
        ("MLFLOW_ENABLE_PROXY_MULTIPART_UPLOAD", "true"), ("MLFLOW_MULTIPART_UPLOAD_MINIMUM_FILE_SIZE", str(MIB)),
        ("MLFLOW_MULTIPART_UPLOAD_CHUNK_SIZE", str(MIB)), ("MLFLOW_ENABLE_PROXY_MULTIPART_DOWNLOAD", "true"),
        ("MLFLOW_MULTIPART_DOWNLOAD_CHUNK_SIZE", str(MIB)), ("MLFLOW_HTTP_REQUEST_MAX_RETRIES", "0"),
    ]:
        monkeypatch.setenv(name, value)


class Upload:
    """An upload made by hand."""

    def __init__(self, url, root, name, count, headers=None):
        self.url, self.root, self.name, self.headers = url, root, name, headers or {}
        answer = self.ask("create", num_parts=count)
        assert answer.status == 200, answer.body
        self.id, self.credentials = answer.json["upload_id"], answer.json.get("credentials", [])
        self.tags = {}

    def ask(self, step, **fields):
        path = f"/api/2.0/mlflow-artifacts/mpu/{step}/{self.root}"
        return call(self.url, "POST", path, {"path": f"/tmp/some where/{self.name}", **fields}, self.headers)

    def send(self, number, content, headers=None):
        credential = self.credentials[number - 1]
        assert credential["part_number"] == number
        parts = urlsplit(credential["url"])
        answer = call(self.url, "PUT", parts.path, content, {**credential["headers"], **(headers or {})})
        if answer.status == 200:
            self.tags[number] = answer.headers["ETag"]
        return answer

    def complete(self, tags=None):
        tags = self.tags if tags is None else tags
        parts = [{"part_number": number, "etag": tags[number], "url": None} for number in sorted(tags)]
        return self.ask("complete", upload_id=self.id, parts=parts)

    def abort(self):
        return self.ask("abort", upload_id=self.id)

    def got(self):
        return call(self.url, "GET", f"/api/2.0/mlflow-artifacts/artifacts/{self.root}/{self.name}")


# MLflow's client


def test_the_client_sends_in_parts_and_fetches_in_ranges(url, run, in_parts, tmp_path, monkeypatch):
    client = MlflowClient(url)
    mlflow.set_tracking_uri(url)
    sent = []
    from mlflow.store.artifact.http_artifact_repo import HttpArtifactRepository

    original = HttpArtifactRepository._upload_part
    monkeypatch.setattr(
        HttpArtifactRepository, "_upload_part", staticmethod(lambda *args, **kw: sent.append(1) or original(*args, **kw)))
    for name, content in [("parts.bin", CONTENT), ("even.bin", CONTENT[: 3 * MIB]), ("small.bin", b"small"), ("empty.bin", b"")]:
        (tmp_path / name).write_bytes(content)
        client.log_artifact(run.id, str(tmp_path / name), "deep/er")
        (tmp_path / "down").mkdir(exist_ok=True)
        got = client.download_artifacts(run.id, f"deep/er/{name}", str(tmp_path / "down"))
        assert Path(got).read_bytes() == content, name
    assert len(sent) == 6 + 3


def test_the_client_gives_up_as_it_should(url, run, in_parts, tmp_path):
    (tmp_path / "x.bin").write_bytes(CONTENT)
    with pytest.raises(Exception, match="frozen"):
        from mlflow.store.artifact.mlflow_artifacts_repo import MlflowArtifactsRepository

        MlflowArtifactsRepository("mlflow-artifacts:/versions/abc", url).log_artifact(str(tmp_path / "x.bin"))


def test_what_the_server_says_it_can(url):
    """As MLflow over a local folder: both work, and neither is recommended."""
    info = call(url, "GET", "/api/3.0/mlflow/server-info").json
    assert info["multipart_uploads_enabled"] is False and info["multipart_downloads_enabled"] is False


# Uploads by hand


def test_parts_in_any_order_over_a_restart(tmp_path):
    server = Server(tmp_path / "data")
    try:
        run = new_run(server.url)
        put(server.url, f"{run.root}/file", b"old")
        upload = Upload(server.url, run.root, "file", 6)
        pieces = [CONTENT[start:start + MIB] for start in range(0, len(CONTENT), MIB)]
        for number in [6, 2, 4]:
            assert upload.send(number, pieces[number - 1]).status == 200
        assert upload.send(1, b"something else").status == 200
        stale = upload.tags[1]
        server.stop()
        server.start()
        upload.url = server.url
        for number in [1, 3]:
            assert upload.send(number, pieces[number - 1]).status == 200
        missing = upload.complete()
        assert missing.status == 400 and upload.got().body == b"old"
        assert upload.send(5, pieces[4]).status == 200
        good = dict(upload.tags)
        for tags in [{**good, 1: stale}, {**good, 3: ""}, {n: good[n] for n in range(1, 6)}, {**good, 7: good[1]}, {}]:
            refused = upload.complete(tags)
            assert refused.status == 400 and refused.json["error_code"] == "INVALID_PARAMETER_VALUE", tags
        assert upload.got().body == b"old"
        assert upload.complete().status == 200
        assert upload.got().body == CONTENT
        # A client that did not hear the answer asks again; one that then gives up does no harm.
        assert upload.complete().status == 200
        assert upload.abort().status == 200
        assert upload.got().body == CONTENT
        assert upload.send(1, b"late").status == 403
        assert server.blobs() == server.mentioned() and len(server.blobs()) == 1
    finally:
        server.stop()


def test_aborting(url, run):
    upload = Upload(url, run.root, "aborted", 2)
    assert upload.send(1, b"x").status == 200
    assert upload.abort().status == 200
    assert upload.abort().status == 200
    assert upload.send(2, b"x").status == 403
    gone = upload.complete({1: "a", 2: "b"})
    assert (gone.status, gone.json["error_code"]) == (404, "RESOURCE_DOES_NOT_EXIST")
    assert upload.got().status == 404


def test_keys_and_numbers(url, run):
    upload = Upload(url, run.root, "keyed", 2)
    path = urlsplit(upload.credentials[0]["url"]).path
    assert upload.credentials[0]["url"].startswith(url + "/")
    header = "X-Assay-Upload-Key"
    key = upload.credentials[0]["headers"][header]
    assert call(url, "PUT", path, b"x").status == 401
    assert call(url, "PUT", path, b"x", {header: key[:-1]}).status == 403
    assert call(url, "PUT", path.replace(upload.id, "0" * 32), b"x", {header: key}).status == 403
    assert call(url, "PUT", path.replace(upload.id, "%00"), b"x", {header: key}).status == 403
    for number, status in [("0", 400), ("3", 400), ("-1", 400), ("x", 400), ("9" * 30, 400), ("01", 200)]:
        assert call(url, "PUT", path[:-1] + number, b"x", {header: key}).status == status, number
    other = Upload(url, run.root, "other", 2)
    assert other.send(1, b"x", {header: key}).status == 403
    # An upload is for one file.
    elsewhere = call(url, "POST", f"/api/2.0/mlflow-artifacts/mpu/complete/{run.root}",
                     {"path": "else", "upload_id": upload.id, "parts": [{"part_number": 1, "etag": "x"}]})
    assert elsewhere.status == 400 and "another file" in elsewhere.json["message"]


def test_somebody_else_cannot_complete(house, url, run):
    ana, petra = ({"Authorization": f"Bearer {house.tokens[name]}"} for name in ["ana", "petra"])
    upload = Upload(url, run.root, "anas", 1, ana)
    # The part carries no credentials, as clients send it.
    assert upload.send(1, b"hers").status == 200
    for headers in [{}, petra]:
        upload.headers = headers
        assert upload.complete().status == 403 and upload.abort().status == 403
    upload.headers = ana
    assert upload.complete().status == 200 and upload.got().body == b"hers"


@pytest.mark.parametrize(
    "root, path, status",
    [("versions/abc", "x", 403), ("0/nobody/artifacts", "x", 404), ("{root}", "..", 400), ("{root}/%2e%2e", "x", 400),
     ("{root}", "a/..", 400), ("{root}", "/", 400), ("{root}", "", 400), ("{root}", "a%2fb", 400), ("{root}", "a\u0000b", 400)])
def test_places_that_are_refused(url, run, root, path, status):
    answer = call(url, "POST", f"/api/2.0/mlflow-artifacts/mpu/create/{root.format(root=run.root)}", {"path": path, "num_parts": 1})
    assert answer.status == status, answer.body


def test_names_of_other_systems(url, run):
    answer = call(url, "POST", f"/api/2.0/mlflow-artifacts/mpu/create/{run.root}/sub", {"path": "C:\\Users\\ana\\m.bin", "num_parts": 0})
    done = call(url, "POST", f"/api/2.0/mlflow-artifacts/mpu/complete/{run.root}/sub",
                {"path": "C:\\Users\\ana\\m.bin", "upload_id": answer.json["upload_id"], "parts": []})
    assert done.status == 200
    # Nothing was sent, which makes an empty file.
    got = call(url, "GET", f"/get-artifact?run_id={run.id}&path=sub/m.bin")
    assert (got.status, got.body) == (200, b"")


@pytest.mark.parametrize("count, status", [(-1, 400), (100_001, 400), ("x", 400), (100_000, 200)])
def test_counts(url, run, count, status):
    answer = call(url, "POST", f"/api/2.0/mlflow-artifacts/mpu/create/{run.root}", {"path": "c", "num_parts": count})
    assert answer.status == status
    if status == 200:
        assert len(answer.json["credentials"]) == count


def test_a_part_that_breaks_off(tmp_path):
    server = Server(tmp_path / "data")
    try:
        run = new_run(server.url)
        upload = Upload(server.url, run.root, "file", 2)
        assert upload.send(1, b"first").status == 200
        for number in [1, 2]:
            credential = upload.credentials[number - 1]
            connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=30)
            connection.putrequest("PUT", urlsplit(credential["url"]).path)
            for name, value in {**credential["headers"], "Content-Length": "5000000"}.items():
                connection.putheader(name, value)
            connection.endheaders(bytes(1_000_000))
            connection.close()
        server.wait_until(lambda: server.sockets() == 0 and server.blobs() == server.mentioned())
        assert len(server.blobs()) == 1
        assert upload.send(2, b" second").status == 200
        assert upload.complete().status == 200 and upload.got().body == b"first second"
    finally:
        server.stop()


def test_completing_twice_at_once(url, run):
    upload = Upload(url, run.root, "twice", 20)
    for number in range(1, 21):
        upload.send(number, bytes([number]) * MIB)
    answers = []
    threads = [threading.Thread(target=lambda: answers.append(upload.complete().status)) for _ in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == [200] * 5
    assert upload.got().body == b"".join(bytes([number]) * MIB for number in range(1, 21))


def test_behind_a_proxy(house, url, run):
    proxied = {"X-Forwarded-For": "10.1.2.3", "X-Forwarded-Proto": "https", "X-Forwarded-Prefix": "/mlflow"}
    ana = {"Authorization": f"Bearer {house.tokens['ana']}"}
    upload = Upload(url, run.root, "proxied", 1, {**ana, **proxied})
    address = upload.credentials[0]["url"]
    assert address.startswith(url.replace("http://", "https://") + "/mlflow/api/assay/v1/uploads/")
    path = urlsplit(address).path.removeprefix("/mlflow")
    # The proxy adds its headers to the part, too, which comes without credentials.
    assert call(url, "PUT", path, b"x", {**upload.credentials[0]["headers"], **proxied}).status == 200
    assert call(url, "PUT", path, b"x", proxied).status == 401
    refused = call(url, "PUT", f"/api/2.0/mlflow-artifacts/artifacts/{run.root}/plain", b"x", proxied)
    assert refused.status == 403


def test_kill_9_between_and_in_parts(tmp_path):
    server = Server(tmp_path / "data")
    try:
        run = new_run(server.url)
        piece = random.Random(12).randbytes(8 * MIB)
        upload = Upload(server.url, run.root, "file", 12)
        for number in range(1, 13):
            # Each life of the server takes one part, loses another in the middle, and dies.
            assert upload.send(number, piece[number:]).status == 200
            if number % 3:
                continue
            credential = upload.credentials[min(number, 11)]
            connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=30)
            connection.putrequest("PUT", urlsplit(credential["url"]).path)
            for name, value in {**credential["headers"], "Content-Length": str(len(piece))}.items():
                connection.putheader(name, value)
            connection.endheaders(piece[: 4 * MIB])
            server.wait_until(lambda: server.blobs() != server.mentioned())
            server.process.kill()
            server.process.wait()
            server.start()
            upload.url = server.url
            server.wait_until(lambda: server.blobs() == server.mentioned())
        # Killed while the parts are put together.
        asking = threading.Thread(target=lambda: pytest.raises(OSError, upload.complete))
        asking.start()
        server.wait_until(lambda: server.blobs() != server.mentioned() or len(server.blobs()) == 1)
        server.process.kill()
        server.process.wait()
        asking.join()
        server.start()
        upload.url = server.url
        server.wait_until(lambda: server.blobs() == server.mentioned())
        assert upload.complete().status == 200
        assert upload.got().body == b"".join(piece[number:] for number in range(1, 13))
        assert server.blobs() == server.mentioned() and len(server.blobs()) == 1
    finally:
        server.stop()


def test_large_files_are_put_together_in_small_memory(tmp_path):
    server = Server(tmp_path / "data")
    try:
        run = new_run(server.url)
        put(server.url, f"{run.root}/warm", bytes(2_000_000))
        part = random.Random(13).randbytes(16 * MIB)
        upload = Upload(server.url, run.root, "large", 16)
        before = server.peak_memory()
        for number in range(1, 17):
            assert upload.send(number, part).status == 200
        assert upload.complete().status == 200
        growth = server.peak_memory() - before
        print(f"256 MiB in 16 parts: peak memory grew by {growth >> 20} MiB")
        assert growth < 32 << 20
    finally:
        server.stop()


# Downloads by key


def test_download_keys(url, run):
    put(url, f"{run.root}/keyed/file", CONTENT)
    answer = call(url, "GET", f"/api/2.0/mlflow-artifacts/presigned/{run.root}/keyed/file").json
    assert answer["file_size"] == len(CONTENT) and answer["url"].startswith(url)
    path, headers = urlsplit(answer["url"]).path, answer["headers"]
    assert call(url, "GET", path, headers=headers).body == CONTENT
    part = call(url, "GET", path, headers={**headers, "Range": "bytes=100-199"})
    assert part.status == 206 and part.body == CONTENT[100:200]
    assert call(url, "GET", path).status == 401
    (name, key), = headers.items()
    for place in [0, len(key) // 2, len(key) - 1]:
        changed = key[:place] + ("A" if key[place] != "A" else "B") + key[place + 1:]
        assert call(url, "GET", path, headers={name: changed}).status == 403
    # The key is for this content, not for whatever comes to stand there.
    put(url, f"{run.root}/keyed/file", b"new")
    assert call(url, "GET", path, headers=headers).status == 404
    assert call(url, "GET", f"/api/2.0/mlflow-artifacts/presigned/{run.root}/nothing").status == 404
    assert call(url, "GET", f"/api/2.0/mlflow-artifacts/presigned/{run.root}/%2e%2e/x").status == 400


def test_presigned_addresses_of_object_stores_are_refused_in_mlflows_words(url, run):
    for path, body, words in [
        ("upload", {"run_id": run.id, "path": "x"},
            "Presigned upload is not supported for proxied artifact storage (artifact URI scheme: mlflow-artifacts). "
            "This endpoint requires a direct cloud storage artifact URI."),
        ("upload", {"path": "x"}, "Exactly one of run_id and model_id must be provided."),
        ("upload", {"run_id": "a", "model_id": "b", "path": "x"}, "Exactly one of run_id and model_id must be provided."),
        ("download", {"run_id": run.id, "path": "x"},
            "Presigned download is not supported for runs with proxied artifact storage (artifact URI scheme: mlflow-artifacts). "
            "This endpoint requires a run with a direct cloud storage artifact URI."),
        ("download", {"run_id": run.id, "path": "x", "expiration": 0}, "expiration must be between 1 and 604800 seconds (got 0)."),
    ]:
        answer = call(url, "POST", f"/api/2.0/mlflow/artifacts/presigned-{path}-url", body)
        assert (answer.status, answer.json["error_code"], answer.json["message"]) == (400, "INVALID_PARAMETER_VALUE", words)
    assert call(url, "POST", "/api/2.0/mlflow/artifacts/presigned-download-url", {"run_id": "none", "path": "x"}).status == 404
