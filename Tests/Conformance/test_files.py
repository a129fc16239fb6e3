"""Artifacts: uploading, listing, downloading, deleting, by run, model, version and address."""

import pytest

from .helpers import experiment, logged_model, registered_model, run

ARTIFACTS = "/{api}/2.0/mlflow-artifacts/artifacts"
OCTETS = {"Content-Type": "application/octet-stream"}
JSON = {"Content-Type": "application/json"}


@pytest.fixture
def home(pair, fresh):
    return experiment(pair, fresh("files"))


@pytest.fixture
def place(pair, home):
    """A run and the address of its artifacts."""
    number = run(pair, home)
    return number, f"{ARTIFACTS}/{home}/{number}/artifacts"


def put(pair, address, content=b"content"):
    return pair.send("PUT", address, raw=content, headers=OCTETS, kept="empty-answers", status=200)


def test_files_come_back_as_they_were_sent(pair, place):
    number, root = place
    for path, content in (
        ("a.txt", b"text"), ("folder/b.bin", bytes(range(256)) * 300), ("folder/sub/c", b""), ("d.html", b"<script>"),
        ("ünï/日本.json", b"{}"),
        ("with space.txt", b"x"), ("plus+.txt", b"x"), ("e.svg", b"<svg/>"), ("MLmodel", b"flavors: {}"), ("f.csv", b"a,b"),
        ("g.png", b"\x89PNG"), ("...", b"x"),
    ):
        put(pair, f"{root}/{path}", content)
        pair.get(f"{root}/{path}", status=200)
        pair.get("/get-artifact", {"run_id": number, "path": path}, status=200)
        pair.get("/get-artifact", {"run_uuid": number, "path": path}, status=200)
    for folder in (None, "folder", "folder/", "folder/sub", "ünï", "never", "a.txt", ""):
        pair.get("artifacts/list", {"run_id": number, **({} if folder is None else {"path": folder})})
        pair.get(ARTIFACTS, {"path": f"{root.split('/artifacts/')[1]}" + (f"/{folder}" if folder else "")})
    pair.get("artifacts/list", {"run_uuid": number})
    put(pair, f"{root}/a.txt", b"replaced")
    pair.get(f"{root}/a.txt", status=200)


def test_what_is_not_there(pair, place, home):
    number, root = place
    put(pair, f"{root}/folder/a", b"x")
    for path in ("never", "folder/never", "folder/a/b"):
        pair.get(f"{root}/{path}", kept="no-server-paths", here=(404, "No such artifact"))
        pair.get("/get-artifact", {"run_id": number, "path": path}, kept="no-server-paths")
        pair.send("DELETE", f"{root}/{path}", headers=JSON, status=200)
    pair.get(f"{root}/folder", kept="json-errors")
    pair.get("/get-artifact", {"run_id": number, "path": "folder"}, kept="no-server-paths")
    pair.get("artifacts/list", {"run_id": "nobody"})
    pair.get("artifacts/list", {})
    pair.get("artifacts/list", {"unknown": "x"})
    pair.get("artifacts/list", {"path": "x"})
    pair.get("/get-artifact", {"run_id": "nobody", "path": "x"})
    pair.get("/get-artifact", {"run_id": number}, kept="json-errors")


def test_a_path_is_a_file_or_a_folder(pair, place):
    number, root = place
    put(pair, f"{root}/file")
    put(pair, f"{root}/folder/file")
    for path in ("file/below", "folder"):
        pair.send("PUT", f"{root}/{path}", raw=b"x", headers=OCTETS, kept="no-5xx", here=409)
    pair.get("artifacts/list", {"run_id": number}, status=200)


@pytest.mark.parametrize("path", ["../x", "a/../x", "a/../../x", "..", "/a", "//a", "%2e%2e/x", "%252e%252e/x", "a%2f..%2fx", "a#b", "C:/x",
    "file:///etc/passwd"])
def test_paths_that_are_refused(pair, place, path):
    number, root = place
    pair.get("artifacts/list", {"run_id": number, "path": path}, status=400)
    pair.get("/get-artifact", {"run_id": number, "path": path}, status=400)
    pair.get(ARTIFACTS, {"path": path}, status=400)
    pair.post("/ajax-api/2.0/mlflow/upload-artifact", query={"run_uuid": number, "path": path}, raw=b"x", headers=OCTETS, status=400)
    pair.get("artifacts/list", {"run_id": number}, status=200)


@pytest.mark.parametrize("path,upload", [
    (".", "no-5xx"), ("./a", "no-5xx"), ("a/.", "no-5xx"), ("a//b", "plain-paths"), ("a\\b", "plain-paths"), ("..\\x", "plain-paths"),
    ("a%00b", "plain-paths"), ("a%23b", "plain-paths"), ("a\nb", "plain-paths"), ("a:b", "plain-paths"),
])
def test_paths_that_mean_something_elsewhere(pair, place, path, upload):
    number, root = place
    pair.get("artifacts/list", {"run_id": number, "path": path}, kept="plain-paths")
    pair.get("/get-artifact", {"run_id": number, "path": path}, kept="plain-paths")
    pair.get(ARTIFACTS, {"path": path}, kept="plain-paths")
    pair.post("/ajax-api/2.0/mlflow/upload-artifact", query={"run_uuid": number, "path": path}, raw=b"x", headers=OCTETS, kept=upload)


@pytest.mark.parametrize("path", ["~", "a" * 255, "a/" * 60 + "b", "a...", "con", "a b", "ü"])
def test_paths_that_look_odd(pair, place, path):
    number, root = place
    pair.get("artifacts/list", {"run_id": number, "path": path})
    pair.get("/get-artifact", {"run_id": number, "path": path}, kept="no-server-paths")
    pair.post("/ajax-api/2.0/mlflow/upload-artifact", query={"run_uuid": number, "path": path}, raw=b"x", headers=OCTETS,
        kept="empty-answers")
    pair.get("/get-artifact", {"run_id": number, "path": path}, status=200)
    pair.get("artifacts/list", {"run_id": number}, status=200)


