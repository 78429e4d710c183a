"""scikit-learn: its naive Bayes classifiers with the model's numbers as fitted attributes."""

import numpy as np
import sklearn
from sklearn.naive_bayes import CategoricalNB, MultinomialNB

from data import Answers


def version():
    return sklearn.__version__


class Multinomial:
    """MultinomialNB on indicators, which is exactly this model, in blocks."""

    block = 16_384

    def __init__(self, data, threads):
        self.data, self.count = data, data.count
        self.answers = Answers(data, self.count)
        self.indicators = np.empty((self.block, data.rows), np.float32)
        self.classifier = MultinomialNB()
        self.classifier.classes_ = np.arange(data.causes)
        self.classifier.n_features_in_ = data.rows
        self.classifier.feature_log_prob_ = np.ascontiguousarray(data.weights.T)
        self.classifier.class_log_prior_ = data.prior

    def predict(self, codes):
        indicators = self.data.indicators(codes, self.indicators[: len(codes)])
        return self.classifier.predict_proba(indicators)

    def run(self):
        for start in range(0, self.count, self.block):
            posteriors = self.predict(self.data.codes[start : min(start + self.block, self.count)])
            self.answers.posteriors[start : start + len(posteriors)] = posteriors
            self.answers.rank(start, posteriors)

    def check(self):
        return self.answers.check(self.data.reference)


class Categorical(Multinomial):
    """CategoricalNB on codes, unknown being one more state that says nothing."""

    def __init__(self, data, threads):
        super().__init__(data, threads)
        logs = np.log(data.likelihoods)
        self.classifier = CategoricalNB()
        self.classifier.classes_ = np.arange(data.causes)
        self.classifier.n_features_in_ = data.findings
        self.classifier.class_count_ = np.ones(data.causes)
        self.classifier.class_log_prior_ = np.log(data.priors)
        self.classifier.n_categories_ = data.states + 1
        self.classifier.feature_log_prob_ = [
            np.hstack([np.zeros((data.causes, 1)), logs[first : first + states].T])
            for first, states in zip(data.first, data.states)
        ]

    def predict(self, codes):
        return self.classifier.predict_proba(codes)


class One(Multinomial):
    """One case a call."""

    block = 1
    calls = 200

    def __init__(self, data, threads):
        super().__init__(data, threads)
        self.count = self.calls
        self.answers = Answers(data, self.count)


WORKLOADS = {"score": Multinomial, "categorical": Categorical, "one": One}
