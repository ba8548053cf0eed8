//! The ways into one's account: another one is added with a proof of its own, and any but the last may go.

use crate::domain::accounts::profile::SignedIn;
use crate::domain::error::{BadToken, NoMailLink, NoSignIn, Refusal, Result};
use crate::domain::sign_in::bot_sign_in::{Shown, Standing, Started, standing};
use crate::domain::sign_in::email_tokens::ProvenAddress;
use crate::domain::sign_in::telegram_login::Proven;
use crate::domain::{Domain, Error};
use crate::model::accounts::account::Identity;
use crate::model::network::Network;
use crate::model::session::Origin;
use crate::model::sign_in::init_data::InitData;
use crate::model::sign_in::login_widget::SignedLogin;
use crate::model::sign_in::one_time_token::OneTimeToken;
use crate::model::sign_in::upstream_oidc::{Provider, Voucher};
use crate::store::accounts::identities::{Link, Linked, Once, Unlink, Unlinked};
use crate::store::sign_in::bot_sign_in::{RequestRow, SpendLinkRequest};

/// How long ago a sign-in may be for what only the person themselves must be able to do, in seconds: a session may be in other
/// hands by then.
pub const RECENT: i64 = 900;

/// A way in whose holder was just proven to be there. Only this floor makes one.
#[derive(Clone, Debug)]
pub(in crate::domain) struct Proof {
    way: Identity,
    speaks: Option<String>,
    once: Once,
}

impl Proof {
    /// That someone holds `subject`, which is known as `label`: an address, a Google account.
    pub(in crate::domain) fn new((kind, subject): (&str, &str), label: Option<&str>, once: Once) -> Self {
        let (kind, subject, label) = (kind.to_owned(), subject.to_owned(), label.map(ToOwned::to_owned));
        Self { way: Identity { kind, subject, label }, speaks: None, once }
    }
}

impl From<Proven> for Proof {
    fn from(Proven { profile, once: (signature, forget_at) }: Proven) -> Self {
        let once = Once::Signature(signature, forget_at);
        let proof = Self::new(("telegram", &profile.id.to_string()), profile.username.as_deref(), once);
        Self { speaks: profile.speaks().map(ToOwned::to_owned), ..proof }
    }
}

/// What became of a proof.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Linking {
    /// It leads into the caller's account: it does now, or did before.
    Done,
    /// It leads into another account, which can be merged: the number of the offer.
    Offered(i64),
}

/// How a way stands that is to be proven in chat.
#[derive(Clone, Debug)]
pub enum Proving {
    /// Nobody has answered yet.
    Waiting(Shown),
    /// It is proven.
    Proven(Linking),
}

impl Domain {
    /// The ways into the caller's account, oldest first.
    pub async fn ways(&self, caller: &SignedIn) -> Result<Vec<Identity>> {
        Ok(self.parts.store.identities(caller.account.id).await?)
    }

    /// Adds the Telegram account of whoever holds a payload of the login widget.
    pub async fn link_by_widget(&self, caller: &SignedIn, login: SignedLogin) -> Result<Linking> {
        let proven = self.check_widget(login)?;
        self.link(caller, proven.into()).await
    }

    /// Adds the Telegram account of whoever holds a Mini App's `initData`.
    pub async fn link_by_mini_app(&self, caller: &SignedIn, data: &InitData) -> Result<Linking> {
        let proven = self.check_mini_app(data)?;
        self.link(caller, proven.into()).await
    }

    /// Adds whomever a provider vouches for: a Google account, or the Telegram account of "Log in with Telegram".
    pub async fn link_by_provider(&self, caller: &SignedIn, provider: Provider, voucher: &Voucher) -> Result<Linking> {
        let once = self.proof(provider, voucher);
        let proof = match provider {
            Provider::Google => {
                let profile = self.google_profile(voucher).await?;
                let once = Once::Signature(once.0, once.1);
                Proof::new(("google", &profile.subject), profile.email.as_deref(), once)
            }
            Provider::Telegram => Proven { profile: self.telegram_profile(voucher).await?, once }.into(),
        };
        self.link(caller, proof).await
    }

