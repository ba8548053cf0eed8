//! `/start` of a person the bot knows: the menu.

use crate::support::App;
use crate::support::chat::said;
use crate::{on_both, sees};

on_both! {
    async fn start_again_finds_the_same_account(app: App) {
        let ivan = app.person("Ivan");
        app.say(&ivan, "/start").await;
        app.say(&app.person("Olga"), "/start").await;
        app.say(&ivan, "/start deep-link-payload").await;
        let chat = app.say(&ivan, "/profile").await;
        sees!(chat, @"
        <b>Ivan</b>
        Account #1

        Plan: <b>Free</b>, 10 requests a minute
        Balance: <b>100 tokens</b>
        [🔑 My keys] [📊 Usage]
        [🔔 Notifications] [🗣 Language]
        [🚪 Sign-in methods] [📜 Activity]
        [🧩 Apps]
        [🗑 Delete account]
        [‹ Menu]
        ");
    }

    async fn the_account_is_the_one_of_the_website(app: App) {
        let ivan = app.person_on("Ivan", "elite").await;
        let chat = app.greet(&ivan).await;
        sees!(chat, @"
        Hello, <b>Ivan</b>!

        Plan: <b>Elite</b>
        Balance: <b>10,000 tokens</b>
        [🔑 My keys] [➕ New key]
        [📱 Sessions] [🌐 Dashboard]
        [👤 Profile] [⭐ Plans]
        [ℹ️ Help]
        ");
    }

    async fn menus_change_in_place_and_do_not_fill_the_chat(app: App) {
        let ivan = app.person_on("Ivan", "vip").await;
        app.greet(&ivan).await;
        for label in ["👤 Profile", "‹ Menu", "🔑 My keys", "‹ Menu", "ℹ️ Help", "‹ Menu", "➕ New key", "Cancel"] {
            let chat = app.tap(&ivan, label).await;
            assert_eq!(said(&chat), 1, "after {label}: {chat:#?}");
        }
        sees!(app.sandbox.chat(ivan.id), @"
        Hello, <b>Ivan</b>!

        Plan: <b>VIP</b>
        Balance: <b>1,500 tokens</b>
        [🔑 My keys] [➕ New key]
        [📱 Sessions] [🌐 Dashboard]
        [👤 Profile] [⭐ Plans]
        [ℹ️ Help]
        ");
    }
}
