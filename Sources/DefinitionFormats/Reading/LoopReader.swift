import EngineCore

/// Reads how a node is executed more than once: `for` and `repeat`.
struct LoopReader {
  private let node: NodeReader
  private var findings: Findings { node.findings }
  private var values: ValueReader { node.values }

  init(_ node: NodeReader) { self.node = node }

  func loop(_ fields: Fields) -> LoopDefinition? {
    switch (fields["for"], fields["repeat"]) {
    case (nil, nil): return nil
    case (let each?, nil): return multiInstance(each).map { .multiInstance($0) }
    case (nil, let condition?): return standard(condition).map { .standard($0) }
    case (.some, .some):
      findings.add(
        fields.keyPlace("repeat"), "\(fields.subject) has both `for` and `repeat`",
        hint: "Put one of them on a subprocess around it.")
      return nil
    }
  }

  private func multiInstance(_ value: SourceNode) -> MultiInstance? {
    if value.scalar != nil {
      return values.expression(value, "the list of `for`").map { MultiInstance(items: .collection($0, item: "item")) }
    }
    let example = "`{each: =orders, as: order}` or `{times: =n}`"
    guard let fields = Fields(value, of: "`for`", findings, example: example) else { return nil }
    fields.refuseKeys(besides: DefinitionKeys.each, findings)
    guard let items = items(fields, example) else { return nil }
    return MultiInstance(
      items: items, isSequential: fields["sequential"].flatMap { values.boolean($0, "`sequential`") } ?? false,
      output: fields["collect"].flatMap(output),
      completionCondition: fields["until"].flatMap { values.expression($0, "the condition of `until`") })
  }

  private func items(_ fields: Fields, _ example: String) -> MultiInstance.Items? {
    switch (fields["each"], fields["times"]) {
    case (let each?, nil):
      let name = fields["as"].map { values.literalText($0, "`as`") } ?? "item"
      let list = values.expression(each, "the list of `each`")
      guard let name, let list else { return nil }
      return .collection(list, item: name)
    case (nil, let times?):
      if fields["as"] != nil {
        findings.add(
          fields.keyPlace("as"), "`as` names an element of a list, and `times` has none",
          hint: "Each execution sees its number as loopCounter.")
      }
      if let number = times.scalar, number.isNumber {
        return values.wholeNumber(times, "`times`").flatMap { try? Expression(String($0)) }.map { .count($0) }
      }
      return values.expression(times, "`times`").map { .count($0) }
    case (nil, nil):
      findings.add(fields.place, "`for` has neither `each` nor `times`", hint: "Write it as \(example).")
      return nil
    case (.some, .some):
      findings.add(fields.keyPlace("times"), "`for` has both `each` and `times`", hint: "Keep one of them.")
      return nil
    }
  }

  private func output(_ value: SourceNode) -> MultiInstance.Output? {
    let example = "`{totals: =result.total}`"
    guard let fields = Fields(value, of: "`collect`", findings, example: example) else { return nil }
    guard let entry = fields.entries.first, fields.entries.count == 1 else {
      findings.add(
        fields.place, "`collect` gathers one value of each execution, and this is \(fields.entries.count)",
        hint: "Write it as \(example).")
      return nil
    }
    node.process.note(node.id, entry.key, entry.keyPlace)
    return values.expression(entry.value, "what `collect` gathers").map {
      MultiInstance.Output(element: $0, collection: entry.key)
    }
  }

  private func standard(_ value: SourceNode) -> StandardLoop? {
    let example = "`{while: =…, atMost: 10}` or `{until: =…}`"
    guard let fields = Fields(value, of: "`repeat`", findings, example: example) else { return nil }
    fields.refuseKeys(besides: DefinitionKeys.repeat, findings)
    let maximum = fields["atMost"].flatMap { values.wholeNumber($0, "`atMost`") }
    switch (fields["while"], fields["until"]) {
    case (let condition?, nil):
      return values.expression(condition, "the condition of `while`").map {
        StandardLoop(condition: $0, testsBefore: true, maximum: maximum)
      }
    case (nil, let condition?):
      return values.expression(condition, "the condition of `until`").flatMap { try? $0.negated() }.map {
        StandardLoop(condition: $0, testsBefore: false, maximum: maximum)
      }
    case (nil, nil):
      findings.add(fields.place, "`repeat` has neither `while` nor `until`", hint: "Write it as \(example).")
      return nil
    case (.some, .some):
      findings.add(
        fields.keyPlace("until"), "`repeat` has both `while` and `until`",
        hint: "`while` is looked at before each round, `until` after it: keep one of them.")
      return nil
    }
  }
}
