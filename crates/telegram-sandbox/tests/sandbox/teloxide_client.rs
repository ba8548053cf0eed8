//! teloxide as the client: it must parse every response.

use telegram_sandbox::{Fault, FaultKind, UserMessage};
use teloxide::{
    ApiError, Bot, RequestError,
    payloads::{
        AnswerCallbackQuerySetters, DeleteWebhookSetters, EditMessageTextSetters, GetUpdatesSetters,
        SendDocumentSetters, SendMessageSetters, SetMyCommandsSetters, SetWebhookSetters,
    },
    requests::Requester,
    types::{
        AllowedUpdate, BotCommand, BotCommandScope, ChatId, InlineKeyboardButton, InlineKeyboardMarkup, InputFile,
        ParseMode, Recipient, ReplyParameters, UpdateKind,
    },
};

use crate::support::{Fixture, TOKEN, fixture, ivan};

/// Header of a PNG of 640 × 480 pixels.
const PNG: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\x02\x80\0\0\x01\xe0";
const CHAT: ChatId = ChatId(1001);

fn bot(fixture: &Fixture) -> Bot {
    Bot::new(TOKEN).set_api_url(fixture.address.parse().unwrap())
}

fn keyboard() -> InlineKeyboardMarkup {
    let copy = teloxide::types::CopyTextButton { text: "nb_key".into() };
    InlineKeyboardMarkup::new([
        vec![InlineKeyboardButton::callback("Keys", "v1:keys"), InlineKeyboardButton::copy_text_button("Copy", copy)],
        vec![InlineKeyboardButton::url("Web", "https://example.com".parse().unwrap())],
    ])
}

#[tokio::test]
async fn a_conversation() {
    let fixture = fixture().await;
    let bot = bot(&fixture);
    assert_eq!(bot.get_me().await.unwrap().username(), "test_bot");
    let asked = fixture.sandbox.say(&ivan(), "/start");
    let updates =
        bot.get_updates().timeout(10).allowed_updates([AllowedUpdate::Message, AllowedUpdate::CallbackQuery]).await;
    let updates = updates.unwrap();
    let UpdateKind::Message(message) = &updates[0].kind else { unreachable!("{updates:?}") };
    assert_eq!(message.text(), Some("/start"));
    assert_eq!(message.from.as_ref().unwrap().id.0, 1001);

    let sent = bot
        .send_message(CHAT, "<b>Hello</b>")
        .parse_mode(ParseMode::Html)
        .reply_markup(keyboard())
        .protect_content(true);
    let sent = sent.reply_parameters(ReplyParameters::new(message.id)).await.unwrap();
    assert_eq!((sent.text(), message.id.0), (Some("Hello"), i32::try_from(asked).unwrap()));
    assert_eq!(sent.reply_markup(), Some(&keyboard()));

    let query = fixture.sandbox.tap(&ivan(), 2, "Keys").unwrap();
    let updates = bot.get_updates().offset(updates[0].id.as_offset()).timeout(10).await.unwrap();
    let UpdateKind::CallbackQuery(tapped) = &updates[0].kind else { unreachable!("{updates:?}") };
    assert_eq!(tapped.data.as_deref(), Some("v1:keys"));
    bot.answer_callback_query(tapped.id.clone()).text("Here").await.unwrap();
    assert_eq!(fixture.sandbox.callback_answer(&query).unwrap().text.as_deref(), Some("Here"));

    let edited = bot.edit_message_text(CHAT, sent.id, "Your keys").reply_markup(keyboard()).await.unwrap();
    assert_eq!(edited.text(), Some("Your keys"));
    let same = bot.edit_message_text(CHAT, sent.id, "Your keys").reply_markup(keyboard()).await;
    assert!(matches!(same, Err(RequestError::Api(ApiError::MessageNotModified))), "{same:?}");
    bot.edit_message_reply_markup(CHAT, sent.id).await.unwrap();
    bot.delete_message(CHAT, sent.id).await.unwrap();
    assert_eq!(fixture.sandbox.chat(1001).len(), 1);
}

