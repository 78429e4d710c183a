extension Calibration {
  /// What a calibration file says first of itself.
  package static let formatName = "dorsal-calibration"

  /// Reads a calibration file.
  ///
  /// - Parameters:
  ///   - json: The bytes of the file.
  ///   - file: Its name, for messages.
  ///   - model: The model it is to be used with.
  /// - Throws: `DorsalError` for a file that is no calibration, or one of another model.
  public init(json: [UInt8], file: String, model: Model) throws(DorsalError) {
    do {
      try self.init(reading: json, file: file, model: model)
    } catch {
      throw DorsalError(.calibration, faults: [error])
    }
  }

  private init(reading json: [UInt8], file: String, model: Model) throws(TextFault) {
    let root = try JSONTree(bytes: json, file: file)
    let format = try root.member("format")
    guard try format.string() == Self.formatName else {
      throw format.fault("expected \"\(Self.formatName)\"")
    }
    let version = try root.member("format_version")
    guard try version.integer() == Self.formatVersion else {
      throw version.fault(
        "expected \(Self.formatVersion), the version that this program reads")
    }
    let identity = try root.member("model")
    let prefix = "sha256:"
    let checksum = try identity.member("checksum").string()
    let word = try root.member("method")
    guard let method = Method(rawValue: try word.string()) else {
      throw word.fault(
        "unknown method; expected one of "
          + Method.allCases.map(\.rawValue).joined(separator: ", "))
    }
    self.method = method
    self.model = ModelIdentity(
      name: try identity.member("name").string(),
      version: try identity.member("version").string(),
      checksum: checksum.hasPrefix(prefix) ? String(checksum.dropFirst(prefix.count)) : checksum,
      priorWeight: try Self.priorWeight(of: identity))
    if self.model.checksum != model.checksum {
      throw identity.fault(
        "made for the model \(self.model.name) \(self.model.version) "
          + "(sha256:\(self.model.checksum.prefix(12))); the one in use is \(model.card.name) "
          + "\(model.card.version) (sha256:\(model.checksum.prefix(12))). Calibrate again, or "
          + "name the other model")
    }
    if self.model.priorWeight != model.priorWeight {
      throw identity.fault(
        "made with the prior weight \(NumberText.plain(self.model.priorWeight.value)); the one in "
          + "use is \(NumberText.plain(model.priorWeight.value)). Calibrate again, or give "
          + "--prior-weight \(NumberText.plain(self.model.priorWeight.value))")
    }
    map = try CalibrationMap(json: try root.member("parameters"), method: method, model: model)
    fittedChecksum = try root.optionalMember("fitted_on")?.optionalMember("checksum")
      .map { tree throws(TextFault) in
        let text = try tree.string()
        return text.hasPrefix(prefix) ? String(text.dropFirst(prefix.count)) : text
      }
    coverage = try root.optionalMember("coverage").map { tree throws(TextFault) in
      try ConformalQuantiles(json: tree, model: model)
    }
  }
}

extension Calibration {
  /// The prior weight of a model's identity; 1 where a file says none.
  private static func priorWeight(of identity: JSONTree) throws(TextFault) -> PriorWeight {
    guard let member = try identity.optionalMember("prior_weight") else { return .full }
    guard let weight = PriorWeight(try member.number()) else {
      throw member.fault("expected a prior weight from 0 to 1")
    }
    return weight
  }
}

extension JSONTree {
  /// An object with a value for each cause of a model, in the order of the model.
  func byCause<Value>(
    _ model: Model, _ read: (JSONTree) throws(TextFault) -> Value
  ) throws(TextFault) -> [Value] {
    let members = try members()
    var values: [Value] = []
    for cause in model.causes {
      guard let member = members.first(where: { $0.key == cause.id }) else {
        throw fault("no value for the cause \"\(cause.id)\"")
      }
      values.append(try read(member.value))
    }
    guard members.count == model.causes.count else {
      throw fault("\(members.count) causes; expected the \(model.causes.count) of the model")
    }
    return values
  }
}

extension Model {
  /// An object with a value for each cause.
  package func jsonByCause(_ value: (Int) -> JSONValue) -> JSONValue {
    .object(causes.enumerated().map { ($1.id, value($0)) })
  }
}

