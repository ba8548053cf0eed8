//! Lanes of the write queue: a flood of one kind of write stops no other kind, and never what ends access.

use std::sync::Arc;

use futures::poll;
use neuralbox_auth::model::accounts::account::AccountId;
use neuralbox_auth::model::time::Moment;
use neuralbox_auth::store::sessions::sessions::EndSession;
use neuralbox_auth::store::sessions::token_use::MarkTokenUsed;
use neuralbox_auth::store::{Store, StoreError, Tx, Write};
use tokio::runtime::Handle;
use tokio::sync::Semaphore;

use crate::on_both;
use crate::support::App;

/// A write that waits for a permit.
struct Flood(Arc<Semaphore>);

impl Write for Flood {
    type Out = ();

    async fn run(&self, _: &mut Tx) -> sqlx::Result<()> {
        self.0.acquire().await.expect("an open gate").forget();
        Ok(())
    }
}

on_both! {
    async fn a_queue_full_of_one_kind_takes_other_kinds_and_ends_sessions_first(app: App) {
        app.signed_in(&app.person("Ivan")).await;
        let (store, gate) = (open(&app.database_url), Arc::new(Semaphore::new(0)));
        let session = store.sessions(AccountId(1)).await.unwrap()[0].id;
        let mut flood: Vec<_> = (0..6000).map(|_| Box::pin(store.write(Flood(Arc::clone(&gate))))).collect();
        let mut refused = 0;
        for write in &mut flood {
            refused += usize::from(matches!(poll!(write), std::task::Poll::Ready(Err(StoreError::Busy))));
        }
        assert!((2000..3000).contains(&refused), "{refused}: the kind has three quarters of the queue");
        let mut other = Box::pin(store.write(MarkTokenUsed { session, generation: 0 }));
        assert!(poll!(&mut other).is_pending(), "another kind is queued");
        let mut end = Box::pin(store.write(EndSession { account: AccountId(1), session, now: Moment(0) }));
        assert!(poll!(&mut end).is_pending(), "so is the end of a session");
        // At most two batches are assembled already. Everything else comes after the end of the session.
        gate.add_permits(3 * 128);
        assert!(end.await.unwrap(), "the session ended before the rest of the flood");
        gate.add_permits(6000);
        other.await.unwrap();
        assert!(store.session(session).await.unwrap().unwrap().0.ended_at.is_some());
        drop(flood);
        store.close().await;
    }
}

/// Opens the store on this thread, for the reason given in [`crate::support::Instance::start`].
fn open(url: &str) -> Store {
    tokio::task::block_in_place(|| Handle::current().block_on(Store::open(url))).unwrap()
}
