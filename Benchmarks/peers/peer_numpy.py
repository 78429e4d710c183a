"""numpy: indicators, one product, softmax, partition; block by block."""

import numpy as np

from data import UNKNOWN, Answers, softmax


def version():
    return np.__version__


class Score:
    """Posteriors and the five leading causes of every case."""

    block = 4096

    def __init__(self, data, threads, count=None):
        self.data = data
        self.count = count or data.count
        self.answers = Answers(data, self.count)
        self.indicators = np.empty((self.block, data.rows), np.float32)

    def run(self):
        data, answers = self.data, self.answers
        for start in range(0, self.count, self.block):
            codes = data.codes[start : min(start + self.block, self.count)]
            indicators = data.indicators(codes, self.indicators[: len(codes)])
            posteriors = answers.posteriors[start : start + len(codes)]
            np.matmul(indicators, data.weights, out=posteriors)
            posteriors += data.prior
            softmax(posteriors)
            answers.rank(start, posteriors)

    def check(self):
        return self.answers.check(self.data.reference)


class One:
    """One case at a time: the rows of its states, added up."""

    calls = 2000
    count = 2000

    def __init__(self, data, threads):
        self.data = data
        self.answers = Answers(data, self.count)

    def run(self):
        data = self.data
        for index in range(self.count):
            codes = data.codes[index]
            known = np.flatnonzero(codes)
            scores = data.weights[data.first[known] + codes[known] - 1].sum(0)
            scores += data.prior
            softmax(scores)
            self.answers.posteriors[index] = scores
            leading = np.argpartition(scores, -5)[-5:]
            self.answers.top[index] = leading[np.argsort(-scores[leading])]

    def check(self):
        return self.answers.check(self.data.reference)


class Draws:
    """Mean and two quantiles of every cause's posterior under 200 drawn models."""

    block = 256
    count = 20_000
    top = None

    def __init__(self, data, threads):
        self.data = data
        self.count = min(self.count, data.count)
        draws, self.reference = data.draws()
        self.draws = len(draws)
        self.weights = np.ascontiguousarray(draws.transpose(1, 0, 2).reshape(data.rows, -1))
        self.prior = np.tile(data.prior, self.draws)
        self.indicators = np.empty((self.block, data.rows), np.float32)
        self.scores = np.empty((self.block, self.weights.shape[1]), np.float32)
        self.summary = np.zeros((self.count, data.causes, 3), np.float32)

    def run(self):
        data = self.data
        for start in range(0, self.count, self.block):
            codes = data.codes[start : min(start + self.block, self.count)]
            scores = self.scores[: len(codes)]
            np.matmul(data.indicators(codes, self.indicators[: len(codes)]), self.weights, scores)
            scores += self.prior
            samples = softmax(scores.reshape(len(codes), self.draws, data.causes))
            summary = self.summary[start : start + len(codes)]
            summary[..., 2] = samples.mean(1)
            self.quantiles(np.ascontiguousarray(samples.transpose(0, 2, 1)), summary)

    def quantiles(self, samples, summary):
        """Linear between neighbours, from a partition at the four ranks they need."""
        places = [q * (self.draws - 1) for q in (0.025, 0.975)]
        below = [int(place) for place in places]
        samples.partition([below[0], below[0] + 1, below[1], below[1] + 1], axis=-1)
        for column, (place, rank) in enumerate(zip(places, below)):
            low, high = samples[..., rank], samples[..., rank + 1]
            summary[..., column] = low + (place - rank) * (high - low)

    def check(self):
        off = np.abs(self.summary[: len(self.reference)] - self.reference).max(axis=(1, 2))
        if not off.max() <= 1e-4:
            raise AssertionError(f"case {off.argmax()}: an interval off by {off.max():.2g}")
        return len(off)


