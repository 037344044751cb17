//! A block says of every byte what `std` says.

use super::{BLOCK_BYTES, ByteBlock, ask_from, padded};

/// Blocks that hold every byte at every place, among neighbours of all kinds.
fn blocks() -> impl Iterator<Item = [u8; BLOCK_BYTES]> {
    (0..=u8::MAX).flat_map(|byte| {
        let mixed = std::array::from_fn(|place| byte.wrapping_add((place * 37) as u8));
        let odd = std::array::from_fn(|place| if place % 2 == 0 { byte } else { b'\xFF' });
        [[byte; BLOCK_BYTES], mixed, odd]
    })
}

fn expected(block: &[u8; BLOCK_BYTES], is: impl Fn(u8) -> bool) -> u64 {
    (0..BLOCK_BYTES).filter(|place| is(block[*place])).fold(0, |bits, place| bits | 1 << place)
}

#[test]
fn every_byte_is_judged_as_std_judges_it() {
    for block in blocks() {
        let found = ByteBlock(&block);
        for byte in [b'"', b',', b'\n', b'\\', 0, 0x01, 0x7F, 0x80, 0xFF] {
            assert_eq!(found.equal(byte), expected(&block, |other| other == byte), "{byte} in {block:?}");
            let any = [byte, b'\r', b'a'];
            let bound = byte.max(1);
            assert_eq!(found.below(bound), expected(&block, |other| other < bound), "{bound} in {block:?}");
            assert_eq!(found.equal_any(any), expected(&block, |other| any.contains(&other)), "{byte} in {block:?}");
        }
        assert_eq!(found.alphanumeric(), expected(&block, |byte| byte.is_ascii_alphanumeric()), "{block:?}");
    }
}

#[test]
fn of_every_piece_of_a_text_each_byte_is_asked_once() {
    for length in 1..200 {
        let text: Vec<u8> = (0..length).map(|place| if place % 3 == 0 { 0 } else { b'a' }).collect();
        for base in 0..length {
            let piece = &text[base..length.min(base + BLOCK_BYTES)];
            let expected =
                piece.iter().enumerate().filter(|(_, byte)| **byte == 0).fold(0, |bits, (at, _)| bits | 1 << at);
            assert_eq!(ask_from(&text, base, |block, shift| block.equal(0) >> shift), expected, "{length} {base}");
        }
    }
}

#[test]
fn what_is_not_there_is_zero() {
    for length in [0, 1, 63, 64, 65] {
        let block = padded(&vec![b'a'; length]);
        assert_eq!(ByteBlock(&block).alphanumeric().count_ones() as usize, length.min(BLOCK_BYTES));
        assert_eq!(ByteBlock(&block).equal(0).count_ones() as usize, BLOCK_BYTES - length.min(BLOCK_BYTES));
    }
}
