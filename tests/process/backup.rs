//! Backup and restore by the operator.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::Command;

use crate::database::{Database, Place};
use crate::program::{Names, Telegram, person};

#[tokio::test(flavor = "multi_thread")]
async fn sqlite_is_copied_while_it_serves() {
    is_copied_while_it_serves(Database::Sqlite).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn postgres_is_copied_while_it_serves() {
    is_copied_while_it_serves(Database::Postgres).await;
}

async fn is_copied_while_it_serves(database: Database) {
    let (folder, telegram, place) = (tempfile::tempdir().unwrap(), Telegram::start().await, database.make().await);
    let names = |url: &str| {
        Names::usual(&telegram.url, url).with("NEURALBOX_JWT_SECRET", &"x".repeat(32)).with("PATH", "/usr/bin:/bin")
    };
    let run = |arguments: &[&str]| said(&names(place.url()), folder.path(), arguments);
    let program = names(place.url()).serve(folder.path());
    let (access, cookie) = program.sign_in(&telegram, &person(1001)).await;
    run(&["admin", "plan", "#1", "vip"]);
    let key = program.key(&access, "laptop").await;

    let backed_up = run(&["backup", "copy"]);
    let file = folder.path().join("copy");
    let bytes = fs::read(&file).unwrap();
    assert_eq!(backed_up, format!("0 copy: {} bytes\n", bytes.len()));
    assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);

    program.sign_in(&telegram, &person(1002)).await;
    let again = run(&["backup", "copy"]);
    assert_eq!(again, "1 neuralbox-auth: copy: already exists; a backup never overwrites a file\n");
    assert!(
        run(&["backup", "no/such/folder"]).starts_with("1 neuralbox-auth: no/such/folder: No such file or directory")
    );
    assert_eq!(fs::read(&file).unwrap(), bytes);
    drop(program);

    let elsewhere = database.make_empty().await;
    restore(database, &file, &elsewhere);
    let program = names(elsewhere.url()).serve(folder.path());
    assert_eq!(program.verify(&key).await, 200);
    let (status, ..) = program.ask(program.post("/api/v2/auth/refresh").header("cookie", &cookie)).await.unwrap();
    assert_eq!(status, 200, "sessions survive a restore");
    assert_eq!(
        said(&names(elsewhere.url()), folder.path(), &["admin", "user", "1002"]),
        "1 neuralbox-auth: no such user\n"
    );
    drop(program);
    left(folder.path(), &["copy"]);
    elsewhere.clear().await;
    place.clear().await;
}

#[test]
fn without_a_database_there_is_no_copy() {
    let folder = tempfile::tempdir().unwrap();
    let run = |url: &str| {
        said(&Names::usual("http://127.0.0.1:9", url).with("PATH", "/usr/bin:/bin"), folder.path(), &["backup", "copy"])
    };
    assert_eq!(run("sqlite://nothing.db"), "1 neuralbox-auth: copy: DATABASE_URL: the database does not exist\n");
    let refused = run("postgres://ivan:a-password@127.0.0.1:9/neuralbox");
    assert!(refused.starts_with("1 neuralbox-auth: copy: pg_dump: ") && refused.contains("refused"), "{refused}");
    assert!(!refused.contains("a-password"), "{refused}");
    left(folder.path(), &[]);
}

#[test]
fn without_its_program_a_copy_of_postgres_says_what_to_install() {
    let folder = tempfile::tempdir().unwrap();
    let names = Names::usual("http://127.0.0.1:9", "postgres://127.0.0.1:9/neuralbox")
        .with("PATH", folder.path().to_str().unwrap());
    let refused = said(&names, folder.path(), &["backup", "copy"]);
    assert!(refused.contains("pg_dump") && refused.contains("postgresql-client"), "{refused}");
    left(folder.path(), &[]);
}

/// Runs a command; returns its exit code and output.
fn said(names: &Names, folder: &Path, arguments: &[&str]) -> String {
    let ran = names.clone().with("RUST_LOG", "off").run(folder, arguments);
    format!("{} {}{}", ran.code.unwrap(), ran.out, ran.err)
}

/// Restores a backup as the README describes.
fn restore(database: Database, copy: &Path, to: &Place) {
    if matches!(database, Database::Sqlite) {
        fs::copy(copy, to.url().trim_start_matches("sqlite://")).unwrap();
        return;
    }
    let restored = Command::new("pg_restore").args(["--no-owner", "--dbname", to.url()]).arg(copy).status().unwrap();
    assert!(restored.success());
}

/// Asserts that the folder holds only `names` and the service's own `data`.
fn left(folder: &Path, names: &[&str]) {
    let files = fs::read_dir(folder).unwrap().map(|file| file.unwrap().file_name().into_string().unwrap());
    assert_eq!(files.filter(|name| name != "data").collect::<Vec<_>>(), names);
}
