"""`privacy.consent` on data with user_consent true, false, absent and null: pass, fail, fail, fail, with the offending rows counted."""

from house import expect

CASES = [
    ("true", "user_consent,x\ntrue,1\ntrue,2\ntrue,3\n", 0, None),
    ("false", "user_consent,x\ntrue,1\nfalse,2\nfalse,3\n", 1, "refused 0.6667 (2 rows)"),
    ("absent", "x\n1\n2\n3\n", 1, "column absent 1 (3 rows)"),
    ("null", "user_consent,x\ntrue,1\n,2\ntrue,3\n", 1, "missing 0.3333 (1 row)"),
]


def run(house):
    policy = house.folder / "t33.yaml"
    policy.write_text(
        "assay: policy/v1\nname: consent\nversion: '1'\napplies-to: {models: ['*'], stages: [Production]}\n"
        "data: {dataset: t33.csv, predictions: dataset}\naccept: [supplied]\nchecks:\n"
        "  - {id: privacy.consent, column: user_consent}\n")
    for name, text, status, offending in CASES:
        path = house.folder / "t33.csv"
        path.write_text(text)
        done = house.assay("check", str(policy), "--data", str(path), check=status)
        expect(("pass:" in done.stdout) == (status == 0), f"{name}: {done.stdout}")
        if status:
            expect(offending in done.stdout, f"{name}: {done.stdout}")
