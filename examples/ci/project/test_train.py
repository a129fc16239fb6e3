"""What the training promises whatever the numbers are."""

import train


def test_the_holdout_is_not_trained_on():
    first, second = train.rows()
    assert not set(first.index) & set(second.index)


def test_the_forest_takes_no_sensitive_column():
    first, _ = train.rows()
    assert "race" not in train.fit(first.head(200)).feature_names_in_
