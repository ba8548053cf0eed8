//! The unit for systemd.

use neuralbox_auth::web::OPEN_FILES_WANTED;

use crate::tools::{passes, read, run};

const UNIT: &str = "deploy/systemd/neuralbox-auth.service";
/// Highest exposure, in tenths, of 100.
const MAX_EXPOSURE: &str = "25";

#[test]
fn the_unit_is_valid() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("neuralbox-auth.service");
    let verify = |text: &str| {
        std::fs::write(&file, text).unwrap();
        run("systemd-analyze", &["verify", "--man=no", file.to_str().unwrap()])
    };
    // The program must exist.
    let unit = read(UNIT)
        .replace("/usr/local/bin/neuralbox-auth serve", concat!(env!("CARGO_BIN_EXE_neuralbox-auth"), " serve"));
    let verified = verify(&unit);
    assert!(verified.is_ok && verified.text.trim().is_empty(), "{}", verified.text);
    let misspelt = verify(&unit.replace("ProtectSystem", "ProtectSytem"));
    assert!(misspelt.text.contains("ProtectSytem"), "the check should find a misspelt name: {}", misspelt.text);
}

#[test]
fn the_unit_leaves_little_exposed() {
    let security = |file: &str| {
        run("systemd-analyze", &["security", "--offline=true", "--no-pager", "--threshold", MAX_EXPOSURE, file])
    };
    let checked = security(UNIT);
    assert!(checked.is_ok, "{}", checked.text);
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("neuralbox-auth.service");
    std::fs::write(&file, "[Service]\nExecStart=/bin/true\n").unwrap();
    assert!(!security(file.to_str().unwrap()).is_ok, "the check should refuse a bare unit");
}

#[test]
fn the_user_of_the_unit_is_the_one_that_is_made() {
    let users = "deploy/systemd/neuralbox-auth.sysusers.conf";
    let line = read(users).lines().find(|line| line.starts_with("u ")).map(ToOwned::to_owned).unwrap();
    let words: Vec<&str> = line.split_whitespace().collect();
    assert_eq!(value("User"), words[1]);
    assert_eq!(value("WorkingDirectory"), *words.last().unwrap());
    let folder = tempfile::tempdir().unwrap();
    let etc = folder.path().join("etc");
    std::fs::create_dir(&etc).unwrap();
    passes("systemd-sysusers", &["--root", folder.path().to_str().unwrap(), "--inline", &line]);
    assert!(read(etc.join("passwd")).contains("neuralbox-auth:x:"));
}

#[test]
fn the_unit_waits_for_the_shutdown_and_admits_all_connections() {
    let stop: u64 = value("TimeoutStopSec").trim_end_matches('s').parse().unwrap();
    assert!(stop > 10, "a shutdown takes up to 10 s, got {stop}");
    assert_eq!(value("LimitNOFILE"), OPEN_FILES_WANTED.to_string());
    assert_eq!(value("ExecStart"), "/usr/local/bin/neuralbox-auth serve");
}

/// Returns the value of a name that the unit has once.
fn value(name: &str) -> String {
    let unit = read(UNIT);
    let mut values = unit.lines().filter_map(|line| line.strip_prefix(name)?.strip_prefix('='));
    let value = values.next().unwrap_or_else(|| panic!("no {name}"));
    assert_eq!(values.next(), None, "{name}");
    value.to_owned()
}
