//! People whom Google vouches for: found by Google's `sub`, or by an address that is verified on both sides, or made.

use crate::model::account::{AccountId, Identity};
use crate::model::event::{By, Door};
use crate::model::outside::GoogleProfile;
use crate::model::session::{Origin, RefreshSecret};
use crate::model::time::Moment;
use crate::store::newcomers::Welcome;
use crate::store::sign_in::{Begun, Opening, SignedIn, begin_one};
use crate::store::ways::tell_of_new_way;
use crate::store::{Tx, Write};

/// Begins a session for someone whom Google named.
#[derive(Debug)]
pub struct SignInByGoogle {
    /// Who.
    pub profile: GoogleProfile,
    /// What a new account gets.
    pub welcome: Welcome,
    /// What lets this in only once, and when it may be forgotten.
    pub proof: (Vec<u8>, Moment),
    /// Where from.
    pub origin: Origin,
    /// The first secret of the session's line.
    pub secret: RefreshSecret,
}

impl Write for SignInByGoogle {
    type Out = SignedIn;

    async fn run(&self, tx: &mut Tx) -> sqlx::Result<SignedIn> {
        let sql = "insert into used_login_signature (signature, expires_at) values ($1, $2) on conflict (signature) do nothing";
        if tx.run(sql, &[&self.proof.0, &self.proof.1]).await? == 0 {
            return Ok(SignedIn::Used);
        }
        let account = self.find_or_make(tx).await?;
        let Self { origin, secret, welcome: Welcome { now, .. }, .. } = self;
        let opening = Opening { account, door: Door::Google, origin, secret, now: *now };
        Ok(match begin_one(opening, tx).await? {
            Begun::Session(account, session) => SignedIn::Begun(account, session),
            Begun::Banned => SignedIn::Banned,
        })
    }
}

impl SignInByGoogle {
    /// The account. When two make the same one at the same time, the identity's key is taken for the second: the writer tries
    /// its work again, and it finds the first one's.
    async fn find_or_make(&self, tx: &mut Tx) -> sqlx::Result<AccountId> {
        if let Some(account) = self.find(tx).await? {
            return Ok(account);
        }
        if let Some(account) = self.join(tx).await? {
            return Ok(account);
        }
        let account = self.welcome.make(&self.profile.name, tx).await?.id;
        self.add(account, tx).await?;
        Ok(account)
    }

    /// The account that this `sub` signs in to, with the address that Google knows now.
    async fn find(&self, tx: &mut Tx) -> sqlx::Result<Option<AccountId>> {
        let sql = "select account_id from identity where kind = 'google' and subject = $1";
        let found: Option<(AccountId,)> = tx.first(sql, &[&self.profile.subject]).await?;
        let Some((account,)) = found else { return Ok(None) };
        let sql = "update identity set label = $2
                   where kind = 'google' and subject = $1 and coalesce(label, '') <> coalesce($2, '')";
        tx.run(sql, &[&self.profile.subject, &self.profile.email]).await?;
        Ok(Some(account))
    }

    /// Adds this `sub` to the account that has the same address, verified by Google and by us: an identity of kind `email` is
    /// only there when it is.
    async fn join(&self, tx: &mut Tx) -> sqlx::Result<Option<AccountId>> {
        let Some(email) = &self.profile.email else { return Ok(None) };
        let sql = "select account_id from identity where kind = 'email' and subject = $1";
        let found: Option<(AccountId,)> = tx.first(sql, &[email]).await?;
        let Some((account,)) = found else { return Ok(None) };
        self.add(account, tx).await?;
        let GoogleProfile { subject, email, .. } = self.profile.clone();
        let way = Identity { kind: "google".to_owned(), subject, label: email };
        let by = By::Visitor(self.origin.clone());
        tell_of_new_way(account, &way, (by, self.welcome.now), tx).await?;
        Ok(Some(account))
    }

    async fn add(&self, account: AccountId, tx: &mut Tx) -> sqlx::Result<()> {
        let sql =
            "insert into identity (kind, subject, account_id, label, created_at) values ('google', $1, $2, $3, $4)";
        let GoogleProfile { subject, email, .. } = &self.profile;
        tx.run(sql, &[subject, &account, email, &self.welcome.now]).await.map(drop)
    }
}
