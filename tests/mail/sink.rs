//! aiosmtpd, an independent mail server (`tests/mail/sink.py`). Each test starts its own.

use std::io::{BufRead, BufReader};
use std::process::{Child, ChildStdout, Command, Stdio};

use serde_json::Value;

/// A running mail server; killed on drop.
pub struct Sink {
    /// Listening port on 127.0.0.1.
    pub port: u16,
    process: Child,
    says: BufReader<ChildStdout>,
}

impl Sink {
    /// Starts a server on a free port. Panics without aiosmtpd: mail tests are never skipped.
    #[expect(clippy::disallowed_methods, reason = "the environment names the Python installation")]
    pub fn start(arguments: &[&str]) -> Self {
        let folder = std::env::var("TEST_PYTHON_FOLDER").expect(
            "TEST_PYTHON_FOLDER must name a Python environment with scripts/requirements.txt; scripts/test makes one",
        );
        let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/mail/sink.py");
        let mut command = Command::new(format!("{folder}/bin/python"));
        command.arg(script).args(arguments).stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut process = command.spawn().unwrap();
        let mut says = BufReader::new(process.stdout.take().unwrap());
        let port = receive(&mut says).parse().expect("the server should print its port");
        Self { port, process, says }
    }

    /// Waits for the next received mail.
    pub fn mail(&mut self) -> Value {
        serde_json::from_str(&receive(&mut self.says)).unwrap()
    }
}

fn receive(says: &mut BufReader<ChildStdout>) -> String {
    let mut line = String::new();
    says.read_line(&mut line).unwrap();
    line.trim().to_owned()
}

impl Drop for Sink {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
