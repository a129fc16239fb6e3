"""Trees on the loan data of the demo, with the tables that reasons and counterfactuals need: model.ubj, background.csv, applications.csv.

    python train.py FOLDER
"""

import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "loans"))

import xgboost
from data import CREDIT_FEATURES, LABEL, load


def main(folder):
    folder.mkdir(parents=True, exist_ok=True)
    train, holdout = load()
    model = xgboost.XGBClassifier(n_estimators=60, max_depth=3, learning_rate=0.1, random_state=0, n_jobs=1)
    model.fit(train[CREDIT_FEATURES], train[LABEL].astype(int))
    model.save_model(folder / "model.ubj")
    train[CREDIT_FEATURES].to_csv(folder / "background.csv", index=False)
    declined = model.predict(holdout[CREDIT_FEATURES]) == 0
    holdout[declined][CREDIT_FEATURES].head(5).to_csv(folder / "applications.csv", index=False)


if __name__ == "__main__":
    main(pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else "."))
