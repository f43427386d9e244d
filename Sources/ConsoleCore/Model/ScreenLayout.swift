/// How the rows and columns of the screen are given out; moving about and drawing both go by it.
package struct ScreenLayout: Sendable, Hashable {
  /// The smallest screen that is drawn on.
  package static let minimumWidth = 20
  package static let minimumHeight = 5

  package let width: Int
  package let height: Int
  /// Whether there is too little room for anything.
  package let isTooSmall: Bool
  /// How many lines of sentences stand below the breadcrumb.
  package let bannerRows: Int
  /// The first row of the view itself, and how many there are.
  package let bodyTop: Int
  package let bodyHeight: Int
  /// How many rows at the foot of a list say more about the row under the cursor, with the rule above them.
  package let previewRows: Int
  /// The panes in sight, from left to right.
  package let panes: [PaneSlot]

  /// Where a pane stands in the body.
  package struct PaneSlot: Sendable, Hashable {
    package let pane: Pane
    package let x: Int
    package let width: Int
    /// The first row of its content, from the top of the screen.
    package let y: Int
    package let height: Int
  }

  package init(_ model: ConsoleModel) {
    width = model.width
    height = model.height
    isTooSmall = width < Self.minimumWidth || height < Self.minimumHeight
    bannerRows = model.height >= 10 ? model.banners.count : 0
    bodyTop = 2 + bannerRows
    bodyHeight = max(0, height - bodyTop - 1)
    switch model.screen {
    case .list(let kind):
      previewRows = Self.previewRows(kind, bodyHeight: bodyHeight)
      panes = []
    case .instance(let view):
      previewRows = 0
      panes = Self.slots(view.pane, width: width, top: bodyTop, height: height)
    }
  }

  /// How many lines of help are in sight: without its border.
  package var helpHeight: Int { max(1, height - 3) }

  /// The columns inside the border of a plan sheet.
  package var sheetWidth: Int { max(1, min(width, 100) - 4) }

  /// How many lines of a plan sheet can be in sight: what is left beside border, target, fields and command line.
  package var sheetLines: Int { max(1, height - 11) }

  /// How many rows of a list are in sight below its titles.
  package var listHeight: Int { max(1, bodyHeight - 1 - previewRows) }

  private static func previewRows(_ kind: ViewKind, bodyHeight: Int) -> Int {
    guard bodyHeight >= 14 else { return 0 }
    return switch kind {
    case .incidents: 5
    case .compensation, .tasks, .audit: 4
    case .instances, .timers, .definitions, .engine: 0
    }
  }

  private static func slots(_ pane: Pane, width: Int, top: Int, height: Int) -> [PaneSlot] {
    let shown = shownPanes(pane, width: width)
    // One line for the tabs; several panes have a line with their name each.
    let y = top + 1 + (shown.count > 1 ? 1 : 0)
    let rows = max(0, height - 1 - y)
    // A column between two panes holds a rule.
    let room = width - (shown.count - 1)
    var x = 0
    return shown.enumerated().map { index, pane in
      let end = room * (index + 1) / shown.count + index
      defer { x = end + 1 }
      return PaneSlot(pane: pane, x: x, width: end - x, y: y, height: rows)
    }
  }

  /// The graph stays on the left and the reason beside it; the pane with the keys is always in sight.
  private static func shownPanes(_ pane: Pane, width: Int) -> [Pane] {
    if width < 110 { return [pane] }
    if width < 170 { return pane == .graph ? [.graph, .why] : [.graph, pane] }
    switch pane {
    case .graph, .why: return [.graph, .why, .tokens]
    case .tokens, .timers, .compensation, .timeline, .events, .variables, .commands: return [.graph, pane, .why]
    }
  }
}

extension ConsoleModel {
  package var layout: ScreenLayout { ScreenLayout(self) }
}
