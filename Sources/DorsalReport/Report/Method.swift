/// Publications of the methods that pages name.
///
/// Pages link to them where they name them, and `Citations` lists at the foot what was linked to.
enum Method: String, CaseIterable {
  case wilson1927, efron1979, moulton1991, kish1965, hanley1982, spiegelhalter1986, ferro2012
  case kumar2019, cox1958, collins2016, dimitriadis2021, vickers2006, guo2017, zadrozny2002
  case kull2017, saerens2002, romano2020, tango1998

  /// How it is named in a sentence.
  var label: String {
    let year = rawValue.suffix(4)
    let names =
      switch self {
      case .moulton1991: "Moulton and Zeger"
      case .hanley1982: "Hanley and McNeil"
      case .ferro2012: "Ferro and Fricker"
      case .vickers2006: "Vickers and Elkin"
      case .zadrozny2002: "Zadrozny and Elkan"
      case .dimitriadis2021: "Dimitriadis, Gneiting and Jordan"
      case .collins2016, .guo2017, .kull2017, .kumar2019, .romano2020, .saerens2002:
        Self.capital(rawValue.dropLast(4)) + " and others"
      default: Self.capital(rawValue.dropLast(4))
      }
    return "\(names) \(year)"
  }

  private static func capital(_ name: Substring) -> String {
    name.prefix(1).uppercased() + name.dropFirst()
  }

  var citation: String {
    switch self {
    case .wilson1927:
      "Wilson EB. Probable inference, the law of succession, and statistical inference. J Am Stat "
        + "Assoc 1927;22:209-12"
    case .efron1979:
      "Efron B. Bootstrap methods: another look at the jackknife. Ann Stat 1979;7:1-26"
    case .moulton1991:
      "Moulton LH, Zeger SL. Bootstrapping generalized linear models. Comput Stat Data Anal "
        + "1991;11:53-63"
    case .kish1965: "Kish L. Survey Sampling. New York: Wiley; 1965"
    case .hanley1982:
      "Hanley JA, McNeil BJ. The meaning and use of the area under a receiver operating "
        + "characteristic (ROC) curve. Radiology 1982;143:29-36"
    case .spiegelhalter1986:
      "Spiegelhalter DJ. Probabilistic prediction in patient management and clinical trials. Stat "
        + "Med 1986;5:421-33"
    case .ferro2012:
      "Ferro CAT, Fricker TE. A bias-corrected decomposition of the Brier score. Q J R Meteorol Soc "
        + "2012;138:1954-60"
    case .kumar2019:
      "Kumar A, Liang PS, Ma T. Verified uncertainty calibration. Adv Neural Inf Process Syst 2019;32"
    case .cox1958:
      "Cox DR. Two further applications of a model for binary regression. Biometrika 1958;45:562-5"
    case .collins2016:
      "Collins GS, Ogundimu EO, Altman DG. Sample size considerations for the external validation "
        + "of a multivariable prognostic model: a resampling study. Stat Med 2016;35:214-26"
    case .dimitriadis2021:
      "Dimitriadis T, Gneiting T, Jordan AI. Stable reliability diagrams for probabilistic "
        + "classifiers. Proc Natl Acad Sci USA 2021;118:e2016191118"
    case .vickers2006:
      "Vickers AJ, Elkin EB. Decision curve analysis: a novel method for evaluating prediction "
        + "models. Med Decis Making 2006;26:565-74"
    case .guo2017:
      "Guo C, Pleiss G, Sun Y, Weinberger KQ. On calibration of modern neural networks. Proc Mach "
        + "Learn Res 2017;70:1321-30"
    case .zadrozny2002:
      "Zadrozny B, Elkan C. Transforming classifier scores into accurate multiclass probability "
        + "estimates. Proc ACM SIGKDD 2002:694-9"
    case .kull2017:
      "Kull M, Silva Filho TM, Flach P. Beta calibration: a well-founded and easily implemented "
        + "improvement on logistic calibration for binary classifiers. Proc Mach Learn Res "
        + "2017;54:623-31"
    case .saerens2002:
      "Saerens M, Latinne P, Decaestecker C. Adjusting the outputs of a classifier to new a priori "
        + "probabilities: a simple procedure. Neural Comput 2002;14:21-41"
    case .romano2020:
      "Romano Y, Sesia M, Candès EJ. Classification with valid and adaptive coverage. Adv Neural "
        + "Inf Process Syst 2020;33:3581-91"
    case .tango1998:
      "Tango T. Equivalence test and confidence interval for the difference in proportions for the "
        + "paired-sample design. Stat Med 1998;17:891-908"
    }
  }

  /// The name as a link to the foot of the page.
  var link: String { Citations.link(to: key, text: label, title: citation) }

  /// What it is listed by, apart from the keys of a model.
  var key: String { "method-" + rawValue }
}
