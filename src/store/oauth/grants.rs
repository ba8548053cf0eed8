//! Grants: how they begin, and what keeps them open.
//!
//! Nothing about them is kept in memory. Every use of a token reads its grant together with account, client and session, as
//! the token of a session does, so that each end counts at once on every instance.

use sqlx::FromRow;

use crate::model::accounts::account::{Account, AccountId};
use crate::model::accounts::activity::{ActivityActor, ActivityEvent};
use crate::model::notices::notice::{AppNotice, Notice};
use crate::model::oauth::client::{Client, ClientId};
use crate::model::oauth::grant::GrantId;
use crate::model::oauth::scope::{Scope, Scopes};
use crate::model::session::{ABSOLUTE_LIFETIME_SECS, IDLE_LIFETIME_SECS, RequestSource, SessionId};
use crate::model::time::Moment;
use crate::store::accounts::accounts::account_columns;
use crate::store::accounts::activity::{self, AddActivity};
use crate::store::notices::notice_queue::{self, AddNotice};
use crate::store::oauth::consents;
use crate::store::{Result, Store, Tx};

/// A grant with everything that decides if it is open.
#[derive(Clone, Debug, FromRow)]
pub struct GrantRow {
    /// Id of the grant.
    pub grant_id: GrantId,
    /// The client.
    pub client_id: ClientId,
    /// Name of the client.
    pub client_name: String,
    /// Time at which the client was disabled or removed.
    pub client_disabled_at: Option<Moment>,
    /// Id of the person, as the client knows it.
    pub sub: String,
    /// Scopes that the client received.
    pub scopes: String,
    /// True if the grant outlives its session.
    pub is_offline: bool,
    /// The session of the sign-in; `None` for the device flow.
    pub session_id: Option<SessionId>,
    /// Time of the sign-in.
    pub auth_time: Moment,
    /// Method of the sign-in.
    pub amr: String,
    /// Time of the end.
    pub ended_at: Option<Moment>,
    /// Start of the session, while its row exists.
    pub session_begun_at: Option<Moment>,
    /// Time of the latest refresh of the session.
    pub session_seen_at: Option<Moment>,
    /// Time of the end of the session.
    pub session_ended_at: Option<Moment>,
    /// The person.
    #[sqlx(flatten)]
    pub account: Account,
}

impl GrantRow {
    /// True if tokens of the grant are valid, apart from their own expiry.
    #[must_use]
    pub fn is_open(&self, now: Moment) -> bool {
        let account = &self.account;
        let has_access =
            account.banned_at.is_none() && account.deleted_at.is_none() && account.deletion_due_at.is_none();
        let has_session = self.session_id.is_none() || self.is_offline || self.has_open_session(now);
        self.ended_at.is_none() && self.client_disabled_at.is_none() && has_access && has_session
    }

    fn has_open_session(&self, now: Moment) -> bool {
        let lifetime = self
            .session_begun_at
            .zip(self.session_seen_at)
            .map(|(begun_at, seen_at)| begun_at.plus(ABSOLUTE_LIFETIME_SECS).min(seen_at.plus(IDLE_LIFETIME_SECS)));
        self.session_ended_at.is_none() && lifetime.is_some_and(|until| now < until)
    }
}

impl Store {
    /// Returns a grant together with its account, client and session.
    pub async fn grant(&self, id: GrantId) -> Result<Option<GrantRow>> {
        let sql = concat!(
            "select g.id as grant_id, g.client_id, c.name as client_name, c.disabled_at as client_disabled_at, g.sub,
               g.scopes, g.is_offline, g.session_id, g.auth_time, g.amr, g.ended_at, s.created_at as session_begun_at,
               s.last_seen_at as session_seen_at, s.ended_at as session_ended_at, ",
            account_columns!(),
            " from oauth_grant g
              join oauth_client c on c.id = g.client_id
              join account a on a.id = g.account_id
              left join session s on s.id = g.session_id
              where g.id = $1"
        );
        Ok(self.db.first(sql, &[&id]).await?)
    }
}

