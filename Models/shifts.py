"""Fits how published patients move judged likelihoods, and the rows of `unlisted`.

    python3 Models/shifts.py Models/back-pain           # says what does not follow
    python3 Models/shifts.py Models/back-pain --write   # writes shifts.csv and likelihoods.csv
    python3 Models/shifts.py Models/back-pain --cross   # figures of five folds of the fit half
    python3 Models/shifts.py Models/back-pain --cross --as OLDER  # causes that OLDER lacks are one

The fit half of `Data/patients.csv` and `patients_imaging.csv` is taken, by the rule of
`Data/patients.py`; the check half is never scored. Rows of one patient count one together.

Shifts. The prior mean is the table that `pool.py` makes without them. What moves are the logarithms
of judged states (`movable`); each finding is normalised after.
1. They are the penalised maximum of the sum over patients of log P(a right cause | what was told).
   Being conditional on what was told, it does not learn what reports always or never mention.
2. A shift is the sum of one of the cause and one of its family, each normal about 0 with `SPREAD`.
   A cause has an intercept as well, with `INTERCEPT`, which is not kept: cases are not picked as
   patients come. For the same reason the priors are raised to `PRIOR_POWER`.
3. Patients who can only be `unlisted` are left out: the other causes would move in its stead.
4. Findings count without the weights of `findings.csv`: on folds it is 0.01 better.

Unlisted. P(state | unlisted) is counted in patients who can only be `unlisted`, to which a profile
worth `PROFILE_WORTH` patients is added: half the background, and half the causes that are not
mechanical, each with the root of its prior in emergency care.

`--cross` scores as the tool does, with the weights; the other folds make shifts and counts. "power"
is that of the priors, "area" how well P(unlisted) tells the unlisted. With `--as` the causes that the
model of another folder lacks are `unlisted`, so that models with more and with fewer causes compare, and
patients who can only be `unlisted` count among the others. A diagnosis that a model lacks is `unlisted` to it.
"""

import pathlib
import sys
from collections import defaultdict, namedtuple
from csv import DictWriter

import numpy as np
from pool import Pool, table

DATA = pathlib.Path(__file__).resolve().parent.parent / "Data"
sys.path.insert(0, str(DATA))
from patients import SETTINGS, Vocabulary, half_of  # noqa: E402

SPREAD = 0.5  # 0.7 gained 0.02 on folds and lost 0.04 on vignettes
INTERCEPT = 0.1  # small, as the power of the priors stands for how cases are picked
PRIOR_POWER = 0.5  # as in the figures of the card: the mix of published cases is the searcher's
LEAST_PATIENTS = 5  # who have a state known; with fewer it hangs on single reports
LEAST_SHIFT = 0.05
PROFILE_WORTH = 60  # 30 tells the unlisted a little better and loses 0.03 on the listed
MOST_SURE = 60  # of effective_n, as these patients are no sample of one population
# Cases are picked by age, sex, site and history; surveys count the duration; nearly all who tell
# the course tell that it is progressive; statements of guidelines hold night pain.
STAY = ("age", "sex", "site", "duration", "trend", "night_pain")
# Causes that share a mechanism and so a shift; all others share it with their group.
FAMILY = {
    "ependymoma": "intradural", "astrocytoma": "intradural",
    "meningioma": "intradural", "nerve_sheath_tumour": "intradural",
    "osteoporotic_fracture": "fracture", "traumatic_fracture": "fracture",
    "cauda_equina_syndrome": "cauda equina", "cardiovascular": "chest", "pulmonary": "chest",
}
NOTE = ("published patients with a disease outside the model; "
        f"{PROFILE_WORTH} patients' worth of half the background and half the causes outside "
        "mechanical pain, each with the root of its prior in emergency care")


