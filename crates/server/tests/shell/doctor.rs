//! `calypso doctor` and `calypso completions`.

use crate::{
    program::{Server, run},
    screens::assert_screen,
};

#[test]
fn every_check_of_a_good_connection_is_ok() {
    let server = Server::start();
    let outcome = run(&["doctor", "--cluster", &server.http], b"");
    assert_eq!(outcome.code, Some(0), "{}\n{}", outcome.out, outcome.err);
    let lines: Vec<&str> = outcome.out.lines().filter(|line| !line.starts_with(' ')).collect();
    assert!(lines.iter().all(|line| line.starts_with("ok") || line.starts_with("note")), "{}", outcome.out);
    for check in ["address", "trust", "ping", "version", "clock", "database", "query", "queued ingestion", "staging"] {
        assert!(lines.iter().any(|line| line.contains(&format!("  {check}"))), "{check}: {}", outcome.out);
    }
}

#[test]
fn a_failed_check_names_the_next_command_and_ends_with_code_1() {
    let server = Server::start();
    let outcome = run(&["doctor", "--cluster", &server.http, "--database", "netdefaultdb"], b"");
    assert_eq!(outcome.code, Some(1));
    assert_screen("doctor", &server, &format!("{}{}", told_without_version(&outcome.out), outcome.err));
    let outcome = run(&["doctor", "--cluster", &server.https], b"");
    assert_eq!(outcome.code, Some(1));
    assert!(
        outcome.out.contains("failed  trust") && outcome.out.contains("next: trust the authority with `--ca"),
        "{}",
        outcome.out
    );
    let trusted = run(&["doctor", "--cluster", &server.https, "--ca", &server.ca()], b"");
    assert!(trusted.out.contains("the certificate is trusted"), "{}", trusted.out);
    let outcome = run(&["doctor", "--cluster", "http://127.0.0.1:1"], b"");
    assert_eq!(outcome.code, Some(1));
    assert!(outcome.out.contains("failed  address") && outcome.out.contains("`calypso serve`"), "{}", outcome.out);
}

/// The version is that of the day.
fn told_without_version(report: &str) -> String {
    let lines = report.lines().map(|line| match line.split_once("version  ") {
        Some((before, _)) => format!("{before}version           Engine Calypso VERSION\n"),
        None => format!("{line}\n"),
    });
    lines.collect()
}

#[test]
fn each_shell_gets_a_script_that_knows_the_commands() {
    for shell in ["bash", "zsh", "fish", "powershell"] {
        let script = run(&["completions", shell], b"").out();
        for word in ["quickstart", "repl", "doctor", "cluster"] {
            assert!(script.contains(word), "{shell}: {word}");
        }
    }
    assert_eq!(run(&["completions", "tcsh"], b"").code, Some(2));
}
