//! Broadcasts with several instances, some of which end early.

use std::time::Duration;

use neuralbox_auth::domain::broadcasts::pacing::PauseReason;
use neuralbox_auth::model::broadcasts::{BroadcastState, RecipientCounts};
use neuralbox_auth::model::time::Clock;
use neuralbox_auth::store::Store;
use neuralbox_auth::store::broadcasts::leases::{LeaseOutcome, LeaseRecipients};
use neuralbox_auth::store::broadcasts::pacing::{SendChannel, SendPace};

use super::{ada, draft, people, received, start, until};
use crate::on_both;
use crate::support::{App, Database, run};

on_both! {
    async fn two_share_one_broadcast(app: App) with [("NEURALBOX_BROADCAST_RATE", "60")]; {
        let other = app.another(&[("NEURALBOX_BROADCAST_RATE", "60")]).await;
        let ids = people(&app, 150).await;
        let id = draft(&app).await;
        start(&app, id).await;
        let ended = until(&app, id, |broadcast| {
            app.clock.pass_millis(5);
            broadcast.state == BroadcastState::Done
        }).await;
        assert_eq!(ended.counts, RecipientCounts { recipients: 150, sent: 150, ..RecipientCounts::default() });
        assert_eq!(received(&app, &ids), [1; 150]);
        other.stop().await;
    }

    async fn one_that_stops_requeues_what_is_in_flight(app: App) with [("NEURALBOX_BROADCAST_RATE", "25")]; {
        let ids = people(&app, 30).await;
        let id = draft(&app).await;
        start(&app, id).await;
        until(&app, id, |broadcast| broadcast.counts.sent >= 5).await;
        let other = app.another(&[("NEURALBOX_BROADCAST_RATE", "25")]).await;
        app.service.stop().await;
        let mut left = 100_000;
        let ended = loop {
            app.clock.pass_millis(5);
            let now = other.domain.broadcast(&ada(&app), id).await.unwrap();
            if now.state == BroadcastState::Done {
                break now;
            }
            left -= 1;
            assert!(left > 0, "{now:#?}");
            tokio::task::yield_now().await;
        };
        assert_eq!(ended.counts, RecipientCounts { recipients: 30, sent: 30, ..RecipientCounts::default() });
        assert_eq!(received(&app, &ids), [1; 30]);
        other.stop().await;
    }

    async fn what_a_killed_instance_had_leased_is_uncertain(app: App) with [("NEURALBOX_BROADCAST_RATE", "25")]; {
        let ids = people(&app, 30).await;
        let id = draft(&app).await;
        start(&app, id).await;
        until(&app, id, |broadcast| broadcast.counts.sent >= 5).await;
        app.domain.pause_broadcast(&ada(&app), id).await.unwrap();
        until(&app, id, |broadcast| broadcast.counts.sent == 5).await;
        app.service.stop().await;
        // An instance leases five recipients and then disappears.
        let store = open(&app.database_url);
        let other = app.another(&[("NEURALBOX_BROADCAST_RATE", "25")]).await;
        let resumed = other.domain.resume_broadcast(&ada(&app), id).await.unwrap();
        assert_eq!(resumed.state, BroadcastState::Sending);
        let pace = SendPace { channel: SendChannel::Bulk, interval: 1, ahead: i64::MAX / 4, now: app.clock.millis() * 1000 };
        let take = LeaseRecipients { id, limit: 5, pace, lease_millis: 20_000 };
        let taken = store.write(take).await.unwrap();
        let LeaseOutcome::Leased(batch) = taken else { panic!("{taken:?}") };
        let lost: Vec<i64> = batch.rows.iter().map(|row| row.chat_id).collect();
        let mut left = 100_000;
        let ended = loop {
            app.clock.pass_millis(5);
            let now = other.domain.broadcast(&ada(&app), id).await.unwrap();
            if now.state == BroadcastState::Done {
                break now;
            }
            left -= 1;
            assert!(left > 0, "{now:#?}");
            tokio::task::yield_now().await;
        };
        assert_eq!(ended.counts, RecipientCounts { recipients: 30, sent: 25, uncertain: 5, ..RecipientCounts::default() });
        let expected: Vec<usize> = ids.iter().map(|id| usize::from(!lost.contains(id))).collect();
        assert_eq!(received(&app, &ids), expected);
        other.stop().await;
        store.close().await;
    }
}

/// The compiler cannot prove that this future is `Send` (rust-lang/rust#110338), so it runs on this thread.
fn open(url: &str) -> Store {
    let open = || tokio::runtime::Handle::current().block_on(Store::open(url));
    tokio::task::block_in_place(open).unwrap()
}

/// Runs only on Postgres, where instances notify each other of flood waits.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn when_telegram_asks_one_to_wait_all_do_at_once_on_postgres() {
    run(Database::Postgres, &[], |app| async move {
        let other = app.another(&[]).await;
        assert!(!other.domain.is_flood_waiting());
        app.domain.set_flood_wait(PauseReason::RetryAfter(Duration::from_secs(30))).await.unwrap();
        let mut left = 100_000;
        while !other.domain.is_flood_waiting() {
            left -= 1;
            assert!(left > 0, "the other instance was not notified");
            tokio::task::yield_now().await;
        }
        app.clock.pass(30);
        assert!(!other.domain.is_flood_waiting());
        other.stop().await;
    })
    .await;
}
