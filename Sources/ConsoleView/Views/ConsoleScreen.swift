// One picture from one model: nothing is remembered from the picture before, so what is on the screen is always what
// the model says. Only rows in sight are looked at.

import ConsoleCore
import EngineCore

/// Draws the whole console.
package enum ConsoleScreen {
  /// The picture of a model. Costs time in proportion to the screen, not to the store.
  ///
  /// - Parameter panes: what the panes of an opened instance hold; a caller that keeps graph layouts passes its own.
  package static func render(
    _ model: ConsoleModel, panes: PaneProvider = { InstancePanes.content($0, $1, $2, width: $3) }
  ) -> Frame {
    var frame = Frame(width: model.width, height: model.height)
    frame.inside(frame.bounds) { canvas in
      draw(model, panes: panes, on: &canvas)
    }
    return frame
  }

  private static func draw(_ model: ConsoleModel, panes: PaneProvider, on canvas: inout Canvas) {
    let layout = model.layout
    guard !layout.isTooSmall else {
      drawTooSmall(model, on: &canvas)
      return
    }
    HeaderBar.draw(model, y: 0, on: &canvas)
    Breadcrumb.draw(model, layout, y: 1, on: &canvas)
    for (row, banner) in model.banners.prefix(layout.bannerRows).enumerated() {
      drawBanner(banner, y: 2 + row, on: &canvas)
    }
    let body = Rect(x: 0, y: layout.bodyTop, width: layout.width, height: layout.bodyHeight)
    switch model.screen {
    case .list(.engine): canvas.inside(body) { EngineBoard.draw(model, on: &$0) }
    case .list(let kind): canvas.inside(body) { ListTable.draw(model, kind, layout, on: &$0) }
    case .instance(let view): InstanceBoard.draw(model, view, layout, panes: panes, on: &canvas)
    }
    switch model.overlay {
    case .none, .prompt: break
    case .help(let top): canvas.inside(body) { HelpSheet.draw(model, top: top, on: &$0) }
    case .sheet(let sheet): PlanSheetView.draw(sheet, model, layout, on: &canvas)
    }
    FootBar.draw(model, y: layout.height - 1, on: &canvas)
  }

  private static func drawBanner(_ banner: Banner, y: Int, on canvas: inout Canvas) {
    let role = banner.severity.bannerRole
    canvas.fill(Rect(x: 0, y: y, width: canvas.width, height: 1), with: Cell(role: role))
    let text = " " + banner.severity.mark + " " + banner.text
    canvas.write(text.clipped(to: canvas.width), x: 0, y: y, role: role)
  }

  private static func drawTooSmall(_ model: ConsoleModel, on canvas: inout Canvas) {
    let needed = "sagatop needs \(ScreenLayout.minimumWidth)×\(ScreenLayout.minimumHeight)" as SafeText
    let has = "and has \(model.width)×\(model.height); q quits" as SafeText
    let lines = (needed + " " + has).wrapped(to: max(1, canvas.width))
    for (row, line) in lines.enumerated() { canvas.write(line, x: 0, y: row, role: .warning) }
  }
}
