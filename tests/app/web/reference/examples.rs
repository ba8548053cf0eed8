//! Examples of the API reference, run as they are printed.

use std::collections::BTreeMap;
use std::process::{Command, Stdio};
use std::sync::Arc;

use serde_json::json;

use crate::pages::{Reader, between};
use crate::support;
use crate::support::{App, Database};

const LANGUAGES: [&str; 3] = ["curl", "python", "javascript"];

/// Examples in one language, by `method path`.
async fn examples(app: &App, language: &str) -> BTreeMap<String, String> {
    let mut reader = Reader::new(app, "en");
    let overview = reader.get("/docs").await.text;
    let mut groups: Vec<_> =
        overview.split(" href=\"/docs/").skip(1).map(|rest| rest.split(['"', '#']).next().unwrap()).collect();
    groups.sort_unstable();
    groups.dedup();
    let mut examples = BTreeMap::new();
    for group in groups {
        let page = reader.get(&format!("/docs/{group}")).await.text;
        for call in page.split("<section class=\"call card\"").skip(1) {
            let (method, path) =
                (between(call, "\">", "</span>").rsplit("\">").next().unwrap(), between(call, "<code>", "</code>"));
            let code = between(call, &format!("<div class=\"code {language}\"><pre tabindex=\"0\"><code>"), "</code>");
            examples.insert(format!("{method} {path}"), plain(code));
        }
    }
    assert!(examples.len() > 50, "{examples:?}");
    examples
}

/// Reverts the escapes of a page.
fn plain(html: &str) -> String {
    let escapes = [("&#60;", "<"), ("&#62;", ">"), ("&#34;", "\""), ("&#39;", "'"), ("&#38;", "&")];
    escapes.into_iter().fold(html.to_owned(), |text, (escape, character)| text.replace(escape, character))
}

/// Runs a program on an example; fails if the program does. The service runs in this process, so its threads must not
/// wait for the program.
async fn run(mut command: Command) {
    command.stdin(Stdio::null());
    let output = tokio::task::spawn_blocking(move || (command.output(), command)).await.unwrap();
    let (output, command) = (output.0.unwrap(), output.1);
    let said = [output.stdout, output.stderr].map(|text| String::from_utf8_lossy(&text).into_owned());
    assert!(output.status.success(), "{command:?} failed: {said:?}");
}

fn program(language: &str, code: &str) -> Command {
    match language {
        "curl" => {
            let mut command = Command::new("sh");
            command.args(["-c", &format!("{code} --fail-with-body --silent --show-error")]);
            command
        }
        "python" => {
            let mut command = Command::new(python());
            command.args(["-c", code]);
            command
        }
        _ => {
            let mut command = Command::new("node");
            command.args(["--input-type=module", "--eval", code]);
            command
        }
    }
}

#[expect(clippy::disallowed_methods, reason = "a test learns of Python as a program does")]
fn python() -> String {
    let folder = std::env::var("TEST_PYTHON_FOLDER");
    folder.expect("TEST_PYTHON_FOLDER must name a folder with scripts/requirements.txt; scripts/test makes one")
        + "/bin/python"
}

async fn run_as_printed(app: Arc<App>) {
    for language in LANGUAGES {
        let examples = examples(&app, language).await;
        let mut browser = app.signed_in(&app.person_on(language, "vip").await).await;
        let key = browser.post("keys", json!({"name": "of the test"})).await.json()["key"].as_str().unwrap().to_owned();
        let access = browser.access.clone().unwrap();
        // Calls that need nothing but the credential; those of admins and with an id have a test of their own elsewhere.
        let runs = |call: &str, code: &str| {
            let is_read = call.starts_with("GET ") && !call.contains("/admin/") && !call.contains('{');
            (is_read && (code.contains("ACCESS_TOKEN") || code.contains("NEURALBOX_KEY")))
                || call == "POST /api/v2/keys"
        };
        let mut count = 0;
        for (call, code) in examples.iter().filter(|(call, code)| runs(call, code)) {
            let mut command = program(language, code);
            command.env("ACCESS_TOKEN", &access).env("NEURALBOX_KEY", &key);
            run(command).await;
            count += 1;
            assert!(code.contains(&app.url), "{call}");
        }
        assert!(count > 8, "only {count} examples ran");
        let names = browser.get("keys").await.json();
        assert_eq!(names["keys"][1]["name"], "laptop", "the example made a key: {names}");
    }
}

async fn parse_as_printed(app: Arc<App>) {
    let blocks = |examples: BTreeMap<String, String>| examples.into_values().collect::<Vec<_>>();
    let mut command = Command::new("sh");
    command.args(["-n", "-c", &blocks(examples(&app, "curl").await).join("\n")]);
    run(command).await;
    let mut command = Command::new(python());
    let check = "import ast, json, sys\nfor code in json.loads(sys.argv[1]): ast.parse(code)";
    command.args(["-c", check, &json!(blocks(examples(&app, "python").await)).to_string()]);
    run(command).await;
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("examples.mjs");
    let modules: Vec<_> =
        blocks(examples(&app, "javascript").await).into_iter().map(|code| format!("{{\n{code}\n}}")).collect();
    std::fs::write(&file, modules.join("\n")).unwrap();
    let mut command = Command::new("node");
    command.arg("--check").arg(&file);
    run(command).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn reads_and_a_new_key_run_in_every_language() {
    support::run(Database::Sqlite, &[], run_as_printed).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_example_is_well_formed() {
    support::run(Database::Sqlite, &[], parse_as_printed).await;
}
