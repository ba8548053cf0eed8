//! A broadcast goes out as the admin sent it: cover, caption above, link preview, and the length that Telegram allows.

use serde_json::{Value, json};
use telegram_sandbox::{Person, Sandbox};

use crate::on_both;
use crate::support::chat::{last, said};
use crate::support::{App, admin};

/// Sends the admin's message with these fields, opens the preview and starts the broadcast to both people. Waits until
/// Ivan has it.
async fn broadcast(app: &App, ada: &Person, ivan: &Person, fields: Value) {
    app.say(ada, "/broadcast").await;
    write(app, ada, fields).await;
    start(app, ada, ivan).await;
}

async fn start(app: &App, ada: &Person, ivan: &Person) {
    app.tap(ada, "👁 Preview and send").await;
    // A call is logged once it is answered, later than its message is in the chat.
    let calls = |sandbox: &Sandbox| sandbox.calls().iter().filter(|call| call.params["chat_id"] == ivan.id).count();
    let before = calls(&app.sandbox);
    app.say(ada, "2").await;
    for _ in 0..20 {
        app.clock.pass(1);
        let sent = app.sandbox.wait_for(|sandbox| (calls(sandbox) > before).then_some(()));
        if tokio::time::timeout(std::time::Duration::from_secs(1), sent).await.is_ok() {
            return;
        }
    }
    panic!("the broadcast does not arrive: {:#?}", app.sandbox.chat(ada.id));
}

async fn write(app: &App, ada: &Person, fields: Value) {
    let mut message = json!({
        "message_id": 900, "date": app.clock.unix(), "chat": {"id": ada.id, "type": "private", "first_name": "Ada"},
        "from": {"id": ada.id, "is_bot": false, "first_name": "Ada"},
    });
    message.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
    app.sandbox.push_update(json!({"message": message}));
    app.settled().await;
}

/// Parameters of the last call of the method to Ivan.
fn sent_to(app: &App, ivan: &Person, method: &str) -> Value {
    app.calls(method).iter().rfind(|call| call.params["chat_id"] == ivan.id).expect("a message to Ivan").params.clone()
}

fn photo(more: &Value) -> Value {
    let mut photo =
        json!({"photo": [{"file_id": "AgAC", "file_unique_id": "u", "width": 9, "height": 9}], "caption": "Look"});
    photo.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    photo
}

on_both! {
    async fn a_covered_photo_stays_covered_and_its_caption_above(app: App) {
        let (ada, ivan) = (admin(), app.chatting(app.person("Ivan"), "free").await);
        app.greet(&ada).await;
        broadcast(&app, &ada, &ivan, photo(&json!({"has_media_spoiler": true, "show_caption_above_media": true}))).await;
        let sent = sent_to(&app, &ivan, "sendPhoto");
        assert_eq!((&sent["has_spoiler"], &sent["show_caption_above_media"]), (&json!(true), &json!(true)), "{sent}");
        let preview = sent_to(&app, &ada, "sendPhoto");
        assert_eq!(preview["has_spoiler"], true, "{preview}");
        broadcast(&app, &ada, &ivan, photo(&json!({}))).await;
        let sent = sent_to(&app, &ivan, "sendPhoto");
        assert!(sent.get("has_spoiler").is_none() && sent.get("show_caption_above_media").is_none(), "{sent}");
    }

    async fn a_link_preview_is_as_its_author_chose_it(app: App) {
        let (ada, ivan) = (admin(), app.chatting(app.person("Ivan"), "free").await);
        app.greet(&ada).await;
        for (chosen, options) in [
            (json!({}), json!({})),
            (json!({"link_preview_options": {"is_disabled": true}}), json!({"is_disabled": true})),
            (
                json!({"link_preview_options": {"url": "https://a.example/b", "prefer_large_media": true, "show_above_text": true}}),
                json!({"url": "https://a.example/b", "prefer_large_media": true, "show_above_text": true}),
            ),
        ] {
            let mut fields = json!({"text": "News at https://a.example/b"});
            fields.as_object_mut().unwrap().extend(chosen.as_object().unwrap().clone());
            broadcast(&app, &ada, &ivan, fields).await;
            assert_eq!(sent_to(&app, &ivan, "sendMessage")["link_preview_options"], options, "{chosen}");
        }
    }

    async fn buttons_added_later_leave_the_link_preview_alone(app: App) {
        let (ada, ivan) = (admin(), app.chatting(app.person("Ivan"), "free").await);
        app.greet(&ada).await;
        app.say(&ada, "/broadcast").await;
        write(&app, &ada, json!({"text": "https://a.example", "link_preview_options": {"prefer_small_media": true}})).await;
        app.tap(&ada, "🔗 Buttons").await;
        app.say(&ada, "Read - https://a.example/b").await;
        start(&app, &ada, &ivan).await;
        assert_eq!(sent_to(&app, &ivan, "sendMessage")["link_preview_options"], json!({"prefer_small_media": true}));
    }

    async fn length_is_counted_in_characters_as_telegram_does(app: App) {
        let (ada, ivan) = (admin(), app.chatting(app.person("Ivan"), "free").await);
        app.greet(&ada).await;
        broadcast(&app, &ada, &ivan, json!({"text": "🎉".repeat(4096)})).await;
        assert_eq!(last(&app.sandbox.chat(ivan.id)).text.chars().count(), 4096);
        app.say(&ada, "/broadcast").await;
        write(&app, &ada, photo(&json!({"caption": "🎉".repeat(1025)}))).await;
        // The status message of the broadcast before may come last.
        let chat = app.sandbox.chat(ada.id);
        assert!(chat.iter().any(|message| message.text.contains("1,025") || message.text.contains("1025")), "{chat:#?}");
        write(&app, &ada, photo(&json!({"caption": "🎉".repeat(1024)}))).await;
        let chat = app.sandbox.chat(ada.id);
        assert!(chat.iter().any(|message| message.button("👁 Preview and send").is_some()), "{chat:#?}");
    }

    async fn a_card_that_was_deleted_is_sent_again(app: App) with [("NEURALBOX_BROADCAST_RATE", "1")]; {
        let ada = admin();
        for name in ["Ivan", "Olga", "Maria"] {
            app.chatting(app.person(name), "free").await;
        }
        app.greet(&ada).await;
        app.say(&ada, "/broadcast").await;
        app.say(&ada, "Hi").await;
        app.tap(&ada, "👁 Preview and send").await;
        app.say(&ada, "4").await;
        let card = app.comes(&ada, "Broadcast #1").await;
        app.sandbox.delete(ada.id, card.id);
        let before = said(&app.sandbox.chat(ada.id));
        let again = app.comes(&ada, ": done").await;
        assert!(again.id > card.id, "{again:#?}");
        assert!(said(&app.sandbox.chat(ada.id)) > before);
        app.clock.pass(10);
        let cards = app.sandbox.chat(ada.id).iter().filter(|message| message.text.contains("Broadcast #1: ")).count();
        assert_eq!(cards, 1, "one new card only: {:#?}", app.sandbox.chat(ada.id));
    }
}
