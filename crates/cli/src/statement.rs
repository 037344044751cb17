//! The text of a query or management command, and which of the two it is.

/// What is sent to one of the two endpoints.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Statement {
    text: String,
    is_command: bool,
}

impl Statement {
    /// Takes `text` for a command if it begins with a dot, comments aside.
    ///
    /// Services refuse comments before a command's dot, but files have them: blanks take their place, so that
    /// positions in errors stay right.
    #[must_use]
    pub fn new(text: &str) -> Self {
        let (mut start, mut blank) = (0, String::new());
        for line in text.split_inclusive('\n') {
            let trimmed = line.trim();
            if !(trimmed.is_empty() || trimmed.starts_with("//")) {
                break;
            }
            start += line.len();
            blank.push_str(if line.ends_with('\n') { "\n" } else { "" });
        }
        let rest = &text[start..];
        if rest.trim_start().starts_with('.') {
            Self { text: blank + rest, is_command: true }
        } else {
            Self { text: text.to_owned(), is_command: false }
        }
    }

    /// Says whether it is a management command.
    #[must_use]
    pub const fn is_command(&self) -> bool {
        self.is_command
    }

    /// Returns the text that is sent.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Says whether there is nothing to run.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.text.lines().all(|line| line.trim().is_empty() || line.trim_start().starts_with("//"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_dot_makes_a_command_and_comments_before_it_keep_their_lines() {
        let command = Statement::new("// all of them\n\n  .show tables // here\n");
        assert!(command.is_command());
        assert_eq!(command.text(), "\n\n  .show tables // here\n");
        let query = Statement::new("// first\nT | where a == '.b'");
        assert!(!query.is_command());
        assert_eq!(query.text(), "// first\nT | where a == '.b'");
    }

    #[test]
    fn blanks_and_comments_alone_are_nothing() {
        assert!(Statement::new(" \n// only this").is_empty());
        assert!(!Statement::new("print 1").is_empty());
    }
}
