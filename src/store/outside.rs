//! People whom Google vouches for: found by Google's `sub`, or by an address that is verified on both sides, or made.

use crate::model::account::Account;
use crate::model::notice::Notice;
use crate::model::outside::GoogleProfile;
use crate::model::session::{Origin, RefreshSecret, SessionId};
use crate::model::time::Moment;
use crate::store::accounts::account_columns;
use crate::store::newcomers::Welcome;
use crate::store::notices::{self, AddNotice};
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
        let (account, is_new) = self.find_or_make(tx).await?;
        let opening =
            Opening { account: account.id, origin: &self.origin, secret: &self.secret, now: self.welcome.now };
        let Begun::Session(account, session) = begin_one(opening, tx).await? else { return Ok(SignedIn::Banned) };
        if !is_new {
            self.warn(&account, session, tx).await?;
        }
        Ok(SignedIn::Begun(account, session))
    }
}

impl SignInByGoogle {
    /// The account, and whether it was made just now. Two who make the same one at the same time: the identity's key is taken
    /// for the second, whose work the writer tries again, and it finds the first one's.
    async fn find_or_make(&self, tx: &mut Tx) -> sqlx::Result<(Account, bool)> {
        if let Some(account) = self.find(tx).await? {
            return Ok((account, false));
        }
        if self.join(tx).await?
            && let Some(account) = self.find(tx).await?
        {
            return Ok((account, false));
        }
        let account = self.welcome.make(&self.profile.name, tx).await?;
        let sql =
            "insert into identity (kind, subject, account_id, label, created_at) values ('google', $1, $2, $3, $4)";
        tx.run(sql, &[&self.profile.subject, &account.id, &self.profile.email, &self.welcome.now]).await?;
        Ok((account, true))
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

    /// Tells the owner of the account that somebody signed in, if the bot can.
    async fn warn(&self, account: &Account, session: SessionId, tx: &mut Tx) -> sqlx::Result<()> {
        let sql = "select 1 = 1 from identity
                   where account_id = $1 and kind = 'telegram' and unreachable_at is null
                   limit 1";
        if tx.first::<(bool,)>(sql, &[&account.id]).await?.is_none() {
            return Ok(());
        }
        let Origin { device, network } = self.origin.clone();
        let warning = AddNotice {
            account: account.id,
            notice: Notice::SignedIn { session: session.0, device, network },
            once_key: format!("signed_in:{session}"),
            now: self.welcome.now,
        };
        notices::keep(&[warning], tx).await.map(drop)
    }
}
