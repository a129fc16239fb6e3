"""Tables and a way to compare any fitted estimator of scikit-learn with `assay score` and `assay explain`."""

import io
import json
import os
import subprocess

import numpy as np
import pandas as pd
import skops.io

BINARY = os.environ.get("ASSAY_BINARY", ".build/debug/assay")


def run(*arguments, status=0):
    done = subprocess.run([BINARY, *map(str, arguments)], capture_output=True, text=True, timeout=300)
    assert done.returncode == status, done.stderr
    return done.stdout if status == 0 else done.stderr


def numbers(seed=0, count=240, width=5):
    """Columns of several sizes, one with few values, one that is constant, one of large numbers."""
    draw = np.random.default_rng([seed, 17])
    frame = pd.DataFrame(draw.normal(size=(count, width)), columns=[f"n{place}" for place in range(width)])
    frame["n1"] = (frame["n1"] * 2).round()
    frame["n2"] = frame["n2"] * 1e4 + 3e4
    frame["same"] = 1.5
    return frame


def holes(frame, share=0.1, seed=0):
    draw = np.random.default_rng([seed, 23])
    return frame.mask(draw.random(frame.shape) < share)


def words(seed=0, count=240):
    draw = np.random.default_rng([seed, 29])
    return pd.DataFrame({
        "city": draw.choice(["Ulm", "Köln", "a,b", "Bonn"], count, p=[0.5, 0.3, 0.15, 0.05]),
        "kind": draw.choice(["x", "y"], count),
        "code": draw.integers(0, 4, count),
    })


def targets(frame, seed=0):
    """By name: two classes as words and as numbers, three classes, a number, a number above 0."""
    draw = np.random.default_rng([seed, 31])
    values = frame.select_dtypes("number").fillna(0).to_numpy()
    values = (values - values.mean(axis=0)) / np.where(values.std(axis=0) > 0, values.std(axis=0), 1)
    signal = values[:, 0] + np.sin(values[:, 1]) - 0.5 * values[:, 2] + draw.normal(size=len(frame)) * 0.5
    return {
        "two": (signal > 0).astype(int), "words": np.where(signal > 0, "yes", "no"), "three": np.digitize(signal, [-0.7, 0.7]) * 2 - 1,
        "flags": signal > 0, "number": signal * 3 + 7, "positive": np.exp(signal / 2), "text3": np.array(["a", "b", "c"])[np.digitize(signal, [-0.7, 0.7])],
    }


class Fitted:
    """An estimator in a file, and rows it was not fitted on."""

    def __init__(self, model, rows, folder):
        self.model, self.rows = model, rows
        self.file, self.data = folder / "model.skops", folder / "rows.parquet"
        skops.io.dump(model, self.file)
        rows.to_parquet(self.data)

    def scored(self):
        return pd.read_csv(io.StringIO(run("score", "--no-foreign", self.file, self.data)), keep_default_na=False)

    def check(self, tolerance=1e-12, isBitEqual=False):
        """Labels and numbers are the library's, probabilities within the tolerance."""
        ours = self.scored()
        theirs = self.model.predict(self.rows)
        if np.issubdtype(theirs.dtype, np.floating) and not hasattr(self.model, "classes_"):
            size = np.abs(theirs) + np.abs(theirs).mean()
            assert (np.abs(ours.prediction.to_numpy(float) - theirs) <= (0 if isBitEqual else tolerance) * size).all()
        else:
            assert [str(value) for value in ours.prediction] == [str(value) for value in theirs]
        if hasattr(self.model, "predict_proba"):
            chances = self.model.predict_proba(self.rows)
            assert [f"probability_{label}" for label in self.model.classes_] == list(ours.columns[1:])
            found = ours.iloc[:, 1:].to_numpy(float)
            assert np.abs(found - chances).max() <= (0 if isBitEqual else tolerance)
        else:
            assert list(ours.columns) == ["prediction"]
        return ours

    def explained(self, count, background, *more, folder=None):
        folder = folder or self.file.parent
        self.rows.head(count).to_parquet(folder / "few.parquet")
        background.to_parquet(folder / "background.parquet")
        return json.loads(run("explain", "--no-foreign", self.file, folder / "few.parquet", "--background", folder / "background.parquet",
                              "--format", "json", *more))


def refused(model, rows, folder):
    skops.io.dump(model, folder / "model.skops")
    rows.to_parquet(folder / "rows.parquet")
    return run("score", "--no-foreign", folder / "model.skops", folder / "rows.parquet", status=2)
