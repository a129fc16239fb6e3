"""`assay drift --threshold 0.1` as a CronJob and as a step of a workflow: a stability index of 0.09 exits 0, one of 0.11 exits 1."""

import json
import math
from pathlib import Path

from house import expect

MANIFESTS = Path(__file__).parents[3] / "examples" / "drift-job"


def containers(node):
    """Every container of a manifest, however deep."""
    if isinstance(node, dict):
        if "image" in node and "args" in node:
            yield node
        for value in node.values():
            yield from containers(value)
    elif isinstance(node, list):
        for value in node:
            yield from containers(value)


def run(house):
    import yaml

    def write(name, count):
        path = house.folder / name
        path.write_text("channel\n" + "web\n" * count + "shop\n" * (10_000 - count))
        return path

    reference = write("t14-reference.csv", 5_000)
    for wanted, status in ((0.09, 0), (0.11, 1)):
        count = min(range(5_000, 9_000), key=lambda n: abs(index(n) - wanted))
        current = write(f"t14-{wanted}.csv", count)
        for manifest in ("cronjob.yaml", "workflow.yaml"):
            found = list(containers(yaml.safe_load((MANIFESTS / manifest).read_text())))
            expect(len(found) == 1 and found[0]["args"][0] == "drift", f"{manifest}: {found}")
            paths = {"/data/reference.parquet": reference, "/data/current.parquet": current,
                "/reports/drift.html": house.folder / "t14.html"}
            arguments = [str(paths.get(argument, argument)) for argument in found[0]["args"]]
            expect({str(reference), str(current), "--threshold", "0.1"} <= set(arguments), arguments)
            house.assay(*arguments, check=status)
        printed = house.assay(
            "drift", "--reference_data", str(reference), "--current_data", str(current), "--threshold", "0.1", "--format", "json",
            check=status).stdout
        values = [r["value"] for r in json.loads(printed)["results"] if r.get("column") == "channel" and r["id"] == "drift.psi"]
        # Every cell has half a row more here, so that none is empty.
        expect(values and abs(values[0] - index(count)) < 1e-4, f"{values} is not {index(count)}")
    cron = yaml.safe_load((MANIFESTS / "cronjob.yaml").read_text())
    expect((cron["apiVersion"], cron["kind"]) == ("batch/v1", "CronJob") and cron["spec"]["schedule"], cron)
    expect(cron["spec"]["jobTemplate"]["spec"]["template"]["spec"]["restartPolicy"] in ("Never", "OnFailure"), cron)
    workflow = yaml.safe_load((MANIFESTS / "workflow.yaml").read_text())
    expect((workflow["apiVersion"], workflow["kind"]) == ("argoproj.io/v1alpha1", "Workflow"), workflow)
    names = {template["name"] for template in workflow["spec"]["templates"]}
    steps = [step["template"] for template in workflow["spec"]["templates"] for group in template.get("steps", []) for step in group]
    expect(workflow["spec"]["entrypoint"] in names and set(steps) <= names, f"{names} {steps}")


def index(count):
    """The population stability index of two categories, half and half against `count` of 10,000."""
    p, q = (0.5, 0.5), (count / 10_000, 1 - count / 10_000)
    return sum((b - a) * math.log(b / a) for a, b in zip(p, q))