extension CalibrationMap {
  /// The parameters as JSON, by the ids of the model.
  package func json(model: Model) -> JSONValue {
    switch self {
    case .identity: .object([])
    case .temperature(let scale):
      .object([("scale", .number(scale)), ("temperature", .number(1 / scale))])
    case .vector(let scales, let offsets):
      .object([
        ("scales", model.jsonByCause { .number(scales[$0]) }),
        ("offsets", model.jsonByCause { .number(offsets[$0]) }),
      ])
    case .curves(let table):
      .object([("curves", model.jsonByCause { table.curves[$0].json })])
    case .evidence(let change): change.json(model: model)
    case .priorShift(let offsets):
      .object([
        (
          "log_prior_ratios",
          .object(
            model.settings.enumerated().compactMap { setting, name in
              offsets[setting].map { shift in (name, model.jsonByCause { .number(shift[$0]) }) }
            })
        )
      ])
    }
  }

  /// Beyond this a scale or a number of nats is no fit's: posteriors stay numbers within it, as
  /// logarithms of posteriors are no less than some -90.
  static let greatestParameter = 1e6

  /// A scale of the evidence, or one of many scales, may come out a little below 0, where posteriors
  /// say nothing of the diagnoses; one as far below as this would turn the model round.
  static let leastScale = -1.0

  /// Reads the parameters of a method.
  init(json: JSONTree, method: Calibration.Method, model: Model) throws(TextFault) {
    let most = Self.greatestParameter
    func number(_ tree: JSONTree) throws(TextFault) -> Double {
      try tree.number(from: -most, to: most)
    }
    func scale(_ tree: JSONTree) throws(TextFault) -> Double { try tree.positiveNumber(upTo: most) }
    switch method {
    case .none: self = .identity
    case .temperature: self = .temperature(scale: try scale(json.member("scale")))
    case .vector:
      self = .vector(
        scales: try json.member("scales").byCause(model) { tree throws(TextFault) in
          let scale = try tree.number(from: -most, to: most)
          guard scale > Self.leastScale else {
            throw tree.fault("\(scale); expected a number above \(Self.leastScale)")
          }
          return scale
        },
        offsets: try json.member("offsets").byCause(model, number))
    case .evidence: self = .evidence(try EvidenceChange(json: json, model: model))
    case .isotonic, .beta:
      self = .curves(
        CurveTable(
          try json.member("curves").byCause(model) { tree throws(TextFault) in
            try CauseCurve(json: tree)
          }))
    case .priorShift:
      var offsets = [[Double]?](repeating: nil, count: model.settings.count)
      for (name, tree) in try json.member("log_prior_ratios").members() {
        guard let setting = model.index(ofSetting: name) else {
          throw tree.fault("unknown setting \"\(name)\"")
        }
        offsets[setting] = try tree.byCause(model, number)
      }
      self = .priorShift(offsets: offsets)
    }
  }
}

extension CauseCurve {
  var json: JSONValue {
    switch self {
    case .kept: .object([("kind", "kept")])
    case .beta(let a, let b, let c):
      .object([("kind", "beta"), ("a", .number(a)), ("b", .number(b)), ("c", .number(c))])
    case .steps(let posteriors, let shares):
      .object([
        ("kind", "steps"), ("posteriors", .array(posteriors.map(JSONValue.number))),
        ("shares", .array(shares.map(JSONValue.number))),
      ])
    }
  }

  init(json: JSONTree) throws(TextFault) {
    let kind = try json.member("kind")
    switch try kind.string() {
    case "kept": self = .kept
    case "beta":
      let most = CalibrationMap.greatestParameter
      self = .beta(
        a: try json.member("a").number(from: -most, to: most),
        b: try json.member("b").number(from: -most, to: most),
        c: try json.member("c").number(from: -most, to: most))
    case "steps":
      let posteriors = try json.member("posteriors").numbers()
      let list = try json.member("shares")
      let shares = try list.numbers()
      let ascends = zip(posteriors, posteriors.dropFirst()).allSatisfy { $0 < $1 }
      guard !posteriors.isEmpty, posteriors.count == shares.count, ascends,
        shares.allSatisfy({ $0 > 0 && $0 < 1 }), posteriors.allSatisfy({ $0 >= 0 && $0 <= 1 })
      else {
        throw list.fault(
          "expected a share between 0 and 1 for each posterior, and posteriors from 0 to 1 that "
            + "ascend")
      }
      self = .steps(posteriors: posteriors, shares: shares)
    default: throw kind.fault("unknown kind of curve; expected kept, beta or steps")
    }
  }
}
