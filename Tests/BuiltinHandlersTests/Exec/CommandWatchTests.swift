import Glibc
import Testing

@testable import BuiltinHandlers

@Suite("Watching a command", .timeLimit(.minutes(2)))
struct CommandWatchTests {
  @Test("an exit is noticed where there are no process descriptors too")
  func exitWithoutDescriptor() async {
    var child: pid_t = 0
    var arguments: [UnsafeMutablePointer<CChar>?] = [strdup("/bin/true"), nil]
    defer { free(arguments[0]) }
    #expect(posix_spawn(&child, "/bin/true", nil, nil, &arguments, environ) == 0)
    let (wakes, wake) = AsyncStream.makeStream(of: CommandWatch.Wake.self)
    let watch = CommandWatch(child: child, descriptor: -1, timeout: nil, wakes: wake)
    for await seen in wakes {
      #expect(seen == .exited)
      break
    }
    watch.cancel()
    #expect(ChildStatus(of: child) == .exited(0))
    #expect(waitpid(child, nil, 0) == child)
    #expect(ChildStatus(of: child) == nil)
  }
}
