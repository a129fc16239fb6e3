"""Prediction records: what a gateway answered is with the registry, once, with its labels; what is erased is gone."""

import csv
import os
import random
import signal
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pyarrow.parquet
import pytest
import requests
import segments
from house import House
from test_gateway import POLICY, Gateway, eventually, log, promote


@pytest.fixture(scope="module")
def house():
    house = House()
    house.start()
    status, answer = house.http("POST", "/api/assay/v1/policies", {"policy": POLICY}, who="petra")
    assert status == 201, answer
    house.add("gate", "gateway")
    # Whoever reads rows of people, and decides how long they are kept.
    house.assay("role", "create", "records", "--verb", "read,read_sensitive,set_retention,observe", "--server", house.url, who="root")
    house.add("rita", "records")
    log(house, "loans")
    promote(house, "loans", 1, {"stage": "Production"})
    yield house
    house.remove()


def recording(house, name, *arguments):
    return Gateway(house, "--records", str(house.folder / name), *arguments, who="gate")


def export(house, *arguments, who="rita"):
    path = house.folder / "export.csv"
    house.assay("predictions", "export", "--model", "loans", "-o", str(path), *arguments, "--server", house.url, who=who)
    with open(path, newline="") as file:
        return list(csv.DictReader(file))


def assert_parquet_is_csv(house):
    """A file of typed columns says what the CSV says, also of columns that only some segments have."""
    path, rows = house.folder / "export.parquet", export(house)
    house.assay("predictions", "export", "--model", "loans", "-o", str(path), "--server", house.url, who="rita")
    table = pyarrow.parquet.read_table(path)
    assert table.column_names == list(rows[0]) and str(table.schema.field("@time").type).startswith("timestamp[us")
    for name in set(table.column_names) - {"@time"}:
        column, texts = table[name].to_pylist(), [row[name] for row in rows]
        assert [value is None for value in column] == [text == "" for text in texts], name
        assert all(value is None or text == value or type(value)(float(text)) == value for value, text in zip(column, texts, strict=True)), name


def rows_of(house):
    listed = house.http("GET", "/api/assay/v1/predictions?model=loans", who="rita")[1]["segments"]
    return sum(segment["rows"] for segment in listed)


def records(house, request):
    return [row for row in export(house) if row["@id"].startswith(request)]


def test_every_answer_is_recorded_as_it_was_given(house):
    with recording(house, "first", "--record-column", "race", "--record-column", "customer") as gateway:
        body = {"dataframe_split": {"columns": ["a", "b", "race", "customer"], "data": [[1.0, 0.0, "x", 41], [-1.0, 0.5, "é", 42]]}}
        answer = requests.post(gateway.url + "/models/loans/stages/Production/invocations", json=body, timeout=60,
                               headers={"Assay-Reference": "case-1, case-2", "Assay-Batch": "monday"})
        assert answer.status_code == 200, answer.text
        request = answer.headers["Assay-Record"]
        infer = requests.post(gateway.url + "/v2/models/loans/infer", timeout=60, json={"inputs": [
            {"name": "a", "shape": [1], "datatype": "FP64", "data": [2.0]}, {"name": "b", "shape": [1], "datatype": "FP64", "data": [0.0]}]})
        failed = requests.post(gateway.url + "/models/loans/invocations", data="{", headers={"Content-Type": "application/json"}, timeout=60)
        assert failed.status_code == 400 and "Assay-Record" in failed.headers
        eventually(lambda: rows_of(house) >= 4)
        metrics = requests.get(gateway.url + "/metrics", timeout=30).text
        assert "assay_gateway_records_lost_total 0" in metrics
    rows = records(house, request)
    assert [row["@id"] for row in rows] == [f"{request}-0", f"{request}-1"]
    given = answer.json()
    for place, row in enumerate(rows):
        assert int(row["@prediction"]) == given["predictions"][place]
        # JSON's numbers and CSV's are the shortest that read back: the same bits.
        assert float(row["a"]) == body["dataframe_split"]["data"][place][0]
        assert [float(row["@shap:a"]), float(row["@shap:b"])] == given["explanations"]["shap_values"][place]
        assert row["@reference"] == f"case-{place + 1}" and row["@batch"] == "monday" and row["@place"] == "stage Production"
        assert row["race"] == ["x", "é"][place] and row["customer"] == ["41", "42"][place] and row["@arm"] == "answer"
        assert 0 < float(row["@seconds"]) < 60 and row["@status"] == "200" and row["@protocol"] == "mlflow"
        assert row["@reasons"].split()[0][1:] in ("a", "b")
    assert_parquet_is_csv(house)
    inferred = records(house, infer.headers["Assay-Record"])
    assert len(inferred) == 1 and inferred[0]["@protocol"] == "inference" and inferred[0]["race"] == ""
    broken = records(house, failed.headers["Assay-Record"])
    assert len(broken) == 1 and broken[0]["@status"] == "400" and broken[0]["@prediction"] == ""
    history = house.assay("model", "history", "loans", "--server", house.url, who="petra").stdout
    assert "predictions.recorded" in history or "predictions" in history, history


