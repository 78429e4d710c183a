import Dorsal

/// A model of two causes that can be reckoned by hand, as tables that a test may change.
struct SmallModel {
  var card = """
    {"name": "small", "version": "1", "title": "Small", "description": "For tests.",
     "licence": "none", "intended_use": "tests", "limits": "all"}
    """
  var findings = """
    id,section,kind,unit,edges,states,minimum,maximum,weight,group,question
    setting,context,category,,,clinic;ward,,,1,,Where?
    sign,examination,binary,,,absent;present,,,1,,Sign?
    age,history,number,years,18;50,young;middle;old,0,120,1,,Age?
    site,pain,category,,,back;chest;leg,,,0.5,,Where does it hurt?

    """
  var causes = """
    id,group,urgency,label
    strain,mechanical,self_care,Strain
    tumour,neoplasm,urgent,Tumour
    unlisted,other,routine,Other

    """
  var priors = """
    setting,cause,probability,effective_n,basis,source,note
    clinic,strain,0.875,100,published,smith2001,
    clinic,tumour,0.025,100,published,smith2001,
    clinic,unlisted,0.1,100,assumed,,
    ward,strain,0.5,100,assumed,,
    ward,tumour,0.25,100,assumed,,
    ward,unlisted,0.25,100,assumed,,

    """
  var likelihoods = """
    finding,state,cause,probability,effective_n,basis,source,note
    sign,present,*,0.03,50,published,smith2001,
    sign,present,tumour,0.6,40,published,smith2001,
    age,young,*,0.2,50,assumed,,
    age,middle,*,0.5,50,assumed,,
    age,old,*,0.3,50,assumed,,
    age,old,tumour,0.65,20,derived,smith2001,0.5 x 1.3 = 0.65
    site,back,*,0.5,10,assumed,,
    site,chest,*,0.25,10,assumed,,
    site,leg,*,0.25,10,assumed,,
    site,back,strain,0.8,10,assumed,,

    """
  var redFlags = """
    rule,urgency,finding,state,message,source
    sign,urgent,sign,present,The sign is a warning.,smith2001
    old_chest,emergency,age,old,Pain above the waist in old age.,smith2001
    old_chest,emergency,site,chest|back,Pain above the waist in old age.,smith2001

    """
  var losses = """
    action,cause,loss,basis,source,note
    self_care,*,0,assumed,,
    self_care,tumour,50,assumed,,
    routine,*,1,assumed,,
    routine,tumour,20,assumed,,
    urgent,*,4,assumed,,
    urgent,tumour,0,assumed,,
    emergency,*,10,assumed,,

    """
  /// `associations.csv`, which a model may do without.
  var associations: String?
  /// `steps.csv`, which a model may do without.
  var steps: String?
  var sources = """
    key,citation,identifier
    smith2001,"Smith A. A study, with a comma. J 2001;1:1-2",PMID:1

    """

  var tables: ModelTables {
    var texts = [
      "model.json": card, "findings.csv": findings, "causes.csv": causes, "priors.csv": priors,
      "likelihoods.csv": likelihoods, "red_flags.csv": redFlags, "losses.csv": losses,
      "sources.csv": sources,
    ]
    texts["associations.csv"] = associations
    texts["steps.csv"] = steps
    return ModelTables(origin: "small", files: texts.mapValues { Array($0.utf8) })
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

/// Whether two numbers are as near as a test says they have to be.
func isClose(_ value: Double, to expected: Double, within tolerance: Double) -> Bool {
  abs(value - expected) <= tolerance
}
