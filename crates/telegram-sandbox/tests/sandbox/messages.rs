//! Sending, editing, copying, deleting, and which chats a bot can write to.

use serde_json::{Value, json};
use telegram_sandbox::UserMessage;

use crate::support::{Fixture, anna, fixture, fixture_with, ivan};

async fn edit(fixture: &Fixture, id: &Value, text: &str) -> Value {
    fixture
        .call("editMessageText", json!({"chat_id": 1001, "message_id": id, "text": text, "parse_mode": "HTML"}))
        .await
}

#[tokio::test]
async fn a_message_has_text_entities_dates_and_options() {
    let fixture = fixture().await;
    let asked = fixture.sandbox.say(&ivan(), "/newkey laptop");
    fixture.later(5);
    let params = json!({
        "chat_id": 1001, "text": "<b>Key</b>", "parse_mode": "HTML", "protect_content": true, "unknown": 1,
        "disable_notification": true, "link_preview_options": {"is_disabled": true}, "reply_parameters": {"message_id": asked},
    });
    let message = fixture.done("sendMessage", params).await;
    assert_eq!(message["message_id"], 2);
    assert_eq!(message["date"], crate::support::NOON + 5);
    assert_eq!(message["chat"], json!({"id": 1001, "type": "private", "first_name": "Ivan", "last_name": "Petrov"}));
    assert_eq!(message["from"]["is_bot"], true);
    assert_eq!(message["has_protected_content"], true);
    assert_eq!(message["reply_to_message"]["text"], "/newkey laptop");
    let seen = fixture.sandbox.last(1001).unwrap();
    assert_eq!((seen.text.as_str(), seen.html.as_str(), seen.protected), ("Key", "<b>Key</b>", true));
}

#[tokio::test]
async fn text_is_neither_empty_nor_too_long() {
    let fixture = fixture().await;
    let send = |text: String| json!({"chat_id": 1001, "text": text, "parse_mode": "HTML"});
    for empty in ["", "  \n", "<b> </b>"] {
        assert_eq!(fixture.refused("sendMessage", send(empty.into())).await, "400 Bad Request: message text is empty");
    }
    assert_eq!(
        fixture.refused("sendMessage", json!({"chat_id": 1001})).await,
        "400 Bad Request: message text is empty"
    );
    fixture.done("sendMessage", send(format!("<b>{}</b>", "x".repeat(4096)))).await;
    fixture.done("sendMessage", send("😀".repeat(4096))).await;
    let long = fixture.refused("sendMessage", send("😀".repeat(4097))).await;
    assert_eq!(long, "400 Bad Request: message is too long");
    let caption = json!({"chat_id": 1001, "photo": "file", "caption": "x".repeat(1025)});
    assert_eq!(fixture.refused("sendPhoto", caption).await, "400 Bad Request: message caption is too long");
}

#[tokio::test]
async fn only_people_who_started_the_bot_can_be_written_to() {
    let fixture = fixture().await;
    let send = json!({"chat_id": anna().id, "text": "x"});
    assert_eq!(fixture.refused("sendMessage", send.clone()).await, "400 Bad Request: chat not found");
    assert_eq!(fixture.refused("sendMessage", json!({"text": "x"})).await, "400 Bad Request: chat_id is empty");
    fixture.sandbox.say(&anna(), "/start");
    fixture.done("sendMessage", send.clone()).await;
    fixture.sandbox.block(&anna());
    assert_eq!(fixture.refused("sendMessage", send.clone()).await, "403 Forbidden: bot was blocked by the user");
    let typing = json!({"chat_id": anna().id, "action": "typing"});
    assert_eq!(fixture.refused("sendChatAction", typing).await, "403 Forbidden: bot was blocked by the user");
    fixture.sandbox.unblock(&anna());
    fixture.done("sendMessage", send).await;
    let kinds = fixture.updates(json!({})).await;
    let statuses: Vec<_> =
        kinds[1..].iter().map(|update| &update["my_chat_member"]["new_chat_member"]["status"]).collect();
    assert_eq!(statuses, ["kicked", "member"]);
}

