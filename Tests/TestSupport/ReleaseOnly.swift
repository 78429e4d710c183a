public import Testing

extension Trait where Self == ConditionTrait {
  /// For statistics over many draws, large files and fits: in debug they take minutes and say
  /// nothing that release does not.
  public static var releaseOnly: Self {
    #if DEBUG
      .disabled("runs in release only")
    #else
      .enabled(if: true)
    #endif
  }
}
