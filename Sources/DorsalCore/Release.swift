/// This release, as the tool, the interface for C and the changelog name it.
public enum Release {
  /// The version.
  public static let version = "0.4.0"
}
