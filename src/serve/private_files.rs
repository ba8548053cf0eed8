//! Files with secrets that other users of the machine can read.

use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;

use crate::config::{Config, ENV_FILE};
use crate::store::engine::database_url;

/// Permissions of the group and of others.
const OTHERS: u32 = 0o077;

/// Returns a warning for each file that others can read or change, with the command that ends it.
#[must_use]
pub fn warnings(config: &Config) -> Vec<String> {
    let mut files = vec![PathBuf::from(ENV_FILE)];
    if config.jwt_secret.is_none() {
        files.push(config.data_folder().join("jwt_secret"));
    }
    if let Some(file) = database_url::sqlite_file(config.database_url.reveal()) {
        // Next to the file is its log, with the latest changes.
        let log = PathBuf::from(format!("{}-wal", file.display()));
        files.extend([file, log]);
    }
    let is_open = |file: &PathBuf| file.metadata().is_ok_and(|about| about.permissions().mode() & OTHERS != 0);
    let warning = |file: PathBuf| {
        let name = file.display();
        format!("{name} is open to other users of this machine: chmod 600 {name}")
    };
    files.into_iter().filter(is_open).map(warning).collect()
}
