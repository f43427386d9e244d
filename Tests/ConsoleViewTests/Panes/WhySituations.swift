import ConsoleCore
import EngineCore

/// One situation in which an operator asks why: how it comes about, and what the pane answers.
struct WhySituation: Sendable, CustomStringConvertible {
  var description: String
  var engine: EnginePresence
  var answer: String
  var story: @Sendable () throws -> InstanceFixture

  init(
    _ description: String, engine: EnginePresence = .alive(handlers: nil), answer: String,
    story: @escaping @Sendable () throws -> InstanceFixture
  ) {
    self.description = description
    self.engine = engine
    self.answer = answer
    self.story = story
  }

  static let all = moving + waiting + joining + failing + undoing + whole + ended

  static func order(_ change: (inout InstanceFixture) throws -> Void) throws -> InstanceFixture {
    var order = InstanceFixture(FixtureDefinitions.order)
    try order.begin()
    try change(&order)
    return order
  }

  /// A parallel process whose fork has been passed.
  static func parallel(_ change: (inout InstanceFixture) throws -> Void) throws -> InstanceFixture {
    var parallel = InstanceFixture(FixtureDefinitions.parallel)
    try parallel.begin()
    let fork = try parallel.arrive("both", from: "begin")
    try parallel.emit(.tokenCompleted(token: fork, node: try parallel.node("both"), mode: .forward))
    try change(&parallel)
    return parallel
  }
}
