"""Makes the models and expected numbers in this folder.

Run from an environment with the versions stated in VERSIONS; the files are committed, so this is only
needed when a case is added. Every case is `NAME.skops`, the estimator as skops writes it (deflated), and
`NAME.json`: the scored rows by column, what scikit-learn predicts for them, and what
shap.LinearExplainer gives for them on the stated background, summed over the columns made from one input.
"""

import io
import json
import pathlib
import shutil
import warnings
import zipfile

import mlflow
import numpy as np
import pandas as pd
import shap
import skops.io
import sklearn
from mlflow.models import infer_signature
from sklearn.compose import ColumnTransformer, make_column_selector
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler

SEED = 20240917
VERSIONS = {
    "numpy": np.__version__,
    "pandas": pd.__version__,
    "scikit-learn": sklearn.__version__,
    "skops": skops.__version__,
    "shap": shap.__version__,
    "mlflow": mlflow.__version__,
}
HERE = pathlib.Path(__file__).parent
warnings.filterwarnings("ignore")
rng = np.random.default_rng(SEED)
ROWS = 120

frame = pd.DataFrame(
    {
        "age": rng.normal(40, 10, ROWS).round(3),
        "income": rng.lognormal(8, 1, ROWS).round(2),
        "dependents": rng.integers(0, 4, ROWS),
        "city": rng.choice(["Ulm", "Åre", "Łódź", "Rome"], ROWS, p=[0.5, 0.3, 0.15, 0.05]),
        "owner": rng.choice([True, False], ROWS),
        "term": rng.choice([12.0, 24.0, 36.5], ROWS),
        "code": rng.integers(1, 6, ROWS),
    }
)
holes = frame.copy()
holes.loc[rng.choice(ROWS, 15, replace=False), "income"] = np.nan
holes.loc[rng.choice(ROWS, 10, replace=False), "city"] = np.nan
holes.loc[rng.choice(ROWS, 8, replace=False), "term"] = np.nan
signal = (frame.age - 40) / 10 + frame.owner + 0.5 * frame.dependents + rng.normal(0, 1, ROWS)
binary = (signal > 1).astype(int).to_numpy()
three = np.digitize(signal, [0.5, 1.5])


def column(series):
    kind = {"b": "boolean", "i": "int64", "f": "double"}.get(getattr(series.dtype, "kind", "O"), "text")
    values = [None if pd.isna(v) else (v.item() if hasattr(v, "item") else v) for v in series]
    return {"name": str(series.name), "type": kind, "values": values}


def final(model):
    return final(model.steps[-1][1]) if isinstance(model, Pipeline) else model


def prepared(model, rows):
    """What the final classifier sees, and which input column each of its columns is made from."""
    if not isinstance(model, Pipeline):
        return np.asarray(rows, dtype=float), list(range(rows.shape[1]))
    out = rows
    while isinstance(model, Pipeline):
        for _, step in model.steps[:-1]:
            out = out if step in (None, "passthrough") else step.transform(out)
        model = model.steps[-1][1]
    out = out.toarray() if hasattr(out, "toarray") else np.asarray(out)
    return out.astype(float), None


def origins(model, rows, width):
    """By experiment: which columns of the prepared matrix change when one input column is permuted."""
    base, _ = prepared(model, rows)
    owner = [None] * width
    for j in range(rows.shape[1]):
        for attempt in range(6):
            moved = rows.copy()
            order = np.random.default_rng(attempt).permutation(len(rows))
            if isinstance(rows, pd.DataFrame):
                moved[rows.columns[j]] = rows[rows.columns[j]].to_numpy()[order]
                moved = moved.astype(rows.dtypes.to_dict())
            else:
                moved[:, j] = rows[order, j]
            after, _ = prepared(model, moved)
            for k in np.flatnonzero(((base != after) & ~(np.isnan(base) & np.isnan(after))).any(axis=0)):
                assert owner[k] in (None, j), (k, owner[k], j)
                owner[k] = j
    # A column that no permutation moves is constant and explains nothing.
    return [0 if o is None else o for o in owner]


