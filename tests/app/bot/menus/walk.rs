//! A walk over every screen that buttons lead to: each has a next step, and no answered question keeps its buttons.

use std::collections::{BTreeSet, VecDeque};

use serde_json::json;
use telegram_sandbox::{Person, VisibleMessage};

use crate::on_both;
use crate::support::chat::last;
use crate::support::{App, admin, russian};

/// Messages that begin a walk.
const ROOTS: [&str; 7] = ["/start", "/keys", "/plans", "/help", "hello", "/dance", "/cancel"];
/// Further ones of admins.
const ADMIN_ROOTS: [&str; 5] = ["/user 1001", "/user", "/stats", "/broadcasts", "/broadcast"];
/// Buttons that answer a question. Once tapped, they are gone from its message.
const ANSWERS: [&str; 13] = [
    "revoke", "rotate", "rename", "newkey", "endall", "leave", "stay", "unlink", "act", "noact", "cancel", "wasme",
    "notme",
];
/// Plans with a trial.
const TRIAL: [(&str, &str); 1] =
    [("NEURALBOX_PLANS_FILE", concat!(env!("CARGO_MANIFEST_DIR"), "/tests/app/bot/accounts/trial_plans.toml"))];
/// Bound of one walk.
const MAX_TAPS: usize = 1500;

/// A person who walks, and how far they have come.
struct Walk<'a> {
    app: &'a App,
    person: &'a Person,
    language: &'a str,
    taps: usize,
}

impl Walk<'_> {
    /// Walks from the roots over every kind of button once; returns the kinds.
    async fn run(&mut self, roots: &[&str]) -> BTreeSet<String> {
        let mut paths: VecDeque<Vec<String>> = roots.iter().map(|root| vec![(*root).to_owned()]).collect();
        let mut pressed = BTreeSet::new();
        while let Some(path) = paths.pop_front() {
            self.prepare().await;
            for next in self.follow(&path).await {
                let is_other_language = next.starts_with("v1:language:") && !next.ends_with(self.language);
                if !is_other_language && pressed.insert(next.clone()) {
                    paths.push_back([&path[..], &[next]].concat());
                }
            }
        }
        pressed
    }

    /// Restores what earlier paths have taken away: the account, a key and a session.
    async fn prepare(&self) {
        let caller = self.app.meet(self.person).await;
        self.app.domain.cancel_deletion(&caller).await.expect("keeping the account");
        self.app.clock.pass(60);
        let mut browser = self.app.signed_in(self.person).await;
        let has_access = self.app.domain.plan_of_account(caller.account()).api_access;
        if has_access && browser.get("keys").await.json()["keys"] == json!([]) {
            browser.post("keys", json!({"name": format!("key {}", self.taps)})).await;
        }
    }

    /// Says the root, then taps the buttons of the path; returns the kinds of button that it has led to.
    async fn follow(&mut self, path: &[String]) -> Vec<String> {
        let Some((root, taps)) = path.split_first() else { return Vec::new() };
        let before = self.app.sandbox.last(self.person.id).map_or(0, |message| message.id);
        self.app.say(self.person, root).await;
        self.check(root, None);
        // A notice from before the root may have the button; its message becomes the next screen.
        let mut tapped = BTreeSet::new();
        for kind in taps {
            let chat = self.app.sandbox.chat(self.person.id);
            let found = chat.iter().rev().flat_map(|message| data_of(message).map(move |data| (message.id, data)));
            let Some((message, data)) = found.into_iter().find(|(_, data)| kind_of(data) == *kind) else {
                // Another path has used it up.
                return Vec::new();
            };
            self.app.sandbox.tap(self.person, message, &data).expect("tapping a button");
            self.app.settled().await;
            tapped.insert(message);
            self.check(&path.join(" > "), Some((message, &data)));
            self.taps += 1;
            assert!(self.taps < MAX_TAPS, "the walk has no end");
            if last(&self.app.sandbox.chat(self.person.id)).button("v1:cancel").is_some() {
                let name = format!("name {}", self.taps);
                self.app.say(self.person, &name).await;
                self.check(&format!("{} > {name}", path.join(" > ")), None);
            }
        }
        let chat = self.app.sandbox.chat(self.person.id);
        let new =
            chat.iter().filter(|message| message.from_bot && (message.id > before || tapped.contains(&message.id)));
        new.flat_map(data_of).map(|data| kind_of(&data)).collect()
    }

    /// Asserts that every message has a button, and that no question but the last one waits for an answer.
    fn check(&self, path: &str, tapped: Option<(i64, &str)>) {
        let chat = self.app.sandbox.chat(self.person.id);
        for message in chat.iter().filter(|message| message.from_bot) {
            assert!(message.buttons.iter().flatten().next().is_some(), "{path}: no next step: {message:#?}");
        }
        let asks = |message: &&VisibleMessage| message.from_bot && message.button("v1:cancel").is_some();
        let open: Vec<_> = chat.iter().filter(asks).collect();
        assert!(open.len() <= 1, "{path}: several open questions: {open:#?}");
        assert!(open.iter().all(|message| message.id == last(&chat).id), "{path}: an old question: {open:#?}");
        let Some((id, data)) = tapped else { return };
        let verb = data.split(':').nth(1).unwrap_or_default();
        let message = chat.iter().find(|message| message.id == id);
        if let Some(message) = message.filter(|_| ANSWERS.contains(&verb)) {
            assert!(message.button(data).is_none(), "{path}: an answered question is live: {message:#?}");
        }
    }
}

