//! oauth2-mock-server, an independent OpenID Provider (`tests/openid`). Each test starts its own.

use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdout, Command, Stdio};

use serde_json::{Value, json};

/// A running provider; killed on drop.
pub struct OidcServer {
    /// Issuer URL.
    pub issuer: String,
    process: Child,
    says: BufReader<ChildStdout>,
}

impl OidcServer {
    /// Starts a provider on a free port. Panics without oauth2-mock-server: its tests are never skipped.
    #[expect(clippy::disallowed_methods, reason = "the environment names the installation")]
    pub fn start() -> Self {
        let folder = std::env::var("TEST_OPENID_FOLDER").expect(
            "TEST_OPENID_FOLDER must name a folder with tests/openid/package.json in which `npm ci` was run; scripts/test makes one",
        );
        let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/openid/server.mjs");
        let mut command = Command::new("node");
        command.arg(script).arg(folder).stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut process = command.spawn().expect("node (Debian package nodejs, or nodejs.org)");
        let says = BufReader::new(process.stdout.take().unwrap());
        let mut mock = Self { issuer: String::new(), process, says };
        mock.issuer = mock.receive();
        assert!(mock.issuer.starts_with("http://127.0.0.1:"), "no issuer printed: {:?}", mock.issuer);
        mock
    }

    /// Sets additional claims of the following ID tokens.
    pub fn say(&mut self, claims: &Value) {
        self.order(&json!({ "claims": claims }));
    }

    /// Replaces the signing key; the old key is no longer published.
    pub fn rotate(&mut self) {
        self.order(&json!({"rotate": true}));
    }

    fn order(&mut self, order: &Value) {
        writeln!(self.process.stdin.as_mut().unwrap(), "{order}").unwrap();
        assert_eq!(self.receive(), "done");
    }

    fn receive(&mut self) -> String {
        let mut line = String::new();
        self.says.read_line(&mut line).unwrap();
        line.trim().to_owned()
    }
}

impl Drop for OidcServer {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
