//! Repeated `kill -9` during a thousand mixed conversations. Each conversation ends in a consistent state.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use neuralbox_auth::model::api_key::PlainKey;
use sqlx::{Connection, PgConnection, SqliteConnection};
use telegram_sandbox::{Fault, FaultKind, Person, VisibleMessage};
use tokio::sync::Notify;

use crate::database::Database;
use crate::program::{Names, Program, Telegram, person};

const PEOPLE: i64 = 40;
/// Conversations per person.
const EACH: usize = 25;
/// Telegram id of the admin, and the number of plans they set.
const ADMIN: i64 = 9000;
const GIVEN: usize = 20;
/// Numbers of ended conversations at which the program is killed.
const KILLED_AT: [usize; 3] = [200, 500, 800];
/// Time limit of one step. Updates in flight at the kill are free again after 15 seconds.
const PATIENCE: Duration = Duration::from_mins(1);

#[tokio::test(flavor = "multi_thread")]
async fn sqlite_ends_a_thousand_conversations_right() {
    end_right(Database::Sqlite).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn postgres_ends_a_thousand_conversations_right() {
    end_right(Database::Postgres).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn sqlite_answers_slow_chats_once() {
    answers_once(Database::Sqlite).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn postgres_answers_slow_chats_once() {
    answers_once(Database::Postgres).await;
}

/// Kills the program while the answers to ten chats are in flight and their later messages wait. Each is answered once
/// and in order by the next run, and meanwhile nobody else waits.
async fn answers_once(database: Database) {
    let (folder, telegram, place) = (tempfile::tempdir().unwrap(), Telegram::start().await, database.make().await);
    let (names, sandbox) = (Names::usual(&telegram.url, place.url()), &telegram.sandbox);
    let mut program = names.serve(folder.path());
    let said = |id: i64| sandbox.chat(id).into_iter().filter(|message| message.from_bot).collect::<Vec<_>>();
    for id in 1..=10 {
        let slow = FaultKind::Slow(Duration::from_mins(1));
        sandbox.inject_fault(Fault::once("sendMessage", slow).in_chat(id).times(u32::MAX));
        for text in ["/start", "/profile", "/help"] {
            sandbox.say(&person(id), text);
        }
    }
    sandbox.say(&person(99), "/start");
    sandbox.wait_for(|_| (!said(99).is_empty()).then_some(())).await.expect("nobody waits for a slow chat");
    sandbox.wait_for(|sandbox| (sandbox.pending_updates() == 0).then_some(())).await.expect("all should be taken in");
    program.kill();
    sandbox.clear_faults();
    program = names.serve(folder.path());
    let all = async {
        // `Sandbox::wait_for` has a shorter timeout, so it is repeated.
        while sandbox.wait_for(|_| (1..=10).all(|id| said(id).len() >= 3).then_some(())).await.is_err() {}
    };
    tokio::time::timeout(PATIENCE, all).await.expect("every update should be handled");
    sandbox.say(&person(99), "/help");
    sandbox.wait_for(|_| (said(99).len() > 1).then_some(())).await.expect("the program works on");
    for id in 1..=10 {
        let answers = said(id);
        assert_eq!(answers.len(), 3, "{answers:#?}");
        // The first attempt already counts as an acquaintance, so the answer may be the menu.
        let is_greeted = ["👋 Hi, ", "Hello, "].iter().any(|hello| answers[0].text.starts_with(hello));
        assert!(is_greeted && answers[1].text.contains("Account #"), "{answers:#?}");
    }
    program.kill();
    place.clear().await;
}

/// Counter of ended conversations.
#[derive(Default)]
struct Ended {
    number: AtomicUsize,
    one_more: Notify,
}

async fn end_right(database: Database) {
    let (folder, telegram, place) =
        (tempfile::tempdir().unwrap(), Arc::new(Telegram::start().await), database.make().await);
    let names = Names::usual(&telegram.url, place.url())
        .with("NEURALBOX_PLANS_FILE", &plans(folder.path()))
        .with("NEURALBOX_ADMINS", &ADMIN.to_string());
    let mut program = names.serve(folder.path());
    let ended = Arc::new(Ended::default());
    let talks: Vec<_> =
        (1..=PEOPLE).map(|id| tokio::spawn(Talk::new(&telegram, person(id)).go(Arc::clone(&ended)))).collect();
    let admin = tokio::spawn(Talk::new(&telegram, person(ADMIN)).give_plans());
    for number in KILLED_AT {
        while ended.number.load(Ordering::SeqCst) < number {
            assert!(
                !talks.iter().all(tokio::task::JoinHandle::is_finished),
                "every conversation is over before the kill"
            );
            let _ = tokio::time::timeout(Duration::from_millis(200), ended.one_more.notified()).await;
        }
        program.kill();
        program = names.serve(folder.path());
    }
    admin.await.expect("the admin's conversation should end");
    for talk in talks {
        talk.await.expect("a conversation should end").assert_right(&program).await;
    }
    telegram
        .sandbox
        .wait_for(|sandbox| (sandbox.pending_updates() == 0).then_some(()))
        .await
        .expect("every update should be handled");
    assert_eq!(given(place.url()).await, i64::try_from(GIVEN).unwrap(), "each plan was set once and recorded once");
    program.kill();
    place.clear().await;
}

/// Defines two plans with unlimited keys, so that one can replace the other.
fn plans(folder: &std::path::Path) -> String {
    let plan = |id: &str| {
        format!(
            "[[plan]]\nid = \"{id}\"\ntitle = \"{id}\"\napi_access = true\nrequests_per_minute = 1000000\n\
             keys = 1000000\nmonthly_tokens = 1\nstars = 0\n"
        )
    };
    let file = folder.join("plans.toml");
    std::fs::write(&file, plan("all") + &plan("more")).unwrap();
    file.to_str().unwrap().to_owned()
}

async fn given(url: &str) -> i64 {
    let sql = "select count(*) from audit_log where after like '%more%' or after like '%all%'";
    if url.starts_with("sqlite") {
        sqlx::query_scalar(sql).fetch_one(&mut SqliteConnection::connect(url).await.unwrap()).await.unwrap()
    } else {
        sqlx::query_scalar(sql).fetch_one(&mut PgConnection::connect(url).await.unwrap()).await.unwrap()
    }
}

/// A person in a chat with the bot. Tracks the keys they should own.
struct Talk {
    telegram: Arc<Telegram>,
    person: Person,
    /// Current name of each live key, by its first name.
    keys: BTreeMap<String, String>,
    made: usize,
}

impl Talk {
    fn new(telegram: &Arc<Telegram>, person: Person) -> Self {
        Self { telegram: Arc::clone(telegram), person, keys: BTreeMap::new(), made: 0 }
    }

    async fn go(mut self, ended: Arc<Ended>) -> Self {
        for number in 0..EACH {
            match number % 8 {
                0 | 1 => self.make_key().await,
                2 => self.rotate().await,
                3 => self.rename().await,
                4 => self.ask("/sessions", "active session").await,
                5 => self.ask("/signin", "Open the dashboard").await,
                6 => self.paste().await,
                _ => self.revoke().await,
            }
            ended.number.fetch_add(1, Ordering::SeqCst);
            ended.one_more.notify_one();
        }
        self
    }

    async fn give_plans(self) {
        for number in 0..GIVEN {
            let (who, plan) =
                (1 + i64::try_from(number).unwrap() % PEOPLE, if number % 2 == 0 { "more" } else { "all" });
            // A plan can be set only after the account exists.
            self.until(|_| self.telegram.sandbox.last(who).filter(|message| message.from_bot).map(drop)).await;
            let since = self.newest();
            self.telegram.sandbox.say(&self.person, &format!("/plan {who} {plan} {}", number + 1));
            let asked = self.said(since, "Put ").await;
            self.telegram.sandbox.tap(&self.person, asked.id, "Confirm").unwrap();
            self.until(|chat| {
                chat.iter().any(|message| message.id == asked.id && !message.text.starts_with("Put ")).then_some(())
            })
            .await;
        }
    }

    async fn make_key(&mut self) {
        self.made += 1;
        let name = format!("k{}", self.made);
        let since = self.newest();
        if self.made.is_multiple_of(2) {
            self.telegram.sandbox.say(&self.person, &format!("/newkey {name}"));
        } else {
            self.telegram.sandbox.say(&self.person, "/newkey");
            self.said(since, "What should the new key be called?").await;
            self.telegram.sandbox.say(&self.person, &name);
            let asked = self.said(since, &format!("How long should {name} work?")).await;
            self.telegram.sandbox.tap(&self.person, asked.id, "No end").unwrap();
        }
        self.said(since, &format!("🔑 {name}\n\nnb_")).await;
        self.keys.insert(name.clone(), name);
    }

    /// Opens the card of the oldest key through the menus; returns the key's first name and the card.
    async fn card(&self) -> Option<(String, VisibleMessage)> {
        let (first, name) = self.keys.iter().next().map(|(first, name)| (first.clone(), name.clone()))?;
        let since = self.newest();
        self.telegram.sandbox.say(&self.person, "/keys");
        let list = self.said(since, "API key").await;
        let row = list.buttons.iter().flatten().find(|button| button.label.contains(&format!(" {name} · ")));
        let row = row.unwrap_or_else(|| panic!("no {name} in {list:#?}")).label.clone();
        self.telegram.sandbox.tap(&self.person, list.id, &row).unwrap();
        Some((first, self.shows(list.id, "Rotate").await))
    }

    async fn rotate(&mut self) {
        let Some((_, card)) = self.card().await else { return };
        self.telegram.sandbox.tap(&self.person, card.id, "🔄 Rotate").unwrap();
        self.shows(card.id, "Stop it now").await;
        let since = self.newest();
        let query = self.telegram.sandbox.tap(&self.person, card.id, "Stop it now").unwrap();
        // An earlier delivery of the tap may have rotated the key before the kill. Then the bot only answers.
        self.until(|chat| {
            let shown = chat.iter().any(|message| message.id > since && message.text.starts_with('🔄'));
            let before = || self.telegram.sandbox.callback_answer(&query).is_some_and(|answer| answer.text.is_some());
            (shown || before()).then_some(())
        })
        .await;
    }

    async fn rename(&mut self) {
        let Some((first, card)) = self.card().await else { return };
        self.telegram.sandbox.tap(&self.person, card.id, "✏️ Rename").unwrap();
        self.shows(card.id, "Cancel").await;
        let (since, name) = (self.newest(), format!("{first}x{}", self.made));
        self.telegram.sandbox.say(&self.person, &name);
        // The question becomes the result. If its message was not known yet, the result is a new one.
        let renamed = format!("🔑 {name}");
        let is_shown = |message: &VisibleMessage| message.id == card.id || message.id > since;
        self.until(|chat| {
            let mut of_bot = chat.iter().filter(|message| message.from_bot && is_shown(message));
            of_bot.any(|message| message.text.contains(&renamed)).then_some(())
        })
        .await;
        self.keys.insert(first, name);
    }

    async fn revoke(&mut self) {
        let Some((first, card)) = self.card().await else { return };
        self.telegram.sandbox.tap(&self.person, card.id, "🗑 Revoke").unwrap();
        self.shows(card.id, "Yes, revoke it").await;
        self.telegram.sandbox.tap(&self.person, card.id, "Yes, revoke it").unwrap();
        self.shows(card.id, "‹ Menu").await;
        self.keys.remove(&first);
    }

    /// Pastes an issued key and waits until the bot deletes the message.
    async fn paste(&mut self) {
        let Some(key) = self.shown().into_values().last() else { return };
        let since = self.newest();
        let pasted = self.telegram.sandbox.say(&self.person, &key);
        self.said(since, "That message contained").await;
        self.until(|chat| (!chat.iter().any(|message| message.id == pasted)).then_some(())).await;
    }

    async fn ask(&self, command: &str, answer: &str) {
        let since = self.newest();
        self.telegram.sandbox.say(&self.person, command);
        self.until(|chat| {
            let words =
                |message: &&VisibleMessage| message.from_bot && message.id > since && !message.text.starts_with('🔔');
            let said = chat
                .iter()
                .filter(words)
                .any(|message| message.text.contains(answer) || message.text.contains("signed in anywhere"));
            said.then_some(())
        })
        .await;
    }

    /// Returns the latest secret shown of each key, by the key's first name.
    fn shown(&self) -> BTreeMap<String, String> {
        let chat = self.telegram.sandbox.chat(self.person.id);
        let secrets = chat.iter().filter(|message| message.from_bot && message.protected).filter_map(|message| {
            let key = PlainKey::find_in(&message.text).next()?;
            let title = message.text.lines().next()?.split_once(' ')?.1;
            Some((title.split('x').next()?.to_owned(), key.reveal().to_owned()))
        });
        secrets.collect()
    }

    /// Asserts that the list holds exactly the keys created and not revoked, and that each works with its latest
    /// secret. No live key may have a secret that was never delivered.
    async fn assert_right(self, program: &Program) {
        let (access, _) = program.sign_in(&self.telegram, &self.person).await;
        let (status, listed, _) = program.ask(program.get("/api/v2/keys").bearer_auth(access)).await.unwrap();
        assert_eq!(status, 200, "{listed}");
        let mut listed: Vec<_> =
            listed["keys"].as_array().unwrap().iter().map(|key| key["name"].as_str().unwrap().to_owned()).collect();
        let mut own: Vec<_> = self.keys.values().cloned().collect();
        listed.sort();
        own.sort();
        assert_eq!(listed, own, "{:#?}", self.telegram.sandbox.chat(self.person.id));
        let shown = self.shown();
        for first in self.keys.keys() {
            assert_eq!(program.verify(&shown[first]).await, 200, "{first} of {}", self.person.id);
        }
        let chat = self.telegram.sandbox.chat(self.person.id);
        for message in chat.iter().filter(|message| message.from_bot) {
            for key in PlainKey::find_in(&message.text).filter(|key| !shown.values().any(|last| last == key.reveal())) {
                assert_eq!(program.verify(key.reveal()).await, 401, "a replaced secret works: {message:#?}");
            }
        }
    }

    /// Returns the id of the newest message.
    fn newest(&self) -> i64 {
        self.telegram.sandbox.last(self.person.id).map_or(0, |message| message.id)
    }

    /// Waits for a message of the bot after `since` that contains `part`.
    async fn said(&self, since: i64, part: &str) -> VisibleMessage {
        self.until(|chat| {
            chat.iter().rfind(|message| message.from_bot && message.id > since && message.text.contains(part)).cloned()
        })
        .await
    }

    /// Waits until the message has a button whose label contains `label`.
    async fn shows(&self, message: i64, label: &str) -> VisibleMessage {
        let has =
            |message: &&VisibleMessage| message.buttons.iter().flatten().any(|button| button.label.contains(label));
        self.until(|chat| chat.iter().filter(|shown| shown.id == message).find(has).cloned()).await
    }

    async fn until<T>(&self, look: impl Fn(&[VisibleMessage]) -> Option<T>) -> T {
        let found = tokio::time::timeout(PATIENCE, async {
            loop {
                let look = |chat: Vec<VisibleMessage>| look(&chat);
                // `Sandbox::wait_for` has a shorter timeout, so it is repeated.
                if let Ok(found) = self.telegram.sandbox.wait_for(|sandbox| look(sandbox.chat(self.person.id))).await {
                    return found;
                }
            }
        });
        found.await.unwrap_or_else(|_| {
            panic!(
                "the chat stays as it is: {:#?}",
                self.telegram.sandbox.chat(self.person.id).iter().rev().take(4).collect::<Vec<_>>()
            )
        })
    }
}
