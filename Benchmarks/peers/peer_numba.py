"""numba: a compiled loop over cases that adds up the rows of the known states."""

import math

import numba
import numpy as np
from numba import njit, prange

from data import Answers


def version():
    return numba.__version__


def kernel(causes, parallel):
    @njit(parallel=parallel, fastmath=True)
    def score(codes, first, weights, prior, posteriors, top, probabilities):
        for case in prange(codes.shape[0]):
            scores = np.empty(causes, np.float32)
            for cause in range(causes):
                scores[cause] = prior[cause]
            for finding in range(codes.shape[1]):
                code = codes[case, finding]
                if code != 0:
                    row = first[finding] + code - 1
                    for cause in range(causes):
                        scores[cause] += weights[row, cause]
            greatest = scores[0]
            for cause in range(1, causes):
                greatest = max(greatest, scores[cause])
            total = np.float32(0)
            for cause in range(causes):
                scores[cause] = math.exp(scores[cause] - greatest)
                total += scores[cause]
            scale = np.float32(1) / total
            for place in range(5):
                probabilities[case, place] = -1
            for cause in range(causes):
                probability = scores[cause] * scale
                posteriors[case, cause] = probability
                if probability > probabilities[case, 4]:
                    place = 4
                    while place > 0 and probability > probabilities[case, place - 1]:
                        probabilities[case, place] = probabilities[case, place - 1]
                        top[case, place] = top[case, place - 1]
                        place -= 1
                    probabilities[case, place] = probability
                    top[case, place] = cause

    return score


class Score:
    calls = 1

    def __init__(self, data, threads):
        numba.set_num_threads(threads)
        self.data = data
        self.count = self.calls if self.calls > 1 else data.count
        self.answers = Answers(data, self.count)
        self.kernel = kernel(data.causes, parallel=threads > 1)
        self.first = data.first.astype(np.int32)

    def score(self, codes, answers, rows=slice(None)):
        self.kernel(
            codes,
            self.first,
            self.data.weights,
            self.data.prior,
            answers.posteriors[rows],
            answers.top[rows],
            answers.top_probabilities[rows],
        )

    def run(self):
        self.score(self.data.codes, self.answers)

    def check(self):
        return self.answers.check(self.data.reference)


class One(Score):
    calls = 2000

    def run(self):
        for index in range(self.count):
            self.score(self.data.codes[index : index + 1], self.answers, slice(index, index + 1))


WORKLOADS = {"score": Score, "one": One}
