//! Colours of what is typed.

use std::sync::PoisonError;

use nu_ansi_term::{Color, Style};
use reedline::{Highlighter, StyledText};

use super::session::SharedSchema;
use crate::language::{Role, roles};

/// Longest text that is coloured: a paste of megabytes should not be read anew at each key.
const TEXT_BYTES_MAX: usize = 64 << 10;

/// Colours words by their roles.
pub(super) struct RoleHighlighter {
    pub(super) schema: SharedSchema,
    pub(super) colours: bool,
}

impl Highlighter for RoleHighlighter {
    fn highlight(&self, text: &str, _cursor: usize) -> StyledText {
        let mut styled = StyledText::new();
        if !self.colours || text.len() > TEXT_BYTES_MAX || text.starts_with('\\') {
            styled.push((Style::new(), text.to_owned()));
            return styled;
        }
        let schema = self.schema.read().unwrap_or_else(PoisonError::into_inner);
        let mut at = 0;
        for (span, role) in roles(text, &schema) {
            styled.push((Style::new(), text[at..span.start].to_owned()));
            styled.push((style(role), text[span.start..span.end].to_owned()));
            at = span.end;
        }
        styled.push((Style::new(), text[at..].to_owned()));
        styled
    }
}

fn style(role: Role) -> Style {
    match role {
        Role::Comment => Style::new().fg(Color::DarkGray),
        Role::Keyword => Style::new().fg(Color::Blue),
        Role::Operator => Style::new().fg(Color::Blue).bold(),
        Role::Command => Style::new().fg(Color::Purple).bold(),
        Role::Function => Style::new().fg(Color::Cyan),
        Role::Table => Style::new().fg(Color::Yellow).bold(),
        Role::Column => Style::new().fg(Color::Yellow),
        Role::Number | Role::String => Style::new().fg(Color::Green),
        Role::Bad => Style::new().fg(Color::Red).underline(),
        Role::Punctuation | Role::Name => Style::new(),
    }
}