class Model:
    """A model as arrays: a row for each state of each finding, a column for each cause."""

    def __init__(self, folder):
        self.pool = Pool(folder)
        self.states, self.causes = self.pool.states, [*self.pool.causes, "unlisted"]
        self.group = {c["id"]: c["group"] for c in table(folder, "causes.csv")}
        ends = np.cumsum([len(s) for s in self.states.values()])
        self.rows = {f: slice(e - len(s), e) for (f, s), e in zip(self.states.items(), ends)}
        self.owner = np.repeat(np.arange(len(ends)), [len(s) for s in self.states.values()])
        weight = {f["id"]: float(f["weight"] or 1) for f in table(folder, "findings.csv")}
        self.weight = np.array([weight[f] for f in self.states])[self.owner]
        self.prior = {s: np.zeros(len(self.causes)) for s in SETTINGS}
        for row in table(folder, "priors.csv"):
            self.prior[row["setting"]][self.causes.index(row["cause"])] = row["probability"]

    def likelihoods(self, rows):
        """P(state given cause) of the rows of a table, and the background."""
        given = defaultdict(dict)
        for row in rows:
            given[row["finding"], row["cause"]][row["state"]] = float(row["probability"])
        p = np.empty((len(self.owner), len(self.causes) + 1))
        for finding, states in self.states.items():
            common = dict.fromkeys(states, 1.0)  # the background names all states but one at most
            for column, cause in ((-1, "*"), *enumerate(self.causes)):
                named = given[finding, cause]
                left = max(1 - sum(named.values()), 1e-12)
                whole = sum(x for s, x in common.items() if s not in named)
                values = [named[s] if s in named else left * common[s] / whole for s in states]
                p[self.rows[finding], column] = values
                common = dict(zip(states, values)) if cause == "*" else common
        return p[:, :-1], p[:, -1]

    def judged(self):
        """The table without shifts and with the background for `unlisted`."""
        self.pool.shift.clear()
        return self.likelihoods(r for r in self.pool.written() if r["cause"] != "unlisted")

    def sums(self, values):
        """The sum over the states of each finding, for each of its states."""
        return np.add.reduceat(values, [r.start for r in self.rows.values()])[self.owner]


class Patients(namedtuple("Patients", "ids imaging right listed known prior")):
    """Arrays with a row for each part of each patient: the right causes, the known states."""

    def pick(self, kept):
        return Patients(*(column[kept] for column in self))


def fit_half(model):
    vocabulary = Vocabulary(pathlib.Path(model.pool.folder))
    rows = [(r, part) for part, name in enumerate(("patients.csv", "patients_imaging.csv"))
            for r in table(DATA, name) if half_of(r["id"]) == "fit"]
    known = np.zeros((len(rows), len(model.owner)))
    for (row, _), place in zip(rows, known):
        for finding in filter(row.get, model.rows):
            state = model.states[finding].index(vocabulary.state(finding, row[finding]))
            place[model.rows[finding].start + state] = 1
    named = [{c if c in model.causes else "unlisted" for c in r["diagnosis"].split("|")}
             for r, _ in rows]
    right = np.array([[c in own for c in model.causes] for own in named])
    prior = np.log([model.prior[r["setting"]] for r, _ in rows])
    ids, imaging = np.array([(r["id"], part) for r, part in rows], dtype=object).T
    return Patients(ids, imaging, right, right[:, :-1].any(axis=1), known, prior)


def movable(model, patients):
    """1 for each state and cause that moves, else 0."""
    pool, answer = model.pool, np.zeros((len(model.owner), len(model.causes)))
    enough = np.array([len(set(patients.ids[k > 0])) for k in patients.known.T]) >= LEAST_PATIENTS
    for finding, cause in pool.judged:
        section, part = pool.section[finding], model.rows[finding]
        # Of nerve signs in mechanical pain, series of hundreds of examined patients say more.
        signs = section == "neurology" and model.group[cause] == "mechanical"
        if not (signs or section == "history" or finding in STAY or pool.kept(finding, cause)):
            answer[part, model.causes.index(cause)] = enough[part]
    return answer


def softmax(score):
    return (p := np.exp(score - score.max(axis=1, keepdims=True))) / p.sum(axis=1, keepdims=True)


