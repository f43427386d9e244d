import DequeModule
import EngineCore

/// Ready tokens that wait for room, lane by lane, read ahead from the store; lanes with nothing in them are not kept.
///
/// Which lanes have tokens is read once, after the lease is taken: a lane that comes up later is empty in the store but
/// for what this engine itself has made ready.
struct ReadyQueues {
  struct Lane {
    /// Who does the work of these tokens; nil when nobody outside is needed.
    let handler: String?
    /// What has been read, or became ready since, in the order of claiming.
    var tokens = Deque<TokenPosition>()
    /// How far the store has been read.
    var cursor: TokenPosition?
    /// Whether the store has no more than what is in `tokens`.
    var isComplete = false
    /// When it was last served, by a counter.
    var served = 0
  }

  private(set) var lanes: [ReadyLane: Lane] = [:]
  /// Whether the store has been asked which lanes there are.
  var areKnown = false
  private var servings = 0

  subscript(lane: ReadyLane) -> Lane? {
    get { lanes[lane] }
    set { lanes[lane] = newValue }
  }

  /// A lane of which the store may hold tokens.
  mutating func find(_ lane: ReadyLane, handler: String?) { lanes[lane] = Lane(handler: handler) }

  /// A token has become ready in this engine.
  mutating func append(_ position: TokenPosition, to lane: ReadyLane, handler: String?, limit: Int) {
    guard areKnown else { return }
    guard var queue = lanes.removeValue(forKey: lane) else {
      lanes[lane] = Lane(handler: handler, tokens: [position], isComplete: true, served: servings)
      return
    }
    if queue.isComplete || queue.cursor.map({ position <= $0 }) ?? false {
      if queue.tokens.count < limit {
        queue.tokens.append(position)
      } else {
        // Too many to keep: they are read again from the start once these are claimed.
        queue.isComplete = false
        queue.cursor = nil
      }
    }
    lanes[lane] = queue
  }

  /// Takes the next token of a lane; nil when none has been read.
  mutating func pop(_ lane: ReadyLane) -> TokenPosition? {
    guard let position = lanes[lane]?.tokens.popFirst() else { return nil }
    servings += 1
    lanes[lane]?.served = servings
    if lanes[lane]?.tokens.isEmpty == true, lanes[lane]?.isComplete == true { lanes[lane] = nil }
    return position
  }

  /// Adds a page that was read behind the cursor.
  mutating func add(_ page: [TokenPosition], to lane: ReadyLane, isLast: Bool) {
    lanes[lane]?.tokens.append(contentsOf: page)
    lanes[lane]?.isComplete = isLast
    if let last = page.last { lanes[lane]?.cursor = last }
    if page.isEmpty, isLast, lanes[lane]?.tokens.isEmpty == true { lanes[lane] = nil }
  }
}
