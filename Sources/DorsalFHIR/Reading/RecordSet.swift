import DorsalCore

/// The resources that are one case, and how they name each other.
struct RecordSet {
  /// A resource of a Bundle, or one by itself.
  struct Record {
    let type: String
    let element: FHIRElement
    let fullURL: String?
    let id: String?

    /// How others refer to it; nothing where they cannot.
    var reference: String? {
      if let fullURL, fullURL.hasPrefix("urn:") || id == nil { return fullURL }
      return id.map { type + "/" + $0 }
    }

    /// Whether a reference is to it.
    func isMeant(by reference: String) -> Bool {
      if reference == fullURL { return true }
      guard let id else { return false }
      let own = type + "/" + id
      let plain = Self.withoutVersion(reference)
      return plain == own || plain.hasSuffix("/" + own) && !isElsewhere(plain)
    }

    /// Whether a reference without its version names another server than the resource.
    func isElsewhere(_ plain: String) -> Bool {
      guard let fullURL, fullURL.contains("://"), plain.contains("://") else { return false }
      return Self.withoutVersion(fullURL) != plain
    }

    static func withoutVersion(_ reference: String) -> String {
      reference.firstRange(of: "/_history/").map { String(reference[..<$0.lowerBound]) }
        ?? reference
    }
  }

  private(set) var records: [Record] = []
  /// The id of the first Bundle that has one.
  private(set) var bundleID: String?
  /// What is to be told of the Bundles themselves.
  private(set) var remarks: [(element: FHIRElement, code: String, text: String)] = []
  private var urls: [String: Int] = [:]

  /// The types of Bundles that hold each resource once, as it is.
  private static let bundleTypes = ["collection", "searchset", "document", "transaction", "batch"]

  init(_ roots: [FHIRElement]) throws(FHIRIssue) {
    for root in roots {
      if root.resourceType == "Bundle" {
        try add(bundle: root)
      } else {
        try add(root, fullURL: nil)
      }
    }
  }

  private mutating func add(bundle: FHIRElement) throws(FHIRIssue) {
    try FHIRMembers.check(bundle, type: "Bundle")
    try Self.checkRules(of: bundle)
    if bundleID == nil { bundleID = try bundle.string("id") }
    guard let type = try bundle.string("type") else {
      throw bundle.fault("no type; expected such as collection", code: "required")
    }
    guard Self.bundleTypes.contains(type) else {
      throw (bundle["type"] ?? bundle).fault(
        "\"\(type)\"; expected one of " + Self.bundleTypes.joined(separator: ", "))
    }
    for link in try bundle.objects("link") where try link.string("relation") == "next" {
      remarks.append(
        (link, "incomplete", "Bundle: a page of more (next), of which the rest is not read"))
    }
    for entry in try bundle.objects("entry") {
      guard entry["modifierExtension"] == nil else {
        remarks.append((entry, "not-supported", "set aside for its modifierExtension"))
        continue
      }
      guard let resource = try entry.object("resource") else { continue }
      // What a transaction takes away is not there.
      if try entry.object("request")?.string("method") == "DELETE" { continue }
      try add(resource, fullURL: try entry.string("fullUrl"))
    }
  }

  /// - Throws: That there are rules by which it may mean something else.
  static func checkRules(of resource: FHIRElement) throws(FHIRIssue) {
    guard let rules = resource["implicitRules"] else { return }
    throw rules.fault("rules that are not known; expected none", code: "not-supported")
  }

  private mutating func add(_ resource: FHIRElement, fullURL: String?) throws(FHIRIssue) {
    guard let type = resource.resourceType else {
      throw resource.fault("no resourceType; expected a resource", code: "structure")
    }
    let record = Record(
      type: type, element: resource, fullURL: fullURL, id: try resource.string("id"))
    for name in [fullURL, record.id.map { type + "/" + $0 }].compactMap({ $0 }) {
      guard urls.updateValue(records.count, forKey: name) == nil else {
        throw resource.fault(
          "\"\(name)\" stands twice; expected each resource once", code: "duplicate")
      }
    }
    records.append(record)
  }

  /// The resource of a type that a reference of another means.
  func target(
    of reference: String, in owner: FHIRElement, type: String
  ) throws(FHIRIssue) -> FHIRElement? {
    if reference.hasPrefix("#") {
      let contained = try owner.objects("contained")
      for resource in contained where resource.resourceType == type {
        if try resource.string("id") == String(reference.dropFirst()) { return resource }
      }
      return nil
    }
    // A reference may name a version, or a server in front of type and id.
    let plain = Record.withoutVersion(reference)
    let short = plain.split(separator: "/").suffix(2).joined(separator: "/")
    guard let place = urls[plain] ?? urls[short], records[place].type == type,
      !records[place].isElsewhere(plain)
    else { return nil }
    return records[place].element
  }
}
