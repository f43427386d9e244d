import EngineCore

/// Reads single values and says what it would have liked instead.
struct ValueReader {
  let findings: Findings
  /// The languages of expressions besides FEEL; nil leaves them unchecked.
  var languages: [String: any ConditionEvaluator]?

  /// Text. A number or a truth value is refused, since YAML may have changed what was meant: `08`, `1.0`, `no`.
  func text(_ node: SourceNode, _ what: String) -> String? {
    guard let scalar = node.scalar else {
      findings.add(node.place, "\(what) must be text, and this is \(node.kindName)")
      return nil
    }
    if scalar.isNull || scalar.isPlain && scalar.text.isEmpty {
      findings.add(node.place, "\(what) is missing")
      return nil
    }
    if scalar.boolean != nil || scalar.isNumber {
      findings.add(
        node.place, "\(what) must be text, and this is \(node.kindName)",
        hint: "Quote it: \(scalar.text.excerpt.quoted).")
      return nil
    }
    if scalar.text.isEmpty {
      findings.add(node.place, "\(what) is empty")
      return nil
    }
    return scalar.text
  }

  /// Text that means itself: no expression is evaluated here.
  func literalText(_ node: SourceNode, _ what: String) -> String? {
    guard let text = text(node, what) else { return nil }
    guard text.first != "=" else {
      findings.add(node.place, "\(what) is fixed, it cannot be an expression")
      return nil
    }
    return text
  }

  func wholeNumber(_ node: SourceNode, _ what: String) -> Int? {
    guard let scalar = node.scalar, scalar.isNumber, let number = Int(scalar.text) else {
      findings.add(node.place, "\(what) must be a whole number, and this is \(node.kindName)")
      return nil
    }
    return number
  }

  func number(_ node: SourceNode, _ what: String) -> Double? {
    guard let scalar = node.scalar, scalar.isNumber, let number = Double(scalar.text), number.isFinite else {
      findings.add(node.place, "\(what) must be a number, and this is \(node.kindName)")
      return nil
    }
    return number
  }

  func boolean(_ node: SourceNode, _ what: String) -> Bool? {
    guard let boolean = node.scalar?.boolean else {
      findings.add(node.place, "\(what) must be true or false, and this is \(node.kindName)")
      return nil
    }
    return boolean
  }

  /// A fixed length of time.
  func duration(_ node: SourceNode, _ what: String) -> Duration? {
    let hint = Self.lengths + "."
    guard let scalar = node.scalar, !scalar.isNull else {
      findings.add(node.place, "\(what) must be a length of time, and this is \(node.kindName)", hint: hint)
      return nil
    }
    if scalar.isNumber {
      findings.add(node.place, "\(what), \(scalar.text.excerpt), has no unit", hint: hint)
      return nil
    }
    if scalar.expressionSource != nil {
      findings.add(node.place, "\(what) is fixed, it cannot be an expression", hint: hint)
      return nil
    }
    guard let duration = Duration(text: scalar.text) else {
      findings.add(node.place, "\(what), \(scalar.text.excerpt.quoted), is no length of time", hint: hint)
      return nil
    }
    return duration
  }

  private static let lengths = "Write 500ms, 30s, 5m, 2h, 3d or ISO 8601 such as PT1M30S"

  /// A length of time, a date, or an expression that gives either.
  func timer(_ node: SourceNode, _ what: String) -> TimerDefinition? {
    guard let scalar = node.scalar, !scalar.isNull, !scalar.isNumber else {
      return duration(node, what).map { .delay($0) }
    }
    if scalar.expressionSource != nil { return expression(node, what).map { .expression($0) } }
    if let date = Timestamp(iso8601: scalar.text) { return .date(date) }
    if let duration = Duration(text: scalar.text) { return .delay(duration) }
    findings.add(
      node.place, "\(what), \(scalar.text.excerpt.quoted), is neither a length of time nor a date with an offset",
      hint: Self.lengths + ", or a date such as 2026-01-31T07:00:00+01:00.")
    return nil
  }

  /// An expression that begins with `=`.
  func expression(_ node: SourceNode, _ what: String) -> Expression? {
    guard let scalar = node.scalar, let source = scalar.expressionSource else {
      let hint = node.scalar.map { "Put = before it: =\($0.text.excerpt)." }
      findings.add(node.place, "\(what) must be an expression, and this is \(node.kindName)", hint: hint)
      return nil
    }
    do {
      let expression = try Expression(source)
      return check(expression, node.place) ? expression : nil
    } catch {
      add(error, scalar, node.place)
      return nil
    }
  }

  /// A value in which texts that begin with `=` are expressions.
  func template(_ node: SourceNode) -> ValueTemplate? {
    let before = findings.count
    let value = value(node, readingExpressions: true)
    guard findings.count == before else { return nil }
    return try? ValueTemplate(value)
  }

  /// A value that is kept as it is.
  func literal(_ node: SourceNode) -> Value { value(node, readingExpressions: false) }

  private func value(_ node: SourceNode, readingExpressions: Bool) -> Value {
    switch node.content {
    case .scalar(let scalar):
      if scalar.isNull { return .null }
      if let boolean = scalar.boolean { return .boolean(boolean) }
      if scalar.isNumber { return number(scalar, node.place) }
      if readingExpressions, let source = scalar.expressionSource {
        do {
          _ = check(try Expression(source), node.place)
        } catch {
          add(error, scalar, node.place)
        }
      }
      return .string(scalar.text)
    case .list(let elements):
      return .list(elements.map { value($0, readingExpressions: readingExpressions) })
    case .mapping(let entries):
      var context = Context()
      for entry in entries { context[entry.key] = value(entry.value, readingExpressions: readingExpressions) }
      return .context(context)
    }
  }

  /// Whether the language of an expression is known, and knows what to do with it.
  private func check(_ expression: Expression, _ place: Place) -> Bool {
    guard let languages, let (language, text) = expression.otherLanguage else { return true }
    guard let evaluator = languages[language] else {
      let known = languages.keys.sorted()
      findings.add(
        place, "the expression is in the language \(language.ticked), which nobody has registered",
        hint: suggestion(for: language, among: known) ?? "FEEL needs no name: `=amount > 1000`.")
      return false
    }
    guard let sentence = evaluator.validate(text) else { return true }
    findings.add(place, "the expression in \(language.ticked) is wrong: \(sentence.excerpt)")
    return false
  }

  private func number(_ scalar: SourceScalar, _ place: Place) -> Value {
    do {
      return try Value(json: scalar.text)
    } catch {
      findings.add(
        place, "the number \(scalar.text.excerpt) cannot be kept exactly", hint: "Quote it to keep it as text.")
      return .null
    }
  }

  private func add(_ error: ExpressionError, _ scalar: SourceScalar, _ place: Place) {
    let source = error.expression
    let lines = source.split(separator: "\n", omittingEmptySubsequences: false)
    let position = lines.count > 1 ? "line \(error.line), column \(error.column)" : "column \(error.column)"
    let hint =
      scalar.isFollowedByMore
      ? "YAML took only \(("=" + source).ticked) for it: quote the expression, '=…'." : nil
    let subject =
      source.allSatisfy(\.isWhitespace)
      ? "the expression is empty" : "the expression \(source.ticked) is wrong at \(position)"
    findings.add(
      place, source.allSatisfy(\.isWhitespace) ? subject : "\(subject): \(error.message.excerpt)", hint: hint)
  }
}
