"""The real Prometheus and Alertmanager, by the files of deploy/: both endpoints are scraped, rules are evaluated, and alerts arrive."""

import json
import os
import re
import shutil
import subprocess
import time
from pathlib import Path

import pytest
import requests
from alerts import AlertHouse, eventually
from house import BINARY, free_port

DEPLOY = Path(__file__).parents[2] / "deploy"
PROGRAMS = ["prometheus", "prometheus-alertmanager", "promtool", "amtool"]
missing = [name for name in PROGRAMS if not shutil.which(name)]
pytestmark = pytest.mark.skipif(bool(missing), reason=f"not installed: {', '.join(missing)}; scripts/setup installs them")

# The parser of the client library, by the interpreter that has it.
PARSER = """
import json, sys
from prometheus_client.openmetrics.parser import text_string_to_metric_families
print(json.dumps([(sample.name, sample.labels, sample.value, sample.exemplar.labels if sample.exemplar else None)
                  for family in text_string_to_metric_families(sys.stdin.read()) for sample in family.samples]))
"""


def started(*arguments, log):
    return subprocess.Popen([*map(str, arguments)], stdout=log, stderr=log)


def answers(url):
    try:
        return requests.get(url, timeout=5).ok
    except (requests.ConnectionError, requests.Timeout):
        return False


@pytest.fixture(scope="module")
def monitored(tmp_path_factory):
    """A server, a gateway, an Alertmanager and a Prometheus with the files of deploy/, at ports of their own and a quicker pace."""
    folder = tmp_path_factory.mktemp("prometheus")
    ports = {name: free_port() for name in ("gateway", "alertmanager", "prometheus")}
    house = AlertHouse()
    house.start()
    token = house._token(house.assay("user", "create", "prometheus", "--service", "--role", "auditor", "--server", house.url, who="root").stdout)
    (folder / "assay.token").write_text(token)
    config = (DEPLOY / "prometheus/prometheus.yml").read_text()
    for old, new in [
        ("/etc/prometheus/assay.token", str(folder / "assay.token")), ("127.0.0.1:5000", f"127.0.0.1:{house.port}"),
        ("127.0.0.1:8080", f"127.0.0.1:{ports['gateway']}"), ("127.0.0.1:9093", f"127.0.0.1:{ports['alertmanager']}"), ("15s", "1s"),
    ]:
        assert old in config
        config = config.replace(old, new)
    (folder / "prometheus.yml").write_text(config)
    shutil.copy(DEPLOY / "prometheus/assay.rules.yml", folder)
    log = open(folder / "log", "wb")
    children = [
        subprocess.Popen(
            [BINARY, "gateway", "--server", house.url, "--port", str(ports["gateway"])], stdout=log, stderr=log, env=house.environment("otto")),
        started(
            "prometheus-alertmanager", f"--config.file={DEPLOY}/alertmanager/alertmanager.yml", f"--storage.path={folder}/am",
            f"--web.listen-address=127.0.0.1:{ports['alertmanager']}", "--cluster.listen-address=", log=log),
        started(
            "prometheus", f"--config.file={folder}/prometheus.yml", f"--storage.tsdb.path={folder}/data", "--enable-feature=exemplar-storage",
            f"--web.listen-address=127.0.0.1:{ports['prometheus']}", log=log),
    ]
    house.prometheus = f"http://127.0.0.1:{ports['prometheus']}"
    house.alertmanager = f"http://127.0.0.1:{ports['alertmanager']}"
    house.gateway = f"http://127.0.0.1:{ports['gateway']}"
    house.token = token
    try:
        ready = lambda: answers(house.prometheus + "/-/ready") and answers(house.alertmanager + "/-/ready")
        eventually(lambda: ready() or any(child.poll() is not None for child in children), 60)
        assert ready(), f"{[child.poll() for child in children]} of gateway, Alertmanager and Prometheus:\n{(folder / 'log').read_text()[-4000:]}"
        yield house
    finally:
        for child in children:
            child.terminate()
        for child in children:
            child.wait(30)
        house.remove()


def query(house, expression):
    answer = requests.get(house.prometheus + "/api/v1/query", params={"query": expression}, timeout=10).json()
    assert answer["status"] == "success", answer
    return [(one["metric"], float(one["value"][1])) for one in answer["data"]["result"]]


