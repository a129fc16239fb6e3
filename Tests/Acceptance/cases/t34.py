"""Answers make the tier: high gives the strict set, else the standard set; nobody eases that alone; prohibited is final."""

import json

from cases import uses
from house import expect


def run(house):
    server = ("--server", house.url)
    uses.publish(house, "u34-strict", "u34*", "high", "{role: validator}", "{role: compliance}")
    uses.publish(house, "u34-standard", "u34*", "low, moderate", "{role: validator}")
    uses.register(house, "u34")
    said = uses.refusal(house, "u34")
    expect(uses.policies(said) == {"u34-strict", "u34-standard"}, f"unclassified, it meets {uses.policies(said)}: {said}")
    expect("assay model classify u34" in said, said)

    # Whoever made it only proposes.
    low = uses.answers(house, "u34-low", "sorts the office's mail")
    printed = uses.classify(house, "u34", low, "ana")
    expect("assay role confirm" in printed, printed)
    expect(uses.policies(uses.refusal(house, "u34")) == {"u34-strict", "u34-standard"}, "a proposal counted")
    house.assay("role", "confirm", uses.proposal(printed), *server, who="carl")
    expect(uses.policies(uses.refusal(house, "u34")) == {"u34-standard"}, uses.refusal(house, "u34"))

    high = uses.answers(house, "u34-high", "scores consumer credit", annex_3_5b="yes")
    printed = uses.classify(house, "u34", high, "vera")
    expect("EU class high" in printed and "annex-3-5b" in printed, printed)
    expect(uses.policies(uses.refusal(house, "u34")) == {"u34-strict"}, uses.refusal(house, "u34"))
    # One person alone makes it no less.
    expect("takes two people" in uses.classify(house, "u34", low, "vera"), "vera eased it alone")
    expect(uses.policies(uses.refusal(house, "u34")) == {"u34-strict"}, "it was eased alone")

    uses.evaluate_risks(house, "u34")
    for who in ["vera", "carl"]:
        house.assay("model", "approve", "u34", "1", "--stage", "Production", *server, who=who)
    expect(uses.refusal(house, "u34") == "", "approved by both, it is refused")

    # Prohibited: nothing lets it in, whoever approves, and every other place is closed as well.
    banned = uses.answers(house, "u34-banned", "rates citizens", art_5_1_c="yes")
    uses.classify(house, "u34", banned, "vera")
    client = house.client("ana")
    client.transition_model_version_stage("u34", "1", "Archived")
    said = uses.refusal(house, "u34")
    expect("prohibited use" in said, said)
    from mlflow.exceptions import MlflowException

    try:
        client.set_registered_model_alias("u34", "anything", "1")
        expect(False, "a prohibited model took an alias")
    except MlflowException as refused:
        expect("prohibited use" in refused.message, refused.message)

    shown = house.assay("model", "classify", "u34", "--show", *server, who="otto").stdout
    expect("EU class prohibited" in shown and "art-5-1-c" in shown and "since 2" in shown and "by vera" in shown, shown)
    history = house.assay("model", "history", "u34", "--format", "json", *server, who="otto").stdout
    kinds = [entry["kind"] for entry in json.loads(history)["entries"]]
    expect(kinds.count("model.classified") == 3, kinds)
