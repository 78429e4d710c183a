"""dorsal fit and calibrate beside scikit-learn on the same folds of a table.

    python3 Benchmarks/peers/local_fit.py TABLE.csv [--label diagnosis] [--seeds 1] [--dorsal .build/release/dorsal]
    python3 Benchmarks/peers/local_fit.py FOLDER [--surveys namcs,nhds]

With a folder of case files see `survey_fit.py`: `dorsal fit` with a prior model on halves of surveys.

A table of categorical findings with a column `id` and a column with the cause. In each of ten
folds every method sees nine tenths: scikit-learn's CategoricalNB and LogisticRegression, both as
they come, and `dorsal fit` from nothing, with findings taken as independent, with the weight of findings that it chooses,
and with a calibration (`--options`, the method `evidence`
unless told) that it fits to posteriors of models of inner folds; once as it comes, and once divided by the sum over the causes of
the table, since no case can be `unlisted` there. An unknown finding is a category of its own for
scikit-learn, which has no other way. The differences of the last to logistic regression come with
their standard error over the ten folds, paired, as the mean of the partitions. Needs scikit-learn and pandas.
"""
import argparse
import os
import subprocess
import tempfile

import numpy as np
import pandas as pd
from scipy.optimize import minimize_scalar
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import StratifiedKFold
from sklearn.naive_bayes import CategoricalNB
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, OrdinalEncoder


def figures(probabilities, truth):
    """Log loss, Brier score, AUROC (mean over causes against the rest), accuracy, slope."""
    rows = np.arange(len(truth))
    log_p = np.log(np.maximum(probabilities, 1e-38))
    onehot = np.eye(probabilities.shape[1])[truth]

    def loss(scale):
        z = scale * log_p
        z = z - z.max(1, keepdims=True)
        return -(z[rows, truth] - np.log(np.exp(z).sum(1))).mean()

    return {
        "log_loss": -log_p[rows, truth].mean(),
        "brier": ((probabilities - onehot) ** 2).sum(1).mean(),
        "auroc": np.mean([roc_auc_score(onehot[:, c], probabilities[:, c]) for c in range(onehot.shape[1])]),
        "accuracy": (probabilities.argmax(1) == truth).mean(),
        "slope": minimize_scalar(loss, bounds=(0.05, 5), method="bounded").x,
    }


def case_scores(probabilities, truth):
    """The log loss and the Brier score of each case."""
    own = probabilities[np.arange(len(truth)), truth]
    onehot = np.eye(probabilities.shape[1])[truth]
    return -np.log(np.maximum(own, 1e-38)), ((probabilities - onehot) ** 2).sum(axis=1)


def dorsal(tool, options, training, test, label, causes):
    """Probabilities of dorsal: with findings taken as independent, as it is, and calibrated."""
    with tempfile.TemporaryDirectory() as folder:
        training.to_csv(f"{folder}/training.csv", index=False)
        test.drop(columns=label).to_csv(f"{folder}/test.csv", index=False)

        def run(*arguments):
            subprocess.run([tool, *arguments], check=True, cwd=folder, stderr=subprocess.DEVNULL)

        run("fit", "training.csv", "--output", "model", "--label", label, "--calibration", "c.json", *options)
        run("fit", "training.csv", "--output", "independent", "--label", label, "--finding-weight", "1")
        answers = []
        for model, extra in (("independent", []), ("model", []), ("model", ["--calibration", "c.json"])):
            run("score", "test.csv", "--model", model, "--all", "--output", "answers.csv", *extra)
            answers.append(pd.read_csv(f"{folder}/answers.csv").set_index("id").loc[test.id, causes].values)
    return answers


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("table")
    parser.add_argument("--label", default="diagnosis")
    parser.add_argument("--seeds", type=int, default=1)
    parser.add_argument("--dorsal", default=".build/release/dorsal")
    parser.add_argument("--options", default="--method evidence", help="of dorsal fit")
    parser.add_argument("--model", default="Models/back-pain", help="of a folder: the prior model")
    parser.add_argument("--surveys", default="namcs,nhds", help="of a folder: the files to take")
    parser.add_argument("--sizes", default="100,300,1000,3000", help="of a folder: patients of a clinic")
    parser.add_argument("--without", default="coronary_disease,history_of_cancer",
                        help="of a folder: columns to leave out")
    arguments = parser.parse_args()
    if os.path.isdir(arguments.table):
        import survey_fit
        return survey_fit.main(arguments)
    tool = os.path.abspath(arguments.dorsal)
    table = pd.read_csv(arguments.table, dtype=str)
    causes = sorted(table[arguments.label].unique())
    truth = table[arguments.label].map(causes.index).values
    findings = table.drop(columns=["id", arguments.label]).fillna("unknown")
    names = ["CategoricalNB", "LogisticRegression", "dorsal fit --finding-weight 1", "dorsal fit", "dorsal fit, calibrated",
             "the same, none unlisted"]
    found = {name: [] for name in names}
    differences = {"log loss": [], "Brier score": []}
    for seed in range(arguments.seeds):
        answers = {name: np.zeros((len(table), len(causes))) for name in names}
        folds = StratifiedKFold(10, shuffle=True, random_state=seed)
        for training, test in folds.split(findings, truth):
            # Categories are those of the whole table: a fold may lack a rare one.
            categories = [sorted(findings[name].unique()) for name in findings]
            bayes = make_pipeline(
                OrdinalEncoder(categories=categories),
                CategoricalNB(min_categories=[len(values) for values in categories]))
            logistic = make_pipeline(OneHotEncoder(handle_unknown="ignore"), LogisticRegression(max_iter=1000))
            for name, model in (("CategoricalNB", bayes), ("LogisticRegression", logistic)):
                model.fit(findings.iloc[training], truth[training])
                answers[name][test] = model.predict_proba(findings.iloc[test])
            independent, plain, calibrated = dorsal(
                tool, arguments.options.split(), table.iloc[training], table.iloc[test],
                arguments.label, causes)
            answers["dorsal fit --finding-weight 1"][test] = independent
            answers["dorsal fit"][test] = plain
            answers["dorsal fit, calibrated"][test] = calibrated
            answers["the same, none unlisted"][test] = calibrated / calibrated.sum(axis=1, keepdims=True)
        for name in names:
            found[name].append(figures(answers[name], truth))
        scores = {name: case_scores(answers[name], truth) for name in (names[-1], "LogisticRegression")}
        for place, score in enumerate(differences):
            gain = scores[names[-1]][place] - scores["LogisticRegression"][place]
            differences[score].append([gain[test].mean() for _, test in folds.split(findings, truth)])
    print(f"{len(table)} cases, {findings.shape[1]} findings, {len(causes)} causes, "
          f"10 folds, mean of {arguments.seeds} partitions")
    for score, rows in differences.items():
        rows = np.array(rows)
        error = (rows.std(axis=1, ddof=1) / rows.shape[1] ** 0.5).mean()
        print(f"{score} of the last less that of LogisticRegression: {rows.mean():.4f}, "
              f"standard error over the folds {error:.4f}")
    print(pd.DataFrame({name: pd.DataFrame(found[name]).mean() for name in names}).T.round(4).to_string())


if __name__ == "__main__":
    main()
