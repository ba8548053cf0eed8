//! Progress, pause, resume and cancellation of a broadcast. At 25 messages a second and with the clock standing still,
//! one lease of five recipients is sent, and the rest stay pending.

use neuralbox_auth::domain::broadcasts::DraftChange;
use neuralbox_auth::domain::error::BroadcastError;
use neuralbox_auth::domain::{Error, Refusal};
use neuralbox_auth::model::accounts::account::TelegramId;
use neuralbox_auth::model::accounts::identity::TelegramProfile;
use neuralbox_auth::model::broadcasts::{BroadcastState, RecipientCounts};
use neuralbox_auth::model::notices::category::{Category, CategorySwitch};
use neuralbox_auth::model::notices::reachability::Reachability;

use super::{ada, attempts, draft, edit, look, people, received, start, until};
use crate::on_both;
use crate::support::App;

const SLOW: [(&str, &str); 1] = [("NEURALBOX_BROADCAST_RATE", "25")];

/// Number of messages sent without advancing the clock.
const AT_ONCE: i64 = 5;

on_both! {
    async fn paused_it_waits_and_resumed_it_continues(app: App) with SLOW; {
        let ids = people(&app, 40).await;
        let id = draft(&app).await;
        start(&app, id).await;
        until(&app, id, |broadcast| broadcast.counts.sent == AT_ONCE).await;
        let paused = app.domain.pause_broadcast(&ada(&app), id).await.unwrap();
        assert_eq!((paused.state, paused.counts.pending()), (BroadcastState::Paused, 35));
        app.clock.pass(60);
        for _ in 0..50 {
            assert_eq!(look(&app, id).await.counts.sent, AT_ONCE);
        }
        assert_eq!(app.domain.pause_broadcast(&ada(&app), id).await.unwrap().state, BroadcastState::Paused, "pausing again changes nothing");
        app.domain.resume_broadcast(&ada(&app), id).await.unwrap();
        let ended = until(&app, id, |broadcast| {
            app.clock.pass_millis(5);
            broadcast.state == BroadcastState::Done
        }).await;
        assert_eq!(ended.counts, RecipientCounts { recipients: 40, sent: 40, ..RecipientCounts::default() });
        assert_eq!(received(&app, &ids), [1; 40]);
        let trail = app.domain.broadcast_audit_log(&ada(&app), id).await.unwrap();
        let acts: Vec<_> = trail.iter().map(|entry| entry.action.as_str()).collect();
        assert_eq!(acts, ["draft", "start", "pause", "resume"], "each action is recorded once");
    }

    async fn cancelled_it_never_continues(app: App) with SLOW; {
        let ids = people(&app, 30).await;
        let id = draft(&app).await;
        start(&app, id).await;
        until(&app, id, |broadcast| broadcast.counts.sent == AT_ONCE).await;
        app.domain.cancel_broadcast(&ada(&app), id).await.unwrap();
        app.clock.pass(60);
        for _ in 0..50 {
            assert_eq!(look(&app, id).await.state, BroadcastState::Cancelled);
        }
        assert_eq!(received(&app, &ids).iter().sum::<usize>(), 5);
        let again = app.domain.resume_broadcast(&ada(&app), id).await;
        assert!(matches!(again, Err(Error::Refused(Refusal::Broadcast(BroadcastError::State(BroadcastState::Cancelled))))), "{again:?}");
        assert_eq!(app.domain.cancel_broadcast(&ada(&app), id).await.unwrap().state, BroadcastState::Cancelled);
    }

    async fn a_person_who_opts_out_before_their_turn_gets_no_message(app: App) with SLOW; {
        let ids = people(&app, 20).await;
        let id = draft(&app).await;
        edit(&app, id, DraftChange::Category(Category::PlanNews)).await;
        start(&app, id).await;
        until(&app, id, |broadcast| broadcast.counts.sent == AT_ONCE).await;
        let later = ids.iter().find(|id| !attempts(&app).contains(id)).copied().unwrap();
        let profile = TelegramProfile::new(TelegramId::new(later).unwrap(), Some("Ivan"), None, None);
        let caller = app.domain.find_or_create_account(&profile).await.unwrap();
        app.domain.switch_category(&caller, CategorySwitch::Off(Category::PlanNews)).await.unwrap();
        let last = *ids.last().unwrap();
        assert!(last != later);
        app.domain.record_reachability(TelegramId::new(last).unwrap(), Reachability::Unreachable).await.unwrap();
        let ended = until(&app, id, |broadcast| {
            app.clock.pass_millis(5);
            broadcast.state == BroadcastState::Done
        }).await;
        assert_eq!(ended.counts, RecipientCounts { recipients: 20, sent: 18, opted_out: 1, unreachable: 1, ..RecipientCounts::default() });
        assert!(!attempts(&app).contains(&later) && !attempts(&app).contains(&last), "no call is made for them");
    }

    async fn rotated_at_any_moment_nobody_is_notified_twice(app: App) with SLOW; {
        let ids = people(&app, 60).await;
        let id = draft(&app).await;
        start(&app, id).await;
        until(&app, id, |broadcast| broadcast.state == BroadcastState::Sending).await;
        let mut turn = 0_i64;
        let ended = loop {
            turn += 1;
            app.clock.pass_millis(2 * (turn % 5));
            match turn % 7 {
                0 => drop(app.domain.pause_broadcast(&ada(&app), id).await),
                3 => drop(app.domain.resume_broadcast(&ada(&app), id).await),
                _ => tokio::task::yield_now().await,
            }
            let now = look(&app, id).await;
            if now.state == BroadcastState::Done {
                break now;
            }
            assert!(turn < 100_000, "{now:#?}");
        };
        assert_eq!(ended.counts, RecipientCounts { recipients: 60, sent: 60, ..RecipientCounts::default() });
        assert_eq!(received(&app, &ids), [1; 60]);
    }

    async fn it_shows_its_speed(app: App) with SLOW; {
        people(&app, 300).await;
        let id = draft(&app).await;
        start(&app, id).await;
        let before = until(&app, id, |broadcast| broadcast.counts.sent == AT_ONCE).await;
        assert_eq!(before.remaining, Some(12), "seconds for 295 messages at 25 a second");
        let (mut rate, mut sent) = (0.0_f64, before.counts.sent);
        while rate == 0.0 {
            app.clock.pass_millis(200);
            let now = until(&app, id, |broadcast| broadcast.counts.sent > sent || broadcast.state == BroadcastState::Done).await;
            assert!(now.state != BroadcastState::Done, "{now:#?}");
            (rate, sent) = (now.rate, now.counts.sent);
        }
        assert!((20.0..=30.0).contains(&rate), "{rate}");
    }
}
