"""A policy becomes stricter while approvals wait and models are live: what it would stop is said before, and what was approved under
the old words does not count under the new ones."""

import pandas as pd
import pytest
from story import Story

POLICY = """
assay: policy/v1
name: pricing
version: "{version}"
applies-to: {{models: ["price-*"], stages: [Production]}}
data: {{dataset: eval/holdout.parquet, predictions: from-model, label: paid}}
checks:
  - {{id: performance.accuracy, min: {least}}}
approvals:
  - {{role: validator, count: 1}}
  - {{role: compliance, count: 1}}
"""


def rows(wrong):
    """100 rows of which a model gets as many wrong."""
    table = pd.DataFrame({"a": [0.0, 1.0] * 50, "paid": [0, 1] * 50})
    table.loc[: wrong - 1, "paid"] = 1 - table.loc[: wrong - 1, "paid"]
    return table


@pytest.fixture(scope="module")
def insurer():
    story = Story(ana="data_scientist", petra="validator", vera="validator", carl="compliance")
    yield story
    story.remove()


def policy(insurer, version, least):
    file = insurer.house.folder / f"pricing-{version}.yaml"
    file.write_text(POLICY.format(version=version, least=least))
    return file


def test_two_models_are_live_and_a_third_waits_for_its_second_approval(insurer):
    insurer.publish("petra", POLICY.format(version=1, least=0.7))
    for model, wrong in [("price-car", 20), ("price-home", 5), ("price-boat", 6)]:
        insurer.log("ana", model, rows(wrong), ["a"], "paid")
        insurer.house.wait_for_evidence(model, "1")
        assert insurer.promote("ana", model, "1") is not None
        insurer.approve("vera", model, "1")
        if model != "price-boat":
            insurer.approve("carl", model, "1")
            assert insurer.promote("ana", model, "1") is None
    refused = insurer.promote("ana", "price-boat", "1")
    assert "approvals by compliance: 0 of 1" in refused and "validator" not in refused.split("Policy")[1].split("→")[0], refused


def test_the_preview_names_the_live_model_that_would_fail_and_publishes_nothing(insurer):
    told = insurer.assay("petra", "policy", "impact", policy(insurer, 2, 0.9), check=1)
    assert "price-car version 1, stage Production: fail (now: pass)" in told, told
    assert "performance.accuracy is 0.8; the limit is min 0.9" in told, told
    assert "price-home version 1, stage Production: fail" not in told, told
    assert insurer.http("petra", "GET", "/api/assay/v1/policies/pricing/2")[0] == 404
    assert "stricter" in insurer.house.assay("policy", "diff", str(policy(insurer, 1, 0.7)), str(policy(insurer, 2, 0.9))).stdout


def test_it_is_published_and_takes_nothing_down(insurer):
    told = insurer.assay("petra", "policy", "publish", policy(insurer, 2, 0.9))
    assert "fail (now: pass)" in told and "Published pricing 2" in told, told
    assert insurer.stage("price-car", "1") == insurer.stage("price-home", "1") == "Production"


def test_the_approval_from_before_no_longer_counts_and_the_refusal_says_why(insurer):
    refused = insurer.promote("ana", "price-boat", "1")
    assert "approvals by validator: 0 of 1" in refused, refused
    assert "vera" in refused and "another policy" in refused or "policies" in refused, refused


def test_nor_does_it_count_once_the_other_one_has_approved_the_new_words(insurer):
    insurer.approve("carl", "price-boat", "1")
    refused = insurer.promote("ana", "price-boat", "1")
    assert "approvals by validator: 0 of 1" in refused and "compliance" not in refused, refused
    insurer.approve("vera", "price-boat", "1")
    assert insurer.promote("ana", "price-boat", "1") is None


def test_the_live_model_that_would_fail_does_not_come_back_once_it_has_left(insurer):
    assert insurer.promote("ana", "price-car", "1", stage="Archived") is None
    refused = insurer.promote("ana", "price-car", "1")
    assert "performance.accuracy is 0.8; the limit is min 0.9" in refused, refused


def test_going_back_to_the_milder_words_takes_a_second_person(insurer):
    printed = insurer.assay("petra", "policy", "publish", policy(insurer, 3, 0.7))
    assert "is not in force: it asks for less" in printed, printed
    assert "limit is min 0.9" in insurer.promote("ana", "price-car", "1")


def test_the_log_shows_which_words_each_decision_was_made_by(insurer):
    taken = {entry["payload"]["model"]: entry["payload"]["gate"]["policies"][0]["version"] for entry in insurer.entries()
             if entry["kind"] == "stage.changed" and entry["payload"]["to"] == "Production"}
    assert taken == {"price-car": "1", "price-home": "1", "price-boat": "2"}
