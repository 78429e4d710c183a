"""torch on the processor: indicators by comparison, addmm, softmax, topk; block by block."""

import numpy as np
import torch

from data import Answers
from peer_numpy import Coexisting as NumPyCoexisting
from peer_numpy import Draws as NumPyDraws
from peer_numpy import Information as NumPyInformation
from peer_numpy import check_information

torch.set_grad_enabled(False)


def version():
    return torch.__version__


class Score:
    block = 4096
    calls = 1

    def __init__(self, data, threads):
        torch.set_num_threads(threads)
        self.data = data
        self.count = self.calls if self.calls > 1 else data.count
        self.answers = Answers(data, self.count)
        self.codes = torch.from_numpy(data.codes)
        self.finding_of = torch.from_numpy(data.finding_of)
        self.code_of = torch.from_numpy(data.code_of)
        self.weights = torch.from_numpy(data.weights)
        self.prior = torch.from_numpy(data.prior)
        self.posteriors = torch.from_numpy(self.answers.posteriors)
        self.top = torch.from_numpy(self.answers.top)

    def indicators(self, start, end):
        return (self.codes[start:end].index_select(1, self.finding_of) == self.code_of).float()

    def run(self):
        for start in range(0, self.count, self.block):
            end = min(start + self.block, self.count)
            scores = torch.addmm(self.prior, self.indicators(start, end), self.weights)
            torch.softmax(scores, 1, out=self.posteriors[start:end])
            self.top[start:end] = torch.topk(self.posteriors[start:end], 5, dim=1).indices

    def check(self):
        return self.answers.check(self.data.reference)


class One(Score):
    block = 1
    calls = 1000


class Draws(Score):
    """The lowest and highest six of each cause's 200 posteriors hold both quantiles."""

    block = 256

    def __init__(self, data, threads):
        super().__init__(data, threads)
        self.numpy = NumPyDraws(data, threads)
        self.count = self.numpy.count
        self.weights = torch.from_numpy(self.numpy.weights)
        self.prior = torch.from_numpy(self.numpy.prior)
        self.summary = torch.from_numpy(self.numpy.summary)

    def run(self):
        draws, causes = self.numpy.draws, self.data.causes
        place = 0.025 * (draws - 1)
        below = int(place)
        part = place - below
        for start in range(0, self.count, self.block):
            end = min(start + self.block, self.count)
            scores = torch.addmm(self.prior, self.indicators(start, end), self.weights)
            samples = torch.softmax(scores.view(end - start, draws, causes), 2)
            self.summary[start:end, :, 2] = samples.mean(1)
            samples = samples.transpose(1, 2).contiguous()
            low = samples.topk(below + 2, dim=2, largest=False).values
            high = samples.topk(below + 2, dim=2).values
            for column, ends in ((0, low), (1, high)):
                self.summary[start:end, :, column] = torch.lerp(
                    ends[..., below], ends[..., below + 1], part
                )

    def check(self):
        return self.numpy.check()


class Information(Score):
    """The products of `peer_numpy`; sums over states by a product with their membership."""

    block = 2048

    def __init__(self, data, threads):
        super().__init__(data, threads)
        numpy = NumPyInformation(data, threads)
        self.count = numpy.count
        self.right = torch.from_numpy(numpy.right)
        self.membership = torch.zeros(data.rows, data.findings)
        self.membership[torch.arange(data.rows), self.finding_of] = 1
        self.bits = torch.empty(self.count, data.findings)

    def run(self):
        rows = self.data.rows
        for start in range(0, self.count, self.block):
            end = min(start + self.block, self.count)
            scores = torch.addmm(self.prior, self.indicators(start, end), self.weights)
            product = torch.softmax(scores, 1) @ self.right
            p = product[:, :rows]
            bits = -(p * p.log2()) @ self.membership - product[:, rows:]
            self.bits[start:end] = bits.masked_fill_(self.codes[start:end] != 0, -1)

    def check(self):
        return check_information(self.data, self.bits.numpy())


class Coexisting(Score):
    block = 2048

    def __init__(self, data, threads):
        super().__init__(data, threads)
        self.numpy = NumPyCoexisting(data, threads)
        self.count = self.numpy.count
        self.weights = torch.from_numpy(self.numpy.weights)
        self.prior = torch.from_numpy(self.numpy.prior)
        self.posteriors = torch.from_numpy(self.numpy.posteriors)
        self.top = torch.from_numpy(self.numpy.top)

    def check(self):
        return self.numpy.check()


WORKLOADS = {
    "score": Score,
    "one": One,
    "draws": Draws,
    "information": Information,
    "coexisting": Coexisting,
}
