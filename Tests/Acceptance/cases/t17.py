"""A limit `abs: true, below: 0.05`: 0.05 fails, 0.0499 passes, -0.3 fails."""

from house import expect

POLICY = """
assay: policy/v1
name: parity
version: "1"
applies-to: {{models: ["*"], stages: [Production]}}
data: {{dataset: rows.csv, label: label, prediction: prediction}}
accept: [supplied]
checks:
  - {{id: aif360.statistical_parity_difference, column: g, privileged: {privileged}, abs: true, below: 0.05}}
"""


def rows(rate_a, rate_b, size=10_000):
    """A table whose groups are selected at exactly these rates."""
    lines = ["label,prediction,g"]
    for group, rate in [("a", rate_a), ("b", rate_b)]:
        chosen = round(rate * size)
        lines += [f"1,1,{group}"] * chosen + [f"0,0,{group}"] * (size - chosen)
    return "\n".join(lines) + "\n"


def run(house):
    policy = house.folder / "t17.yaml"
    policy.write_text(POLICY.format(privileged="b"))
    data = house.folder / "rows.csv"
    for rate, code in [(0.55, 1), (0.5499, 0), (0.2, 1)]:
        data.write_text(rows(rate, 0.5))
        done = house.assay("check", str(policy), "--data", str(data), check=None)
        expect(done.returncode == code, f"rate {rate} ended {done.returncode}, not {code}: {done.stdout}{done.stderr}")
