/// This release, as the tool, the interface for C and the changelog name it.
package enum Release {
  /// The version.
  package static let version = "0.4.0"
}
