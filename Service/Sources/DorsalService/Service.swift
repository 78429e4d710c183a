import Dorsal
import Hummingbird
import Logging
import Metrics
import NIOCore
import ServiceLifecycle

/// A first try.
public func hello() -> String { "hello" }
