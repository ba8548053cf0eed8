//! Clients that generators of others make from the OpenAPI document: they compile without a warning, and work.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::support;
use crate::support::{App, Database};

/// Programs that use the generated clients, and their settings.
const PROGRAMS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/clients");

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_typescript_program_signs_in_and_lists_keys() {
    support::run(Database::Sqlite, &[], typescript).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_python_program_lists_keys() {
    support::run(Database::Sqlite, &[], python).await;
}

async fn typescript(app: Arc<App>) {
    let modules = folder("TEST_CLIENTS_FOLDER", "with tests/clients/package.json in which `npm ci` was run");
    // Below the modules, where node and the compiler look for them.
    let work = tempfile::tempdir_in(&modules).unwrap();
    write_document(&app, work.path()).await;
    copy(&["program.ts", "tsconfig.json"], work.path());
    let tool = |name: &str| command(modules.join("node_modules/.bin").join(name), &work);

    let mut generate = tool("openapi-typescript");
    generate.args(["openapi.json", "--output", "api.ts"]);
    let said = done(generate).await.to_lowercase();
    assert!(!said.contains("warn") && !said.contains('⚠'), "{said}");
    done(tool("tsc")).await;

    let ivan = app.person_on("Ivan", "vip").await;
    let mut program = command("node", &work);
    program.args(["built/program.js", &app.url, &app.widget_of(&ivan).to_string()]);
    assert_eq!(last_line(&done(program).await), json!(["laptop", "server", "key_not_found"]));
}

async fn python(app: Arc<App>) {
    let environment = folder("TEST_PYTHON_FOLDER", "with scripts/requirements.txt").join("bin");
    let work = tempfile::tempdir().unwrap();
    write_document(&app, work.path()).await;
    copy(&["program.py"], work.path());
    let tool = |name: &str| {
        let mut command = command(environment.join(name), &work);
        // The generator formats its output with a program of the same environment.
        command.env("PATH", format!("{}:/usr/bin:/bin", environment.display()));
        command
    };

    let mut generate = tool("openapi-python-client");
    generate.args([
        "generate",
        "--path",
        "openapi.json",
        "--output-path",
        "client",
        "--meta",
        "none",
        "--fail-on-warning",
    ]);
    done(generate).await;
    let mut compile = tool("python");
    compile.args(["-W", "error", "-m", "compileall", "-q", "client"]);
    done(compile).await;

    let ivan = app.person_on("Ivan", "vip").await;
    let access = app.signed_in(&ivan).await.access.unwrap();
    let mut program = tool("python");
    program.args(["program.py", &app.url, &access]);
    assert_eq!(last_line(&done(program).await), json!(["notebook", "key_not_found"]));
}

/// Folder that a setting names. These tests are never skipped: where the generators are not installed, they fail.
#[expect(clippy::disallowed_methods, reason = "a test learns of the generators as a program does")]
fn folder(setting: &str, what: &str) -> PathBuf {
    let named = std::env::var(setting);
    named.unwrap_or_else(|_| panic!("{setting} must name a folder {what}; scripts/test makes one")).into()
}

async fn write_document(app: &App, folder: &Path) {
    let answer = app.browser().get("/api/v2/openapi.json").await;
    fs::write(folder.join("openapi.json"), answer.text).unwrap();
}

fn copy(files: &[&str], folder: &Path) {
    for file in files {
        fs::copy(Path::new(PROGRAMS).join(file), folder.join(file)).unwrap();
    }
}

fn command(program: impl AsRef<std::ffi::OsStr>, folder: &TempDir) -> Command {
    let mut command = Command::new(program);
    command.current_dir(folder);
    command
}

/// Output of a program that succeeds. The service runs in this process, so its threads must not wait for the program.
async fn done(mut command: Command) -> String {
    let output = tokio::task::spawn_blocking(move || {
        let output = command.output().unwrap_or_else(|error| panic!("{command:?} cannot be started: {error}"));
        let said = [output.stdout, output.stderr].map(|text| String::from_utf8_lossy(&text).into_owned());
        (output.status.success(), said, format!("{command:?}"))
    });
    let (succeeded, [out, err], name) = output.await.unwrap();
    assert!(succeeded, "{name} failed:\n{out}\n{err}");
    format!("{err}\n{out}")
}

fn last_line(said: &str) -> Value {
    serde_json::from_str(said.trim().lines().next_back().unwrap()).unwrap()
}
