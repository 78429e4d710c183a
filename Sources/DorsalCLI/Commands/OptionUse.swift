import ArgumentParser

/// Options that a command makes something of only beside others.
enum OptionUse {
  /// Refuses an option that nothing would be made of.
  ///
  /// - Parameters:
  ///   - options: The options, by name, with whether they were given.
  ///   - isMet: Whether there is what they need.
  ///   - need: What they need.
  static func check(
    _ options: [(name: String, isGiven: Bool)], isMet: Bool, need: String
  ) throws {
    guard !isMet, let option = options.first(where: \.isGiven) else { return }
    throw ValidationError("\(option.name) needs \(need)")
  }
}