def attributions(model, rows, background):
    z, _ = prepared(model, rows)
    b, _ = prepared(model, background)
    classifier = final(model)
    explainer = shap.LinearExplainer(classifier, shap.maskers.Independent(b, max_samples=len(b)))
    phi = explainer.shap_values(z)
    phi = phi[:, :, None] if phi.ndim == 2 else phi
    owner = np.array(origins(model, rows, z.shape[1]))
    grouped = np.stack([phi[:, owner == j, :].sum(axis=1) for j in range(rows.shape[1])], axis=1)
    return {
        "base_value": np.atleast_1d(explainer.expected_value).tolist(),
        "shap_values": grouped.transpose(0, 2, 1).tolist(),
    }


def dump(model):
    buffer = io.BytesIO()
    skops.io.dump(model, buffer, compression=zipfile.ZIP_DEFLATED)
    return buffer.getvalue()


def save(name, model, rows, background_rows=40, expected=None, explain=True):
    rows = rows.iloc[:30] if isinstance(rows, pd.DataFrame) else rows[:30]
    (HERE / f"{name}.skops").write_bytes(dump(model))
    if isinstance(rows, pd.DataFrame):
        columns = [column(rows[c]) for c in rows.columns]
    else:
        columns = [column(pd.Series(rows[:, j], name=f"x{j}")) for j in range(rows.shape[1])]
    expected = expected or {
        "predictions": model.predict(rows).tolist(),
        "probabilities": model.predict_proba(rows).tolist(),
        "decision": np.asarray(model.decision_function(rows)).reshape(len(rows), -1).tolist(),
    }
    out = {"versions": VERSIONS, "seed": SEED, "columns": columns, **expected}
    if explain:
        out["explanation"] = {"background_rows": 12, **attributions(model, rows, rows[:12])}
    (HERE / f"{name}.json").write_text(json.dumps(out, ensure_ascii=False) + "\n")


X = frame[["age", "dependents", "term"]]
save("array-binary", LogisticRegression().fit(X.to_numpy(), binary), X.to_numpy())
save("frame-text-classes", LogisticRegression(solver="newton-cg").fit(X, np.where(binary, "approve", "deny")), X)
save("frame-boolean-classes", LogisticRegression(solver="liblinear", fit_intercept=False).fit(X, binary == 1), X)
save("frame-float-classes", LogisticRegression(max_iter=2000).fit(X, three + 0.0), X)
save("frame-object-classes", LogisticRegression(max_iter=2000).fit(X, np.array(["lo", "mid", "hi"], dtype=object)[three]), X)

numbers = Pipeline([("impute", SimpleImputer(add_indicator=True)), ("scale", StandardScaler())])
words = make_pipeline(SimpleImputer(strategy="most_frequent"), OneHotEncoder(handle_unknown="ignore"))
loan = Pipeline(
    [
        ("prepare", ColumnTransformer([("n", numbers, ["income", "term"]), ("w", words, ["city"])], remainder="drop")),
        ("classify", LogisticRegression(max_iter=2000)),
    ]
)
save("pipeline", loan.fit(holes, binary), holes)

for selection, columns in {
    "names": ["age", "dependents"],
    "positions": [0, -5],
    "slice": slice(0, 3, 2),
    "label-slice": slice("age", "dependents"),
    "mask": [True, False, True, False, False, False, True],
    "mask-array": np.array([False, True, True, False, False, True, False]),
    "selector": make_column_selector(dtype_include=np.number),
}.items():
    numeric = frame.assign(city=frame.city.map(len))
    transformer = ColumnTransformer(
        [("a", StandardScaler(with_mean=selection != "slice", with_std=selection != "names"), columns)],
        remainder="passthrough" if selection != "mask" else StandardScaler(),
        transformer_weights={"a": 0.5} if selection == "positions" else None,
    )
    save(f"select-{selection}", make_pipeline(transformer, LogisticRegression(max_iter=5000)).fit(numeric, binary), numeric)

