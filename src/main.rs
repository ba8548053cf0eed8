//! The command line: one call into the library.

use std::process::ExitCode;

/// A million keys in memory, and a few small pieces a request: the system's own needs a third more for the former and longer
/// for the latter.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    neuralbox_auth::cli::run()
}
