import ConsoleCore
import ConsoleTerminal
import EngineCore
import EngineRuntime
import Glibc
import SQLiteAdapter

/// Variables of one instance in the operator's editor: a private file that goes away afterwards.
struct VariableEditor {
  let request: EditRequest
  /// What is run: `$VISUAL`, else `$EDITOR`, else vi, with the file as its last argument; never through a shell.
  let arguments: [String]
  private let home: StoreHome
  private let file: String
  private let before: InstanceDetail

  init(_ request: EditRequest, reader: SQLiteReader) throws(CommandFailure) {
    self.request = request
    do {
      guard let detail = try reader.detail(request.instance, historyLimit: 0) else {
        throw CommandFailure(.notFound, "instance \(request.instance) is no longer there")
      }
      before = detail
      home = try StoreHome.temporary()
      file = home.folder + "/variables-of-\(request.instance).json"
      try TextFile.create(file, text: Value.context(detail.instance.variables[.root]).prettyJSON + "\n")
    } catch let failure as CommandFailure {
      throw failure
    } catch {
      throw CommandFailure(.failed, "\(error)")
    }
    let editor = Identity.environment("VISUAL") ?? Identity.environment("EDITOR") ?? "vi"
    arguments = editor.split(separator: " ").map(String.init) + [file]
  }

  /// What came of it, once the editor has ended. The file is removed in any case.
  func answer(after outcome: TerminalChild.Outcome) -> EditAnswer {
    defer { home.remove() }
    switch outcome {
    case .exited(code: 0): break
    case .exited(let code): return .failed(message: "the editor ended with exit code \(code): nothing was changed")
    case .signalled(let number): return .failed(message: "the editor was ended by signal \(number)")
    case .failed(let number):
      return .failed(message: "\(arguments[0]): \(String(cString: strerror(number))): set EDITOR")
    }
    do {
      let text = try TextFile.read(file, maximumBytes: DefinitionFile.maximumBytes)
      guard case .context(let after) = try Value(json: text) else {
        return .failed(message: "the variables must be one JSON object: nothing was changed")
      }
      let edits = Self.edits(from: before.instance.variables[.root], to: after)
      return edits.isEmpty ? .unchanged : .changed(before.summary, edits)
    } catch let error as JSONError {
      return .failed(message: "what was saved is no JSON: \(error): nothing was changed")
    } catch let failure as CommandFailure {
      return .failed(message: failure.message)
    } catch {
      return .failed(message: "\(error)")
    }
  }

  private static func edits(from before: Context, to after: Context) -> [VariableEdit] {
    let names = Set(before.entries.map(\.name)).union(after.entries.map(\.name)).sorted()
    return names.filter { before[$0] != after[$0] }.map { name in
      VariableEdit(name: name, before: before[name], after: after[name])
    }
  }
}
