import Foundation
import Testing

/// `dorsal scores`, on scores beside the small model that can be reckoned by hand.
@Suite struct ScoresTests {
  private static let tables = [
    "inputs.csv": """
    id,kind,unit,edges,states,minimum,maximum,question
    level,category,,,upper;middle;lower,,,Where is the lesion?
    rate,number,per minute,,,20,300,How fast is the heart?

    """,
    "scores.csv": """
    id,kind,role,label,key,population,purpose,not_for,source,seen,note
    spine,points,score,Spine score,level,Adults with a lesion,Says whether it is stable,Not for children,smith2001,copy,
    heart,points,score,Heart score,rate,Adults,Says how fast,Not for athletes,smith2001,recalled,
    plan,table,score,Plan,level,Adults with a lesion,Says what comes first,Not alone,smith2001,source,

    """,
    "score_items.csv": """
    score,item,rule,option,finding,state,points,result,label,note
    spine,level,,,level,upper,3,,Level,
    spine,level,,,level,middle,1.5,,,
    spine,age,,,age,>=45 <65,1,,Age,
    spine,age,,,age,>=65,2,,,
    heart,rate,,,rate,>100,1,,Rate,
    heart,sign,,,sign,present,1,,Sign,
    plan,high,,,spine,high,,first,High by the score,
    plan,rest,,,*,,,last,All others,

    """,
    "score_bands.csv": """
    score,band,least,greatest,label,meaning,source,note
    spine,low,0,2,Low,It is stable.,smith2001,
    spine,high,2.5,5,High,"It is not stable, perhaps.",smith2001,
    heart,slow,0,0,Slow,It is slow.,smith2001,
    heart,fast,1,2,Fast,It is fast.,smith2001,
    plan,first,,,First,It comes first.,smith2001,
    plan,last,,,Last,It comes last.,smith2001,

    """,
  ]

  private static let cases = """
    id,age,sign,level,rate
    a,47,yes,upper,
    b,,,middle,80
    c,50,,,
    d,70,no,lower,101

    """

  private static func folder(_ files: [String: String] = [:]) throws -> WorkingFolder {
    let folder = try WorkingFolder(["cases.csv": cases].merging(files) { _, new in new })
    for (name, text) in tables { try folder.write(text, to: SmallModel.folder + "/" + name) }
    return folder
  }

