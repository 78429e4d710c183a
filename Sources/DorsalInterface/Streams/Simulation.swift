import CDorsal
import Dorsal
import DorsalCore
import DorsalNumerics
import DorsalReport

/// Cases drawn from a model, batch by batch: those of `dorsal simulate` with the same options.
final class Simulation: BatchSource {
  private let columns: SimulatedColumns
  private let count: Int
  private let threads: Int
  private var start = 0

  /// How many blocks are drawn for a batch.
  private static let blocksTogether = 16

  private static let optionNames = [
    "count", "seed", "setting", "missing", "missing_by", "correlation", "priors", "misspecify",
    "likelihood_seed", "threads",
  ]

  init(_ model: Model, options json: String?) throws(InterfaceFault) {
    let given = try Options(json, allowed: Self.optionNames)
    guard let count = try given.integer("count", in: 1...1_000_000_000_000) else {
      throw InterfaceFault(.argument, "count: expected how many cases there are to be")
    }
    self.count = count
    threads = try given.integer("threads", in: 1...1024) ?? 1
    let options = try Self.options(given, model: model)
    do throws(DorsalError) {
      columns = try SimulatedColumns(CaseSimulator(model: model, options: options))
    } catch {
      throw InterfaceFault(.argument, "\(error)")
    }
  }

  func schema() throws(InterfaceFault) -> ArrowSchema {
    ArrowExport.schema(format: "+s", children: columns.columns(of: 0..<0).map(\.schema))
  }

  func next() throws(InterfaceFault) -> ArrowArray? {
    guard start < count else { return nil }
    let size = CohortSimulation.usualBlockSize
    let end = min(count, start + size * Self.blocksTogether)
    let (first, columns) = (start, columns)
    let blocks = ParallelMap.run((end - first + size - 1) / size, threads: threads) { block in
      columns.columns(of: first + block * size..<min(first + (block + 1) * size, end))
    }
    start = end
    var all = blocks[0]
    for block in blocks.dropFirst() {
      for place in all.indices { all[place].append(block[place]) }
    }
    return ArrowExport.array(count: end - first, buffers: [nil], children: all.map(\.array))
  }
}
