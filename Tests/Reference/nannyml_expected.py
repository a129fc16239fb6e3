"""What NannyML 0.13.1 estimates, for test_estimates.py: run by ASSAY_NANNYML_PYTHON with a file of jobs and one to write.

A job is {"reference": parquet, "current": parquet, "prediction": bool}; its answer {"calibrated": bool, measure: number}.
"""

import json
import os
import sys
import warnings

os.environ["NML_DISABLE_USAGE_LOGGING"] = "1"
warnings.filterwarnings("ignore")

import nannyml  # noqa: E402
import pandas  # noqa: E402

MEASURES = ["roc_auc", "f1", "precision", "recall", "specificity", "accuracy"]


def estimate(job):
    reference, current = pandas.read_parquet(job["reference"]), pandas.read_parquet(job["current"])
    for frame in (reference, current):
        if not job["prediction"]:
            frame["prediction"] = (frame["score"] >= 0.5).astype(int)
    estimator = nannyml.CBPE(
        y_true="label", y_pred="prediction", y_pred_proba="score", problem_type="classification_binary",
        metrics=MEASURES, chunk_number=1)
    estimator.fit(reference)
    answer = estimator.estimate(current).filter(period="analysis").to_df()
    return {"calibrated": bool(estimator.needs_calibration)} | {
        measure: float(answer[measure, "value"].iloc[0]) for measure in MEASURES}


with open(sys.argv[1]) as file:
    jobs = json.load(file)
with open(sys.argv[2], "w") as file:
    json.dump([estimate(job) for job in jobs], file)
