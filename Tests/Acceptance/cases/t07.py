"""The prediction with explanations of the iris model equals scikit-learn's and SHAP's; --strict-mlflow brings MLflow's error back."""

from cases import iris
from house import expect

BODY = b'{"data": [[5.1, 3.5, 1.4, 0.2]]}'


def run(house):
    import numpy as np
    import shap
    from sklearn.datasets import load_iris
    from sklearn.linear_model import LogisticRegression

    with house.serve(f"runs:/{iris.run_id(house)}/model") as serving:
        status, answer = serving.post("/invocations", BODY)
    expect(status == 200, f"answered {status}: {answer}")
    expect(answer["predictions"] == [0], str(answer["predictions"]))
    explanations = answer["explanations"]
    importance = explanations["feature_importance"]
    expect(len(importance) == 4 and all(share >= 0 for share in importance) and abs(sum(importance) - 1) < 1e-9, str(importance))
    # The model's folder has no table to take a background from, so the answer says zeros.
    expect(explanations["background"] == "zeros", explanations["background"])
    data = load_iris()
    model = LogisticRegression(max_iter=200).fit(data.data, data.target)
    values = shap.LinearExplainer(model, np.zeros((1, 4))).shap_values(np.array([[5.1, 3.5, 1.4, 0.2]]))
    own = np.asarray(values)[0, :, 0]
    expect(np.allclose(importance, np.abs(own) / np.abs(own).sum(), rtol=1e-6),
        f"{importance} is not SHAP's {np.abs(own) / np.abs(own).sum()}")
    with house.serve(f"runs:/{iris.run_id(house)}/model", "--strict-mlflow") as serving:
        status, answer = serving.post("/invocations", BODY)
    expect(status == 400 and "error_code" in answer, f"strict answered {status}: {answer}")
