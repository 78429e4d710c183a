import Foundation

/// A model of three causes that can be reckoned by hand.
///
/// | finding | what it multiplies |
/// | --- | --- |
/// | sign present | tumour by 0.75 / 0.25 = 3 |
/// | age young, middle, old | tumour by 1.5, 0.25, 2 |
/// | site leg, of weight 0.5 | strain by the root of 0.8 / 0.2, that is 2 |
///
/// In primary care strain, tumour and unlisted begin at 1/2, 1/4, 1/4, in an emergency
/// at 1/4, 1/2, 1/4.
struct SmallModel {
  /// Where it stands in a working folder.
  static let folder = "Models/back-pain"
  /// Its files, in the order of the checksum.
  static let fileNames = [
    "model.json", "findings.csv", "causes.csv", "priors.csv", "likelihoods.csv", "red_flags.csv",
    "losses.csv", "associations.csv", "sources.csv",
  ]
  /// Those that it could do without.
  static let optionalFileNames = ["associations.csv"]

  /// The text of each file by its name.
  var files = [
    "model.json": """
    {"name": "small", "version": "1.2", "title": "Small", "description": "For tests.",
     "licence": "none", "intended_use": "tests", "limits": "all"}

    """,
    "findings.csv": """
    id,section,kind,unit,edges,states,minimum,maximum,weight,group,question
    setting,context,category,,,primary_care;emergency,,,1,,Where?
    sign,examination,binary,,,absent;present,,,1,,Sign?
    age,history,number,years,18;50,young;middle;old,0,120,1,,Age?
    site,pain,category,,,back;chest;leg,,,0.5,,Where does it hurt?

    """,
    "causes.csv": """
    id,group,urgency,label
    strain,mechanical,self_care,Strain
    tumour,neoplasm,emergency,Tumour
    unlisted,other,routine,Other

    """,
    "priors.csv": """
    setting,cause,probability,effective_n,basis,source,note
    primary_care,strain,0.5,100,published,smith2001,
    primary_care,tumour,0.25,100,assumed,,
    primary_care,unlisted,0.25,100,assumed,,
    emergency,strain,0.25,100,assumed,,
    emergency,tumour,0.5,100,assumed,,
    emergency,unlisted,0.25,100,assumed,,

    """,
    "likelihoods.csv": """
    finding,state,cause,probability,effective_n,basis,source,note
    sign,present,*,0.25,50,published,smith2001,
    sign,present,tumour,0.75,40,published,smith2001,
    age,young,*,0.25,50,assumed,,
    age,middle,*,0.5,50,assumed,,
    age,old,*,0.25,50,assumed,,
    age,young,tumour,0.375,20,assumed,,
    age,middle,tumour,0.125,20,assumed,,
    age,old,tumour,0.5,20,derived,smith2001,twice the background
    site,back,*,0.6,10,assumed,,
    site,chest,*,0.2,10,assumed,,
    site,leg,*,0.2,10,assumed,,
    site,leg,strain,0.8,10,assumed,,

    """,
    "red_flags.csv": """
    rule,urgency,finding,state,message,source
    sign,urgent,sign,present,The sign is a warning.,smith2001

    """,
    "losses.csv": """
    action,cause,loss,basis,source,note
    self_care,*,1,assumed,,
    routine,*,2,assumed,,
    urgent,*,3,assumed,,
    emergency,*,4,assumed,,

    """,
    "associations.csv": """
    cause,other_cause,odds_multiplier,basis,source,note
    strain,tumour,2,assumed,,

    """,
    "sources.csv": """
    key,citation,identifier
    smith2001,"Smith A. A study, with a comma. J 2001;1:1-2",PMID:1

    """,
  ]

  /// Changes a file.
  mutating func replace(_ text: String, with other: String, in name: String) {
    files[name] = files[name]?.replacingOccurrences(of: text, with: other)
  }

  /// Writes the files into a folder.
  func write(to folder: String) throws {
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    for (name, text) in files {
      try Data(text.utf8).write(to: URL(fileURLWithPath: folder + "/" + name))
    }
  }
}
