public import ArgumentParser
public import Dorsal

/// The methods of calibration as values of an option.
extension Calibration.Method: ExpressibleByArgument {}
