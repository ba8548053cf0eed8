//! OpenID Connect clients that others wrote (`tests/openid`): openid-client, which is certified, and Authlib.

use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdout, Command, Stdio};

use serde_json::Value;

/// A running client; killed on drop.
pub struct OidcClient {
    process: Child,
    says: BufReader<ChildStdout>,
}

impl OidcClient {
    /// Starts openid-client with these settings. Panics without it: its tests are never skipped.
    #[expect(clippy::disallowed_methods, reason = "the environment names the installation")]
    pub fn openid_client(settings: &Value) -> Self {
        let folder = std::env::var("TEST_OPENID_FOLDER").expect(
            "TEST_OPENID_FOLDER must name a folder with tests/openid/package.json in which `npm ci` was run; scripts/test makes one",
        );
        let mut command = Command::new("node");
        command.arg(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/openid/client.mjs")).arg(folder);
        Self::start(command, settings)
    }

    /// Starts Authlib with these settings. Panics without it.
    #[expect(clippy::disallowed_methods, reason = "the environment names the installation")]
    pub fn authlib(settings: &Value) -> Self {
        let folder = std::env::var("TEST_PYTHON_FOLDER").expect(
            "TEST_PYTHON_FOLDER must name a Python environment with scripts/requirements.txt; scripts/test makes one",
        );
        let mut command = Command::new(std::path::Path::new(&folder).join("bin/python"));
        command.arg(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/openid/client.py"));
        Self::start(command, settings)
    }

    fn start(mut command: Command, settings: &Value) -> Self {
        command.arg(settings.to_string()).stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut process = command.spawn().expect("node (Debian package nodejs, or nodejs.org), or Python");
        let says = BufReader::new(process.stdout.take().unwrap());
        Self { process, says }
    }

    /// Next line that the client prints.
    pub fn hear(&mut self) -> String {
        let mut line = String::new();
        self.says.read_line(&mut line).unwrap();
        line.trim().to_owned()
    }

    /// Sends a line to the client.
    pub fn say(&mut self, line: &str) {
        writeln!(self.process.stdin.as_mut().unwrap(), "{line}").unwrap();
    }
}

impl Drop for OidcClient {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
