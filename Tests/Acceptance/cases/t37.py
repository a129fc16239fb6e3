"""Four stories (recommender, consumer credit, fraud detection, autonomous vehicle) get the gates and approvers of their tier."""

import json

from cases import uses
from house import expect

# What is answered otherwise than with what asks for least, the EU class, the organisation's tier, and the gate's.
STORIES = {
    "m37-recommender": (
        "recommends films to subscribers",
        {"autonomy": "acts", "reach": "most", "data_sensitivity": "personal", "complexity": "ensemble", "exposure": "public"},
        "minimal", "low", "low"),
    "m37-credit": (
        "scores applications for consumer credit",
        {"annex_3_5b": "yes", "profiling": "yes", "impact": "significant", "autonomy": "recommends", "reach": "many",
         "reversibility": "with-effort", "data_sensitivity": "personal", "criticality": "material"},
        "high", "moderate", "high"),
    "m37-fraud": (
        "stops card payments that look like fraud",
        {"material_bank_model": "yes", "impact": "indirect", "autonomy": "acts", "reach": "most",
         "reversibility": "with-effort", "data_sensitivity": "personal", "complexity": "ensemble", "criticality": "critical"},
        "minimal", "high", "high"),
    "m37-vehicle": (
        "drives a car",
        {"annex_1": "yes", "impact": "significant", "autonomy": "acts", "reach": "many", "reversibility": "not",
         "data_sensitivity": "personal", "complexity": "opaque", "criticality": "critical"},
        "high", "high", "high"),
}
APPROVERS = {"low": ["pia"], "high": ["vera", "carl", "pia", "eva", "eth"]}


def run(house):
    server = ("--server", house.url)
    uses.add(house, pia="product", eva="executive", eth="ethics_committee")
    uses.publish(house, "u37-low", "m37*", "low", "{role: product}")
    uses.publish(house, "u37-moderate", "m37*", "moderate", "{role: product}", "{role: validator}")
    uses.publish(
        house, "u37-high", "m37*", "high", "{role: validator}", "{role: compliance}", "{role: product}", "{role: executive}",
        "{role: ethics_committee, vote: majority}")
    for number, (model, (purpose, given, eu_class, tier, gate)) in enumerate(STORIES.items()):
        uses.register(house, model, cut=number / 10)
        path = uses.answers(house, model, purpose, **given)
        uses.classify(house, model, path, "carl")
        shown = house.assay("model", "classify", model, "--show", "--format", "json", *server, who="otto").stdout
        said = json.loads(shown)["classifications"][0]
        got = (said["eu_class"], said["tier"], said["gate_tier"])
        expect(got == (eu_class, tier, gate), f"{model} is {got}, not {(eu_class, tier, gate)}: {said['outcome']['reasons']}")
        refused = uses.refusal(house, model)
        expect(uses.policies(refused) == {f"u37-{gate}"}, f"{model} meets {uses.policies(refused)}: {refused}")
        for role in {"low": ["product"], "high": ["validator", "compliance", "product", "executive", "ethics_committee"]}[gate]:
            expect(role in refused, f"{model}: the refusal asks no {role}: {refused}")
        if gate == "high":
            expect("there is no risk evaluation" in refused, f"{model} needs no risk evaluation: {refused}")
            uses.evaluate_risks(house, model)
        *most, last = APPROVERS[gate]
        for who in most:
            house.assay("model", "approve", model, "1", "--stage", "Production", *server, who=who)
        if most:
            expect(uses.refusal(house, model) != "", f"{model} entered without {last}")
        house.assay("model", "approve", model, "1", "--stage", "Production", *server, who=last)
        refused = uses.refusal(house, model)
        expect(refused == "", f"{model}: all of its tier approved, and it is refused: {refused}")
        version = house.client("ana").get_model_version(model, "1")
        expect(version.current_stage == "Production", version.current_stage)
