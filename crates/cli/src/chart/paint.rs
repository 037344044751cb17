//! From cells with styles to text with or without escape sequences.

use ratatui::{
    buffer::Buffer,
    style::{Color, Style},
};
use unicode_width::UnicodeWidthStr as _;

use super::series::Series;

/// Colours of series, in order. The first is the terminal's own blue, which every scheme has.
const COLOURS: [(Color, nu_ansi_term::Color); 6] = [
    (Color::Blue, nu_ansi_term::Color::Blue),
    (Color::Yellow, nu_ansi_term::Color::Yellow),
    (Color::Green, nu_ansi_term::Color::Green),
    (Color::Magenta, nu_ansi_term::Color::Purple),
    (Color::Cyan, nu_ansi_term::Color::Cyan),
    (Color::Red, nu_ansi_term::Color::Red),
];
/// What tells series apart where there are no colours, and beyond the colours.
pub(super) const SIGNS: [char; 10] = ['*', 'o', '+', 'x', '#', '@', '%', '&', '=', '~'];
/// What fills bars of several series where there are no colours.
const FILLS: [&str; 10] = ["█", "▒", "░", "#", "=", "+", "o", "*", "x", "-"];

/// Whether there are colours, and which.
#[derive(Debug, Clone, Copy)]
pub(super) struct Palette {
    pub(super) colours: bool,
}

impl Palette {
    pub(super) fn style(self, index: usize) -> Style {
        if self.colours { Style::new().fg(COLOURS[index % COLOURS.len()].0) } else { Style::new() }
    }

    /// What bars of series `index` of `count` are made of.
    pub(super) fn fill(self, index: usize, count: usize) -> &'static str {
        let repeats = self.colours && index < COLOURS.len();
        if count == 1 || repeats { FILLS[0] } else { FILLS[index % FILLS.len()] }
    }

    /// Returns the lines that say which series is which; none for a single one.
    pub(super) fn legend(self, series: &[Series], total: usize, signs: &[String], width: usize) -> String {
        if series.len() < 2 {
            return String::new();
        }
        let (mut text, mut column) = (String::new(), 0);
        for (index, (series, sign)) in series.iter().zip(signs).enumerate() {
            let entry = format!("{sign} {}", series.name);
            if column > 0 && column + entry.width() + 2 > width {
                text.push('\n');
                column = 0;
            } else if column > 0 {
                text.push_str("  ");
                column += 2;
            }
            column += entry.width();
            text.push_str(&self.coloured(&entry, self.style(index).fg));
        }
        text.push('\n');
        if total > series.len() {
            text.push_str(&format!("({} of {total} series are drawn)\n", series.len()));
        }
        text
    }

    /// Returns the lines of `cells`, ends without blanks.
    pub(super) fn text(self, cells: &Buffer) -> String {
        let area = *cells.area();
        let mut text = String::new();
        for y in area.top()..area.bottom() {
            let mut pieces: Vec<(Option<Color>, String)> = Vec::new();
            for x in area.left()..area.right() {
                let Some(cell) = cells.cell((x, y)) else { continue };
                let colour = cell.style().fg.filter(|colour| *colour != Color::Reset && cell.symbol() != " ");
                match pieces.last_mut() {
                    Some((known, piece)) if *known == colour => piece.push_str(cell.symbol()),
                    _ => pieces.push((colour, cell.symbol().to_owned())),
                }
            }
            if let Some((None, last)) = pieces.last_mut() {
                last.truncate(last.trim_end().len());
            }
            pieces.iter().for_each(|(colour, piece)| text.push_str(&self.coloured(piece, *colour)));
            text.push('\n');
        }
        text
    }

    fn coloured(self, text: &str, colour: Option<Color>) -> String {
        let known = COLOURS.iter().find(|(known, _)| Some(*known) == colour && self.colours);
        known.map_or_else(|| text.to_owned(), |(_, colour)| colour.paint(text).to_string())
    }
}
