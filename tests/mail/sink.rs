//! aiosmtpd, a mail server that others wrote (`tests/mail/sink.py`): one for each test.

use std::io::{BufRead, BufReader};
use std::process::{Child, ChildStdout, Command, Stdio};

use serde_json::Value;

/// The server.
pub struct Sink {
    /// Where it listens, on 127.0.0.1.
    pub port: u16,
    process: Child,
    says: BufReader<ChildStdout>,
}

impl Sink {
    /// Starts one on a free port. It is never skipped: where it is not installed, its tests fail.
    #[expect(clippy::disallowed_methods, reason = "a test learns of its server as a program does")]
    pub fn start(arguments: &[&str]) -> Self {
        let folder = std::env::var("TEST_PYTHON_FOLDER").expect(
            "TEST_PYTHON_FOLDER must name a Python environment with scripts/requirements.txt; scripts/test makes one",
        );
        let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/mail/sink.py");
        let mut command = Command::new(format!("{folder}/bin/python"));
        command.arg(script).args(arguments).stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut process = command.spawn().unwrap();
        let mut says = BufReader::new(process.stdout.take().unwrap());
        let port = hear(&mut says).parse().expect("the server did not start");
        Self { port, process, says }
    }

    /// The next mail it takes; waits for it.
    pub fn mail(&mut self) -> Value {
        serde_json::from_str(&hear(&mut self.says)).unwrap()
    }
}

fn hear(says: &mut BufReader<ChildStdout>) -> String {
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
