//! Sign-in methods and activity of an account in the chat.

use serde_json::json;

use crate::support::chat::last;
use crate::support::{App, russian};
use crate::{is_warned, on_both, sees};

on_both! {
    async fn identities_are_listed_and_one_is_unlinked_after_a_question(app: App) {
        let ivan = app.chatting(app.person("Ivan"), "vip").await;
        let other = app.person("Other");
        let mut browser = app.signed_in(&ivan).await;
        browser.post("identities/telegram", app.widget_of(&other)).await;
        app.warned(&ivan, 2).await;
        app.say(&ivan, "/profile").await;
        let chat = app.tap(&ivan, "🚪 Sign-in methods").await;
        sees!(chat, @"
        🚪 <b>Sign-in methods</b>

        Telegram: <b>@ivan_1001</b>
        Telegram: <b>@other_1002</b>
        [✖ Remove @ivan_1001]
        [✖ Remove @other_1002]
        [➕ Add a sign-in method]
        [‹ Profile]
        ");
        let chat = app.tap(&ivan, "✖ Remove @other_1002").await;
        sees!(chat, @"
        Remove Telegram <b>@other_1002</b> from your sign-in methods?

        Signing in with it will open a new, empty account instead of yours. You can add it back later.
        [Yes, remove it]
        [🚪 Sign-in methods]
        ");
        let chat = app.tap(&ivan, "Yes, remove it").await;
        assert_eq!(app.word(), "Removed: @other_1002");
        assert!(last(&chat).button("✖ Remove @ivan_1001").is_none(), "the last one has no button: {chat:#?}");
        let chat = app.warned(&ivan, 3).await;
        is_warned!(chat, @"
        🔔 <b>Sign-in method removed</b>

        Telegram: @other_1002
        [↩️ Undo: it wasn’t me]
        [🚪 Sign-in methods] [📱 Sessions]
        ");
    }

    async fn another_identity_is_linked_on_the_page_that_the_chat_opens(app: App) {
        let ivan = app.chatting(app.person("Ivan"), "vip").await;
        app.say(&ivan, "/profile").await;
        app.tap(&ivan, "🚪 Sign-in methods").await;
        let chat = app.tap(&ivan, "➕ Add a sign-in method").await;
        let shown = last(&chat);
        assert!(shown.protected && format!("{shown:?}").contains("next=%2Fweb%2Fprofile%2Fsecurity"), "{shown:?}");
    }

    async fn a_person_asked_to_link_sees_what_that_means(app: App) {
        let (ivan, maria) = (app.chatting(app.person("Ivan"), "vip").await, app.chatting(russian(app.person("Мария")), "vip").await);
        let mut browser = app.signed_in(&ivan).await;
        let told = browser.post("identities/telegram/start", json!({})).await.json();
        let chat = app.say(&maria, &format!("/start signin_{}", told["code"].as_str().unwrap())).await;
        let text = &last(&chat).text;
        assert!(text.contains("Ivan (#1)") && text.contains("Владелец того аккаунта получит ваши ключи и токены."), "{text}");
        let chat = app.tap(&maria, &told["match"].to_string()).await;
        assert!(last(&chat).text.starts_with("✅ Подтверждено: unknown program."), "{chat:#?}");
    }

    async fn what_happened_is_reported_in_chat(app: App) {
        let ivan = app.chatting(app.person("Ivan"), "vip").await;
        let mut browser = app.signed_in_with(&ivan, "laptop/1").await;
        app.warned(&ivan, 1).await;
        browser.post("keys", json!({"name": "a<b>"})).await;
        app.say(&ivan, "/profile").await;
        let chat = app.tap(&ivan, "📜 Activity").await;
        sees!(chat, @"
        📜 <b>Recent activity</b>

        Created key “a&lt;b&gt;”
        <i>just now · laptop/1, 127.0.0.x</i>

        Signed in with Telegram
        <i>just now · laptop/1, 127.0.0.x</i>

        Plan changed to VIP
        <i>just now · the operator</i>

        Everything from the last 180 days: http://HERE/web/profile/activity
        [‹ Profile]
        ");
    }
}
