// A user of the library imports one module and has all of it; the parts are modules so that
// the compiler holds their order.
@_exported public import DorsalCore
@_exported public import DorsalLearning
@_exported public import DorsalNumerics
@_exported public import DorsalReport
