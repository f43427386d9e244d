import EngineCore
import EngineRuntime

/// An instance held against the suspension of its definition.
extension InstanceVerification {
  mutating func checkHold(of row: InstanceRow, _ rows: any StoreRows) throws(StoreFailure) {
    guard !row.tally.state.isEnd else { return }
    let hold = try rows.holds().first { $0.definition == row.tally.definition }
    // Those behind the cursor have yet to follow.
    if let cursor = hold?.cursor, row.id > cursor { return }
    // What is being cancelled ends by itself.
    if hold?.isSuspended == true, !row.tally.isSuspended, !row.isCorrupted, row.tally.state != .cancelling {
      find("it is not suspended, although its definition \(row.tally.definition) is")
    }
    if row.isHeld, hold?.isSuspended != true {
      find("it is suspended with its definition \(row.tally.definition), which is not suspended")
    }
  }
}
