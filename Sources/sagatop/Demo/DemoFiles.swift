import EngineCore
import Glibc

/// The definitions and scripts of the folder `demo/`, which are part of the program.
enum DemoFiles {
  private static let definitions: [(name: String, bytes: [UInt8])] = [
    ("approval.yaml", PackageResources.approval_yaml), ("fulfilment.yaml", PackageResources.fulfilment_yaml),
    ("order.yaml", PackageResources.order_yaml), ("payment.yaml", PackageResources.payment_yaml),
  ]

  private static let scripts: [(name: String, bytes: [UInt8])] = [
    ("book.sh", PackageResources.book_sh), ("charge.sh", PackageResources.charge_sh),
    ("hand-over.sh", PackageResources.hand_over_sh), ("json.sh", PackageResources.json_sh),
    ("label.sh", PackageResources.label_sh), ("refund.sh", PackageResources.refund_sh),
    ("release.sh", PackageResources.release_sh), ("reserve.sh", PackageResources.reserve_sh),
    ("unbook.sh", PackageResources.unbook_sh), ("wrap.sh", PackageResources.wrap_sh),
  ]

  /// Writes everything into a folder and reads the definitions from there, as anybody's would be.
  static func unpack(into folder: String) throws -> [DefinitionFile] {
    guard mkdir(folder + "/scripts", 0o700) == 0 || errno == EEXIST else {
      throw CommandFailure(.failed, "\(folder): \(String(cString: strerror(errno)))")
    }
    for file in definitions {
      try TextFile.create(folder + "/" + file.name, text: String(decoding: file.bytes, as: UTF8.self))
    }
    for file in scripts {
      let path = folder + "/scripts/" + file.name
      try TextFile.create(path, text: String(decoding: file.bytes, as: UTF8.self))
      chmod(path, 0o700)
    }
    return try definitions.map { try DefinitionFile(path: folder + "/" + $0.name) }
  }
}
