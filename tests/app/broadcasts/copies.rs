//! Copies of a broadcast: a new draft, and a test that goes to the admins.

use neuralbox_auth::domain::broadcasts::DraftChange;
use neuralbox_auth::domain::error::BroadcastError;
use neuralbox_auth::domain::{Error, Refusal};
use neuralbox_auth::model::broadcasts::{BroadcastState, Segment};
use neuralbox_auth::model::notices::category::Category;
use neuralbox_auth::model::text::language::Language;
use neuralbox_auth::model::time::Clock;
use reqwest::Method;
use serde_json::json;
use telegram_sandbox::Person;

use super::{FAST, ada, done, draft, edit, look, people, start, words};
use crate::on_both;
use crate::support::{App, admin, russian};

on_both! {
    async fn a_copy_has_the_content_and_the_audience_and_nothing_else(app: App) with FAST; {
        people(&app, 2).await;
        let id = draft(&app).await;
        edit(&app, id, DraftChange::Text(Language::Russian, Some(words("Новости")))).await;
        edit(&app, id, DraftChange::Segment(Segment::ActiveWithin { days: 7 })).await;
        edit(&app, id, DraftChange::Category(Category::PlanNews)).await;
        start(&app, id).await;
        let original = done(&app, id).await;
        let copy = app.domain.copy_broadcast(&ada(&app), id, None).await.unwrap();
        let draft = copy.draft;
        assert!(copy.is_new && draft.id != id);
        assert_eq!((draft.state, draft.content, draft.category), (BroadcastState::Draft, original.content, Category::PlanNews));
        assert_eq!((draft.segment, draft.counts.recipients, draft.confirmed, draft.start_at), (original.segment, 0, None, None));
        // A chat gets no two messages within two seconds.
        app.clock.pass(2);
        assert_eq!(start(&app, draft.id).await, 2);
        assert_eq!(done(&app, draft.id).await.counts.sent, 2);
    }

    async fn over_http_a_key_copies_once(app: App) {
        app.say(&admin(), "/start").await;
        let mut ada = app.signed_in(&admin()).await;
        ada.post("admin/broadcasts", json!({"texts": {"en": {"html": "Hi"}}})).await;
        for status in [201, 200] {
            let request = ada.request(Method::POST, "admin/broadcasts/1/copy").header("idempotency-key", "again");
            let copied = ada.send(request).await;
            assert_eq!((copied.status, &copied.json()["id"], &copied.json()["state"]), (status, &json!(2), &json!("draft")));
        }
        let other = ada.post("admin/broadcasts/1/copy", json!({})).await;
        let id = other.json()["id"].as_i64().unwrap();
        assert!(other.status == 201 && id > 2, "without a key it is another copy: {other:?}");
        assert_eq!(ada.post("admin/broadcasts/9/copy", json!({})).await.problem(), "404 Not found (broadcast_not_found)");
    }

    async fn a_test_goes_to_the_admins_only_and_changes_nothing(app: App) with [("NEURALBOX_ADMINS", "900,901,902")]; {
        let (one, two) = (admin(), russian(Person::new(901, "Eve")));
        let ivan = app.chatting(app.person("Ivan"), "free").await;
        app.greet(&one).await;
        app.greet(&two).await;
        let mut browser = app.signed_in(&one).await;
        let draft = json!({
            "texts": {"en": {"html": "Hello"}, "ru": {"html": "Привет"}}, "paid": true, "start_at": app.clock.now().plus(3600),
            "segment": {"kind": "plans", "plans": ["free"]},
        });
        browser.post("admin/broadcasts", draft).await;
        let test = browser.post("admin/broadcasts/1/test", json!({})).await.json();
        assert_eq!((&test["id"], &test["counts"]["recipients"], &test["paid"]), (&json!(2), &json!(2), &json!(false)), "902 never started the bot");
        let again = browser.post("admin/broadcasts/1/test", json!({})).await.json();
        assert_eq!(again["id"], test["id"], "a double tap sends one test");
        app.comes(&one, "Hello").await;
        app.comes(&two, "Привет").await;
        let tested = done(&app, neuralbox_auth::model::broadcasts::BroadcastId(2)).await;
        assert_eq!(tested.counts.sent, 2);
        app.domain.report_broadcasts().await.unwrap();
        app.settled().await;
        assert!(app.sandbox.chat(ivan.id).iter().all(|message| message.text != "Hello"));
        assert_eq!(app.sandbox.chat(one.id).iter().filter(|message| message.text == "Hello").count(), 1);
        let heard = |person: &Person| app.sandbox.chat(person.id).iter().any(|message| message.text.contains("#2") || message.text.contains("№2"));
        assert!(!heard(&one) && !heard(&two), "a test is neither announced nor reported");
        let listed = browser.get("admin/broadcasts").await.json();
        assert_eq!((listed["broadcasts"].as_array().unwrap().len(), &listed["broadcasts"][0]["state"]), (1, &json!("draft")));
        assert_eq!(browser.get("admin/broadcasts/1").await.json()["revision"], 1);
    }

    async fn what_cannot_be_sent_cannot_be_tested(app: App) with FAST; {
        people(&app, 1).await;
        let empty = app.domain.draft_broadcast(&ada(&app), None).await.unwrap().id;
        let refused = app.domain.test_broadcast(&ada(&app), empty).await;
        let Err(Error::Refused(Refusal::Invalid(faults))) = refused else { panic!("{refused:?}") };
        assert_eq!(faults[0].field, "texts");
        let id = draft(&app).await;
        let refused = app.domain.test_broadcast(&ada(&app), id).await;
        let Err(Error::Refused(Refusal::Invalid(faults))) = refused else { panic!("{refused:?}") };
        assert_eq!(faults[0].field, "admins", "no admin has started the bot");
        start(&app, id).await;
        done(&app, id).await;
        let refused = app.domain.test_broadcast(&ada(&app), id).await;
        assert!(matches!(refused, Err(Error::Refused(Refusal::Broadcast(BroadcastError::State(BroadcastState::Done))))), "{refused:?}");
        assert_eq!(look(&app, id).await.counts.sent, 1);
    }
}
