//! The command line: one call into the library.

use std::process::ExitCode;

fn main() -> ExitCode {
    neuralbox_auth::cli::run()
}
