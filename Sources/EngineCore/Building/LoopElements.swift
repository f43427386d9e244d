extension ScopeElement {
  /// Executes it once for each element of a list, all at once or one after the other.
  ///
  /// - Parameters:
  ///   - items: an expression that gives the list.
  ///   - name: the variable under which each execution sees its element.
  ///   - isSequential: whether one begins only when the one before it is done.
  ///   - condition: when no more are needed; it sees `numberOfCompletedInstances` and the results by their name.
  ///   - results: the variable that gets the list of what `value` gives for each of them, in the order of the items.
  ///   - value: an expression over the variables of one execution; an activity's `result` is among them.
  public func forEach(
    _ items: String, as name: String = "item", sequential isSequential: Bool = false, until condition: String? = nil,
    collect results: String? = nil, value: String = "result"
  ) -> Self {
    multiple(isSequential, condition, results, value) { () throws(ExpressionError) in
      .collection(try Expression(items.withoutEqualsSign), item: name)
    }
  }

  /// Executes it a number of times, all at once or one after the other.
  public func times(
    _ count: String, sequential isSequential: Bool = false, until condition: String? = nil,
    collect results: String? = nil, value: String = "result"
  ) -> Self {
    multiple(isSequential, condition, results, value) { () throws(ExpressionError) in
      .count(try Expression(count.withoutEqualsSign))
    }
  }

  /// Executes it again and again while a condition holds, which is looked at before each round. The condition sees as
  /// `loopCounter` how many rounds there have been.
  public func repeatWhile(_ condition: String, atMost maximum: Int? = nil) -> Self {
    repeated(maximum, testsBefore: true) { () throws(ExpressionError) in try Expression(condition.withoutEqualsSign) }
  }

  /// Executes it until a condition holds, which is looked at after each round.
  public func repeatUntil(_ condition: String, atMost maximum: Int? = nil) -> Self {
    repeated(maximum, testsBefore: false) { () throws(ExpressionError) in
      try Expression(condition.withoutEqualsSign).negated()
    }
  }

  private func multiple(
    _ isSequential: Bool, _ condition: String?, _ results: String?, _ value: String,
    _ items: () throws -> MultiInstance.Items
  ) -> Self {
    with { draft in
      draft.collect { draft in
        draft.loop = .multiInstance(
          MultiInstance(
            items: try items(), isSequential: isSequential,
            output: try results.map {
              MultiInstance.Output(element: try Expression(value.withoutEqualsSign), collection: $0)
            },
            completionCondition: try condition.map { try Expression($0.withoutEqualsSign) }))
      }
    }
  }

  private func repeated(_ maximum: Int?, testsBefore: Bool, _ condition: () throws -> Expression) -> Self {
    with { draft in
      draft.collect { draft in
        draft.loop = .standard(
          StandardLoop(condition: try condition(), testsBefore: testsBefore, maximum: maximum))
      }
    }
  }
}

extension Expression {
  /// The opposite of a condition.
  package func negated() throws(ExpressionError) -> Expression { try Expression("not(\(source))") }
}