def test_labels_that_come_later(house):
    with recording(house, "labels", "--record-column", "customer") as gateway:
        answers = []
        for customer in (1, 2, 3):
            body = {"dataframe_split": {"columns": ["a", "b", "customer"], "data": [[float(customer), 0.0, customer]]}}
            answers.append(requests.post(gateway.url + "/models/loans/invocations", json=body, timeout=60, headers={"Assay-Reference": f"r{customer}"}))
        ids = [answer.headers["Assay-Record"] for answer in answers]
        before = rows_of(house)
        eventually(lambda: rows_of(house) >= before and all(records(house, one) for one in ids))

    def label(text, *arguments, check=0):
        (house.folder / "labels.csv").write_text(text)
        return house.assay("labels", str(house.folder / "labels.csv"), "--model", "loans", *arguments, "--server", house.url, who="gate", check=check)

    assert "Handed in 1 label " in label(f"id,label,race\n{ids[0]}-0,1,green\n").stdout
    label("id,label\nr2,0\n", "--by", "reference")
    label("customer,paid\n3,1\n3,\n", "--id", "customer", "--label", "paid", "--by", "customer")
    found = {one: records(house, one)[0] for one in ids}
    assert [found[one]["@label"] for one in ids] == ["1", "0", "1"]
    assert found[ids[0]]["race"] == "green"
    label(f"id,label\n{ids[0]}-0,0\n")  # the newest holds
    assert records(house, ids[0])[0]["@label"] == "0"
    label(f"id,label\n{ids[0]}-0,0\n")  # handed in twice it is once
    for text, arguments, words in [
        ("id,label\nx,1\n", (), "names no prediction"), ("id,lab\nx,1\n", (), "has no column"), ("id,label\n", (), "no rows"),
        (f"id,label\n{ids[0]}-0,1\n", ("--model", "nobody"), "no registered model")]:
        done = label(text, *arguments, check=None)
        assert done.returncode == 2 or done.returncode == 1, done
        assert words in done.stderr, done.stderr


def test_what_is_erased_is_gone(house):
    with recording(house, "erased", "--record-column", "customer") as gateway:
        ids = []
        for customer in (7, 8, 7):
            body = {"dataframe_split": {"columns": ["a", "b", "customer"], "data": [[0.5, 0.25, customer]]}}
            ids.append(requests.post(gateway.url + "/models/loans/invocations", json=body, timeout=60).headers["Assay-Record"])
        eventually(lambda: all(records(house, one) for one in ids))
    house.assay("predictions", "erase", "--model", "loans", "--where", "customer=7", "--server", house.url, who="ana", check=1)
    said = house.assay("predictions", "erase", "--model", "loans", "--where", "customer=7", "--server", house.url, who="rita").stdout
    assert "Erased 2 rows" in said
    assert not records(house, ids[0]) and not records(house, ids[2]) and records(house, ids[1])
    said = house.assay("predictions", "erase", "--model", "loans", "--id", f"{ids[1]}-0", "--server", house.url, who="rita").stdout
    assert "Erased 1 row in 1 segment" in said and not records(house, ids[1])
    assert "for ever" in house.assay("predictions", "retention", "--model", "loans", "--server", house.url, who="rita").stdout
    assert "for 400 days" in house.assay("predictions", "retention", "--model", "loans", "400", "--server", house.url, who="rita").stdout
    assert house.assay("predictions", "retention", "--model", "loans", "0", "--server", house.url, who="rita", check=None).returncode != 0
    # The log's entries are what is kept of it, and they verify.
    house.stop()
    try:
        verified = house.assay("audit", "verify", "--data-dir", str(house.folder / "data"), check=0).stdout
    finally:
        house.start()
    assert "FINDING" not in verified, verified


