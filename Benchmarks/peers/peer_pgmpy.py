"""pgmpy: the model as a Bayesian network, exact inference case by case."""

import logging

import numpy as np
import pgmpy
from pgmpy.factors.discrete import TabularCPD
from pgmpy.inference import VariableElimination
from pgmpy.models import DiscreteBayesianNetwork

from data import Answers

logging.disable(logging.WARNING)


def version():
    return pgmpy.__version__


class Score:
    """A few cases only: it takes milliseconds for each."""

    count = 20

    def __init__(self, data, threads):
        self.data = data
        self.answers = Answers(data, self.count)
        causes = data.causes
        network = DiscreteBayesianNetwork([("cause", f"f{f}") for f in range(data.findings)])
        network.add_cpds(TabularCPD("cause", causes, data.priors[:, None] / data.priors.sum()))
        for finding, (first, states) in enumerate(zip(data.first, data.states)):
            table = data.likelihoods[first : first + states]
            network.add_cpds(
                TabularCPD(f"f{finding}", int(states), table / table.sum(0), ["cause"], [causes])
            )
        self.inference = VariableElimination(network)

    def run(self):
        for index in range(self.count):
            codes = self.data.codes[index]
            evidence = {f"f{f}": int(codes[f]) - 1 for f in np.flatnonzero(codes)}
            answer = self.inference.query(["cause"], evidence=evidence, show_progress=False)
            self.answers.posteriors[index] = answer.values
        self.answers.rank(0, self.answers.posteriors)

    def check(self):
        return self.answers.check(self.data.reference)


class One(Score):
    calls = 20


WORKLOADS = {"score": Score, "one": One}
