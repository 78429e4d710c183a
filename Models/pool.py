"""Pools independent judgements of likelihoods into the assumed rows of a model's table.

    python3 Models/pool.py Models/back-pain           # says where the table differs
    python3 Models/pool.py Models/back-pain --write   # writes likelihoods.csv

`judgements.csv` has what three judges gave for P(state given cause), each without sight of the
others. Rows of `likelihoods.csv` that are published or derived, or assumed with a source that they
lean on, stay as they are; all other rows follow from the judgements:

1. The judgements of a finding under a cause are averaged as centred logarithms of the states'
   probabilities (for two states: as log-odds).
2. A mean that differs from the median of its family of causes by little more than the judges differ
   from each other is drawn to that median: d becomes d * d2 / (d2 + 2 v), where d2 is the mean
   square of d over the states and v the variance of a mean of three. Otherwise differences that
   nobody believes in would add up over a hundred findings. Families: mechanical causes, neoplasms,
   and causes outside the spine; causes of other groups are not drawn.
3. The background of a finding is what the causes give, each with its prior in primary care, where
   it is assumed without a source and was not judged itself (rows with the cause `*`). Where it has one it stays, and the mechanical causes are shifted
   until they agree with it; where most of them have rows of their own by 0.5 in the logarithm
   at most, since the few that are left cannot make up for all.
4. Judges describe the patient of the textbook. Of every judged distribution a share is the
   background: in so many patients the finding tells nothing, since they are atypical, the label is
   wrong or the finding was looked for carelessly. The shares, by section or finding, were chosen
   on published patients: history and tests have none, as it gained nothing there; the course of
   the pain, night pain and the effects of movement and position more, as they differed least;
   where it hurts less, since a share of the background puts pain of any organ anywhere, and
   its duration none, since surveys count it.
5. `shifts.csv`, where there is one, has for judged states by how much published patients move the
   logarithm of the probability, fitted by `shifts.py`. They are added, and the states normalised.
6. A cause that differs from the background by less than 15% in every state has no row.
7. Two figures; the commonest state takes what is left to 1.
"""

import csv
import math
import os
import statistics
import sys
from collections import defaultdict

FAMILIES = {
    "mechanical": "mechanical",
    "neoplasm": "neoplasm",
    "visceral": "internal",
    "cardiovascular": "internal",
    "pulmonary": "internal",
}
LEAST = 0.0005  # no judgement is taken to be surer than this
LEAST_VARIANCE = 0.01  # of a mean of three judgements, squared logarithms
ATYPICAL = {
    "pain": 0.15, "neurology": 0.2, "examination": 0.15, "systemic": 0.15,
    "site": 0.05, "duration": 0, "trend": 0.2, "night_pain": 0.3, "movement_response": 0.3,
    "recumbency_response": 0.3, "sitting_response": 0.3, "walking_response": 0.3,
}
MOST_SHIFT = 0.5  # of the few mechanical causes that are free, towards a background with a source
ROUNDS = 4  # a background is used where a cause has no row, so they settle together


