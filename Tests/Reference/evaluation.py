"""Writes the data and the expected figures of Tests/DorsalTests/Evaluation/ReferenceFiguresTests.

    python3 -m venv venv && venv/bin/pip install numpy scipy scikit-learn statsmodels
    venv/bin/python Tests/Reference/evaluation.py

Nothing here uses Dorsal. Areas, average precision, log loss, Brier score, isotonic regression
and calibration curves are scikit-learn's; slope and intercept statsmodels', and the intercept
with the slope kept at 1 the root of its score by scipy; Spiegelhalter's z
(Stat Med 1986;5:421-33, as val.prob of the R package rms prints it), the debiased squared error
(Ferro and Fricker 2012; Kumar and others 2019) and net benefit (Vickers and Elkin 2006) are
their published formulas, in numpy. The made-up posteriors are multiples of 1/4096, so that a float
holds them exactly and ties come about.
"""

import csv
import json
import pathlib
import warnings

import numpy as np
import scipy
import sklearn
import statsmodels
import statsmodels.api as sm
from scipy.optimize import brentq
from scipy.stats import norm
from sklearn.calibration import calibration_curve
from sklearn.isotonic import IsotonicRegression
from sklearn.metrics import average_precision_score, brier_score_loss, log_loss, roc_auc_score

FOLDER = pathlib.Path(__file__).resolve().parents[1] / "DorsalTests/Fixtures/evaluation"
UNIT = 4096


def posteriors(rng, cases, causes):
    """Rows of whole multiples of 1/4096 that sum to one, some of them 0 or 1."""
    weights = rng.dirichlet(np.array([0.8, 0.5, 0.3, 0.15])[:causes], size=cases)
    counts = np.floor(weights * UNIT).astype(int)
    counts[np.arange(cases), weights.argmax(axis=1)] += UNIT - counts.sum(axis=1)
    # Ties: a third of the cases on a coarse grid.
    for row in range(0, cases, 3):
        coarse = counts[row] // 512 * 512
        coarse[coarse.argmax()] += UNIT - coarse.sum()
        counts[row] = coarse
    counts[0] = [UNIT, 0, 0, 0]
    counts[1] = [0, UNIT, 0, 0]
    return counts / UNIT


def event(p, y):
    """Every figure of one event that is defined."""
    p, y = np.asarray(p, float), np.asarray(y, int)
    out = {"cases": len(y), "events": int(y.sum()), "expected": p.sum()}
    both = 0 < y.sum() < len(y)
    out["auroc"] = roc_auc_score(y, p) if both else None
    out["auprc"] = average_precision_score(y, p) if y.sum() else None
    out["brier"] = brier_score_loss(y, p, labels=[0, 1]) if both else float(np.mean((p - y) ** 2))
    out["log_loss"] = log_loss(y, p, labels=[0, 1])
    out["expected_over_observed"] = p.sum() / y.sum() if y.sum() else None
    eps = np.finfo(float).eps
    clipped = np.clip(p, eps, 1 - eps)
    x = np.log(clipped) - np.log(1 - clipped)
    separated = both and (p[y == 1].min() >= p[y == 0].max() or p[y == 1].max() <= p[y == 0].min())
    if both and not separated:
        options = dict(tol=1e-14, maxiter=200)
        fit = sm.GLM(y, sm.add_constant(x), family=sm.families.Binomial()).fit(**options)
        out["intercept"], out["slope"] = fit.params
    else:
        out["intercept"] = out["slope"] = None
    if both:
        # The root of the score; iterations without a line search run away from zeros and ones.
        out["intercept_at_slope_1"] = brentq(
            lambda a: np.sum(y - scipy.special.expit(a + x)), -60, 60, xtol=1e-14, rtol=1e-14)
    else:
        out["intercept_at_slope_1"] = None
    variance = np.sum((1 - 2 * p) ** 2 * p * (1 - p))
    z = np.sum((y - p) * (1 - 2 * p)) / np.sqrt(variance) if variance > 0 else None
    out["spiegelhalter_z"] = z
    out["spiegelhalter_p"] = None if z is None else 2 * norm.sf(abs(z))
    bins(out, p, y)
    decompose(out, p, y)
    return out