#[tokio::test]
async fn an_edit_must_change_something() {
    let fixture = fixture().await;
    let keyboard = json!({"inline_keyboard": [[{"text": "Go", "callback_data": "go"}]]});
    let sent = json!({"chat_id": 1001, "text": "<b>one</b>", "parse_mode": "HTML", "reply_markup": keyboard});
    let id = fixture.done("sendMessage", sent.clone()).await["message_id"].clone();
    let mut same = sent;
    same["message_id"] = id.clone();
    let same = fixture.refused("editMessageText", same).await;
    assert_eq!(
        same,
        "400 Bad Request: message is not modified: specified new message content and reply markup are exactly the same \
         as a current content and reply markup of the message"
    );
    fixture.later(1);
    let edited = edit(&fixture, &id, "<b>one</b>").await["result"].clone();
    assert_eq!(edited.get("reply_markup"), None, "an edit without a keyboard removes it");
    assert_eq!(edited["edit_date"], crate::support::NOON + 1);
    let back = json!({"chat_id": 1001, "message_id": id, "reply_markup": keyboard});
    let back = fixture.done("editMessageReplyMarkup", back).await;
    assert_eq!(back["reply_markup"], keyboard);
    assert!(fixture.sandbox.last(1001).unwrap().edited);
}

#[tokio::test]
async fn only_existing_messages_of_the_bot_can_be_edited() {
    let fixture = fixture().await;
    let theirs = fixture.sandbox.say(&ivan(), "mine");
    assert_eq!(edit(&fixture, &json!(theirs), "no").await["description"], "Bad Request: message can't be edited");
    assert_eq!(edit(&fixture, &json!(77), "no").await["description"], "Bad Request: message to edit not found");
    let photo = fixture.done("sendPhoto", json!({"chat_id": 1001, "photo": "file", "caption": "a"})).await;
    let no_text = edit(&fixture, &photo["message_id"], "text").await;
    assert_eq!(no_text["description"], "Bad Request: there is no text in the message to edit");
    let caption = json!({"chat_id": 1001, "message_id": photo["message_id"], "caption": "b"});
    assert_eq!(fixture.done("editMessageCaption", caption).await["caption"], "b");
}

#[tokio::test]
async fn messages_are_deleted_for_48_hours() {
    let fixture = fixture().await;
    let theirs = fixture.sandbox.say(&ivan(), "nb_leaked");
    let own = fixture.send("x").await["message_id"].clone();
    let delete = |id: &Value| json!({"chat_id": 1001, "message_id": id});
    fixture.done("deleteMessage", delete(&json!(theirs))).await;
    let again = fixture.refused("deleteMessage", delete(&json!(theirs))).await;
    assert_eq!(again, "400 Bad Request: message to delete not found");
    fixture.later(48 * 3600 + 1);
    let late = fixture.refused("deleteMessage", delete(&own)).await;
    assert_eq!(late, "400 Bad Request: message can't be deleted for everyone");
    let young = fixture.send("young").await["message_id"].clone();
    fixture.done("deleteMessages", json!({"chat_id": 1001, "message_ids": [own, young, 99]})).await;
    let left: Vec<_> = fixture.sandbox.chat(1001).into_iter().map(|message| message.text).collect();
    assert_eq!(left, ["x"]);
}

#[tokio::test]
async fn copies_carry_formatting_but_not_protected_content() {
    let fixture = fixture().await;
    fixture.sandbox.say(&anna(), "/start");
    let source = fixture.send("<i>News</i>").await["message_id"].clone();
    let copy = json!({"chat_id": anna().id, "from_chat_id": 1001, "message_id": source});
    assert_eq!(fixture.done("copyMessage", copy).await, json!({"message_id": 2}));
    assert_eq!(fixture.sandbox.last(anna().id).unwrap().text, "News");
    let secret = json!({"chat_id": 1001, "text": "secret", "protect_content": true});
    let secret = fixture.done("sendMessage", secret).await["message_id"].clone();
    let copy = json!({"chat_id": 1001, "from_chat_id": 1001, "message_id": secret});
    assert_eq!(fixture.refused("copyMessage", copy).await, "400 Bad Request: the message can't be copied");
}

#[tokio::test]
async fn a_chat_stores_its_last_200_messages() {
    let fixture = fixture().await;
    for n in 0..205 {
        fixture.sandbox.say(&ivan(), &format!("message {n}"));
    }
    let chat = fixture.sandbox.chat(1001);
    assert_eq!((chat.len(), chat[0].text.as_str(), chat[199].id), (200, "message 5", 205));
}

