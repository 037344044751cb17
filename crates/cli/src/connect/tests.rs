//! Flags of connections.

use clap::Parser;
use kusto_data::AuthenticationMethod;

use super::*;

#[derive(Parser)]
struct Flags {
    #[command(flatten)]
    connect: ConnectArguments,
}

fn read(flags: &[&str]) -> Result<ConnectArguments, clap::Error> {
    let flags = [&["calypso"], flags].concat();
    Flags::try_parse_from(flags).map(|flags| flags.connect)
}

fn method(flags: &[&str]) -> AuthenticationMethod {
    read(flags).unwrap().resolve().unwrap().0.authentication_method()
}

#[test]
fn each_way_to_sign_in_is_the_sdks() {
    for (flag, expected) in [
        ("none", AuthenticationMethod::None),
        ("az", AuthenticationMethod::AzureCli),
        ("managed-identity", AuthenticationMethod::ManagedIdentity),
        ("workload-identity", AuthenticationMethod::WorkloadIdentity),
        ("device-code", AuthenticationMethod::DeviceCode),
        ("interactive", AuthenticationMethod::Interactive),
        ("default", AuthenticationMethod::Default),
    ] {
        assert_eq!(method(&["--auth", flag]), expected, "{flag}");
    }
    assert_eq!(method(&["--token", "t"]), AuthenticationMethod::UserToken);
    assert_eq!(method(&[]), AuthenticationMethod::None);
    let string = "Data Source=https://x.kusto.windows.net;Application Client Id=a;Application Key=k;Authority Id=t";
    assert_eq!(method(&["--cluster", string]), AuthenticationMethod::ApplicationKey);
}

#[test]
fn the_database_is_the_flags_or_the_urls_or_the_default() {
    let database = |flags: &[&str]| read(flags).unwrap().connect().unwrap().database;
    assert_eq!(database(&[]), "NetDefaultDB");
    assert_eq!(database(&["--cluster", "http://localhost:8080/Samples"]), "Samples");
    assert_eq!(database(&["--cluster", "http://localhost:8080/Samples", "--database", "Other"]), "Other");
}

#[test]
fn flags_that_contradict_each_other_are_refused() {
    for flags in
        [&["--token", "t", "--auth", "az"][..], &["--identity", "i"], &["--auth", "magic"], &["--cluster", "x"]]
    {
        assert!(read(flags).is_err(), "{flags:?}");
    }
}

#[test]
fn another_service_keeps_credentials_and_trust() {
    let here = read(&["--auth", "az", "--database", "Here"]).unwrap();
    let there = here.elsewhere("https://there.kusto.windows.net/Samples").unwrap();
    let (connection, _) = there.resolve().unwrap();
    assert_eq!(connection.authentication_method(), AuthenticationMethod::AzureCli);
    assert_eq!(connection.initial_catalog(), "Samples");
    assert!(here.elsewhere("nonsense").is_err());
}
