/// How the scores of a block of cases are computed. Both ways give the same bits, so the
/// choice is one of speed alone.
public enum ScoreKernel: String, Sendable, CaseIterable {
  /// The rows of known states are summed: work grows with what is known.
  case gather
  /// Indicators times the evidence matrix in one `sgemm`: work grows with all states. It is
  /// the reference for the other, and what products with other matrices are made of.
  case gemm

  /// The faster kernel, for a model of any shape and cases of which any share is known.
  ///
  /// A known state costs `gather` one addition a cause. Every state, known or not, costs
  /// `gemm` two multiplications and additions a cause, since a score has two parts, and a
  /// finding has two states at least. `sgemm` would have to do more than four of them in the
  /// time of one addition, and does not: where everything is known, `gather` is 1.4 times as
  /// fast with the instructions of every processor, 1.7 times with AVX2 and 2.4 times with
  /// AVX-512 (`dorsal-bench run --model Models/back-pain --known 1 --workload score-gemm
  /// --workload score-gather`, with `DORSAL_CPU_LEVEL` for the level).
  public static let fastest = ScoreKernel.gather
}
