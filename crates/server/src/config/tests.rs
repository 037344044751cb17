//! Which setting wins, and that the sample file knows them all.

use calypso_storage::ExtentCompression;
use clap::{Args as _, Command, FromArgMatches as _};

use super::{sample::sample, *};

fn arguments(flags: &[&str]) -> ServeArguments {
    let command = ServeArguments::augment_args(Command::new("serve"));
    let matches = command.try_get_matches_from([&["serve"], flags].concat()).unwrap();
    ServeArguments::from_arg_matches(&matches).unwrap()
}

#[test]
fn nothing_said_means_loopback_with_both_listeners() {
    let config = Config::decide(arguments(&[])).unwrap();
    assert_eq!(config.listen.to_string(), "127.0.0.1:8080");
    assert_eq!(config.https_listen.map(|address| address.to_string()).as_deref(), Some("127.0.0.1:8443"));
    assert_eq!(config.data_dir.to_str(), Some("calypso-data"));
    assert_eq!(config.batching_floor, Duration::from_secs(10));
}

#[test]
fn flags_go_before_the_file_and_the_file_before_defaults() {
    let file = ServeArguments::from_toml(
        "listen = '127.0.0.1:1'\nhttps_listen = 'none'\ndatabase = ['a', 'b']\nstreaming_body_max = '1MiB'\n",
    )
    .unwrap();
    let flags = arguments(&["--listen", "localhost:2", "--batching-floor", "1s", "--extent-compression", "lz4"]);
    let config = Config::decide(flags.or(file)).unwrap();
    assert_eq!(config.listen.to_string(), "127.0.0.1:2");
    assert_eq!(config.https_listen, None);
    assert_eq!(config.databases, ["a", "b"]);
    assert_eq!(config.http.streaming_body_bytes_max, 1 << 20);
    assert_eq!(config.batching_floor, Duration::from_secs(1));
    assert_eq!(config.storage.extent_compression, ExtentCompression::Lz4);
}

#[test]
fn listening_to_the_network_without_authentication_needs_a_word() {
    for flags in [["--listen", "0.0.0.0:8080"], ["--https-listen", "[::]:8443"]] {
        let error = Config::decide(arguments(&flags)).unwrap_err();
        assert!(error.to_string().contains("--allow-anonymous-remote"), "{error}");
        let allowed = [&flags[..], &["--allow-anonymous-remote"]].concat();
        assert!(Config::decide(arguments(&allowed)).is_ok());
    }
}

#[test]
fn staging_has_limits_and_a_public_url_its_port() {
    let flags = ["--staging-max", "1GiB", "--staging-blob-max", "1MiB", "--staging-retention", "1d"];
    let more = ["--staging-status-retention", "2d", "--staging-messages-max", "7", "--public-url", "https://k.corp/"];
    let config = Config::decide(arguments(&[&flags[..], &more].concat())).unwrap();
    let staging = &config.staging;
    assert_eq!((staging.bytes_max, staging.blob_bytes_max, staging.messages_max), (1 << 30, 1 << 20, 7));
    assert_eq!(staging.blob_retention.as_secs(), 24 * 60 * 60);
    assert_eq!(staging.status_retention.as_secs(), 2 * 24 * 60 * 60);
    assert!(staging.dir.ends_with("calypso-data/staging"));
    assert_eq!(config.http.public_url.as_deref(), Some("https://k.corp:443"));
    assert!(Config::decide(arguments(&["--public-url", "k.corp"])).is_err());
}

#[test]
fn unknown_names_and_wrong_values_in_the_file_are_errors() {
    for text in [
        "lisen = 'x'",
        "drain_limit = 'soon'",
        "streaming_body_max = '10 parsecs'",
        "log_format = 'xml'",
        "extent_compression = 'zip'",
    ] {
        assert!(ServeArguments::from_toml(text).is_err(), "{text}");
    }
}

#[test]
fn the_sample_file_names_every_setting_at_its_default() {
    let sample = sample();
    let command = ServeArguments::augment_args(Command::new("serve"));
    for argument in command.get_arguments().filter(|argument| argument.get_id() != "config") {
        assert!(sample.contains(&format!("\n#{} = ", argument.get_id())), "{}", argument.get_id());
        assert!(argument.get_env().is_some_and(|name| name.to_string_lossy().starts_with("CALYPSO_")));
    }
    let uncommented: String = sample
        .lines()
        .filter_map(|line| line.strip_prefix('#'))
        .filter(|line| !line.starts_with(' '))
        .fold(String::new(), |text, line| text + line + "\n");
    let from_sample = Config::decide(ServeArguments::from_toml(&uncommented).unwrap()).unwrap();
    let from_nothing = Config::decide(ServeArguments::default()).unwrap();
    assert_eq!(format!("{from_sample:?}"), format!("{from_nothing:?}"));
}
