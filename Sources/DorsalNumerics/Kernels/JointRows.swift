internal import CKernels
internal import Synchronization

/// Rows of whole numbers for the joint states of several findings, each computed when a case
/// first has it.
///
/// A *term* is a set of findings. Its joint states are numbered: a member's code, 0 where it is
/// unknown, times the member's factor, added up over the members. Where two members or more are
/// known, the row of the joint state is added to the sum of a case. Rows have the memory of their
/// place from the start, which takes none before it is written, so a row never moves: threads
/// read rows that are said to be ready, and one at a time makes those that are not.
@safe
package final class JointRows: @unchecked Sendable {
  /// The findings of a term and what their codes are multiplied by.
  package struct Term: Sendable {
    package let findings: [Int]
    package let factors: [Int]
    package let firstRow: Int

    package init(findings: [Int], factors: [Int], firstRow: Int) {
      (self.findings, self.factors, self.firstRow) = (findings, factors, firstRow)
    }
  }

  /// Computes the numbers of a row.
  package typealias Row = @Sendable (Int) -> [Int32]

  private let termCount: Int
  private let findingCount: Int
  private let rowCount: Int
  private let width: Int
  private let firstRow: AlignedArray<Int32>
  private let firstMember: AlignedArray<Int32>
  private let finding: AlignedArray<Int32>
  private let factor: AlignedArray<Int32>
  private let memory: UnsafeMutablePointer<Int32>
  private let ready: UnsafeMutablePointer<UInt8>
  private let compute: Row
  private let lock = Mutex(())

  /// - Parameters:
  ///   - terms: The terms.
  ///   - rowCount: How many joint states they have together.
  ///   - findingCount: Codes of a case.
  ///   - stride: Columns of a row of sums, a multiple of 16.
  ///   - compute: Computes a row of at most `stride` numbers, the same whenever it is asked.
  package init(
    terms: [Term], rowCount: Int, findingCount: Int, stride: Int, compute: @escaping Row
  ) {
    precondition(stride % 16 == 0 && rowCount <= Int(Int32.max), "rows are numbered")
    let numbers = rowCount * stride
    let bytes = unsafe ck_reserve(numbers * MemoryLayout<Int32>.stride)
    let marks = unsafe ck_reserve(rowCount)
    // A system without room for the addresses has none for a copy either.
    unsafe memory =
      bytes?.bindMemory(to: Int32.self, capacity: numbers) ?? .allocate(capacity: 0)
    unsafe ready = marks?.bindMemory(to: UInt8.self, capacity: rowCount) ?? .allocate(capacity: 0)
    unsafe precondition(bytes != nil && marks != nil, "room for the joint states")
    (termCount, self.findingCount, self.rowCount) = (terms.count, findingCount, rowCount)
    (width, self.compute) = (stride, compute)
    let members = terms.reduce(0) { $0 + $1.findings.count }
    firstRow = AlignedArray(count: terms.count)
    firstMember = AlignedArray(count: terms.count + 1)
    finding = AlignedArray(count: members)
    factor = AlignedArray(count: members)
    var member = 0
    for (index, term) in terms.enumerated() {
      precondition(
        term.findings.allSatisfy { (0..<findingCount).contains($0) }, "the findings are there")
      firstRow[index] = Int32(term.firstRow)
      for (own, factorOfOwn) in zip(term.findings, term.factors) {
        (finding[member], factor[member]) = (Int32(own), Int32(factorOfOwn))
        member += 1
      }
      firstMember[index + 1] = Int32(member)
    }
  }

  deinit {
    unsafe ck_release(memory, rowCount * width * MemoryLayout<Int32>.stride)
    unsafe ck_release(ready, rowCount)
  }

  /// Numbers of scratch memory that adding to some cases needs.
  package func scratchCount(cases: Int) -> Int { cases * (2 * termCount + 1) }

  /// Adds the rows of the joint states of some cases to their sums.
  ///
  /// - Parameters:
  ///   - codes: State codes, case after case.
  ///   - start: The first case.
  ///   - count: How many cases.
  ///   - sums: A row of `stride` numbers a case.
  ///   - scratch: At least `scratchCount(cases: count)` numbers.
  /// - Complexity: O(cases × (members + known terms × columns)), besides rows that no case had
  ///   before.
  package func add(
    _ codes: [UInt8], start: Int, count: Int, to sums: AlignedArray<Int32>,
    scratch: AlignedArray<Int32>, level: CPULevel
  ) {
    precondition(start >= 0 && count >= 0, "cases are counted from zero")
    precondition((start + count) * findingCount <= codes.count, "the cases are there")
    precondition(sums.count >= count * width, "the sums have a place")
    precondition(scratch.count >= scratchCount(cases: count), "the scratch memory is there")
    let listed = count * (termCount + 1)
    unsafe codes.withUnsafeBufferPointer { bytes in
      guard let base = bytes.baseAddress, let list = unsafe scratch.base,
        let output = unsafe sums.base
      else {
        return
      }
      var joints = unsafe ck_joints(
        rows: memory, ready: ready, width: width, term_count: termCount, first_row: firstRow.base,
        first_member: firstMember.base, finding: finding.base, factor: factor.base)
      let missing = unsafe ck_list_joints(
        Int32(level.rawValue), &joints, base + start * findingCount, findingCount, count, list,
        list + listed)
      for index in 0..<missing { make(Int(scratch[listed + index])) }
      unsafe ck_add_joints(Int32(level.rawValue), &joints, list, count, output, width)
    }
  }

  /// Computes a row and says that it may be read, unless another thread has done so.
  private func make(_ row: Int) {
    precondition(row >= 0 && row < rowCount, "a state of its finding has each code")
    lock.withLock { _ in
      guard unsafe ck_joint_is_ready(ready, row) == 0 else { return }
      let numbers = compute(row)
      precondition(numbers.count <= width, "a number a column")
      unsafe numbers.withUnsafeBufferPointer { numbers in
        guard let base = numbers.baseAddress else { return }
        unsafe ck_publish_joint(memory, ready, width, row, base, numbers.count)
      }
    }
  }
}
