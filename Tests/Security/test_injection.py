"""Names and filters that are meant for somebody else's parser: headers, SQL, paths of the file system."""

import socket
from pathlib import Path
from urllib.parse import quote

import pytest
from asking import bearer, send
from house import House

CANARY = "canary-93ac"
FILTERS = [
    "name = 'x' OR 1=1", "name = '' OR ''=''", "name LIKE '%' --", "name = 'x'; DROP TABLE experiment", "name ILIKE '%' /*", "1=1",
    "name = 'x' UNION SELECT name FROM user", "name = 'x\\' OR name LIKE '%", "name = 'x'' OR name LIKE ''%'", 'name = "x" OR "1"="1"',
    "tags.`t` = 'x' OR tags.`t` LIKE '%'", "tags.`t`) OR (1=1 = 'x'", "tags.\"t' OR '1'='1\" = 'x'", "name LIKE '\\%'", "name IN ('x', 'y') OR 1",
    "name = 'x\0' OR 1=1", "attributes.name = 'x' AND (1=1)", "name = x'00'", "name = 'x' COLLATE NOCASE", "name GLOB '*'", "rowid > 0",
]
ORDERS = ["name; DROP TABLE run", "name DESC, (SELECT 1)", "1", "name COLLATE NOCASE", "(CASE WHEN 1 THEN name END)", "name ASC --", "tags.`a` DESC; --"]
PATHS = [
    "../../keys/master.key", "..%2f..%2fkeys%2fmaster.key", "%2e%2e/%2e%2e/assay.db", "....//....//assay.db", "..\\..\\assay.db", "..%5c..%5cassay.db",
    "%252e%252e%252fassay.db", "/etc/passwd", "%2fetc%2fpasswd", "C:/windows/win.ini", "a/../../assay.db", "a/./b", "a//b", "a%00.txt", "file:///etc/passwd",
    "..;/assay.db", "%c0%ae%c0%ae/assay.db", "\uff0e\uff0e/assay.db", "a/%2e%2e%2f%2e%2e%2fassay.db", "~/.ssh/id_rsa", "....\\....\\assay.db", "a\r\nX: y",
]


@pytest.fixture(scope="module")
def place():
    house = House("--anonymous", "off", people={"ana": "data_scientist", "lena": "end_user"})
    house.start()
    grants = [{"verbs": ["read", "log", "register"], "resource": f"{kind}:lena-*"} for kind in ("experiment", "model")]
    assert house.http("POST", "/api/assay/v1/roles", {"role": "narrow", "grants": grants}, who="root")[0] == 200
    assert house.http("POST", "/api/assay/v1/bindings", {"role": "narrow", "user": "lena"}, who="root")[0] == 200
    house.runs, house.experiments = {}, {}
    for owner, name in (("ana", CANARY), ("lena", "lena-1")):
        experiment = call(house, owner, "experiments/create", {"name": name, "tags": [{"key": "t", "value": name}]})["experiment_id"]
        run = call(house, owner, "runs/create", {"experiment_id": experiment, "run_name": name, "tags": [{"key": "t", "value": name}]})
        call(house, owner, "registered-models/create", {"name": name, "tags": [{"key": "t", "value": name}]})
        house.experiments[owner], house.runs[owner] = experiment, run["run"]["info"]["run_id"]
    yield house
    house.remove()


def call(house, who, path, body):
    status, answer = house.http("POST", f"/api/2.0/mlflow/{path}", body, who=who)
    assert status == 200, answer
    return answer


def searches(house, filter=None, order=None):
    both = [house.experiments["ana"], house.experiments["lena"]]
    body = {"max_results": 100, **({"filter": filter} if filter is not None else {}), **({"order_by": [order]} if order else {})}
    yield house.http("POST", "/api/2.0/mlflow/experiments/search", body, who="lena")
    yield house.http("POST", "/api/2.0/mlflow/runs/search", {**body, "experiment_ids": both}, who="lena")
    yield house.http("POST", "/api/2.0/mlflow/logged-models/search", {**body, "experiment_ids": both, "order_by": []}, who="lena")
    for kind in ("registered-models", "model-versions"):
        query = "max_results=100" + (f"&filter={quote(filter)}" if filter is not None else "") + (f"&order_by={quote(order)}" if order else "")
        yield house.http("GET", f"/api/2.0/mlflow/{kind}/search?{query}", who="lena")


def test_there_is_something_to_find(place):
    status, answer = place.http("POST", "/api/2.0/mlflow/experiments/search", {"max_results": 100}, who="ana")
    assert status == 200 and CANARY in str(answer)
    assert "lena-1" in str(next(searches(place))[1])


@pytest.mark.parametrize("filter", FILTERS)
def test_no_filter_says_more(place, filter):
    for status, answer in searches(place, filter=filter):
        # What a filter names comes back in the complaint; what it would find does not.
        assert status in (200, 400) and CANARY not in str(answer), (status, answer)
    assert place.http("GET", f"/api/2.0/mlflow/experiments/get?experiment_id={place.experiments['ana']}", who="ana")[0] == 200


