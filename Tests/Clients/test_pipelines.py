"""The example pipelines: each file is what its CI system reads, and the very commands of its steps, run in order against a server of
the tests, end as they should: first a model that meets its policy, then one that does not."""

import json
import os
import pathlib
import re
import shutil
import subprocess
import sys

import pytest
import yaml
from house import House
from provider import RUNNER_SECRET, Provider

ROOT = pathlib.Path(__file__).parents[2]
EXAMPLES = ROOT / "examples" / "ci"
IMAGE = "registry.example.com/ci@sha256:" + "ab" * 32
COMMIT = "0123456789abcdef0123456789abcdef01234567"


def github(path):
    """Commands of steps with their environment, expressions filled in; actions of the market place are left out."""
    workflow = yaml.safe_load(path.read_text())
    (job,) = workflow["jobs"].values()
    # What GitHub's runner gives a job with `id-token: write`, and without it does not.
    runner = {"GITHUB_REF": "refs/heads/main"}
    if workflow["permissions"].get("id-token") == "write":
        runner |= {"ACTIONS_ID_TOKEN_REQUEST_URL": "$RUNNER", "ACTIONS_ID_TOKEN_REQUEST_TOKEN": RUNNER_SECRET}

    def filled(text):
        values = {"vars.ASSAY_SERVER": "$SERVER", "secrets.ASSAY_TOKEN": "$CI_TOKEN", "vars.CI_IMAGE": IMAGE,
                  "github.token": "x", "github.event.number": "7"}
        return re.sub(r"\$\{\{ (.*?) \}\}", lambda match: values[match[1]], str(text))

    for step in job["steps"]:
        if "run" in step:
            yield {**runner, **{name: filled(value) for name, value in {**job.get("env", {}), **step.get("env", {})}.items()}}, filled(step["run"])


def gitlab(path):
    pipeline = yaml.safe_load(path.read_text())
    environment = {"MLFLOW_TRACKING_URI": "$SERVER", "ASSAY_TOKEN": "$CI_TOKEN", "CI_IMAGE": IMAGE}
    for stage in pipeline["stages"]:
        for job in pipeline.values():
            if isinstance(job, dict) and job.get("stage") == stage:
                tokens = {name: "$RUN_TOKEN" for name in job.get("id_tokens", {})}
                yield environment | tokens, "\n".join(line for line in job["script"] if line != "cd project")


def jenkins(path):
    """Steps of shell, in the order of a declarative pipeline; braces and quotes must close."""
    text = path.read_text()
    commands = re.findall(r"sh '''\n(.*?)'''", text, flags=re.S)
    plain = re.sub(r"'''.*?'''|'[^'\n]*'|\"[^\"\n]*\"|//[^\n]*", "", text, flags=re.S)
    assert plain.count("{") == plain.count("}") and "pipeline {" in plain
    environment = {"MLFLOW_TRACKING_URI": "$SERVER", "MLFLOW_TRACKING_TOKEN": "$CI_TOKEN", "ASSAY_TOKEN": "$CI_TOKEN",
                   "ASSAY_EVALUATOR_KEY": "$CI_KEY", "CI_IMAGE": IMAGE}
    for command in commands:
        # Groovy joins what a backslash continues, as a shell does.
        yield environment, command


PIPELINES = {"github": (github, "github/model.yml", "github/check.yml"),
             "gitlab": (gitlab, "gitlab/model.gitlab-ci.yml", "gitlab/check.gitlab-ci.yml"),
             "jenkins": (jenkins, "jenkins/Jenkinsfile", "jenkins/Jenkinsfile.check")}


@pytest.fixture(scope="module")
def provider():
    provider = Provider()
    yield provider
    provider.close()


@pytest.fixture(scope="module")
def house(provider):
    """Of its own: a policy that is published gates what other files promote."""
    house = House()
    settings = house.folder / "settings.yaml"
    settings.write_text(f"identity:\n  workflows:\n    allow-addresses:\n      - 127.0.0.1:{provider.port}\n")
    house.server_arguments += ["--config", str(settings)]
    house.start()
    yield house
    house.remove()