  @Test func `the scores of each case as CSV`() async throws {
    let told = try await Self.folder().dorsal("scores", "cases.csv", "--csv")
    #expect(told.status == 0, "\(told.errors)")
    #expect(
      told.output == """
        id,score,least,greatest,band,label,meaning,known,inputs,missing
        a,spine,4,4,high,High,"It is not stable, perhaps.",2,2,
        a,plan,,,first,First,It comes first.,2,2,
        b,spine,1.5,3.5,,,,1,2,age
        b,heart,0,1,,,,1,2,sign
        b,plan,,,,,,1,2,age
        d,spine,2,2,low,Low,It is stable.,2,2,
        d,heart,1,1,fast,Fast,It is fast.,2,2,
        d,plan,,,last,Last,It comes last.,2,2,

        """)
  }

  @Test func `the scores of each case as JSON`() async throws {
    let told = try await Self.folder().dorsal("scores", "cases.csv", "--json")
    let lines = told.output.split(separator: "\n").map(String.init)
    #expect(lines.count == 4)
    let first = try JSON.object(lines[0])
    let scores = try #require(first["scores"] as? [[String: Any]])
    #expect(scores.map { $0["score"] as? String } == ["spine", "plan"])
    #expect((scores[0]["points"] as? [String: Double]) == ["least": 4, "greatest": 4])
    #expect(scores[0]["band"] as? String == "high")
    #expect(scores[0]["not_for"] as? String == "Not for children")
    #expect(scores[0]["sources"] as? [String] == ["smith2001"])
    let third = try JSON.object(lines[2])
    #expect((third["scores"] as? [Any])?.isEmpty == true)
  }

  @Test func `the scores of each case as text`() async throws {
    let told = try await Self.folder().dorsal("scores", "cases.csv")
    #expect(told.status == 0)
    #expect(told.output.contains("case a\n\nSpine score (spine)\n  4 points, High\n"))
    #expect(told.output.contains("  1.5 to 3.5 points, band open: Low / High\n"))
    #expect(told.output.contains("  not known: age\n"))
    #expect(told.output.contains("  for: Adults with a lesion\n"))
    #expect(told.output.contains("  limits: Not for children\n"))
    #expect(told.output.contains("  source: smith2001 (table read in a copy)\n"))
    #expect(
      told.output.contains("case c\nno score of the model: none has its inputs in this case\n"))
  }

  @Test func `a score that is asked for is told for every case`() async throws {
    let folder = try Self.folder()
    for name in ["spine", "SPINE", "Spine"] {
      let told = try await folder.dorsal("scores", "cases.csv", "--score", name, "--csv")
      let rows = told.output.split(separator: "\n").map { $0.prefix { $0 != "\"" } }
      #expect(
        rows.dropFirst() == [
          "a,spine,4,4,high,High,", "b,spine,1.5,3.5,,,,1,2,age", "c,spine,1,4,,,,1,2,level",
          "d,spine,2,2,low,Low,It is stable.,2,2,",
        ])
    }
    // Nothing of what it asks for is known.
    let told = try await folder.dorsal("scores", "-", "--score", "heart", input: "id,age\na,50\n")
    #expect(told.status == 0)
    #expect(
      told.output.contains("  none of its inputs is known for this case; it asks for rate, sign\n"))
    let row = try await folder.dorsal(
      "scores", "-", "--score", "heart", "--csv", input: "id,age\na,50\n")
    #expect(row.output.hasSuffix("\na,heart,,,,,,0,2,rate;sign\n"))
  }

  @Test func `a score that there is not is an error`() async throws {
    let folder = try Self.folder()
    let told = try await folder.dorsal("scores", "cases.csv", "--score", "spin")
    #expect(told.status == 64)
    #expect(told.errors.contains("unknown score \"spin\"; did you mean \"spine\"?"))
    let none = try await WorkingFolder(["cases.csv": "id,age\na,50\n"]).dorsal(
      "scores", "cases.csv")
    #expect(none.status == 65)
    #expect(none.errors.contains("the model small 1.2 has no scores"))
    let both = try await folder.dorsal("scores", "cases.csv", "--csv", "--json")
    #expect(both.status == 64)
  }

  @Test func `an input out of its range is a rejected row`() async throws {
    let told = try await Self.folder().dorsal(
      "scores", "-", "--csv", input: "id,rate,level\na,500,upper\nb,100,uper\nc,101,\n")
    #expect(told.status == 3)
    #expect(told.output.hasSuffix("\nc,heart,1,2,fast,Fast,It is fast.,1,2,sign\n"))
    #expect(
      told.errors.contains(
        "-:2:3: rate \"500\": out of range; expected a number from 20 to 300 (per minute)\n"))
    #expect(
      told.errors.contains(
        "-:3:7: level \"uper\": unknown state; expected one of upper, middle, lower; did you mean "
          + "\"upper\"?\n"))
  }

  /// Inputs of scores are columns that a ranking passes over; other columns are unknown as ever.
  @Test func `ranking passes inputs over`() async throws {
    let folder = try Self.folder()
    let plain = try WorkingFolder(["cases.csv": "id,age,sign\na,47,yes\nb,,\nc,50,\nd,70,no\n"])
    let told = try await folder.dorsal("score", "cases.csv")
    #expect(told.status == 0 && told.errors.isEmpty)
    #expect(told.output == (try await plain.dorsal("score", "cases.csv")).output)
    let unknown = try await plain.dorsal("score", "-", input: Self.cases)
    #expect(unknown.errors.contains("unknown column \"level\""))
    let near = try await folder.dorsal("score", "-", input: "id,levl\na,upper\n")
    #expect(near.errors.contains("unknown column \"levl\"; did you mean \"level\"?"))
    let ignored = try await folder.dorsal(
      "score", "-", "--ignore-unknown-columns", input: "id,level,other\na,upper,x\n")
    #expect(!ignored.errors.contains("level"))
    #expect(ignored.errors.contains("other"))
  }

  @Test func `a mapping gives inputs to scores and not to rankings`() async throws {
    let folder = try Self.folder([
      "own.csv": "nr,where,alter\na,1,47\nb,2,30\n",
      "map.csv": """
      column,finding,codes
      nr,id,
      where,level,1=upper;2=middle
      alter,age,

      """,
    ])
    let told = try await folder.dorsal("scores", "own.csv", "--map", "map.csv", "--csv")
    #expect(told.status == 0, "\(told.errors)")
    #expect(told.output.contains("\na,spine,4,4,high,High,"))
    #expect(told.output.contains("\nb,spine,1.5,1.5,low,Low,It is stable.,2,2,\n"))
    let ranked = try await folder.dorsal("score", "own.csv", "--map", "map.csv")
    #expect(ranked.status == 0 && ranked.errors.isEmpty, "\(ranked.errors)")
    let own = try await folder.dorsal("score", "-", input: "id,age\na,47\nb,30\n")
    #expect(ranked.output == own.output)
  }

  @Test func `an explanation shows the scores in short`() async throws {
    let folder = try Self.folder()
    let told = try await folder.dorsal("explain", "cases.csv", "--id", "a")
    #expect(told.status == 0, "\(told.errors)")
    #expect(told.output.contains("  Spine score: 4 points, High\n"))
    #expect(told.output.contains("    for: Adults with a lesion\n"))
    #expect(told.output.contains("    limits: Not for children\n"))
    let none = try await folder.dorsal("explain", "cases.csv", "--id", "c")
    #expect(!none.output.contains("scores, which"))
    let json = try JSON.object(
      (try await folder.dorsal("explain", "cases.csv", "--id", "a", "--json")).output)
    #expect(
      (json["scores"] as? [[String: Any]])?.map { $0["score"] as? String } == ["spine", "plan"])
    _ = try await folder.dorsal("explain", "cases.csv", "--id", "a", "--html", "page.html")
    let page = try folder.read("page.html")
    #expect(page.contains("<h2>Scores</h2>"))
    #expect(page.contains("Not for children"))
  }

  @Test func `the model shows its scores`() async throws {
    let folder = try Self.folder()
    let list = try await folder.dorsal("model", "list", "scores", "--csv")
    #expect(list.output.contains("spine,score,Spine score,Says whether it is stable"))
    let inputs = try await folder.dorsal("model", "list", "inputs", "--csv")
    #expect(
      inputs.output.contains("level,scores,category,,upper;middle;lower,,,Where is the lesion?"))
    let shown = try await folder.dorsal("model", "show", "spine")
    #expect(shown.output.contains("age >=45 <65"))
    #expect(shown.output.contains("high  2.5 to 5  High"))
    let json = try await folder.dorsal("model", "show", "plan", "--json")
    #expect(try JSON.object(json.output)["kind"] as? String == "table")
    let check = try await folder.dorsal("model", "check")
    #expect(check.output.contains("3 scores with 2 inputs of their own\n"))
  }

  @Test func `a template has the columns that scores ask for`() async throws {
    let folder = try Self.folder()
    let told = try await folder.dorsal("template", "--score", "spine", "--score", "heart")
    #expect(told.output == "id,level,age,rate,sign,diagnosis\n")
    let example = try await folder.dorsal("template", "--score", "heart", "--example")
    // Between the edges that the score has: 20 and just above 100.
    #expect(example.output == "id,rate,sign,diagnosis\nexample,60,absent,strain\n")
    #expect((try await folder.dorsal("scores", "-", "--csv", input: example.output)).status == 0)
    #expect((try await folder.dorsal("template", "--score", "haert")).status == 64)
  }

  @Test func `a check of a file checks the inputs of scores`() async throws {
    let told = try await Self.folder().dorsal("validate", "-", input: "id,rate\na,500\nb,80\n")
    #expect(told.status == 3)
    #expect(told.output.contains("-:2:3: rate \"500\": out of range"))
    #expect(told.output.contains("-: 1 case can be read, 1 row cannot\n"))
  }

  @Test func `files of many blocks have a row for every case`() async throws {
    var text = "id,age,level\n"
    for index in 0..<30_000 { text += "\(index),\(index % 100),upper\n" }
    let folder = try Self.folder(["many.csv": text])
    let told = try await folder.dorsal("scores", "many.csv", "--csv", "--score", "spine", "--quiet")
    let rows = PlainCSV.rows(told.output).dropFirst()
    #expect(rows.count == 30_000)
    #expect(rows.enumerated().allSatisfy { $1[0] == "\($0)" })
    #expect(
      rows.allSatisfy { row in
        let age = (Int(row[0]) ?? 0) % 100
        return row[2] == (age >= 65 ? "5" : age >= 45 ? "4" : "3")
      })
  }
}