for name, encoder in {
    "drop-first": OneHotEncoder(drop="first", handle_unknown="ignore"),
    "drop-if-binary": OneHotEncoder(drop="if_binary", sparse_output=False),
    "drop-named": OneHotEncoder(drop=["Ulm", True, 3, 24.0]),
    "infrequent": OneHotEncoder(min_frequency=25, handle_unknown="infrequent_if_exist"),
    "infrequent-drop": OneHotEncoder(max_categories=3, drop="first", handle_unknown="infrequent_if_exist"),
    "infrequent-ignore": OneHotEncoder(min_frequency=0.2, handle_unknown="ignore"),
    "warn": OneHotEncoder(handle_unknown="warn"),
}.items():
    columns = ["city", "owner", "code", "term"]
    fitted = make_pipeline(encoder, LogisticRegression(C=0.5, max_iter=2000)).fit(frame[columns], three)
    rows = frame[columns].copy()
    if encoder.handle_unknown != "error":
        rows.loc[[1, 4], "city"] = "Nowhere"
        rows.loc[2, "code"] = 99
        rows.loc[5, "term"] = np.nan
    save(f"encode-{name}", fitted, rows)

with_missing = holes[["city", "term"]]
save("encode-missing", make_pipeline(OneHotEncoder(), LogisticRegression()).fit(with_missing, binary), with_missing)

for name, imputer, columns in (
    ("median", SimpleImputer(strategy="median", add_indicator=True), ["income", "term"]),
    ("most-frequent", SimpleImputer(strategy="most_frequent"), ["term", "code"]),
    ("constant", SimpleImputer(strategy="constant", fill_value=-1.5), ["income", "term"]),
    ("marker", SimpleImputer(missing_values=3, strategy="mean", add_indicator=True), ["code", "dependents"]),
):
    save(
        f"impute-{name}",
        make_pipeline(imputer, StandardScaler(), LogisticRegression()).fit(holes[columns], binary),
        holes[columns],
    )
empty = holes[["income"]].assign(nothing=np.nan)
save("impute-empty", make_pipeline(SimpleImputer(), LogisticRegression(max_iter=2000)).fit(empty, binary), empty)
word = make_pipeline(
    SimpleImputer(strategy="constant", fill_value="none", add_indicator=False),
    OneHotEncoder(handle_unknown="ignore"),
    StandardScaler(with_mean=False),
    LogisticRegression(),
)
save("impute-word", word.fit(holes[["city"]], binary), holes[["city"]])

nested = Pipeline(
    [
        ("skip", "passthrough"),
        ("outer", ColumnTransformer([("inner", loan.steps[0][1], ["income", "term", "city"]), ("p", "passthrough", ["owner"])])),
        ("end", Pipeline([("s", StandardScaler()), ("c", LogisticRegression())])),
    ]
)
save("nested", nested.fit(holes, three), holes)

# Versions up to 1.7 kept `multi_class`; their rule is written out here.
old = LogisticRegression(max_iter=2000).fit(X, three)
old.multi_class = "ovr"
p = 1 / (1 + np.exp(-old.decision_function(X[:30])))
save(
    "old-one-versus-rest",
    old,
    X,
    expected={
        "predictions": old.predict(X[:30]).tolist(),
        "probabilities": (p / p.sum(axis=1, keepdims=True)).tolist(),
        "decision": old.decision_function(X[:30]).tolist(),
    },
)
old = LogisticRegression().fit(X, binary)
old.multi_class = "multinomial"
s = 2 * old.decision_function(X[:30])
save(
    "old-multinomial-binary",
    old,
    X,
    expected={
        "predictions": old.predict(X[:30]).tolist(),
        "probabilities": np.stack([1 - 1 / (1 + np.exp(-s)), 1 / (1 + np.exp(-s))], axis=1).tolist(),
        "decision": s.reshape(-1, 1).tolist(),
    },
    explain=False,
)

# Folders as mlflow.sklearn.save_model writes them.
for name, model, rows, labels in (
    ("folder-loan", loan.fit(holes, binary), holes, binary),
    ("folder-array", LogisticRegression().fit(X.to_numpy(), binary), X.to_numpy(), binary),
):
    folder = HERE / name
    shutil.rmtree(folder, ignore_errors=True)
    mlflow.sklearn.save_model(
        model,
        folder,
        signature=infer_signature(rows, model.predict(rows)),
        input_example=rows[:5],
        skops_trusted_types=["numpy.dtype"],
        pip_requirements=["scikit-learn"],
    )
    (folder / "model.skops").write_bytes(dump(model))
    for surplus in ("conda.yaml", "python_env.yaml", "requirements.txt"):
        (folder / surplus).unlink(missing_ok=True)
