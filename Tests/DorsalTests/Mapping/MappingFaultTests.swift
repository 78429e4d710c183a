import Dorsal
import Testing

/// What is wrong with a mapping is told with its line and column.
@Suite struct MappingFaultTests {
  private static let header = "column,finding,codes,unit,factor,unknown,separator,rule,decide,note"

  private static func fault(_ mapping: String, columns: String = "nr,a,b") throws -> String {
    do {
      _ = try MappedFileTests.read(
        "\(columns)\n1,,\n", mapping: mapping, model: try SmallModel().load())
      return ""
    } catch let fault as DorsalError {
      return fault.description
    }
  }

  @Test(arguments: [
    ("c,sign,,,,,,,,", "m:3:1: the column \"c\" is not in f"),
    ("a,sgin,,,,,,,,", "m:3:3: unknown finding \"sgin\"; did you mean \"sign\"?"),
    ("a,sign,,,,,,,,\na,sign,,,,,,,,", "m:4:1: the column \"a\" gives sign twice"),
    ("a,age,,,0,,,,,", "m:3:9: \"0\"; expected a factor above 0"),
    ("a,age,,,-1,,,,,", "m:3:9: \"-1\"; expected a factor above 0"),
    ("a,age,,mg/L,,,,,,", "m:3:8: the unit \"mg/L\""),
    ("a,age,,a,2,,,,,", "m:3:8: a unit beside a factor"),
    ("a,sign,,,2,,,,,", "m:3:10: a factor for sign, which is no number"),
    ("a,sign,1=presnt,,,,,,,", "m:3:8: unknown state \"presnt\" of sign"),
    ("a,sign,1=present;1=absent,,,,,,,", "m:3:8: the code \"1\" stands twice"),
    ("a,sign,1=present,,,1,,,,", "\"1\" stands twice, or is a code too"),
    ("a,sign,present,,,,,,,", "m:3:8: \"present\"; expected codes such as 1=male;2=female"),
    ("a,sign,>x=present,,,,,,,", "m:3:8: \">x\"; expected numbers"),
    ("a,sign,9..1=present,,,,,,,", "expected the lesser number first"),
    ("a,sign,,,,,;;,,,", "expected one character, or one of comma"),
    ("a,sign,,,,,;,,,", "a separator without codes"),
    ("a,sign,,,,,,most,,", "m:3:13: \"most\"; expected one of agree, first, any"),
    ("a,site,1=leg,,,,,any,,", "the rule any is for findings that are absent or present"),
    ("a,sign,,,,,,any,,\nb,sign,,,,,,first,,", "for which another line has any"),
    ("a,id,,,,,,,,", "a second column gives the id, here and on line 2"),
    ("nr,sign,,,,,,,,", "the column of ids gives a finding too"),
    (",sign,,,,,,,,", "m:3:1: the cell \"column\" is empty"),
    ("a,sign,,,,,,,", "9 cells; expected 10"),
  ])
  func `a fault of a line has its place`(line: String, message: String) throws {
    let found = try Self.fault("\(Self.header)\nnr,id,,,,,,,,\n\(line)\n")
    #expect(found.contains(message), "\(found)")
  }

  @Test func `a column of the same name as a mapped finding has to be named`() throws {
    let found = try Self.fault("column,finding\nnr,id\na,sign\n", columns: "nr,a,sign")
    #expect(
      found.contains("f:1:6: the column \"sign\" gives what the mapping takes from \"a\""))
    #expect(
      try Self.fault("column,finding\nnr,id\na,sign\nsign,\n", columns: "nr,a,sign") == "")
  }

  @Test func `a mapped column that stands twice is a fault`() throws {
    #expect(
      try Self.fault("column,finding\nnr,id\na,sign\n", columns: "nr,a,a")
        .contains("f:1:6: the column \"a\" stands twice"))
  }

  @Test(arguments: [
    ("{\"columns\": [{\"column\": \"a\", \"finding\": \"sgin\"}]}", "unknown finding \"sgin\""),
    ("{\"columns\": [{\"finding\": \"sign\"}]}", "the member \"column\" is missing"),
    ("{\"columns\": [{\"column\": \"a\", \"factr\": 2}]}", "did you mean \"factor\"?"),
    ("{\"columns\": [{\"column\": \"a\", \"factor\": 0}]}", "expected a factor above 0"),
    ("{\"column\": []}", "unknown member \"column\"; expected columns"),
    ("{\"columns\": [}", "m:1:14: "),
  ])
  func `a fault of JSON has its place`(text: String, message: String) throws {
    #expect(try Self.fault(text).contains(message))
  }

  @Test func `both forms say the same`() throws {
    let model = try SmallModel().load()
    let text = "nr,a,b\n1,m,4\n2,NA,-1\n3,f,70\n"
    let csv =
      "column,finding,codes,factor,unknown\nnr,id,,,\na,site,m=leg;f=back,,\nb,age,,0.5,-1\n"
    let json = """
      {"columns": [{"column": "nr", "finding": "id"},
       {"column": "a", "finding": "site", "codes": {"m": "leg", "f": "back"}},
       {"column": "b", "finding": "age", "factor": 0.5, "unknown": ["-1"]}]}
      """
    let read = try MappedFileTests.read(text, mapping: csv, model: model)
    #expect(read.cases.count == 3)
    #expect(try MappedFileTests.read(text, mapping: json, model: model) == read)
  }
}
