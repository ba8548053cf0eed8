//! Sending, editing, deleting, and who can be written to.

use serde_json::{Value, json};
use telegram_sandbox::UserMessage;

use crate::stage::{Stage, anna, ivan, stage, stage_with};

async fn edit(stage: &Stage, id: &Value, text: &str) -> Value {
    stage.call("editMessageText", json!({"chat_id": 1001, "message_id": id, "text": text, "parse_mode": "HTML"})).await
}

#[tokio::test]
async fn a_message_has_text_entities_dates_and_options() {
    let stage = stage().await;
    let asked = stage.sandbox.say(&ivan(), "/newkey laptop");
    stage.later(5);
    let params = json!({
        "chat_id": 1001, "text": "<b>Key</b>", "parse_mode": "HTML", "protect_content": true, "unknown": 1,
        "disable_notification": true, "link_preview_options": {"is_disabled": true}, "reply_parameters": {"message_id": asked},
    });
    let message = stage.done("sendMessage", params).await;
    assert_eq!(message["message_id"], 2);
    assert_eq!(message["date"], crate::stage::NOON + 5);
    assert_eq!(message["chat"], json!({"id": 1001, "type": "private", "first_name": "Ivan", "last_name": "Petrov"}));
    assert_eq!(message["from"]["is_bot"], true);
    assert_eq!(message["has_protected_content"], true);
    assert_eq!(message["reply_to_message"]["text"], "/newkey laptop");
    let seen = stage.sandbox.last(1001).unwrap();
    assert_eq!((seen.text.as_str(), seen.html.as_str(), seen.protected), ("Key", "<b>Key</b>", true));
}

#[tokio::test]
async fn text_is_neither_empty_nor_too_long() {
    let stage = stage().await;
    let send = |text: String| json!({"chat_id": 1001, "text": text, "parse_mode": "HTML"});
    for empty in ["", "  \n", "<b> </b>"] {
        assert_eq!(stage.refused("sendMessage", send(empty.into())).await, "400 Bad Request: message text is empty");
    }
    assert_eq!(stage.refused("sendMessage", json!({"chat_id": 1001})).await, "400 Bad Request: message text is empty");
    stage.done("sendMessage", send(format!("<b>{}</b>", "x".repeat(4096)))).await;
    let long = stage.refused("sendMessage", send("😀".repeat(2049))).await;
    assert_eq!(long, "400 Bad Request: message is too long");
    let caption = json!({"chat_id": 1001, "photo": "file", "caption": "x".repeat(1025)});
    assert_eq!(stage.refused("sendPhoto", caption).await, "400 Bad Request: message caption is too long");
}

#[tokio::test]
async fn only_who_wrote_first_can_be_written_to() {
    let stage = stage().await;
    let send = json!({"chat_id": anna().id, "text": "x"});
    assert_eq!(stage.refused("sendMessage", send.clone()).await, "400 Bad Request: chat not found");
    assert_eq!(stage.refused("sendMessage", json!({"text": "x"})).await, "400 Bad Request: chat_id is empty");
    stage.sandbox.say(&anna(), "/start");
    stage.done("sendMessage", send.clone()).await;
    stage.sandbox.block(&anna());
    assert_eq!(stage.refused("sendMessage", send.clone()).await, "403 Forbidden: bot was blocked by the user");
    let typing = json!({"chat_id": anna().id, "action": "typing"});
    assert_eq!(stage.refused("sendChatAction", typing).await, "403 Forbidden: bot was blocked by the user");
    stage.sandbox.unblock(&anna());
    stage.done("sendMessage", send).await;
    let kinds = stage.updates(json!({})).await;
    let statuses: Vec<_> =
        kinds[1..].iter().map(|update| &update["my_chat_member"]["new_chat_member"]["status"]).collect();
    assert_eq!(statuses, ["kicked", "member"]);
}

