import EngineCore
import EngineRuntime

/// An external task that this worker has fetched and holds.
struct FetchedTask: Sendable {
  let instance: InstanceID
  let token: TokenID
  /// The fencing number: who fetches the task again gets a higher one.
  let fence: Int
  let node: String
  /// What the command is told.
  let context: ActivityContext
  /// How long it is locked at a time.
  let lease: Duration
  /// Until when it is locked, by the clock that nobody sets.
  let heldUntil: ContinuousClock.Instant

  /// Reads one task of the answer to a fetch.
  ///
  /// - Parameter lease: how long the worker asked for; nil leaves it to the definition.
  init(_ answer: Value, lease: Duration?) throws(CommandFailure) {
    guard let instance = answer["instance"]?.intValue, let token = answer["token"]?.intValue,
      let fence = answer["fence"]?.intValue,
      let until = answer["until"]?.stringValue.flatMap({ Timestamp(iso8601: $0) })
    else { throw CommandFailure(.failed, "a task that was fetched is not understood: \(answer.jsonText)") }
    let name = answer["mode"]?.stringValue ?? ""
    // To do a step again when somebody only asks whether it happened would be worse than to do nothing.
    guard let mode = TokenMode.allCases.first(where: { $0.name == name }) else {
      throw CommandFailure(
        .failed,
        "instance \(instance): its task asks for “\(name)”, which this worker does not know: the engine may be newer")
    }
    let left = max(until - SystemClock.now, .zero)
    self.instance = InstanceID(Int64(instance))
    self.token = TokenID(Int64(token))
    self.fence = fence
    node = answer["node"]?.stringValue ?? ""
    self.lease = lease ?? left
    heldUntil = ContinuousClock.now + left
    context = ActivityContext(
      instance: InstanceID(Int64(instance)), businessKey: answer["businessKey"]?.stringValue,
      process: answer["process"]?.stringValue ?? "", node: node, mode: mode, attempt: fence,
      idempotencyKey: answer["idempotencyKey"]?.stringValue ?? "", epoch: Int64(answer["epoch"]?.intValue ?? 0),
      variables: answer["variables"]?.contextValue ?? Context(), folder: ".", token: self.token)
  }

  /// Names it in messages.
  var title: String { "instance \(instance), \(node)" }
}