    /// Adds the e-mail address of whoever opened the link that was sent there. Looking at it spent nothing; this does.
    pub async fn link_by_mail(&self, caller: &SignedIn, token: &str) -> Result<Linking> {
        let ProvenAddress { email, digest } = self.proven_address(caller, token).await?;
        let proof = Proof::new(("email", &email.subject()), Some(email.as_str()), Once::Mail(digest));
        match self.link(caller, proof).await {
            Err(Error::Refused(Refusal::InvalidToken(BadToken::LoginUsed))) => Err(NoMailLink::Used.into()),
            outcome => outcome,
        }
    }

    /// Begins to ask in chat, by a number, whether the Telegram account there is to be joined to the caller's.
    pub async fn start_link(&self, caller: &SignedIn, origin: Origin, network: Network) -> Result<Started> {
        self.start_request(origin, network, Some(caller.account.id)).await
    }

    /// Tells how that stands. Whoever answered has an account by having written to the bot, so that an answer leads to an offer.
    pub async fn poll_link(&self, caller: &SignedIn, token: &str) -> Result<Proving> {
        let digest = OneTimeToken::parse(token).ok_or(NoSignIn::Unknown)?.digest();
        let request = self.parts.store.request_of_browser(&digest).await?;
        let own = request.filter(|request| request.link_to == Some(caller.account.id)).ok_or(NoSignIn::Unknown)?;
        let now = self.now();
        match standing(&own, now)? {
            Standing::Waiting => {
                let RequestRow { code, number, expires_at, .. } = own;
                Ok(Proving::Waiting(Shown { code, number, seconds: expires_at.since(now) }))
            }
            Standing::Approved => {
                let spend = SpendLinkRequest { id: own.id, link_to: caller.account.id, now };
                let there = self.parts.store.write(spend).await?.ok_or(NoSignIn::Used)?;
                let ways = self.parts.store.identities(there).await?;
                let way = ways.into_iter().find(|way| way.kind == "telegram").ok_or(NoSignIn::Unknown)?;
                Ok(Proving::Proven(self.link(caller, Proof { way, speaks: None, once: Once::Spent }).await?))
            }
        }
    }

    /// Adds a way that was proven. One that leads into another account is not taken from it: the two can be merged.
    pub(in crate::domain) async fn link(&self, caller: &SignedIn, proof: Proof) -> Result<Linking> {
        let Proof { way, speaks, once } = proof;
        let (account, by, now) = (caller.account.id, caller.by(), self.now());
        let linked = self.parts.store.write(Link { account, way, speaks, once, by, now }).await?;
        self.parts.notices.notify_one();
        match linked {
            Linked::Done | Linked::Before => Ok(Linking::Done),
            Linked::Offered(id) => Ok(Linking::Offered(id)),
            Linked::OtherClosed => Err(Refusal::OtherClosed.into()),
            Linked::Used => Err(BadToken::LoginUsed.into()),
            Linked::Gone => Err(BadToken::SessionEnded.into()),
        }
    }

    /// Takes a way in from the caller's account, but for the last one.
    pub async fn unlink(&self, caller: &SignedIn, kind: &str, subject: &str) -> Result<Identity> {
        self.was_recent(caller).await?;
        let (account, by, now) = (caller.account.id, caller.by(), self.now());
        let unlink = Unlink { account, kind: kind.to_owned(), subject: subject.to_owned(), by, now };
        let unlinked = self.parts.store.write(unlink).await?;
        self.parts.notices.notify_one();
        match unlinked {
            Unlinked::Done(way) => Ok(way),
            Unlinked::Missing => Err(Refusal::NoSuchWay.into()),
            Unlinked::Last => Err(Refusal::LastWay.into()),
        }
    }

    /// Refuses a caller who signed in too long ago. In chat Telegram says with every update who it is.
    pub(in crate::domain) async fn was_recent(&self, caller: &SignedIn) -> Result<()> {
        let Some(session) = caller.session else { return Ok(()) };
        let begun = self.parts.store.session_begun_at(session).await?.ok_or(BadToken::SessionEnded)?;
        if self.now().since(begun) < RECENT { Ok(()) } else { Err(Refusal::SignInAgain.into()) }
    }

    /// Whether the caller signed in a moment ago, so that they need not be asked to.
    pub async fn is_recent(&self, caller: &SignedIn) -> Result<bool> {
        match self.was_recent(caller).await {
            Ok(()) => Ok(true),
            Err(Error::Refused(Refusal::SignInAgain)) => Ok(false),
            Err(error) => Err(error),
        }
    }
}
