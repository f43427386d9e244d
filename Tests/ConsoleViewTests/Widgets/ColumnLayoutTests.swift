import ConsoleCore
import EngineCore
import Testing

@testable import ConsoleView

@Suite("Columns")
struct ColumnLayoutTests {
  @Test(
    "columns never reach beyond the room and never overlap", arguments: ViewKind.allCases, [10, 17, 40, 77, 117, 197])
  func fits(kind: ViewKind, width: Int) {
    for isWide in [false, true] {
      let layout = ColumnLayout(ListColumns.columns(of: kind), x: 2, width: width, isWide: isWide)
      var next = 2
      for place in layout.placed {
        #expect(place.x >= next)
        next = place.x + place.width + ColumnLayout.gap
      }
      if layout.placed.count > 1 { #expect(next - ColumnLayout.gap <= width + 2) }
    }
  }

  @Test("more room never shows fewer columns", arguments: ViewKind.allCases)
  func monotonous(kind: ViewKind) {
    var last = 0
    for width in 10...220 {
      let count = ColumnLayout(ListColumns.columns(of: kind), x: 0, width: width, isWide: false).placed.count
      #expect(count >= last, "\(width) columns")
      last = count
    }
  }

  @Test("all the room is used where a column can take it", arguments: [60, 77, 120, 200])
  func usesRoom(width: Int) {
    let layout = ColumnLayout(ListColumns.columns(of: .instances), x: 0, width: width, isWide: false)
    let last = layout.placed.last
    #expect(last.map { $0.x + $0.width } == width)
  }

  @Test("asking for wide rows never hides a column", arguments: [77, 117, 197])
  func wide(width: Int) {
    let columns = ListColumns.columns(of: .instances)
    let usual = ColumnLayout(columns, x: 0, width: width, isWide: false).placed.map(\.column.title)
    let wide = ColumnLayout(columns, x: 0, width: width, isWide: true).placed.map(\.column.title)
    #expect(Set(usual).isSubset(of: Set(wide)) || wide.count >= usual.count)
  }
}

@Suite("Charts")
struct ChartTests {
  @Test("a sparkline shows the newest values on the right, the highest at full height")
  func sparkline() {
    var frame = Frame(width: 6, height: 1)
    frame.sparkline([9, 9, 0, 1, 4, 8], x: 0, y: 0, width: 4)
    #expect(frame.text(row: 0) == "▁▁▄█")
    frame = Frame(width: 6, height: 1)
    frame.sparkline([.nan, -1, 2], x: 0, y: 0, width: 6)
    #expect(frame.text(row: 0) == "   ▁▁█")
  }

  @Test("a gauge is empty at nothing and full at all", arguments: [(0, 0), (5, 2), (10, 4), (99, 4), (-1, 0)])
  func gauge(part: Int, filled: Int) {
    var frame = Frame(width: 4, height: 1)
    frame.gauge(part, of: 10, x: 0, y: 0, width: 4)
    #expect((0..<4).count { frame[$0, 0].role == .gaugeFilled } == filled)
  }
}
