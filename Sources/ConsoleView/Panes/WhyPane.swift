import ConsoleCore
import EngineCore

/// Why the instance stands where it stands, in plain words, with the keys that would move it.
package enum WhyPane {
  package static func content(_ input: PaneInput, width: Int) -> PaneContent {
    var lines: [PaneLine] = []
    for item in WhyReport(input).items {
      if !lines.isEmpty { lines.append(PaneLine()) }
      lines += headline(item, width)
      for sentence in item.sentences {
        lines += PaneLine.wrapped(sentence, indent: 2, width: width, about: item.subject)
      }
      for action in item.actions { lines += self.action(action, item.subject, width) }
      lines += output(item, width)
    }
    if lines.isEmpty { return PaneContent("Nothing is known about this instance yet.", width: width) }
    return PaneContent(lines: lines)
  }

  private static func headline(_ item: WhyReport.Item, _ width: Int) -> [PaneLine] {
    item.headline.wrapped(to: max(8, width - 2)).enumerated().map { index, text in
      var line = PaneLine(about: item.subject)
      line.add(index == 0 ? item.urgency.mark + " " : "  ", item.urgency.role)
      line.add(text, item.urgency.role)
      return line
    }
  }

  private static func action(_ action: WhyReport.Action, _ subject: PaneSubject?, _ width: Int) -> [PaneLine] {
    let indent = 2 + action.key.columns + 2
    return action.effect.wrapped(to: max(8, width - indent)).enumerated().map { index, text in
      var line = PaneLine(about: subject)
      line.pad(to: 2)
      if index == 0 { line.add(action.key, .key) }
      line.pad(to: indent)
      line.add(text, .keyLabel)
      return line
    }
  }

  private static func output(_ item: WhyReport.Item, _ width: Int) -> [PaneLine] {
    guard !item.output.isEmpty else { return [] }
    var lines = PaneLine.wrapped(item.outputTitle + ":", .textMuted, indent: 2, width: width, about: item.subject)
    for text in item.output { lines += quoted(text, about: item.subject, width: width) }
    return lines
  }

  /// A line that a program wrote, set apart by a bar.
  static func quoted(_ text: SafeText, about subject: PaneSubject?, width: Int) -> [PaneLine] {
    text.wrapped(to: max(8, width - 4)).map { part in
      var line = PaneLine(about: subject)
      line.add("  │ ", .border)
      line.add(part, .textStrong)
      return line
    }
  }
}
