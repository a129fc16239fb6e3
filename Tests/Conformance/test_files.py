"""Artifacts: uploading, listing, downloading, deleting, by run, model, version and address."""

import pytest

from .helpers import experiment, logged_model, registered_model, run

ARTIFACTS = "/{api}/2.0/mlflow-artifacts/artifacts"
OCTETS = {"Content-Type": "application/octet-stream"}


@pytest.fixture
def home(pair, fresh):
    return experiment(pair, fresh("files"))


@pytest.fixture
def place(pair, home):
    """A run and the address of its artifacts."""
    number = run(pair, home)
    return number, f"{ARTIFACTS}/{home}/{number}/artifacts"


def put(pair, address, content=b"content", **options):
    return pair.send("PUT", address, raw=content, headers=OCTETS, **options)


def test_files_come_back_as_they_were_sent(pair, place):
    number, root = place
    for path, content in (("a.txt", b"text"), ("folder/b.bin", bytes(range(256)) * 300), ("folder/sub/c", b""), ("d.html", b"<script>"), ("ünï/日本.json", b"{}"),
                          ("with space.txt", b"x"), ("plus+.txt", b"x"), ("e.svg", b"<svg/>"), ("MLmodel", b"flavors: {}"), ("f.csv", b"a,b"), ("g.png", b"\x89PNG")):
        put(pair, f"{root}/{path}", content)
        pair.get(f"{root}/{path}")
        pair.get("/get-artifact", {"run_id": number, "path": path})
        pair.get("/ajax-api/2.0/mlflow/get-artifact", {"run_uuid": number, "path": path})
    for folder in (None, "folder", "folder/", "folder/sub", "ünï", "never", "a.txt", ""):
        pair.get("artifacts/list", {"run_id": number, **({} if folder is None else {"path": folder})})
        pair.get(ARTIFACTS, {"path": f"{root.split('/artifacts/')[1]}" + (f"/{folder}" if folder else "")})
    pair.get("artifacts/list", {"run_uuid": number})
    put(pair, f"{root}/a.txt", b"replaced")
    pair.get(f"{root}/a.txt")


def test_what_is_not_there(pair, place, home):
    number, root = place
    put(pair, f"{root}/folder/a", b"x")
    for path in ("never", "folder", "folder/never", "folder/a/b"):
        pair.get(f"{root}/{path}")
        pair.get("/get-artifact", {"run_id": number, "path": path})
        pair.send("DELETE", f"{root}/{path}", headers={})
    pair.get("artifacts/list", {"run_id": "nobody"})
    pair.get("artifacts/list", {})
    pair.get("artifacts/list", {"unknown": "x"})
    pair.get("artifacts/list", {"path": "x"})
    pair.get("/get-artifact", {"run_id": "nobody", "path": "x"})
    pair.get("/get-artifact", {"run_id": number})
    pair.get("/get-artifact", {"path": "x"})


@pytest.mark.parametrize("path", [
    "../x", "a/../x", "a/../../x", "..", ".", "./a", "a/.", "/a", "//a", "a//b", "a\\b", "..\\x", "%2e%2e/x", "%252e%252e/x", "a%2f..%2fx", "a%00b", "a#b", "a%23b",
    "C:/x", "file:///etc/passwd", "a\nb", "~", "a" * 255, "a" * 256, "a/" * 60 + "b", "...", "a...", "con", "a:b", "a?b",
])
def test_paths(pair, place, path):
    number, root = place
    pair.get("artifacts/list", {"run_id": number, "path": path})
    pair.get("/get-artifact", {"run_id": number, "path": path})
    pair.get(ARTIFACTS, {"path": path})
    pair.send("POST", "/ajax-api/2.0/mlflow/upload-artifact", query={"run_uuid": number, "path": path}, raw=b"x", headers=OCTETS)
    pair.get("artifacts/list", {"run_id": number})


@pytest.mark.parametrize("path", ["%2e%2e/x", "a/%2e%2e/x", "a%2fb", "a%5cb", "a%00b", "a%23b", "%252e%252e/x", "a%0ab", "a/./b", "a//b", "a/"])
def test_paths_in_addresses(pair, place, path):
    number, root = place
    put(pair, f"{root}/{path}")
    pair.get(f"{root}/{path}")
    pair.send("DELETE", f"{root}/{path}", headers={})
    pair.get("artifacts/list", {"run_id": number})


