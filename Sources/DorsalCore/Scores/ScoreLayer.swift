internal import DorsalNumerics

/// The scores of one round, as a matrix: a row for each state of each finding that one of them gives
/// points for, unknown included, and two for each item that looks at several things; two columns a
/// score, for its least and its greatest points.
struct ScoreLayer: Sendable {
  /// Cases of a block: indicators and totals stay in the second-level cache.
  private static let blockSize = 128

  /// A finding with rows of its own: the row of its code 0.
  private struct Finding: Sendable {
    let place: Int
    let firstRow: Int
  }

  private let findings: [Finding]
  /// Items with two rows each, from the given one on.
  private let items: [(score: Int, program: ScoreItemProgram, row: Int)]
  /// The scores of points, in the order of the columns.
  private let scores: [Int]
  private let tables: [(score: Int, table: JointItem)]
  /// Points in hundredths: rows × (2 × scores).
  private let points: Matrix

  /// Prepares the scores of a round.
  init(_ round: [Int], _ program: ScoreProgram) {
    scores = round.filter { program.scores[$0].table == nil }
    tables = round.compactMap { score in program.scores[score].table.map { (score, $0) } }
    var findings: [Finding] = []
    var rowCount = 0
    for score in scores {
      for (place, _) in program.scores[score].direct
      where !findings.contains(where: { $0.place == place }) {
        findings.append(Finding(place: place, firstRow: rowCount))
        rowCount += program.regions.masks[place].count
      }
    }
    var items: [(Int, ScoreItemProgram, Int)] = []
    for score in scores {
      for item in program.scores[score].indirect {
        items.append((score, program.scores[score].items[item], rowCount))
        rowCount += 2
      }
    }
    var points = Matrix(rowCount: rowCount, columnCount: 2 * scores.count)
    for (column, score) in scores.enumerated() {
      for (place, byRegion) in program.scores[score].direct {
        guard let finding = findings.first(where: { $0.place == place }) else { continue }
        for (code, mask) in program.regions.masks[place].enumerated() {
          let open = byRegion.indices.filter { mask >> UInt64($0) & 1 == 1 }.map { byRegion[$0] }
          points[finding.firstRow + code, 2 * column] = Float(open.min() ?? 0)
          points[finding.firstRow + code, 2 * column + 1] = Float(open.max() ?? 0)
        }
      }
      for item in items where item.0 == score {
        points[item.2, 2 * column] = 1
        points[item.2 + 1, 2 * column + 1] = 1
      }
    }
    self.findings = findings
    self.items = items.map { (score: $0.0, program: $0.1, row: $0.2) }
    self.points = points
  }

  /// Evaluates the scores of the round; those of earlier rounds have been.
  ///
  /// - Parameters:
  ///   - codes: The codes of cases read for scores.
  ///   - program: The scores.
  ///   - totals: Has the bands of earlier rounds, and gets those of this one.
  func evaluate(_ codes: Span<UInt8>, _ program: ScoreProgram, into totals: inout ScoreTotals) {
    let stride = program.regions.findings.count
    var start = 0
    while start < totals.caseCount {
      let count = min(Self.blockSize, totals.caseCount - start)
      evaluate(start..<start + count, codes, stride, program, into: &totals)
      start += count
    }
  }

  private func evaluate(
    _ cases: Range<Int>, _ codes: Span<UInt8>, _ stride: Int, _ program: ScoreProgram,
    into totals: inout ScoreTotals
  ) {
    var indicators = Matrix(rowCount: cases.count, columnCount: points.rowCount)
    var possible = program.allPossible
    for (row, index) in cases.enumerated() {
      let first = index * stride
      for finding in findings {
        indicators[row, finding.firstRow + Int(codes[first + finding.place])] = 1
      }
      guard !items.isEmpty || !tables.isEmpty else { continue }
      for place in 0..<stride where !program.regions.masks[place].isEmpty {
        possible[place] = program.regions.masks[place][Int(codes[first + place])]
      }
      for score in 0..<totals.scoreCount {
        possible[stride + score] = totals.bands(of: score, case: index)
      }
      for item in items {
        let range = item.program.range(possible) {
          codes[first + $0] != CaseBatch.unknown
        }
        indicators[row, item.row] = Float(range.lowerBound)
        indicators[row, item.row + 1] = Float(range.upperBound)
      }
      for (score, table) in tables {
        totals.bands[index * totals.scoreCount + score] = table.bands(possible)
      }
    }
    guard !scores.isEmpty, points.rowCount > 0 else { return }
    var sums = Matrix(rowCount: cases.count, columnCount: points.columnCount)
    BLAS.multiply(indicators, points, into: &sums, rowCount: cases.count)
    for (row, index) in cases.enumerated() {
      for (column, score) in scores.enumerated() {
        let (least, greatest) = (sums[row, 2 * column], sums[row, 2 * column + 1])
        let place = index * totals.scoreCount + score
        totals.least[place] = Int32(least)
        totals.greatest[place] = Int32(greatest)
        totals.bands[place] = program.bands(of: score, from: Int(least), to: Int(greatest))
      }
    }
  }
}

extension ScoreProgram {
  /// The bands that hold points of a range, one bit each.
  func bands(of score: Int, from least: Int, to greatest: Int) -> UInt64 {
    var mask: UInt64 = 0
    for (index, range) in bandRanges[score].enumerated()
    where range.lowerBound <= greatest && range.upperBound >= least {
      mask |= 1 << UInt64(index)
    }
    return mask
  }
}
