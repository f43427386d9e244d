import EngineCore
import Glibc

/// A command that an engine started, as it is noted in case that the engine does not live to see its end.
public struct Orphan: Sendable, Hashable {
  /// Its process group.
  public let group: Int32
  /// When the leader of the group started, in clock ticks since the system started.
  public let startedAt: UInt64
  /// Which start of the system that counts from.
  public let boot: String
  /// The process instance that it works for.
  public let instance: InstanceID
  /// The activity that it works for.
  public let idempotencyKey: String
  /// The command as it was written.
  public let command: String

  /// Describes a group whose leader lives, or has not been reaped; nil when there is no such process.
  init?(group: ProcessGroup, instance: InstanceID, idempotencyKey: String, command: String) {
    guard let leader = ProcessStat(of: group.id) else { return nil }
    self.group = group.id
    startedAt = leader.startedAt
    boot = Self.currentBoot
    self.instance = instance
    self.idempotencyKey = idempotencyKey
    self.command = command
  }

  /// A running process that says in its environment that it works for an activity; nil when it does not say so.
  init?(member: ProcessStat) {
    let environment = SmallFile.read("/proc/\(member.process)/environ") ?? []
    guard let key = ExecRequest.value(of: .idempotencyKey, in: environment),
      let instance = ExecRequest.value(of: .instance, in: environment).flatMap({ Int64($0) })
    else { return nil }
    group = member.group
    startedAt = (ProcessStat(of: member.group) ?? member).startedAt
    boot = Self.currentBoot
    self.instance = InstanceID(instance)
    idempotencyKey = key
    let line = SmallFile.read("/proc/\(member.process)/cmdline") ?? []
    command = line.split(separator: 0).first.map { String(decoding: $0, as: UTF8.self) } ?? ""
  }

  /// Names this start of the system; empty where the system does not tell.
  static var currentBoot: String {
    let bytes = SmallFile.read("/proc/sys/kernel/random/boot_id") ?? []
    return String(decoding: bytes.filter { $0 > UInt8(ascii: " ") }, as: UTF8.self)
  }

  /// The group, if it still is the one that was noted and something in it runs.
  ///
  /// Numbers are given out again. A leader is recognised by when it started; a group whose leader is gone by what
  /// `SAGATOP_IDEMPOTENCY_KEY` says in the environment of its members.
  func livingGroup() -> ProcessGroup? {
    guard boot == Self.currentBoot, let found = ProcessGroup(id: group) else { return nil }
    let members = found.livingMembers()
    if let leader = ProcessStat(of: group) {
      return leader.startedAt == startedAt && !members.isEmpty ? found : nil
    }
    return members.contains { hasOurKey($0.process) } ? found : nil
  }

  private func hasOurKey(_ process: pid_t) -> Bool {
    let environment = SmallFile.read("/proc/\(process)/environ") ?? []
    return ExecRequest.value(of: .idempotencyKey, in: environment) == ExecRequest.withoutNUL(idempotencyKey)
  }
}

extension Orphan {
  /// The note as it is stored.
  var json: [UInt8] {
    var writer = JSONWriter()
    writer.beginObject()
    writer.writeName("boot")
    writer.writeString(boot)
    writer.writeName("command")
    writer.writeString(command)
    writer.writeName("group")
    writer.writeInteger(Int64(group))
    writer.writeName("idempotencyKey")
    writer.writeString(idempotencyKey)
    writer.writeName("instance")
    writer.writeInteger(instance.rawValue)
    writer.writeName("startedAt")
    // As text: clock ticks need all 64 bits of a number without sign.
    writer.writeString(String(startedAt))
    writer.endObject()
    writer.endLine()
    return writer.bytes
  }

  /// Reads a note; nil when it is none.
  init?(json: [UInt8]) {
    guard let value = try? Value(json: json), let group = value["group"]?.intValue.flatMap({ Int32(exactly: $0) }),
      let startedAt = value["startedAt"]?.stringValue.flatMap({ UInt64($0) }), let boot = value["boot"]?.stringValue,
      let instance = value["instance"]?.intValue, let key = value["idempotencyKey"]?.stringValue,
      let command = value["command"]?.stringValue
    else { return nil }
    self.group = group
    self.startedAt = startedAt
    self.boot = boot
    self.instance = InstanceID(Int64(instance))
    idempotencyKey = key
    self.command = command
  }
}
