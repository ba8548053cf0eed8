//! Start of a broadcast: with the right number, once, now or later.

use neuralbox_auth::domain::broadcasts::DraftChange;
use neuralbox_auth::domain::error::BroadcastError;
use neuralbox_auth::domain::{Error, Refusal};
use neuralbox_auth::model::broadcasts::BroadcastState;
use neuralbox_auth::model::text::language::Language;
use neuralbox_auth::model::time::Clock;

use super::{FAST, ada, done, draft, edit, look, meet, people, received, start, until, words};
use crate::on_both;
use crate::support::{App, at_once};

on_both! {
    async fn with_another_number_it_is_refused_with_the_right_one(app: App) with FAST; {
        let ids = people(&app, 3).await;
        let (admin, id) = (ada(&app), draft(&app).await);
        let refused = app.domain.start_broadcast(&admin, id, 2, None).await;
        assert!(matches!(refused, Err(Error::Refused(Refusal::Broadcast(BroadcastError::CountChanged { confirmed: 2, recipients: 3 })))), "{refused:?}");
        meet(&app, 3000).await;
        let refused = app.domain.start_broadcast(&admin, id, 3, None).await;
        assert!(matches!(refused, Err(Error::Refused(Refusal::Broadcast(BroadcastError::CountChanged { confirmed: 3, recipients: 4 })))), "{refused:?}");
        assert_eq!(received(&app, &ids), [0; 3]);
        app.domain.start_broadcast(&admin, id, 4, None).await.unwrap();
        done(&app, id).await;
    }

    async fn to_nobody_it_is_refused(app: App) with FAST; {
        let id = draft(&app).await;
        let refused = app.domain.start_broadcast(&ada(&app), id, 0, None).await;
        assert!(matches!(refused, Err(Error::Refused(Refusal::Broadcast(BroadcastError::CountChanged { recipients: 0, .. })))), "{refused:?}");
    }

    async fn without_anything_to_say_it_is_refused(app: App) with FAST; {
        people(&app, 1).await;
        let id = app.domain.draft_broadcast(&ada(&app), None).await.unwrap().id;
        let refused = app.domain.start_broadcast(&ada(&app), id, 1, None).await;
        let Err(Error::Refused(Refusal::Invalid(faults))) = refused else { panic!("{refused:?}") };
        assert_eq!(faults[0].field, "texts");
    }

    async fn twice_is_once(app: App) with FAST; {
        let ids = people(&app, 5).await;
        let id = draft(&app).await;
        let starts = (0..8).map(|_| {
            let (domain, admin) = (app.domain.clone(), ada(&app));
            async move { domain.start_broadcast(&admin, id, 5, None).await.map(|broadcast| broadcast.id.0).map_err(|fault| format!("{fault:?}")) }
        });
        assert_eq!(at_once(starts).await, vec![Ok(id.0); 8]);
        done(&app, id).await;
        assert_eq!(received(&app, &ids), [1; 5]);
        let trail = app.domain.broadcast_audit_log(&ada(&app), id).await.unwrap();
        assert_eq!(trail.iter().filter(|entry| entry.action == "start").count(), 1);
        let refused = app.domain.start_broadcast(&ada(&app), id, 4, None).await;
        assert!(matches!(refused, Err(Error::Refused(Refusal::Broadcast(BroadcastError::State(BroadcastState::Done))))), "{refused:?}");
    }

    async fn changed_since_it_was_shown_it_is_refused(app: App) with FAST; {
        people(&app, 1).await;
        let (admin, id) = (ada(&app), draft(&app).await);
        let shown = look(&app, id).await.revision;
        edit(&app, id, DraftChange::Text(Language::English, Some(words("something else")))).await;
        let refused = app.domain.start_broadcast(&admin, id, 1, Some(shown)).await;
        assert!(matches!(refused, Err(Error::Refused(Refusal::Broadcast(BroadcastError::Changed)))), "{refused:?}");
    }

    async fn it_waits_for_its_time(app: App) with FAST; {
        let ids = people(&app, 2).await;
        let (admin, id) = (ada(&app), draft(&app).await);
        let at = app.clock.now().plus(3600);
        edit(&app, id, DraftChange::StartAt(Some(at))).await;
        start(&app, id).await;
        let waiting = look(&app, id).await;
        assert_eq!((waiting.state, waiting.start_at, waiting.started_at), (BroadcastState::Scheduled, Some(at), None));
        app.clock.pass(3590);
        for _ in 0..20 {
            assert_eq!(look(&app, id).await.state, BroadcastState::Scheduled);
        }
        assert_eq!(received(&app, &ids), [0, 0]);
        app.clock.pass(11);
        let ended = done(&app, id).await;
        assert_eq!((received(&app, &ids), ended.started_at.is_some()), (vec![1, 1], true));
        let refused = app.domain.unschedule_broadcast(&admin, id).await;
        assert!(matches!(refused, Err(Error::Refused(Refusal::Broadcast(BroadcastError::State(BroadcastState::Done))))));
    }

    async fn recalled_before_its_time_it_is_a_draft_again(app: App) with FAST; {
        let ids = people(&app, 1).await;
        let (admin, id) = (ada(&app), draft(&app).await);
        edit(&app, id, DraftChange::StartAt(Some(app.clock.now().plus(60)))).await;
        start(&app, id).await;
        let recalled = app.domain.unschedule_broadcast(&admin, id).await.unwrap();
        assert_eq!((recalled.state, recalled.confirmed), (BroadcastState::Draft, None));
        app.clock.pass(120);
        let refused = app.domain.start_broadcast(&admin, id, 1, None).await;
        let Err(Error::Refused(Refusal::Invalid(faults))) = refused else { panic!("{refused:?}") };
        assert_eq!(faults[0].field, "start_at");
        edit(&app, id, DraftChange::StartAt(None)).await;
        start(&app, id).await;
        done(&app, id).await;
        assert_eq!(received(&app, &ids), [1]);
    }

    async fn cancelled_before_its_time_it_never_begins(app: App) with FAST; {
        people(&app, 1).await;
        let id = draft(&app).await;
        edit(&app, id, DraftChange::StartAt(Some(app.clock.now().plus(60)))).await;
        start(&app, id).await;
        app.domain.cancel_broadcast(&ada(&app), id).await.unwrap();
        app.clock.pass(120);
        let after = until(&app, id, |broadcast| broadcast.state == BroadcastState::Cancelled).await;
        assert_eq!(after.counts.recipients, 0);
    }
}
