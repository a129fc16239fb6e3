"""An empty risk evaluation, then filled step by step: the gate names the missing sections; all ten pass."""

from house import expect

MODEL = "TriageModel"
POLICY = """
assay: policy/v1
name: triage
version: "1"
applies-to: {models: ["Triage*"], stages: [Production]}
records: [risk-evaluation]
approvals:
  - {role: validator, count: 1}
"""
SCRIPT = """
import mlflow, numpy as np
from sklearn.linear_model import LogisticRegression
random = np.random.default_rng(7)
rows = random.normal(size=(200, 2))
model = LogisticRegression().fit(rows, (rows[:, 0] > 0).astype(int))
with mlflow.start_run():
    mlflow.sklearn.log_model(model, name="model", registered_model_name="TriageModel")
"""
# The ten sections in their order, each with what it asks for.
SECTIONS = {
    "objectives": dict(
        intended_use="orders the waiting list; decides nothing", owner="ana", business_objective="shorter waits",
        decisions_influenced="who is seen first", tolerance="one wrong order in fifty"),
    "risks": {category: "looked at" for category in [
        "accuracy", "bias_fairness", "over_underfitting", "data_quality", "operational", "security"]},
    "testing": dict(performance="0.93", stress="twice the load", sensitivity="small", benchmark="the nurse"),
    "fairness": dict(fairness="by age and sex", regulation="EU AI Act", explainability="reasons for each order"),
    "scores": dict(likelihood="2", impact="4", cost="120000", benefit="400000", cost_benefit="worth it"),
    "mitigations": dict(mitigations="a nurse looks at each order", residual_risk="small", responsible="ana"),
    "stakeholders": dict(groups="compliance-and-legal,business-and-product", review="both were heard"),
    "documentation": dict(register="one risk, kept by ana", documents="the card"),
    "governance": dict(gates="this policy", approvers="a validator", escalation="the head of the ward"),
    "monitoring": dict(metrics="order changes by nurses", reevaluation_days="180", triggers="a new ward", responsible="ana"),
}


def run(house):
    from mlflow.exceptions import MlflowException

    (house.folder / "triage.yaml").write_text(POLICY)
    house.assay("policy", "publish", "triage.yaml", "--server", house.url, who="petra")
    house.python(SCRIPT, who="ana")
    client = house.client("ana")

    def refusal():
        try:
            client.transition_model_version_stage(MODEL, "1", "Production")
        except MlflowException as refused:
            return refused.message
        return None

    def assay(*arguments, who="ana", check=0):
        return house.assay("risk", *arguments, "--server", house.url, who=who, check=check).stdout

    expect("there is no risk evaluation of the model" in refusal(), refusal())
    shown = assay("evaluate", MODEL, check=1)
    expect(shown.count("open    ") == 10, shown)

    review = "2027-06-01"
    assay("add", "--model", MODEL, "--set", "title=Queue of a second ward", "--set", "category=data-quality", "--set", "likelihood=2",
          "--set", "impact=3", "--set", "appetite=8", "--set", "treatment=reduce", "--set", "owner=ana", "--set", f"review={review}")
    left = list(SECTIONS)
    for name, fields in SECTIONS.items():
        pairs = [word for field, value in fields.items() for word in ("--set", f"{field}={value}")]
        # One field short it is still open, and the gate says which.
        assay("evaluate", MODEL, name, *pairs[:-2])
        text = refusal()
        expect(f"lacks {len(left)} of its sections: {', '.join(left)}" in text, text)
        assay("evaluate", MODEL, name, *pairs[-2:])
        if name != "stakeholders":
            left.remove(name)
    expect("lacks 1 of its sections: stakeholders" in refusal(), refusal())

    # Who made the model signs for nobody, and one person signs for one group.
    assay("sign-off", MODEL, "--group", "business-and-product", "--statement", "yes", who="ana", check=1)
    assay("sign-off", MODEL, "--group", "compliance-and-legal", "--statement", "lawful", who="carl")
    assay("sign-off", MODEL, "--group", "business-and-product", "--statement", "yes", who="carl", check=2)
    expect("lacks 1 of its sections: stakeholders" in refusal(), refusal())
    assay("sign-off", MODEL, "--group", "business-and-product", "--statement", "wanted", who="vera")
    shown = assay("evaluate", MODEL)
    expect(shown.count("complete") == 10 and "signed  compliance-and-legal  carl  lawful" in shown, shown)
    text = refusal()
    expect("risk evaluation" not in text and "validator: 0 of 1" in text, text)

    # A change voids what was signed.
    assay("evaluate", MODEL, "scores", "--set", "impact=5")
    expect("lacks 1 of its sections: stakeholders" in refusal(), refusal())
    for who, group in [("carl", "compliance-and-legal"), ("vera", "business-and-product")]:
        assay("sign-off", MODEL, "--group", group, "--statement", "still", who=who)

    house.assay("model", "approve", MODEL, "1", "--stage", "Production", "--server", house.url, who="vera")
    expect(refusal() is None, "all ten sections are complete, and it was refused")
    expect(client.get_model_version(MODEL, "1").current_stage == "Production", "it is not in Production")
