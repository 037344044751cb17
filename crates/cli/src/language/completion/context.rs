//! What kind of thing stands at the cursor, told by the text before it.

use calypso_syntax::LexemeKind;

use crate::language::words::{Piece, Position, pieces};

/// What may stand at the cursor.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Context {
    /// In a string or comment: nothing is offered.
    Nothing,
    /// `\` and a word.
    Meta { argument_of: Option<String> },
    /// A table, or an operator that is a source.
    Source,
    /// A tabular operator.
    Step,
    /// A chart behind `render`.
    Chart,
    /// The kinds of a join.
    JoinKind,
    /// A table, behind `join (`, `union`, `in (` and the like.
    Table,
    /// An expression within the operator of that name.
    Expression { operator: String },
    /// The verb of a command.
    Verb,
    /// What is shown, or another word of a command; `words` are those before.
    CommandWord { words: Vec<String> },
}

impl Context {
    /// `ahead` is the text before the word that is being typed, `before` that and the word.
    pub(super) fn of(ahead: &str, before: &str) -> Self {
        if before.starts_with('\\') {
            let command = ahead.split_whitespace().next().map(|word| word.trim_start_matches('\\').to_owned());
            return Self::Meta { argument_of: command.filter(|_| ahead.contains(char::is_whitespace)) };
        }
        let pieces = pieces(ahead);
        let Some(last) = pieces.last() else { return Self::Source };
        let is_open = last.kind == LexemeKind::Unclosed
            || (last.kind == LexemeKind::Comment && !ahead[last.span.end..].contains('\n'));
        if is_open {
            return Self::Nothing;
        }
        let pieces: Vec<Piece> = pieces.into_iter().filter(|piece| piece.kind != LexemeKind::Comment).collect();
        let Some(last) = pieces.last() else { return Self::Source };
        if last.in_command && !matches!(last.kind, LexemeKind::Bar | LexemeKind::LessBar) {
            return Self::of_command(ahead, &pieces);
        }
        Self::of_query(ahead, &pieces, last)
    }

    fn of_command(text: &str, pieces: &[Piece]) -> Self {
        let words = pieces.iter().filter(|piece| piece.kind == LexemeKind::Word);
        let words: Vec<String> = words.map(|piece| piece.span.text(text).to_owned()).collect();
        if words.is_empty() { Self::Verb } else { Self::CommandWord { words } }
    }

    fn of_query(text: &str, pieces: &[Piece], last: &Piece) -> Self {
        let word = last.span.text(text);
        match last.kind {
            LexemeKind::Bar => return Self::Step,
            LexemeKind::Semicolon | LexemeKind::LessBar => return Self::Source,
            _ => {}
        }
        let operator = operator_around(text, pieces);
        let name = operator.as_deref().unwrap_or_default();
        match (name, last.kind) {
            ("render", LexemeKind::Word) if word == "render" => return Self::Chart,
            ("join", LexemeKind::Equal) if before_last(text, pieces) == "kind" => return Self::JoinKind,
            ("union" | "find", _) if matches!(word, "union" | "," | "in" | ")") => return Self::Table,
            ("join" | "lookup", LexemeKind::Word) if matches!(word, "join" | "lookup") => return Self::Table,
            ("join" | "lookup", LexemeKind::Open) => return Self::Source,
            _ => {}
        }
        if last.kind == LexemeKind::Open && matches!(before_last(text, pieces), "toscalar" | "materialize") {
            return Self::Source;
        }
        match operator {
            Some(operator) => Self::Expression { operator },
            // Behind a table's name comes a bar; behind `let x =` anything.
            None if last.kind == LexemeKind::Word => Self::Expression { operator: String::new() },
            None => Self::Source,
        }
    }
}

fn before_last<'a>(text: &'a str, pieces: &[Piece]) -> &'a str {
    pieces.len().checked_sub(2).map_or("", |index| pieces[index].span.text(text))
}

/// Finds the operator within whose brackets and arguments the text ends.
fn operator_around(text: &str, pieces: &[Piece]) -> Option<String> {
    let mut stack: Vec<Option<String>> = vec![None];
    for piece in pieces {
        let word = piece.span.text(text);
        match piece.kind {
            LexemeKind::Open => {
                let inherited = stack.last().cloned().flatten();
                stack.push(inherited);
            }
            LexemeKind::Close if stack.len() > 1 => drop(stack.pop()),
            LexemeKind::Semicolon => *stack.last_mut()? = None,
            LexemeKind::Word => {
                let begins = match piece.position {
                    Position::Step => true,
                    Position::Source => super::super::words::is_source(word),
                    Position::Inside => false,
                };
                if begins {
                    *stack.last_mut()? = Some(word.to_owned());
                }
            }
            _ => {}
        }
    }
    stack.pop().flatten()
}
