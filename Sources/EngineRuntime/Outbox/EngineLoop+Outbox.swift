import EngineCore

/// Events that go outside, from the unit that commits them to the sink that takes them.
///
/// A row of the outbox is written with its event and removed once the sink has taken it, so a crash at any moment
/// leaves either. One batch is out at a time, in the order of the rows; that order is the order of each instance.
extension EngineLoop {
  /// The entries that a step asks for; nearly always none.
  func outboxEntries(
    of transition: Transition, before: ProcessInstance, _ deployed: DeployedDefinition
  ) -> [OutboxEntry] {
    let chosen = deployed.definition.policy.publishes
    let always = lease?.holder.publishes ?? []
    guard !chosen.isEmpty || !always.isEmpty else { return [] }
    let isChosen = transition.entries.map { entry in
      PublishableEvent(entry.event).map { chosen.contains($0) || always.contains($0) } ?? false
    }
    guard isChosen.contains(true) else { return [] }
    var describer = EventDescriber(definition: deployed.definition, knowing: before)
    return zip(describer.describe(transition.entries), isChosen).compactMap { description, isChosen in
      guard isChosen else { return nil }
      var writer = JSONWriter()
      writer.beginObject()
      writer.writeName("instance")
      writer.write(Value(before.id.rawValue))
      writer.writeName("process")
      writer.write(.string(deployed.title))
      if let key = transition.instance.businessKey {
        writer.writeName("businessKey")
        writer.write(.string(key))
      }
      for member in description.jsonMembers where member.name != "businessKey" {
        writer.writeName(member.name)
        writer.write(member.value)
      }
      writer.endObject()
      return OutboxEntry(sequence: description.sequence, type: description.typeName, json: writer.text)
    }
  }

  /// Hands the next batch to the sink, unless one is out already, or its pause is not over.
  func publishOutbox() {
    guard let sink = configuration.sink, lease != nil, !isDraining, outbox.isDue(at: now) else { return }
    do {
      let events = try store.outbox(limit: configuration.publishedPerBatch)
      guard !events.isEmpty else {
        outbox.isEmpty = true
        return
      }
      outbox.isOut = true
      runner.publish(events, to: sink)
    } catch {
      noteStoreFailure(error)
    }
  }

  /// The sink has taken a batch, or not.
  func takeReceipt(_ receipt: SinkReceipt, _ batch: inout Batch) {
    if let failure = receipt.failure {
      _ = batch.putOff()
      outbox.isOut = false
      outbox.failures += 1
      outbox.pausedUntil = now + OutboxState.pause(afterFailures: outbox.failures)
      observer?.noticed(.sinkFailed(failure, failures: outbox.failures))
      return
    }
    if outbox.failures > 0 { observer?.noticed(.sinkRecovered) }
    outbox.failures = 0
    outbox.pausedUntil = nil
    batch.append(Batch.Item(write: .published(through: receipt.last)))
  }

  /// Something is durable: there may be more to publish, or room for the next batch.
  func noteOutbox(_ write: StoreWrite) {
    switch write {
    case .unit(let unit): if !unit.outbox.isEmpty { outbox.isEmpty = false }
    case .published: outbox.isOut = false
    case .deployment, .deletion, .decision, .message, .startTimers, .hold, .forgottenCommands, .together: break
    }
  }

  /// When the sink is to be looked after next; nil when there is nothing to do.
  var nextPublishing: Timestamp? {
    guard configuration.sink != nil, !isDraining, !outbox.isEmpty, !outbox.isOut else { return nil }
    return outbox.pausedUntil ?? now
  }
}

/// How far publishing has come.
struct OutboxState {
  /// Whether the store is known to have nothing to publish.
  var isEmpty = false
  /// Whether a batch is with the sink, or has been taken and its rows are still there.
  var isOut = false
  /// How often the sink has failed in a row.
  var failures = 0
  /// When the sink is tried again.
  var pausedUntil: Timestamp?

  func isDue(at now: Timestamp) -> Bool {
    guard !isEmpty, !isOut else { return false }
    // A pause that is longer than any that is made: the clock was set back meanwhile.
    return pausedUntil.map { now >= $0 || $0 - now > Self.longestPause } ?? true
  }

  static let longestPause = Duration.seconds(60)

  /// The pause after a number of failures in a row: 1 second, then twice as long each time, up to a minute.
  static func pause(afterFailures failures: Int) -> Duration {
    min(.seconds(1 << min(failures - 1, 6)), longestPause)
  }
}

/// What came of handing a batch to a sink.
package struct SinkReceipt: Sendable {
  /// The place of the last event in the batch.
  package let last: Int64
  /// Why the sink did not take it; nil when it did.
  package let failure: SinkFailure?

  package init(last: Int64, failure: SinkFailure? = nil) {
    self.last = last
    self.failure = failure
  }
}
