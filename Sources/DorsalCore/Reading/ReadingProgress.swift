/// How far the reading of a case file has come.
public struct ReadingProgress: Sendable {
  /// Rows read, without the header and blank lines.
  public var rowsIn = 0
  /// Cases scored and written.
  public var casesOut = 0
  /// Rows rejected; `rowsIn` is the sum of the two.
  public var rejected = 0
  /// Bytes read from the file.
  public var bytesRead = 0

  /// Nothing read yet.
  public init() {}
}