class Information:
    """Expected information of every unknown finding: H(p) - sum q H(P), from one product."""

    block = 2048
    count = 20_000

    def __init__(self, data, threads):
        self.data = data
        self.count = min(self.count, data.count)
        p = data.likelihoods
        entropies = np.add.reduceat(-p * np.log2(p), data.first, axis=0)  # findings x causes
        self.right = np.ascontiguousarray(np.concatenate([p, entropies]).T, np.float32)
        self.indicators = np.empty((self.block, data.rows), np.float32)
        self.bits = np.empty((self.count, data.findings), np.float32)

    def run(self):
        data = self.data
        for start in range(0, self.count, self.block):
            end = min(start + self.block, self.count)
            codes = data.codes[start:end]
            posteriors = data.indicators(codes, self.indicators[: len(codes)]) @ data.weights
            posteriors += data.prior
            product = softmax(posteriors) @ self.right
            p = product[:, : data.rows]
            bits = np.add.reduceat(-p * np.log2(p), data.first, axis=1)
            bits -= product[:, data.rows :]
            bits[codes != UNKNOWN] = -1
            self.bits[start:end] = bits

    def check(self):
        return check_information(self.data, self.bits)


def check_information(data, bits, cases=50, tolerance=2e-5):
    """Sets each state, scores again and averages the divergences, in double precision."""
    logs, prior = np.log(data.likelihoods), np.log(data.priors)
    for case in range(cases):
        codes = data.codes[case].astype(np.int64)
        known = np.flatnonzero(codes)
        before = softmax(prior + logs[data.first[known] + codes[known] - 1].sum(0))
        for finding in np.flatnonzero(codes == UNKNOWN):
            expected = 0.0
            for row in range(data.first[finding], data.first[finding] + data.states[finding]):
                joint = before * data.likelihoods[row]
                after = joint / joint.sum()
                expected += joint.sum() * (after * np.log2(after / before)).sum()
            if not abs(bits[case, finding] - expected) <= tolerance:
                raise AssertionError(f"case {case}, finding {finding}: {bits[case, finding]} bits")
    return cases


class Coexisting:
    """Single causes and pairs, the likelihood of a pair the mean of its members'."""

    block = 2048
    count = 100_000

    def __init__(self, data, threads):
        self.data = data
        self.count = min(self.count, data.count)
        first, second = np.triu_indices(data.causes, 1)
        pairs = (data.likelihoods[:, first] + data.likelihoods[:, second]) / 2
        self.likelihoods = np.concatenate([data.likelihoods, pairs], 1)
        self.priors = np.concatenate([data.priors, data.priors[first] * data.priors[second]])
        self.weights = np.log(self.likelihoods).astype(np.float32)
        self.prior = np.log(self.priors).astype(np.float32)
        self.indicators = np.empty((self.block, data.rows), np.float32)
        self.posteriors = np.zeros((self.count, len(self.priors)), np.float32)
        self.top = np.zeros((self.count, 5), np.int64)

    def run(self):
        for start in range(0, self.count, self.block):
            end = min(start + self.block, self.count)
            codes, posteriors = self.data.codes[start:end], self.posteriors[start:end]
            indicators = self.data.indicators(codes, self.indicators[: len(codes)])
            np.matmul(indicators, self.weights, out=posteriors)
            posteriors += self.prior
            softmax(posteriors)
            leading = np.argpartition(posteriors, -5, axis=1)[:, -5:]
            order = np.argsort(-np.take_along_axis(posteriors, leading, 1), axis=1)
            self.top[start:end] = np.take_along_axis(leading, order, 1)

    def check(self, cases=200):
        logs, prior = np.log(self.likelihoods), np.log(self.priors)
        for case in range(cases):
            codes = self.data.codes[case].astype(np.int64)
            known = np.flatnonzero(codes)
            expected = softmax(prior + logs[self.data.first[known] + codes[known] - 1].sum(0))
            off = np.abs(self.posteriors[case] - expected).max()
            if not off <= 2e-5:
                raise AssertionError(f"case {case}: a posterior off by {off:.2g}")
        return cases


WORKLOADS = {
    "score": Score,
    "one": One,
    "draws": Draws,
    "information": Information,
    "coexisting": Coexisting,
}