/// Callback data of the buttons of a message.
fn data_of(message: &VisibleMessage) -> impl Iterator<Item = String> {
    message.buttons.iter().flatten().filter_map(|button| button.data().map(ToOwned::to_owned))
}

/// Kind of a button: its callback data without the numbers and marks of what it is about.
fn kind_of(data: &str) -> String {
    let is_word = |part: &str| !part.is_empty() && part.chars().all(|c| c.is_ascii_lowercase() || "_?".contains(c));
    let parts = data.split(':').enumerate();
    let parts = parts.map(|(place, part)| if place < 2 || is_word(part) { part } else { "#" });
    parts.collect::<Vec<_>>().join(":")
}

/// Walks as a person and asserts that the walk comes to these buttons.
async fn walk(app: &App, person: &Person, roots: &[&str], comes_to: &[&str]) {
    let language = person.language_code.as_deref().unwrap_or("en");
    let pressed = Walk { app, person, language, taps: 0 }.run(roots).await;
    let missing: Vec<_> = comes_to.iter().filter(|kind| !pressed.contains(**kind)).collect();
    assert!(missing.is_empty(), "not reached: {missing:?} of {pressed:#?}");
}

const EVERYONES: [&str; 14] = [
    "v1:menu",
    "v1:keys",
    "v1:profile",
    "v1:plans",
    "v1:sessions",
    "v1:end:#",
    "v1:signin",
    "v1:notify",
    "v1:quiet",
    "v1:languages",
    "v1:ways",
    "v1:activity",
    "v1:leave?",
    "v1:leave",
];
const WITH_KEYS: [&str; 8] =
    ["v1:newkey", "v1:key:#", "v1:rename:#", "v1:rotate?:#", "v1:revoke?:#", "v1:revoke:#", "v1:testkey:#", "v1:saved"];
const ADMINS: [&str; 3] = ["v1:user:#", "v1:plans?:#", "v1:noact:#"];

on_both! {
    async fn a_person_without_a_plan(app: App) {
        walk(&app, &app.person("Ivan"), &ROOTS, &EVERYONES).await;
    }

    async fn a_person_without_a_plan_in_russian(app: App) {
        walk(&app, &russian(app.person("Мария")), &ROOTS, &EVERYONES).await;
    }

    async fn a_person_who_may_try_a_plan(app: App) with TRIAL; {
        walk(&app, &app.person("Ivan"), &ROOTS, &[&EVERYONES[..], &["v1:trial"]].concat()).await;
    }

    async fn a_person_with_keys(app: App) {
        let ivan = app.person_on("Ivan", "elite").await;
        walk(&app, &ivan, &ROOTS, &[&EVERYONES[..], &WITH_KEYS].concat()).await;
    }

    async fn a_person_with_keys_in_russian(app: App) {
        let maria = russian(app.person_on("Мария", "elite").await);
        walk(&app, &maria, &ROOTS, &[&EVERYONES[..], &WITH_KEYS].concat()).await;
    }

    async fn an_admin(app: App) {
        app.person_on("Ivan", "vip").await;
        app.greet(&admin()).await;
        walk(&app, &admin(), &[&ROOTS[..], &ADMIN_ROOTS].concat(), &[&EVERYONES[..], &ADMINS].concat()).await;
    }

    async fn an_admin_in_russian(app: App) {
        app.person_on("Ivan", "vip").await;
        let ada = russian(admin());
        app.greet(&ada).await;
        walk(&app, &ada, &[&ROOTS[..], &ADMIN_ROOTS].concat(), &[&EVERYONES[..], &ADMINS].concat()).await;
    }
}
