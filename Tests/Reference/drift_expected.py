"""What Evidently says of two Parquet files; run by the interpreter that ASSAY_EVIDENTLY_PYTHON names.

    drift_expected.py JOBS.json     a list of {"reference", "current", "method", "threshold", "columns"}; prints a list of
                                    {"columns": {name: {"score", "method", "threshold"}}, "share", "count", "errors"}
"""

import json
import sys
import warnings

import pandas as pd

warnings.simplefilter("ignore")

from evidently import Report  # noqa: E402
from evidently.metrics import ValueDrift  # noqa: E402
from evidently.presets import DataDriftPreset  # noqa: E402


def options(job):
    return {name: job[name] for name in ("method", "threshold") if job.get(name) is not None}


def one(job, reference, current, column):
    """A column alone, since one that Evidently refuses stops the whole report."""
    try:
        snapshot = Report([ValueDrift(column=column, **options(job))]).run(current, reference)
        metric = snapshot.dict()["metrics"][0]
        return {"score": float(metric["value"]), "config": metric["config"], "tests": None}
    except Exception as error:  # noqa: BLE001
        return {"error": f"{type(error).__name__}: {error}"}


def answer(job):
    reference, current = pd.read_parquet(job["reference"]), pd.read_parquet(job["current"])
    if job.get("columns"):
        found = {column: one(job, reference.copy(), current.copy(), column) for column in job["columns"]}
        return {"columns": found}
    snapshot = Report([DataDriftPreset(**options(job))], include_tests=True).run(current, reference)
    metrics = snapshot.dict()["metrics"]
    columns = {metric["config"]["column"]: {"score": float(metric["value"]), "config": metric["config"]}
               for metric in metrics if metric["config"].get("column") is not None}
    counts = [metric["value"] for metric in metrics if metric["config"].get("column") is None]
    return {"columns": columns, "count": float(counts[0]["count"]), "share": float(counts[0]["share"])}


print(json.dumps([answer(job) for job in json.load(open(sys.argv[1]))]))
