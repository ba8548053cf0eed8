//! Broadcasts from the command line, sent by the running service.

use std::time::{Duration, Instant};

use telegram_sandbox::UserMessage;

use crate::database::Database;
use crate::program::{Names, Telegram, person};

#[tokio::test(flavor = "multi_thread")]
async fn sqlite_is_told_at_the_command_line() {
    is_told_at_the_command_line(Database::Sqlite).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn postgres_is_told_at_the_command_line() {
    is_told_at_the_command_line(Database::Postgres).await;
}

async fn is_told_at_the_command_line(database: Database) {
    let (folder, telegram, place) = (tempfile::tempdir().unwrap(), Telegram::start().await, database.make().await);
    let names =
        Names::usual(&telegram.url, place.url()).with("RUST_LOG", "off").with("NEURALBOX_JWT_SECRET", &"x".repeat(32));
    let run = |arguments: &[&str]| {
        let ran = names.run(folder.path(), &[&["admin", "broadcast"], arguments].concat());
        format!("{} {}{}", ran.code.unwrap(), ran.out, ran.err)
    };
    let program = names.clone().with("RUST_LOG", "info").serve(folder.path());
    telegram.sandbox.send(&person(1001), UserMessage::html("/start")).unwrap();
    telegram.sandbox.wait_for(|sandbox| sandbox.last(1001).filter(|message| message.from_bot)).await.unwrap();

    let new = [
        "new",
        "--en",
        "<b>Hello</b>",
        "--ru",
        "Привет",
        "--button",
        "Read - https://example.org/news",
        "--about",
        "service",
        "--to",
        "people:1001,1002",
        "--once",
        "first",
    ];
    let drafted = run(&new);
    assert_eq!(
        drafted,
        "0 #1 draft, by the operator: Hello\n  en: <b>Hello</b>\n  ru: Привет\n  button: Read - https://example.org/news\n  \
         to: people:1001,1002, about: service, immediately\n  reaches 1 people now; send it with:\n  \
         neuralbox-auth admin broadcast start 1 --recipients 1\n"
    );
    assert_eq!(run(&new), drafted, "the same idempotency key returns the same draft");
    assert_eq!(run(&["list"]), "0 #1 draft, by the operator: Hello\n");
    for (wrong, said) in [
        (
            &["start", "1", "--recipients", "2"][..],
            "1 neuralbox-auth: the broadcast now reaches 1 people, not 2; nothing was sent\n",
        ),
        (&["pause", "1"], "1 neuralbox-auth: the broadcast is draft, so this isn't possible now\n"),
        (&["show", "7"], "1 neuralbox-auth: no such broadcast\n"),
        (&["new", "--en", "<b>x"], "1 neuralbox-auth: texts.en.html must be Telegram's HTML: <b> is never closed\n"),
        (
            &["new", "--en", "x", "--to", "plans:gold"],
            "1 neuralbox-auth: segment.plans must be ids of plans; \"gold\" is none\n",
        ),
    ] {
        assert_eq!(run(wrong), said, "{wrong:?}");
    }
    for wrong in [
        &["new"][..],
        &["new", "--en", "x", "--button", "Read https://example.org"],
        &["new", "--en", "x", "--to", "everybody"],
        &["new", "--en", "x", "--about", "balance"],
        &["new", "--en", "x", "--at", "tomorrow"],
        &["new", "--photo", "a", "--document", "b"],
        &["start", "1"],
        &["show"],
    ] {
        let said = run(wrong);
        assert!(said.starts_with("2 "), "{wrong:?}: {said}");
    }

    let started = run(&["start", "1", "--recipients", "1"]);
    let is_begun = started.contains("sent ") || started.contains("preparing: ");
    assert!(started.starts_with("0 #1 ") && is_begun, "{started}");
    telegram
        .sandbox
        .wait_for(|sandbox| sandbox.last(1001).filter(|message| message.html == "<b>Hello</b>"))
        .await
        .unwrap();
    let since = Instant::now();
    while !run(&["show", "1"]).starts_with("0 #1 done, by the operator: Hello\n") {
        assert!(since.elapsed() < Duration::from_secs(20), "{}", run(&["show", "1"]));
    }
    assert_eq!(run(&["failures", "1"]), "0 n,telegram_id,outcome,reason,at\r\n");
    let retracted = run(&["retract", "1"]);
    assert!(retracted.starts_with("0 #1 retract"), "{retracted}");
    telegram
        .sandbox
        .wait_for(|sandbox| sandbox.chat(1001).iter().all(|message| message.html != "<b>Hello</b>").then_some(()))
        .await
        .unwrap();
    combines_copies_and_tests(&run);
    let help = names.run(folder.path(), &["admin", "broadcast", "new", "--help"]).out;
    for option in ["--en <HTML>", "--button <BUTTON>", "--to <TO>", "--link-preview", "--at <TIME>", "--once <NAME>"] {
        assert!(help.contains(option), "{option}: {help}");
    }
    program.kill();
    place.clear().await;
}

/// Drafts for combined segments, a copy of one, and a test without admins.
fn combines_copies_and_tests(run: &dyn Fn(&[&str]) -> String) {
    let to = "people:#1 and not (language:ru or_not)";
    let said = run(&["new", "--en", "x", "--to", to]);
    assert!(said.starts_with("2 ") && said.contains("must have `and` or `except` before \"or_not\""), "{said}");
    let to = "language:en except (plans:vip and active_within:7)";
    let drafted = run(&["new", "--ru", "Привет", "--link-preview", "--to", to]);
    let id = id_of(&drafted);
    let expected = |id: &str| {
        format!(
            "0 #{id} draft, by the operator: Привет\n  ru: Привет\n      with a link preview\n  \
             to: language:en and not (plans:vip and active_within:7), about: product_news, immediately\n  \
             warning: 1 of them read en, which has no text\n  reaches 1 people now; send it with:\n  \
             neuralbox-auth admin broadcast start {id} --recipients 1\n"
        )
    };
    assert_eq!(drafted, expected(&id));
    let copied = run(&["copy", &id]);
    let copy = id_of(&copied);
    assert!(copy != id);
    assert_eq!(copied, expected(&copy));
    assert_eq!(run(&["copy", "99"]), "1 neuralbox-auth: no such broadcast\n");
    assert!(run(&["new", "--en", "x", "--to", "people:#1"]).contains("to: people:1001, "), "an account is found");
    for (to, said) in [
        ("people:@nobody_here", "segment must name people; \"@nobody_here\" is nobody here"),
        ("not plans:gold", "segment.of.plans must be ids of plans; \"gold\" is none"),
    ] {
        assert_eq!(run(&["new", "--en", "x", "--to", to]), format!("1 neuralbox-auth: {said}\n"));
    }
    let tested = run(&["test", &id]);
    assert_eq!(tested, "1 neuralbox-auth: admins must have started the bot: none of them can get the test\n");
}

/// Number of the broadcast that an output begins with.
fn id_of(output: &str) -> String {
    output.strip_prefix("0 #").and_then(|rest| rest.split(' ').next()).expect(output).to_owned()
}
