import EngineCore
import EngineRuntime
import EngineStorage
import EngineTestKit
import Testing

@testable import SQLiteAdapter

@Suite("Lists look at no more than a window for one page")
struct WindowTests {
  /// More instances than a window, written straight into the tables.
  private func fill(_ folder: StoreFolder, instances: Int) throws -> SQLiteReader {
    let store = try SQLiteStore(path: folder.store)
    let driver = try StoreDriver(store)
    try driver.deploy(ContractProcess.pair())
    try store.inside { (rows) throws(StoreFailure) in
      try rows.sql.composed(
        """
        WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < \(instances))
        INSERT INTO process_instance SELECT i, 1, iif(i % 1000 = 0, 'rare', NULL), i % 2, 0, 0, 0, 0, 1, 1, 2, i, i,
          NULL, 0, NULL, NULL, NULL, NULL, NULL FROM n
        """
      ).run()
      try rows.sql("INSERT INTO timer SELECT id, 1, 1, 1, 0, id, NULL, NULL, NULL FROM process_instance").run()
    }
    return try SQLiteReader(path: folder.store)
  }

  @Test("what an index serves is complete, however many there are")
  func exact() throws {
    let folder = try StoreFolder()
    let reader = try fill(folder, instances: 25_000)
    let now = Timestamp(microseconds: 30_000)
    let rare = try reader.instances(InstanceFilter.parse("key:rare"), now: now, after: nil, limit: 100)
    #expect(rare.rows.map(\.id.rawValue) == (1...25).reversed().map { $0 * 1000 })
    #expect(rare.next == nil && !rare.isWindowed)
    let state = try reader.instances(InstanceFilter.parse("state:running def:pair"), now: now, after: "4", limit: 100)
    #expect(state.rows.map(\.id.rawValue) == [2] && !state.isWindowed)
    let number = try reader.instances(InstanceFilter.parse("17"), now: now, after: nil, limit: 1)
    #expect(number.rows.map(\.id.rawValue) == [17])
  }

  @Test("what no index serves is looked for in the newest, and the next page goes on from there")
  func windowed() throws {
    let folder = try StoreFolder()
    let reader = try fill(folder, instances: 25_000)
    let now = Timestamp(microseconds: 30_000)
    let filter = try InstanceFilter.parse("age>25ms")
    #expect(filter.words == [.age(.greater, .milliseconds(25))])
    var pages: [Page<InstanceSummary>] = []
    var cursor: String?
    repeat {
      let page = try reader.instances(filter, now: now, after: cursor, limit: 100_000)
      pages.append(page)
      cursor = page.next
    } while cursor != nil
    #expect(pages.map(\.rows.count) == [0, 0, 4_999])
    #expect(pages.map(\.isWindowed) == [true, true, false])
    let timers = try reader.timers(InstanceFilter.parse("var.none=1"), now: now, after: nil, limit: 10)
    #expect(timers.rows.isEmpty && timers.isWindowed)
    #expect(timers.next == "10000.10000.1")
  }
}
