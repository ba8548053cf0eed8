//! Authorization codes: given once, used once.

use sqlx::FromRow;

use crate::model::accounts::account::{Account, AccountId};
use crate::model::oauth::client::{Client, ClientId};
use crate::model::oauth::grant::{GrantEnd, GrantId};
use crate::model::oauth::pkce::CodeChallenge;
use crate::model::oauth::redirect_uri::is_same_resource;
use crate::model::oauth::refresh_token::GrantRefreshToken;
use crate::model::oauth::scope::{Scope, Scopes};
use crate::model::session::{RefreshSecret, RequestSource, SessionId};
use crate::model::time::Moment;
use crate::store::accounts::accounts::account_columns;
use crate::store::oauth::grant_ends;
use crate::store::oauth::grants::{self, NewGrant};
use crate::store::oauth::refresh::{self, NewChain};
use crate::store::sessions::sessions::{SessionWithAccount, session_columns};
use crate::store::{Tx, Write};

/// An authorization code to be given.
#[derive(Clone, Debug)]
pub struct NewCode {
    /// SHA-256 of the code.
    pub digest: Vec<u8>,
    /// The client.
    pub client: ClientId,
    /// The person.
    pub account: AccountId,
    /// The session that the person authorized the client in.
    pub session: SessionId,
    /// Address that the client must repeat.
    pub redirect_uri: String,
    /// Challenge whose verifier the client must show.
    pub challenge: CodeChallenge,
    /// Value for the ID token.
    pub nonce: Option<String>,
    /// Scopes that were granted.
    pub scopes: Scopes,
    /// Audience of the access token.
    pub resource: String,
    /// Time of the sign-in.
    pub auth_time: Moment,
    /// Method of the sign-in.
    pub amr: String,
    /// Expiry.
    pub expires_at: Moment,
}

/// Stores a code.
pub(in crate::store) async fn add(code: &NewCode, tx: &mut Tx) -> sqlx::Result<()> {
    let sql = "insert into oauth_code
                 (digest, client_id, account_id, session_id, redirect_uri, challenge, nonce, scopes, resource, auth_time, amr, expires_at)
               values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)";
    tx.run(
        sql,
        &[
            &code.digest,
            &code.client,
            &code.account,
            &code.session,
            &code.redirect_uri,
            &code.challenge.as_str(),
            &code.nonce,
            &code.scopes.to_string(),
            &code.resource,
            &code.auth_time,
            &code.amr,
            &code.expires_at,
        ],
    )
    .await
    .map(drop)
}

/// Redeems a code for a grant. Any attempt of its client uses it up; a second one ends what the first gave.
#[derive(Clone)]
pub struct RedeemCode {
    /// SHA-256 of the code.
    pub digest: Vec<u8>,
    /// The client that shows it.
    pub client: Client,
    /// Address that the client repeats.
    pub redirect_uri: String,
    /// Verifier that the client shows.
    pub verifier: String,
    /// API that the client asks for; `None` for that of the request.
    pub resource: Option<String>,
    /// First secret of the refresh token, if the grant has one.
    pub secret: RefreshSecret,
    /// Current time, from the caller's clock.
    pub now: Moment,
}

/// Outcome of a [`RedeemCode`].
#[derive(Debug)]
pub enum Redemption {
    /// A grant began or continues.
    Granted(Box<RedeemedGrant>),
    /// A code was used a second time, which ended its grant.
    Replayed,
    /// The client asks for another API than that of its request.
    OtherResource,
    /// The code is not valid for this client, or no longer.
    Refused,
}

/// What a redeemed code gives.
#[derive(Clone, Debug)]
pub struct RedeemedGrant {
    /// Id of the grant.
    pub grant: GrantId,
    /// The person.
    pub account: Account,
    /// Id of the person, as the client knows it.
    pub sub: String,
    /// The session of the sign-in; `None` for the device flow.
    pub session: Option<SessionId>,
    /// Scopes that were granted.
    pub scopes: Scopes,
    /// Audience of the access token.
    pub resource: String,
    /// Time of the sign-in.
    pub auth_time: Moment,
    /// Method of the sign-in.
    pub amr: String,
    /// Value for the ID token.
    pub nonce: Option<String>,
    /// Refresh token, if offline access was granted.
    pub refresh: Option<GrantRefreshToken>,
}

