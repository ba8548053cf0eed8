//! The `health` command asks the running service how it is. Container images need no other HTTP client for their check.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::time::Duration;

use clap::Args;

use crate::config::Config;

/// Longest wait for the answer.
const HEALTH_TIMEOUT: Duration = Duration::from_secs(3);

/// Arguments of `health`.
#[derive(Args)]
pub(super) struct HealthArgs {
    /// Ask if the service is ready to serve (`/readyz` without Telegram) instead of if it runs (`/livez`)
    #[arg(long)]
    ready: bool,
}

/// Asks the service that listens on `NEURALBOX_LISTEN`. Prints its answer, or returns it as the error.
pub(super) async fn ask(args: &HealthArgs) -> Result<(), String> {
    let listen = Config::listen_from_environment().map_err(|errors| errors.to_string())?;
    let path = if args.ready { "/readyz?exclude=telegram" } else { "/livez" };
    let url = format!("http://{}{path}", dialled(listen));
    let client = reqwest::Client::builder().no_proxy().timeout(HEALTH_TIMEOUT).build();
    let client = client.map_err(|error| format!("the HTTP client could not be built: {error}"))?;
    let answer = client.get(&url).send().await.map_err(|error| format!("{url}: {}", failure(&error)))?;
    let status = answer.status();
    let text = answer.text().await.map_err(|error| format!("{url}: {}", failure(&error)))?;
    let text = text.trim();
    if status.is_success() {
        println!("{text}");
        Ok(())
    } else {
        Err(format!("{url}: {status}: {text}"))
    }
}

/// Address of this machine at which a listener on all addresses is reached.
fn dialled(listen: SocketAddr) -> SocketAddr {
    let ip = match listen.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => Ipv4Addr::LOCALHOST.into(),
        IpAddr::V6(ip) if ip.is_unspecified() => Ipv6Addr::LOCALHOST.into(),
        ip => ip,
    };
    SocketAddr::new(ip, listen.port())
}

fn failure(error: &reqwest::Error) -> String {
    if error.is_timeout() {
        format!("no answer within {} s", HEALTH_TIMEOUT.as_secs())
    } else if error.is_connect() {
        "no connection; is the service running, and NEURALBOX_LISTEN the same?".to_owned()
    } else {
        "no valid answer".to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::dialled;

    #[test]
    fn a_listener_on_all_addresses_is_reached_on_this_machine() {
        for (listen, reached) in [
            ("0.0.0.0:8080", "127.0.0.1:8080"),
            ("[::]:8080", "[::1]:8080"),
            ("10.0.0.7:80", "10.0.0.7:80"),
            ("127.0.0.1:9000", "127.0.0.1:9000"),
        ] {
            assert_eq!(dialled(listen.parse().unwrap()).to_string(), reached);
        }
    }
}