def bins(out, p, y):
    wanted = max(1, min(15, len(y) // 10))
    edges = np.percentile(p, np.linspace(0, 1, wanted + 1) * 100)
    which = np.searchsorted(edges[1:-1], p)
    rows = []
    for b in range(wanted):
        mask = which == b
        if mask.any():
            rows.append((int(mask.sum()), int(y[mask].sum()), p[mask].mean(), y[mask].mean()))
    n = np.array([r[0] for r in rows], float)
    mean, share = np.array([r[2] for r in rows]), np.array([r[3] for r in rows])
    if 0 < y.sum() < len(y):
        # The same bins as scikit-learn's.
        true, predicted = calibration_curve(y, p, n_bins=wanted, strategy="quantile")
        assert np.allclose(true, share) and np.allclose(predicted, mean)
    out["bins"] = [{"cases": r[0], "events": r[1], "mean": r[2], "observed": r[3]} for r in rows]
    out["calibration_error_plain"] = float(np.sum(n / n.sum() * np.abs(mean - share)))
    chance = share * (1 - share) / np.maximum(n - 1, 1)
    square = float(np.sum(n / n.sum() * ((mean - share) ** 2 - chance)))
    out["calibration_error"] = max(square, 0) ** 0.5


def entropy(q):
    return -(scipy.special.xlogy(q, q) + scipy.special.xlog1py(1 - q, -q))


def decompose(out, p, y):
    fitted = IsotonicRegression(y_min=0, y_max=1).fit(p, y).predict(p)
    share = y.mean()
    for name, loss, mean in (
        ("brier", out["brier"], np.mean(fitted * (1 - fitted))),
        ("log_loss", out["log_loss"], np.mean(entropy(fitted))),
    ):
        constant = share * (1 - share) if name == "brier" else float(entropy(np.array(share)))
        out[name + "_parts"] = {
            "score": loss, "miscalibration": loss - mean,
            "discrimination": constant - mean, "uncertainty": constant,
        }
    return fitted


def net_benefit(p, y, threshold):
    called = p >= threshold
    hits, false = np.sum(called & (y == 1)), np.sum(called & (y == 0))
    return float((hits - false * threshold / (1 - threshold)) / len(y))


def main():
    warnings.simplefilter("ignore")
    rng = np.random.default_rng(20)
    causes = 4
    p = posteriors(rng, 240, causes)
    # Labels from sharpened posteriors, so that calibration is off.
    true = (p + 0.02) ** 0.7
    true /= true.sum(axis=1, keepdims=True)
    labels = np.array([rng.choice(causes, p=row) for row in true])
    accepted = [[int(label)] for label in labels]
    for row in range(5, 240, 29):
        other = int((labels[row] + 1) % causes)
        accepted[row] = sorted([int(labels[row]), other])
    sole = np.array([len(a) == 1 for a in accepted])

    with open(FOLDER / "posteriors.csv", "w", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow([f"p{c}_times_4096" for c in range(causes)] + ["diagnosis"])
        for row, diagnosis in zip((p * UNIT).astype(int), accepted):
            writer.writerow(list(row) + ["|".join(map(str, diagnosis))])

    top = p.argmax(axis=1)
    right = np.array([int(t in a) for t, a in zip(top, accepted)])
    # Causes 2 and 3 are urgent, cause 2 an emergency.
    urgent, emergency = p[:, [2, 3]].sum(axis=1), p[:, 2]
    is_urgent = np.array([int(max(a) >= 2) for a in accepted])
    is_emergency = np.array([int(2 in a) for a in accepted])
    events = {
        "top_cause": event(p[np.arange(len(p)), top], right),
        "urgent_or_more": event(urgent, is_urgent),
        "emergency": event(emergency, is_emergency),
    }
    events |= {f"cause_{c}": event(p[sole, c], labels[sole] == c) for c in range(causes)}

    # All causes at once, over the cases with one diagnosis.
    q, y = p[sole], labels[sole]
    onehot = np.eye(causes)[y]
    fits = np.column_stack([
        IsotonicRegression(y_min=0, y_max=1).fit(q[:, c], onehot[:, c]).predict(q[:, c])
        for c in range(causes)
    ])
    normalised = fits / fits.sum(axis=1, keepdims=True)
    shares = onehot.mean(axis=0)
    # A probability of zero counts as the least normal float.
    floor = np.maximum(q[np.arange(len(y)), y], np.finfo(np.float32).tiny)
    multiclass = {
        "brier": brier_score_loss(y, q, labels=range(causes), scale_by_half=False),
        "brier_recalibrated": float(np.sum(np.mean(fits * (1 - fits), axis=0))),
        "brier_constant": float(np.sum(shares * (1 - shares))),
        "log_loss": float(-np.log(floor).mean()),
        "log_loss_recalibrated": float(-np.log(normalised[np.arange(len(y)), y]).mean()),
        "log_loss_constant": float(-np.sum(shares * np.log(shares))),
    }

    # Events that lack something.
    small = {
        "one_kind_no_event": ([0.1, 0.2, 0.2, 0.7], [0, 0, 0, 0]),
        "one_kind_all_events": ([0.1, 0.25, 0.25, 0.75], [1, 1, 1, 1]),
        "one_event": ([0.125, 0.25, 0.25, 0.75, 0.5], [0, 1, 0, 0, 0]),
        "all_tied": ([0.25] * 6, [0, 1, 0, 1, 1, 0]),
        "zeros_and_ones": ([0, 0, 0, 1, 1, 1, 0.5, 0.5], [0, 0, 1, 1, 1, 0, 1, 0]),
        "separated": ([0.125, 0.25, 0.5, 0.75], [0, 0, 1, 1]),
        "separated_but_one_tie": ([0.125, 0.5, 0.5, 0.75], [0, 0, 1, 1]),
    }
    degenerate = {}
    for name, (probabilities, happened) in small.items():
        probabilities = np.array(probabilities, np.float32).astype(float)
        degenerate[name] = {
            "p": list(probabilities), "y": happened, "figures": event(probabilities, happened)
        }

    thresholds = [0.01, 0.05, 0.125, 0.25, 0.5, 0.75]
    expected = {
        "versions": {m.__name__: m.__version__ for m in (np, scipy, sklearn, statsmodels)},
        "events": events,
        "multiclass": multiclass,
        "net_benefit": {
            "thresholds": thresholds,
            "urgent_or_more": [net_benefit(urgent, is_urgent, t) for t in thresholds],
            "emergency": [net_benefit(emergency, is_emergency, t) for t in thresholds],
        },
        "degenerate": degenerate,
    }
    text = json.dumps(expected, indent=1, default=float)
    assert "NaN" not in text and "Infinity" not in text
    (FOLDER / "expected.json").write_text(text + "\n")


if __name__ == "__main__":
    main()