def test_labels_of_what_is_erased_go_with_it(house):
    """By whatever they name a row; what others are called as well stays until the last of them goes."""
    with recording(house, "named", "--record-column", "customer", "--record-column", "race") as gateway:
        ids = []
        for place, customer in enumerate((71, 72, 71)):
            body = {"dataframe_split": {"columns": ["a", "b", "customer", "race"], "data": [[0.5, 0.25, customer, "shared"]]}}
            answer = requests.post(gateway.url + "/models/loans/invocations", json=body, timeout=60, headers={"Assay-Reference": f"own-{place}"})
            ids.append(answer.headers["Assay-Record"])
        eventually(lambda: all(records(house, one) for one in ids))

    def label(text, *arguments):
        (house.folder / "named.csv").write_text(text)
        house.assay("labels", str(house.folder / "named.csv"), "--model", "loans", *arguments, "--server", house.url, who="gate")

    def labels():
        listed = house.http("GET", "/api/assay/v1/predictions?model=loans&kind=labels", who="rita")[1]["segments"]
        return sum(one["rows"] - one["erased"] for one in listed)

    def erase(*arguments):
        return house.assay("predictions", "erase", "--model", "loans", *arguments, "--server", house.url, who="rita").stdout

    before = labels()
    label(f"id,label\n{ids[0]}-0,1\n{ids[1]}-0,1\n")
    label("id,label\nown-2,1\nown-1,0\n", "--by", "reference")
    label("customer,paid\n71,1\n72,0\n", "--id", "customer", "--label", "paid", "--by", "customer")
    label("race,paid\nshared,1\n", "--id", "race", "--label", "paid", "--by", "race")
    assert labels() == before + 7
    assert "Erased 5 rows" in erase("--where", "customer=71")
    assert labels() == before + 4 and records(house, ids[1])[0]["@label"] == "1"
    assert "Erased 5 rows" in erase("--id", f"{ids[1]}-0")
    assert labels() == before


def test_a_legal_hold_keeps_every_record(house):
    manifest = house.http("GET", "/api/assay/v1/deployments", who="gate")[1]["deployments"][0]["manifest"]
    old = int((time.time() - 500 * 86_400) * 1_000_000)
    body = segments.predictions("loans", 1, manifest, [("customer", "int", [901]), ("@prediction", "int", [1])], [old])
    answer = requests.post(house.url + "/api/assay/v1/predictions", data=body, timeout=30, headers={
        "Content-Type": "application/vnd.assay.records", "Authorization": f"Bearer {house.tokens['gate']}"})
    assert answer.status_code == 201, answer.text

    def is_held():
        listed = house.http("GET", "/api/assay/v1/predictions?model=loans", who="rita")[1]["segments"]
        return next(one["held"] for one in listed if one["segment"] == answer.json()["segment"])

    hold = house.assay("model", "hold", "loans", "--reason", "a suit", "--server", house.url, who="carl").stdout.split()[0]
    house.assay("predictions", "retention", "--model", "loans", "400", "--server", house.url, who="rita")
    done = house.assay("predictions", "erase", "--model", "loans", "--where", "customer=901", "--server", house.url, who="rita", check=None)
    assert done.returncode != 0 and "legal hold" in done.stderr, (done.stdout, done.stderr)
    # Whoever starts lets go of what is too old, and not of this.
    house.stop()
    house.start()
    time.sleep(6)
    assert is_held() and "cannot be let go" not in (house.folder / "server.log").read_text()
    house.add("cora", "compliance")
    house.assay("model", "hold", "loans", "--release", hold, "--reason", "over", "--server", house.url, who="cora")
    house.stop()
    house.start()
    eventually(lambda: not is_held())


def test_names_that_are_too_long_are_not_recorded(house):
    manifest = house.http("GET", "/api/assay/v1/deployments", who="gate")[1]["deployments"][0]["manifest"]
    for column in ("@batch", "@reference", "@caller"):
        for length, status in ((1_024, 201), (1_025, 400)):
            body = segments.predictions("loans", 1, manifest, [("@prediction", "int", [1]), (column, "text", ["x" * length])], [int(time.time() * 1e6)])
            answer = requests.post(house.url + "/api/assay/v1/predictions", data=body, timeout=30, headers={
                "Content-Type": "application/vnd.assay.records", "Authorization": f"Bearer {house.tokens['gate']}"})
            assert answer.status_code == status and "xxx" not in answer.text, answer.text


