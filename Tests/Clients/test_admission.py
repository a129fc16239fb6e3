"""Registration behind the gate, rules about tags, inherited policies, the run's own words and rollback, through MLflow's client and the command line."""

import time

import mlflow
import pytest
from house import PEOPLE, House
from mlflow.exceptions import MlflowException
from test_gate import POLICY, Gate

ORGANISATION = """assay: policy/v1
name: organisation
version: "1"
applies-to: {models: ["*"], aliases: [released]}
checks:
  - {id: run.tag, name: owner}
  - {id: run.metric, name: auc, min: 0.7}
approvals:
  - {role: validator, count: 1}
mutations:
  - {role: data_scientist, type: registered-model, request: "tag_key != 'tier'"}
"""


@pytest.fixture(scope="module")
def gate():
    house = House(people={**PEOPLE, "dora": "devops"})
    house.start()
    yield Gate(house)
    house.remove()


def publish(gate, tmp_path, text, name="policy.yaml", who="petra", check=0):
    path = tmp_path / name
    path.write_text(text)
    return said(gate, "policy", "publish", str(path), "--server", gate.house.url, who=who, check=check)


def said(gate, *arguments, who=None, check=0):
    done = gate.house.assay(*arguments, who=who, check=check)
    return done.stdout + done.stderr


def version_of(gate, name, version="1"):
    return gate.house.client("otto").get_model_version(name, version)


def until(gate, name, status, version="1"):
    for _ in range(240):
        found = version_of(gate, name, version)
        if found.status == status:
            return found
        time.sleep(0.25)
    raise AssertionError(f"{name}: {found.status} {found.status_message}")


def wait_and_register(gate, kind, name, tags=None, metrics=None):
    client = gate.house.client("ana")
    from sklearn.linear_model import LogisticRegression
    from mlflow.models import infer_signature
    from test_gate import applications

    rows = applications()
    features = ["income", "group"] if kind == "biased" else ["income"]
    labels = rows["approve"] if kind == "biased" else (rows["income"] > -0.6).astype(int)
    model = LogisticRegression().fit(rows[features], labels)
    mlflow.set_experiment("admission")
    with mlflow.start_run() as run:
        mlflow.set_tags(tags or {})
        for key, value in (metrics or {}).items():
            mlflow.log_metric(key, value)
        mlflow.log_table(rows, "eval/holdout.parquet")
        info = mlflow.sklearn.log_model(
            model, name="model", pip_requirements=["scikit-learn"], signature=infer_signature(rows[features], model.predict(rows[features])))
        # What the client does by itself, without its wait of five minutes.
        try:
            client.create_registered_model(name)
        except MlflowException:
            pass
        made = client.create_model_version(name, info.model_uri, run.info.run_id, await_creation_for=0, model_id=info.model_id)
    return client, run.info.run_id, made


def test_a_version_waits_to_be_registered(gate, tmp_path):
    text = POLICY.replace('stages: [Production], aliases: [champion]', "registration: true").replace("loan*", "checked-*")
    publish(gate, tmp_path, text.replace("  - {role: compliance, count: 1}\n", ""))
    client, _, made = wait_and_register(gate, "fair", "checked-fair")
    assert made.status == "PENDING_REGISTRATION" and "demographic_parity_difference" in made.status_message
    gate.house.wait_for_evidence("checked-fair", "1")
    waiting = version_of(gate, "checked-fair")
    assert waiting.status == "PENDING_REGISTRATION" and "approval" in waiting.status_message, waiting.status_message
    client = gate.house.client("ana")
    with pytest.raises(MlflowException, match="is not registered yet"):
        client.set_registered_model_alias("checked-fair", "blue", "1")
    refused = said(gate, "model", "promote", "checked-fair", "1", "--registration", "--server", gate.house.url, who="ana", check=1)
    assert "assay model approve checked-fair 1 --registration" in refused
    said(gate, "model", "approve", "checked-fair", "1", "--registration", "--server", gate.house.url, who="vera")
    assert version_of(gate, "checked-fair").status == "READY"
    client = gate.house.client("ana")
    client.set_registered_model_alias("checked-fair", "blue", "1")
    # The client's own words for one that fails, without waiting for its five minutes.
    wait_and_register(gate, "biased", "checked-biased")
    failed = until(gate, "checked-biased", "FAILED_REGISTRATION")
    assert "max 0.1" in failed.status_message
    history = said(gate, "model", "history", "checked-biased", "--server", gate.house.url, who="otto")
    assert "version.admission" in history


