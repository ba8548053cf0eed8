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
async fn the_secret_is_created_once_and_stored() {
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

/// An existing file keeps its mode. The operator is told, with the command that changes it.
#[tokio::test(flavor = "multi_thread")]
async fn files_that_others_can_read_are_named() {
    let (folder, telegram) = (tempfile::tempdir().unwrap(), Telegram::start().await);
    let names = Names::usual(&telegram.url, "sqlite://data/neuralbox.db");
    names.serve(folder.path()).kill();
    let doctor = names.run(folder.path(), &["doctor"]);
    assert!(!doctor.out.contains("chmod"), "{}", doctor.out);

    std::fs::write(folder.path().join(".env"), "").unwrap();
    for (file, mode) in [(".env", 0o644), ("data/jwt_secret", 0o640), ("data/neuralbox.db", 0o606)] {
        std::fs::set_permissions(folder.path().join(file), std::fs::Permissions::from_mode(mode)).unwrap();
    }
    let doctor = names.run(folder.path(), &["doctor"]);
    let program = names.serve(folder.path());
    for file in [".env", "data/jwt_secret", "data/neuralbox.db"] {
        assert!(
            doctor.out.contains(&format!("{file} is open to other users of this machine: chmod 600 {file}")),
            "{doctor:?}"
        );
    }
    assert_eq!(doctor.out.matches("warn   files").count(), 3, "{doctor:?}");
    drop(program);
    let program = names.begin(folder.path());
    program.line("chmod 600 data/jwt_secret");
}

/// The old secret moves to `NEURALBOX_JWT_SECRET_PREVIOUS`, and nobody is signed out.
#[tokio::test(flavor = "multi_thread")]
async fn a_change_of_the_secret_signs_nobody_out() {
    let (folder, telegram) = (tempfile::tempdir().unwrap(), Telegram::start().await);
    let names =
        |secret: &str| Names::usual(&telegram.url, "sqlite://a.db").with("NEURALBOX_JWT_SECRET", &secret.repeat(32));
    let program = names("a").serve(folder.path());
    let (access, first) = program.sign_in(&telegram, &person(1)).await;
    let refresh = async |program: &crate::program::Program, cookie: &str| {
        program.ask(program.post("/api/v2/auth/refresh").header("cookie", cookie)).await.unwrap()
    };
    let me = async |program: &crate::program::Program, access: &str| {
        program.ask(program.get("/api/v2/me").bearer_auth(access)).await.unwrap().0
    };
    // The answer with the second token is lost on its way.
    let (_, _, second) = refresh(&program, &first).await;
    drop(program);

    let changed = names("b").with("NEURALBOX_JWT_SECRET_PREVIOUS", &"a".repeat(32));
    let program = changed.serve(folder.path());
    assert_eq!(me(&program, &access).await, 200, "what the previous secret signed is valid");
    let (status, body, again) = refresh(&program, &first).await;
    assert_eq!((status, again), (200, second), "{body}");
    let new = body["access_token"].as_str().unwrap().to_owned();
    let header = new.split('.').next().unwrap();
    let header = base64::Engine::decode(&base64::engine::general_purpose::URL_SAFE_NO_PAD, header).unwrap();
    let header: serde_json::Value = serde_json::from_slice(&header).unwrap();
    assert_eq!(header, serde_json::json!({"alg": "HS256", "typ": "at+jwt"}), "a published contract, without kid");
    drop(program);

    let program = names("b").serve(folder.path());
    assert_eq!(me(&program, &access).await, 401, "without the previous secret, its tokens end");
    assert_eq!(me(&program, &new).await, 200, "new tokens are signed with the new secret alone");
}

fn mode(file: &Path) -> u32 {
    std::fs::metadata(file).unwrap().permissions().mode() & 0o777
}
