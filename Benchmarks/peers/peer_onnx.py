"""onnxruntime: the whole of it as one graph."""

import numpy as np
import onnxruntime
from onnx import TensorProto, helper, numpy_helper

from data import Answers


def version():
    return onnxruntime.__version__


def graph(data):
    """codes -> Gather, Equal, Cast, Gemm, Softmax, TopK -> posteriors and leading causes."""
    constants = {
        "finding_of": data.finding_of,
        "code_of": data.code_of,
        "weights": data.weights,
        "prior": data.prior,
        "five": np.array([5]),
    }
    nodes = [
        helper.make_node("Gather", ["codes", "finding_of"], ["wide"], axis=1),
        helper.make_node("Equal", ["wide", "code_of"], ["known"]),
        helper.make_node("Cast", ["known"], ["indicators"], to=TensorProto.FLOAT),
        helper.make_node("Gemm", ["indicators", "weights", "prior"], ["scores"]),
        helper.make_node("Softmax", ["scores"], ["posteriors"], axis=1),
        helper.make_node("TopK", ["posteriors", "five"], ["values", "top"], axis=1),
    ]
    tensor = helper.make_tensor_value_info
    model = helper.make_model(
        helper.make_graph(
            nodes,
            "naive_bayes",
            [tensor("codes", TensorProto.UINT8, ["cases", data.findings])],
            [
                tensor("posteriors", TensorProto.FLOAT, ["cases", data.causes]),
                tensor("top", TensorProto.INT64, ["cases", 5]),
            ],
            [numpy_helper.from_array(array, name) for name, array in constants.items()],
        ),
        opset_imports=[helper.make_opsetid("", 17)],
        ir_version=8,
    )
    return model.SerializeToString()


class Score:
    block = 4096
    calls = 1

    def __init__(self, data, threads):
        self.data = data
        self.count = self.calls if self.calls > 1 else data.count
        self.answers = Answers(data, self.count)
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        options.inter_op_num_threads = 1
        self.session = onnxruntime.InferenceSession(
            graph(data), options, providers=["CPUExecutionProvider"]
        )

    def run(self):
        for start in range(0, self.count, self.block):
            end = min(start + self.block, self.count)
            posteriors, top = self.session.run(None, {"codes": self.data.codes[start:end]})
            self.answers.posteriors[start:end] = posteriors
            self.answers.top[start:end] = top

    def check(self):
        return self.answers.check(self.data.reference)


class One(Score):
    block = 1
    calls = 1000


WORKLOADS = {"score": Score, "one": One}
