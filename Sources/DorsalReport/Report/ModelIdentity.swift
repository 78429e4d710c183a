public import DorsalCore

extension Model {
  /// Name, version, checksum and prior weight, as every JSON answer carries them.
  public var jsonIdentity: JSONValue {
    .object([
      ("name", .string(card.name)), ("version", .string(card.version)),
      ("checksum", .string("sha256:" + checksum)),
      ("prior_weight", .number(priorWeight.value)),
    ])
  }
}
