//! Programs that read the files of `deploy`, and the names of settings.

use std::collections::BTreeSet;
use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

/// Result of a program.
pub struct Checked {
    pub is_ok: bool,
    pub text: String,
}

/// Runs a program of `PATH`, or a file, and returns its whole output.
pub fn run(program: impl AsRef<OsStr>, arguments: &[&str]) -> Checked {
    let program = program.as_ref();
    let output = Command::new(program).args(arguments).output();
    let output = output.unwrap_or_else(|error| panic!("{}: {error}; scripts/test installs it", program.display()));
    let text = [output.stdout, output.stderr].map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).concat();
    Checked { is_ok: output.status.success(), text }
}

/// Runs a program and fails with its output if it fails.
pub fn passes(program: impl AsRef<OsStr>, arguments: &[&str]) -> String {
    let Checked { is_ok, text } = run(program, arguments);
    assert!(is_ok, "{arguments:?}: {text}");
    text
}

/// Returns a program of the Python environment with `scripts/requirements.txt`.
#[expect(clippy::disallowed_methods, reason = "scripts/test names the environment")]
pub fn python(program: &str) -> PathBuf {
    let folder = std::env::var("TEST_PYTHON_FOLDER").expect("TEST_PYTHON_FOLDER: scripts/test makes it");
    Path::new(&folder).join("bin").join(program)
}

/// Reads the documents of a YAML file.
pub fn documents(file: &str) -> Vec<Value> {
    let script = "import json, sys, yaml; print(json.dumps(list(yaml.safe_load_all(open(sys.argv[1])))))";
    serde_json::from_str(&passes(python("python3"), &["-c", script, file])).unwrap()
}

/// Returns the names of `.env.example`. Another test compares them with the program's.
pub fn settings() -> BTreeSet<String> {
    let text = read(".env.example");
    let names = text.lines().filter_map(|line| line.trim_start_matches("# ").split_once('=')).map(|(name, _)| name);
    let is_name = |name: &&str| name.bytes().all(|byte| byte.is_ascii_uppercase() || byte == b'_');
    names.filter(is_name).map(ToOwned::to_owned).collect()
}

/// Reads a file of the repository.
pub fn read(file: impl AsRef<Path>) -> String {
    let file = file.as_ref();
    fs::read_to_string(file).unwrap_or_else(|error| panic!("{}: {error}", file.display()))
}

/// Returns the files below a folder.
pub fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries.flat_map(|path| if path.is_dir() { files(&path) } else { vec![path] }).collect()
}

/// Returns the strings of a JSON array.
pub fn strings(list: &Value) -> Vec<&str> {
    list.as_array()
        .unwrap_or_else(|| panic!("{list} should be a list"))
        .iter()
        .map(|text| text.as_str().unwrap())
        .collect()
}