#[derive(FromRow)]
struct CodeRow {
    account_id: AccountId,
    session_id: SessionId,
    redirect_uri: String,
    challenge: String,
    nonce: Option<String>,
    scopes: String,
    resource: String,
    auth_time: Moment,
    amr: String,
    expires_at: Moment,
}

impl Write for RedeemCode {
    type Out = Redemption;

    async fn run(&self, tx: &mut Tx) -> sqlx::Result<Redemption> {
        // The client is part of the condition: a code in the hands of another client is not used up by it.
        let sql = "update oauth_code set used_at = $3 where digest = $1 and client_id = $2 and used_at is null
                   returning account_id, session_id, redirect_uri, challenge, nonce, scopes, resource, auth_time, amr,
                     expires_at";
        let Some(code) = tx.first::<CodeRow>(sql, &[&self.digest, &self.client.id, &self.now]).await? else {
            return self.replayed(tx).await;
        };
        let is_proven = self.is_proven(&code);
        let asks_other = |resource: &String| !is_same_resource(resource, &code.resource);
        if is_proven && self.resource.as_ref().is_some_and(asks_other) {
            return Ok(Redemption::OtherResource);
        }
        let session = if is_proven { open_session(&code, self.now, tx).await? } else { None };
        let Some(SessionWithAccount { session, account }) = session else { return Ok(Redemption::Refused) };
        let scopes = Scopes::stored(&code.scopes);
        let new = NewGrant {
            account: account.id,
            client: &self.client,
            scopes,
            session: Some(session.id),
            auth_time: code.auth_time,
            amr: &code.amr,
            origin: RequestSource { device: session.device, network: session.network },
            now: self.now,
        };
        let grant = grants::begin(&new, tx).await?;
        let sql = "update oauth_code set grant_id = $2 where digest = $1";
        tx.run(sql, &[&self.digest, &grant.id]).await?;
        let refresh = if scopes.has(Scope::OfflineAccess) {
            let chain =
                NewChain { grant: grant.id, secret: self.secret, scopes, resource: &code.resource, now: self.now };
            Some(refresh::begin(&chain, tx).await?)
        } else {
            None
        };
        Ok(Redemption::Granted(Box::new(RedeemedGrant {
            grant: grant.id,
            account,
            sub: grant.sub,
            session: Some(session.id),
            scopes,
            resource: code.resource,
            auth_time: code.auth_time,
            amr: code.amr,
            nonce: code.nonce,
            refresh,
        })))
    }
}

impl RedeemCode {
    /// True if the client repeats the address and shows the verifier of the request, in time.
    fn is_proven(&self, code: &CodeRow) -> bool {
        code.redirect_uri == self.redirect_uri
            && CodeChallenge::stored(code.challenge.clone()).is_of(&self.verifier)
            && self.now < code.expires_at
    }

    /// Ends the grant of a code that was used before (RFC 6749, 4.1.2). An unknown code ends nothing.
    async fn replayed(&self, tx: &mut Tx) -> sqlx::Result<Redemption> {
        let sql = "select grant_id from oauth_code where digest = $1 and client_id = $2 and used_at is not null";
        let used: Option<(Option<GrantId>,)> = tx.first(sql, &[&self.digest, &self.client.id]).await?;
        let Some((grant,)) = used else { return Ok(Redemption::Refused) };
        if let Some(grant) = grant {
            grant_ends::end(grant, GrantEnd::CodeReused, self.now, tx).await?;
        }
        Ok(Redemption::Replayed)
    }
}

/// Returns the session of a code with its account, if both still have access.
async fn open_session(code: &CodeRow, now: Moment, tx: &mut Tx) -> sqlx::Result<Option<SessionWithAccount>> {
    let sql = concat!(
        "select ",
        session_columns!(),
        ", ",
        account_columns!(),
        " from session s join account a on a.id = s.account_id where s.id = $1 and s.account_id = $2"
    );
    let held: Option<SessionWithAccount> = tx.first(sql, &[&code.session_id, &code.account_id]).await?;
    Ok(held.filter(|held| held.session.is_open(now) && has_access(&held.account)))
}

/// True if the account is neither banned, deleted, nor scheduled for deletion.
pub(in crate::store) const fn has_access(account: &Account) -> bool {
    account.banned_at.is_none() && account.deleted_at.is_none() && account.deletion_due_at.is_none()
}
