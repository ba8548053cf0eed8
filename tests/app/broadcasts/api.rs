//! Broadcasts over HTTP by an admin's program.

use reqwest::Method;
use serde_json::{Value, json};

use crate::on_both;
use crate::support::{Answer, App, Browser, admin, at_once, russian};

/// Signs the admin in, who has also started the bot.
async fn ada(app: &App) -> Browser {
    app.greet(&admin()).await;
    app.signed_in(&admin()).await
}

async fn drafted(ada: &mut Browser, draft: Value) -> Value {
    let answer = ada.post("admin/broadcasts", draft).await;
    assert_eq!(answer.status, 201, "{answer:?}");
    answer.json()
}

async fn with_key(ada: &Browser, key: &str, draft: &Value) -> Answer {
    let mut ada = ada.clone();
    ada.send(ada.request(Method::POST, "admin/broadcasts").header("idempotency-key", key).json(draft)).await
}

on_both! {
    async fn a_draft_is_written_looked_at_and_sent(app: App) {
        let ivan = app.chatting(app.person("Ivan"), "vip").await;
        let mut ada = ada(&app).await;
        let draft = drafted(&mut ada, json!({
            "texts": {"en": {"html": "<b>Hi</b>"}, "ru": {"html": "Привет", "buttons": [{"text": "Да", "url": "https://a.example/ru"}]}},
            "buttons": [{"text": "Yes", "url": "https://a.example/"}],
            "category": "service", "segment": {"kind": "plans", "plans": ["vip", "free"]},
        })).await;
        assert_eq!(draft, json!({
            "id": 1, "revision": 1, "state": "draft", "author": 900,
            "texts": {
                "en": {"html": "<b>Hi</b>", "buttons": [], "link_preview": false},
                "ru": {"html": "Привет", "buttons": [{"text": "Да", "url": "https://a.example/ru"}], "link_preview": false},
            },
            "buttons": [{"text": "Yes", "url": "https://a.example/"}], "file": null,
            "category": "service", "segment": {"kind": "plans", "plans": ["vip", "free"]},
            "paid": false, "start_at": null, "created_at": draft["created_at"], "confirmed": null, "started_at": null, "finished_at": null,
            "counts": {"recipients": 0, "sent": 0, "unreachable": 0, "failed": 0, "uncertain": 0, "opted_out": 0, "retracted": 0, "not_deleted": 0},
            "remaining": 0, "rate": 0.0, "seconds_to_go": null, "flood_wait": null, "last_error": null,
        }));
        let preview = ada.get("admin/broadcasts/1/preview").await.json();
        assert_eq!(preview, json!({
            "revision": 1, "recipients": 2, "seconds": 1, "stars": 0,
            "messages": [
                {"language": "en", "html": "<b>Hi</b>", "buttons": [{"text": "Yes", "url": "https://a.example/"}], "file": null, "link_preview": false},
                {"language": "ru", "html": "Привет", "buttons": [{"text": "Да", "url": "https://a.example/ru"}], "file": null, "link_preview": false},
            ],
            "without_text": [],
        }));
        let wrong = ada.post("admin/broadcasts/1/start", json!({"recipients": 3})).await;
        assert_eq!(wrong.problem(), "409 Conflict (recipients_changed)");
        assert_eq!(wrong.json()["detail"], "It now reaches 2 people, not 3. Confirm the new number.");
        let started = ada.post("admin/broadcasts/1/start", json!({"recipients": 2, "revision": 1})).await;
        assert_eq!((started.status, &started.json()["confirmed"]), (200, &json!(2)));
        let message = app.comes(&ivan, "<b>Hi</b>").await;
        assert_eq!(message.buttons[0][0].url(), Some("https://a.example/"));
        let again = ada.post("admin/broadcasts/1/start", json!({"recipients": 2})).await;
        assert_eq!(again.status, 200, "a repeated start with the same number succeeds");
        let other = ada.post("admin/broadcasts/1/start", json!({"recipients": 1})).await;
        assert_eq!(other.problem(), "409 Conflict (broadcast_state)");
        let late = ada.patch("admin/broadcasts/1", json!({"paid": true})).await;
        assert_eq!(late.problem(), "409 Conflict (broadcast_state)");
    }

    async fn what_is_wrong_is_named_by_its_field_and_nothing_is_drafted(app: App) {
        let mut ada = ada(&app).await;
        for (draft, problem) in [
            (json!({"texts": {"en": {"html": "<b>Hi"}}}), "texts.en.html: must be Telegram's HTML: <b> is never closed"),
            (json!({"texts": {"en": {"html": " "}}}), "texts.en.html: must not be empty"),
            (json!({"texts": {"de": {"html": "Hallo"}}}), "texts: must be by language: en, ru"),
            (json!({"texts": {"en": {"html": "x".repeat(4097)}}}), "texts.en.html: must have at most 4096 characters, and has 4097"),
            (
                json!({"texts": {"ru": {"html": "x".repeat(1025)}}, "file": {"kind": "photo", "file_id": "AgAC"}}),
                "texts.ru.html: must have at most 1024 characters with a photo or document, and has 1025",
            ),
            (json!({"buttons": [{"text": "A", "url": "javascript:alert(1)"}]}), "buttons[0]: must have an address that begins with https://, http:// or tg://"),
            (json!({"segment": {"kind": "plans", "plans": ["gold"]}}), "segment.plans: must be ids of plans; \"gold\" is none"),
            (json!({"segment": {"kind": "plan_ends", "days": 0}}), "segment.days: must be from 1 to 3650"),
            (json!({"category": "balance"}), "category: must be one of: service, plan_news, product_news"),
            (json!({"start_at": "tomorrow"}), "start_at: must be RFC 3339 time"),
            (json!({"start_at": "2026-11-23T11:59:59Z"}), "start_at: must be in the future"),
            (json!({"revision": 1}), "revision: is not known here: a new draft has none"),
            (json!({"idempotency_key": "a b"}), "idempotency_key: must be 1 to 200 visible ASCII characters"),
            (json!({"text": "Hi"}), "text: is not known here"),
        ] {
            let refused = ada.post("admin/broadcasts", draft.clone()).await.problem();
            assert_eq!(refused, format!("422 Invalid fields (invalid_fields)\n  {problem}"), "{draft}");
        }
        assert_eq!(ada.get("admin/broadcasts").await.json()["broadcasts"], json!([]));
        let id = drafted(&mut ada, json!({})).await["id"].clone();
        let empty = ada.post(&format!("admin/broadcasts/{id}/start"), json!({"recipients": 1})).await.problem();
        assert!(empty.ends_with("\n  texts: must have a text in some language, or there must be a file"), "{empty}");
        let missing = ada.post(&format!("admin/broadcasts/{id}/start"), json!({})).await.problem();
        assert!(missing.ends_with("\n  recipients: is missing"), "{missing}");
    }

    async fn the_same_key_drafts_once(app: App) {
        let ada = ada(&app).await;
        let draft = json!({"texts": {"en": {"html": "Hi"}}});
        let asks = (0..4).map(|_| {
            let (ada, draft) = (ada.clone(), draft.clone());
            async move { with_key(&ada, "\"order-7\"", &draft).await }
        });
        let answers = at_once(asks).await;
        assert!(answers.iter().all(|answer| answer.json()["id"] == 1 && answer.json()["texts"]["en"]["html"] == "Hi"), "{answers:?}");
        assert_eq!(answers.iter().filter(|answer| answer.status == 201).count(), 1);
        let mut other = ada.clone();
        let by_body = other.post("admin/broadcasts", json!({"idempotency_key": "order-7"})).await;
        assert_eq!((by_body.status, &by_body.json()["id"]), (200, &json!(1)));
        let both = with_key(&ada, "a", &json!({"idempotency_key": "b"})).await.problem();
        assert!(both.ends_with("idempotency_key: must be the Idempotency-Key, or be left out"), "{both}");
        let odd = with_key(&ada, "ключ", &draft).await.problem();
        assert!(odd.ends_with("Idempotency-Key: must be 1 to 200 visible ASCII characters"), "{odd}");
    }

    async fn a_change_may_insist_on_what_it_saw(app: App) {
        let mut ada = ada(&app).await;
        drafted(&mut ada, json!({"texts": {"en": {"html": "Hi"}, "ru": {"html": "Привет"}}, "start_at": "2026-12-01T18:00:00Z"})).await;
        let changed = ada.patch("admin/broadcasts/1", json!({"texts": {"ru": null}, "start_at": null, "revision": 1})).await.json();
        assert_eq!((&changed["revision"], &changed["start_at"]), (&json!(2), &Value::Null));
        assert_eq!(changed["texts"], json!({"en": {"html": "Hi", "buttons": [], "link_preview": false}}));
        let late = ada.patch("admin/broadcasts/1", json!({"paid": true, "revision": 1})).await;
        assert_eq!(late.problem(), "409 Conflict (broadcast_changed)");
        let late = ada.post("admin/broadcasts/1/start", json!({"recipients": 1, "revision": 1})).await;
        assert_eq!(late.problem(), "409 Conflict (broadcast_changed)");
    }

    async fn lists_have_pages_and_paging_is_refused_where_nothing_follows(app: App) {
        let mut ada = ada(&app).await;
        for text in ["one", "two", "three"] {
            drafted(&mut ada, json!({"texts": {"en": {"html": text}}})).await;
        }
        let page = ada.get("admin/broadcasts?limit=2").await.json();
        let ids: Vec<_> = page["broadcasts"].as_array().unwrap().iter().map(|it| it["id"].clone()).collect();
        assert_eq!((ids, &page["next"]), (vec![json!(3), json!(2)], &json!("2")));
        let page = ada.get("admin/broadcasts?limit=2&after=2").await.json();
        assert_eq!((&page["broadcasts"][0]["id"], &page["next"]), (&json!(1), &Value::Null));
        for turn in ["pause", "resume", "retract"] {
            let refused = ada.post(&format!("admin/broadcasts/1/{turn}"), json!({})).await;
            assert_eq!(refused.problem(), "409 Conflict (broadcast_state)", "{turn}");
        }
        for _ in 0..2 {
            let cancelled = ada.post("admin/broadcasts/1/cancel", json!({})).await;
            assert_eq!((cancelled.status, &cancelled.json()["state"]), (200, &json!("cancelled")));
        }
        assert_eq!(ada.get("admin/broadcasts/1/failures").await.json(), json!({"failures": [], "next": null}));
        for path in ["admin/broadcasts/77", "admin/broadcasts/x", "admin/broadcasts/77/preview", "admin/broadcasts/77/failures"] {
            assert_eq!(ada.get(path).await.problem(), "404 Not found (broadcast_not_found)", "{path}");
        }
    }

    async fn a_combined_segment_is_counted_and_comes_back_as_it_was_sent(app: App) {
        app.chatting(russian(app.person("Olga")), "free").await;
        app.chatting(russian(app.person("Ivan")), "vip").await;
        let mut ada = ada(&app).await;
        let segment = json!({"kind": "all", "of": [
            {"kind": "language", "language": "ru"}, {"kind": "not", "of": {"kind": "plans", "plans": ["vip"]}},
        ]});
        let draft = drafted(&mut ada, json!({"texts": {"en": {"html": "Hi"}}, "segment": segment})).await;
        assert_eq!(draft["segment"], segment);
        let preview = ada.get("admin/broadcasts/1/preview").await.json();
        assert_eq!((&preview["recipients"], &preview["without_text"]), (&json!(1), &json!([{"language": "ru", "recipients": 1}])));
        let deep = |depth: usize| (0..depth).fold(json!({"kind": "everyone"}), |of, _| json!({"kind": "not", "of": of}));
        for (segment, problem) in [
            (json!({"kind": "all", "of": [{"kind": "everyone"}, {"kind": "not", "of": {"kind": "plans", "plans": ["gold"]}}]}),
                "segment.of[1].of.plans: must be ids of plans; \"gold\" is none"),
            (json!({"kind": "all", "of": [{"kind": "plan_ends", "days": "7"}, {"kind": "not"}]}),
                "segment.of[0].days: must be a whole number\n  segment.of[1].of: is missing"),
            (json!({"kind": "all", "of": []}), "segment.of: must have a condition"),
            (json!({"kind": "all", "of": vec![json!({"kind": "everyone"}); 11]}), "segment: must have at most 10 conditions"),
            (deep(9), "segment: must be nested at most 8 deep"),
        ] {
            let refused = ada.patch("admin/broadcasts/1", json!({"segment": segment})).await.problem();
            assert!(refused.ends_with(&format!("\n  {problem}")), "{problem}: {refused}");
        }
        assert_eq!(ada.patch("admin/broadcasts/1", json!({"segment": deep(8)})).await.status, 200);
    }

    async fn a_link_preview_is_an_option_of_a_text(app: App) {
        let ivan = app.chatting(app.person("Ivan"), "free").await;
        let mut ada = ada(&app).await;
        let text = |more: Value| {
            let mut text = json!({"html": "News at https://a.example/b"});
            text.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
            json!({"texts": {"en": text}})
        };
        let shown = |draft: &Value| draft["texts"]["en"]["link_preview"].clone();
        assert_eq!(shown(&drafted(&mut ada, text(json!({}))).await), json!(false));
        let changed = ada.patch("admin/broadcasts/1", text(json!({"link_preview": true}))).await.json();
        assert_eq!(shown(&changed), json!(true));
        let kept = ada.patch("admin/broadcasts/1", text(json!({}))).await.json();
        assert_eq!(shown(&kept), json!(true), "left out, it stays");
        let wrong = ada.patch("admin/broadcasts/1", text(json!({"link_preview": "yes"}))).await.problem();
        assert!(wrong.ends_with("texts.en.link_preview: must be true or false"), "{wrong}");
        assert_eq!(ada.get("admin/broadcasts/1/preview").await.json()["messages"][0]["link_preview"], json!(true));
        ada.post("admin/broadcasts/1/start", json!({"recipients": 2})).await;
        app.comes(&ivan, "News at").await;
        let calls = app.calls("sendMessage");
        let sent = calls.iter().rfind(|call| call.params["chat_id"] == ivan.id).expect("a message");
        assert_eq!(sent.params["link_preview_options"], json!({}));
    }
}
