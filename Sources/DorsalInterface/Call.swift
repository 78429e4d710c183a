import CDorsal
import Dispatch
import DorsalNumerics
import Synchronization

/// What the functions of the interface do alike.
enum Call {
  /// Does some work, and puts what goes wrong into a status and a text.
  static func answer(
    _ error: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?,
    _ work: () throws(InterfaceFault) -> Void
  ) -> Int32 {
    if let error = error { error.pointee = nil }
    do throws(InterfaceFault) {
      try work()
      return DORSAL_OK
    } catch let fault {
      if let error = error { error.pointee = CText.copy(fault.text) }
      return fault.kind.rawValue
    }
  }

  /// The object behind a handle.
  static func object<Handle: AnyObject>(
    _ pointer: OpaquePointer?, _ name: String
  ) throws(InterfaceFault) -> Handle {
    guard let pointer = pointer else {
      throw InterfaceFault(.argument, "\(name) is NULL")
    }
    return Unmanaged<Handle>.fromOpaque(UnsafeRawPointer(pointer)).takeUnretainedValue()
  }

  static func handle(_ object: AnyObject) -> OpaquePointer {
    OpaquePointer(Unmanaged.passRetained(object).toOpaque())
  }

  static func required<Pointee>(
    _ pointer: UnsafeMutablePointer<Pointee>?, _ name: String
  ) throws(InterfaceFault) -> UnsafeMutablePointer<Pointee> {
    guard let pointer = pointer else {
      throw InterfaceFault(.argument, "\(name) is NULL")
    }
    return pointer
  }

  static func text(
    _ pointer: UnsafePointer<CChar>?, _ name: String
  ) throws(InterfaceFault) -> String {
    guard let text = CText.read(pointer) else {
      throw InterfaceFault(.argument, "\(name) is NULL or no UTF-8")
    }
    return text
  }

  /// Options of JSON; NULL is none.
  static func options(_ pointer: UnsafePointer<CChar>?) throws(InterfaceFault) -> String? {
    guard pointer != nil else { return nil }
    return try text(pointer, "options")
  }

  /// One of some formats.
  static func format(
    _ pointer: UnsafePointer<CChar>?, of formats: [String]
  ) throws(InterfaceFault) -> String {
    let name = try text(pointer, "format")
    guard formats.contains(name) else {
      throw InterfaceFault(
        .argument, "format \"\(name)\": expected one of " + formats.joined(separator: ", "))
    }
    return name
  }

  /// Takes a stream over, to read it whole; it is released even where it cannot be read.
  static func wholeStream(
    _ cases: UnsafeMutablePointer<ArrowArrayStream>?, _ reading: CaseReading
  ) throws(InterfaceFault) -> ForeignCases {
    let cases = try required(cases, "cases")
    do throws(InterfaceFault) {
      return try ForeignCases(cases, reading: reading)
    } catch {
      release(cases)
      throw error
    }
  }

  /// Releases a stream that is still somebody's.
  static func release(_ cases: UnsafeMutablePointer<ArrowArrayStream>?) {
    if let cases = cases, let release = cases.pointee.release {
      release(cases)
    }
  }

  /// Whether work for other threads can be waited for: a forked process has lost those that there
  /// were before, and would wait for ever.
  static func requireThreads() throws(InterfaceFault) {
    guard ProcessThreads.areOwn() else {
      throw InterfaceFault(
        .forked,
        "this process was forked from one that had begun to use threads, which it does not have; "
          + "calibrate and learn in that one, or in a process that is started anew")
    }
  }

  /// Waits on the calling thread for work that others do.
  static func waiting<Output: Sendable>(
    _ work: @escaping @Sendable () async throws -> Output
  ) throws(InterfaceFault) -> Output {
    try requireThreads()
    let box = Box<Output>()
    let done = DispatchSemaphore(value: 0)
    Task.detached {
      let made: Result<Output, InterfaceFault>
      do {
        made = .success(try await work())
      } catch {
        made = .failure(InterfaceFault(.data, "\(error)"))
      }
      box.value.withLock { $0 = made }
      done.signal()
    }
    done.wait()
    guard let made = box.value.withLock({ $0 }) else {
      throw InterfaceFault(.data, "the work ended without an answer")
    }
    return try made.get()
  }
}

/// A place for what another thread makes.
private final class Box<Output: Sendable>: Sendable {
  let value = Mutex<Result<Output, InterfaceFault>?>(nil)
}
