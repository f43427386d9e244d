import Glibc

/// Where the executables of this build are.
package enum TestProducts {
  /// The path of an executable that was built together with the running test.
  ///
  /// The test bundle lies beside the products; the runner that loaded it is told its path.
  package static func path(_ name: String) -> String {
    let bundle = CommandLine.arguments.first { $0.hasSuffix(".xctest") } ?? ownPath
    return (bundle.lastIndex(of: "/").map { String(bundle[..<$0]) } ?? ".") + "/" + name
  }

  private static var ownPath: String {
    withUnsafeTemporaryAllocation(of: CChar.self, capacity: 4096) { path in
      guard let start = path.baseAddress else { return "" }
      let count = readlink("/proc/self/exe", start, path.count)
      return String(decoding: path.prefix(max(0, count)).map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
  }
}