#[tokio::test]
async fn an_edit_must_change_something() {
    let stage = stage().await;
    let keyboard = json!({"inline_keyboard": [[{"text": "Go", "callback_data": "go"}]]});
    let sent = json!({"chat_id": 1001, "text": "<b>one</b>", "parse_mode": "HTML", "reply_markup": keyboard});
    let id = stage.done("sendMessage", sent.clone()).await["message_id"].clone();
    let mut same = sent;
    same["message_id"] = id.clone();
    let same = stage.refused("editMessageText", same).await;
    assert_eq!(
        same,
        "400 Bad Request: message is not modified: specified new message content and reply markup are exactly the same \
         as a current content and reply markup of the message"
    );
    stage.later(1);
    let edited = edit(&stage, &id, "<b>one</b>").await["result"].clone();
    assert_eq!(edited.get("reply_markup"), None, "an edit without a keyboard takes it away");
    assert_eq!(edited["edit_date"], crate::stage::NOON + 1);
    let back = json!({"chat_id": 1001, "message_id": id, "reply_markup": keyboard});
    let back = stage.done("editMessageReplyMarkup", back).await;
    assert_eq!(back["reply_markup"], keyboard);
    assert!(stage.sandbox.last(1001).unwrap().edited);
}

#[tokio::test]
async fn only_own_messages_that_are_there_can_be_edited() {
    let stage = stage().await;
    let theirs = stage.sandbox.say(&ivan(), "mine");
    assert_eq!(edit(&stage, &json!(theirs), "no").await["description"], "Bad Request: message can't be edited");
    assert_eq!(edit(&stage, &json!(77), "no").await["description"], "Bad Request: message to edit not found");
    let photo = stage.done("sendPhoto", json!({"chat_id": 1001, "photo": "file", "caption": "a"})).await;
    let no_text = edit(&stage, &photo["message_id"], "text").await;
    assert_eq!(no_text["description"], "Bad Request: there is no text in the message to edit");
    let caption = json!({"chat_id": 1001, "message_id": photo["message_id"], "caption": "b"});
    assert_eq!(stage.done("editMessageCaption", caption).await["caption"], "b");
}

#[tokio::test]
async fn messages_are_deleted_for_48_hours() {
    let stage = stage().await;
    let theirs = stage.sandbox.say(&ivan(), "nb_leaked");
    let own = stage.send("x").await["message_id"].clone();
    let delete = |id: &Value| json!({"chat_id": 1001, "message_id": id});
    stage.done("deleteMessage", delete(&json!(theirs))).await;
    let again = stage.refused("deleteMessage", delete(&json!(theirs))).await;
    assert_eq!(again, "400 Bad Request: message to delete not found");
    stage.later(48 * 3600 + 1);
    let late = stage.refused("deleteMessage", delete(&own)).await;
    assert_eq!(late, "400 Bad Request: message can't be deleted for everyone");
    let young = stage.send("young").await["message_id"].clone();
    stage.done("deleteMessages", json!({"chat_id": 1001, "message_ids": [own, young, 99]})).await;
    let left: Vec<_> = stage.sandbox.chat(1001).into_iter().map(|message| message.text).collect();
    assert_eq!(left, ["x"]);
}

#[tokio::test]
async fn copies_carry_formatting_but_not_protected_content() {
    let stage = stage().await;
    stage.sandbox.say(&anna(), "/start");
    let source = stage.send("<i>News</i>").await["message_id"].clone();
    let copy = json!({"chat_id": anna().id, "from_chat_id": 1001, "message_id": source});
    assert_eq!(stage.done("copyMessage", copy).await, json!({"message_id": 2}));
    assert_eq!(stage.sandbox.last(anna().id).unwrap().text, "News");
    let secret = json!({"chat_id": 1001, "text": "secret", "protect_content": true});
    let secret = stage.done("sendMessage", secret).await["message_id"].clone();
    let copy = json!({"chat_id": 1001, "from_chat_id": 1001, "message_id": secret});
    assert_eq!(stage.refused("copyMessage", copy).await, "400 Bad Request: the message can't be copied");
}

