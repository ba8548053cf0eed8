//! Broadcasts: one message to many people.

mod admin_sign_ins;
mod answers;
mod api;
mod control;
mod copies;
mod drafts;
mod instances;
mod reports;
mod retention;
mod retract;
mod segments;
mod start;

use neuralbox_auth::domain::admin::access::Admin;
use neuralbox_auth::domain::broadcasts::DraftChange;
use neuralbox_auth::model::accounts::account::TelegramId;
use neuralbox_auth::model::accounts::identity::TelegramProfile;
use neuralbox_auth::model::broadcasts::{Broadcast, BroadcastId, BroadcastState, LocalizedText};
use neuralbox_auth::model::text::language::Language;

use crate::support::{ADMIN, App};

/// A rate at which the clock need not advance.
pub const FAST: [(&str, &str); 1] = [("NEURALBOX_BROADCAST_RATE", "1000000")];
/// Text of the drafts.
pub const NEWS: &str = "Your <b>plan</b> has news";

/// Returns the admin.
pub fn ada(app: &App) -> Admin {
    app.domain.admin(TelegramId::new(ADMIN).unwrap()).expect("an admin")
}

/// Creates `count` people who have started the bot; returns the ids of their chats.
pub async fn people(app: &App, count: i64) -> Vec<i64> {
    let ids: Vec<i64> = (2001..=2000 + count).collect();
    for id in &ids {
        meet(app, *id).await;
    }
    ids
}

/// Creates a person who has started the bot, or finds them again.
pub async fn meet(app: &App, id: i64) {
    app.sandbox.allow_chats([id]);
    let profile = TelegramProfile::new(TelegramId::new(id).unwrap(), Some("Ivan"), None, None);
    app.domain.find_or_create_account(&profile).await.expect("an account");
}

/// Creates a draft with [`NEWS`] in English, to everyone.
pub async fn draft(app: &App) -> BroadcastId {
    let admin = ada(app);
    let id = app.domain.draft_broadcast(&admin, None).await.expect("a draft").id;
    edit(app, id, DraftChange::Text(Language::English, Some(words(NEWS)))).await;
    id
}

/// Builds a text without buttons.
pub fn words(html: &str) -> LocalizedText {
    LocalizedText { html: html.to_owned(), buttons: Vec::new() }
}

/// Changes a draft.
pub async fn edit(app: &App, id: BroadcastId, change: DraftChange) -> Broadcast {
    app.domain.edit_broadcast(&ada(app), id, &[change], None).await.expect("an edited draft")
}

/// Starts a draft with the number of people that it reaches; returns the number.
pub async fn start(app: &App, id: BroadcastId) -> i64 {
    let count = app.domain.count_recipients(&ada(app), id).await.expect("a number of recipients");
    app.domain.start_broadcast(&ada(app), id, count, None).await.expect("a started broadcast");
    count
}

/// Returns the present state of a broadcast.
pub async fn look(app: &App, id: BroadcastId) -> Broadcast {
    app.domain.broadcast(&ada(app), id).await.expect("a broadcast")
}

/// Waits until the broadcast meets a condition.
pub async fn until(app: &App, id: BroadcastId, is: impl Fn(&Broadcast) -> bool) -> Broadcast {
    for _ in 0..100_000 {
        let broadcast = look(app, id).await;
        if is(&broadcast) {
            return broadcast;
        }
        tokio::task::yield_now().await;
    }
    panic!("the broadcast stays {:#?}", look(app, id).await);
}

/// Waits until the broadcast is done.
pub async fn done(app: &App, id: BroadcastId) -> Broadcast {
    until(app, id, |broadcast| broadcast.state == BroadcastState::Done).await
}

/// Number of copies of the message in each chat.
pub fn received(app: &App, people: &[i64]) -> Vec<usize> {
    let count = |id: &i64| app.sandbox.chat(*id).iter().filter(|message| message.text.contains("has news")).count();
    people.iter().map(count).collect()
}

/// Chats in which delivery was attempted, in order.
pub fn attempts(app: &App) -> Vec<i64> {
    let calls = app.calls("sendMessage").into_iter();
    let of_news = calls.filter(|call| call.params["text"].as_str().is_some_and(|text| text.contains("has news")));
    of_news.filter_map(|call| call.params["chat_id"].as_i64()).collect()
}
