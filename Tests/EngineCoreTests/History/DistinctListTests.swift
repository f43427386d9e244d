import Testing

@testable import EngineCore

@Suite("A list that has nothing twice")
struct DistinctListTests {
  @Test("keeps the order of arrival and finds everything, short or long", arguments: [0, 1, 31, 32, 33, 34, 1_000])
  func order(count: Int) {
    var list = DistinctList<Int>()
    for number in 0..<count {
      list.append(number)
      list.append(number / 2)
    }
    #expect(list.elements == Array(0..<count))
    #expect((0..<count).allSatisfy(list.contains))
    #expect(!list.contains(count))
  }

  @Test("forgets what is taken out, and takes it in again at the end", arguments: [3, 40])
  func removal(count: Int) {
    var list = DistinctList<Int>()
    for number in 0..<count { list.append(number) }
    let removals = [list.remove(1), list.remove(1)]
    #expect(removals == [true, false])
    #expect(!list.contains(1))
    list.append(1)
    #expect(list.elements == [0] + Array(2..<count) + [1])
    for number in 0..<count { list.remove(number) }
    list.append(7)
    #expect(list.elements == [7])
  }

  @Test("is equal to one with the same elements, however it came by them")
  func equality() {
    var short = DistinctList<Int>()
    short.append(1)
    var shrunk = DistinctList<Int>()
    for number in 0..<40 { shrunk.append(number) }
    for number in 0..<40 where number != 1 { shrunk.remove(number) }
    #expect(short == shrunk)
  }

  @Test("what a unit made and ended again is never mentioned, however much it touched", arguments: [1, 100])
  func touched(count: Int) {
    var touched = ChangeSet.Touched<TokenID>()
    let ids = (1...Int64(count)).map { TokenID($0) }
    for id in ids { touched.insert(id) }
    touched.update(TokenID(5_000))
    touched.update(ids[0])
    touched.delete(ids[0])
    touched.delete(TokenID(5_000))
    touched.update(TokenID(6_000))
    touched.update(TokenID(6_000))
    #expect(touched.inserted == Array(ids.dropFirst()))
    #expect(touched.updated == [TokenID(6_000)])
    #expect(touched.deleted == [TokenID(5_000)])
  }

  @Test("a copy of what was touched stays as it was")
  func copied() {
    var touched = ChangeSet.Touched<TokenID>()
    touched.insert(TokenID(1))
    let before = touched
    touched.insert(TokenID(2))
    touched.delete(TokenID(1))
    #expect(before.inserted == [TokenID(1)])
    #expect(touched.inserted == [TokenID(2)])
    #expect(before != touched)
    #expect(ChangeSet.Touched<TokenID>().isEmpty)
    touched.delete(TokenID(2))
    #expect(touched.isEmpty)
  }
}