#[tokio::test]
async fn a_person_may_send_formatting_files_replies_and_forwards() {
    let fixture = fixture().await;
    let asked = fixture.send("Notice?").await["message_id"].as_i64().unwrap();
    let notice = UserMessage::html("<b>Sale</b> 😀").photo("photo-1").replying_to(asked).forwarded();
    let id = fixture.sandbox.send(&ivan(), notice).unwrap();
    fixture.sandbox.send(&ivan(), UserMessage::html("").document("list.csv")).unwrap();
    fixture.sandbox.reply(&ivan(), asked, "plain");
    let updates = fixture.updates(json!({})).await;
    let message = &updates[0]["message"];
    assert_eq!((&message["caption"], &message["photo"][0]["file_id"]), (&json!("Sale 😀"), &json!("photo-1")));
    assert_eq!(message["caption_entities"][0]["length"], 4);
    assert_eq!(message["reply_to_message"]["text"], "Notice?");
    assert_eq!(message["forward_origin"]["type"], "hidden_user");
    assert_eq!(updates[1]["message"]["document"]["file_name"], "list.csv");
    assert_eq!(updates[2]["message"]["reply_to_message"]["message_id"], asked);
    fixture.done("copyMessage", json!({"chat_id": 1001, "from_chat_id": 1001, "message_id": id})).await;
    assert_eq!(fixture.sandbox.last(1001).unwrap().html, "<b>Sale</b> 😀");
    assert!(fixture.sandbox.send(&ivan(), UserMessage::html("<br>")).is_err());
}

#[tokio::test]
async fn paid_messages_exceed_the_limit_and_cost_beyond_30_a_second() {
    let fixture = fixture_with(|settings| settings.flood_limit = Some(30)).await;
    let send = |paid: bool| json!({"chat_id": 1001, "text": "x", "allow_paid_broadcast": paid});
    for _ in 0..30 {
        fixture.done("sendMessage", send(true)).await;
    }
    assert_eq!(fixture.sandbox.paid_broadcast_cost(), 0, "thirty a second are free");
    let refused = fixture.refused("sendMessage", send(false)).await;
    assert_eq!(refused, "429 Too Many Requests: retry after 1");
    for _ in 0..3 {
        fixture.done("sendMessage", send(true)).await;
    }
    assert_eq!(fixture.sandbox.paid_broadcast_cost(), 3, "a tenth of a Star each");
    fixture.later(1);
    fixture.done("sendMessage", send(true)).await;
    assert_eq!(fixture.sandbox.paid_broadcast_cost(), 3);
}

#[tokio::test]
async fn a_document_cannot_be_sent_as_a_photo() {
    let fixture = fixture().await;
    fixture.sandbox.send(&ivan(), UserMessage::html("see <b>below</b>").document("plan.pdf")).unwrap();
    let update = fixture.updates(json!({})).await.pop().unwrap();
    assert_eq!(update["message"]["caption_entities"][0]["type"], "bold");
    let file = update["message"]["document"]["file_id"].clone();
    let sent = fixture.done("sendDocument", json!({"chat_id": 1001, "document": file, "caption": "again"})).await;
    assert_eq!((&sent["document"]["file_id"], &sent["caption"]), (&file, &json!("again")));
    let refused = fixture.refused("sendPhoto", json!({"chat_id": 1001, "photo": file})).await;
    assert_eq!(refused, "400 Bad Request: can't use file of type Document as Photo");
}

#[tokio::test]
async fn messages_go_into_topics_that_exist() {
    let fixture = fixture().await;
    fixture.sandbox.say_in_topic(ivan().id, 77, &ivan(), "/start");
    let update = fixture.updates(json!({})).await.remove(0);
    assert_eq!(
        (&update["message"]["message_thread_id"], &update["message"]["is_topic_message"]),
        (&json!(77), &json!(true))
    );
    let send = |topic: i64| json!({"chat_id": ivan().id, "text": "x", "message_thread_id": topic});
    assert_eq!(fixture.done("sendMessage", send(77)).await["message_thread_id"], 77);
    assert_eq!(fixture.sandbox.last(ivan().id).unwrap().topic, Some(77));
    for none in [1, 78] {
        assert_eq!(fixture.refused("sendMessage", send(none)).await, "400 Bad Request: message thread not found");
    }
    fixture.sandbox.delete_topic(ivan().id, 77);
    assert_eq!(fixture.refused("sendMessage", send(77)).await, "400 Bad Request: message thread not found");
}

#[tokio::test]
async fn a_group_may_let_the_bot_delete() {
    let fixture = fixture().await;
    let id = fixture.sandbox.say_in_group(-100_500, &ivan(), "x");
    let delete = json!({"chat_id": -100_500, "message_id": id});
    assert_eq!(fixture.refused("deleteMessage", delete.clone()).await, "400 Bad Request: message can't be deleted");
    fixture.sandbox.allow_deletions(-100_500);
    fixture.done("deleteMessage", delete).await;
    assert!(fixture.sandbox.chat(-100_500).is_empty());
}
