"""One command for one machine: the server serves what is deployed too."""

import io
import os
import signal
import stat
import subprocess

import pandas
import pytest
import requests
from house import BINARY, House, free_port
from test_gateway import POLICY, eventually, log, promote
from test_gateway_jobs import key


@pytest.fixture(scope="module")
def house():
    house = House()
    house.gateway = f"http://127.0.0.1:{(port := free_port())}"
    house.server_arguments = [*house.server_arguments, "--gateway-port", str(port)]
    house.start()
    # Whoever reads rows of people.
    house.assay("role", "create", "records", "--verb", "read,read_sensitive", "--server", house.url, who="root")
    house.add("rita", "records")
    status, answer = house.http("POST", "/api/assay/v1/policies", {"policy": POLICY}, who="petra")
    assert status == 201, answer
    log(house, "loans")
    log(house, "loans", sign="-", seed=2)
    promote(house, "loans", 1, {"stage": "Production"})
    yield house
    house.remove()


def ask(house, **more):
    def send():
        return requests.post(house.gateway + "/models/loans/invocations",
                             json={"dataframe_split": {"columns": ["a", "b"], "data": [[1.0, 0.0]]}}, timeout=60, **more)

    def is_there():
        try:
            send()
        except requests.ConnectionError:
            return False
        return True

    # The server's own listener is announced; the gateway's follows.
    eventually(is_there)
    return send()


def test_what_is_deployed_is_served_and_recorded(house):
    eventually(lambda: ask(house).status_code == 200)
    answer = ask(house)
    assert answer.json()["predictions"] == [1] and answer.headers["Assay-Governance"] == "statement" and answer.headers["Assay-Model"] == "loans/1"
    record = answer.headers["Assay-Record"]

    def exported():
        done = subprocess.run([BINARY, "predictions", "export", "--server", house.url, "-m", "loans"], capture_output=True, text=True,
                              env=house.environment("rita"), timeout=60)
        assert done.returncode == 0, done.stderr
        return record in done.stdout

    eventually(exported)
    folder = house.data / "gateway"
    assert stat.S_IMODE(os.stat(folder).st_mode) == 0o700


def test_an_exchange_and_what_leaves_its_place(house):
    promote(house, "loans", 2, {"stage": "Production"})
    eventually(lambda: ask(house).headers.get("Assay-Model") == "loans/2")
    assert ask(house).json()["predictions"] == [1]
    job = requests.post(house.gateway + "/models/loans/jobs", data="a,b\n1,0\n-1,0\n", headers={"Content-Type": "text/csv"}, timeout=60).json()
    eventually(lambda: requests.get(f"{house.gateway}/jobs/{job['id']}", timeout=60).json()["state"] == "succeeded")
    result = requests.get(f"{house.gateway}/jobs/{job['id']}/result", timeout=60).text
    assert list(pandas.read_csv(io.StringIO(result))["prediction"]) == [1, 0]
    status, answer = house.http("POST", "/api/2.0/mlflow/model-versions/transition-stage", {
        "name": "loans", "version": "2", "stage": "Archived", "archive_existing_versions": False}, who="ana")
    assert status == 200, answer
    eventually(lambda: ask(house).status_code == 404)


def test_the_log_verifies_beside_it(house):
    assert requests.get(house.gateway + "/metrics", timeout=60).text.count("assay_gateway_info") == 3
    house.process.send_signal(signal.SIGTERM)
    assert house.process.wait(30) == 0
    done = subprocess.run([BINARY, "audit", "verify", "--data-dir", str(house.data)], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stdout + done.stderr
    house.start()
    promote(house, "loans", 1, {"stage": "Production"})
    eventually(lambda: ask(house).headers.get("Assay-Model") == "loans/1")


def test_callers_and_mistakes(house, tmp_path):
    file = tmp_path / "callers.yaml"
    text, digest = key("desk")
    file.write_text(f'assay: callers/v1\ncallers: [{{name: desk, keys: ["{digest}"], models: ["*"]}}]\n')
    file.chmod(0o600)

    def refused(*arguments):
        done = subprocess.run([BINARY, "server", "--port", str(free_port()), "--data-dir", str(tmp_path / "data"), *arguments], capture_output=True,
                              text=True, timeout=60)
        return done.returncode, done.stderr

    for arguments, status, words in [
        (["--gateway-port", "0"], 2, "1 to 65535"), (["--gateway-callers", str(file)], 2, "belongs to --gateway-port"),
        (["--gateway-port", str(free_port()), "--gateway-callers", str(tmp_path / "none")], 2, "no file"),
    ]:
        found, said = refused(*arguments)
        assert found == status and words in said, said
    house.process.send_signal(signal.SIGTERM)
    assert house.process.wait(30) == 0
    house.server_arguments = [*house.server_arguments, "--gateway-callers", str(file)]
    house.start()
    eventually(lambda: ask(house).status_code == 401)
    eventually(lambda: ask(house, headers={"Authorization": f"Bearer {text}"}).status_code == 200)
