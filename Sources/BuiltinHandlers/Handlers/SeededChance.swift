/// Chance that is the same in every process: FNV-1a over what it is for, and SplitMix64 from there.
///
/// Swift's own hashing differs from one process to the next.
struct SeededChance {
  private var state: UInt64

  /// Begins a sequence that belongs to a seed, a text and a number.
  init(seed: Int, text: String, number: Int) {
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    func mix(_ byte: UInt8) { hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01b3 }
    withUnsafeBytes(of: Int64(seed).littleEndian) { $0.forEach(mix) }
    text.utf8.forEach(mix)
    withUnsafeBytes(of: Int64(number).littleEndian) { $0.forEach(mix) }
    state = hash
  }

  /// The next number, from 0 up to and without 1.
  mutating func next() -> Double {
    state &+= 0x9e37_79b9_7f4a_7c15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
    return Double((mixed ^ (mixed >> 31)) >> 11) * 0x1p-53
  }
}
