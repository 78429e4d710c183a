import Dorsal

/// Scores beside the small model, that can be reckoned by hand.
struct SmallScores {
  var inputs: String? = """
    id,kind,unit,edges,states,minimum,maximum,question
    level,category,,,upper;middle;lower,,,Where is the lesion?
    rate,number,per minute,,,20,300,How fast is the heart?
    fast,binary,,,absent;present,,,Is the heart fast?

    """
  var scores: String? = """
    id,kind,role,label,key,population,purpose,not_for,source,seen,note
    spine,points,score,Spine score,level,Adults with a lesion,Says whether it is stable,Not for children,smith2001,copy,in a copy
    risk,points,score,Risk score,,Adults,Says how great a risk is,Not for children,smith2001,recalled,
    signs,points,part,Signs,,Adults,Counts signs,Not alone,smith2001,source,
    plan,table,score,Plan,level,Adults with a lesion,Says what comes first,Not for children,smith2001,copy,

    """
  var items: String? = """
    score,item,rule,option,finding,state,points,result,label,note
    spine,level,,,level,upper,3,,Level,
    spine,level,,,level,middle,1.5,,,
    spine,age,,,age,>=45 <65,1,,Age,
    spine,age,,,age,>=65,2,,,
    risk,person,any,a,sign,present,1,,Old with a sign or young without,
    risk,person,any,a,age,>60,1,,,
    risk,person,any,b,sign,absent,1,,,
    risk,person,any,b,age,<30,1,,,
    risk,signs,,,signs,some,2,,Signs,
    signs,rate,first,,rate,>100,1,,Heart rate,
    signs,rate,first,,fast,present,1,,,
    signs,site,,,site,chest,1,,Site,
    plan,high,,,spine,high,,first,High by the score,
    plan,middle,,a,level,middle,,second,Middle and signs,
    plan,middle,,a,signs,some,,second,,
    plan,rest,,,*,,,last,All others,

    """
  var bands: String? = """
    score,band,least,greatest,label,meaning,source,note
    spine,low,0,2,Low,It is stable,smith2001,
    spine,high,2.5,5,High,It is not stable,smith2001,
    risk,small,0,0,Small,The risk is small,smith2001,
    risk,great,1,3,Great,The risk is great,smith2001,
    signs,none,0,0,None,No sign,smith2001,
    signs,some,1,2,Some,A sign at least,smith2001,
    plan,first,,,First,It comes first,smith2001,
    plan,second,,,Second,It comes second,smith2001,
    plan,last,,,Last,It comes last,smith2001,

    """

  static let names = ["inputs.csv", "scores.csv", "score_items.csv", "score_bands.csv"]

  /// The texts in the order of the names.
  subscript(name: String) -> String? {
    get {
      switch name {
      case "inputs.csv": inputs
      case "scores.csv": scores
      case "score_items.csv": items
      default: bands
      }
    }
    set {
      switch name {
      case "inputs.csv": inputs = newValue
      case "scores.csv": scores = newValue
      case "score_items.csv": items = newValue
      default: bands = newValue
      }
    }
  }

  /// The tables of the small model and these.
  var tables: ModelTables {
    var files = SmallModel().tables.files
    for name in Self.names { files[name] = self[name].map { Array($0.utf8) } }
    return ModelTables(origin: "small", files: files)
  }

  func load() throws -> Model { try Model(tables: tables) }

  /// Every fault of the tables, as it is printed.
  func faults() -> [String] {
    do throws(DorsalError) {
      _ = try Model(tables: tables)
      return []
    } catch {
      return error.faults.map(\.description)
    }
  }
}
