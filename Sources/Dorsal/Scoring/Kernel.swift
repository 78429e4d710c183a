/// How the scores of a block of cases are computed. Both ways give the same bits, so the
/// choice is one of speed alone.
public enum Kernel: String, Sendable, CaseIterable {
  /// The rows of known states are summed: work grows with what is known.
  case gather
  /// Indicators times the evidence matrix in one `sgemm`: work grows with all states.
  case gemm

  /// The faster kernel for a model's shape.
  ///
  /// A known state costs the gather kernel one addition a cause. Every state, known or
  /// not, costs the product two multiplications and additions a cause, since a score has
  /// two parts, and `sgemm` does about four times as many of them in a cycle as the gather
  /// kernel at its level does additions. So the product pays where a finding has hardly
  /// more than one state and most are known, which no model of findings with two states
  /// or more has; `dorsal-bench` shows both.
  ///
  /// - Parameters:
  ///   - findings: How many findings the model has.
  ///   - states: How many states these have together.
  ///   - knownShare: The share of findings that is known, 0...1.
  ///   - level: The instructions in use.
  public static func fastest(
    findings: Int, states: Int, knownShare: Double, level: CPULevel
  ) -> Kernel {
    guard findings <= EvidenceMatrix.greatestFindingCount else { return .gather }
    // Vector instructions for 16 causes; the product's are fused and wide at every level.
    let additionsPerCycle = level == .v4 ? 2.0 : level == .v3 ? 1.0 : 0.5
    let gather = Double(findings) * knownShare / additionsPerCycle
    let product = Double(states) * 2 / (level == .baseline ? 0.5 : 2)
    return gather <= product ? .gather : .gemm
  }
}