#[tokio::test]
async fn a_chat_keeps_its_last_200_messages() {
    let stage = stage().await;
    for n in 0..205 {
        stage.sandbox.say(&ivan(), &format!("message {n}"));
    }
    let chat = stage.sandbox.chat(1001);
    assert_eq!((chat.len(), chat[0].text.as_str(), chat[199].id), (200, "message 5", 205));
}

#[tokio::test]
async fn a_person_may_send_formatting_files_replies_and_forwards() {
    let stage = stage().await;
    let asked = stage.send("Notice?").await["message_id"].as_i64().unwrap();
    let notice = UserMessage::html("<b>Sale</b> 😀").photo("photo-1").replying_to(asked).forwarded();
    let id = stage.sandbox.send(&ivan(), notice).unwrap();
    stage.sandbox.send(&ivan(), UserMessage::html("").document("list.csv")).unwrap();
    stage.sandbox.reply(&ivan(), asked, "plain");
    let updates = stage.updates(json!({})).await;
    let message = &updates[0]["message"];
    assert_eq!((&message["caption"], &message["photo"][0]["file_id"]), (&json!("Sale 😀"), &json!("photo-1")));
    assert_eq!(message["caption_entities"][0]["length"], 4);
    assert_eq!(message["reply_to_message"]["text"], "Notice?");
    assert_eq!(message["forward_origin"]["type"], "hidden_user");
    assert_eq!(updates[1]["message"]["document"]["file_name"], "list.csv");
    assert_eq!(updates[2]["message"]["reply_to_message"]["message_id"], asked);
    stage.done("copyMessage", json!({"chat_id": 1001, "from_chat_id": 1001, "message_id": id})).await;
    assert_eq!(stage.sandbox.last(1001).unwrap().html, "<b>Sale</b> 😀");
    assert!(stage.sandbox.send(&ivan(), UserMessage::html("<br>")).is_err());
}

#[tokio::test]
async fn what_is_paid_for_goes_beyond_the_limit_and_costs_beyond_thirty_a_second() {
    let stage = stage_with(|settings| settings.flood_limit = Some(30)).await;
    let send = |paid: bool| json!({"chat_id": 1001, "text": "x", "allow_paid_broadcast": paid});
    for _ in 0..30 {
        stage.done("sendMessage", send(true)).await;
    }
    assert_eq!(stage.sandbox.paid_broadcast_cost(), 0, "thirty are free");
    let refused = stage.refused("sendMessage", send(false)).await;
    assert_eq!(refused, "429 Too Many Requests: retry after 1");
    for _ in 0..3 {
        stage.done("sendMessage", send(true)).await;
    }
    assert_eq!(stage.sandbox.paid_broadcast_cost(), 3, "a tenth of a Star each");
    stage.later(1);
    stage.done("sendMessage", send(true)).await;
    assert_eq!(stage.sandbox.paid_broadcast_cost(), 3);
}

#[tokio::test]
async fn a_document_is_no_photo() {
    let stage = stage().await;
    stage.sandbox.send(&ivan(), UserMessage::html("see <b>below</b>").document("plan.pdf")).unwrap();
    let update = stage.updates(json!({})).await.pop().unwrap();
    assert_eq!(update["message"]["caption_entities"][0]["type"], "bold");
    let file = update["message"]["document"]["file_id"].clone();
    let sent = stage.done("sendDocument", json!({"chat_id": 1001, "document": file, "caption": "again"})).await;
    assert_eq!((&sent["document"]["file_id"], &sent["caption"]), (&file, &json!("again")));
    let refused = stage.refused("sendPhoto", json!({"chat_id": 1001, "photo": file})).await;
    assert_eq!(refused, "400 Bad Request: can't use file of type Document as Photo");
}
