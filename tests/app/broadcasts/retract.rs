//! Retraction of a broadcast.

use neuralbox_auth::model::broadcasts::BroadcastState;
use telegram_sandbox::{Fault, FaultKind};

use super::{FAST, ada, done, draft, people, received, start, until};
use crate::on_both;
use crate::support::App;

on_both! {
    async fn every_message_is_deleted(app: App) with FAST; {
        let ids = people(&app, 8).await;
        let id = draft(&app).await;
        start(&app, id).await;
        done(&app, id).await;
        assert_eq!(received(&app, &ids), [1; 8]);
        // Faults of four deletions: already deleted, not allowed, throttled, connection reset.
        let refused = |description: &str| FaultKind::Refused { code: 400, description: description.to_owned() };
        app.sandbox.inject_fault(Fault::once("deleteMessage", refused("Bad Request: message to delete not found")).in_chat(ids[0]));
        app.sandbox.inject_fault(Fault::once("deleteMessage", refused("Bad Request: message can't be deleted")).in_chat(ids[1]));
        app.sandbox.inject_fault(Fault::once("deleteMessage", FaultKind::TooManyRequests { retry_after: 5 }).in_chat(ids[2]));
        app.sandbox.inject_fault(Fault::once("deleteMessage", FaultKind::ResetAfter).in_chat(ids[3]));
        app.domain.retract_broadcast(&ada(&app), id).await.unwrap();
        let ended = until(&app, id, |broadcast| {
            app.clock.pass_millis(5);
            broadcast.state == BroadcastState::Retracted
        }).await;
        assert_eq!((ended.counts.sent, ended.counts.retracted, ended.counts.not_deleted), (8, 7, 1));
        assert_eq!(received(&app, &ids), [1, 1, 0, 0, 0, 0, 0, 0]);
        let failures = app.domain.broadcast_failures(&ada(&app), id, 0, 10).await.unwrap();
        assert_eq!((failures.len(), failures[0].state.as_str(), failures[0].chat_id), (1, "not_deleted", ids[1]));
        assert_eq!(app.domain.retract_broadcast(&ada(&app), id).await.unwrap().state, BroadcastState::Retracted);
    }

    async fn what_is_two_days_old_stays(app: App) with FAST; {
        let ids = people(&app, 2).await;
        let id = draft(&app).await;
        start(&app, id).await;
        done(&app, id).await;
        app.clock.pass(48 * 3600);
        app.domain.retract_broadcast(&ada(&app), id).await.unwrap();
        let ended = until(&app, id, |broadcast| broadcast.state == BroadcastState::Retracted).await;
        assert_eq!((ended.counts.retracted, ended.counts.not_deleted), (0, 2));
        assert_eq!(received(&app, &ids), [1, 1]);
        assert!(app.calls("deleteMessage").is_empty());
    }

    async fn what_was_not_sent_yet_never_is(app: App) with [("NEURALBOX_BROADCAST_RATE", "25")]; {
        let ids = people(&app, 40).await;
        let id = draft(&app).await;
        start(&app, id).await;
        until(&app, id, |broadcast| broadcast.counts.sent >= 5).await;
        app.domain.retract_broadcast(&ada(&app), id).await.unwrap();
        let ended = until(&app, id, |broadcast| {
            app.clock.pass_millis(5);
            broadcast.state == BroadcastState::Retracted
        }).await;
        assert_eq!(ended.counts.sent, ended.counts.retracted);
        assert_eq!(received(&app, &ids), [0; 40]);
        assert!(ended.counts.sent <= 15, "{ended:#?}");
    }
}