/// Grant that begins with a code or an approved device.
pub(in crate::store) struct NewGrant<'a> {
    pub(in crate::store) account: AccountId,
    pub(in crate::store) client: &'a Client,
    pub(in crate::store) scopes: Scopes,
    /// The session of the sign-in; `None` for the device flow.
    pub(in crate::store) session: Option<SessionId>,
    pub(in crate::store) auth_time: Moment,
    pub(in crate::store) amr: &'a str,
    pub(in crate::store) origin: RequestSource,
    pub(in crate::store) now: Moment,
}

/// Scopes and id of a grant.
#[derive(FromRow)]
struct OpenGrant {
    id: GrantId,
    scopes: String,
    sub: String,
}

/// A grant that began or continues.
pub(in crate::store) struct BegunGrant {
    pub(in crate::store) id: GrantId,
    pub(in crate::store) sub: String,
}

/// Begins a grant, or extends the one that the client has in this session. The person learns of a new one.
pub(in crate::store) async fn begin(new: &NewGrant<'_>, tx: &mut Tx) -> sqlx::Result<BegunGrant> {
    if let Some(extended) = extend(new, tx).await? {
        return Ok(extended);
    }
    let NewGrant { account, client, scopes, session, auth_time, amr, origin, now } = new;
    let sub = consents::subject(*account, &client.id, tx).await?;
    let is_offline = scopes.has(Scope::OfflineAccess);
    let sql = "insert into oauth_grant
                 (account_id, client_id, sub, scopes, is_offline, session_id, auth_time, amr, device, network, created_at, last_used_at)
               values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $11)
               returning id";
    let (id,): (GrantId,) = tx
        .one(
            sql,
            &[
                account,
                &client.id,
                &sub,
                &scopes.to_string(),
                &is_offline,
                session,
                auth_time,
                amr,
                &origin.device,
                &origin.network,
                now,
            ],
        )
        .await?;
    announce(new, id, tx).await?;
    Ok(BegunGrant { id, sub })
}

async fn extend(new: &NewGrant<'_>, tx: &mut Tx) -> sqlx::Result<Option<BegunGrant>> {
    let NewGrant { account, client, scopes, session, auth_time, now, .. } = new;
    let Some(session) = session else { return Ok(None) };
    // The update locks the row, so that of two codes each adds its scopes.
    let sql = "update oauth_grant set last_used_at = $4, auth_time = $5
               where account_id = $1 and client_id = $2 and session_id = $3 and ended_at is null
               returning id, scopes, sub";
    let open: Option<OpenGrant> = tx.first(sql, &[account, &client.id, session, now, auth_time]).await?;
    let Some(OpenGrant { id, scopes: present, sub }) = open else { return Ok(None) };
    let scopes = Scopes::stored(&present).union(*scopes);
    let is_offline = scopes.has(Scope::OfflineAccess);
    let sql = "update oauth_grant set scopes = $2, is_offline = $3 where id = $1";
    tx.run(sql, &[&id, &scopes.to_string(), &is_offline]).await?;
    Ok(Some(BegunGrant { id, sub }))
}

/// Records a new sign-in to an app, and tells the person.
async fn announce(new: &NewGrant<'_>, id: GrantId, tx: &mut Tx) -> sqlx::Result<()> {
    let NewGrant { account, client, session, origin, now, .. } = new;
    let (account, now) = (*account, *now);
    let by = session.map_or_else(|| ActivityActor::Visitor(origin.clone()), ActivityActor::Session);
    let event = ActivityEvent::AppAuthorized { app: client.name.clone() };
    activity::add(&[AddActivity { account, event, by, now }], tx).await?;
    let notice = Notice::App(AppNotice::SignedIn {
        grant: id.0,
        app: client.name.clone(),
        host: client.host(),
        device: origin.device.clone(),
        network: origin.network.clone(),
    });
    let idempotency_key = format!("app_signed_in:{id}");
    notice_queue::add(&[AddNotice { account, notice, idempotency_key, now }], tx).await.map(drop)
}
