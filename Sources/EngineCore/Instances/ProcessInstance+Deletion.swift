/// When an instance may be deleted.
extension ProcessInstance {
  /// Why the instance cannot be deleted; nil when it can.
  ///
  /// - Parameter caller: The instance that called it; nil when nobody did, or when that one is gone.
  public func refusalOfDeletion(calledBy caller: ProcessInstance?) -> Rejection? {
    guard state.isEnd else {
      return Rejection(.instanceNotEnded, "instance \(id) is \(state.name): only ended instances can be deleted")
    }
    guard let caller, caller.mayComeBack else { return nil }
    return Rejection(.instanceNotEnded, "instance \(caller.id), which called instance \(id), can still undo it")
  }

  /// Whether it may need those that it called once more: it is alive, or has completed and can still be undone.
  private var mayComeBack: Bool {
    !state.isEnd || state == .completed && records.contains { $0.state == .pending }
  }
}
