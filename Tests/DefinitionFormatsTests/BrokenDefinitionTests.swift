import DefinitionFormats
import EngineCore
import Testing

/// A text with a mistake in it and what is said about it.
struct Broken: Sendable, CustomTestStringConvertible {
  let what: String
  let text: String
  let said: [String]

  var testDescription: String { what }

  init(_ what: String, _ text: String, _ said: String...) {
    self.what = what
    self.text = text
    self.said = said
  }

  /// A process whose nodes begin on line 3.
  static func nodes(_ what: String, _ nodes: String, _ said: String...) -> Broken {
    var broken = Broken(what, "")
    let indented = nodes.split(separator: "\n", omittingEmptySubsequences: false).map { "  " + $0 }
    broken = Broken(what: what, text: (["process: p", "nodes:"] + indented).joined(separator: "\n"), said: said)
    return broken
  }

  private init(what: String, text: String, said: [String]) {
    self.what = what
    self.text = text
    self.said = said
  }
}

@Suite("A broken definition")
struct BrokenDefinitionTests {
  @Test(
    "is answered with the line and a sentence for each mistake", arguments: outlines + nodes + flows + values + yaml)
  func message(broken: Broken) {
    let error = #expect(throws: DefinitionErrors.self) {
      try DefinitionReader.read(broken.text, file: "f", handlers: ["exec", "log", "reserve"])
    }
    #expect(error?.description == broken.said.joined(separator: "\n"))
  }

  static let outlines: [Broken] = [
    Broken("is empty", "", "f:1: the file is empty."),
    Broken("is a comment", "# nothing\n", "f:1: the file is empty."),
    Broken(
      "is a list", "- a\n",
      "f:1: a definition must be named values, and this is a list. Write it as `process: …` and "
        + "`nodes: …`."),
    Broken(
      "has no process", "nodes: {a: {end: }}", "f:1: the process has no name. Begin the file with `process: NAME`."),
    Broken("has no nodes", "process: p", "f:1: a definition has no `nodes`."),
    Broken(
      "has policies that make no sense",
      "process: p\npriority: 11\nkeep: {for: 3d, newest: -1}\nnodes: {a: {end: }}",
      "f:2: the priority is 11. It is a number from -10 to 10.",
      "f:3: `keep` keeps -1 instances. It keeps 0 or more."),
    Broken(
      "keeps instances without a limit", "process: p\nkeep: {}\nnodes: {a: {end: }}",
      "f:2: `keep` sets no limit. Say how long with `for: 30d`, or how many with `newest: 10000`."),
    Broken(
      "publishes what does not exist",
      "process: p\nkeep: {for: 3d, then: forget}\npublish: [processComplete]\nnodes: {a: {end: }}",
      "f:2: `then` is `forget`. It is delete or export.",
      "f:3: there is no event `processComplete` to publish. Did you mean `processCompleted`?"),
    Broken("has no node", "process: p\nnodes: {}", "f:2: a definition has no nodes."),
    Broken(
      "has a number for a name", "process: 12\nnodes: {a: {end: }}",
      "f:1: `process` must be text, and this is 12, a number. Quote it: \"12\"."),
    Broken(
      "has a key that is misspelt", "process: p\nsega: global\nnodes:\n  a: {wait: 1s, next: end}",
      "f:2: a definition has no key `sega`. Did you mean `saga`?"),
    Broken(
      "has a saga that is misspelt", "process: p\nsaga: globl\nnodes:\n  a: {wait: 1s, next: end}",
      "f:2: `saga` is `globl`. Did you mean `global`?"),
    Broken(
      "has a saga without a scope", "process: p\nsaga: {onFailure: stop}\nnodes:\n  a: {wait: 1s, next: end}",
      "f:2: `saga` has no `scope`. It is none, local or global.", "f:2: `onFailure` is `stop`. It is halt or continue."),
    Broken(
      "starts nowhere", "process: p\nstart: b\nnodes:\n  a: {wait: 1s, next: end}",
      "f:2: the process starts at `b`, which it does not have. Did you mean `a`?"),
    Broken(
      "has a key that is no name", "process: two words\nnodes:\n  a: {wait: 1s, next: end}",
      "f:1: `two words` cannot be the key of a process. Names are made of letters, digits, - and _, at most 80 of them."
    ),
    Broken(
      "has more than one document", "process: p\nnodes:\n  a: {wait: 1s, next: end}\n---\nprocess: q\n",
      "f:5: a second document begins here, and a file holds one process. Put it into a file of its own."),
  ]

  static let nodes: [Broken] = [
    .nodes(
      "has a node without a kind", "a: {next: end}",
      "f:3: the node `a` does not say what it does. Its first key is one of `run`, `service`, `external`, `user`, `call`, "
        + "`set`, `choose`, `fork`, `join`, `wait`, `end`, `subprocess`, `transaction`, "
        + "`receive`, `await`, `send`, `throw`, `first`, `link`, `handle`, `custom`."),
    .nodes(
      "has a kind that is misspelt", "a:\n  serivce: log\n  next: end",
      "f:4: the node `a` has no key `serivce`. Did you mean `service`?"),
    .nodes(
      "has a node of two kinds", "a:\n  wait: 1s\n  service: log\n  next: end",
      "f:5: the node `a` is `wait` and `service` at once. Keep one of them."),
    .nodes(
      "has a node that is text", "a: log",
      "f:3: the node `a` must be named values, and this is the text \"log\". Write it as {service: …, next: …}."),
    .nodes(
      "has a key that a node does not know", "a:\n  service: log\n  outputs: {b: =result}\n  next: end",
      "f:5: the node `a` has no key `outputs`. Did you mean `output`?"),
    .nodes(
      "has a key at the wrong kind", "a:\n  wait: 1s\n  retry: 3\n  next: end",
      "f:5: `retry` has no meaning at a `wait`."),
    .nodes(
      "limits a person", "a:\n  user: ada\n  timeout: 1h\n  next: end",
      "f:5: `timeout` has no meaning at a `user`. Use a boundary event: `events: [{after: 2h, next: …}]`."),
    .nodes(
      "gives a choice a next", "a:\n  choose: [{else: b}]\n  next: b\nb: {end: }",
      "f:5: `next` has no meaning at a `choose`. Its branches say where it leads; add an `else`."),
    .nodes(
      "runs a shell line", "a: {run: ./x.sh, next: end}",
      "f:3: `run` must be a list of words, and this is the text \"./x.sh\". Write it as [./x.sh]; no shell takes it "
        + "apart."),
    .nodes(
      "runs nothing", "a: {run: [], next: end}", "f:3: `run` names no command. Write it as [./reserve.sh, --fast]."),
    .nodes(
      "wants a handler that is misspelt", "a:\n  service: resreve\n  next: end",
      "f:4: `a` wants the handler `resreve`, which nobody has registered. Did you mean `reserve`?"),
    .nodes(
      "wants a handler that nobody has", "a:\n  service: log\n  compensate:\n    service: mail\n  next: end",
      "f:6: `a` wants the handler `mail`, which nobody has registered. Known are `exec`, `log`, `reserve`."),
    .nodes(
      "has external work without a topic", "a: {external: {lease: 1m}, next: end}",
      "f:3: `external` has no `topic`. Workers fetch tasks by topic."),
    .nodes(
      "says twice how often it tries", "a:\n  external: {topic: t, attempts: 3}\n  retry: 5\n  next: end",
      "f:4: both `external` and `retry` say how often it is tried. Keep `retry`."),
    .nodes(
      "tries too seldom", "a:\n  service: log\n  retry: {attempts: 0}\n  next: end",
      "f:5: `a` is tried 0 times. `attempts` counts the first try too: it is at least 1."),
    .nodes(
      "retries without attempts", "a:\n  service: log\n  retry: {backoff: 1s}\n  next: end",
      "f:5: `retry` has no `attempts`. They count the first try too."),
    .nodes(
      "compensates in no way", "a:\n  service: log\n  compensate: {timeout: 1s}\n  next: end",
      "f:5: `compensate` must have exactly one of `run`, `service`, `external`, `user`."),
    .nodes(
      "watches what takes no time", "a:\n  set: {x: 1}\n  events: [{after: 1s, next: end}]\n  next: end",
      "f:5: `events` has no meaning at a `set`."),
    .nodes(
      "has an event of nothing", "a:\n  user: ada\n  events:\n    - next: end\n  next: end",
      "f:6: a boundary event of `a` does not say what sets it off. Write it as `- {after: 1h, next: …}` or `- {error: "
        + "CODE, next: …}`."),
    .nodes(
      "has an error that does not interrupt",
      "a:\n  user: ada\n  events:\n    - error: X\n      interrupting: false\n      next: end\n  next: end",
      "f:7: `a.error-X` catches an error, which always interrupts."),
    .nodes(
      "ends in a strange way", "a: {end: badly}",
      "f:3: `end` must be named values, and this is the text \"badly\". Write it as `{end: {error: CODE}}`, `{end: "
        + "{signal: …}}` or `{end: terminate}`, or say `next: end`."),
    .nodes(
      "joins one", "a: {join: one, next: end}",
      "f:3: `join` is neither `all` nor `taken`. `all` waits for every flow, `taken` for the branches of a fork with "
        + "conditions that were taken."),
    .nodes(
      "has a node with the name of the end", "end: {end: }",
      "f:3: a node cannot have the name `end`. `next: end` leads to a plain end by itself; choose another name."),
    .nodes(
      "has a node with a point in its name", "a.b: {wait: 1s, next: end}",
      "f:3: `a.b` cannot be the name of a node. Names are made of letters, digits, - and _, at most 80 of them."),
    .nodes(
      "has a subprocess without nodes", "a: {subprocess: {saga: local}, next: end}",
      "f:3: the subprocess `a` has no `nodes`."),
    .nodes(
      "sets what no expression can read", "a:\n  set:\n    order-id: 1\n  next: end",
      "f:5: `a` sets `order-id`, which no expression could read. Variables are named with letters, digits and _."),
  ]

  static let flows: [Broken] = [
    .nodes(
      "leads to a node that is misspelt", "a:\n  wait: 1s\n  next: aprove\napprove: {user: ada, next: end}",
      "f:5: `a` leads to `aprove`, which does not exist. Did you mean `approve`?"),
    .nodes(
      "leads nowhere", "a: {wait: 1s}", "f:3: `a` leads nowhere. Say what comes next, or `next: end`."),
    .nodes(
      "leads to two nodes", "a: {wait: 1s, next: [b, c]}",
      "f:3: `next` leads to one node, and this is a list. Lead to a `fork` with these branches."),
    .nodes(
      "has a node that nothing leads to", "a: {wait: 1s, next: end}\nb: {wait: 1s, next: end}",
      "f:4: nothing leads to `b`. Lead to it with a `next`, or leave it out."),
    .nodes(
      "never ends", "a: {wait: 1s, next: a}",
      "f:1: the process never ends: no end can be reached. Say `next: end` somewhere."),
    .nodes(
      "chooses without a default", "a:\n  choose:\n    - {if: =x, next: end}",
      "f:3: no condition of `a` need hold, and it has no default. Add an `else`."),
    .nodes(
      "has two defaults", "a:\n  choose:\n    - else: end\n    - else: end",
      "f:4: the choice `a` has 2 defaults."),
    .nodes(
      "has a branch that leads nowhere", "a:\n  choose:\n    - if: =x\n    - else: end",
      "f:5: a branch of `a` does not say where it leads. Add `next`."),
    .nodes(
      "has a fork with a single branch", "a:\n  fork: [b]\nb: {wait: 1s, next: end}",
      "f:4: the fork `a` has a single branch. It needs two or more; `next` leads to one."),
    .nodes(
      "joins the branches of a choice",
      "a:\n  choose:\n    - {if: =x, next: b}\n    - else: c\nb: {wait: 1s, next: j}\nc: {wait: 1s, next: j}\n"
        + "j: {join: all, next: end}",
      "f:9: the join `j` waits for `b` and `c`, which never both come: the choice `a` sends its token only one way. Lead "
        + "both ways to the same next node, without a join."),
    .nodes(
      "leads out of a subprocess", "s:\n  subprocess:\n    nodes:\n      a: {wait: 1s, next: b}\n  next: b\nb: {end: }",
      "f:6: `a` leads to `b`, which lies outside of the subprocess `s`. Say `next: end`, and go on from `s`."),
    .nodes(
      "leads into a subprocess",
      "b: {wait: 1s, next: a}\ns:\n  subprocess:\n    nodes:\n      a: {wait: 1s, next: end}\n  next: end",
      "f:3: `b` leads to `a`, which lies inside of the subprocess `s`. Lead to `s` instead: a subprocess is entered at "
        + "its start."),
    .nodes(
      "has a name twice in different scopes",
      "a:\n  subprocess:\n    nodes:\n      b: {wait: 1s, next: end}\n  next: b\nb: {wait: 1s, next: end}",
      "f:7: `a` leads to `b`, which lies inside of the subprocess `a`. Lead to `a` instead: a subprocess is entered at "
        + "its start.",
      "f:8: two nodes have the name `b`; the first is on line 6. Give one of them another name."),
    .nodes(
      "has a loop that waits for nothing",
      "a:\n  choose:\n    - {if: =x, next: end}\n    - else: a",
      "f:3: `a` leads to itself and waits for nothing. Put a `wait` or some work into the loop."),
    .nodes(
      "compensates what never completes",
      "s:\n  subprocess:\n    nodes:\n      a: {wait: 1s, next: b}\n      b: {end: {error: X}}\n"
        + "  compensate: {service: log}\n  events: [{error: X, next: end}]\n  next: end",
      "f:8: the subprocess `s` never completes, so its compensation can never run. Only what has completed is "
        + "compensated; let it reach a plain end, or drop `compensate`."),
  ]

  static let values: [Broken] = [
    .nodes(
      "has a time without a unit", "a: {wait: 30, next: end}",
      "f:3: the time of `wait`, 30, has no unit. Write 500ms, 30s, 5m, 2h, 3d or ISO 8601 such as PT1M30S."),
    .nodes(
      "has a time that is none", "a:\n  service: log\n  timeout: soon\n  next: end",
      "f:5: `timeout`, \"soon\", is no length of time. Write 500ms, 30s, 5m, 2h, 3d or ISO 8601 such as PT1M30S."),
    .nodes(
      "waits until a date that is none", "a: {wait: {until: 2026-13-45}, next: end}",
      "f:3: the time of `until`, \"2026-13-45\", is neither a length of time nor a date with an offset. Write 500ms, 30s, "
        + "5m, 2h, 3d or ISO 8601 such as PT1M30S, or a date such as 2026-01-31T07:00:00+01:00."),
    .nodes(
      "waits until a date without an offset", "a: {wait: 2026-01-31T07:00:00, next: end}",
      "f:3: the time of `wait`, \"2026-01-31T07:00:00\", is neither a length of time nor a date with an offset. Write "
        + "500ms, 30s, 5m, 2h, 3d or ISO 8601 such as PT1M30S, or a date such as 2026-01-31T07:00:00+01:00."),
    .nodes(
      "has a timeout that is an expression", "a:\n  service: log\n  timeout: =x\n  next: end",
      "f:5: `timeout` is fixed, it cannot be an expression. Write 500ms, 30s, 5m, 2h, 3d or ISO 8601 such as PT1M30S."),
    .nodes(
      "has a lease of nothing", "a: {external: {topic: t, lease: 0s}, next: end}",
      "f:3: the lease of `a` is 0s. It must be longer than nothing."),
    .nodes(
      "has a condition without a sign", "a:\n  choose:\n    - {if: x > 1, next: end}\n    - else: end",
      "f:5: the condition of `if` must be an expression, and this is the text \"x > 1\". Put = before it: =x > 1."),
    .nodes(
      "has an expression that breaks off", "a:\n  choose:\n    - if: =amount >\n      next: end\n    - else: end",
      "f:5: the expression `amount >` is wrong at column 9: expected a value, but the expression ends."),
    .nodes(
      "has an expression without anything", "a:\n  set:\n    x: =\n  next: end", "f:5: the expression is empty."),
    .nodes(
      "has an expression deep in a list", "a:\n  service: log\n  with:\n    - b: [1, '=1 +']\n  next: end",
      "f:6: the expression `1 +` is wrong at column 4: expected a value, but the expression ends."),
    .nodes(
      "has a truth value for text", "a:\n  external: true\n  next: end",
      "f:4: the topic of `external` must be text, and this is true, a truth value. Quote it: \"true\"."),
    .nodes(
      "has text for a truth value",
      "a:\n  user: ada\n  events: [{after: 1s, interrupting: 'no', next: end}]\n  next: end",
      "f:5: `interrupting` must be true or false, and this is the text \"no\"."),
    .nodes(
      "has half an attempt", "a: {service: log, retry: 1.5, next: end}",
      "f:3: `retry` must be a whole number, and this is 1.5, a number."),
  ]

  static let yaml: [Broken] = [
    .nodes(
      "has a key twice", "a:\n  wait: 1s\n  next: end\n  next: a",
      "f:6: `next` is given twice; the first is on line 5."),
    .nodes(
      "has several keys twice", "a: {wait: 1s, next: end}\nb: {wait: 1s, wait: 2s, next: end}\na: {end: }",
      "f:4: `wait` is given twice; the first is on line 4.", "f:5: `a` is given twice; the first is on line 3."),
    Broken(
      "is indented with a tab", "process: p\nnodes:\n\ta: {end: }",
      "f:3: a tab indents this line. YAML wants spaces."),
    .nodes(
      "has an expression with a colon", "a:\n  set:\n    x: =result: y\n  next: end",
      "f:5: YAML does not expect `: ` here. If this is an expression, quote it: '=…'."),
    .nodes(
      "has an expression that a comma cuts", "a:\n  set: {x: =min(1, 2)}\n  next: end",
      "f:4: the expression `min(1` is wrong at column 6: expected ) after the arguments, but the expression ends. YAML took only "
        + "`=min(1` for it: quote the expression, '=…'.",
      "f:4: `set` has the name `2)`, which looks like a piece of an expression. Quote the expression: '=…'."),
    .nodes(
      "has an expression that a comment cuts", "a:\n  set:\n    x: =\"a #1\" + b\n  next: end",
      "f:5: the expression `\"a` is wrong at column 1: the text is not closed with a quotation mark. YAML took only `=\"a` for it: quote the "
        + "expression, '=…'."),
    .nodes(
      "has a list that is not closed", "a: {run: [x, next: end}",
      "f:3: the list that `[` began on line 3 is not closed. Add `]` or a comma."),
    .nodes(
      "has text that is not closed", "a: {service: 'log, next: end}",
      "f:3: the quotes that were opened on line 3 are not closed. Close them."
    ),
    .nodes(
      "has an anchor", "a: &x {wait: 1s, next: end}\nb: *x",
      "f:3: `&x` is an anchor, and definitions have none. Write the value out wherever it is used."),
    .nodes(
      "has a tag", "a: {wait: !!int 1, next: end}",
      "f:3: `tag:yaml.org,2002:int` is a tag, and definitions have none. Leave it out."),
    .nodes(
      "has a key that is a list", "? [a]\n: {wait: 1s, next: end}", "f:3: a key must be text, and this is a collection."
    ),
    Broken(
      "has a character that YAML forbids", "process: p\nname: \u{1}", "f:2: the character U+1 cannot stand in YAML."),
  ]
}
