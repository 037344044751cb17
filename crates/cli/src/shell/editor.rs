//! The line editor with everything that is plugged into it.

use std::sync::Arc;

use nu_ansi_term::{Color, Style};
use reedline::{
    DefaultHinter, Emacs, IdeMenu, KeyCode, KeyModifiers, MenuBuilder as _, Reedline, ReedlineEvent, ReedlineMenu,
    default_emacs_keybindings,
};

use super::{
    completer::SchemaCompleter, highlighter::RoleHighlighter, history, session::Session, validator::StatementValidator,
};

const MENU: &str = "completions";
/// Lines that the menu takes at most; it scrolls.
const MENU_LINES: u16 = 10;
/// Hints from the history begin after so many characters.
const HINT_CHARS_MIN: usize = 3;

/// Makes the editor of a session.
pub(super) fn editor(session: &Session) -> anyhow::Result<Reedline> {
    let mut keys = default_emacs_keybindings();
    let completion = ReedlineEvent::UntilFound(vec![ReedlineEvent::Menu(MENU.to_owned()), ReedlineEvent::MenuNext]);
    keys.add_binding(KeyModifiers::NONE, KeyCode::Tab, completion);
    keys.add_binding(KeyModifiers::SHIFT, KeyCode::BackTab, ReedlineEvent::MenuPrevious);
    let menu = IdeMenu::default()
        .with_name(MENU)
        .with_marker("> ")
        .with_max_completion_height(MENU_LINES)
        .with_padding(1)
        .with_description_offset(1);
    let plain = Style::new();
    let menu = if session.colours { menu } else { menu.with_text_style(plain).with_match_text_style(plain) };
    let mut editor = Reedline::create()
        .with_ansi_colors(session.colours)
        .with_edit_mode(Box::new(Emacs::new(keys)))
        .with_validator(Box::new(StatementValidator))
        .with_history(history::open())
        .with_completer(Box::new(SchemaCompleter { schema: Arc::clone(&session.schema) }))
        .with_menu(ReedlineMenu::EngineCompleter(Box::new(menu)))
        .with_highlighter(Box::new(RoleHighlighter { schema: Arc::clone(&session.schema), colours: session.colours }))
        .with_quick_completions(true)
        .with_partial_completions(true)
        .use_bracketed_paste(true)
        // A blank before a statement keeps it out of the history.
        .with_history_exclusion_prefix(Some(" ".to_owned()));
    if session.colours {
        let hinter = DefaultHinter::default().with_style(Style::new().fg(Color::DarkGray));
        editor = editor.with_hinter(Box::new(hinter.with_min_chars(HINT_CHARS_MIN)));
    }
    Ok(editor)
}
