//! What an admin tells many people at once.

mod answers;
mod control;
mod drafts;
mod instances;
mod retention;
mod retract;
mod segments;
mod start;

use neuralbox_auth::domain::admin::access::Admin;
use neuralbox_auth::domain::broadcasts::DraftChange;
use neuralbox_auth::model::accounts::account::{TelegramId, TelegramProfile};
use neuralbox_auth::model::broadcasts::{Broadcast, BroadcastId, BroadcastState, LocalizedText};
use neuralbox_auth::model::text::language::Language;

use crate::support::{ADMIN, App};

/// So fast that the clock need not pass.
pub const FAST: [(&str, &str); 1] = [("NEURALBOX_BROADCAST_RATE", "1000000")];
/// What is said.
pub const NEWS: &str = "Your <b>plan</b> has news";

/// The admin.
pub fn ada(app: &App) -> Admin {
    app.domain.admin(TelegramId::new(ADMIN).unwrap()).expect("the admin")
}

/// That many people who have started the bot: the ids of their chats.
pub async fn people(app: &App, count: i64) -> Vec<i64> {
    let ids: Vec<i64> = (2001..=2000 + count).collect();
    for id in &ids {
        meet(app, *id).await;
    }
    ids
}

/// Someone who writes to the bot, as often as they like.
pub async fn meet(app: &App, id: i64) {
    app.sandbox.allow_chats([id]);
    let profile = TelegramProfile::new(TelegramId::new(id).unwrap(), Some("Ivan"), None, None);
    app.domain.find_or_create_account(&profile).await.expect("they are met");
}

/// A draft that says [`NEWS`] in English, to everyone.
pub async fn draft(app: &App) -> BroadcastId {
    let admin = ada(app);
    let id = app.domain.draft_broadcast(&admin, None).await.expect("a draft").id;
    edit(app, id, DraftChange::Text(Language::English, Some(words(NEWS)))).await;
    id
}

/// A text without buttons of its own.
pub fn words(html: &str) -> LocalizedText {
    LocalizedText { html: html.to_owned(), buttons: Vec::new() }
}

/// Changes a draft.
pub async fn edit(app: &App, id: BroadcastId, change: DraftChange) -> Broadcast {
    app.domain.edit_broadcast(&ada(app), id, &[change], None).await.expect("the change")
}

/// Starts a draft with the number of people that it reaches.
pub async fn start(app: &App, id: BroadcastId) -> i64 {
    let count = app.domain.count_recipients(&ada(app), id).await.expect("the number");
    app.domain.start_broadcast(&ada(app), id, count, None).await.expect("the start");
    count
}

/// A broadcast as it is.
pub async fn look(app: &App, id: BroadcastId) -> Broadcast {
    app.domain.broadcast(&ada(app), id).await.expect("the broadcast")
}

/// The broadcast, once it is as it should be.
pub async fn until(app: &App, id: BroadcastId, is: impl Fn(&Broadcast) -> bool) -> Broadcast {
    for _ in 0..100_000 {
        let broadcast = look(app, id).await;
        if is(&broadcast) {
            return broadcast;
        }
        tokio::task::yield_now().await;
    }
    panic!("it stays {:#?}", look(app, id).await);
}

/// The broadcast, once it is done.
pub async fn done(app: &App, id: BroadcastId) -> Broadcast {
    until(app, id, |broadcast| broadcast.state == BroadcastState::Done).await
}

/// How often each of them has the message.
pub fn told(app: &App, people: &[i64]) -> Vec<usize> {
    let count = |id: &i64| app.sandbox.chat(*id).iter().filter(|message| message.text.contains("has news")).count();
    people.iter().map(count).collect()
}

/// The chats that it was tried to tell, in order.
pub fn tries(app: &App) -> Vec<i64> {
    let calls = app.calls("sendMessage").into_iter();
    let of_news = calls.filter(|call| call.params["text"].as_str().is_some_and(|text| text.contains("has news")));
    of_news.filter_map(|call| call.params["chat_id"].as_i64()).collect()
}
