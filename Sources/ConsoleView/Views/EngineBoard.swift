import ConsoleCore
import EngineCore

/// How the engine and the store are doing.
enum EngineBoard {
  private static let labelWidth = 12

  static func draw(_ model: ConsoleModel, on canvas: inout Canvas) {
    guard let row = model.engine else {
      canvas.write(model.failure ?? "reading…", x: 1, y: 1, role: model.failure == nil ? .textMuted : .error)
      return
    }
    var y = 0
    for (label, line) in facts(model, row) {
      canvas.write(label, x: 1, y: y, role: .tableHeader)
      canvas.write(line.clipped(to: canvas.width - labelWidth - 2), x: 1 + labelWidth, y: y)
      y += 1
    }
    y = drawRate(model, y: y, on: &canvas)
    drawCounts(row.counts, y: y + 1, on: &canvas)
  }

  private static func facts(_ model: ConsoleModel, _ row: EngineRow) -> [(SafeText, StyledLine)] {
    let clock = model.clock
    let holder = SafeText(untrusted: row.host) + " pid \(row.process)"
    let engine: StyledLine
    switch model.connection {
    case .unknown: engine = StyledLine("…", role: .textMuted)
    case .inside: engine = StyledLine("● in this console, " + holder, role: .stateRunning)
    case .attached: engine = StyledLine("◆ another process, " + holder, role: .stateRunning)
    case .none:
      engine =
        row.epoch == 0
        ? StyledLine("✗ this store has never had an engine", role: .stateIncident)
        : StyledLine("✗ none is running; the last was " + holder, role: .stateIncident)
    }
    let heartbeat = row.heartbeatAt.map { clock.age($0) + " ago, " + clock.full($0) + " " + clock.mark } ?? "never"
    let waiting = StyledLine(
      row.waitingCommands == 0 ? "none waits" : "\(row.waitingCommands) wait for an engine",
      role: row.waitingCommands == 0 ? .text : .warning)
    return [
      ("engine", engine),
      ("lease", StyledLine("epoch \(row.epoch)")),
      ("heartbeat", StyledLine(heartbeat)),
      ("commands", waiting),
      (
        "store",
        StyledLine(QuantityText.bytes(row.databaseBytes) + ", log " + QuantityText.bytes(row.logBytes))
      ),
      ("committed", StyledLine(QuantityText.count(Int(clamping: row.unitsCommitted)) + " units of work in all")),
    ]
  }

  /// The rate with its picture of the last two minutes. Returns the next free row.
  private static func drawRate(_ model: ConsoleModel, y: Int, on canvas: inout Canvas) -> Int {
    canvas.write("units/s", x: 1, y: y, role: .tableHeader)
    let rate = QuantityText.rate(model.samples.current).padded(to: 6)
    let x = 1 + labelWidth
    canvas.write(rate, x: x, y: y, role: .textStrong)
    let width = min(EngineSamples.limit, canvas.width - x - 9)
    guard width > 0 else { return y + 1 }
    canvas.sparkline(model.samples.rates, x: x + 7, y: y, width: width)
    return y + 1
  }

  private static func drawCounts(_ counts: StateCounts, y: Int, on canvas: inout Canvas) {
    var rows: [(DisplayState, Int)] = [
      (.incident, counts.withIncidents), (.running, counts[.running]), (.compensating, counts[.compensating]),
      (.suspended, counts.suspended), (.failed, counts[.failed]), (.completed, counts[.completed]),
      (.compensated, counts[.compensated]), (.cancelled, counts[.cancelled]), (.terminated, counts[.terminated]),
    ]
    if counts[.cancelling] > 0 { rows.insert((.cancelling, counts[.cancelling]), at: 3) }
    let total = counts.total
    canvas.write("instances", x: 1, y: y, role: .tableHeader)
    canvas.write(QuantityText.count(total), x: 1 + labelWidth, y: y, role: .textStrong)
    let barX = 1 + labelWidth + 25
    for (index, row) in rows.enumerated() {
      let line = y + 1 + index
      canvas.write(row.0.letter + " " + row.0.shape + " " + row.0.word, x: 1 + labelWidth, y: line, role: row.0.role)
      let number = QuantityText.count(row.1)
      canvas.write(number, x: barX - 2 - number.columns, y: line, role: .text)
      canvas.gauge(row.1, of: total, x: barX, y: line, width: min(60, canvas.width - barX - 1))
    }
  }
}
