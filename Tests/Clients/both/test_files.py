"""What the fluent API keeps as files: text, dictionaries, figures, images, tables, folders."""

import json
import os

import mlflow
import numpy as np
import pandas as pd
import pytest
from generation import since_3
from mlflow.exceptions import MlflowException


def names(client, run, path=None):
    return [item.path for item in client.list_artifacts(run.info.run_id, path)]


def test_texts_and_dictionaries(here, client):
    with mlflow.start_run() as run:
        mlflow.log_text("é\n", "notes/a b.txt")
        mlflow.log_text("<p>page</p>", "page.html")
        mlflow.log_dict({"k": [1, None, "é"]}, "d.json")
        mlflow.log_dict({"k": 1}, "deep/er/d.yml")
    assert names(client, run) == ["d.json", "deep", "notes", "page.html"]
    root = f"runs:/{run.info.run_id}"
    assert mlflow.artifacts.load_text(f"{root}/notes/a b.txt") == "é\n"
    assert mlflow.artifacts.load_text(f"{root}/page.html") == "<p>page</p>"
    assert mlflow.artifacts.load_dict(f"{root}/d.json") == {"k": [1, None, "é"]}
    assert mlflow.artifacts.load_text(f"{root}/deep/er/d.yml").strip() == "k: 1"


def test_figures_and_images(here, client):
    from matplotlib.figure import Figure

    figure = Figure(figsize=(1, 1))
    figure.add_subplot().plot([0, 1])
    pixels = (np.arange(48) * 5).reshape(4, 4, 3).astype(np.uint8)
    with mlflow.start_run() as run:
        mlflow.log_figure(figure, "plots/line.png")
        mlflow.log_image(pixels, "pixels.png")
        for step in (0, 1):
            mlflow.log_image(pixels, key="series", step=step, timestamp=1000 + step)
            client.log_image(run.info.run_id, pixels, key="later", step=step, synchronous=False)
        mlflow.flush_artifact_async_logging()
    assert mlflow.artifacts.load_image(f"runs:/{run.info.run_id}/plots/line.png").size == (100, 100)
    assert (np.asarray(mlflow.artifacts.load_image(f"runs:/{run.info.run_id}/pixels.png")) == pixels).all()
    assert client.get_run(run.info.run_id).data.tags["mlflow.loggedImages"].lower() == "true"
    images = names(client, run, "images")
    # A picture and its thumbnail for each key and step.
    assert len(images) == 8 and sum("series" in name for name in images) == 4


def test_tables(here, client):
    frame = pd.DataFrame({"question": ["a", "b"], "score": [0.5, 1.0]})
    runs = []
    for number in range(2):
        with mlflow.start_run() as run:
            mlflow.log_table(frame, "eval/scores.json")
            mlflow.log_table({"question": [f"c{number}"], "score": [2.0]}, "eval/scores.json")
            mlflow.log_table(frame, "eval/scores.parquet")
            runs.append(run.info.run_id)
    table = mlflow.load_table("eval/scores.json", [runs[0]])
    assert table.to_dict("list") == {"question": ["a", "b", "c0"], "score": [0.5, 1.0, 2.0]}
    pd.testing.assert_frame_equal(mlflow.load_table("eval/scores.parquet", [runs[1]]), frame)
    both = mlflow.load_table("eval/scores.json", extra_columns=["run_id"])
    assert len(both) == 6 and set(both["run_id"]) == set(runs)
    logged = json.loads(client.get_run(runs[0]).data.tags["mlflow.loggedArtifacts"])
    assert {item["path"] for item in logged} == {"eval/scores.json", "eval/scores.parquet"}


def test_folders_up_and_down(here, client, url, tmp_path):
    contents = {"a.txt": b"hello", "empty": b"", "deep/b c.bin": bytes(range(256)) * 400, "deep/er/\u00e9\u4e00.txt": b"x"}
    for path, content in contents.items():
        (tmp_path / "tree" / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "tree" / path).write_bytes(content)
    with mlflow.start_run() as run:
        mlflow.log_artifacts(str(tmp_path / "tree"), "kept")
        mlflow.log_artifact(str(tmp_path / "tree" / "a.txt"))
        mlflow.log_artifact(str(tmp_path / "tree" / "deep"), "single")
        assert mlflow.get_artifact_uri("kept") == f"{run.info.artifact_uri}/kept"
    assert names(client, run) == ["a.txt", "kept", "single"]
    assert names(client, run, "single/deep") == ["single/deep/b c.bin", "single/deep/er"]
    listed = mlflow.artifacts.list_artifacts(f"{run.info.artifact_uri}/kept")
    assert [(f.path, f.is_dir, f.file_size or 0) for f in listed] == [
        ("kept/a.txt", False, 5), ("kept/deep", True, 0), ("kept/empty", False, 0)]
    # An address may also name the server, as its own scheme or as the route of the proxy.
    below = run.info.artifact_uri.removeprefix("mlflow-artifacts:/")
    for number, named in enumerate([
        {"run_id": run.info.run_id, "artifact_path": "kept"}, {"artifact_uri": f"runs:/{run.info.run_id}/kept"},
        {"artifact_uri": f"{run.info.artifact_uri}/kept"},
        {"artifact_uri": f"{url.replace('http://', 'mlflow-artifacts://')}/{below}/kept"},
        {"artifact_uri": f"{url}/api/2.0/mlflow-artifacts/artifacts/{below}/kept"},
    ]):
        target = tmp_path / f"down-{number}"
        target.mkdir()
        folder = mlflow.artifacts.download_artifacts(**named, dst_path=str(target))
        found = {
            os.path.relpath(os.path.join(at, name), folder): open(os.path.join(at, name), "rb").read()
            for at, _, files in os.walk(folder) for name in files}
        assert found == contents, named
    with pytest.raises(Exception, match="ensure that the path is correct|No such|404"):
        mlflow.artifacts.download_artifacts(run_id=run.info.run_id, artifact_path="nothing", dst_path=str(tmp_path))


@since_3
def test_streams(here, client):
    import io

    with mlflow.start_run() as run:
        mlflow.log_stream(io.BytesIO(b"streamed" * 100_000), "stream.bin")
    assert [item.file_size for item in client.list_artifacts(run.info.run_id)] == [800_000]
    with pytest.raises(MlflowException):
        client.log_stream("0" * 32, io.BytesIO(b"x"), "x")