@pytest.fixture(scope="module")
def machine(house, provider, tmp_path_factory):
    """A runner: `assay`, `python` and `gh` on its path, and what the CI system keeps as secrets."""
    folder = tmp_path_factory.mktemp("runner")
    tools = folder / "bin"
    tools.mkdir()
    (tools / "assay").symlink_to(os.environ["ASSAY_BINARY"])
    (tools / "python").write_text(f'#!/bin/sh\nexec "{sys.executable}" "$@"\n')
    (tools / "gh").write_text('#!/bin/sh\necho "$@" > gh.called\n')
    for name in ("python", "gh"):
        (tools / name).chmod(0o755)
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    key = Ed25519PrivateKey.generate()
    (folder / "ci.pub").write_bytes(key.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo))
    pem = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()).decode()
    house.assay("evaluator", "add", "ci", "--user", "petra", "--key", str(folder / "ci.pub"), "--server", house.url, who="root")
    # What GitHub says of a run of the example, and what GitLab does; the tokens of both come from one issuer here.
    hub = {"repository": "example/credit", "workflow_ref": "example/credit/.github/workflows/model.yml@refs/heads/main",
           "ref": "refs/heads/main", "event_name": "push"}
    lab = {"project_path": "example/credit", "ci_config_ref_uri": "gitlab.example.com/example/credit//.gitlab-ci.yml@refs/heads/main",
           "ref": "main", "ref_type": "branch"}
    for name, claims in (("ci-github", hub), ("ci-gitlab", lab)):
        house.assay("evaluator", "add", name, "--user", "petra", "--issuer", provider.issuer, "--audience", house.url,
                    *(word for claim in claims.items() for word in ("--claim", "=".join(claim))), "--server", house.url, who="root")
    provider.job = {**hub, "sha": COMMIT, "run_id": "42", "ref_protected": "true", "sub": "repo:example/credit:ref:refs/heads/main"}
    run_token = provider.run(aud=house.url, **lab, sha=COMMIT, pipeline_id="43", ref_protected="true", sub="project_path:example/credit")
    published = house.http("POST", "/api/assay/v1/policies", {"policy": (EXAMPLES / "project/policy.yaml").read_text()}, who="petra")
    assert published[0] == 201, published
    return folder, {"PATH": f"{tools}:{os.environ['PATH']}", "SERVER": house.url, "CI_TOKEN": house.tokens["ana"], "CI_KEY": pem,
                    "RUNNER": f"{provider.issuer}/runner?api-version=2", "RUN_TOKEN": run_token}


def run(machine, environment, command, place, python=sys.executable):
    _, secrets = machine
    filled = {name: secrets.get(value[1:], value) if value.startswith("$") else value for name, value in environment.items()}
    inherited = {name: os.environ[name] for name in ("HOME", "LD_LIBRARY_PATH") if name in os.environ}
    # The shim's own name would not say which virtual environment it is.
    command = command.replace('"$(command -v python)"', f'"{python}"')
    return subprocess.run(["bash", "-euo", "pipefail", "-c", command], cwd=place, capture_output=True, text=True, timeout=600, env={
        **inherited, **filled, "PATH": secrets["PATH"], "GITHUB_SHA": COMMIT, "GITHUB_STEP_SUMMARY": str(place / "summary.md"),
        "MLFLOW_ENABLE_ARTIFACTS_PROGRESS_BAR": "false"})


@pytest.mark.parametrize("name", sorted(PIPELINES))
def test_the_whole_pipeline(house, machine, tmp_path, name):
    steps, whole, _ = PIPELINES[name]
    place = tmp_path / "project"
    shutil.copytree(EXAMPLES / "project", place)
    pushed = False
    for environment, command in steps(EXAMPLES / whole):
        done = run(machine, environment, command, place)
        assert done.returncode == 0, (command, done.stdout[-2000:], done.stderr[-3000:])
        pushed = pushed or "handed in as evidence" in done.stderr
    assert pushed
    model, version = (place / "version.txt").read_text().split("/")
    # Bound to the commit, the image and the policy, and said to come from a confined library.
    status, answer = house.http("GET", f"/api/assay/v1/statements?model={model}&version={version}", who="otto")
    assert status == 200, answer
    import base64
    predicates = [json.loads(base64.b64decode(envelope["payload"]))["predicate"] for envelope in answer["statements"]]
    (attested,) = [predicate for predicate in predicates if predicate.get("provenance") == "attested"]
    assert attested["build"]["commit"] == COMMIT and attested["build"]["image"] == IMAGE
    assert attested["scorer"]["loader"] == "mlflow.pyfunc"
    assert attested.get("evaluator") == {"jenkins": None}.get(name, f"ci-{name}")
    assert attested["build"].get("workflow", "").count(".git") == (name != "jenkins")
    assert {item["role"] for item in attested["inputs"]} == {"data", "policy"}


@pytest.mark.parametrize("name", sorted(PIPELINES))
def test_the_check_alone(machine, tmp_path, name):
    """0 for a model that meets the policy, 1 for one that does not, 2 where the model is not there."""
    import pickle

    steps, _, alone = PIPELINES[name]
    place = tmp_path / "project"
    shutil.copytree(EXAMPLES / "project", place)
    sys.path.insert(0, str(place))
    try:
        import train
        first, second = train.rows()
        model = train.fit(first)
    finally:
        sys.path.remove(str(place))
    (place / "data").mkdir()
    (place / "models").mkdir()
    second.to_csv(place / "data/validation.csv", index=False)
    ((environment, command),) = steps(EXAMPLES / alone)
    assert run(machine, environment, command, place).returncode == 2
    pickle.dump(model, open(place / "models/candidate.pkl", "wb"))
    done = run(machine, environment, command, place)
    assert done.returncode == 0, done.stdout + done.stderr
    model.classes_ = model.classes_[::-1]
    pickle.dump(model, open(place / "models/candidate.pkl", "wb"))
    assert run(machine, environment, command, place).returncode == 1


