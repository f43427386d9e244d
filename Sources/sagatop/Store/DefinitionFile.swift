import BuiltinHandlers
import DefinitionFormats
import EngineCore
import Glibc

/// A definition file that has been read and found in order.
struct DefinitionFile {
  let path: String
  let definition: ProcessDefinition
  /// The absolute folder that relative commands are looked up in.
  let folder: String

  /// What deploys it.
  var deployment: Verb { .deploy(definition, folder: folder) }

  /// The largest file that is read.
  static let maximumBytes = 4 << 20

  init(path: String) throws {
    self.path = path
    let text = try TextFile.read(path, maximumBytes: Self.maximumBytes)
    do {
      definition = try DefinitionReader.read(
        text, file: path, handlers: BuiltinHandlers.names, extensions: StepExtensions())
    } catch {
      throw CommandFailure(.failed, "\(error)")
    }
    guard let absolute = realpath(path, nil) else {
      throw CommandFailure(.notFound, "\(path): \(String(cString: strerror(errno)))")
    }
    defer { free(absolute) }
    let file = String(cString: absolute)
    folder = file.lastIndex(of: "/").map { $0 == file.startIndex ? "/" : String(file[..<$0]) } ?? "/"
  }
}
