//! Composition of a broadcast by an admin in the chat.

use serde_json::json;
use telegram_sandbox::{Person, UserMessage, VisibleMessage};

use crate::support::chat::{last, shown};
use crate::support::{App, admin, russian};
use crate::{on_both, sees};

/// Sends a formatted message as the admin; returns the chat after the bot has handled it.
async fn send(app: &App, ada: &Person, draft: UserMessage) -> Vec<VisibleMessage> {
    app.sandbox.send(ada, draft).unwrap();
    app.settled().await;
    app.sandbox.chat(ada.id)
}

/// Renders the last `count` messages.
fn last_few(chat: &[VisibleMessage], count: usize) -> String {
    chat[chat.len() - count..].iter().map(shown).collect::<Vec<_>>().join("\n----\n")
}

on_both! {
    async fn a_notice_is_written_part_by_part(app: App) {
        let ada = admin();
        app.chatting(app.person("Ivan"), "vip").await;
        let chat = app.say(&ada, "/broadcast").await;
        sees!(chat, @"
        📣 <b>Broadcast #1</b>

        Write the message in English, or forward it: formatted text, or one photo or document with a caption. It goes out exactly as you send it here.
        [Write in Russian instead]
        [‹ Draft] [‹ Broadcasts]
        ");
        let chat = send(&app, &ada, UserMessage::html("<b>New</b> prices &amp; <a href=\"https://example.org/?a=1&amp;b=2\">plans</a>, 1 &lt; 2")).await;
        sees!(chat, @"
        📣 <b>Broadcast #1</b> · draft
        <blockquote>New prices &amp; plans, 1 &lt; 2</blockquote>
        Text: English (goes to everyone)
        Topic: what’s new
        To: everyone — <b>2 people</b>
        When: right away
        [✏️ Text] [🔗 Buttons]
        [👥 Recipients] [🏷 Topic]
        [🕒 When] [⚡ Speed]
        [👁 Preview and send]
        [🧪 Test] [📑 Copy]
        [🗑 Delete draft] [‹ Broadcasts]
        ");

        app.tap(&ada, "🔗 Buttons").await;
        let chat = app.say(&ada, "Prices - https://example.org/prices\n\nWrite us — tg://resolve?domain=neuralbox").await;
        assert!(last(&chat).html.contains("Buttons: [Prices] [Write us]"), "{chat:#?}");
        app.tap(&ada, "🏷 Topic").await;
        app.tap(&ada, "plans and prices").await;
        let chat = app.tap(&ada, "👥 Recipients").await;
        sees!(chat, @"
        <b>Who gets it?</b>

        everyone — <b>2 people</b> right now

        Only people who started the bot, can be messaged and want this topic.

        Or type a segment: <code>plan_ends:14</code>, <code>balance_under:500</code>, <code>active_within:45</code>, <code>people:1001,@ivan</code>, or several: <code>language:ru and not plans:vip</code>
        [✅ Everyone]
        [Free] [Basic] [VIP] [Elite]
        [Ends ≤ 1 d] [Ends ≤ 7 d] [Ends ≤ 30 d]
        [Under 100] [Under 1,000] [Under 10,000]
        [English] [Russian]
        [Active ≤ 1 d] [Active ≤ 7 d] [Active ≤ 30 d]
        [➖ except …]
        [‹ Draft]
        ");
        app.tap(&ada, "VIP").await;
        let chat = app.tap(&ada, "Elite").await;
        assert!(last(&chat).html.contains("people on VIP, Elite — <b>1 person</b>"), "{chat:#?}");
        let chat = app.tap(&ada, "✅ Elite").await;
        assert!(last(&chat).html.contains("people on VIP — <b>1 person</b>"), "{chat:#?}");
        app.tap(&ada, "‹ Draft").await;
        app.tap(&ada, "🕒 When").await;
        let chat = app.say(&ada, "2026-12-01 18:00").await;
        sees!(chat, @"
        📣 <b>Broadcast #1</b> · draft
        <blockquote>New prices &amp; plans, 1 &lt; 2</blockquote>
        Text: English (goes to everyone)
        Buttons: [Prices] [Write us]
        Topic: plans and prices
        To: people on VIP — <b>1 person</b>
        When: 1 Dec 2026, 18:00 UTC
        [✏️ Text] [🔗 Buttons]
        [👥 Recipients] [🏷 Topic]
        [🕒 When] [⚡ Speed]
        [👁 Preview and send]
        [🧪 Test] [📑 Copy]
        [🗑 Delete draft] [‹ Broadcasts]
        ");
        app.tap(&ada, "⚡ Speed").await;
        app.tap(&ada, "With Stars, at most 1").await;
        let chat = app.tap(&ada, "👁 Preview and send").await;
        insta::allow_duplicates! { insta::assert_snapshot!(last_few(&chat, 2), @r#"
        <b>New</b> prices &amp; <a href="https://example.org/?a=1&amp;b=2">plans</a>, 1 &lt; 2
        [Prices → https://example.org/prices]
        [Write us → tg://resolve?domain=neuralbox]
        ----
        ⬆️ This is exactly what <b>1 person</b> will get. To: people on VIP.
        Starts 1 Dec 2026, 18:00 UTC, takes about 1 s.
        Costs at most <b>1 Star</b>.

        To send it, type this number: <code>1</code>
        [‹ Draft]
        "#) }
    }

    async fn in_russian_and_with_a_text_for_each_language(app: App) {
        let ada = russian(admin());
        let chat = app.say(&ada, "/broadcast").await;
        sees!(chat, @"
        📣 <b>Рассылка №1</b>

        Пришлите текст (язык: русский) или перешлите готовое сообщение: текст с форматированием либо одно фото или документ с подписью. Оно уйдёт ровно таким, каким вы его пришлёте.
        [Другой язык: английский]
        [‹ Черновик] [‹ Рассылки]
        ");
        send(&app, &ada, UserMessage::html("<i>Привет</i>").photo("AgAC-1")).await;
        app.tap(&ada, "✏️ Текст").await;
        app.tap(&ada, "✏️ английский").await;
        let chat = app.say(&ada, "Hello").await;
        sees!(chat, @"
        📣 <b>Рассылка №1</b> · черновик
        <blockquote>Привет</blockquote>
        Языки: английский, русский
        С фото
        Тема: новинки
        Получатели: все — <b>1 человек</b>
        Когда: сразу
        [✏️ Текст] [🔗 Кнопки]
        [👥 Получатели] [🏷 Тема]
        [🕒 Когда] [⚡ Скорость]
        [👁 Предпросмотр и отправка]
        [🧪 Проверить] [📑 Копия]
        [🗑 Удалить черновик] [‹ Рассылки]
        ");
        app.tap(&ada, "🔗 Кнопки").await;
        app.tap(&ada, "Только русский").await;
        app.say(&ada, "Читать - https://example.org/ru").await;
        let chat = app.tap(&ada, "👁 Предпросмотр и отправка").await;
        insta::allow_duplicates! { insta::assert_snapshot!(last_few(&chat, 3), @"
        (photo)
        Hello
        ----
        (photo)
        <i>Привет</i>
        [Читать → https://example.org/ru]
        ----
        ⬆️ Так рассылку увидит <b>1 человек</b>. Получатели: все.
        Языки: английский, русский. Каждый получит свой.
        Начало: сразу; займёт около 1 с.

        Чтобы отправить, напишите число: <code>1</code>
        [‹ Черновик]
        ") }
        app.tap(&ada, "‹ Черновик").await;
        let chat = app.tap(&ada, "✏️ Текст").await;
        sees!(chat, @"
        <b>Текст</b>

        Каждый получит текст на своём языке; если такого нет — на английском или на том, какой есть. Фото или документ один для всех.
        [✅ английский] [🗑 английский]
        [✅ русский] [🗑 русский]
        [🗑 Убрать фото]
        [‹ Черновик]
        ");
        app.tap(&ada, "🗑 английский").await;
        app.tap(&ada, "🗑 Убрать фото").await;
        let chat = app.tap(&ada, "‹ Черновик").await;
        assert!(last(&chat).html.contains("Язык: русский (уйдёт всем)\n"), "{chat:#?}");
    }

    async fn what_telegram_would_refuse_is_explained_and_asked_for_again(app: App) {
        let ada = admin();
        app.say(&ada, "/broadcast").await;
        let chat = app.say(&ada, &"x".repeat(4097)).await;
        sees!(chat, @"
        The English text has 4,097 characters; Telegram’s limit is 4,096.

        Send it again, or go back to the draft.
        [‹ Draft]
        ");
        let chat = send(&app, &ada, UserMessage::html("x".repeat(1025)).document("plan.pdf")).await;
        assert!(last(&chat).text.starts_with("With a photo or document, a text can have up to 1,024 characters; the English text has 1,025."), "{chat:#?}");
        for (kind, said) in [
            (json!({"sticker": sticker()}), "This kind of message can’t be broadcast"),
            (json!({"photo": [{"file_id": "a", "file_unique_id": "a", "width": 1, "height": 1}], "media_group_id": "7"}), "Albums can’t be broadcast"),
        ] {
            let mut message = json!({
                "message_id": 900, "date": app.clock.unix(),
                "from": {"id": ada.id, "is_bot": false, "first_name": "Ada", "username": ada.username},
                "chat": {"id": ada.id, "type": "private", "first_name": "Ada"},
            });
            message.as_object_mut().unwrap().extend(kind.as_object().unwrap().clone());
            app.sandbox.push_update(json!({ "message": message }));
            app.settled().await;
            let chat = app.sandbox.chat(ada.id);
            assert!(last(&chat).text.starts_with(said), "{chat:#?}");
        }
        let chat = app.say(&ada, "It is asked for still").await;
        assert!(last(&chat).html.contains("<blockquote>It is asked for still</blockquote>"), "{chat:#?}");

        app.tap(&ada, "🔗 Buttons").await;
        for (typed, said) in [
            ("Prices https://example.org", "Line 1: write the text, a dash with spaces around it, and the link."),
            ("A - https://example.org\nB - javascript:alert(1)", "Line 2: the link must start with https://, http:// or tg://"),
            ("A - http://localhost/", "Line 1: Telegram doesn’t open links whose host has no dot."),
            ("A - https://a.example\nB - https://a.example\nC - https://a.example\nD - https://a.example", "You can have up to 3 buttons."),
        ] {
            let chat = app.say(&ada, typed).await;
            assert!(last(&chat).text.starts_with(said), "{typed}: {chat:#?}");
        }
        app.say(&ada, "A - https://a.example").await;

        app.tap(&ada, "🕒 When").await;
        for (typed, said) in [
            ("soon", "I didn’t understand that time. Send it like this: 2026-12-01 18:00 (UTC)"),
            ("2026-11-23 11:59", "That time has passed. Choose another one."),
            ("2028-01-01 00:00", "That’s more than a year away."),
        ] {
            let chat = app.say(&ada, typed).await;
            assert!(last(&chat).text.starts_with(said), "{typed}: {chat:#?}");
        }
        app.tap(&ada, "‹ Draft").await;
        app.tap(&ada, "👥 Recipients").await;
        for (typed, said) in [
            ("all of them", "I don’t know the condition all."),
            ("plans:gold", "There’s no plan called gold."),
            ("plan_ends:0", "Days must be from 1 to 3,650."),
            ("people:-5", "-5 isn’t a Telegram ID."),
        ] {
            let chat = app.say(&ada, typed).await;
            assert!(last(&chat).text.starts_with(said), "{typed}: {chat:#?}");
        }
        let chat = app.say(&ada, "people:900,1001").await;
        assert!(last(&chat).html.contains("To: selected people (2) — <b>1 person</b>"), "{chat:#?}");
    }

    async fn what_is_forwarded_is_content_even_if_it_is_a_command(app: App) {
        let ada = admin();
        app.say(&ada, "/broadcast").await;
        let chat = send(&app, &ada, UserMessage::html("/start <code>here</code>").forwarded()).await;
        assert!(last(&chat).html.contains("<blockquote>/start here</blockquote>"), "{chat:#?}");
    }

    async fn broken_entities_of_other_bots_do_not_break_ours(app: App) {
        let ada = admin();
        app.say(&ada, "/broadcast").await;
        app.sandbox.push_update(json!({"message": {
            "message_id": 900, "date": app.clock.unix(), "text": "😀 one < two",
            "entities": [
                {"type": "bold", "offset": 1, "length": 5}, {"type": "italic", "offset": 4, "length": 900},
                {"type": "text_link", "offset": 0, "length": 0, "url": "https://a.example"},
            ],
            "from": {"id": ada.id, "is_bot": false, "first_name": "Ada", "username": ada.username},
            "chat": {"id": ada.id, "type": "private", "first_name": "Ada"},
        }}));
        app.settled().await;
        let chat = app.tap(&ada, "👁 Preview and send").await;
        let message = &chat[chat.len() - 2];
        assert_eq!(message.html, "😀<b> o<i>ne</i></b><i> &lt; two</i>");
        assert_eq!(message.text, "😀 one < two");
    }

    async fn a_draft_is_left_and_come_back_to_after_a_restart(app: App) {
        let ada = admin();
        app.say(&ada, "/broadcast").await;
        app.say(&ada, "Half of it").await;
        app.say(&ada, "/keys").await;
        let chat = app.say(&ada, "/broadcast").await;
        assert!(last(&chat).html.starts_with("📣 <b>Broadcast #2</b>"), "a new draft: {chat:#?}");
        let chat = app.say(&ada, "/broadcast").await;
        assert!(last(&chat).html.starts_with("📣 <b>Broadcast #2</b>"), "an empty draft is reused: {chat:#?}");
        app.service.stop().await;
        let next = app.another(&[("NEURALBOX_PUBLIC_URL", &app.url)]).await;
        app.say(&ada, "The other half").await;
        let chat = app.say(&ada, "/broadcasts").await;
        sees!(chat, @"
        <b>Broadcasts</b>
        [✏️ #2 · The other half · 23 Nov]
        [✏️ #1 · Half of it · 23 Nov]
        [➕ New broadcast]
        [‹ Menu]
        ");
        let chat = app.tap(&ada, "✏️ #1 · Half of it · 23 Nov").await;
        assert!(last(&chat).html.contains("<blockquote>Half of it</blockquote>"), "{chat:#?}");
        app.tap(&ada, "🗑 Delete draft").await;
        sees!(app.sandbox.chat(ada.id), @"
        Delete draft #1?
        [Yes, delete it]
        [No, go back]
        ");
        let chat = app.tap(&ada, "Yes, delete it").await;
        sees!(chat, @"
        Draft #1 deleted.
        [‹ Broadcasts]
        ");
        let chat = app.tap(&ada, "‹ Broadcasts").await;
        sees!(chat, @"
        <b>Broadcasts</b>
        [✏️ #2 · The other half · 23 Nov]
        [➕ New broadcast]
        [‹ Menu]
        ");
        next.stop().await;
    }

    async fn two_admins_write_on_one_draft(app: App) with [("NEURALBOX_ADMINS", "900,901")]; {
        let (ada, eve) = (admin(), Person::new(901, "Eve"));
        app.say(&ada, "/broadcast").await;
        app.say(&ada, "Hello").await;
        app.say(&eve, "/broadcasts").await;
        app.tap(&eve, "✏️ #1 · Hello · 23 Nov").await;
        app.tap(&eve, "✏️ Text").await;
        app.tap(&eve, "✏️ Russian").await;
        app.tap(&ada, "🔗 Buttons").await;
        app.sandbox.say(&eve, "Привет");
        app.sandbox.say(&ada, "Read - https://example.org/");
        app.settled().await;
        let chat = app.tap(&ada, "👁 Preview and send").await;
        insta::allow_duplicates! { insta::assert_snapshot!(last_few(&chat, 3), @"
        Hello
        [Read → https://example.org/]
        ----
        Привет
        [Read → https://example.org/]
        ----
        ⬆️ This is exactly what <b>2 people</b> will get. To: everyone.
        Languages: English, Russian. Everyone gets their own.
        Starts right away, takes about 1 s.

        To send it, type this number: <code>2</code>
        [‹ Draft]
        ") }
    }

    async fn an_update_that_comes_twice_drafts_once(app: App) {
        let ada = admin();
        app.greet(&ada).await;
        let message = |id: i64, text: &str| json!({"update_id": 77_000 + id, "message": {
            "message_id": 900 + id, "date": app.clock.unix(), "text": text,
            "from": {"id": ada.id, "is_bot": false, "first_name": "Ada", "username": ada.username},
            "chat": {"id": ada.id, "type": "private", "first_name": "Ada"},
        }});
        for _ in 0..2 {
            app.sandbox.push_update(message(1, "/broadcast"));
            app.settled().await;
        }
        app.sandbox.push_update(message(2, "Hi"));
        app.sandbox.push_update(message(2, "Hi"));
        app.settled().await;
        let chat = app.say(&ada, "/broadcasts").await;
        sees!(chat, @"
        <b>Broadcasts</b>
        [✏️ #1 · Hi · 23 Nov]
        [➕ New broadcast]
        [‹ Menu]
        ");
    }

    async fn the_price_of_being_faster_is_shown(app: App) {
        let ada = admin();
        app.say(&ada, "/broadcast").await;
        app.say(&ada, "Hi").await;
        let chat = app.tap(&ada, "⚡ Speed").await;
        sees!(chat, @"
        <b>How fast?</b>

        Free: 25 messages a second, about 1 s for 1 person.

        With Stars: up to 1,000 a second. Each message above 30 a second costs 0.1 Star, at most <b>1 Star</b> here. Telegram takes them from the bot’s balance, which must hold at least 10,000 Stars. Paid broadcasts must be turned on in @BotFather.
        [✅ Free]
        [With Stars, at most 1]
        [‹ Draft]
        ");
        let chat = app.tap(&ada, "With Stars, at most 1").await;
        assert!(last(&chat).html.contains("Faster, paid with Stars"), "{chat:#?}");
    }

    async fn to_everyone_else_none_of_it_exists(app: App) {
        let (ada, ivan) = (admin(), app.person("Ivan"));
        app.say(&ada, "/broadcast").await;
        for order in ["/broadcast", "/broadcasts"] {
            let chat = app.say(&ivan, order).await;
            assert!(last(&chat).text.starts_with("I don’t know that command."), "{order}: {chat:#?}");
        }
        let verbs = ["new", "list:0", "open:1", "review:1", "cancel:1", "to:1:all", "and:1:a7", "text:1:en", "retract:1", "failures:1", "copy:1", "test:1"];
        for data in verbs.map(|verb| format!("v1:bc:{verb}")) {
            app.sandbox.push_update(json!({"callback_query": {
                "id": data, "chat_instance": "1", "data": data,
                "from": {"id": ivan.id, "is_bot": false, "first_name": "Ivan", "username": ivan.username},
            }}));
            app.settled().await;
            assert_eq!(app.word(), "I can’t do that. See /help.", "{data}");
        }
        let chat = app.say(&ada, "Ada's draft is as it was").await;
        assert!(last(&chat).html.contains("<b>Broadcast #1</b> · draft"), "{chat:#?}");
    }

    async fn a_former_admin_can_neither_tap_nor_answer(app: App) {
        let ada = admin();
        app.say(&ada, "/broadcast").await;
        app.say(&ada, "Hi").await;
        app.tap(&ada, "✏️ Text").await;
        app.tap(&ada, "✅ English").await;
        app.service.stop().await;
        let next = app.another(&[("NEURALBOX_PUBLIC_URL", &app.url), ("NEURALBOX_ADMINS", "")]).await;
        let chat = app.say(&ada, "An answer to a question that was asked of an admin").await;
        assert_eq!(last(&chat).text, "I only understand commands and buttons. See /help.");
        app.tap(&ada, "‹ Draft").await;
        assert_eq!(app.word(), "I can’t do that. See /help.");
        next.stop().await;
    }
}

fn sticker() -> serde_json::Value {
    json!({
        "file_id": "s", "file_unique_id": "s", "width": 1, "height": 1, "type": "regular", "is_animated": false, "is_video": false,
    })
}
