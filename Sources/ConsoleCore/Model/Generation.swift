/// Numbers requests, so that an answer for something that has been left is known as late.
package struct Generation: Sendable, Hashable, Comparable {
  package let number: Int

  package init(_ number: Int) { self.number = number }

  package static func < (left: Generation, right: Generation) -> Bool { left.number < right.number }
}