def fitted(model, patients, p):
    """The table `p` as patients move it."""
    free = movable(model, patients)
    patients = patients.pick(patients.listed)
    count = np.array([[1 / (patients.ids == i).sum()] for i in patients.ids])
    names = [FAMILY.get(c, FAMILY.get(model.group[c], model.group[c])) for c in model.causes]
    member = np.array([[n == k for k in sorted(set(names))] for n in names]) * 1.0
    parts = np.cumsum([p.size, len(p) * member.shape[1]])

    def moved(x):
        own, shared, _ = np.split(x * SPREAD, parts)
        both = own.reshape(p.shape) + shared.reshape(len(p), -1) @ member.T
        values = p * np.exp(free * both)
        return values / model.sums(values)

    def loss(x):
        """What is least at the answer, with `x` in units of the spreads, and its slope."""
        values, intercept = moved(x), INTERCEPT * x[parts[1]:]
        q = softmax(patients.known @ np.log(values) + PRIOR_POWER * patients.prior + intercept)
        right = (q * patients.right).sum(axis=1, keepdims=True)
        slope = count * (q - q * patients.right / right)
        states = patients.known.T @ slope
        states = SPREAD * free * (states - values * model.sums(states))
        whole = [states.ravel(), (states @ member).ravel(), INTERCEPT * slope.sum(axis=0)]
        return x @ x / 2 - (count * np.log(right)).sum(), np.concatenate(whole) + x

    return moved(minimum(loss, np.zeros(parts[1] + len(names))))


def minimum(loss, x):
    """Where a function is least: steps downhill with momentum, which a step uphill ends."""
    step, pace, ahead = 1.0, 1.0, x
    for _ in range(5000):
        value, slope = loss(ahead)
        if np.abs(slope).max() < 1e-5:
            return ahead
        while loss(ahead - step * slope)[0] > value - step * (slope @ slope) / 2 + 1e-9:
            step /= 2
        then = ahead - step * slope
        if slope @ (then - x) > 0:
            pace = 1.0
        faster = (1 + (1 + 4 * pace * pace) ** 0.5) / 2
        x, ahead, pace = then, then + (pace - 1) / faster * (then - x), faster
    raise SystemExit("the fit of shifts did not end")


def shift_rows(model, before, after):
    """The rows of shifts.csv."""
    answer, moved = [], np.log(after / before)
    moved -= model.sums(before * moved)  # less the mean over the states
    for finding, part in model.rows.items():
        for d, cause in zip(moved[part].T, model.causes):
            answer += [
                dict(finding=finding, state=state, cause=cause, shift=f"{x:.2f}")
                for state, x in zip(model.states[finding], d)
                if np.abs(d).max() >= LEAST_SHIFT and abs(x) >= 0.005]
    return answer


def unlisted(model, patients, p, background):
    """P(state given unlisted), and how many patients have each state."""
    outside = [i for i, c in enumerate(model.pool.causes) if model.group[c] != "mechanical"]
    share = np.sqrt(model.prior["emergency"][outside])
    profile = 0.5 * background + 0.5 * p[:, outside] @ (share / share.sum())
    first = {}  # a patient counts once, by the first row in which the finding is known
    for place, state in np.argwhere((patients.known > 0) & ~patients.listed[:, None]):
        first.setdefault((patients.ids[place], model.owner[state]), state)
    counts = np.bincount(list(first.values()), minlength=len(p))
    return (counts + PROFILE_WORTH * profile) / (model.sums(counts) + PROFILE_WORTH), counts


def unlisted_rows(model, patients, rows):
    """The rows of `unlisted` in likelihoods.csv that go with the others."""
    values, counts = unlisted(model, patients, *model.likelihoods(rows))
    answer = []
    for finding, part in model.rows.items():
        n, short = counts[part].sum(), np.round(values[part], 4)
        short[np.argmax(short)] += 1 - short.sum()
        for state, x, count in zip(model.states[finding], short, counts[part]):
            if state in model.pool.given[finding, "*"]:
                answer.append(dict(
                    finding=finding, state=state, cause="unlisted", basis="derived",
                    probability=f"{max(x, 0.0002):.6g}", effective_n=f"{min(20 + n, MOST_SURE)}",
                    source="dorsal_patients", note=f"{count} of {n} {NOTE}"))
    return answer


