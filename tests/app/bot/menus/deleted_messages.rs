//! Edits of messages that are gone. Only "message is not modified" is nothing to do.

use telegram_sandbox::{Fault, FaultKind};

use crate::on_both;
use crate::support::App;
use crate::support::chat::{last, said};

/// Texts with which Telegram refuses an edit (`Client.cpp` of `tdlib/telegram-bot-api`, and the server behind it).
const REFUSALS: [&str; 12] = [
    "Bad Request: message to edit not found",
    "Bad Request: message not found",
    "Bad Request: MESSAGE_ID_INVALID",
    "Bad Request: message can't be edited",
    "Bad Request: message identifier is not specified",
    "Bad Request: MESSAGE_EDIT_TIME_EXPIRED",
    "Bad Request: MESSAGE_AUTHOR_REQUIRED",
    "Bad Request: there is no text in the message to edit",
    "Bad Request: inline message ID is invalid",
    "Bad Request: message thread not found",
    "Bad Request: can't parse entities: unsupported start tag",
    "Bad Request: a refusal of tomorrow",
];
const NOT_MODIFIED: [&str; 2] = [
    "Bad Request: message is not modified: specified new message content and reply markup are exactly the same as a \
     current content and reply markup of the message",
    "Bad Request: MESSAGE_NOT_MODIFIED",
];

fn refuse(app: &App, description: &str) {
    let refused = FaultKind::Refused { code: 400, description: description.to_owned() };
    app.sandbox.inject_fault(Fault::once("editMessageText", refused).times(2));
}

on_both! {
    async fn whatever_is_refused_is_shown_in_a_new_message(app: App) {
        let ivan = app.person("Ivan");
        app.greet(&ivan).await;
        for (number, refusal) in REFUSALS.iter().enumerate() {
            refuse(&app, refusal);
            let before = said(&app.sandbox.chat(ivan.id));
            let (button, shown) = if number % 2 == 0 { ("👤 Profile", "Ivan\nAccount") } else { ("‹ Menu", "Hello, Ivan!") };
            let chat = app.tap(&ivan, button).await;
            assert_eq!(said(&chat), before + 1, "{refusal}: {chat:#?}");
            assert!(last(&chat).text.starts_with(shown), "{refusal}: {chat:#?}");
            app.sandbox.clear_faults();
        }
    }

    async fn what_is_the_same_is_left_as_it_is(app: App) {
        let ivan = app.person("Ivan");
        app.greet(&ivan).await;
        for same in NOT_MODIFIED {
            refuse(&app, same);
            let before = said(&app.sandbox.chat(ivan.id));
            let chat = app.tap(&ivan, "👤 Profile").await;
            assert_eq!(said(&chat), before, "{same}: {chat:#?}");
            app.sandbox.clear_faults();
        }
    }

    async fn a_menu_that_was_deleted_is_shown_again(app: App) {
        let ivan = app.person("Ivan");
        let menu = last(&app.greet(&ivan).await).id;
        let query = app.sandbox.tap(&ivan, menu, "👤 Profile").unwrap();
        app.sandbox.delete(ivan.id, menu);
        app.settled().await;
        let chat = app.sandbox.chat(ivan.id);
        assert!(last(&chat).text.starts_with("Ivan\nAccount"), "{chat:#?}");
        assert!(app.sandbox.callback_answer(&query).is_some());
    }
}