@pytest.mark.parametrize("arguments, folder", [
    (["promtool", "check", "rules", "assay.rules.yml"], "prometheus"), (["promtool", "test", "rules", "assay.rules.test.yml"], "prometheus"),
    (["amtool", "check-config", "alertmanager.yml"], "alertmanager"),
])
def test_the_files_are_what_their_own_tools_take(arguments, folder):
    done = subprocess.run(arguments, cwd=DEPLOY / folder, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0 and "SUCCESS" in done.stdout + done.stderr, done.stdout + done.stderr


def test_prometheus_scrapes_both_and_evaluates_the_rules(monitored):
    eventually(lambda: {metric["job"] for metric, value in query(monitored, "up == 1")} == {"assay-server", "assay-gateway"}, 60)
    for name in ("assay_info", "assay_gateway_info", 'process_resident_memory_bytes{job="assay-server"} > 1e6'):
        assert eventually(lambda: query(monitored, name)), name
    # Recorded from our own requests, of which the scrapes are some.
    recorded = eventually(lambda: [one for one in query(monitored, "assay:server_requests:rate5m") if one[1] > 0], 60)
    assert {"method": "GET", "code": "200"}.items() <= recorded[0][0].items()
    groups = requests.get(monitored.prometheus + "/api/v1/rules", timeout=10).json()["data"]["groups"]
    rules = [rule for group in groups for rule in group["rules"]]
    assert len(rules) >= 15 and all(rule["health"] == "ok" and not rule.get("lastError") for rule in rules), rules


def test_our_alerts_arrive_at_alertmanager_and_end_there(monitored):
    client = monitored.client("ana")
    client.create_registered_model("loans")
    monitored.apply(
        [{"name": "am", "kind": "alertmanager", "url": monitored.alertmanager}], [{"to": ["am"], "repeat-interval": "5m"}],
        address="https://assay.example")
    monitored.raise_("drift", "critical", model="loans", roles=["validator"])

    def there():
        alerts = requests.get(monitored.alertmanager + "/api/v2/alerts", params={"filter": 'alertname="AssayAlert"'}, timeout=10).json()
        return [one for one in alerts if one["labels"]["model"] == "loans"]

    [alert] = eventually(there)
    assert alert["labels"]["severity"] == "critical" and alert["labels"]["roles"] == "validator" and alert["annotations"]["value"] == "0.41"
    # Routed there by the labels we give: to those on call, and to the role.
    assert {one["name"] for one in alert["receivers"]} == {"on-call", "validators"}
    shown = subprocess.run(
        ["amtool", "alert", "query", f"--alertmanager.url={monitored.alertmanager}", "severity=critical"], capture_output=True, text=True,
        timeout=30)
    assert "AssayAlert" in shown.stdout, shown
    monitored.raise_("drift", "warning", model="loans", roles=["validator"])
    eventually(lambda: [one["labels"]["severity"] for one in there()] == ["warning"])
    monitored.raise_("drift", "warning", "resolved", model="loans", roles=["validator"])
    eventually(lambda: not there())


def test_numbers_of_alerts_and_exemplars_reach_prometheus(monitored):
    monitored.apply([{"name": "am", "kind": "alertmanager", "url": monitored.alertmanager}], [{"to": ["am"]}])
    monitored.raise_("numbers", "warning", roles=["validator"])
    eventually(lambda: query(monitored, 'assay_alerts_firing{severity="warning"} >= 1'))
    eventually(lambda: query(monitored, 'assay_alert_deliveries_total{receiver="am",outcome="delivered"} >= 1'))
    found = eventually(lambda: requests.get(
        monitored.prometheus + "/api/v1/query_exemplars",
        params={"query": "assay_alert_delivery_duration_seconds_bucket", "start": time.time() - 300, "end": time.time()}, timeout=10,
    ).json()["data"])
    ids = {one["id"] for one in monitored.deliveries(receiver="am")}
    assert {exemplar["labels"]["delivery_id"] for series in found for exemplar in series["exemplars"]} <= ids
    answer = requests.get(
        monitored.url + "/metrics", timeout=10,
        headers={"Authorization": f"Bearer {monitored.token}", "Accept": "application/openmetrics-text; version=1.0.0"})
    assert answer.headers["Content-Type"].startswith("application/openmetrics-text; version=1.0.0")
    done = subprocess.run([os.environ["ASSAY_INFERENCE_PYTHON"], "-c", PARSER], input=answer.text, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    samples = json.loads(done.stdout)
    assert any(exemplar for *_, exemplar in samples)
    checked = subprocess.run(
        ["promtool", "check", "metrics"], capture_output=True, text=True,
        input=requests.get(monitored.url + "/metrics", headers={"Authorization": f"Bearer {monitored.token}"}, timeout=10).text)
    assert checked.returncode == 0 and not checked.stderr.strip(), checked.stderr
    monitored.raise_("numbers", "warning", "resolved", roles=["validator"])
    # Nobody without a name reads them but on this machine's own addresses.
    refused = requests.get(monitored.url + "/metrics", headers={"Authorization": "Bearer assay_service_nobody"}, timeout=10)
    assert refused.status_code == 401


def test_every_number_of_the_dashboards_is_one_that_there_is(monitored):
    """What the dashboards and rules ask for is what the programs answer, or what the rules record."""
    names = set(re.findall(r"^(?:# TYPE )?(assay_[a-z_]+|process_[a-z_]+)", "\n".join(
        requests.get(url, headers=headers, timeout=10).text for url, headers in (
            (monitored.url + "/metrics", {"Authorization": f"Bearer {monitored.token}"}), (monitored.gateway + "/metrics", {}))), re.M))
    # A monitor fills these once one runs.
    names |= {"assay_monitor_value", "assay_monitor_limit"}
    rules = (DEPLOY / "prometheus/assay.rules.yml").read_text()
    names |= set(re.findall(r"record: (\S+)", rules))
    for path in sorted((DEPLOY / "grafana").glob("*.json")):
        board = json.loads(path.read_text())
        expressions = [target["expr"] for panel in board["panels"] for target in panel["targets"]]
        places = [(panel["gridPos"]["x"], panel["gridPos"]["y"]) for panel in board["panels"]]
        assert expressions and len(set(places)) == len(places)
        for expression in expressions:
            for name in re.findall(r"\b(assay[:_][a-z0-9_:]+|process_[a-z_]+)", expression):
                assert name in names or re.sub(r"_(bucket|sum|count)$", "", name) in names, (path.name, name)
            # And Prometheus can read it, with its variables filled in.
            filled = re.sub(r"\$(model|monitor)", ".*", expression).replace("$__rate_interval", "1m")
            query(monitored, filled)
