import Yams

/// Makes a tree of `SourceNode` out of YAML.
///
/// Yams reads the text. What it would give up on at once is handled here: a key that is given twice becomes a mistake
/// with both of its lines (`SourceText.renaming`), and what definitions do not use is refused where it stands.
struct SourceParser {
  /// How deeply lists and mappings may lie inside each other; a definition with all its subprocesses needs less.
  private static let maximumDepth = 100
  /// How many keys that are given twice are looked for; each costs another reading.
  private static let maximumDuplicates = 20

  private let text: SourceText
  private let findings: Findings

  init(_ text: String, _ findings: Findings) {
    self.text = SourceText(text)
    self.findings = findings
  }

  /// The tree, or nil when there is none; mistakes are in the findings either way.
  func parse() -> SourceNode? {
    guard text.byteCount <= DefinitionReader.maximumBytes else {
      let size = DefinitionReader.maximumBytes >> 10
      findings.add(
        Place(line: 1, column: 1), "the file is larger than \(size) KiB, the most that a definition may have")
      return nil
    }
    if let place = text.placeOfManyAliases() {
      findings.add(place, "this file is made of anchors and aliases, which definitions do not have")
      return nil
    }
    var duplicates = DuplicateKeys(text)
    while true {
      do {
        let parser = try Parser(yaml: duplicates.source, resolver: .basic, encoding: .utf8)
        // The parser keeps the anchors alive that nodes only refer to.
        return try withExtendedLifetime(parser) { try root(of: parser, duplicates) }
      } catch YamlError.duplicatedKeysInMapping(let keys, let context) {
        let place = Place(line: context.mark.line, column: context.mark.column)
        guard duplicates.count < Self.maximumDuplicates, duplicates.rename(keyAt: place) else {
          findings.add(place, "the key \((keys.first ?? "").ticked) is given twice")
          return nil
        }
      } catch let error as YamlError {
        let message = SyntaxMessage(error, in: text)
        findings.add(message.place, message.sentence, hint: message.hint)
        return nil
      } catch {
        findings.add(Place(line: 1, column: 1), "the file is not YAML")
        return nil
      }
    }
  }

  private func root(of parser: Parser, _ duplicates: DuplicateKeys) throws -> SourceNode? {
    guard let node = try parser.nextRoot() else {
      findings.add(Place(line: 1, column: 1), "the file is empty")
      return nil
    }
    var isSingle = true
    do {
      if let second = try parser.nextRoot() {
        isSingle = false
        findings.add(
          Place(second.mark), "a second document begins here, and a file holds one process",
          hint: "Put it into a file of its own.")
      }
    } catch YamlError.duplicatedKeysInMapping {
      isSingle = false
      findings.add(
        Place(line: 1, column: 1), "the file has more than one document, and a file holds one process",
        hint: "Put each into a file of its own.")
    }
    // What stands where something was refused is anybody's guess; keys that are given twice leave no gap.
    let before = findings.count
    let duplicateCount = duplicates.count
    let root = convert(node, duplicates, depth: 0)
    return isSingle && findings.count - before <= duplicateCount ? root : nil
  }

  private func convert(_ node: Node, _ duplicates: DuplicateKeys, depth: Int) -> SourceNode? {
    let place = Place(node.mark)
    if let anchor = node.anchor {
      findings.add(
        place, "`&\(anchor.rawValue.excerpt)` is an anchor, and definitions have none",
        hint: "Write the value out wherever it is used.")
      return nil
    }
    guard depth < Self.maximumDepth else {
      findings.add(place, "lists and mappings lie more than \(Self.maximumDepth) deep inside each other")
      return nil
    }
    switch node {
    case .scalar(let scalar):
      guard hasNoTag(scalar.tag, place) else { return nil }
      return SourceNode(place: place, content: .scalar(self.scalar(scalar, place)))
    case .sequence(let sequence):
      guard hasNoTag(sequence.tag, place) else { return nil }
      let elements = sequence.compactMap { convert($0, duplicates, depth: depth + 1) }
      return SourceNode(place: place, content: .list(elements))
    case .mapping(let mapping):
      guard hasNoTag(mapping.tag, place) else { return nil }
      return SourceNode(place: place, content: .mapping(entries(of: mapping, duplicates, depth: depth)))
    case .alias: return nil
    }
  }

  private func entries(of mapping: Node.Mapping, _ duplicates: DuplicateKeys, depth: Int) -> [SourceEntry] {
    var entries: [SourceEntry] = []
    var firstLines: [String: Int] = [:]
    for (key, value) in mapping {
      let place = Place(key.mark)
      guard case .scalar(let scalar) = key, key.anchor == nil else {
        findings.add(place, "a key must be text, and this is \(key.isCollection ? "a collection" : "an anchor")")
        continue
      }
      if let original = duplicates.original(of: scalar.string) {
        if firstLines[original] == nil { firstLines[original] = place.line }
        continue
      }
      if let first = firstLines[scalar.string] {
        findings.add(place, "\(scalar.string.ticked) is given twice; the first is on line \(first)")
      }
      guard let converted = convert(value, duplicates, depth: depth + 1) else { continue }
      entries.append(SourceEntry(key: scalar.string, keyPlace: place, value: converted))
    }
    return entries
  }

  private func hasNoTag(_ tag: Tag, _ place: Place) -> Bool {
    let name = tag.description
    if name.isEmpty || name == Tag.Name.str.rawValue { return true }
    findings.add(place, "`\(name.excerpt)` is a tag, and definitions have none", hint: "Leave it out.")
    return false
  }

  private func scalar(_ scalar: Node.Scalar, _ place: Place) -> SourceScalar {
    let isPlain = scalar.style == .plain && scalar.tag.description.isEmpty
    let isCut = isPlain && text.restOfLine(from: place) != scalar.string
    return SourceScalar(text: scalar.string, isPlain: isPlain, isFollowedByMore: isCut)
  }
}

extension Place {
  init(_ mark: Mark?) { self.init(line: mark?.line ?? 1, column: mark?.column ?? 1) }
}

extension Node {
  fileprivate var isCollection: Bool {
    switch self {
    case .mapping, .sequence: true
    case .scalar, .alias: false
    }
  }
}
