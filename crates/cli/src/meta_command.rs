//! What the shell itself understands: lines that begin with a backslash.

use clap::ValueEnum as _;

use crate::layout::Format;

/// A command of the shell, for its help and for completion.
#[derive(Debug)]
pub(crate) struct Known {
    pub(crate) name: &'static str,
    /// What follows it; nothing if nothing may.
    pub(crate) argument: &'static str,
    pub(crate) summary: &'static str,
}

/// Every command of the shell, as its help lists them.
pub(crate) const META_COMMANDS: [Known; 7] = [
    Known { name: "help", argument: "", summary: "this list" },
    Known { name: "db", argument: "[NAME]", summary: "change to a database, or list them" },
    Known { name: "format", argument: "[FORMAT]", summary: "form of results (Tab lists them), or the present one" },
    Known { name: "timing", argument: "", summary: "tell the time of each statement, or stop doing so" },
    Known { name: "refresh", argument: "", summary: "read the names of tables, columns and functions again" },
    Known { name: "connect", argument: "URL", summary: "change to another service; a connection string does as well" },
    Known { name: "quit", argument: "", summary: "leave; Ctrl-D does as well" },
];

/// A line for the shell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum MetaCommand {
    Help,
    /// Changes the database, or lists them.
    Database(Option<String>),
    /// Changes the form: `None` within is the form that fits; without one, the present form is told.
    Format(Option<Option<Format>>),
    Timing,
    Refresh,
    Connect(String),
    Quit,
}

impl MetaCommand {
    /// Reads a line that begins with a backslash.
    ///
    /// # Errors
    /// What is wrong with it and what to write instead.
    pub(crate) fn read(line: &str) -> Result<Self, String> {
        let line = line.trim().trim_start_matches('\\').trim_end_matches(';').trim_end();
        let (name, argument) = line.split_once(char::is_whitespace).unwrap_or((line, ""));
        let argument = argument.trim();
        let given = (!argument.is_empty()).then(|| argument.to_owned());
        let alone = |command: Self| match argument {
            "" => Ok(command),
            _ => Err(format!("\\{name} takes nothing behind it")),
        };
        match name {
            "help" | "h" | "?" => alone(Self::Help),
            "db" => Ok(Self::Database(given)),
            "format" => given.map(|form| format(&form)).transpose().map(Self::Format),
            "timing" => alone(Self::Timing),
            "refresh" => alone(Self::Refresh),
            "connect" => given.map(Self::Connect).ok_or_else(|| "\\connect needs a URL".to_owned()),
            "quit" | "q" | "exit" => alone(Self::Quit),
            _ => Err(format!("there is no \\{name}; \\help lists what there is")),
        }
    }
}

fn format(text: &str) -> Result<Option<Format>, String> {
    if text == "auto" {
        return Ok(None);
    }
    let form = Format::from_str(text, true).map_err(|_| format!("there is no form '{text}'; {}", listed()))?;
    if form.is_binary() {
        return Err("Parquet is for files: `calypso query --output FILE.parquet`".to_owned());
    }
    Ok(Some(form))
}

fn listed() -> String {
    let forms = Format::value_variants().iter().filter(|form| !form.is_binary()).map(|form| form.name());
    format!("there are auto, {}", forms.collect::<Vec<_>>().join(", "))
}

/// The list of commands, and how statements end.
pub(crate) fn help() -> String {
    let entries = META_COMMANDS.iter().map(|known| {
        let call = format!("\\{} {}", known.name, known.argument);
        format!("  {call:<18}{}\n", known.summary)
    });
    format!(
        "{}
A query ends with `;` at the end of a line, or with an empty line. A management
command, which begins with a dot, ends with its line; with an empty line if its
`<|` ends the first one. Open brackets and strings, and a bar at the end, go on
in the next line.

  Tab     completes       Ctrl-R  searches the history
  Ctrl-C  cancels         Ctrl-D  leaves

",
        entries.collect::<String>()
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_read_with_what_follows_them() {
        for (line, expected) in [
            ("\\help", MetaCommand::Help),
            ("\\db", MetaCommand::Database(None)),
            (" \\db  My Samples ;", MetaCommand::Database(Some("My Samples".to_owned()))),
            ("\\format", MetaCommand::Format(None)),
            ("\\format auto", MetaCommand::Format(Some(None))),
            ("\\format CSV", MetaCommand::Format(Some(Some(Format::Csv)))),
            ("\\connect http://localhost:8080", MetaCommand::Connect("http://localhost:8080".to_owned())),
            ("\\q", MetaCommand::Quit),
        ] {
            assert_eq!(MetaCommand::read(line), Ok(expected), "{line}");
        }
        for (line, reason) in [
            ("\\connect", "needs a URL"),
            ("\\quit now", "takes nothing"),
            ("\\format xml", "there are auto, table"),
            ("\\format parquet", "--output FILE.parquet"),
            ("\\nonsense", "\\help lists"),
        ] {
            assert!(MetaCommand::read(line).is_err_and(|told| told.contains(reason)), "{line}");
        }
    }

    #[test]
    fn the_help_names_every_command() {
        let help = help();
        assert!(META_COMMANDS.iter().all(|known| help.contains(&format!("\\{}", known.name))));
        assert!(help.lines().all(|line| line.chars().count() <= 80), "{help}");
    }
}
