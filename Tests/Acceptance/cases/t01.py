"""The auditor's curl: GET runs/search with a JSON body and curl's default form content type."""

import json
import subprocess

from house import expect


def run(house):
    marked = house.python(
        """
import mlflow
ids = []
for name, tags in [("a", {"compliance": "GDPR"}), ("b", {"compliance": "HIPAA"}), ("c", {"compliance": "GDPR"}), ("d", {})]:
    mlflow.set_experiment(f"audit-{name}")
    with mlflow.start_run(tags=tags) as run:
        ids.append(run.info.run_id)
print(",".join(ids))
"""
    ).stdout.split()[-1].split(",")
    body = '{"filter": "tags.compliance = \\"GDPR\\""}'
    done = subprocess.run(
        ["curl", "-s", "-w", "\n%{http_code}", "-X", "GET", f"{house.url}/api/2.0/mlflow/runs/search", "-d", body],
        capture_output=True, text=True, check=True)
    text, status = done.stdout.rsplit("\n", 1)
    expect(status == "200", f"answered {status}: {text[:500]}")
    runs = json.loads(text)["runs"]
    expect(all(run["tags"]["compliance"] == "GDPR" for run in runs), "a run without the tag was found")
    found = {run["run_id"] for run in runs}
    expect({marked[0], marked[2]} <= found and not {marked[1], marked[3]} & found, f"found {found}, wanted {marked[0]}, {marked[2]}")
    for run in runs:
        expect(run["info"]["run_id"] == run["run_id"], "flat run_id and info.run_id differ")
        expect({"key": "compliance", "value": "GDPR"} in run["data"]["tags"], "MLflow's data.tags is missing")
