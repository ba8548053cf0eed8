//! Recipients are stored for 90 days after a broadcast; its counts stay.

use neuralbox_auth::domain::error::BroadcastError;
use neuralbox_auth::domain::{Error, Refusal};
use neuralbox_auth::model::broadcasts::BroadcastState;
use telegram_sandbox::{Fault, FaultKind};

use super::{FAST, ada, done, draft, look, people, received, start, until};
use crate::on_both;
use crate::support::App;
use crate::support::mailbox::count;

const DAY: i64 = 86_400;
const STORED: &str = "select count(*) from broadcast_recipient";

on_both! {
    async fn recipients_go_and_counts_stay(app: App) with FAST; {
        let ids = people(&app, 5).await;
        let refused = FaultKind::Refused { code: 400, description: "Bad Request: no".to_owned() };
        app.sandbox.inject_fault(Fault::once("sendMessage", refused).in_chat(ids[0]));
        let id = draft(&app).await;
        start(&app, id).await;
        let ended = done(&app, id).await;
        assert_eq!((ended.counts.sent, ended.counts.failed), (4, 1));
        app.clock.pass(90 * DAY);
        app.domain.purge().await.unwrap();
        assert_eq!(count(&app.database_url, STORED).await, 5, "to the second");
        assert_eq!(app.domain.broadcast_failures(&ada(&app), id, 0, 10).await.unwrap().len(), 1);
        app.clock.pass(1);
        app.domain.purge().await.unwrap();
        assert_eq!(count(&app.database_url, STORED).await, 0);
        assert_eq!(look(&app, id).await.counts, ended.counts);
        let failures = app.domain.broadcast_failures(&ada(&app), id, 0, 10).await;
        assert!(matches!(failures, Err(Error::Refused(Refusal::Broadcast(BroadcastError::RecipientsPurged)))), "{failures:?}");
    }

    async fn a_retraction_afterwards_says_that_nothing_was_deleted(app: App) with FAST; {
        let ids = people(&app, 3).await;
        let id = draft(&app).await;
        start(&app, id).await;
        done(&app, id).await;
        app.clock.pass(90 * DAY + 1);
        app.domain.purge().await.unwrap();
        app.domain.retract_broadcast(&ada(&app), id).await.unwrap();
        let ended = until(&app, id, |broadcast| broadcast.state == BroadcastState::Retracted).await;
        assert_eq!((ended.counts.sent, ended.counts.retracted, ended.counts.not_deleted), (3, 0, 3));
        assert_eq!(received(&app, &ids), [1, 1, 1]);
        assert!(app.calls("deleteMessage").is_empty());
    }

    async fn one_that_is_not_over_keeps_them(app: App) with [("NEURALBOX_BROADCAST_RATE", "25")]; {
        people(&app, 40).await;
        let id = draft(&app).await;
        start(&app, id).await;
        until(&app, id, |broadcast| broadcast.counts.sent >= 1).await;
        app.domain.pause_broadcast(&ada(&app), id).await.unwrap();
        app.clock.pass(200 * DAY);
        app.domain.purge().await.unwrap();
        assert_eq!(count(&app.database_url, STORED).await, 40);
    }
}