def test_deleting(pair, place):
    number, root = place
    for path in ("a", "folder/b", "folder/c"):
        put(pair, f"{root}/{path}")
    pair.send("DELETE", f"{root}/a", headers={"Content-Type": "application/json"})
    pair.get(f"{root}/a")
    pair.send("DELETE", f"{root}/folder", headers={"Content-Type": "application/json"})
    pair.get("artifacts/list", {"run_id": number})
    put(pair, f"{root}/d")
    pair.send("DELETE", f"{root}/d", headers={})


def test_uploads_from_pages(pair, place):
    number, root = place
    upload = "/ajax-api/2.0/mlflow/upload-artifact"

    def send(query, content=b"x", headers=OCTETS):
        return pair.send("POST", upload, query=query, raw=content, headers=headers)

    send({"run_uuid": number, "path": "a/b.txt"})
    send({"run_uuid": number, "path": "c.txt"}, headers={})
    send({"run_uuid": number, "path": "d.json"}, b"{}", {"Content-Type": "application/json"})
    send({"run_uuid": number, "path": "empty"}, b"")
    send({"run_uuid": number})
    send({"path": "a"})
    send({"run_uuid": "", "path": "a"})
    send({"run_uuid": "nobody", "path": "a"})
    send({"run_id": number, "path": "a"})
    send({"run_uuid": number, "path": "large"}, b"x" * (10 * 1024 * 1024))
    send({"run_uuid": number, "path": "larger"}, b"x" * (10 * 1024 * 1024 + 1))
    pair.get("artifacts/list", {"run_id": number})
    pair.get("artifacts/list", {"run_id": number, "path": "a"})
    pair.get(f"{root}/a/b.txt")


def test_files_of_logged_models(pair, home):
    model = logged_model(pair, home)
    root = f"{ARTIFACTS}/{home}/models/{model}/artifacts"
    listing = f"logged-models/{model}/artifacts/directories"
    pair.get(listing)
    for path in ("MLmodel", "data/a.bin", "data/b.bin"):
        put(pair, f"{root}/{path}")
        pair.get(f"{root}/{path}")
        pair.get(f"/ajax-api/2.0/mlflow/logged-models/{model}/artifacts/files", {"artifact_file_path": path})
    pair.get(listing)
    for folder in ("data", "data/", "never", "MLmodel", "..", "", "/"):
        pair.get(listing, {"artifact_directory_path": folder})
    pair.get("logged-models/m-nobody/artifacts/directories", {"artifact_directory_path": "x"})
    pair.get(f"/ajax-api/2.0/mlflow/logged-models/{model}/artifacts/files")
    for path in ("never", "data", "..", ""):
        pair.get(f"/ajax-api/2.0/mlflow/logged-models/{model}/artifacts/files", {"artifact_file_path": path})
    pair.get("/ajax-api/2.0/mlflow/logged-models/m-nobody/artifacts/files", {"artifact_file_path": "x"})


def test_files_of_versions(pair, place, home, fresh):
    """A version's files are a copy of the list; the address they are read from is Assay's own."""
    number, root = place
    name = registered_model(pair, fresh())
    put(pair, f"{root}/model/MLmodel", b"flavors: {}")
    pair.post("model-versions/create", {"name": name, "source": f"runs:/{number}/model", "run_id": number}, status=200)
    pair.get("model-versions/get-download-uri", {"name": name, "version": "1"}, kept="frozen-versions")
    for prefix in ("", "/ajax-api/2.0/mlflow"):
        path = f"{prefix}/model-versions/get-artifact"
        pair.get(path, {"name": name, "version": "1", "path": "MLmodel"})
        pair.get(path, {"name": name, "version": "1", "path": "never"})
        pair.get(path, {"name": name, "version": "9", "path": "MLmodel"})
        pair.get(path, {"name": name, "version": "1", "path": "../x"})
    for query in ({}, {"name": name}, {"version": "1"}, {"name": name, "version": "9"}, {"name": "nobody", "version": "1"}, {"name": name, "version": "x"}):
        pair.get("model-versions/get-download-uri", query)


def test_places_outside_of_runs(pair):
    put(pair, f"{ARTIFACTS}/loose.txt")
    put(pair, f"{ARTIFACTS}/0/nobody/artifacts/x")
    pair.get(ARTIFACTS)
    pair.get(ARTIFACTS, {"path": "0"})
    pair.get(ARTIFACTS, {"path": "never"})
