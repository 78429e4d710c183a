import FoundationEssentials

/// How many files the system lets the process have open.
enum OpenFiles {
  /// Files that are no connections.
  private static let others = 64

  /// How many connections there may be: a server that runs into the limit of the system ends.
  static func connections(atMost most: Int) -> Int {
    guard let limits = try? String(contentsOfFile: "/proc/self/limits", encoding: .utf8),
      let line = limits.split(separator: "\n").first(where: { $0.hasPrefix("Max open files") }),
      let soft = line.split(separator: " ").dropFirst(3).first.flatMap({ Int($0) })
    else { return most }
    return max(1, min(most, soft - others))
  }
}
