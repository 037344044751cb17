//! Headers that tell of the application.

use super::*;

#[test]
fn names_are_ascii_and_unknown_ones_have_a_place() {
    let details = ClientDetails::new().with_application("E2E_Test_ø").with_user("Zoë\r\n");
    assert_eq!((details.application_header().as_str(), details.user_header().as_str()), ("E2E_Test_?", "Zo???"));
    assert!(!ClientDetails::new().application_header().is_empty());
    assert!(!ClientDetails::new().user_header().is_empty());
}

#[test]
fn the_version_names_client_runtime_and_application() {
    let plain = ClientDetails::new().version_header();
    assert_eq!(
        plain,
        format!(
            "Kusto.Rust.Client:{{{}}}|Runtime.Rust:{{{}}}",
            env!("CARGO_PKG_VERSION"),
            env!("CARGO_PKG_RUST_VERSION")
        )
    );
    let versioned = ClientDetails::new().with_application("my tool").with_application_version("1.2").version_header();
    assert!(versioned.ends_with("|App.{my_tool}:{1.2}"), "{versioned}");
}

#[test]
fn connectors_tell_of_the_application_above_them_and_of_no_user() {
    let details = ClientDetails::for_connector("Sink", "1.0")
        .with_application("a {b}|c")
        .with_application_version("2.0")
        .with_field("Mode", "bulk load");
    assert_eq!(details.application_header(), "Kusto.Sink:{1.0}|App.{a_b_c}:{2.0}|Mode:{bulk_load}");
    assert_eq!(details.user_header(), "[none]");
}

#[test]
fn long_names_are_cut() {
    assert_eq!(header_text(&"x".repeat(5000)).len(), HEADER_CHARS_MAX);
}
