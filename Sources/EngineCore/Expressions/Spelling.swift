/// Finds what somebody may have meant.
public enum Spelling {
  /// The longest name that is compared; longer ones are hardly misspelt.
  private static let longestName = 64

  /// The candidate nearest to a misspelt name, or nil if none is near; of equally near ones the first.
  public static func nearest(to name: String, in candidates: [String]) -> String? {
    let letters = Array(name.lowercased())
    guard letters.count <= longestName else { return nil }
    var nearest: (name: String, distance: Int)?
    for candidate in candidates where candidate.utf8.count <= longestName {
      let limit = max(1, min(3, max(letters.count, candidate.count) / 3))
      let distance = distance(letters, Array(candidate.lowercased()))
      if distance <= limit, distance < nearest?.distance ?? .max { nearest = (candidate, distance) }
    }
    return nearest?.name
  }

  /// How many letters must be added, dropped, replaced or swapped with their neighbour.
  private static func distance(_ left: [Character], _ right: [Character]) -> Int {
    var beforeLast: [Int] = []
    var last = Array(0...right.count)
    for row in left.indices {
      var current = [row + 1]
      for column in right.indices {
        let replaced = last[column] + (left[row] == right[column] ? 0 : 1)
        var cost = min(replaced, last[column + 1] + 1, current[column] + 1)
        if row > 0, column > 0, left[row] == right[column - 1], left[row - 1] == right[column] {
          cost = min(cost, beforeLast[column - 1] + 1)
        }
        current.append(cost)
      }
      beforeLast = last
      last = current
    }
    return last[right.count]
  }
}