def test_a_policy_inherits_and_is_held_to_it(gate, tmp_path):
    publish(gate, tmp_path, ORGANISATION, "organisation.yaml")
    own = 'assay: policy/v1\nname: team\nversion: "1"\nextends: organisation@1\napplies-to: {models: ["team-*"], aliases: [champion]}\n'
    refused = publish(gate, tmp_path, own + "approvals: []\n", "eased.yaml", check=2)
    assert "organisation@1 and may only ask for more" in refused
    # Without the file at hand the server's is asked for.
    (tmp_path / "alone").mkdir()
    published = publish(gate, tmp_path / "alone", own + "checks: [{id: run.metric, name: auc, min: 0.8}]\n")
    assert "Published team 1: 2 checks, 1 approval rule" in published
    text = said(gate, "policy", "explain", "team@1", "--server", gate.house.url, who="otto")
    assert "organisation@1" in text and "run.tag owner" in text
    lint = said(gate, "policy", "lint", str(tmp_path / "alone" / "policy.yaml"), check=2)
    assert "not at hand: name its file with --base" in lint
    said(gate, "policy", "lint", str(tmp_path / "alone" / "policy.yaml"), "--base", str(tmp_path / "organisation.yaml"))

    client, run, made = wait_and_register(gate, "fair", "team-a", {"owner": "risk"}, {"auc": 0.75})
    assert made.status == "READY"
    text = gate.refused(lambda: client.set_registered_model_alias("team-a", "champion", "1"))
    assert "run.metric auc: it is 0.75; what is asked is min 0.8; self-declared by the run" in text
    client.log_metric(run, "auc", 0.9)
    text = gate.refused(lambda: client.set_registered_model_alias("team-a", "champion", "1"))
    assert "run.metric" not in text and "validator" in text
    said(gate, "model", "approve", "team-a", "1", "--alias", "champion", "--server", gate.house.url, who="vera")
    # Another word of the run after the approval, and the approval counts no more.
    client.set_tag(run, "owner", "somebody else")
    assert "tags, parameters or metrics" in gate.refused(lambda: client.set_registered_model_alias("team-a", "champion", "1"))
    client.set_tag(run, "owner", "risk")
    client.set_registered_model_alias("team-a", "champion", "1")


def test_rules_about_tags_reach_the_client(gate):
    client = gate.house.client("ana")
    name = gate.name("tagged")
    client.create_registered_model(name)
    client.set_registered_model_tag(name, "team", "risk")
    assert "tag_key != 'tier'" in gate.refused(lambda: client.set_registered_model_tag(name, "tier", "low"))
    # What comes with a new model is no change.
    made = gate.name("tagged")
    client.create_registered_model(made, tags={"tier": "low"})
    assert "tag_key" in gate.refused(lambda: client.delete_registered_model_tag(made, "tier"))


def test_going_back_in_an_emergency(gate):
    client = gate.house.client("ana")
    for number in (1, 2):
        wait_and_register(gate, "fair", "team-b", {"owner": "risk", "n": str(number)}, {"auc": 0.9})
        gate.refused(lambda: client.set_registered_model_alias("team-b", "champion", str(number)))
        said(gate, "model", "approve", "team-b", str(number), "--alias", "champion", "--server", gate.house.url, who="vera")
        client.set_registered_model_alias("team-b", "champion", str(number))
    url = ("--server", gate.house.url)
    said(gate, "model", "rollback", "team-b", "--alias", "champion", "--reason", "it crashes", *url, who="ana", check=1)
    said(gate, "model", "rollback", "team-b", "2", "--alias", "champion", "--reason", "it crashes", *url, who="dora", check=2)
    # In whatever case of letters: it is one place.
    text = said(gate, "model", "rollback", "team-b", "--alias", "Champion", "--reason", "it crashes", *url, who="dora")
    assert "team-b version 1 holds alias champion again" in text
    client = gate.house.client("ana")
    assert client.get_model_version_by_alias("team-b", "champion").version == "1"
    assert list(client.get_registered_model("team-b").aliases) == ["champion"]
    finding = text.split("assay finding close ")[1].split()[0]
    close = ("finding", "close", finding, "--resolution", "mended", "--reason", "looked at", *url)
    said(gate, *close, who="dora", check=1)
    said(gate, *close, who="vera")
    assert "emergency" in said(gate, "model", "history", "team-b", "--format", "json", *url, who="otto")


def test_prompts_are_left_alone(gate, tmp_path):
    publish(gate, tmp_path, 'assay: policy/v1\nname: everything\nversion: "1"\napplies-to: {models: ["note*"], registration: true}\napprovals: [{role: compliance}]\n')
    gate.house.client("ana")
    assert mlflow.genai.register_prompt("note-prompt", "Hello {{name}}").version == 1
