/// This release, as the tool and the changelog name it.
enum Release {
  static let version = "0.4.0"
}
