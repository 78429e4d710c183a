internal import Glibc

/// Elementary functions of the platform's mathematics library, so that no other
/// file of the library needs it for them.
package enum Elementary {
  /// e to the power of a number.
  package static func exp(_ x: Float) -> Float { Glibc.exp(x) }
  /// e to the power of a number.
  package static func exp(_ x: Double) -> Double { Glibc.exp(x) }
  /// The natural logarithm.
  package static func log(_ x: Double) -> Double { Glibc.log(x) }
}

extension Elementary {
  /// The complementary error function.
  package static func erfc(_ x: Double) -> Double { Glibc.erfc(x) }
  /// The cosine.
  package static func cos(_ x: Double) -> Double { Glibc.cos(x) }
}
