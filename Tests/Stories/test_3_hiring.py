"""A screen of job applications in New York City: impact ratios, an audit of bias by somebody independent, and a notice to candidates.

The law (Local Law 144) sets no limit for the ratio; the employer's own policy does, and says what has to be on record.
"""

import numpy as np
import pandas as pd
import pytest
from cases import uses
from story import Story

MODEL = "cv-screen"
POLICY = """
assay: policy/v1
name: hiring
version: "1"
applies-to: {models: ["cv-*"], tiers: [high], stages: [Production]}
data: {dataset: eval/holdout.parquet, predictions: from-model, label: invited}
accept: [recomputed]
checks:
  - {id: ll144.impact_ratio, column: sex, min: 0.8}
  - {id: ll144.impact_ratio, column: ethnicity, min: 0.8}
  - {id: performance.accuracy, min: 0.7}
records: [bias_audit_pack, notice_record]
approvals:
  - {role: validator, count: 1}
  - {role: compliance, count: 1}
"""


def candidates(gap):
    """600 candidates; `gap` is how much less the years of one group are counted for by those who invited so far."""
    random = np.random.default_rng(144)
    rows = pd.DataFrame({"years": random.normal(5, 2, 600), "tests": random.normal(size=600)})
    rows["sex"] = np.where(np.arange(600) % 2 == 0, "female", "male")
    rows["ethnicity"] = np.array(["asian", "black", "hispanic", "white"])[np.arange(600) // 2 % 4]
    rows["years_counted"] = rows["years"] - gap * (rows["sex"] == "female")
    rows["invited"] = (rows["years_counted"] - 5 + rows["tests"] > 0).astype(int)
    return rows


def impact_ratios(story, rows):
    """By the words of 6 RCNY 5-300: each category's selection rate over that of the most selected category; the lowest."""
    selected = pd.Series(story.trained.predict(rows[["years_counted", "tests"]]))
    lowest = {}
    for column in ("sex", "ethnicity"):
        rates = selected.groupby(rows[column]).mean()
        lowest[column] = (rates / rates.max()).min()
    return lowest


@pytest.fixture(scope="module")
def employer():
    story = Story(ana="data_scientist", petra="validator", vera="validator", carl="compliance", iris="validator")
    yield story
    story.remove()


def log(employer, gap):
    return employer.log("ana", MODEL, candidates(gap), ["years_counted", "tests"], "invited")


def test_a_screen_for_hiring_in_new_york_is_of_the_high_tier(employer):
    assert log(employer, gap=2.0) == "1"
    said = employer.classify(
        "carl", MODEL, "sorts applications for interviews", places="new-york-city", fields="work", annex_3_4a="yes",
        consequential_decision="yes", data_sensitivity="personal")
    assert "tier high" in said, said
    employer.publish("petra", POLICY)


def test_the_first_screen_selects_women_less_and_is_stopped_by_its_own_numbers(employer):
    results, provenances = employer.measures(MODEL, "1")
    assert provenances == {"recomputed"}
    refused = employer.promote("ana", MODEL, "1")
    ratio = impact_ratios(employer, candidates(gap=2.0))["sex"]
    assert ratio < 0.8 and f"ll144.impact_ratio on sex is {ratio:.4f}".rstrip("0") in refused, (ratio, refused)
    assert "min 0.8" in refused and "female" in refused and "ll144.impact_ratio on ethnicity" not in refused, refused


def test_the_second_screen_is_within_the_limit(employer):
    assert log(employer, gap=0.0) == "2"
    employer.measures(MODEL, "2")
    refused = employer.promote("ana", MODEL, "2")
    assert "ll144" not in refused and "bias_audit_pack" in refused and "notice_record" in refused, refused
    assert min(impact_ratios(employer, candidates(gap=0.0)).values()) >= 0.8


def test_the_audit_is_signed_by_somebody_independent_and_no_more_than_a_year_old(employer):
    audit = ("record", "add", "bias_audit", "--title", "Bias audit", "--model", MODEL)
    assert "somebody else must" in employer.assay("ana", *audit, check=1)
    employer.assay("iris", *audit, "--valid-from", "2025-06-01")
    assert "bias_audit_pack" in employer.promote("ana", MODEL, "2"), "the audit of last year has run out"
    employer.assay("iris", *audit, "--valid-from", "2026-11-01", "--text", "selection rates and impact ratios by sex, ethnicity and both")
    assert "bias_audit_pack" not in employer.promote("ana", MODEL, "2")


def test_candidates_are_told_and_the_words_are_kept(employer):
    notice = employer.house.folder / "notice.txt"
    notice.write_text("We use an automated tool. You may ask for another way.")
    printed = employer.assay("carl", "record", "add", "notice", "--title", "Notice to candidates", "--model", MODEL, "--file", notice)
    status, kept = employer.http("otto", "GET", f"/api/assay/v1/records/{printed.split()[0]}/file")
    assert (status, kept) == (200, notice.read_text())


def test_the_risks_are_evaluated_and_two_people_let_it_through(employer):
    uses.evaluate_risks(employer.house, MODEL)
    employer.promote("ana", MODEL, "2")
    employer.approve("vera", MODEL, "2")
    employer.approve("carl", MODEL, "2", "--condition", "selection rates of the first month by 2027-01-15")
    assert employer.promote("ana", MODEL, "2") is None
    assert employer.stage(MODEL, "2") == "Production" and employer.stage(MODEL, "1") == "None"
    assert "open, due 2027-01-15" in employer.assay("otto", "model", "conditions", MODEL)


def test_the_law_is_covered_where_something_shows_it_and_missing_where_nothing_does(employer):
    def states():
        report = employer.answer("otto", "control", "coverage", MODEL, "2", "--framework", "nyc-ll144")
        return {control["id"].split("/")[1]: control["state"] for control in report["controls"]}

    before = states()
    for shown in ("selection-rate", "scoring-rate", "impact-ratio", "notice"):
        assert before[shown] == "covered-by-attestation", (shown, before)
    # The published summary is a page somewhere else: somebody has to say that it is there.
    assert before["publish"] == before["audit"] == "missing", before
    employer.assay(
        "carl", "record", "add", "attestation", "--title", "The summary is public", "--model", MODEL, "--control", "nyc-ll144/publish")
    employer.assay(
        "iris", "record", "add", "attestation", "--title", "I have no part in it", "--model", MODEL, "--control", "nyc-ll144/audit")
    after = states()
    assert after["publish"] == after["audit"] == "covered-by-attestation", after
    assert after["penalty"] == "missing"