def test_a_job_cannot_speak_for_another_model(house, machine, tmp_path):
    """Other files than the version's, a commit that is cut, an image by a tag, nobody's key: each refused in words."""
    import pickle

    place = tmp_path / "project"
    shutil.copytree(EXAMPLES / "project", place)
    environment, commands = {}, []
    for environment, command in gitlab(EXAMPLES / "gitlab/model.gitlab-ci.yml"):
        commands.append(command)
    for command in commands[1:-1]:
        done = run(machine, environment, command, place)
        assert done.returncode == 0, done.stderr[-3000:]
    check = commands[-1]
    for changed, words in [
        (check + " --commit 0123abc", "full digest"), (check.replace('"$CI_IMAGE"', "ci:latest"), "NAME@sha256"),
        (check.replace('--push "$(cat version.txt)"', "--push nothing"), "NAME/VERSION"),
    ]:
        done = run(machine, environment, changed, place)
        assert done.returncode == 2 and words in done.stderr, (changed, done.stderr)
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    stranger = Ed25519PrivateKey.generate().private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()).decode()
    keyed = {name: value for name, value in environment.items() if name != "ASSAY_WORKFLOW_TOKEN"}
    done = run(machine, {**keyed, "ASSAY_EVALUATOR_KEY": stranger}, check, place)
    assert done.returncode == 1 and "No registered evaluator" in done.stderr, done.stderr
    assert stranger.splitlines()[1] not in done.stderr
    done = run(machine, keyed, check, place)
    assert done.returncode == 2 and "whose word this is" in done.stderr and "id-token: write" in done.stderr, done.stderr
    done = run(machine, {**environment, "ASSAY_WORKFLOW_TOKEN": "a.b.c"}, check, place)
    assert done.returncode == 2 and "a.b.c" not in done.stderr, done.stderr
    (place / "models/candidate/note.txt").write_text("another folder")
    done = run(machine, environment, check, place)
    assert done.returncode == 1 and "other files" in done.stderr, done.stderr


def test_a_policy_of_attested_evidence_alone(house, machine, tmp_path):
    """What is handed in is judged as what the registry makes of it; without --push it is not that, and the way out is named."""
    place = tmp_path / "project"
    shutil.copytree(EXAMPLES / "project", place)
    text = (place / "policy.yaml").read_text()
    (place / "policy.yaml").write_text(text.replace("[recomputed, attested]", "[attested]").replace(
        "name: loan-approval-ci", "name: attested-alone"))
    published = house.http("POST", "/api/assay/v1/policies", {"policy": (place / "policy.yaml").read_text()}, who="petra")
    assert published[0] == 201, published
    steps = list(jenkins(EXAMPLES / "jenkins/Jenkinsfile"))
    for environment, command in steps[:-1]:
        done = run(machine, environment, command, place)
        assert done.returncode == 0, done.stderr[-3000:]
    environment, check = steps[-1]
    done = run(machine, environment, check, place)
    assert done.returncode == 0 and "handed in as evidence" in done.stderr, done.stdout[-2000:] + done.stderr[-2000:]
    model, version = (place / "version.txt").read_text().split("/")
    status, view = house.http("GET", f"/api/assay/v1/evidence?model={model}&version={version}", who="ana")
    assert status == 200, view
    alone = check.replace('--push "$(cat version.txt)" --image "$CI_IMAGE"', "--format text")
    assert "--push" not in alone
    done = run(machine, environment, alone, place)
    assert done.returncode == 1 and "recomputed and the policy accepts attested" in done.stdout and "with --push" in done.stdout, done.stdout
    # Handing in makes no failing check pass, and nobody's word counts where the policy names nobody.
    for old, new, words in [("min: 0.85", "min: 0.9999", "0.9999"), ("evaluators: [ci]\n", "", "trusts none")]:
        changed = (place / "policy.yaml").read_text().replace(old, new)
        (place / "changed.yaml").write_text(changed)
        done = run(machine, environment, check.rstrip().replace("policy.yaml", "changed.yaml") + " --format text", place)
        assert done.returncode == 1 and words in done.stdout, (new, done.stdout, done.stderr)


def test_pipelines_by_their_published_schemas(tmp_path):
    """check-jsonschema carries the schemas that the code hosts publish."""
    python = os.environ.get("ASSAY_PIPELINES_PYTHON")
    if not python or not os.path.exists(python):
        pytest.fail("ASSAY_PIPELINES_PYTHON names no interpreter with check-jsonschema; run scripts/setup")
    for schema, pattern in [("vendor.github-workflows", "github/*.yml"), ("vendor.gitlab-ci", "gitlab/*.yml")]:
        files = sorted(EXAMPLES.glob(pattern))
        assert len(files) == 2
        done = subprocess.run([python, "-m", "check_jsonschema", "--builtin-schema", schema, *map(str, files)], capture_output=True, text=True)
        assert done.returncode == 0, done.stdout + done.stderr
        broken = tmp_path / "broken.yml"
        broken.write_text(files[0].read_text().replace("steps:", "stepz:").replace("script:", "skript:"))
        assert subprocess.run([python, "-m", "check_jsonschema", "--builtin-schema", schema, str(broken)], capture_output=True).returncode == 1
