//! Whether the service is there: address, trust, ping.

use std::time::Instant;

use super::check::Finding;
use crate::{connect::Connection, layout::on_one_line};

/// The endpoint that answers without a credential.
const PING: &str = "v1/rest/ping";
/// Characters of an answer that are shown.
const ANSWER_CHARS_MAX: usize = 60;

/// Checks until one fails.
pub(super) async fn check(connection: &Connection) -> Vec<(&'static str, Finding)> {
    let endpoint = connection.client.endpoint();
    let is_https = endpoint.scheme() == "https";
    let Ok(url) = endpoint.join(PING) else {
        return vec![("address", Finding::failed(format!("{endpoint} has no path"), "give a URL with --cluster"))];
    };
    let started = Instant::now();
    let answer = match connection.client.http().get(url).send().await {
        Ok(answer) => answer,
        Err(error) => {
            let causes = causes(&error);
            return if is_about_trust(&causes) {
                vec![
                    ("address", Finding::good(format!("{endpoint} answers"))),
                    ("trust", Finding::failed(causes, TRUST)),
                ]
            } else {
                let next = if is_https && causes.contains("corrupt message") {
                    "the port speaks plain http: the URL must begin with http://"
                } else {
                    "is the service running? `calypso serve` prints the addresses it listens on"
                };
                vec![("address", Finding::failed(format!("cannot reach {endpoint}: {causes}"), next))]
            };
        }
    };
    let took = started.elapsed().as_millis();
    let mut findings = vec![("address", Finding::good(format!("{endpoint} answers in {took} ms")))];
    let told = if is_https { Finding::good("the certificate is trusted") } else { plain_http(endpoint.host_str()) };
    findings.push(("trust", told));
    let status = answer.status();
    let text: String =
        on_one_line(answer.text().await.unwrap_or_default().trim()).chars().take(ANSWER_CHARS_MAX).collect();
    findings.push(if status.is_success() {
        ("ping", Finding::good(text))
    } else {
        ("ping", Finding::note(format!("{status} {text}"), "a proxy may stand between; what follows tells more"))
    });
    findings
}

const TRUST: &str = "trust the authority with `--ca FILE` or CALYPSO_CA; for `calypso serve` it is DATA/tls/ca.pem \
                     (`calypso trust` says how each client is told)";

fn plain_http(host: Option<&str>) -> Finding {
    let host = host.unwrap_or_default();
    if host == "localhost" || host.starts_with("127.") || host == "[::1]" {
        Finding::good("plain http on this machine")
    } else {
        Finding::note("plain http: anyone between can read and change what is sent", "use the https address")
    }
}

/// The causes of an error in one line, without its URL.
fn causes(error: &(dyn std::error::Error + 'static)) -> String {
    let causes = std::iter::successors(error.source(), |cause| cause.source());
    causes.last().map_or_else(|| error.to_string(), |cause| on_one_line(&cause.to_string()))
}

fn is_about_trust(cause: &str) -> bool {
    cause.contains("UnknownIssuer") || cause.contains("certificate")
}
