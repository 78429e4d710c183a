"""polars reads the CSV file, numba scores, polars writes the five leading causes."""

import numpy as np
import polars

import peer_numba
from data import TOP, Answers


def version():
    return f"{polars.__version__} with numba {peer_numba.version()}"


class CSV:
    def __init__(self, data, threads):
        self.data, self.count = data, data.count
        self.input, self.output = data.folder / "cases.csv", data.folder / "polars.csv"
        self.names = data.finding_names()
        self.schema = {"id": polars.String} | {
            name: polars.Enum(states) for name, states in zip(self.names, data.state_names())
        }
        self.causes = polars.Series(data.cause_names())
        self.scorer = peer_numba.Score(data, threads)
        data.codes = data.codes[:1]  # the file is what is read from now on
        self.scorer.score(data.codes, Answers(data, 1))

    def run(self):
        table = polars.read_csv(self.input, schema=self.schema)
        codes = np.empty((len(table), len(self.names)), np.uint8)
        for finding, name in enumerate(self.names):
            codes[:, finding] = (table[name].to_physical() + 1).fill_null(0).to_numpy()
        self.answers = Answers(self.data, len(table))
        self.scorer.score(codes, self.answers)
        columns = [table["id"]]
        for place in range(TOP):
            leading = np.ascontiguousarray(self.answers.top[:, place]).astype(np.uint32)
            values = np.ascontiguousarray(self.answers.top_probabilities[:, place])
            columns.append(self.causes.gather(leading).alias(f"cause_{place + 1}"))
            columns.append(polars.Series(f"probability_{place + 1}", values))
        polars.DataFrame(columns).write_csv(self.output, float_precision=6)

    def check(self):
        return self.answers.check(self.data.reference)


WORKLOADS = {"csv": CSV}
