import Dorsal
import DorsalCore
import DorsalLearning

/// An object of options, of which every member has to be known.
struct Options {
  private let tree: JSONTree?
  private var members: [String: JSONTree] = [:]

  /// Reads a JSON object; nothing is an object without members.
  init(_ json: String?, allowed: [String]) throws(InterfaceFault) {
    guard let json else {
      tree = nil
      return
    }
    do throws(TextFault) {
      let tree = try JSONTree(bytes: Array(json.utf8), file: "options")
      self.tree = tree
      for (key, value) in try tree.members() {
        guard allowed.contains(key) else {
          throw value.fault(
            "unknown option \"\(key)\"" + NearestName.suggestion(for: key, in: allowed)
              + "; expected one of " + allowed.joined(separator: ", "))
        }
        members[key] = value
      }
    } catch {
      throw InterfaceFault(.argument, "\(error)")
    }
  }

  /// A member as something, or nothing where it is left out or null.
  func value<Value>(
    _ name: String, as read: (JSONTree) throws(TextFault) -> Value
  ) throws(InterfaceFault) -> Value? {
    guard let tree, members[name] != nil else { return nil }
    do throws(TextFault) {
      // Null stands for a member that is left out.
      return try tree.optionalMember(name).map(read)
    } catch {
      throw InterfaceFault(.argument, "\(name): \(error)")
    }
  }

  func text(_ name: String) throws(InterfaceFault) -> String? {
    try value(name) { tree throws(TextFault) in try tree.string() }
  }

  func flag(_ name: String) throws(InterfaceFault) -> Bool {
    try value(name) { tree throws(TextFault) in try tree.flag() } ?? false
  }

  /// A list of texts.
  func texts(_ name: String) throws(InterfaceFault) -> [String]? {
    try value(name) { tree throws(TextFault) in
      var texts: [String] = []
      for text in try tree.list() { texts.append(try text.string()) }
      return texts
    }
  }

  /// A list of texts, or nothing where the member is a flag.
  func textsUnlessFlag(_ name: String) throws(InterfaceFault) -> [String]? {
    let isFlag = try value(name) { tree throws(TextFault) in (try? tree.flag()) != nil } ?? false
    return isFlag ? nil : try texts(name)
  }

  /// A whole number to begin random numbers with, of those that JSON's numbers have each.
  func seed(_ name: String) throws(InterfaceFault) -> UInt64? {
    try integer(name, in: 0...(1 << 53) - 1).map { UInt64($0) }
  }

  /// The index of a setting of a model.
  func setting(of model: Model) throws(InterfaceFault) -> Int {
    guard let name = try text("setting") else { return 0 }
    guard let index = model.index(ofSetting: name) else {
      throw InterfaceFault(
        .argument, "setting \"\(name)\": expected one of " + model.settings.joined(separator: ", "))
    }
    return index
  }

  /// A number within a range.
  func number(_ name: String, in range: ClosedRange<Double>) throws(InterfaceFault) -> Double? {
    guard let number = try value(name, as: { tree throws(TextFault) in try tree.number() }) else {
      return nil
    }
    guard range.contains(number) else {
      throw InterfaceFault(
        .argument,
        "\(name) \(number): expected a number from \(range.lowerBound) to "
          + "\(range.upperBound)")
    }
    return number
  }

  /// A whole number within a range.
  func integer(_ name: String, in range: ClosedRange<Int>) throws(InterfaceFault) -> Int? {
    guard let number = try value(name, as: { tree throws(TextFault) in try tree.integer() }) else {
      return nil
    }
    guard range.contains(number) else {
      throw InterfaceFault(
        .argument,
        "\(name) \(number): expected a whole number from \(range.lowerBound) to "
          + "\(range.upperBound)")
    }
    return number
  }

  /// A method of calibration by its name.
  func method(_ name: String) throws(InterfaceFault) -> Calibration.Method {
    guard let method = Calibration.Method(rawValue: name) else {
      throw InterfaceFault(
        .argument,
        "method \"\(name)\": expected one of "
          + Calibration.Method.allCases.map(\.rawValue).joined(separator: ", "))
    }
    return method
  }

  /// The members that every calibration may have.
  static let namesOfCalibration = ["folds", "ridge", "shrinkage", "seed"]

  /// How a calibration is fitted.
  ///
  /// - Parameters:
  ///   - folds: The usual number of folds.
  ///   - shrinkage: The usual penalty on evidence.
  ///   - isForced: Whether there is one that does not help.
  func ofCalibration(
    folds: Int, shrinkage: Double, isForced: Bool, threads: Int
  ) throws(InterfaceFault) -> CalibrationOptions {
    var fitting = CalibrationOptions()
    fitting.ridge = try number("ridge", in: 0...1e12) ?? 1
    fitting.shrinkage = try number("shrinkage", in: 0...1e12) ?? shrinkage
    fitting.foldCount = try integer("folds", in: 2...255) ?? folds
    fitting.seed = try seed("seed") ?? 1
    fitting.threads = threads
    fitting.keepsWhatDoesNotHelp = isForced
    return fitting
  }
}
