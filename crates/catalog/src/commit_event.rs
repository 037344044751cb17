//! Why a commit happens, for the journal.

/// What the journal says of a commit besides the change itself.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct CommitEvent {
    /// Kusto's upper-case event name, such as `CREATE-TABLE`.
    pub name: String,
    /// The management command, secrets already masked; empty for what the system does by itself.
    pub command: String,
    /// Who ran the command; empty for the system.
    pub principal: String,
}

impl CommitEvent {
    /// Returns the event of a management command that `principal` ran. The caller masks secrets in `command`.
    #[must_use]
    pub fn of_command(name: &str, command: &str, principal: &str) -> Self {
        Self { name: name.to_owned(), command: command.to_owned(), principal: principal.to_owned() }
    }
}

impl From<&str> for CommitEvent {
    fn from(name: &str) -> Self {
        Self { name: name.to_owned(), ..Self::default() }
    }
}
