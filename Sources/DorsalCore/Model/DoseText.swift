/// Finds doses in a text: numbers with units of dosage, and how often a drug is taken.
///
/// Steps name classes of care and never a dose, so that a false alarm costs a row other words,
/// and a dose that is missed costs more. Numbers of laboratories (`12 g/dL`) are no doses.
package enum DoseText {
  /// The first dose in a text, as it stands there; nothing where there is none.
  ///
  /// - Complexity: O(length).
  package static func first(in text: String) -> String? {
    let words = words(of: text)
    for index in words.indices {
      for length in [amount(words, index), frequency(words, index)].compactMap({ $0 }) {
        let end = min(index + length, words.count)
        // The whole of `1,000 mg`, `2.5 mg` and `400-600 mg`.
        var start = index
        while start > 0, words[start].isNumber, words[start - 1].isNumber,
          [",", ".", "-", "\u{2013}"].contains(words[start].gap)
        { start -= 1 }
        return words[start..<end].enumerated().map { place, word in
          (place == 0 ? "" : word.gap) + word.text
        }.joined()
      }
    }
    return nil
  }

  /// A run of letters or of digits, in small letters, and what stands before it.
  private struct Word {
    var text = ""
    var gap = ""
    var isNumber = false
    /// Whether it belongs to the word before it: a sentence or a part of it may end between.
    var isNear = true
  }

  private static func words(of text: String) -> [Word] {
    var words: [Word] = []
    var gap = ""
    var (isNear, isAfterStop) = (true, false)
    var isOpen = false
    for scalar in plain(text) {
      let isNumber = isDigit(scalar)
      guard isNumber || isLetter(scalar) else {
        gap.unicodeScalars.append(scalar)
        switch scalar {
        case ",", ";", ":", "!", "?": isNear = false
        case " " where isAfterStop: isNear = false
        default: break
        }
        isAfterStop = scalar == "."
        isOpen = false
        continue
      }
      if !isOpen || words.last?.isNumber != isNumber {
        words.append(Word(gap: gap, isNumber: isNumber, isNear: isNear))
        (gap, isNear, isAfterStop, isOpen) = ("", true, false, true)
      }
      if scalar.isASCII {
        // The bit that parts small letters from large ones; digits have it.
        words[words.count - 1].text.unicodeScalars.append(
          Unicode.Scalar(UInt8(scalar.value) | 0x20))
      } else {
        words[words.count - 1].text += scalar.properties.lowercaseMapping
      }
    }
    return words
  }

  // Properties of signs are looked up in tables of Unicode, which is slow for plain text.
  private static func isDigit(_ scalar: Unicode.Scalar) -> Bool {
    scalar.isASCII
      ? ("0"..."9").contains(scalar) : scalar.properties.numericType != nil
  }
  private static func isLetter(_ scalar: Unicode.Scalar) -> Bool {
    scalar.isASCII
      ? ("a"..."z").contains(scalar) || ("A"..."Z").contains(scalar)
      : scalar.properties.isAlphabetic
  }

  /// The signs of a text, with letters for those that stand for letters: signs of full width,
  /// and units in a square.
  private static func plain(_ text: String) -> [Unicode.Scalar] {
    var plain: [Unicode.Scalar] = []
    plain.reserveCapacity(text.utf8.count)
    for scalar in text.unicodeScalars {
      switch scalar.value {
      case 0xFF01...0xFF5E: plain.append(Unicode.Scalar(UInt8(scalar.value - 0xFEE0)))
      case 0x338D: plain += ["µ", "g"]
      case 0x338E: plain += ["m", "g"]
      case 0x3396: plain += ["m", "l"]
      case 0x33C4: plain += ["c", "c"]
      // What cannot be seen parts no word: soft hyphen, joiners and spaces of no width.
      case 0xAD, 0x200B...0x200D, 0x2060, 0xFEFF: break
      default: plain.append(scalar)
      }
    }
    return plain
  }

  /// How many words from a place on are an amount: `400 mg`, `two tablets`, `8 Gy`.
  private static func amount(_ words: [Word], _ index: Int) -> Int? {
    guard index + 1 < words.count, words[index + 1].isNear else { return nil }
    let (number, unit) = (words[index], words[index + 1].text)
    let isNumber = number.isNumber || numbers.contains(number.text)
    if forms.contains(unit) { return isNumber || ["a", "an"].contains(number.text) ? 2 : nil }
    guard isNumber, units.contains(unit) else { return nil }
    return isOfLaboratory(unit, words.dropFirst(index + 2)) ? nil : 2
  }

  /// Whether a unit goes on as that of a concentration in blood or urine, or of a clearance.
  private static func isOfLaboratory(_ unit: String, _ rest: ArraySlice<Word>) -> Bool {
    guard let next = rest.first, next.gap == "/" || next.gap == " / " else { return false }
    if ["l", "dl"].contains(next.text) { return unit != "ml" }
    return next.text == "ml" && ["mcg", "µg", "μg", "ug"].contains(unit)
      || next.text == "min" && unit == "ml"
  }

  /// How many words from a place on say how often something is taken: `twice daily`, `3 times
  /// a day`, `every 6 hours`, `8-hourly`, `q6h`, `bd`.
  private static func frequency(_ words: [Word], _ index: Int) -> Int? {
    func word(_ offset: Int) -> Word? {
      index + offset < words.count && words[index + offset].isNear ? words[index + offset] : nil
    }
    func isNumber(_ word: Word?) -> Bool {
      word.map { $0.isNumber || numbers.contains($0.text) } ?? false
    }
    /// How many words from an offset on say "a day".
    func day(_ offset: Int) -> Int? {
      guard let first = word(offset)?.text else { return nil }
      if ["daily", "nightly"].contains(first) { return 1 }
      guard ["a", "per", "each", "every"].contains(first) else { return nil }
      return word(offset + 1).flatMap { ["day", "night"].contains($0.text) ? 2 : nil }
    }
    let first = words[index].text
    if latin.contains(first) { return 1 }
    if index == 0 || words[index - 1].text.count > 1 {
      for letters in latinLetters
      where letters.indices.allSatisfy({ word($0)?.text == letters[$0] }) {
        return letters.count
      }
    }
    if ["once", "twice", "thrice"].contains(first), let length = day(1) { return 1 + length }
    if isNumber(words[index]) {
      if word(1)?.text == "hourly" { return 2 }
      if word(1)?.text == "times", let length = day(2) { return 2 + length }
    }
    if first == "q", isNumber(word(1)), let unit = word(2)?.text, hours.contains(unit) { return 3 }
    if first == "every", isNumber(word(1)) {
      if let unit = word(2)?.text, hours.contains(unit) { return 3 }
      if ["to", "or"].contains(word(2)?.text), isNumber(word(3)), let unit = word(4)?.text,
        hours.contains(unit)
      {
        return 5
      }
      // A dash stands in the gap.
      if isNumber(word(2)), let unit = word(3)?.text, hours.contains(unit) { return 4 }
    }
    return nil
  }

  private static let numbers: Set<String> = [
    "half", "quarter", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine",
    "ten", "eleven", "twelve",
  ]
  /// What is counted out; one of them is an amount even without a number.
  private static let forms: Set<String> = [
    "tablet", "tablets", "tab", "tabs", "capsule", "capsules", "pill", "pills", "puff", "puffs",
    "sachet", "sachets", "suppository", "suppositories", "ampoule", "ampoules", "vial", "vials",
    "lozenge", "lozenges", "teaspoon", "teaspoons", "tablespoon", "tablespoons", "spoonful",
    "spoonfuls",
  ]
  private static let units: Set<String> = [
    "mg", "mgs", "milligram", "milligrams", "milligramme", "milligrammes", "mcg", "µg", "μg", "ug",
    "microgram", "micrograms", "microgramme", "microgrammes", "g", "gm", "gms", "gram", "grams",
    "gramme", "grammes", "ml", "mls", "millilitre", "millilitres", "milliliter", "milliliters",
    "cc", "litre", "litres", "liter", "liters", "iu", "u", "unit", "units", "mmol", "millimol",
    "millimole", "millimoles", "meq", "gy", "cgy", "gray", "grays", "fraction", "fractions",
    "drop", "drops", "spray", "sprays", "patch", "patches", "dose", "doses", "mbq", "mci",
  ]
  private static let latin: Set<String> = ["bd", "bid", "tds", "tid", "qds", "qid", "qd"]
  private static let latinLetters = [
    ["b", "d"], ["b", "i", "d"], ["t", "d", "s"], ["t", "i", "d"], ["q", "d", "s"],
    ["q", "i", "d"], ["q", "d"],
  ]
  private static let hours: Set<String> = ["h", "hr", "hrs", "hour", "hours"]
}
