"""A pickle as a CI step: its own library scores it, confined; 2.01 points of accuracy below the limit, or a disparity, end with 1; JUnit is written."""

import sys
import xml.etree.ElementTree as ElementTree

from house import expect

POLICY = """assay: policy/v1
name: candidate
version: "1"
data: {{dataset: validation, predictions: from-model, label: y}}
checks:
  - {{id: performance.accuracy, min: {accuracy}}}
  - {{id: fairness.demographic_parity_difference, column: g, max: {gap}}}
"""

TRAINING = """
import pickle, pathlib
import numpy, pandas
from fairlearn.metrics import demographic_parity_difference
from sklearn.ensemble import RandomForestClassifier

draw = numpy.random.default_rng(12)
def rows(size):
    frame = pandas.DataFrame({"a": draw.normal(size=size), "b": draw.normal(size=size), "g": draw.choice(["f", "m"], size)})
    return frame.assign(y=(frame.a + draw.normal(size=size) > 0).astype(int))
train, validation = rows(2000), rows(1000)
for name in ("models", "data"): pathlib.Path(name).mkdir(exist_ok=True)
model = RandomForestClassifier(30, max_depth=4, random_state=0).fit(train[["a", "b"]], train.y)
pickle.dump(model, open("models/candidate.pkl", "wb"))
validation.to_csv("data/validation.csv", index=False)
predicted = model.predict(validation[["a", "b"]])
print("ANSWER", (predicted == validation.y).mean(), demographic_parity_difference(validation.y, predicted, sensitive_features=validation.g))
"""


def run(house):
    done = house.python(TRAINING)
    folder = max(house.folder.glob("*/models/candidate.pkl"), key=lambda path: path.stat().st_mtime).parent.parent
    accuracy, gap = map(float, done.stdout.split("ANSWER ")[1].split()[:2])
    policy, junit = folder / "policy.yaml", folder / "report.xml"

    def step(floor, ceiling, *more, check):
        policy.write_text(POLICY.format(accuracy=floor, gap=ceiling))
        return house.assay("check", str(policy), "--data", str(folder / "data/validation.csv"), "--model",
                           str(folder / "models/candidate.pkl"), "--python", sys.executable, *more, check=check)

    # The version in production had this accuracy; a drop of two points is let pass.
    before = round(accuracy + 0.02, 4)
    step(round(before - 0.02, 4) - 1e-9, gap + 1e-9, "--format", "junit", "-o", str(junit), check=0)
    suite = ElementTree.parse(junit).getroot().find("testsuite")
    expect((suite.get("tests"), suite.get("failures")) == ("2", "0"), ElementTree.tostring(suite))
    # 2.01 points.
    step(round(accuracy + 0.0001, 4), gap + 1e-9, "--format", "junit", "-o", str(junit), check=1)
    failed = [case.get("name") for case in ElementTree.parse(junit).getroot().iter("testcase") if case.find("failure") is not None]
    expect(len(failed) == 1 and "accuracy" in failed[0], failed)
    step(0, gap - 1e-9, check=1)
    refused = step(0, 1, "--no-foreign", check=2)
    expect("skops" in refused.stderr, refused.stderr)
