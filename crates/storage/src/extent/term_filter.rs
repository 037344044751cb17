//! A split-block Bloom filter over 64-bit hashes: one cache line per question, no false negatives.
//!
//! The bits are a stored format: block choice, salts and bits per key may not change within version 1.

/// Bits per distinct key: about one false positive in a hundred.
const BITS_PER_KEY: usize = 10;
/// Bits of a block, which is eight 32-bit words; a key sets one bit in each.
const BLOCK_BITS: usize = 256;
const BLOCK_BYTES: usize = BLOCK_BITS / 8;
const WORDS: usize = 8;
/// Odd multipliers that spread one half of the hash over the words of a block.
const SALTS: [u32; WORDS] =
    [0x9E37_79B1, 0x85EB_CA6B, 0xC2B2_AE35, 0x27D4_EB2F, 0x1656_67B1, 0xD3A2_646D, 0xFD70_46C5, 0xB55A_4F09];

/// Returns the stored form of a filter that holds `hashes`, of which about `distinct` are.
pub(super) fn build(hashes: &[u64], distinct: usize) -> Vec<u8> {
    let blocks = (distinct * BITS_PER_KEY).div_ceil(BLOCK_BITS).max(1);
    let mut words = vec![0u32; blocks * WORDS];
    for &hash in hashes {
        let start = block_of(hash, blocks) * WORDS;
        for (word, bit) in words[start..start + WORDS].iter_mut().zip(bits_of(hash)) {
            *word |= bit;
        }
    }
    words.into_iter().flat_map(u32::to_le_bytes).collect()
}

/// Says whether a stored filter may hold `hash`; a filter of impossible size holds everything.
pub(super) fn may_contain(filter: &[u8], hash: u64) -> bool {
    let blocks = filter.len() / BLOCK_BYTES;
    if blocks == 0 {
        return true;
    }
    let start = block_of(hash, blocks) * BLOCK_BYTES;
    let block = filter[start..start + BLOCK_BYTES].chunks_exact(4);
    block.zip(bits_of(hash)).all(|(word, bit)| {
        let word = u32::from_le_bytes(word.try_into().expect("chunks of four bytes"));
        word & bit != 0
    })
}

/// Multiplies instead of dividing: the high half of the hash, as a fraction, chooses the block.
fn block_of(hash: u64, blocks: usize) -> usize {
    (((hash >> 32) * blocks as u64) >> 32) as usize
}

fn bits_of(hash: u64) -> impl Iterator<Item = u32> {
    let low = hash as u32;
    SALTS.iter().map(move |salt| 1u32 << (low.wrapping_mul(*salt) >> 27))
}