def cross(model, patients, older):
    """Prints figures of each fold scored by a table that the others made."""
    judged, background = model.judged()
    fold = np.array([int(i[2:-1], 16) % 5 for i in patients.ids])  # the last digit is the half
    scores = np.zeros((3, *patients.right.shape))
    for k in range(5):
        others, here = patients.pick(fold != k), fold == k
        shifted = fitted(model, others, judged)
        both = shifted.copy()
        both[:, -1] = unlisted(model, others, shifted, background)[0]
        for score, values in zip(scores, (judged, shifted, both)):
            score[here] = (patients.known[here] * model.weight) @ np.log(values)
    print("rows         power  table              first  three  log loss   area")
    for part, power in ((False, 1), (False, 0.5), (True, 1), (True, 0.5)):
        for name, score in zip(("judgements", "with shifts", "and unlisted rows"), scores):
            p, right, listed = softmax(score + power * patients.prior), patients.right, patients.listed
            if older:
                kept = np.array([c in older and c != "unlisted" for c in model.causes])
                p = np.c_[p[:, kept], p[:, ~kept].sum(axis=1)]
                right = np.c_[right[:, kept], right[:, ~kept].any(axis=1)]
                listed = right[:, :-1].any(axis=1)
            here = patients.imaging == part
            a, b = p[here & ~listed, -1:], p[here & listed, -1]
            counted = here if older else here & listed
            p, right = p[counted], right[counted]
            if not older:
                right[:, -1] = False  # of a patient who may be unlisted too
            rank = (p > (p * right).max(axis=1, keepdims=True)).sum(axis=1)
            loss, area = -np.log((p * right).sum(axis=1)).mean(), ((a > b) + (a == b) / 2).mean()
            print(f"{'with imaging' if part else 'before':12} {power:5}  {name:17}"
                  f"{(rank < 1).mean():7.3f}{(rank < 3).mean():7.3f}{loss:10.3f}{area:7.2f}")


def differ(name, now, then, column, least):
    """Says which rows differ by more than the rounding of a search that ends near its answer."""
    now, then = ({(r["finding"], r["state"], r["cause"]): float(r[column]) for r in rows}
                 for rows in (now, then))
    keys = sorted(k for k in now | then if abs(now.get(k, 0) - then.get(k, 0)) > least)
    print(f"{name}: {len(then)} rows, {len(keys)} do not follow")
    for key in keys[:20]:
        print("  ", *key, now.get(key), "->", then.get(key))
    return len(keys)


def write(path, rows):
    with open(path, "w", newline="", encoding="utf-8") as file:
        writer = DictWriter(file, rows[0], lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def main(folder, options):
    model = Model(folder)
    patients = fit_half(model)
    print(f"fit half: {len(set(patients.ids))} patients, "
          f"{len(set(patients.ids[patients.listed]))} with a cause of the model")
    if "--cross" in options:
        older = options[options.index("--as") + 1] if "--as" in options else None
        return cross(model, patients, older and {c["id"] for c in table(older, "causes.csv")})
    path, judged, rows = pathlib.Path(folder), model.judged()[0], model.pool.rows
    now = table(folder, "shifts.csv") if (path / "shifts.csv").exists() else []
    then = shift_rows(model, judged, fitted(model, patients, judged))
    wrong = differ("shifts.csv", now, then, "shift", 0.011)
    if writes := "--write" in options:
        write(path / "shifts.csv", then)
        rows = (pool := Pool(folder)).written()
    old, new = [r for r in rows if r["cause"] == "unlisted"], unlisted_rows(model, patients, rows)
    wrong += differ("rows of unlisted", old, new, "probability", 0.00011)
    if writes:
        for row in new:
            pool.given[row["finding"], "unlisted"][row["state"]] = row
        write(path / "likelihoods.csv", pool.written())
    return 1 if wrong and not writes else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2:]))