#[tokio::test]
async fn settings_and_files() {
    let fixture = fixture().await;
    let bot = bot(&fixture);
    let info = bot.get_webhook_info().await.unwrap();
    assert_eq!((info.url, info.pending_update_count), (None, 0));
    let hook = bot.set_webhook("http://127.0.0.1:9/hook".parse().unwrap()).secret_token("secret");
    hook.allowed_updates([AllowedUpdate::Message]).await.unwrap();
    assert_eq!(bot.get_webhook_info().await.unwrap().allowed_updates, Some(vec![AllowedUpdate::Message]));
    bot.delete_webhook().drop_pending_updates(true).await.unwrap();

    let commands = vec![BotCommand::new("start", "Begin")];
    let scope = BotCommandScope::Chat { chat_id: Recipient::Id(CHAT) };
    bot.set_my_commands(commands.clone()).scope(scope).language_code("ru").await.unwrap();
    bot.set_my_commands(commands.clone()).await.unwrap();
    assert_eq!(bot.get_my_commands().await.unwrap(), commands);

    let file = InputFile::memory("a,b").file_name("report.csv");
    let sent = bot.send_document(CHAT, file).caption("Report").await.unwrap();
    assert_eq!(sent.document().unwrap().file_name.as_deref(), Some("report.csv"));
    let photo = bot.send_photo(CHAT, InputFile::memory(PNG)).await.unwrap();
    let photo = InputFile::file_id(photo.photo().unwrap()[0].file.id.clone());
    bot.send_photo(CHAT, photo).await.unwrap();
    bot.copy_message(CHAT, CHAT, sent.id).await.unwrap();
    bot.delete_messages(CHAT, [sent.id]).await.unwrap();
    bot.send_chat_action(CHAT, teloxide::types::ChatAction::Typing).await.unwrap();
    assert_eq!(bot.get_chat(CHAT).await.unwrap().first_name(), Some("Ivan"));
    let member = bot.get_chat_member(CHAT, teloxide::types::UserId(1001)).await.unwrap();
    assert!(member.is_present());
}

#[tokio::test]
async fn messages_of_people_are_parsed() {
    let fixture = fixture().await;
    let draft = UserMessage::html("<b>Sale</b>").photo("photo-1").forwarded();
    fixture.sandbox.send(&ivan(), draft).unwrap();
    fixture.sandbox.say_in_group(-100_500, &ivan(), "/keys");
    let own = fixture.sandbox.say(&ivan(), "helo");
    fixture.sandbox.edit(&ivan(), own, "hello");
    let updates = bot(&fixture).get_updates().await.unwrap();
    let UpdateKind::Message(notice) = &updates[0].kind else { unreachable!("{updates:?}") };
    assert_eq!((notice.caption(), notice.photo().unwrap().len()), (Some("Sale"), 1));
    assert!(notice.forward_origin().is_some());
    let UpdateKind::Message(group) = &updates[1].kind else { unreachable!("{updates:?}") };
    assert!(group.chat.is_supergroup());
    assert!(matches!(updates[3].kind, UpdateKind::EditedMessage(_)));
}

#[tokio::test]
async fn errors_are_recognized() {
    let fixture = fixture().await;
    let bot = bot(&fixture);
    let send = async || bot.send_message(CHAT, "x").await.unwrap_err();
    fixture.sandbox.inject_fault(Fault::once("sendMessage", FaultKind::TooManyRequests { retry_after: 5 }));
    assert!(matches!(send().await, RequestError::RetryAfter(seconds) if seconds.seconds() == 5));
    fixture.sandbox.inject_fault(Fault::once("sendMessage", FaultKind::ResetAfter));
    assert!(matches!(send().await, RequestError::Network(_)));
    fixture.sandbox.block(&ivan());
    assert!(matches!(send().await, RequestError::Api(ApiError::BotBlocked)));
    let updates = bot.get_updates().await.unwrap();
    let UpdateKind::MyChatMember(change) = &updates[0].kind else { unreachable!("{updates:?}") };
    assert!(change.new_chat_member.is_banned());
    let stranger = bot.send_message(ChatId(5), "x").await;
    assert!(matches!(stranger, Err(RequestError::Api(ApiError::ChatNotFound))));
    let long = bot.send_message(CHAT, "x".repeat(5000)).await;
    assert!(long.is_err());
    let wrong = Bot::new("1:x").set_api_url(fixture.address.parse().unwrap()).get_me().await;
    assert!(matches!(wrong, Err(RequestError::Api(ApiError::InvalidToken))));
}
