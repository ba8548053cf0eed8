//! File permissions. Everything the program creates is readable by its owner only.

use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use crate::program::{Names, Telegram, person};

#[tokio::test(flavor = "multi_thread")]
async fn folder_database_and_secret_are_for_their_owner_only() {
    let (folder, telegram) = (tempfile::tempdir().unwrap(), Telegram::start().await);
    let data = folder.path().join("data");
    let program = Names::usual(&telegram.url, "sqlite://data/neuralbox.db").serve(folder.path());
    program.sign_in(&telegram, &person(1)).await;
    assert_eq!(mode(&data), 0o700);
    let mut files: Vec<_> = std::fs::read_dir(&data).unwrap().map(|file| file.unwrap().path()).collect();
    files.sort();
    for file in &files {
        assert_eq!(mode(file), 0o600, "{}", file.display());
    }
    let names: Vec<_> = files.iter().map(|file| file.file_name().unwrap().to_str().unwrap()).collect();
    assert_eq!(names, ["jwt_secret", "neuralbox.db", "neuralbox.db-shm", "neuralbox.db-wal"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_secret_is_made_once_and_kept() {
    let (folder, telegram) = (tempfile::tempdir().unwrap(), Telegram::start().await);
    let names = Names::usual(&telegram.url, "sqlite://data/neuralbox.db");
    let program = names.serve(folder.path());
    let (access, cookie) = program.sign_in(&telegram, &person(1)).await;
    let made = std::fs::read(folder.path().join("data/jwt_secret")).unwrap();
    program.signal("TERM");
    assert!(program.ended().success());

    let program = names.serve(folder.path());
    assert_eq!(std::fs::read(folder.path().join("data/jwt_secret")).unwrap(), made);
    let (status, body, _) = program.ask(program.get("/api/v2/me").bearer_auth(&access)).await.unwrap();
    assert_eq!((status, &body["name"]), (200, &"Ivan".into()));
    let (status, _, next) = program.ask(program.post("/api/v2/auth/refresh").header("cookie", &cookie)).await.unwrap();
    assert_eq!(status, 200);
    assert_ne!(next.unwrap(), cookie);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_secret_that_was_cut_short_stops_the_start() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir(folder.path().join("data")).unwrap();
    std::fs::write(folder.path().join("data/jwt_secret"), "short").unwrap();
    let ran = Names::usual("http://127.0.0.1:9", "sqlite://data/neuralbox.db").run(folder.path(), &["serve"]);
    assert_eq!(ran.code, Some(1));
    assert!(ran.err.contains("data/jwt_secret is shorter than 32 bytes"), "{}", ran.err);
}

fn mode(file: &Path) -> u32 {
    std::fs::metadata(file).unwrap().permissions().mode() & 0o777
}
