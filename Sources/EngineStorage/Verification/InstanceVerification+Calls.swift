import EngineCore
import EngineRuntime

/// A parent waits for its child, and a child knows its parent. What passes between them is written whole or not at all,
/// so neither may be without the other.
extension InstanceVerification {
  mutating func checkCalls(of instance: ProcessInstance, _ rows: any StoreRows) throws(StoreFailure) {
    for token in instance.tokens {
      guard case .child(let child)? = token.wait else { continue }
      try checkChild(child, of: token, rows)
    }
    if let link = instance.parent { try checkParent(link, of: instance, rows) }
  }

  private mutating func checkChild(
    _ child: InstanceID, of token: Token, _ rows: any StoreRows
  ) throws(StoreFailure) {
    guard let row = try other(child, rows) else { return }
    switch row {
    case nil: find("\(names.token(token)) waits for the called instance \(child), which does not exist")
    case let row?:
      guard row.parent?.instance != id else { return }
      let caller = row.parent.map { "instance \($0.instance)" } ?? "nobody"
      find("\(names.token(token)) waits for the called instance \(child), which says that \(caller) called it")
    }
  }

  private mutating func checkParent(
    _ link: ParentLink, of instance: ProcessInstance, _ rows: any StoreRows
  ) throws(StoreFailure) {
    guard let row = try other(link.instance, rows) else { return }
    // Whoever is undone, or has ended, may outlive its caller.
    let mustBeAwaited = instance.state == .running && !instance.isCorrupted
    guard let parent = row else {
      let highest = try rows.highestInstance()
      if link.instance >= id || link.instance > highest || link.instance < InstanceID(1) {
        find("it says that instance \(link.instance) called it, which never existed")
      } else if mustBeAwaited {
        find("it is running, but instance \(link.instance), which called it and must wait for it, is gone")
      }
      return
    }
    let depth = (parent.parent?.depth ?? 0) + 1
    if link.depth != depth {
      find(
        "its call depth is stored as \(link.depth), but by that of instance \(link.instance), its caller, it is \(depth)"
      )
    }
    guard mustBeAwaited, !parent.isCorrupted else { return }
    let token: Token?
    do throws(StoreFailure) {
      token = try rows.token(link.token, of: link.instance)
    } catch {
      guard error.kind == .corrupt else { throw error }
      return
    }
    if token?.wait != .child(id) {
      find("it is running, but token \(link.token) of instance \(link.instance), which called it, does not wait for it")
    }
  }

  /// The row of another instance: nothing where it cannot be read, which is found at that one.
  private func other(_ id: InstanceID, _ rows: any StoreRows) throws(StoreFailure) -> InstanceRow?? {
    do throws(StoreFailure) {
      return .some(try rows.row(of: id))
    } catch {
      guard error.kind == .corrupt else { throw error }
      return nil
    }
  }
}