@pytest.mark.parametrize("order", ORDERS)
def test_no_order_says_more(place, order):
    for status, answer in searches(place, order=order):
        assert status in (200, 400) and CANARY not in str(answer), (status, answer)
    assert place.http("GET", f"/api/2.0/mlflow/runs/get?run_id={place.runs['ana']}", who="ana")[0] == 200


def raw(house, method, path, body=b"", who="lena"):
    """As written: no client tidies the path."""
    token = f"Authorization: Bearer {house.tokens[who]}\r\n"
    head = f"{method} {path} HTTP/1.1\r\nHost: 127.0.0.1:{house.port}\r\n{token}Content-Length: {len(body)}\r\nConnection: close\r\n\r\n"
    with socket.create_connection(("127.0.0.1", house.port), timeout=30) as connection:
        connection.sendall(head.encode() + body)
        answer = b""
        while piece := connection.recv(65_536):
            answer += piece
    return int(answer.split(b" ", 2)[1]), answer


def outside(house):
    """Every file but what the server itself writes while it works."""
    return {path: path.stat().st_size for path in house.folder.rglob("*")
        if path.is_file() and not path.name.startswith(("assay.db", "server.log", "keys.db")) and "ledger" not in path.parts and "blobs" not in path.parts}


@pytest.mark.parametrize("path", PATHS)
def test_no_path_leads_elsewhere(place, path):
    before = outside(place)
    root = f"/api/2.0/mlflow-artifacts/artifacts/{place.experiments['lena']}/{place.runs['lena']}/artifacts"
    for written in {path.replace("\r", "%0d").replace("\n", "%0a").replace("\\", "%5c"), quote(path, safe="/%\\").replace("\\", "%5c")}:
        for method, body in (("PUT", b"forged"), ("GET", b""), ("DELETE", b"")):
            status, answer = raw(place, method, f"{root}/{written}", body)
            assert status < 500, answer[:500]
            assert b"SQLite format" not in answer and b"root:x:" not in answer and b"\r\nX: y" not in answer
        status, answer = raw(place, "GET", f"/get-artifact?run_id={place.runs['lena']}&path={quote(path)}")
        assert status in (400, 404), answer[:500]
    status, answer = raw(place, "GET", f"/api/assay/v1/log/tile/{quote(path)}")
    assert status in (400, 404), answer[:500]
    assert outside(place) == before
    assert not Path("/tmp/assay.db").exists()
    # Another run's files are elsewhere too.
    assert raw(place, "GET", f"{root}/../../{place.runs['ana']}/artifacts/x")[0] in (400, 403, 404)


@pytest.mark.parametrize("name", ["a\r\nSet-Cookie: assay=1", "a\"; filename=\"b.html", "a\nX-Injected: 1", "ä\u2028b", "a;b=c", "a%0d%0aX-Injected: 1", "'a\\b"])
def test_no_name_writes_a_header(place, name):
    root = f"/api/2.0/mlflow-artifacts/artifacts/{place.experiments['lena']}/{place.runs['lena']}/artifacts"
    token = bearer(place.tokens["lena"])
    put = send(place.url, "PUT", f"{root}/{quote(name, safe='')}.bin", b"bytes", token)
    got = send(place.url, "GET", f"{root}/{quote(name, safe='')}.bin", headers=token)
    assert (put.status, got.status) in [(200, 200), (400, 400), (400, 404)]
    for answer in (put, got):
        assert "X-Injected" not in answer.headers and answer.headers.get_all("Set-Cookie") is None
    if got.status == 200:
        shown = got.headers["Content-Disposition"]
        assert got.headers.get_all("Content-Disposition") == [shown] and shown.isascii() and shown.count('"') == 2, shown
        assert shown.startswith("attachment; filename=")


@pytest.mark.parametrize("lines", [
    "Host: evil.example\r\n", "Content-Length: 3\r\n", "Transfer-Encoding: chunked\r\n", "X-A: b\r\n c\r\n", "X A: b\r\n", "X-A: \0\r\n", "Transfer-Encoding: xchunked\r\n",
    "Content-Length: +2\r\n", "Content-Length: 0, 2\r\n",
])
def test_no_second_reading_of_a_head(place, lines):
    """Two lengths, two hosts, folded lines: a proxy could read another request than this server."""
    body = b'{"name":"smuggled"}'
    head = (f"POST /api/2.0/mlflow/experiments/create HTTP/1.1\r\nHost: 127.0.0.1:{place.port}\r\n{lines}"
        f"Authorization: Bearer {place.tokens['ana']}\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\nConnection: close\r\n\r\n")
    with socket.create_connection(("127.0.0.1", place.port), timeout=30) as connection:
        connection.sendall(head.encode() + body)
        answer = b""
        try:
            while piece := connection.recv(65_536):
                answer += piece
        except ConnectionResetError:
            pass
    assert not answer or 400 <= int(answer.split(b" ", 2)[1]) < 500, answer[:300]
    assert place.http("GET", "/api/2.0/mlflow/experiments/get-by-name?experiment_name=smuggled", who="ana")[0] == 404
