import ConsoleCore
import EngineCore

/// The first line: which store, who moves it, how many instances are in which state, and what time it is.
enum HeaderBar {
  /// Below this width a state is a letter and a shape, above it the word.
  private static let wordsFrom = 150

  static func draw(_ model: ConsoleModel, y: Int, on canvas: inout Canvas) {
    canvas.fill(Rect(x: 0, y: y, width: canvas.width, height: 1), with: Cell(role: .header))
    let clock = model.clock
    let time = clock.time(clock.now) + " " + clock.mark
    let clockWidth = time.columns + 2
    var x = 1
    let room = canvas.width > clockWidth + 24 ? canvas.width - clockWidth : canvas.width
    for segment in segments(model) where x + segment.columns <= room {
      x += canvas.write(segment, x: x, y: y)
      x += 2
    }
    if room < canvas.width { canvas.write(time, x: canvas.width - time.columns - 1, y: y, role: .headerMuted) }
  }

  /// What matters most comes first; what does not fit is left out.
  private static func segments(_ model: ConsoleModel) -> [StyledLine] {
    var segments = [StyledLine(model.store.name.clipped(to: 24), role: .header, flags: .strong)]
    segments.append(engine(model))
    if model.isFrozen { segments.append(StyledLine("frozen +\(model.heldBack)", role: .headerWarning)) }
    if case .sheet(let sheet) = model.overlay, sheet.phase == .running || sheet.phase == .paused {
      segments.append(StyledLine("\(sheet.answeredCount)/\(sheet.entries.count)", role: .headerWarning))
    }
    var states = model.engine.map { counts($0.counts, isWide: model.width >= wordsFrom) } ?? []
    if let stuck = model.engine?.counts.withIncidents, stuck > 0 { segments.append(states.removeFirst()) }
    if case .readOnly = model.access { segments.append(StyledLine("read-only", role: .headerWarning)) }
    if model.store.isProduction { segments.append(StyledLine("PRODUCTION", role: .headerWarning)) }
    return segments + states
  }

  private static func engine(_ model: ConsoleModel) -> StyledLine {
    switch model.connection {
    case .unknown: StyledLine("…", role: .headerMuted)
    case .inside(let epoch): StyledLine("● engine e\(epoch)", role: .header)
    case .attached(_, let process, let epoch): StyledLine("◆ engine pid \(process) e\(epoch)", role: .header)
    case .none: StyledLine("✗ no engine", role: .headerError)
    }
  }

  private static func counts(_ counts: StateCounts, isWide: Bool) -> [StyledLine] {
    let shown: [(DisplayState, Int)] = [
      (.incident, counts.withIncidents), (.running, counts[.running]), (.compensating, counts[.compensating]),
      (.cancelling, counts[.cancelling]), (.suspended, counts.suspended), (.failed, counts[.failed]),
      (.completed, counts[.completed]),
      (.compensated, counts[.compensated]), (.cancelled, counts[.cancelled]), (.terminated, counts[.terminated]),
    ]
    return shown.filter { $0.1 > 0 || $0.0 == .running }.map { state, count in
      let name = isWide ? state.shape + " " + state.word + " " : state.letter + state.shape
      let role: StyleRole = state == .incident ? .headerError : .header
      return StyledLine(name + QuantityText.count(count), role: role)
    }
  }
}
