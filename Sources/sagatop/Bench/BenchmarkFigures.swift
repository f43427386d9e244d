import EngineCore
import Glibc

/// What came of a benchmark, in the order in which it is printed.
struct BenchmarkFigures {
  private(set) var values: [(name: String, value: Double)] = []

  mutating func add(_ name: String, _ value: Double) { values.append((name, value)) }
  mutating func add(_ name: String, _ value: Int) { add(name, Double(value)) }

  /// How long something took, in milliseconds, in the middle and at the end: of samples in microseconds, ascending.
  mutating func add(percentilesOf samples: [Int64], as name: String) {
    func at(_ share: Double) -> Double {
      guard !samples.isEmpty else { return 0 }
      return Double(samples[min(Int(Double(samples.count) * share), samples.count - 1)]) / 1000
    }
    add("\(name)MillisecondsP50", at(0.5))
    add("\(name)MillisecondsP99", at(0.99))
  }

  func print(_ workload: Workload, named name: String? = nil, json: Bool) {
    if json {
      var object: Context = ["workload": .string(workload.rawValue)]
      if let name { object["name"] = .string(name) }
      for (name, value) in values { object[name] = Self.rounded(value) }
      StandardOutput.json(.context(object))
    } else {
      var table = Table(workload.rawValue, name ?? "")
      for (name, value) in values { table.add(name, Self.rounded(value).jsonText) }
      table.print(whenEmpty: "")
    }
  }

  /// Three digits behind the point are more than a disk can repeat.
  private static func rounded(_ value: Double) -> Value {
    guard value.isFinite, abs(value) < 1e15 else { return .null }
    let thousandths = Int64((value * 1000).rounded())
    let text = "\(thousandths / 1000).\(String(1000 + abs(thousandths % 1000)).dropFirst())"
    return (try? Value(json: thousandths % 1000 == 0 ? "\(thousandths / 1000)" : text)) ?? .null
  }
}

/// What this process has used so far.
struct Usage {
  let processorSeconds: Double

  static var now: Usage {
    var usage = rusage()
    getrusage(RUSAGE_SELF.rawValue, &usage)
    func seconds(_ time: timeval) -> Double { Double(time.tv_sec) + Double(time.tv_usec) / 1e6 }
    return Usage(processorSeconds: seconds(usage.ru_utime) + seconds(usage.ru_stime))
  }

  /// What of this process is in memory now.
  static var residentMegabytes: Double {
    guard let file = fopen("/proc/self/statm", "r") else { return 0 }
    defer { fclose(file) }
    var line = [CChar](repeating: 0, count: 128)
    guard fgets(&line, Int32(line.count), file) != nil else { return 0 }
    let fields = String(decoding: line.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self).split(
      separator: " ")
    guard fields.count > 1, let pages = Double(fields[1]) else { return 0 }
    return pages * Double(sysconf(Int32(_SC_PAGESIZE))) / 1_048_576
  }
}

extension Duration {
  /// This duration in seconds.
  var inSeconds: Double {
    let (seconds, attoseconds) = components
    return Double(seconds) + Double(attoseconds) / 1e18
  }
}
