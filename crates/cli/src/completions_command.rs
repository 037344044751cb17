//! `calypso completions`: scripts that teach a shell the program's commands and flags.

use std::io::Write as _;

use anyhow::Context as _;

/// A shell that completes commands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Shell {
    Bash,
    Zsh,
    Fish,
    Powershell,
}

/// Arguments of `calypso completions`.
#[derive(Debug, clap::Args)]
pub struct CompletionsArguments {
    /// The shell; `calypso completions bash > /etc/bash_completion.d/calypso` installs its script.
    #[arg(value_enum)]
    shell: Shell,
}

/// Prints the script for `program`.
///
/// # Errors
/// If standard output cannot be written.
pub fn run(arguments: &CompletionsArguments, mut program: clap::Command) -> anyhow::Result<()> {
    let shell = match arguments.shell {
        Shell::Bash => clap_complete::Shell::Bash,
        Shell::Zsh => clap_complete::Shell::Zsh,
        Shell::Fish => clap_complete::Shell::Fish,
        Shell::Powershell => clap_complete::Shell::PowerShell,
    };
    let name = program.get_name().to_owned();
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut program, name, &mut script);
    std::io::stdout().write_all(&script).context("cannot write the script")
}
