import Testing

@testable import BuiltinHandlers

@Suite("Output kept up to a limit")
struct CappedBytesTests {
  @Test("everything is kept while it fits", arguments: 1...7)
  func fits(chunk: Int) {
    #expect(kept("0123456789", chunk: chunk).text == "0123456789")
  }

  @Test("beyond it the beginning and the end are kept, however it arrives", arguments: 1...13)
  func cut(chunk: Int) {
    let bytes = kept("0123456789abcdefgh", chunk: chunk)
    #expect(bytes.isCut)
    #expect(bytes.total == 18)
    #expect(bytes.text == "01234\n… 8 bytes left out …\ndefgh")
  }

  @Test("no character is cut in two")
  func characters() {
    #expect(kept("äääääääää", chunk: 3).text == "ää\n… 10 bytes left out …\nää")
  }

  @Test("bytes that are no UTF-8 are replaced")
  func garbage() {
    var bytes = CappedBytes(headLimit: 4)
    [0xFF, 0x41].withUnsafeBytes { bytes.append($0) }
    #expect(bytes.text.hasPrefix("\u{FFFD}"))
  }

  private func kept(_ text: String, chunk: Int) -> CappedBytes {
    var bytes = CappedBytes(headLimit: 5, tailLimit: 5)
    var rest = Array(text.utf8)[...]
    while !rest.isEmpty {
      rest.prefix(chunk).withUnsafeBytes { bytes.append($0) }
      rest = rest.dropFirst(chunk)
    }
    return bytes
  }
}
