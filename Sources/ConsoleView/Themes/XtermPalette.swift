/// The palette of xterm: what the places stand for where the user did not change them.
///
/// See the table in xterm's `256colres.h`: sixteen colours, a cube of six levels, 24 greys.
enum XtermPalette {
  struct Components: Hashable {
    var red: Int
    var green: Int
    var blue: Int

    /// Squared, with the weights by which the eye sees the three.
    func distance(to other: Components) -> Int {
      let red = red - other.red
      let green = green - other.green
      let blue = blue - other.blue
      return 3 * red * red + 6 * green * green + blue * blue
    }
  }

  private static let levels = [0, 95, 135, 175, 215, 255]
  private static let first: [Components] = [
    .init(red: 0, green: 0, blue: 0), .init(red: 205, green: 0, blue: 0), .init(red: 0, green: 205, blue: 0),
    .init(red: 205, green: 205, blue: 0), .init(red: 0, green: 0, blue: 238), .init(red: 205, green: 0, blue: 205),
    .init(red: 0, green: 205, blue: 205), .init(red: 229, green: 229, blue: 229),
    .init(red: 127, green: 127, blue: 127), .init(red: 255, green: 0, blue: 0), .init(red: 0, green: 255, blue: 0),
    .init(red: 255, green: 255, blue: 0), .init(red: 92, green: 92, blue: 255), .init(red: 255, green: 0, blue: 255),
    .init(red: 0, green: 255, blue: 255), .init(red: 255, green: 255, blue: 255),
  ]

  static func components(of index: UInt8) -> Components {
    switch Int(index) {
    case let place where place < 16:
      return first[place]
    case let place where place < 232:
      let place = place - 16
      return Components(red: levels[place / 36], green: levels[place / 6 % 6], blue: levels[place % 6])
    case let place:
      let grey = 8 + 10 * (place - 232)
      return Components(red: grey, green: grey, blue: grey)
    }
  }

  /// The nearest place; of 256 only the fixed ones, since the first sixteen are the user's.
  static func nearest(to wanted: Components, in depth: ColourDepth) -> TerminalColour {
    let places: ClosedRange<Int>
    switch depth {
    case .mono: return .terminalDefault
    case .eight: places = 0...7
    case .sixteen: places = 0...15
    case .indexed256: places = 16...255
    }
    var best = places.lowerBound
    var bestDistance = Int.max
    for place in places {
      let distance = components(of: UInt8(place)).distance(to: wanted)
      if distance < bestDistance {
        best = place
        bestDistance = distance
      }
    }
    return TerminalColour(index: UInt8(best))
  }
}
