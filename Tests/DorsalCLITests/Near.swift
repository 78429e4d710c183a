/// Whether two numbers are as near as a test says they have to be.
func isNear(_ value: Double?, _ expected: Double, within tolerance: Double) -> Bool {
  value.map { abs($0 - expected) <= tolerance } ?? false
}

/// The tolerance of a probability reckoned by hand: six digits are printed, and the rest
/// is what `Float` rounds.
let printedProbability = 1e-6
