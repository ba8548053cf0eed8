//! Session starts: recorded in the account activity, with a notice if the device or network is new.

use std::collections::{BTreeMap, HashSet};

use serde_json::json;

use crate::model::accounts::account::{AccountId, TelegramId};
use crate::model::accounts::activity::{ActivityActor, ActivityEvent};
use crate::model::notices::notice::Notice;
use crate::model::session::SessionId;
use crate::store::accounts::activity;
use crate::store::accounts::activity::AddActivity;
use crate::store::engine::db::list;
use crate::store::notices::notice_queue;
use crate::store::notices::notice_queue::AddNotice;
use crate::store::notices::security_mail::SecurityMail;
use crate::store::sign_in::telegram_login::{NewSessionRow, StartedSession};
use crate::store::{Tx, Write};

/// Delay of the message that says that an approved browser is signed in, in seconds.
const RESULT_DELAY_SECS: i64 = 1;

/// A session that was just started.
pub(in crate::store) struct SessionStart<'a> {
    /// Account, sign-in method and source of the session.
    pub(in crate::store) opening: NewSessionRow<'a>,
    /// The new session.
    pub(in crate::store) new: StartedSession,
    /// True to send a notice if the device or network is new for the account.
    pub(in crate::store) warn: bool,
    /// Chat message by which the person approved the sign-in.
    pub(in crate::store) approving: Option<ApprovingMessage>,
}

/// Message in a person's private chat by which they approved a sign-in. It becomes the result, and that chat gets no
/// notice.
#[derive(Clone, Copy, Debug)]
pub(in crate::store) struct ApprovingMessage {
    /// The person, and so the chat.
    pub(in crate::store) person: TelegramId,
    /// The message in that chat.
    pub(in crate::store) message_id: i64,
}

impl ApprovingMessage {
    /// Combines the stored Telegram id and message; `None` if the message is unknown.
    pub(in crate::store) fn of(telegram_subject: &str, message_id: Option<i64>) -> Option<Self> {
        Some(Self { person: TelegramId::new(telegram_subject.parse().ok()?)?, message_id: message_id? })
    }
}

/// Account, device and network.
type Source = (AccountId, String, String);

impl SessionStart<'_> {
    fn source(&self) -> Source {
        let NewSessionRow { account, source, .. } = self.opening;
        (account, source.device.clone(), source.network.clone())
    }

    fn event(&self) -> AddActivity {
        let NewSessionRow { account, source, now, method, .. } = self.opening;
        AddActivity {
            account,
            event: ActivityEvent::SignedIn { method },
            by: ActivityActor::Begun(self.new.id, source.clone()),
            now,
        }
    }

    /// Mails the owner about the sign-in, unless it is the first one to the account.
    async fn mail(&self, tx: &mut Tx) -> sqlx::Result<()> {
        let NewSessionRow { account, source, now, .. } = self.opening;
        let sql = "select 1 = 1 from known_source where account_id = $1 and (device <> $2 or network <> $3) limit 1";
        let known: Option<(bool,)> = tx.first(sql, &[&account, &source.device, &source.network]).await?;
        if known.is_none() {
            return Ok(());
        }
        let (notice, by) = (self.warning().notice, ActivityActor::Begun(self.new.id, source.clone()));
        SecurityMail { account, notice: &notice, by: &by, now }.add_to_all(tx).await
    }

    /// Turns the message that approved the sign-in into its result. Has the key of the notice to that chat, which is
    /// then not queued.
    async fn replace_approving(&self, tx: &mut Tx) -> sqlx::Result<()> {
        let Some(ApprovingMessage { person, message_id: message }) = self.approving else { return Ok(()) };
        let warning = self.warning();
        let (account, device, network) = self.source();
        let notice = Notice::SignInApproved { session: self.new.id.0, device, network, message };
        let idempotency_key = format!("{}:{person}", warning.idempotency_key);
        // The reply to the person's tap must be shown before it is replaced.
        let due_at = self.opening.now.plus(RESULT_DELAY_SECS);
        notice_queue::add_to(person, AddNotice { account, notice, idempotency_key, now: due_at }, tx).await
    }

    /// Notice to the owner about the sign-in.
    fn warning(&self) -> AddNotice {
        let (account, device, network) = self.source();
        AddNotice {
            account,
            notice: Notice::SignedIn { session: self.new.id.0, device, network },
            idempotency_key: format!("signed_in:{}", self.new.id),
            now: self.opening.now,
        }
    }
}

/// Records the starts in the account activity, and queues notices for new sources.
pub(in crate::store) async fn record(starts: &[SessionStart<'_>], tx: &mut Tx) -> sqlx::Result<()> {
    if starts.is_empty() {
        return Ok(());
    }
    activity::add(&starts.iter().map(SessionStart::event).collect::<Vec<_>>(), tx).await?;
    for start in starts {
        start.replace_approving(tx).await?;
    }
    let mut new_sources = add_known_sources(starts, tx).await?;
    let reported: Vec<_> = starts.iter().filter(|start| new_sources.remove(&start.source()) && start.warn).collect();
    notice_queue::add(&reported.iter().map(|start| start.warning()).collect::<Vec<_>>(), tx).await?;
    for start in reported {
        start.mail(tx).await?;
    }
    Ok(())
}

/// Adds sources to the known ones and returns the new ones. Inserts in key order, so that two batches do not deadlock.
async fn add_known_sources(starts: &[SessionStart<'_>], tx: &mut Tx) -> sqlx::Result<HashSet<Source>> {
    let unknown = starts.iter().filter(|start| !start.new.from_known_source);
    let sources: BTreeMap<Source, i64> = unknown.map(|start| (start.source(), start.opening.now.0)).collect();
    if sources.is_empty() {
        return Ok(HashSet::new());
    }
    // `where true`: otherwise SQLite parses `on` as a join condition.
    let sql = "insert into known_source (account_id, device, network, first_at)
               select cast(value ->> 'account' as bigint), value ->> 'device', value ->> 'network',
                 cast(value ->> 'now' as bigint)
               from json_each($1) where true
               on conflict (account_id, device, network) do nothing
               returning account_id, device, network";
    let row = |((account, device, network), now): (Source, i64)| json!({"account": account, "device": device, "network": network, "now": now});
    Ok(tx.all(sql, &[&list(sources.into_iter().map(row))?]).await?.into_iter().collect())
}

/// Removes the source of a session the person did not recognize: the next sign-in from there causes a notice again.
#[derive(Clone, Debug)]
pub struct ForgetSource {
    /// The account concerned.
    pub account: AccountId,
    /// Id of the session.
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
