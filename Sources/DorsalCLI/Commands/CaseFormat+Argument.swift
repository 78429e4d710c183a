public import ArgumentParser
public import Dorsal

/// `csv` and `jsonl` as values of an option.
extension CaseFormat: ExpressibleByArgument {}

extension Kernel: ExpressibleByArgument {}
