"""Demographic parity difference below 0.1: the gate refuses the biased model with its number and promotes the one that passes."""

import re

from cases import loans
from house import expect


def run(house):
    from mlflow.exceptions import MlflowException

    client = house.client("ana")
    first, second = loans.version(house, "first"), loans.version(house, "second")
    house.wait_for_evidence("loan-approval", first["version"])
    try:
        client.transition_model_version_stage("loan-approval", first["version"], "Production")
        expect(False, "the biased model entered Production")
    except MlflowException as refusal:
        line = next(line for line in refusal.message.splitlines() if "demographic_parity_difference" in line)
        value = float(re.search(r"0\.\d+", line).group())
        expect(value > 0.1, f"the refusal names {value}: {line}")
    house.wait_for_evidence("loan-approval", second["version"])
    try:
        client.transition_model_version_stage("loan-approval", second["version"], "Production")
        expect(False, "promoted without approvals")
    except MlflowException as refusal:
        expect("demographic_parity_difference" not in refusal.message, refusal.message)
    for person in ["vera", "carl"]:
        house.assay("model", "approve", "loan-approval", second["version"], "--stage", "Production", "--server", house.url, who=person)
    version = client.transition_model_version_stage("loan-approval", second["version"], "Production")
    expect(version.current_stage == "Production", version.current_stage)