@pytest.mark.parametrize("path", ["%2e%2e/x", "a/%2e%2e/x", "%252e%252e/x", "a%23b"])
def test_addresses_that_are_refused(pair, place, path):
    number, root = place
    for method in ("GET", "PUT", "DELETE"):
        pair.send(method, f"{root}/{path}", raw=b"x" if method == "PUT" else None, headers=OCTETS if method == "PUT" else JSON,
            kept=(None, "plain-paths"))
    pair.get("artifacts/list", {"run_id": number})


def test_deleting(pair, place):
    number, root = place
    for path in ("a", "folder/b", "folder/c"):
        put(pair, f"{root}/{path}")
    pair.send("DELETE", f"{root}/a", headers=JSON, status=200)
    pair.get(f"{root}/a", kept="no-server-paths")
    pair.send("DELETE", f"{root}/folder", headers=JSON, status=200)
    pair.get("artifacts/list", {"run_id": number}, status=200)
    put(pair, f"{root}/d")
    pair.send("DELETE", f"{root}/d", headers={}, status=200)
    pair.get("artifacts/list", {"run_id": number}, status=200)


def test_uploads_from_pages(pair, place):
    number, root = place

    def send(query, content=b"x", headers=OCTETS, **options):
        return pair.post("/ajax-api/2.0/mlflow/upload-artifact", query=query, raw=content, headers=headers, **options)

    send({"run_uuid": number, "path": "a/b.txt"}, kept="empty-answers")
    send({"run_uuid": number, "path": "c.txt"}, headers={}, kept="empty-answers")
    send({"run_uuid": number, "path": "d.json"}, b"{}", JSON, kept="empty-answers")
    send({"run_uuid": number, "path": "large"}, b"x" * (10 * 1024 * 1024), kept="empty-answers")
    send({"run_uuid": number, "path": "larger"}, b"x" * (10 * 1024 * 1024 + 1), status=400)
    send({"run_uuid": number, "path": "empty"}, b"", status=400)
    send({"run_uuid": "nobody", "path": "a"}, status=404)
    for query in ({"run_uuid": number}, {"path": "a"}, {"run_uuid": "", "path": "a"}, {"run_id": number, "path": "a"}):
        send(query, status=400)
    pair.get("artifacts/list", {"run_id": number})
    pair.get("artifacts/list", {"run_id": number, "path": "a"})
    pair.get(f"{root}/a/b.txt")


def test_files_of_logged_models(pair, home):
    model = logged_model(pair, home)
    root = f"{ARTIFACTS}/{home}/models/{model}/artifacts"
    listing, files = f"logged-models/{model}/artifacts/directories", f"/ajax-api/2.0/mlflow/logged-models/{model}/artifacts/files"
    pair.get(listing)
    for path in ("MLmodel", "data/a.bin", "data/b.bin"):
        put(pair, f"{root}/{path}")
        pair.get(f"{root}/{path}", status=200)
        pair.get(files, {"artifact_file_path": path}, status=200)
    pair.get(listing)
    for folder in ("data", "data/", "never", "MLmodel", "..", ""):
        pair.get(listing, {"artifact_directory_path": folder})
    pair.get("logged-models/m-nobody/artifacts/directories", {"artifact_directory_path": "x"})
    pair.get(files)
    for path in ("..", ""):
        pair.get(files, {"artifact_file_path": path})
    pair.get(files, {"artifact_file_path": "never"}, kept="no-server-paths")
    pair.get(files, {"artifact_file_path": "data"}, kept="no-server-paths")
    pair.get("/ajax-api/2.0/mlflow/logged-models/m-nobody/artifacts/files", {"artifact_file_path": "x"})


def test_files_of_versions(pair, place, home, fresh):
    """A version's files are a copy of the list; the address they are read from is Assay's own."""
    number, root = place
    name, path = registered_model(pair, fresh()), "/model-versions/get-artifact"
    put(pair, f"{root}/model/MLmodel", b"flavors: {}")
    for source in (f"mlflow-artifacts:/{home}/{number}/artifacts/model", f"runs:/{number}/model"):
        pair.post("model-versions/create", {"name": name, "source": source, "run_id": number}, status=200)
    pair.get("model-versions/get-download-uri", {"name": name, "version": "1"}, kept="frozen-versions")
    pair.get(path, {"name": name, "version": "1", "path": "MLmodel"}, status=200)
    pair.get(path, {"name": name, "version": "2", "path": "MLmodel"}, kept="plain-meaning")
    pair.get(path, {"name": name, "version": "1", "path": "never"}, kept="no-server-paths")
    pair.get(path, {"name": name, "version": "9", "path": "MLmodel"})
    pair.get(path, {"name": name, "version": "1", "path": "../x"})
    for query in ({}, {"name": name}, {"version": "1"}, {"name": name, "version": "9"}, {"name": "nobody", "version": "1"},
            {"name": name, "version": "x"}):
        pair.get("model-versions/get-download-uri", query)


def test_places_outside_of_runs(pair):
    for path in ("loose.txt", "0/nobody/artifacts/x"):
        pair.send("PUT", f"{ARTIFACTS}/{path}", raw=b"x", headers=OCTETS, kept="owned-files", here=(404, "names no run"))
    pair.get(ARTIFACTS, kept="owned-files")
    pair.get(ARTIFACTS, {"path": "0"}, kept="owned-files")
    pair.get(ARTIFACTS, {"path": "never"})
