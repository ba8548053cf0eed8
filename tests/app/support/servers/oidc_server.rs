//! oauth2-mock-server, an OpenID Connect provider that others wrote (`tests/openid`): one for each test.

use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdout, Command, Stdio};

use serde_json::{Value, json};

/// The provider.
pub struct OidcServer {
    /// What it calls itself.
    pub issuer: String,
    process: Child,
    says: BufReader<ChildStdout>,
}

impl OidcServer {
    /// Starts one on a free port. It is never skipped: where it is not installed, its tests fail.
    #[expect(clippy::disallowed_methods, reason = "a test learns of its provider as a program does")]
    pub fn start() -> Self {
        let folder = std::env::var("TEST_OPENID_FOLDER").expect(
            "TEST_OPENID_FOLDER must name a folder with tests/openid/package.json in which `npm ci` was run; scripts/test makes one",
        );
        let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/openid/server.mjs");
        let mut command = Command::new("node");
        command.arg(script).arg(folder).stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut process = command.spawn().expect("node, of Debian's package nodejs or nodejs.org");
        let says = BufReader::new(process.stdout.take().unwrap());
        let mut mock = Self { issuer: String::new(), process, says };
        mock.issuer = mock.hear();
        assert!(mock.issuer.starts_with("http://127.0.0.1:"), "the provider did not start: {:?}", mock.issuer);
        mock
    }

    /// Its identity tokens say this, too, from now on.
    pub fn say(&mut self, claims: &Value) {
        self.order(&json!({ "claims": claims }));
    }

    /// It signs with another key from now on, and publishes the old one no more.
    pub fn rotate(&mut self) {
        self.order(&json!({"rotate": true}));
    }

    fn order(&mut self, order: &Value) {
        writeln!(self.process.stdin.as_mut().unwrap(), "{order}").unwrap();
        assert_eq!(self.hear(), "done");
    }

    fn hear(&mut self) -> String {
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
