"""Secrets that a script logs by accident: told on the run, or not taken, by the server's choice; repeated nowhere."""

import secrets

import pytest
from house import House

KEY = "AKIA" + "IOSFODNN7EXAMPLE"
TOKEN = "ghp_" + "a1" * 18


@pytest.fixture(scope="module", params=["warn", "refuse", "off"])
def place(request):
    house = House("--secret-scan", request.param, people={"ana": "data_scientist"})
    house.start()
    yield request.param, house
    house.remove()


def outcome(act):
    """`None`, or what the client's exception said."""
    try:
        act()
    except Exception as error:  # The client raises two kinds, by the road that was taken.
        return str(error)
    return None


def test_each_road_in(place, tmp_path):
    kind, house = place
    client = house.client("ana")
    run = client.create_run("0").info.run_id
    (tmp_path / "app.env").write_text(f"REGION=eu\nKEY={KEY}\n")
    (tmp_path / "model.bin").write_bytes(b"\0\1" + KEY.encode())
    (tmp_path / "notes.txt").write_text("nothing\n" * 100_000)
    roads = {
        "parameter 'db_url': password in an address": lambda: client.log_param(run, "db_url", "postgresql://scott:" + "tiger99@db/app"),
        "parameter 'password': a value under the name of a secret": lambda: client.log_param(run, "password", "correct-horse"),
        "tag 'ci': GitHub token": lambda: client.set_tag(run, "ci", f"token {TOKEN}"),
        "artifact 'app.env' line 2: AWS access key": lambda: client.log_artifact(run, tmp_path / "app.env"),
    }
    for words, act in roads.items():
        said = outcome(act)
        if kind == "refuse":
            assert said and words in said, (words, said)
            assert not any(secret in said for secret in (KEY, TOKEN, "tiger99", "correct-horse"))
        else:
            assert said is None, (words, said)
    for act in (
        lambda: client.log_artifact(run, tmp_path / "model.bin"), lambda: client.log_artifact(run, tmp_path / "notes.txt"),
        lambda: client.log_param(run, "max_tokens", "100"), lambda: client.log_param(run, "pad_token", "<pad>"),
        lambda: client.log_param(run, "secret_key", "${SECRET_KEY}"), lambda: client.log_param(run, "tokenizer", "bert-base-uncased")):
        assert outcome(act) is None
    data = client.get_run(run).data
    files = {entry.path for entry in client.list_artifacts(run)}
    told = data.tags.get("assay.secrets", "").split("\n") if "assay.secrets" in data.tags else []
    if kind == "warn":
        assert sorted(told) == sorted(roads)
        assert data.params["password"] == "correct-horse" and "app.env" in files
    else:
        assert told == []
        assert ("password" in data.params) == ("app.env" in files) == ("ci" in data.tags) == (kind == "off")
    assert not any(secret in (house.folder / "server.log").read_text() for secret in (KEY, TOKEN, "tiger99", "correct-horse"))


def test_names_are_looked_at_too(place, tmp_path):
    """Of runs, experiments, models, parameters, paths and data sets; what is found is told by its place, never repeated."""
    from mlflow.entities import Dataset, DatasetInput, InputTag

    kind, house = place
    client = house.client("ana")
    run = client.create_run("0").info.run_id
    (tmp_path / "windows.txt").write_bytes(f"ordinary\r\nkey={KEY}\r\n".encode("utf-16"))
    (tmp_path / f"{KEY}.txt").write_text("ordinary\n")
    source = "postgresql://scott:" + "tiger99@db/app"
    dataset = Dataset(name="rows", digest="0a", source_type="sql", source=source)
    roads = {
        "the name of a parameter": lambda: client.log_param(run, TOKEN, "1"),
        "the name of a tag": lambda: client.set_tag(run, f"a {TOKEN}", "1"),
        "the name of a run": lambda: client.update_run(run, name=f"with {TOKEN}"),
        "artifact 'windows.txt' line 2": lambda: client.log_artifact(run, tmp_path / "windows.txt"),
        "the path of an artifact": lambda: client.log_artifact(run, tmp_path / f"{KEY}.txt"),
        "a data set's line": lambda: client.log_inputs(run, datasets=[DatasetInput(dataset, [InputTag("mlflow.data.context", "eval")])]),
    }
    elsewhere = {
        "the name of an experiment": lambda: client.create_experiment(f"e {TOKEN}"),
        "the address of its artifacts": lambda: client.create_experiment(secrets.token_hex(6), artifact_location=f"s3://b/{TOKEN}"),
        "the name of a registered model": lambda: client.create_registered_model(f"m-{TOKEN}"),
    }
    for words, act in {**roads, **elsewhere}.items():
        said = outcome(act)
        if kind == "refuse":
            # The client repeats the address it asked for; the answer does not.
            answer = (said or "").split("Response text:")[-1]
            assert words in answer and not any(secret in answer for secret in (KEY, TOKEN, "tiger99")), (words, said)
        elif words != "the address of its artifacts":
            assert said is None, (words, said)
    told = client.get_run(run).data.tags.get("assay.secrets", "")
    assert all((words in told) == (kind == "warn") for words in roads), told
    assert KEY not in told and TOKEN not in told
    assert not any(secret in (house.folder / "server.log").read_text() for secret in (KEY, TOKEN, "tiger99"))


def test_a_batch_with_one_is_refused_whole(place):
    kind, house = place
    if kind != "refuse":
        pytest.skip("only where secrets are refused")
    from mlflow.entities import Param

    client = house.client("ana")
    run = client.create_run("0").info.run_id
    assert "is about to be logged" in outcome(
        lambda: client.log_batch(run, params=[Param("a", "1"), Param("b", f"x {KEY} y")]))
    assert client.get_run(run).data.params == {}
    assert "is about to be logged" in outcome(lambda: client.create_run("0", tags={"t": TOKEN}))
    name = f"m{secrets.token_hex(6)}"
    client.create_registered_model(name)
    assert "is about to be logged" in outcome(lambda: client.set_registered_model_tag(name, "t", TOKEN))
