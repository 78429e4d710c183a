public import ArgumentParser
public import Dorsal

/// `csv` and `jsonl` as values of an option.
extension CaseFormat: ExpressibleByArgument {}

extension ArrowForm.Packing: ExpressibleByArgument {}

extension ScoreKernel: ExpressibleByArgument {}

extension Dialect.Delimiter: ExpressibleByArgument {
  /// A delimiter by its name, or as it stands between cells.
  public init?(argument: String) {
    switch argument {
    case "comma", ",": self = .comma
    case "semicolon", ";": self = .semicolon
    case "tab", "\t", "\\t": self = .tab
    case "bar", "|": self = .bar
    default: return nil
    }
  }
}

extension Dialect.BadValues: ExpressibleByArgument {}
