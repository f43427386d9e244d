/// The sides of a cell that a line reaches.
struct GraphArms: OptionSet, Sendable {
  let rawValue: UInt8

  static let up = GraphArms(rawValue: 1)
  static let right = GraphArms(rawValue: 2)
  static let down = GraphArms(rawValue: 4)
  static let left = GraphArms(rawValue: 8)
  static let across: GraphArms = [.left, .right]
  static let upright: GraphArms = [.up, .down]
  static let all: GraphArms = [.up, .right, .down, .left]

  /// The arms on the other sides.
  var opposite: GraphArms {
    GraphArms(rawValue: (rawValue << 2 | rawValue >> 2) & 15)
  }

  /// The neighbour in the direction of a single arm.
  func neighbour(of point: GraphPoint) -> GraphPoint {
    let x = (contains(.right) ? 1 : 0) - (contains(.left) ? 1 : 0)
    let y = (contains(.down) ? 1 : 0) - (contains(.up) ? 1 : 0)
    return GraphPoint(x: point.x + x, y: point.y + y)
  }

  /// The head of a line that arrives in the direction of a single arm.
  var head: Character {
    switch self {
    case .up: "▲"
    case .left: "◀"
    case .right: "▶"
    default: "▼"
    }
  }
}