def test_who_may_record_and_who_may_read(house):
    junk = {"Content-Type": "application/vnd.assay.records"}
    for who, status in [("ana", 403), ("vera", 403), ("gate", 400)]:
        answer = requests.post(house.url + "/api/assay/v1/predictions", data=b"ASSAYPR1\x01\x05\0\0\0loans", timeout=30,
                               headers={**junk, "Authorization": f"Bearer {house.tokens[who]}"})
        assert answer.status_code == status, (who, answer.text)
    listed = house.http("GET", "/api/assay/v1/predictions?model=loans", who="rita")[1]["segments"][0]["segment"]
    for who, status in [("gate", 403), ("ana", 403), ("rita", 200)]:
        answer = requests.get(f"{house.url}/api/assay/v1/predictions/segments/{listed}", params={"model": "loans"}, timeout=30,
                              headers={"Authorization": f"Bearer {house.tokens[who]}"})
        assert answer.status_code == status, (who, answer.text)
    # The same bytes again are the same segment; under the same number other bytes are refused.
    content = requests.get(f"{house.url}/api/assay/v1/predictions/segments/{listed}", params={"model": "loans"}, timeout=30,
                           headers={"Authorization": f"Bearer {house.tokens['rita']}"}).content
    send = lambda body: requests.post(house.url + "/api/assay/v1/predictions", data=body, timeout=30,
                                      headers={**junk, "Authorization": f"Bearer {house.tokens['gate']}"})
    again = send(content)
    assert again.status_code == 200 and again.json()["repeated"] is True, again.text
    changed = bytearray(content)
    changed[-1] ^= 1
    assert send(bytes(changed)).status_code in (400, 409)
    for cut in (9, 60, len(content) // 2, len(content) - 1):
        assert send(content[:cut]).status_code == 400, cut


def test_nothing_acknowledged_is_lost_when_the_gateway_is_killed(house):
    """Killed at random moments under load, again and again: every record that was named in an answer is with the registry, once."""
    rounds = int(os.environ.get("ASSAY_KILL_ROUNDS", "6"))
    draw = random.Random(11)
    acknowledged = []
    for number in range(rounds):
        gateway = recording(house, "killed", "--record-durability", "disk" if number % 2 else "system")
        stop = threading.Event()

        def ask(seed):
            own = []
            while not stop.is_set():
                try:
                    answer = gateway.ask("/models/loans/invocations", rows=((seed / 7, 0.5),))
                    if answer.status_code == 200 and "Assay-Record" in answer.headers:
                        own.append(answer.headers["Assay-Record"])
                except requests.RequestException:
                    break
            return own

        with ThreadPoolExecutor(4) as pool:
            asking = [pool.submit(ask, seed) for seed in range(4)]
            time.sleep(draw.uniform(0.2, 1.5))
            gateway.process.send_signal(signal.SIGKILL)
            gateway.process.wait(30)
            stop.set()
            acknowledged += [one for each in asking for one in each.result()]
    assert len(acknowledged) > 10 * rounds
    with recording(house, "killed") as gateway:
        waiting = lambda: [line for line in requests.get(gateway.url + "/metrics", timeout=30).text.splitlines()
                           if line.startswith("assay_gateway_records_waiting_bytes ")][0].split()[1]
        eventually(lambda: waiting() == "0", 60)
    found = [row["@id"] for row in export(house)]
    assert len(found) == len(set(found)), "a record is there twice"
    lost = {f"{one}-0" for one in acknowledged} - set(found)
    assert not lost, f"{len(lost)} of {len(acknowledged)} are lost"


def test_a_registry_that_is_away_and_a_folder_that_is_full(house):
    with recording(house, "away") as gateway:
        house.stop()
        try:
            request = gateway.ask("/models/loans/invocations").headers["Assay-Record"]
            time.sleep(3)
            assert gateway.ask("/models/loans/invocations").status_code == 200
        finally:
            house.start()
        eventually(lambda: records(house, request), 60)
    with recording(house, "full", "--record-limit", "1", "--record-required") as gateway:
        house.stop()
        try:
            wide = [[0.0, 0.0]] * 20_000
            statuses = [gateway.ask("/models/loans/invocations", rows=wide).status_code for _ in range(4)]
            assert statuses[0] == 200 and statuses[-1] == 503, statuses
        finally:
            house.start()
        eventually(lambda: gateway.ask("/models/loans/invocations").status_code == 200, 60)
    second = Gateway(house, "--records", str(house.folder / "x"), "--record-sample", "2", who="gate")
    assert second.process.wait(30) == 2 and "share above 0" in second.words
    with recording(house, "shared"):
        other = recording(house, "shared")
        assert other.process.wait(60) != 0 and "used by another gateway" in other.words


def test_memory_of_what_was_taken_in_is_given_back(house):
    """Several large segments at once, as from gateways that come back together."""
    log(house, "wide")
    promote(house, "wide", 1, {"stage": "Production"})
    listed = house.http("GET", "/api/assay/v1/deployments", who="gate")[1]["deployments"]
    manifest = next(one["manifest"] for one in listed if one["model"] == "wide")
    count, now = 60_000, int(time.time() * 1_000_000)

    def resident():
        with open(f"/proc/{house.process.pid}/status") as file:
            return int(file.read().split("VmRSS:")[1].split()[0]) // 1024

    def send(number):
        columns = [(f"a{column}", "double", [float(column)] * count) for column in range(20)] + [("@prediction", "int", [1] * count)]
        body = segments.predictions("wide", 1, manifest, columns, [now] * count, number=number)
        answer = requests.post(f"{house.url}/api/assay/v1/predictions", data=body, timeout=120, headers={
            "Content-Type": "application/vnd.assay.records", "Authorization": f"Bearer {house.tokens['gate']}"})
        assert answer.status_code in (200, 201), answer.text

    send(1)
    before = resident()
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(send, range(2, 14)))
    eventually(lambda: resident() < before + 100)


