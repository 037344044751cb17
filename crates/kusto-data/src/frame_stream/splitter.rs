//! Cuts the array of an answer into frames, whatever pieces it arrives in and wherever lines end.

use std::collections::VecDeque;

/// Longest text that an error quotes.
const QUOTED_BYTES_MAX: usize = 4096;

/// Why there is no next frame.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(super) enum SplitterError {
    #[error("a frame is larger than {limit} bytes")]
    TooLarge { limit: usize },
    /// The answer is no array: the text of an error, perhaps.
    #[error("{0}")]
    Refused(String),
    #[error("{0}")]
    Malformed(&'static str),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    BeforeArray,
    /// What came is no array.
    Refused,
    /// A frame or the end may come; `after_frame` tells whether a comma must come first.
    Between {
        after_frame: bool,
    },
    Frame {
        depth: usize,
        in_string: bool,
        escaped: bool,
    },
    End,
}

/// Cuts text into frames.
#[derive(Debug)]
pub(super) struct Splitter {
    state: State,
    frame: Vec<u8>,
    frame_bytes_max: usize,
    /// Whether the last frame has come.
    completed: bool,
}

impl Splitter {
    pub(super) const fn new(frame_bytes_max: usize) -> Self {
        Self { state: State::BeforeArray, frame: Vec::new(), frame_bytes_max, completed: false }
    }

    /// Notes that the last frame has come.
    pub(super) const fn expect_end(&mut self) {
        self.completed = true;
    }

    /// Takes the next piece; appends the frames that end in it.
    pub(super) fn push(&mut self, mut piece: &[u8], frames: &mut VecDeque<String>) -> Result<(), SplitterError> {
        while !piece.is_empty() {
            let used = match self.state {
                State::Frame { .. } => self.frame_bytes(piece, frames)?,
                State::Refused => {
                    let room = QUOTED_BYTES_MAX.saturating_sub(self.frame.len());
                    self.frame.extend_from_slice(&piece[..room.min(piece.len())]);
                    piece.len()
                }
                _ => {
                    self.byte_between(piece[0])?;
                    usize::from(!matches!(self.state, State::Frame { .. } | State::Refused))
                }
            };
            piece = &piece[used..];
        }
        Ok(())
    }

    /// Says what is wrong with the end, if it has come.
    pub(super) fn finish(&mut self) -> Result<(), SplitterError> {
        match self.state {
            State::Refused => Err(SplitterError::Refused(String::from_utf8_lossy(&self.frame).into_owned())),
            State::End if self.completed => Ok(()),
            State::End | State::BeforeArray | State::Between { .. } | State::Frame { .. } => {
                Err(SplitterError::Malformed("the answer ends before its last frame"))
            }
        }
    }

    /// Takes a byte outside of frames; the first of a frame is left for the frame.
    fn byte_between(&mut self, byte: u8) -> Result<(), SplitterError> {
        if byte.is_ascii_whitespace() {
            return Ok(());
        }
        self.state = match (self.state, byte) {
            (State::BeforeArray, b'[') => State::Between { after_frame: false },
            (State::BeforeArray, _) => State::Refused,
            (State::Between { after_frame: true }, b',') => State::Between { after_frame: false },
            (State::Between { after_frame: false }, b'{') => {
                State::Frame { depth: 0, in_string: false, escaped: false }
            }
            (State::Between { .. }, b']') => State::End,
            _ => return Err(SplitterError::Malformed("something other than a frame stands between frames")),
        };
        Ok(())
    }

    /// Takes bytes of a frame up to its end; returns how many.
    fn frame_bytes(&mut self, piece: &[u8], frames: &mut VecDeque<String>) -> Result<usize, SplitterError> {
        let State::Frame { mut depth, mut in_string, mut escaped } = self.state else { return Ok(0) };
        let mut used = piece.len();
        for (index, byte) in piece.iter().enumerate() {
            if in_string {
                match byte {
                    _ if escaped => escaped = false,
                    b'\\' => escaped = true,
                    b'"' => in_string = false,
                    _ => {}
                }
                continue;
            }
            match byte {
                b'"' => in_string = true,
                b'{' | b'[' => depth += 1,
                b'}' | b']' => {
                    depth -= 1;
                    if depth == 0 {
                        used = index + 1;
                        break;
                    }
                }
                _ => {}
            }
        }
        if self.frame.len() + used > self.frame_bytes_max {
            return Err(SplitterError::TooLarge { limit: self.frame_bytes_max });
        }
        self.frame.extend_from_slice(&piece[..used]);
        self.state = State::Frame { depth, in_string, escaped };
        if depth == 0 {
            let text = String::from_utf8(std::mem::take(&mut self.frame))
                .map_err(|_| SplitterError::Malformed("a frame is not UTF-8"))?;
            frames.push_back(text);
            self.state = State::Between { after_frame: true };
        }
        Ok(used)
    }
}
