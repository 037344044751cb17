//! Commands over files on a terminal: the progress of ingestion, questions, the shell of `calypso local`.

use std::{fs::File, io::Write as _, process::Command};

use crate::{program::Server, screens::assert_screen, terminal::Terminal};

/// Figures of speed differ from run to run.
fn without_rates(screen: &str) -> String {
    let lines = screen.lines().map(|line| {
        let words: Vec<&str> = line.split(' ').collect();
        let mut kept: Vec<&str> = Vec::new();
        for word in words {
            if word.ends_with("B/s") {
                kept.pop();
                kept.push("RATE");
            } else {
                kept.push(word);
            }
        }
        kept.join(" ")
    });
    lines.collect::<Vec<_>>().join("\n")
}

#[test]
fn progress_is_drawn_while_data_are_sent_and_waited_for() {
    let server = Server::start();
    server.create_table("T (a: long)");
    let pipe = server.dir.path().join("events.csv").display().to_string();
    assert!(Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    let arguments = ["ingest", "--cluster", &server.http, "--table", "T", "--mode", "queued", "--wait", &pipe];
    let terminal = Terminal::run(&arguments, &[("NO_COLOR", "1")]);
    let mut file = File::options().write(true).open(&pipe).unwrap();
    file.write_all("12345678\n".repeat(1 << 17).as_bytes()).unwrap();
    terminal.wait_for("0 of 1 source  1.1 MiB");
    assert_screen("ingest-progress", &server, &without_rates(&terminal.screen()));
    drop(file);
    terminal.wait_for("waits in an open batch");
    assert_screen("ingest-waiting", &server, &without_rates(&terminal.screen()));
}

#[test]
fn the_command_that_makes_a_table_is_asked_for() {
    let server = Server::start();
    let csv = server.file("cities.csv", b"id,city\n1,Oslo\n2,Lima\n");
    let arguments = ["ingest", "--cluster", &server.http, "--table", "Cities", "--create-table", &csv];
    let terminal = Terminal::run(&arguments, &[("NO_COLOR", "1")]);
    terminal.wait_for("Run this? [y/N]");
    terminal.press("n\r");
    terminal.wait_for("nothing was created or ingested");
    assert_eq!(terminal.end(), 1);
    let terminal = Terminal::run(&arguments, &[("NO_COLOR", "1")]);
    terminal.wait_for("Run this? [y/N]");
    terminal.press("y\r");
    terminal.wait_for("1 source, 2 rows");
    let lines: Vec<String> =
        terminal.screen().lines().filter(|line| !line.starts_with("1 source")).map(str::to_owned).collect();
    assert_screen("ingest-create-table", &server, &lines.join("\n"));
    assert_eq!(terminal.end(), 0);
    assert_eq!(server.rows("Cities | count"), "2\n");
}

#[test]
fn files_are_asked_in_the_shell() {
    let server = Server::start();
    let csv = server.file("cities.csv", b"id,city\n1,Oslo\n2,Lima\n");
    let terminal = Terminal::run(&["local", &csv], &[("NO_COLOR", "1")]);
    terminal.wait_for_prompt();
    terminal.enter("cities | where city startswith 'L';");
    let screen = terminal.screen();
    assert!(screen.starts_with("cities (id: long, city: string)\n"), "{screen}");
    assert!(screen.contains(" 2  Lima"), "{screen}");
    terminal.press("\\quit\r");
    assert_eq!(terminal.end(), 0);
}
