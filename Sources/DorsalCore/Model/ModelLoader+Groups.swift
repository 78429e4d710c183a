extension ModelLoader {
  /// Names of groups up to this length are not suspected: g1 beside g2 is no slip.
  static let shortestMisspelling = 4

  /// Checks the column `group` of `findings.csv`, when all findings have been read.
  ///
  /// A group is a word that two or more findings share, because they partly repeat each other.
  /// A finding is in one group, and a group has no members but findings; so these are faults:
  /// - a list of groups, or the same group twice: the finding would be discounted twice;
  /// - the id of a finding, its own included: findings that name each other as their groups
  ///   would go round in a circle;
  /// - a word that stands only once and is close to another group: a misspelling, which would
  ///   leave the finding to count in full;
  /// - a group of `setting`, which chooses the prior and is no evidence.
  func checkGroups(_ table: inout ModelTable) {
    let groups = table.rows.map { table.text($0, "group") }
    var sizes: [String: Int] = [:]
    for group in groups { sizes[group, default: 0] += 1 }
    for (row, group) in zip(table.rows, groups) where !group.isEmpty {
      if group.contains(";") {
        let names = group.split(separator: ";", omittingEmptySubsequences: false)
        let repeated = names.first { name in names.count { $0 == name } > 1 }
        table.fault(
          row, "group",
          (repeated.map { "the group \"\($0)\" stands twice" } ?? "\(names.count) groups")
            + "; a finding is in one group at most")
      } else if !ModelTable.isIdentifier(group) {
        table.fault(row, "group", "\"\(group)\" is not an id; expected the name of a group")
      } else if findingIndices[group] != nil {
        let own = table.text(row, "id") == group
        table.fault(
          row, "group",
          "\"\(group)\" is a finding\(own ? ", this one" : ""); a group is not a finding, so that"
            + " none can be a member of itself")
      } else if table.text(row, "id") == "setting" {
        table.fault(row, "group", "the finding \"setting\" chooses the prior and is in no group")
      } else if sizes[group] == 1, group.utf8.count > Self.shortestMisspelling,
        let nearest = NearestName.find(
          group, in: sizes.keys.filter { !$0.isEmpty && $0 != group }.sorted())
      {
        table.fault(
          row, "group", "no other finding is in \"\(group)\"; did you mean \"\(nearest)\"?")
      }
    }
  }
}
