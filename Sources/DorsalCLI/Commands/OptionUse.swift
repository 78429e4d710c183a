/// Options that a command makes something of only beside others.
enum OptionUse {
  /// Tells of an option that nothing is made of; the command goes on, since its answer is the one
  /// that it gives without.
  ///
  /// - Parameters:
  ///   - options: The options, by name, with whether they were given.
  ///   - isMet: Whether there is what they need.
  ///   - need: What they need.
  static func check(_ options: [(name: String, isGiven: Bool)], isMet: Bool, need: String) {
    guard !isMet else { return }
    for option in options where option.isGiven {
      StandardError.write("dorsal: warning: \(option.name) changes nothing: it needs \(need)\n")
    }
  }
}
