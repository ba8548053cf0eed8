//! The admin who started a broadcast is notified of its end and of a stall.

use neuralbox_auth::domain::broadcasts::DraftChange;
use neuralbox_auth::model::broadcasts::{BroadcastState, Segment};
use serde_json::json;
use telegram_sandbox::{Fault, FaultKind, Person, VisibleMessage};

use super::{FAST, done, draft, edit, people, start, until};
use crate::on_both;
use crate::support::chat::shown;
use crate::support::{App, admin, at_once};

fn refused(code: u16, description: &str) -> FaultKind {
    FaultKind::Refused { code, description: description.to_owned() }
}

/// Messages of the bot that contain a text.
fn with(app: &App, person: &Person, text: &str) -> Vec<VisibleMessage> {
    app.sandbox.chat(person.id).into_iter().filter(|message| message.from_bot && message.text.contains(text)).collect()
}

on_both! {
    async fn the_end_is_reported_once_with_sums_by_reason(app: App) with [("NEURALBOX_ADMINS", "900,901"), ("NEURALBOX_BROADCAST_RATE", "1000000")]; {
        let (ada, eve) = (admin(), Person::new(901, "Eve"));
        app.greet(&ada).await;
        app.greet(&eve).await;
        let ids = people(&app, 5).await;
        let faults = [
            FaultKind::Blocked,
            refused(403, "Forbidden: user is deactivated"),
            refused(403, "Forbidden: bot can't initiate conversation with a user"),
            refused(400, "Bad Request: no"),
        ];
        for (id, fault) in ids.iter().zip(faults) {
            app.sandbox.inject_fault(Fault::once("sendMessage", fault).in_chat(*id));
        }
        let id = draft(&app).await;
        start(&app, id).await;
        done(&app, id).await;
        let told = app.comes(&ada, "is done").await;
        insta::allow_duplicates! { insta::assert_snapshot!(shown(&told), @"
        📣 <b>Broadcast #1 is done</b>: 3 of 7 sent, 1 failed, 3 unreachable: 1 blocked the bot, 1 deactivated, 1 never started the bot
        [Open the broadcast]
        [📄 Who didn’t get it]
        ") }
        let again = (0..4).map(|_| {
            let domain = app.domain.clone();
            async move { domain.report_broadcasts().await.is_ok() }
        });
        assert_eq!(at_once(again).await, [true; 4]);
        app.settled().await;
        assert_eq!((with(&app, &ada, "is done").len(), with(&app, &eve, "is done").len()), (1, 0), "the admin who started it");
        let failures = app.domain.broadcast_failures(&crate::broadcasts::ada(&app), id, 0, 10).await.unwrap();
        let mut reasons: Vec<_> = failures.iter().map(|failure| (failure.state.as_str(), failure.reason.as_deref().unwrap())).collect();
        reasons.sort_unstable();
        assert_eq!(reasons, [
            ("failed", "Telegram refuses the call: Bad Request: no"),
            ("unreachable", "blocked the bot"),
            ("unreachable", "deleted their Telegram account"),
            ("unreachable", "never started the bot"),
        ]);
    }

    async fn the_end_of_the_operators_broadcast_is_reported_to_all(app: App) with FAST; {
        app.say(&admin(), "/start").await;
        let operator = neuralbox_auth::domain::admin::access::Admin::operator();
        let id = draft(&app).await;
        app.domain.start_broadcast(&operator, id, 1, None).await.unwrap();
        done(&app, id).await;
        let told = app.comes(&admin(), "is done").await;
        assert_eq!(told.text, "📣 Broadcast #1 is done: 1 of 1 sent");
    }

    async fn a_long_wait_is_reported_once_until_it_moves_again(app: App) with FAST; {
        app.say(&admin(), "/start").await;
        let ids = people(&app, 2).await;
        app.sandbox.inject_fault(Fault::once("sendMessage", FaultKind::TooManyRequests { retry_after: 3600 }).in_chat(ids[0]));
        let id = draft(&app).await;
        edit(&app, id, DraftChange::Segment(Segment::People { ids: vec![ids[0]] })).await;
        start(&app, id).await;
        until(&app, id, |broadcast| broadcast.flood_wait.is_some()).await;
        app.clock.pass(590);
        app.domain.report_broadcasts().await.unwrap();
        app.clock.pass(20);
        app.domain.report_broadcasts().await.unwrap();
        app.domain.report_broadcasts().await.unwrap();
        app.clock.pass(3600);
        let told = app.comes(&admin(), "has stalled").await;
        assert_eq!(told.text, "⏳ Broadcast #1 has stalled: 0 of 1 sent, and it isn’t moving.\n\n⚠️ Telegram asks to wait 3600 s");
        app.comes(&admin(), "is done").await;
        assert_eq!(with(&app, &admin(), "has stalled").len(), 1);
    }

    async fn a_pause_after_refusals_is_reported_with_its_reason(app: App) with FAST; {
        app.say(&admin(), "/start").await;
        let ids = people(&app, 30).await;
        for id in &ids {
            app.sandbox.inject_fault(Fault::once("sendMessage", refused(400, "Bad Request: can't parse entities")).times(9).in_chat(*id));
        }
        let id = draft(&app).await;
        edit(&app, id, DraftChange::Segment(Segment::People { ids })).await;
        start(&app, id).await;
        until(&app, id, |broadcast| {
            app.clock.pass_millis(5);
            broadcast.state == BroadcastState::Paused
        }).await;
        app.domain.report_broadcasts().await.unwrap();
        let told = app.comes(&admin(), "has stalled").await;
        assert!(told.text.contains("can't parse entities"), "{told:#?}");
        assert!(told.button("Open the broadcast").is_some());
        let mut ada = app.signed_in(&admin()).await;
        assert_eq!(ada.post("admin/broadcasts/1/pause", json!({})).await.status, 200);
        app.domain.report_broadcasts().await.unwrap();
        app.settled().await;
        assert_eq!(with(&app, &admin(), "has stalled").len(), 1, "once for one pause");
    }
}