def test_a_parquet_file_has_one_type_for_what_segments_have_several(house):
    manifest = house.http("GET", "/api/assay/v1/deployments", who="gate")[1]["deployments"][0]["manifest"]
    then = int((time.time() - 3 * 3_600) * 1_000_000)
    wide = 2**53 + 1
    for number, columns in enumerate([
        [("mixed", "int", [1, 2]), ("gone", "text", ["x", None]), ("wide", "int", [wide, 1]), ("kinds", "int", [1, 2]), ("lossy", "int", [wide, 1])],
        [("mixed", "double", [0.5, None]), ("gone", "double", [None, None]), ("wide", "double", [None, None]), ("kinds", "text", ["a", "b"]),
         ("lossy", "double", [0.5, 1.0])],
        [("own", "bool", [True, None])],
    ]):
        body = segments.predictions("loans", 1, manifest, columns, [then + number, then + number])
        answer = requests.post(house.url + "/api/assay/v1/predictions", data=body, timeout=30, headers={
            "Content-Type": "application/vnd.assay.records", "Authorization": f"Bearer {house.tokens['gate']}"})
        assert answer.status_code == 201, answer.text
    written = lambda seconds: time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(seconds))
    path, window = house.folder / "several.parquet", ["--since", written(then / 1e6 - 60), "--until", written(then / 1e6 + 60)]
    house.assay("predictions", "export", "--model", "loans", "-o", str(path), *window, "--server", house.url, who="rita")
    table = pyarrow.parquet.read_table(path).sort_by("@time")
    said = {name: (str(table.schema.field(name).type), table[name].to_pylist()) for name in ("mixed", "gone", "wide", "kinds", "lossy", "own")}
    none = [None, None]
    assert said == {
        "mixed": ("double", [1.0, 2.0, 0.5, None, *none]), "gone": ("string", ["x", None, *none, *none]), "wide": ("int64", [wide, 1, *none, *none]),
        "kinds": ("string", ["1", "2", "a", "b", *none]), "lossy": ("string", [str(wide), "1", "0.5", "1", *none]),
        "own": ("bool", [*none, *none, True, None])}
    refused = house.assay("predictions", "export", "--model", "loans", "-o", "/nowhere/rows.parquet", "--server", house.url, who="rita", check=None)
    assert refused.returncode != 0 and "/nowhere/rows.parquet cannot be written" in refused.stderr
    assert not list(house.folder.glob("*.part"))
