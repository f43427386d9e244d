import EngineCore

/// The instance of a grown process with all that it calls, and what goes between them and the world outside.
package final class ReferenceFamily {
  let process: RandomProcess
  package internal(set) var now: Timestamp
  /// All instances that there ever were, each behind the one that called it.
  package private(set) var members: [ReferenceInterpreter] = []
  /// What was thrown and nobody has looked at.
  var mail: [ModelMail] = []
  /// Messages that wait for somebody.
  private var buffer: [ModelMail] = []
  /// How many units there were.
  var turn = 0
  /// How often something has happened from outside.
  private(set) var moment = 0
  private var lastNumber = 0
  /// The name of the instance that nobody called.
  static let main = "main"

  /// Whether no handler ever has to wait for another one.
  let hasRoom: Bool

  /// Starts an instance.
  package init(_ process: RandomProcess, at now: Timestamp, hasRoom: Bool) {
    self.process = process
    self.hasRoom = hasRoom
    self.now = now
    let main = ReferenceInterpreter(process.root, Self.main, variables: process.variables, caller: nil, in: self)
    members.append(main)
    main.unit { main.start() }
    bringMail()
  }

  /// Numbers that rise, for what has an order over all instances.
  func number() -> Int {
    lastNumber += 1
    return lastNumber
  }

  func add(
    _ process: String, variables: Context, caller: (instance: ReferenceInterpreter, leaf: ModelLeaf)
  ) -> ReferenceInterpreter {
    guard let called = self.process.called.first(where: { $0.key == process }) else {
      preconditionFailure("there is no process \(process)")
    }
    let stem = "\(caller.instance.name)/\(caller.leaf.name)"
    let calls = members.count { $0.name == stem || $0.name.hasPrefix("\(stem) again") }
    let child = ReferenceInterpreter(
      called.root, Self.name(stem, calls), variables: variables, caller: caller, in: self)
    members.append(child)
    return child
  }

  /// Tells which instances the engine takes for older ones: of those that are called at the same moment, that is up to
  /// it.
  func order(like names: [String]) {
    let ages = Dictionary(uniqueKeysWithValues: names.enumerated().map { ($0.element, $0.offset) })
    members.sort { ages[$0.name, default: .max] < ages[$1.name, default: .max] }
  }

  /// The name of an instance that is called from somewhere, for another time after so many.
  static func name(_ stem: String, _ calls: Int) -> String { calls == 0 ? stem : "\(stem) again \(calls)" }

  /// The first instance.
  package var main: ReferenceInterpreter { members[0] }

  /// Whether nothing more happens by itself.
  package var isEnded: Bool { members.allSatisfy(\.state.isEnd) }

  /// Lets things happen one after the other, and then everything that comes of them.
  package func perform(_ steps: [PathStep]) {
    moment += 1
    for step in steps { perform(step) }
    bringMail()
    fireDueTimers()
    bringMail()
    for member in members { member.unit { member.executeReady() } }
  }

  private func perform(_ step: PathStep) {
    switch step.action {
    case .send(let name, let key, let value, let life):
      deliver(ModelMail(name: name, key: key, isSignal: false, value: Value(value), expires: now + life, bound: 0))
    case .signal(let name, let value):
      mail.append(
        ModelMail(name: name, key: nil, isSignal: true, value: Value(value), expires: now, bound: number()))
    case .passTime(let instant): now = instant
    case .crash:
      // One is looked after when the one before is, and what comes of that has not been interrupted.
      for (member, leaf) in members.flatMap({ member in member.interrupted.map { (member, $0) } }) {
        member.unit { member.recover(leaf) }
      }
    case .report, .retry, .skip, .suspend, .resume, .compensate, .cancel, .terminate:
      guard let member = members.first(where: { $0.name == step.instance }) else { return }
      member.unit { member.begin(step.action) }
    }
  }

  private func fireDueTimers() {
    while true {
      let due = members.filter { !$0.isSuspended }
        .flatMap { member in member.timers.filter { $0.due <= now }.map { (member, $0) } }
      // Of those that fall due at the same moment, an older instance's come first.
      guard let first = due.map(\.1.due).min(), let (member, timer) = due.first(where: { $0.1.due == first }) else {
        return
      }
      member.unit { member.fire(timer) }
    }
  }

  // MARK: Messages and signals

  /// Brings everything that was thrown, in order, and messages that have waited to whoever waits for them now.
  private func bringMail() {
    while true {
      if !mail.isEmpty {
        deliver(mail.removeFirst())
      } else if let index = buffer.firstIndex(where: { $0.expires > now && !candidates($0.name, $0.key).isEmpty }) {
        deliver(buffer.remove(at: index))
      } else {
        return
      }
    }
  }

  /// A signal goes to all who waited when it was sent, a message to the one who has waited longest, or it waits.
  private func deliver(_ mail: ModelMail) {
    guard mail.isSignal else {
      if let (member, receiver) = candidates(mail.name, mail.key).first {
        member.take(mail.value, by: receiver)
      } else if mail.expires > now {
        buffer.append(mail)
      }
      return
    }
    for (member, subscription) in subscriptions where subscription.isSignal && subscription.name == mail.name {
      if subscription.number <= mail.bound, member.isOpen(subscription) { member.take(mail.value, by: subscription) }
    }
  }

  /// Everything that is waited for, the oldest first, and in older instances first what is waited for since one moment.
  var subscriptions: [(member: ReferenceInterpreter, subscription: ModelSubscription)] {
    members.enumerated().flatMap { age, member in member.subscriptions.map { (age, member, $0) } }
      .sorted { ($0.2.turn, $0.0, $0.2.number) < ($1.2.turn, $1.0, $1.2.number) }
      .map { ($0.1, $0.2) }
  }

  /// Who could receive a message, the oldest first.
  private func candidates(
    _ name: String, _ key: String?
  ) -> [(member: ReferenceInterpreter, subscription: ModelSubscription)] {
    subscriptions.filter { member, subscription in
      !subscription.isSignal && subscription.name == name && subscription.key == key
        && (!member.hasCome(subscription) || subscription.aim.isRepeating)
    }
  }

  /// Whether two of one instance began to wait for a message at the same moment, neither inside of the other: nobody
  /// says who is older.
  func isUndecided(_ name: String, _ key: String?) -> Bool {
    let candidates = candidates(name, key)
    guard candidates.count > 1, candidates[0].subscription.turn == candidates[1].subscription.turn else { return false }
    if candidates[0].member !== candidates[1].member { return false }
    guard let older = candidates[0].subscription.leaf, let younger = candidates[1].subscription.leaf else {
      return false
    }
    if older === younger { return false }
    guard case .inside(let inner) = older.state else { return true }
    return !younger.scope.isWithin(inner)
  }
}
