import Dorsal
import Testing

/// What the parts of a mapping mean, cell by cell.
@Suite struct MappingRuleTests {
  /// What a file of rows says of the small model: the states of each row, or why it is rejected.
  private static func states(
    _ header: String, _ rows: [String], mapping: String, dialect: Dialect = Dialect()
  ) throws -> [String] {
    let model = try SmallModel().load()
    let text =
      "nr,\(header)\n" + rows.enumerated().map { "\($0),\($1)\n" }.joined()
    let lines = "column,finding,codes,unit,factor,unknown,separator,rule,decide\nnr,id,,,,,,,\n"
    var options = CaseFileReader.Options()
    options.mapping = try CaseMapping(bytes: Array((lines + mapping).utf8), file: "m")
    options.dialect = dialect
    var reader = try CaseFileReader(
      source: MemoryByteSource(text), file: "f", model: model, options: options)
    let file = try CaseFile(&reader, model: model)
    var found = [String](repeating: "?", count: rows.count)
    for index in 0..<file.cases.count {
      let states = model.findings.indices.compactMap { finding in
        file.cases.state(of: finding, case: index).map { model.findings[finding].states[$0] }
      }
      let causes = file.cases.diagnosis(of: index).map { model.causes[$0].id }
      found[Int(file.cases.id(of: index)) ?? 0] = (states + causes).joined(separator: " ")
    }
    for rejection in file.rejections { found[rejection.line - 2] = rejection.description }
    return found
  }

  @Test(arguments: [
    ("agree", ["back", "leg", "", "!"]), ("first", ["back", "leg", "", "back"]),
    ("", ["back", "leg", "", "!"]),
  ])
  func `several columns give one finding by a rule`(rule: String, states: [String]) throws {
    let found = try Self.states(
      "s1,s2", ["1,0", "0,1", "0,0", "1,1"],
      mapping: "s1,site,1=back;0=,,,,,\(rule),\ns2,site,1=leg;0=,,,,,\(rule),\n")
    for (found, state) in zip(found, states) {
      if state == "!" {
        #expect(found.contains("f:5:5: s2 \"1\": says site leg where \"s1\" says back"))
      } else {
        #expect(found == state)
      }
    }
  }

  @Test func `the order of the mapping decides, not that of the file`() throws {
    let found = try Self.states(
      "s1,s2", ["1,1"],
      mapping: "s2,site,1=leg;0=,,,,,first,\ns1,site,1=back;0=,,,,,first,\n")
    #expect(found == ["leg"])
  }

  @Test func `any is present where one is, and absent where all are`() throws {
    let found = try Self.states(
      "a,b", ["1,0", "0,1", "0,0", "0,", ",", "1,"],
      mapping: "a,sign,,,,,,any,\nb,sign,,,,,,any,\n")
    #expect(found == ["present", "present", "absent", "", "", "present"])
  }

  @Test func `numbers are compared by ranges`() throws {
    let found = try Self.states(
      "t", ["37.9", "38", "100", "NA", "x", "-1", "36,9", ""],
      mapping: "t,sign,>=38=present;0..37.9=absent;-1=,,,,,,\n")
    #expect(found[0..<4] == ["absent", "present", "present", ""])
    #expect(found[4].contains("no code of sign in the mapping; expected >=38, 0..37.9, -1"))
    #expect(found[5] == "")
    // Without quotes the comma parts cells.
    #expect(found[6].contains("3 cells; expected 2"))
  }

  @Test func `a factor and words for unknown are of their column`() throws {
    let found = try Self.states(
      "decades", ["1.7", "1.8", "5.0", "9", "12.1"],
      mapping: "decades,age,,,10,9,,,\n")
    #expect(found[0..<4] == ["young", "middle", "old", ""])
    #expect(found[4].contains("out of range"))
  }

  @Test func `one column gives several findings by its codes`() throws {
    let found = try Self.states(
      "p", ["C50.1;E11", "e11.9", " I10 ; c5", "", "NA", "I10"],
      mapping: "p,sign,C50*=present;*=absent,,,,;,,\np,site,E1*=leg,,,,;,,\n")
    #expect(found == ["present leg", "absent leg", "absent", "", "", "absent"])
  }

  @Test func `codes are taken in any case of letters, and exactly where they stand so`() throws {
    let rows = ["m", "M", "f", "F"]
    let mapping = "g,site,m=back;M=leg;F=chest,,,,,,\n"
    #expect(try Self.states("g", rows, mapping: mapping) == ["back", "leg", "chest", "chest"])
    let strict = try Self.states("g", rows, mapping: mapping, dialect: .strict)
    #expect(strict[2].contains("no code of site"))
  }

  @Test func `a line to be decided is not used`() throws {
    #expect(
      try Self.states("a,s", ["1,1"], mapping: "a,sign,,,,,,,is it?\ns,site,1=leg,,,,,,\n")
        == ["leg"])
  }

  @Test func `a diagnosis by codes of the mapping`() throws {
    let found = try Self.states(
      "dx", ["T1", "strain", "T9", "zz", "", "strain|tumour"],
      mapping: "dx,diagnosis,T1=tumour;T9=strain|tumour;z*=,,,,,,\n")
    #expect(found == ["tumour", "strain", "strain tumour", "", "", "strain tumour"])
  }

  @Test(arguments: [
    // The table of the shipped model says S33.5, C72.0 of two causes, M45 without a point.
    ("S33.5", ["muscle_strain"]), ("S33.50", ["muscle_strain"]), ("s335", ["muscle_strain"]),
    ("C72.0", ["ependymoma", "astrocytoma"]), ("M45.9", ["axial_spondyloarthritis"]),
    ("M51", []), ("Z99", []), ("spinal_stenosis", ["spinal_stenosis"]),
  ])
  func `a diagnosis by ICD-10`(code: String, causes: [String]) throws {
    let model = try Repository.model()
    let read = try MappedFileTests.read(
      "nr,dx\na,\(code)\n", mapping: "column,finding\nnr,id\ndx,diagnosis\n", model: model)
    if causes.isEmpty {
      #expect(read.rejected.count == 1)
      #expect(read.rejected.first?.contains("neither a cause nor the ICD-10 code of one") == true)
    } else {
      let places = causes.compactMap { model.index(ofCause: $0) }
      #expect(read.cases == ["2 a \(places)"])
    }
  }

  @Test func `a unit of a column`() throws {
    let model = try Repository.model()
    let plain = try MappedFileTests.read(
      "id,haemoglobin,creatinine\na,119.9,\nb,120,100\n", model: model)
    let mapped = try MappedFileTests.read(
      "nr,hb,crea\na,11.99,\nb,12.0,1.13\n",
      mapping: "column,finding,unit\nnr,id,\nhb,haemoglobin,g/dL\ncrea,creatinine,mg/dL\n",
      model: model)
    #expect(mapped.codes == plain.codes)
  }
}
