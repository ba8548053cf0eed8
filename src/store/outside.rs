//! People whom Google vouches for: found by Google's `sub`, or by an address that is verified on both sides, or made.

use crate::model::account::Account;
use crate::model::event::Door;
use crate::model::outside::GoogleProfile;
use crate::model::session::{Origin, RefreshSecret};
use crate::model::time::Moment;
use crate::store::accounts::account_columns;
use crate::store::newcomers::Welcome;
use crate::store::sign_in::{Begun, Opening, SignedIn, begin_one};
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
        let sql = "insert into used_login (signature, expires_at) values ($1, $2) on conflict (signature) do nothing";
        if tx.run(sql, &[&self.proof.0, &self.proof.1]).await? == 0 {
            return Ok(SignedIn::Used);
        }
        let account = self.find_or_make(tx).await?.id;
        let Self { origin, secret, welcome: Welcome { now, .. }, .. } = self;
        let opening = Opening { account, door: Door::Google, origin, secret, now: *now };
        Ok(match begin_one(opening, tx).await? {
            Begun::Session(account, session) => SignedIn::Begun(account, session),
            Begun::Banned => SignedIn::Banned,
        })
    }
}

impl SignInByGoogle {
    /// The account. Two who make the same one at the same time: the identity's key is taken
    /// for the second, whose work the writer tries again, and it finds the first one's.
    async fn find_or_make(&self, tx: &mut Tx) -> sqlx::Result<Account> {
        if let Some(account) = self.find(tx).await? {
            return Ok(account);
        }
        if self.join(tx).await?
            && let Some(account) = self.find(tx).await?
        {
            return Ok(account);
        }
        let account = self.welcome.make(&self.profile.name, tx).await?;
        let sql =
            "insert into identity (kind, subject, account_id, label, created_at) values ('google', $1, $2, $3, $4)";
        tx.run(sql, &[&self.profile.subject, &account.id, &self.profile.email, &self.welcome.now]).await?;
        Ok(account)
    }

    /// The account that this `sub` signs in to, with the address that Google knows now.
    async fn find(&self, tx: &mut Tx) -> sqlx::Result<Option<Account>> {
        let sql = concat!(
            "select ",
            account_columns!(),
            " from identity i join account a on a.id = i.account_id where i.kind = 'google' and i.subject = $1"
        );
        let account = tx.first(sql, &[&self.profile.subject]).await?;
        if account.is_some() {
            let sql = "update identity set label = $2
                       where kind = 'google' and subject = $1 and coalesce(label, '') <> coalesce($2, '')";
            tx.run(sql, &[&self.profile.subject, &self.profile.email]).await?;
        }
        Ok(account)
    }

    /// Adds this `sub` to the account that has the same address, verified by Google and by us: an identity of kind `email` is
    /// only there when it is.
    async fn join(&self, tx: &mut Tx) -> sqlx::Result<bool> {
        let Some(email) = &self.profile.email else { return Ok(false) };
        let sql = "insert into identity (kind, subject, account_id, label, created_at)
                   select 'google', $1, account_id, $2, $3 from identity where kind = 'email' and subject = $2";
        Ok(tx.run(sql, &[&self.profile.subject, email, &self.welcome.now]).await? > 0)
    }
}
