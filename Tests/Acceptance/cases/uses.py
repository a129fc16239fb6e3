"""Models of several uses: registered by the real client, with answers to the questionnaire, and policies by tier."""

import re

from house import expect

REGISTER = """
import mlflow, numpy as np
from mlflow.models import infer_signature
from sklearn.linear_model import LogisticRegression
rows = np.random.default_rng(3).normal(size=(60, 2))
mlflow.set_experiment("uses")
with mlflow.start_run():
    model = LogisticRegression().fit(rows, rows[:, 0] > {cut})
    mlflow.sklearn.log_model(model, name="model", signature=infer_signature(rows, model.predict(rows)),
                             registered_model_name="{name}")
"""
POLICY = """
assay: policy/v1
name: {name}
version: "1"
applies-to: {{models: ["{models}"], tiers: [{tiers}], stages: [Production], aliases: [champion]}}
approvals: [{approvals}]
"""


def register(house, name, cut=0.0):
    house.python(REGISTER.format(name=name, cut=cut), who="ana")


def publish(house, name, models, tiers, *approvals):
    text = POLICY.format(name=name, models=models, tiers=tiers, approvals=", ".join(approvals))
    (house.folder / f"{name}.yaml").write_text(text)
    server = ("--server", house.url)
    printed = house.assay("policy", "publish", f"{name}.yaml", *server, who="petra").stdout
    # What asks for less than the organisation's default takes two people.
    if "assay role confirm " in printed:
        house.assay("role", "confirm", proposal(printed), *server, who="carl")


def proposal(printed):
    return printed.split("assay role confirm ")[1].split()[0]


def answers(house, name, purpose, **given):
    """A file of answers: the blank one, with `no` and what asks for least but where said otherwise (`_` for `-`)."""
    blank = house.assay("model", "classify", "--questions").stdout
    lines, first = [], None
    given = {key.replace("_", "-"): value for key, value in given.items()}
    for line in blank.splitlines():
        option = re.match(r"  #     ([a-z0-9-]+): ", line)
        first = first or (option and option[1])
        question = re.match(r"  ([a-z0-9-]+):$", line)
        if question:
            line += " " + given.pop(question[1], first or "no")
            first = None
        lines.append(line.replace("purpose:", f"purpose: {purpose}") if line == "purpose:" else line)
    expect(not given, f"the questionnaire does not ask {list(given)}")
    path = house.folder / f"{name}-answers.yaml"
    path.write_text("\n".join(lines) + "\n")
    return str(path)


def classify(house, model, path, who, check=0):
    return house.assay("model", "classify", model, "--answers", path, "--server", house.url, who=who, check=check).stdout


def refusal(house, model, who="ana"):
    """What the real client raises when it asks for Production; '' if it got it."""
    from mlflow.exceptions import MlflowException

    try:
        house.client(who).transition_model_version_stage(model, "1", "Production")
        return ""
    except MlflowException as refused:
        return refused.message


def policies(text):
    """The policies that a refusal names."""
    return set(re.findall(r"\b(u\d\d-[a-z]+) 1\b", text))


def add(house, **people):
    for name, role in people.items():
        if name not in house.tokens:
            house.add(name, role)


def evaluate_risks(house, model):
    """A complete risk evaluation, which the tier high asks for: ten sections, a risk in the register, two groups that sign."""
    from cases.t38 import SECTIONS

    def risk(*arguments, who="ana"):
        house.assay("risk", *arguments, "--server", house.url, who=who)

    fields = {"title": "Drift", "category": "accuracy", "likelihood": "1", "impact": "2", "appetite": "6", "treatment": "reduce",
              "owner": "ana", "review": "2027-06-01"}
    risk("add", "--model", model, *[word for name, value in fields.items() for word in ("--set", f"{name}={value}")])
    for name, section in SECTIONS.items():
        risk("evaluate", model, name, *[word for field, value in section.items() for word in ("--set", f"{field}={value}")])
    for who, group in [("carl", "compliance-and-legal"), ("vera", "business-and-product")]:
        risk("sign-off", model, "--group", group, "--statement", "seen", who=who)
