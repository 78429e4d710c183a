internal import DorsalNumerics

/// A straight line's slope that single odd entries do not move, with its interval.
///
/// The slope is the median of the slopes between all pairs of points (H. Theil, Indagationes
/// Mathematicae 1950;12:85-91). Its interval is P. K. Sen's (J Am Stat Assoc
/// 1968;63:1379-1389): with n points, N slopes in ascending order and z the normal quantile,
/// the slopes at the ranks (N ± z σ) / 2, where σ² is the variance of Kendall's score with ties
/// of the values taken out,
///
///     σ² = [n (n − 1) (2n + 5) − Σ t (t − 1) (2t + 5)] / 18
///
/// (M. Kendall, *Rank Correlation Methods*, 1955), t the sizes of groups of equal values. Ranks
/// are rounded to the nearest, ties to even, as in `scipy.stats.theilslopes`.
public struct TheilSenSlope: Sendable, Hashable {
  /// The slope, in units of value a unit of time.
  public let slope: Double
  /// The lower end of its interval.
  public let lower: Double
  /// The upper end of its interval.
  public let upper: Double

  /// The slope of values over times.
  ///
  /// - Parameters:
  ///   - times: Different from each other, in any unit.
  ///   - values: As many as `times`.
  ///   - level: How often the interval holds, between 0 and 1.
  /// - Returns: Nothing for fewer than two points.
  /// - Complexity: O(n²) time and memory for n points.
  public init?(times: [Double], values: [Double], level: Double = 0.95) {
    precondition(times.count == values.count, "each time has a value")
    precondition(level > 0 && level < 1, "the level is between 0 and 1")
    let count = times.count
    guard count >= 2 else { return nil }
    var slopes: [Double] = []
    slopes.reserveCapacity(count * (count - 1) / 2)
    for first in 0..<count {
      for second in (first + 1)..<count {
        let step = times[second] - times[first]
        precondition(step != 0, "times differ")
        slopes.append((values[second] - values[first]) / step)
      }
    }
    func score(_ n: Int) -> Double { Double(n) * Double(n - 1) * Double(2 * n + 5) }
    let ties = Dictionary(grouping: values) { $0 }.values.reduce(0.0) { $0 + score($1.count) }
    let deviation = max(0, (score(count) - ties) / 18).squareRoot()
    let reach = NormalDistribution.quantile(0.5 + level / 2) * deviation
    let total = Double(slopes.count)
    let upperRank = ((total + reach) / 2).rounded(.toNearestOrEven)
    let lowerRank = ((total - reach) / 2).rounded(.toNearestOrEven) - 1
    let last = slopes.count - 1
    let (first, second) = (max(Int(lowerRank), 0), min(Int(upperRank), last))
    slopes.partlySort(at: [first, last / 2, (last + 1) / 2, second])
    slope = (slopes[last / 2] + slopes[(last + 1) / 2]) / 2
    lower = slopes[first]
    upper = slopes[second]
  }

  /// The median of numbers, of which there is at least one.
  ///
  /// - Complexity: O(n) on average.
  static func median(_ numbers: [Double]) -> Double {
    var numbers = numbers
    let last = numbers.count - 1
    numbers.partlySort(at: [last / 2, (last + 1) / 2])
    return (numbers[last / 2] + numbers[(last + 1) / 2]) / 2
  }
}

extension [Double] {
  /// Puts into some places what would stand there in ascending order: what is less stands before,
  /// what is greater behind.
  ///
  /// - Parameter places: Places of the array, ascending.
  /// - Complexity: O(n) on average for few places (C. Hoare, Commun ACM 1961;4:321-2).
  mutating func partlySort(at places: [Int]) {
    var low = 0
    for place in places {
      var high = count - 1
      while low < high {
        let middle = self[low + (high - low) / 2]
        var (left, right) = (low, high)
        while left <= right {
          while self[left] < middle { left += 1 }
          while self[right] > middle { right -= 1 }
          guard left <= right else { break }
          swapAt(left, right)
          left += 1
          right -= 1
        }
        if place <= right {
          high = right
        } else if place >= left {
          low = left
        } else {
          break
        }
      }
      low = place
    }
  }
}
