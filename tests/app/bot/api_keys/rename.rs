//! Rename of an API key in the chat.

use crate::support::chat::{key_in, last};
use crate::support::{App, russian, verify};
use crate::{on_both, sees};

on_both! {
    async fn the_key_is_called_what_they_write(app: App) {
        let ivan = app.person_on("Ivan", "vip").await;
        let key = key_in(&app.say(&ivan, "/newkey laptop").await);
        app.say(&ivan, "/newkey desktop").await;
        let row = last(&app.say(&ivan, "/keys").await).buttons[0][0].label.clone();
        app.tap(&ivan, &row).await;
        let chat = app.tap(&ivan, "✏️ Rename").await;
        sees!(chat, @"
        What should <b>laptop</b> be called?

        Send a new name of up to 64 characters.
        [Cancel]
        ");
        let chat = app.say(&ivan, "desktop").await;
        sees!(chat, @"
        You already have a key called <b>desktop</b>. Send another name, or /cancel.
        [Cancel]
        ");
        let chat = app.say(&ivan, "old laptop").await;
        sees!(chat, @"
        ✅ Renamed to <b>old laptop</b>.

        🔑 <b>old laptop</b>
        <code>nb_·…·</code>

        Status: active
        Created: just now
        Last used: never
        [✏️ Rename] [🔄 Rotate]
        [📅 Expiry] [🗑 Revoke]
        [‹ Keys]
        ");
        assert_eq!(verify(&app, &key).await.header("x-neuralbox-key-name"), "old%20laptop");
        let chat = app.say(&ivan, "and again").await;
        sees!(chat, @"
        I only understand commands and buttons. See /help.
        [‹ Menu]
        ");
    }

    async fn turning_to_something_else_withdraws_the_question(app: App) {
        let maria = russian(app.person_on("Мария", "vip").await);
        app.say(&maria, "/newkey ноутбук").await;
        let row = last(&app.say(&maria, "/keys").await).buttons[0][0].label.clone();
        app.tap(&maria, &row).await;
        let chat = app.tap(&maria, "✏️ Переименовать").await;
        sees!(chat, @"
        Как теперь назвать ключ <b>ноутбук</b>?

        Пришлите название до 64 символов.
        [Отмена]
        ");
        app.tap(&maria, "Отмена").await;
        app.say(&maria, "компьютер").await;
        let chat = app.say(&maria, "/keys").await;
        assert!(last(&chat).buttons[0][0].label.starts_with("🔑 ноутбук"), "{chat:#?}");
    }
}
