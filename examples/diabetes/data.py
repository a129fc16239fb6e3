"""Writes the tables of this example from the diabetes study that scikit-learn brings along (Efron et al. 2004, 442 patients).

patients.csv: what was measured, whether the disease progressed more than in the median patient (`high`), and what a logistic and a
linear regression say of each patient that was left out of their training (`score`, `prediction`, `estimate`; `fold` is which tenth).
younger.csv and older.csv: the same measurements of patients below 50 years and from 50 on.

    python examples/diabetes/data.py
"""

from pathlib import Path

from sklearn.datasets import load_diabetes
from sklearn.linear_model import LinearRegression, LogisticRegression
from sklearn.model_selection import KFold, cross_val_predict
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

HERE = Path(__file__).parent
FEATURES = ["age", "bmi", "bp", "s1", "s2", "s3", "s4", "s5", "s6"]


def main():
    study = load_diabetes(scaled=False, as_frame=True)
    table = study.frame.rename(columns={"target": "progression"})
    table["sex"] = table["sex"].map({1.0: "one", 2.0: "two"})
    for name in ("age", "progression"):
        table[name] = table[name].astype(int)
    table["high"] = (table["progression"] > 140).astype(int)
    folds = KFold(10, shuffle=True, random_state=0)
    for place, (_, left_out) in enumerate(folds.split(table)):
        table.loc[left_out, "fold"] = place
    table["fold"] = table["fold"].astype(int)
    logistic = make_pipeline(StandardScaler(), LogisticRegression())
    table["score"] = cross_val_predict(logistic, table[FEATURES], table["high"], cv=folds, method="predict_proba")[:, 1].round(4)
    table["prediction"] = (table["score"] >= 0.5).astype(int)
    linear = cross_val_predict(LinearRegression(), table[FEATURES], table["progression"], cv=folds)
    table["estimate"] = linear.round(1)
    table.to_csv(HERE / "patients.csv", index=False)
    measured = ["age", "sex", *FEATURES[1:], "progression", "high", "score"]
    table.loc[table["age"] < 50, measured].to_csv(HERE / "younger.csv", index=False)
    table.loc[table["age"] >= 50, measured].to_csv(HERE / "older.csv", index=False)


if __name__ == "__main__":
    main()
