//! The floor: axum 0.8 that answers a fixed JSON text, and nothing around it.

use std::net::{Ipv4Addr, SocketAddr};
use std::process::{Child, Stdio};

use axum::Router;
use axum::http::header::CONTENT_TYPE;
use axum::routing::get;
use tokio::net::TcpListener;

use crate::Fault;
use crate::hot_paths::load::{Load, Shape, Target};
use crate::hot_paths::machine::{Core, free_port, pinned};
use crate::hot_paths::service::await_ready;

/// Text of the size of a verification response.
const BODY: &str =
    r#"{"user":{"id":42,"name":"Ivan","plan":"vip","token_balance":1500},"key":{"id":7,"name":"laptop"}}"#;

/// Second process of this program that serves the floor on the measured core. Killed when dropped.
pub(crate) struct Floor {
    child: Child,
    /// Target of the requests.
    pub(crate) target: Target,
}

impl Floor {
    /// Starts the process and waits until it answers.
    pub(crate) async fn start() -> Result<Self, Fault> {
        let port = free_port()?;
        let mut command = pinned(Core::Measured, std::env::current_exe()?);
        let child = command.args(["serve-floor", &port.to_string()]).stdin(Stdio::null()).spawn()?;
        let target = Target { process: child.id(), url: format!("http://127.0.0.1:{port}") };
        let floor = Self { child, target };
        await_ready(&format!("{}/", floor.target.url)).await?;
        Ok(floor)
    }

    /// Load of the floor.
    pub(crate) fn load(&self, seconds: u64) -> Load {
        Load { target: self.target.clone(), shape: Shape::Plain, lines: None, connections: 64, seconds }
    }
}

impl Drop for Floor {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Serves the floor until killed.
pub(crate) async fn serve(port: u16) -> Result<(), Fault> {
    let routes = Router::new().route("/", get(async || ([(CONTENT_TYPE, "application/json")], BODY)));
    let listener = TcpListener::bind(SocketAddr::from((Ipv4Addr::LOCALHOST, port))).await?;
    Ok(axum::serve(listener, routes).await?)
}
