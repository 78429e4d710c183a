"""numpy: indicators, one product, softmax, partition; block by block."""

import numpy as np

from data import Answers, softmax


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


WORKLOADS = {"score": Score, "one": One, "draws": Draws}
