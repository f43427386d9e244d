import Foundation
import Testing

/// Rules of style that a program can check.
@Suite("The code is tidy")
struct TidyTests {
  static let longestFile = 400

  @Test("no file is longer than one idea")
  func fileLength() throws {
    for folder in ["Sources", "Tests"] {
      for file in Repository.files(below: folder, withExtension: "swift", "c", "h") {
        let lines = try Repository.text(file).split(separator: "\n", omittingEmptySubsequences: false).count - 1
        #expect(lines <= Self.longestFile, "\(Repository.name(file)) has \(lines) lines")
      }
    }
  }

  @Test("no test sleeps")
  func noSleeps() throws {
    let sleep = "sle" + "ep("
    for file in Repository.files(below: "Tests", withExtension: "swift") {
      for (number, line) in try Repository.text(file).split(separator: "\n", omittingEmptySubsequences: false)
        .enumerated()
      where line.contains(sleep) && !line.contains("nosleep") {
        Issue.record("\(Repository.name(file)):\(number + 1) sleeps")
      }
    }
  }

  @Test("nothing unfinished is left behind")
  func nothingUnfinished() throws {
    let marks = ["TO" + "DO", "FIX" + "ME", "XX" + "X"]
    for folder in ["Sources", "Tests", "demo", "themes"] {
      for file in Repository.files(below: folder, withExtension: "swift", "c", "h", "yaml", "sh", "md") {
        let text = try Repository.text(file)
        for mark in marks where text.contains(mark) {
          Issue.record("\(Repository.name(file)) contains \(mark)")
        }
      }
    }
  }

  @Test("the top level holds what it must and nothing else")
  func topLevel() throws {
    let allowed: Set<String> = [
      ".build", ".ci", ".git", ".gitignore", ".swift-format", "Package.resolved", "Package.swift", "README.md",
      "Sources", "Tests", "demo", "themes",
    ]
    let names = try FileManager.default.contentsOfDirectory(atPath: Repository.root.path)
    for name in names.sorted() where !name.hasPrefix(".build-") {
      #expect(allowed.contains(name), "\(name) does not belong at the top")
    }
  }
}