def table(folder, name):
    with open(f"{folder}/{name}", newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def centred(distribution):
    logs = [math.log(p) for p in distribution]
    mean = sum(logs) / len(logs)
    return [x - mean for x in logs]


def normal(logs):
    terms = [math.exp(x - max(logs)) for x in logs]
    return [x / sum(terms) for x in terms]


def figures(p):
    return float(f"{p:.1g}" if p < 0.001 else f"{p:.2g}")


class Pool:
    def __init__(self, folder):
        self.folder = folder
        findings = table(folder, "findings.csv")
        self.states = {f["id"]: f["states"].split(";") for f in findings if f["id"] != "setting"}
        self.section = {f["id"]: f["section"] for f in findings}
        causes = [c for c in table(folder, "causes.csv") if c["id"] != "unlisted"]
        self.causes = [c["id"] for c in causes]
        self.family = {c["id"]: FAMILIES.get(c["group"]) for c in causes}
        self.prior = {
            p["cause"]: float(p["probability"])
            for p in table(folder, "priors.csv")
            if p["setting"] == "primary_care"
        }
        self.rows = table(folder, "likelihoods.csv")
        self.given = defaultdict(dict)
        for row in self.rows:
            self.given[row["finding"], row["cause"]][row["state"]] = row
        # For each finding and cause the three judgements, each a list over the states.
        self.judged = defaultdict(lambda: [{}, {}, {}])
        self.judged_backgrounds = set()
        for row in table(folder, "judgements.csv"):
            if row["cause"] == "*":
                self.judged_backgrounds.add(row["finding"])
                continue
            for judge, name in enumerate(("first", "second", "third")):
                self.judged[row["finding"], row["cause"]][judge][row["state"]] = float(row[name])
        for (finding, _), judges in self.judged.items():
            first, *others = self.states[finding]
            for judge in judges:
                judge.setdefault(first, 1 - sum(judge.get(s, 0) for s in others))
        self.shift = defaultdict(dict)
        if os.path.exists(f"{folder}/shifts.csv"):
            for row in table(folder, "shifts.csv"):
                self.shift[row["finding"], row["cause"]][row["state"]] = float(row["shift"])

    def kept(self, finding, cause):
        """The rows that judgements do not change, by state: all where one leans on a source or none was judged."""
        rows = self.given.get((finding, cause), {})
        if any(r["basis"] == "assumed" and r["source"] for r in rows.values()):
            return dict(rows)
        if (finding, cause) not in self.judged:
            return dict(rows)
        return {s: r for s, r in rows.items() if r["basis"] != "assumed"}

    def background(self, finding):
        rows = self.given[finding, "*"]
        p = {s: float(r["probability"]) for s, r in rows.items()}
        for state in self.states[finding]:
            p.setdefault(state, 1 - sum(p.values()))
        return [p[s] for s in self.states[finding]]

    def pooled(self, finding, background):
        """P(state given cause) of every cause, the causes that were judged, and their spread."""
        states = self.states[finding]
        distribution, judged, spread = {}, {}, {}
        for cause in self.causes:
            kept = {s: float(r["probability"]) for s, r in self.kept(finding, cause).items()}
            free = [i for i, s in enumerate(states) if s not in kept]
            left = 1 - sum(kept.values())
            whole = sum(background[i] for i in free)
            distribution[cause] = [
                kept[s] if s in kept else left * background[i] / whole
                for i, s in enumerate(states)
            ]
            if len(free) > 1 and (finding, cause) in self.judged:
                judges = []
                for judge in self.judged[finding, cause]:
                    p = [max(judge[states[i]], LEAST) for i in free]
                    judges.append(centred([x / sum(p) for x in p]))
                judged[cause] = (free, left, judges)
        mean = {c: [statistics.mean(x) for x in zip(*j)] for c, (_, _, j) in judged.items()}

        # How far one judge lies from the mean, beyond what sets the judge apart in a family.
        apart = defaultdict(list)
        for cause, (free, _, judges) in judged.items():
            for judge, logs in enumerate(judges):
                for place, state in enumerate(free):
                    key = self.family[cause], judge, state
                    apart[key].append(logs[place] - mean[cause][place])
        squares = sum((x - statistics.mean(xs)) ** 2 for xs in apart.values() for x in xs)
        count = sum(len(xs) for xs in apart.values())
        variance = max(squares / max(1, count * 2 / 3) / 3, LEAST_VARIANCE)

        for family in ("mechanical", "neoplasm", "internal", None):
            whole = [
                c for c in judged if self.family[c] == family and len(judged[c][0]) == len(states)
            ]
            middle = None
            if family and len(whole) >= 4:
                middle = [statistics.median(mean[c][i] for c in whole) for i in range(len(states))]
            for cause in (c for c in judged if self.family[c] == family):
                free, left, judges = judged[cause]
                logs = mean[cause]
                if middle and cause in whole:
                    d = [x - m for x, m in zip(logs, middle)]
                    square = sum(x * x for x in d) / len(d)
                    logs = [m + x * square / (square + 2 * variance) for m, x in zip(middle, d)]
                for place, p in zip(free, normal(logs)):
                    distribution[cause][place] = left * p
                spread[cause] = math.sqrt(
                    sum(
                        (x - m) ** 2 for logs in judges for x, m in zip(logs, mean[cause])
                    ) / (2 * len(free))
                )
        return distribution, judged, spread

    def settled(self, finding):
        """As `pooled`, with the background that agrees with it."""
        background = self.background(finding)
        states = range(len(background))
        rows = self.given[finding, "*"].values()
        stays = any(r["basis"] != "assumed" or r["source"] for r in rows)
        stays = stays or finding in self.judged_backgrounds
        stays = stays or not any((finding, c) in self.judged for c in self.causes)

        def given(distribution):
            whole = sum(self.prior[c] for c in self.causes)
            return [
                sum(self.prior[c] * distribution[c][i] for c in self.causes) / whole for i in states
            ]

        for _ in range(ROUNDS):
            distribution, judged, spread = self.pooled(finding, background)
            if stays:
                break
            background = given(distribution)
        # The causes that can move hold this share of the mechanical ones.
        mechanical = [c for c in self.causes if self.family[c] == "mechanical"]
        free = [c for c in mechanical if c in judged and len(judged[c][0]) == len(background)]
        without = [c for c in mechanical if (finding, c) not in self.given]
        share = sum(self.prior[c] for c in {*free, *without}) / sum(
            self.prior[c] for c in mechanical
        )
        most = 3 if share > 0.5 else MOST_SHIFT
        total = [0.0 for _ in states]
        for _ in range(50 if stays else 0):
            shift = [math.log(b / p) for b, p in zip(background, given(distribution))]
            if max(map(abs, shift)) < 0.005:
                break
            bounded = [
                max(-most, min(most, t + s)) for t, s in zip(total, shift)
            ]
            shift = [b - t for b, t in zip(bounded, total)]
            total = bounded
            for cause, (free, _, _) in judged.items():
                if self.family[cause] == "mechanical" and len(free) == len(background):
                    logs = [math.log(p) + s for p, s in zip(distribution[cause], shift)]
                    distribution[cause] = normal(logs)
        return background, distribution, judged, spread, stays

    def widened(self, finding, background, distribution, judged):
        """Judged states mixed with the background, then shifted as published patients say."""
        atypical = ATYPICAL.get(finding, ATYPICAL.get(self.section[finding], 0))
        for cause, (free, left, _) in judged.items():
            whole = sum(background[i] for i in free)
            shift = self.shift[finding, cause]
            logs = []
            for i in free:
                p = (1 - atypical) * distribution[cause][i] / left
                p += atypical * background[i] / whole
                logs.append(math.log(p) + shift.get(self.states[finding][i], 0))
            for i, p in zip(free, normal(logs)):
                distribution[cause][i] = left * p

    def written(self):
        """All rows of the table, in order."""
        rows = []
        for finding, states in self.states.items():
            background, distribution, judged, spread, stays = self.settled(finding)
            self.widened(finding, background, distribution, judged)
            old = self.given[finding, "*"]
            if stays:
                rows += [old[s] for s in states if s in old]
            else:
                named = [s for s in states if s in old]
                rows += self.rounded(named, states, background, lambda s: dict(old[s]), digits=3)
            for cause in self.causes:
                kept = self.kept(finding, cause)
                given = self.given.get((finding, cause), {})
                if cause not in judged:
                    rows += [given[s] for s in states if s in kept]
                    continue
                p = distribution[cause]
                if not kept and all(
                    abs(math.log(x / b)) < 0.15 for x, b in zip(p, background)
                ):
                    continue
                note = next((r["note"] for r in given.values() if r["basis"] == "assumed"), "")
                sureness = next(
                    n for n, most in ((10, 0.25), (8, 0.5), (6, 0.8), (5, math.inf))
                    if spread[cause] < most
                )

                def new(state):
                    return dict(
                        finding=finding, state=state, cause=cause, effective_n=str(sureness),
                        basis="assumed", source="", note=note)

                free = [s for s in states if s not in kept]
                named = free if len(states) > 2 else free[1:]
                fresh = {r["state"]: r for r in self.rounded(named, states, p, new)}
                rows += [kept[s] if s in kept else fresh[s] for s in states if s in kept or s in fresh]
            rows += self.given.get((finding, "unlisted"), {}).values()
        return rows

    @staticmethod
    def rounded(named, states, distribution, row, digits=2):
        """Rows of the named states with few figures, and the sum that these states had."""
        p = {s: x for s, x in zip(states, distribution)}
        def short(x):
            return float(f"{x:.{digits}g}") if digits > 2 else figures(x)
        if len(states) == 2 and len(named) == 1:
            state = named[0]
            x = short(p[state]) if p[state] < 0.5 else 1 - short(1 - p[state])
            values = {state: x}
        else:
            values = {s: short(p[s]) for s in named}
            most = max(named, key=lambda s: p[s])
            rest = sum(p[s] for s in named)
            values[most] = rest - sum(x for s, x in values.items() if s != most)
        answer = []
        for state in named:
            r = row(state)
            r["probability"] = f"{round(values[state], 6):.6g}"
            answer.append(r)
        return answer


def differences(pool):
    """How far judges lie from each other: standard deviations of log-odds, findings of two states."""
    odds = []
    for (finding, _), judges in pool.judged.items():
        if len(pool.states[finding]) == 2:
            last = pool.states[finding][1]
            odds.append([math.log(j[last] / (1 - j[last])) for j in judges])
    pairs = {"second from first": (1, 0), "third from first": (2, 0), "third from second": (2, 1)}
    return ", ".join(
        f"{name} {statistics.pstdev(row[a] - row[b] for row in odds):.2f}"
        for name, (a, b) in pairs.items()
    )


def main(folder, write):
    pool = Pool(folder)
    print("judges differ in log-odds by a standard deviation:", differences(pool))
    rows = pool.written()
    now = {(r["finding"], r["state"], r["cause"]): r["probability"] for r in pool.rows}
    then = {(r["finding"], r["state"], r["cause"]): r["probability"] for r in rows}
    differ = [k for k in now.keys() | then.keys() if now.get(k) != then.get(k)]
    print(f"{len(rows)} rows, {len(differ)} differ from the table")
    for key in sorted(differ)[:20]:
        print("  ", *key, now.get(key), "->", then.get(key))
    if write:
        with open(f"{folder}/likelihoods.csv", "w", newline="", encoding="utf-8") as file:
            writer = csv.DictWriter(file, pool.rows[0].keys(), lineterminator="\n")
            writer.writeheader()
            writer.writerows(rows)
    return 0 if write or not differ else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], "--write" in sys.argv[2:]))
