"""A data scientist gets 403 on the raw data set and 200 on the anonymised one, a data engineer both; all of it in the access log."""

from house import expect

LOG = """
import mlflow
import pandas as pd
mlflow.set_experiment("t20")
with mlflow.start_run() as run:
    for name, frame in {
        "patients-raw": pd.DataFrame({"name": ["Ada", "Bo"], "age": [36, 41]}),
        "patients-anonymised": pd.DataFrame({"age": [30, 40]}),
    }.items():
        frame.to_csv("rows.csv", index=False)
        mlflow.log_artifact("rows.csv", f"datasets/{name}")
        mlflow.log_input(mlflow.data.from_pandas(frame, name=name), context="training")
print(run.info.run_id)
"""


def run(house):
    people = {"edda": "data_engineer", "sam": "data_scientist"}
    for name, role in people.items():
        house.add(name, role)
    run_id = house.python(LOG, who="edda").stdout.split()[-1]
    for name, kind in [("patients-raw", "raw-personal"), ("patients-anonymised", "anonymised")]:
        house.assay("dataset", "classify", name, kind, "--server", house.url, who="edda")
    got = {}
    for who in [*people, None]:
        for name in ["raw", "anonymised"]:
            path = f"/get-artifact?run_id={run_id}&path=datasets/patients-{name}/rows.csv"
            got[who, name], answer = house.http("GET", path, who=who)
            expect(("Ada" in str(answer)) == (who == "edda" and name == "raw"), f"{who} {name}: {answer}")
    expect(got == {("edda", "raw"): 200, ("edda", "anonymised"): 200, ("sam", "raw"): 403, ("sam", "anonymised"): 200,
                   (None, "raw"): 403, (None, "anonymised"): 200}, str(got))
    # With the real client too, which says no more of a refusal than that it failed.
    for name, fails in [("raw", True), ("anonymised", False)]:
        code = f"import mlflow; print(mlflow.artifacts.load_text('runs:/{run_id}/datasets/patients-{name}/rows.csv'))"
        done = house.python(code, who="sam", check=None)
        expect((done.returncode != 0, "age" in done.stdout) == (fails, not fails), done.stdout + done.stderr[-500:])
    for name, expected in [("raw", {("edda", "allowed"), ("sam", "denied")}), ("anonymised", {("edda", "allowed"), ("sam", "allowed")})]:
        table = house.assay("audit", "access", "--dataset", f"patients-{name}", "--format", "csv", "--server", house.url, who="otto")
        lines = [line.split('","') for line in table.stdout.splitlines()[1:]]
        seen = {(line[1], line[4]) for line in lines if line[3] == "read"}
        expect(expected <= seen, f"{name}: the access log says {seen}")
        expect(("sam", "allowed") not in seen or name == "anonymised", f"{name}: {seen}")
