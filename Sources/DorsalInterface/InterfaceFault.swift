import CDorsal

/// Why a function of the interface answers with something else than `DORSAL_OK`.
struct InterfaceFault: Error {
  /// What a caller can tell apart: the `DORSAL_ERROR_` numbers of the header.
  enum Kind: Int32 {
    case argument = 1
    case model = 2
    case data = 3
    case file = 4
    case refused = 5
    case forked = 6
  }

  let kind: Kind
  let text: String

  init(_ kind: Kind, _ text: String) {
    self.kind = kind
    self.text = text
  }
}
