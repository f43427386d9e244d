import EngineCore
import Glibc
import Subprocess

/// Why a command could not be started, in a sentence that names the path and what to do.
struct SpawnDiagnosis {
  /// The code for a machine that is short of something, or in a state that may pass.
  static let shortageCode = "NOT_STARTED"

  let command: ExecCommand
  let error: SubprocessError

  /// The failure. Trying again can help only when the machine was short of something.
  var failure: Failure {
    let code = error.underlyingError?.rawValue ?? 0
    if error.code == .executableNotFound || [ENOENT, EACCES, ENOTDIR, ENOEXEC, ELOOP].contains(code) {
      if let failure = unusableDirectory ?? unusableCommand(code) { return failure }
    }
    if error.code == .failedToChangeWorkingDirectory {
      return unusableDirectory ?? final("NO_DIRECTORY", "\(command.name) has no folder to run in: \(error)")
    }
    if code == E2BIG {
      return final("NOT_STARTABLE", "\(command.name) was not started: its arguments and environment are too long")
    }
    let reason = code == 0 ? "\(error)" : systemMessage(code)
    return Failure(code: Self.shortageCode, message: "\(command.name) could not be run: \(reason)")
  }

  private var unusableDirectory: Failure? {
    guard let directory = command.workingDirectory else { return nil }
    let shown = PlainText.oneLine(directory)
    switch Self.kind(of: directory) {
    case nil: return final("NO_DIRECTORY", "\(command.name) cannot run in \(shown): there is no such folder")
    case .folder where access(directory, X_OK) != 0:
      return final("NO_DIRECTORY", "\(command.name) cannot run in \(shown): it may not be entered")
    case .folder: return nil
    case .file, .other: return final("NO_DIRECTORY", "\(command.name) cannot run in \(shown): it is not a folder")
    }
  }

  private func unusableCommand(_ code: CInt) -> Failure? {
    guard let path = command.path else {
      return final(
        "NOT_FOUND",
        "there is no command \(command.name) on PATH; a file beside the definition is written ./\(command.name)")
    }
    let shown = PlainText.oneLine(path)
    switch Self.kind(of: path) {
    case nil: return final("NOT_FOUND", "there is no command at \(shown)")
    case .folder: return final("NOT_EXECUTABLE", "\(shown) is a folder, not a command")
    case .other: return final("NOT_EXECUTABLE", "\(shown) is not a file")
    case .file where access(path, X_OK) != 0:
      return final("NOT_EXECUTABLE", "\(shown) is not executable; `chmod +x` it")
    case .file where code == ENOEXEC:
      return final("NOT_EXECUTABLE", "\(shown) is no program, and its first line does not begin with #!")
    case .file:
      guard let interpreter = Self.interpreter(of: path) else { return nil }
      return final("NOT_EXECUTABLE", "\(shown) cannot be run: its interpreter \(interpreter) is missing")
    }
  }

  private func final(_ code: String, _ message: String) -> Failure {
    Failure(code: code, message: message, isRetryable: false)
  }

  private enum Kind { case file, folder, other }

  private static func kind(of path: String) -> Kind? {
    var status = stat()
    guard stat(path, &status) == 0 else { return nil }
    switch status.st_mode & S_IFMT {
    case S_IFREG: return .file
    case S_IFDIR: return .folder
    default: return .other
    }
  }

  /// What stands behind `#!` in the first line of a script.
  private static func interpreter(of path: String) -> String? {
    guard let bytes = SmallFile.read(path), bytes.starts(with: Array("#!".utf8)) else { return nil }
    let line = String(decoding: bytes.dropFirst(2).prefix { $0 != UInt8(ascii: "\n") }, as: UTF8.self)
    return line.split(separator: " ").first.map { PlainText.oneLine(String($0)) }
  }
}
