//! Which hosts may have a token.

use super::*;

const PUBLIC: &str = "https://login.microsoftonline.com";

/// Trust is the process's: tests that change it take turns.
static TURN: parking_lot::Mutex<()> = parking_lot::Mutex::new(());

#[test]
fn kustos_hosts_are_trusted_in_their_own_cloud_only() {
    let _turn = TURN.lock();
    assert!(is_trusted("help.kusto.windows.net", PUBLIC));
    assert!(is_trusted("HELP.Kusto.Windows.NET", "https://LOGIN.microsoftonline.com/"));
    assert!(is_trusted("ade.loganalytics.io", PUBLIC));
    assert!(is_trusted("trd-1.z9.kusto.fabric.microsoft.com", PUBLIC));
    assert!(!is_trusted("help.kusto.windows.net", "https://login.microsoftonline.us"));
    assert!(is_trusted("a.kusto.usgovcloudapi.net", "https://login.microsoftonline.us"));
    assert!(is_trusted("a.kusto.sovcloud-api.de", "https://login.sovcloud-identity.de"));
    assert!(!is_trusted("help.kusto.windows.net", "https://evil.example"));
}

#[test]
fn hosts_that_only_look_like_kustos_are_not() {
    let _turn = TURN.lock();
    for host in
        ["kusto.windows.net", "evilkusto.windows.net", "x.kusto.windows.net.evil.example", "x.ade.loganalytics.io", ""]
    {
        assert!(!is_trusted(host, PUBLIC), "{host}");
        assert_eq!(without_asking(host), Some(false), "{host} would be asked");
    }
    assert_eq!(without_asking("help.kusto.windows.net"), None);
}

#[test]
fn this_machine_is_trusted() {
    for host in ["localhost", "LOCALHOST", "127.0.0.1", "127.1.2.3", "::1", "[::1]"] {
        assert!(is_trusted(host, "https://any.example"), "{host}");
    }
    for host in ["128.0.0.1", "127.evil.example", "localhost.evil.example"] {
        assert!(!is_local(host), "{host}");
    }
}

#[test]
fn applications_add_and_replace_hosts() {
    let _turn = TURN.lock();
    add_trusted_hosts([TrustedHost::exact("Kusto.MyCorp.lan"), TrustedHost::suffix("trusted.example")]);
    assert!(is_trusted("kusto.mycorp.lan", PUBLIC) && is_trusted("a.trusted.example", PUBLIC));
    assert!(!is_trusted("a.kusto.mycorp.lan", PUBLIC) && !is_trusted("untrusted.example", PUBLIC));
    replace_trusted_hosts([TrustedHost::exact("other.example")]);
    assert!(is_trusted("other.example", PUBLIC) && !is_trusted("kusto.mycorp.lan", PUBLIC));
    replace_trusted_hosts([]);
    assert!(!is_trusted("other.example", PUBLIC));
}

#[test]
fn a_policy_takes_the_place_of_kustos_lists() {
    let _turn = TURN.lock();
    set_override_policy(Some(|host: &str| host.ends_with(".policy.example")));
    assert!(is_trusted("a.policy.example", PUBLIC) && is_trusted("localhost", PUBLIC));
    assert!(!is_trusted("help.kusto.windows.net", PUBLIC));
    set_override_policy(None::<fn(&str) -> bool>);
    assert!(is_trusted("help.kusto.windows.net", PUBLIC) && !is_trusted("a.policy.example", PUBLIC));
}
