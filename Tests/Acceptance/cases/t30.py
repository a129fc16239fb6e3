"""A role of verbs on models by pattern, bound to a person: permissions change, and the log says so."""

import json

from house import expect


def run(house):
    from mlflow.exceptions import MlflowException

    for name in ["loan-t30", "fraud-t30"]:
        house.client("ana").create_registered_model(name)
    printed = house.assay("user", "create", "alice", "--role", "end_user", "--server", house.url, who="root").stdout
    house.tokens["alice"] = house._token(printed)
    alice = house.client("alice")
    try:
        alice.get_registered_model("loan-t30")
        expect(False, "alice read a model before she had a role that reads")
    except MlflowException as refusal:
        expect("permission" in refusal.message, refusal.message)
    server = ("--server", house.url)
    house.assay("role", "create", "developer", "--verb=read,register", "--resource=model:loan-*", *server, who="root")
    house.assay("role", "bind", "developer", "--user=alice", *server, who="root")
    alice = house.client("alice")
    expect(alice.get_registered_model("loan-t30").name == "loan-t30", "alice does not read what her role lets her read")
    alice.create_registered_model("loan-of-alice")
    found = [model.name for model in alice.search_registered_models()]
    # Other cases have loan models too.
    expect({"loan-t30", "loan-of-alice"} <= set(found) and all(name.startswith("loan-") for name in found), f"alice finds {found}")
    for name in ["fraud-t30", "no-such-model"]:
        try:
            alice.get_registered_model(name)
            expect(False, f"alice read {name}")
        except MlflowException as refusal:
            expect(refusal.message.endswith(f"Registered Model with name={name} not found"), refusal.message)
    status, answer = house.http("GET", "/api/assay/v1/log/entries", who="otto")
    expect(status == 200, f"the entries answered {status}")
    entries = json.dumps([entry for entry in answer["entries"] if entry["kind"] in ("role.defined", "user.roles-changed")])
    expect("allow read,register on model:loan-*" in entries, "the log does not say what the role allows")
    expect('"developer"' in entries and '"alice"' in entries, "the log does not say who was given the role")
    refused = house.assay("role", "bind", "admin", "--user=alice", *server, who="alice", check=1)
    expect("manage_roles" in refused.stderr, refused.stderr)
