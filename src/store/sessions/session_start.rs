//! Sessions that were just begun: written down for their person, who is warned if it was from somewhere new.

use std::collections::{BTreeMap, HashSet};

use serde_json::json;

use crate::model::accounts::account::AccountId;
use crate::model::accounts::activity::{ActivityActor, ActivityEvent};
use crate::model::notices::notice::Notice;
use crate::model::session::SessionId;
use crate::store::accounts::activity;
use crate::store::accounts::activity::AddActivity;
use crate::store::engine::db::list;
use crate::store::notices::notice_queue;
use crate::store::notices::notice_queue::AddNotice;
use crate::store::sign_in::telegram_login::{NewSessionRow, StartedSession};
use crate::store::{Tx, Write};

/// A session that was just begun.
pub(in crate::store) struct SessionStart<'a> {
    /// Whose, how and where from.
    pub(in crate::store) opening: NewSessionRow<'a>,
    /// The session itself.
    pub(in crate::store) new: StartedSession,
    /// Whether its person is to be warned if it is from a device or network that nobody signed in from before.
    pub(in crate::store) warn: bool,
}

/// A browser, and the network it is in.
type Place = (AccountId, String, String);

impl SessionStart<'_> {
    fn place(&self) -> Place {
        let NewSessionRow { account, origin, .. } = self.opening;
        (account, origin.device.clone(), origin.network.clone())
    }

    fn event(&self) -> AddActivity {
        let NewSessionRow { account, origin, now, door, .. } = self.opening;
        AddActivity {
            account,
            event: ActivityEvent::SignedIn { door },
            by: ActivityActor::Begun(self.new.id, origin.clone()),
            now,
        }
    }

    /// That somebody signed in, for the owner of the account.
    fn warning(&self) -> AddNotice {
        let (account, device, network) = self.place();
        AddNotice {
            account,
            notice: Notice::SignedIn { session: self.new.id.0, device, network },
            idempotency_key: format!("signed_in:{}", self.new.id),
            now: self.opening.now,
        }
    }
}

/// Writes arrivals down.
pub(in crate::store) async fn keep(arrivals: &[SessionStart<'_>], tx: &mut Tx) -> sqlx::Result<()> {
    if arrivals.is_empty() {
        return Ok(());
    }
    activity::keep(&arrivals.iter().map(SessionStart::event).collect::<Vec<_>>(), tx).await?;
    let mut unseen = remember(arrivals, tx).await?;
    let warned = arrivals.iter().filter(|arrival| unseen.remove(&arrival.place()) && arrival.warn);
    notice_queue::keep(&warned.map(SessionStart::warning).collect::<Vec<_>>(), tx).await?;
    Ok(())
}

/// Remembers where they come from, in the order of the keys, so that two batches never wait for each other; the places that
/// were not known.
async fn remember(arrivals: &[SessionStart<'_>], tx: &mut Tx) -> sqlx::Result<HashSet<Place>> {
    let unknown = arrivals.iter().filter(|arrival| !arrival.new.from_known_place);
    let places: BTreeMap<Place, i64> = unknown.map(|one| (one.place(), one.opening.now.0)).collect();
    if places.is_empty() {
        return Ok(HashSet::new());
    }
    // `where true`: without it SQLite takes `on` for a join's.
    let sql = "insert into known_source (account_id, device, network, first_at)
               select cast(value ->> 'account' as bigint), value ->> 'device', value ->> 'network',
                 cast(value ->> 'now' as bigint)
               from json_each($1) where true
               on conflict (account_id, device, network) do nothing
               returning account_id, device, network";
    let row = |((account, device, network), now): (Place, i64)| json!({"account": account, "device": device, "network": network, "now": now});
    Ok(tx.all(sql, &[&list(places.into_iter().map(row))?]).await?.into_iter().collect())
}

/// Forgets the place of a session that was not its person's: whoever comes from there again is news again.
#[derive(Clone, Debug)]
pub struct ForgetSource {
    /// Whose.
    pub account: AccountId,
    /// Which session.
    pub session: SessionId,
}

impl Write for ForgetSource {
    type Out = ();

    fn order(&self) -> i64 {
        self.account.0
    }

    async fn run(&self, tx: &mut Tx) -> sqlx::Result<()> {
        let sql = "delete from known_source
                   where account_id = $1
                     and device = (select device from session where id = $2 and account_id = $1)";
        tx.run(sql, &[&self.account, &self.session]).await.map(drop)
    }
}
