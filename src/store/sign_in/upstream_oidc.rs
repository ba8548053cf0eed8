//! Sign-in with Google. The account is found by Google's `sub`, or by an address for which Google is the authority, or
//! else created.

use crate::model::accounts::account::AccountId;
use crate::model::accounts::activity::{ActivityActor, ActivityEvent, SignInMethod};
use crate::model::accounts::identity::Identity;
use crate::model::session::{RefreshSecret, RequestSource};
use crate::model::sign_in::upstream_oidc::GoogleProfile;
use crate::model::time::Moment;
use crate::store::accounts::account_creation::SignUpGrant;
use crate::store::accounts::activity;
use crate::store::accounts::activity::AddActivity;
use crate::store::accounts::identities;
use crate::store::accounts::identities::NewIdentity;
use crate::store::sign_in::proof_signature::ProofSignature;
use crate::store::sign_in::telegram_login::{
    IdentitySubject, NewSessionRow, SessionOutcome, SignInOutcome, start_session,
};
use crate::store::{Tx, Write};

/// Starts a session for a person identified by Google.
#[derive(Debug)]
pub struct SignInUpstream {
    /// Verified claims of the person.
    pub profile: GoogleProfile,
    /// Plan and tokens of a new account.
    pub welcome: SignUpGrant,
    /// Digest of the authorization code.
    pub proof: ProofSignature,
    /// Device and network of the request.
    pub source: RequestSource,
    /// First secret of the session's refresh chain.
    pub secret: RefreshSecret,
}

impl Write for SignInUpstream {
    type Out = SignInOutcome;

    async fn run(&self, tx: &mut Tx) -> sqlx::Result<SignInOutcome> {
        if !self.proof.spend(tx).await? {
            return Ok(SignInOutcome::Used);
        }
        let account = match self.find_or_create(tx).await? {
            FoundAccount::Account(account) => account,
            FoundAccount::Disabled => return Ok(SignInOutcome::Disabled),
            FoundAccount::Unproven => return Ok(SignInOutcome::Unproven),
        };
        let Self { source, secret, welcome: SignUpGrant { now, .. }, .. } = self;
        let (method, subject) = (SignInMethod::Google, IdentitySubject::Text(&self.profile.subject));
        let opening = NewSessionRow { account, method, subject, source, secret, now: *now };
        Ok(match start_session(opening, tx).await? {
            SessionOutcome::Session(account, session) => SignInOutcome::Begun(account, session),
            SessionOutcome::Banned => SignInOutcome::Banned,
        })
    }
}

/// Account of a person identified by Google.
enum FoundAccount {
    /// They may sign in to this one.
    Account(AccountId),
    /// A password reset disabled the identity.
    Disabled,
    /// An account has their address, and Google is not the authority for it.
    Unproven,
}

impl SignInUpstream {
    /// Finds or creates the account. If two writes create it concurrently, the unique key of the identity fails for the
    /// second: the writer retries and finds the first one's account.
    async fn find_or_create(&self, tx: &mut Tx) -> sqlx::Result<FoundAccount> {
        if let Some(found) = self.find(tx).await? {
            return Ok(found);
        }
        if let Some(found) = self.join(tx).await? {
            return Ok(found);
        }
        let account = self.welcome.make(&self.profile.name, tx).await?.id;
        self.add(account, tx).await?;
        Ok(FoundAccount::Account(account))
    }

    /// Returns the account of this `sub`, and updates its stored address.
    async fn find(&self, tx: &mut Tx) -> sqlx::Result<Option<FoundAccount>> {
        let sql = "select account_id, disabled_at from identity where kind = 'google' and subject = $1";
        let found: Option<(AccountId, Option<Moment>)> = tx.first(sql, &[&self.profile.subject]).await?;
        let Some((account, disabled)) = found else { return Ok(None) };
        if disabled.is_some() {
            return Ok(Some(FoundAccount::Disabled));
        }
        let sql = "update identity set label = $2
                   where kind = 'google' and subject = $1 and coalesce(label, '') <> coalesce($2, '')";
        tx.run(sql, &[&self.profile.subject, &self.profile.email]).await?;
        Ok(Some(FoundAccount::Account(account)))
    }

    /// Links this `sub` to the account with the same address, if Google is the authority for the address. For any other
    /// address, Google's proof may be outdated: its owner signs in with another method and links Google there.
    async fn join(&self, tx: &mut Tx) -> sqlx::Result<Option<FoundAccount>> {
        let Some(email) = &self.profile.email else { return Ok(None) };
        let sql = "select account_id, disabled_at from identity where kind = 'email' and subject = $1";
        let found: Option<(AccountId, Option<Moment>)> = tx.first(sql, &[email]).await?;
        let Some((account, disabled)) = found else { return Ok(None) };
        if disabled.is_some() {
            return Ok(Some(FoundAccount::Disabled));
        }
        if !self.profile.is_authoritative {
            return Ok(Some(FoundAccount::Unproven));
        }
        let before = identities::dated(account, tx).await?;
        self.add(account, tx).await?;
        self.drop_unused_password(account, tx).await?;
        let GoogleProfile { subject, email, .. } = self.profile.clone();
        let identity = Identity::new("google", subject, email);
        let by = ActivityActor::Visitor(self.source.clone());
        NewIdentity { account, identity: &identity, before, by, now: self.welcome.now }.notify(tx).await?;
        Ok(Some(FoundAccount::Account(account)))
    }

    /// Deletes a password that signed nobody in since it was chosen. A stranger who registered the address may have
    /// chosen it.
    async fn drop_unused_password(&self, account: AccountId, tx: &mut Tx) -> sqlx::Result<()> {
        let sql = "delete from password where account_id = $1 and coalesce(used_at, 0) < changed_at";
        if tx.run(sql, &[&account]).await? == 0 {
            return Ok(());
        }
        let by = ActivityActor::Visitor(self.source.clone());
        let removed = AddActivity { account, event: ActivityEvent::PasswordRemoved, by, now: self.welcome.now };
        activity::add(&[removed], tx).await
    }

    async fn add(&self, account: AccountId, tx: &mut Tx) -> sqlx::Result<()> {
        let sql = "insert into identity (kind, subject, account_id, label, created_at, added_order)
             values ('google', $1, $2, $3, $4,
               (select coalesce(max(o.added_order) + 1, 0) from identity o where o.account_id = $2))";
        let GoogleProfile { subject, email, .. } = &self.profile;
        tx.run(sql, &[subject, &account, email, &self.welcome.now]).await.map(drop)
    }
}
