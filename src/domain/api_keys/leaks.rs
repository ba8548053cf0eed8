//! Keys that were found in public: revoked at once, and their owners warned.

use std::collections::HashMap;

use futures::{StreamExt, TryStreamExt, stream};

use crate::domain::Domain;
use crate::domain::error::{Refusal, Result};
use crate::gateway::github::{Seal, Trouble};
use crate::model::accounts::activity::{By, Event};
use crate::model::api_key::PlainKey;
use crate::model::crypto::secret::Secret;
use crate::model::notices::notice::address_to_show;
use crate::store::accounts::activity::Noted;
use crate::store::api_keys::keys::RevokeKey;
use crate::store::api_keys::leaks::RevokeLeaked;
use crate::telemetry;

/// How many finds one report may have.
const MOST: usize = 2000;
/// How many finds are looked into side by side: their revocations share a commit.
const TOGETHER: usize = 32;

/// Proof that a report comes from GitHub: only this floor makes one, from a signature.
#[derive(Debug)]
pub struct Scanner(());

/// Something that looks like one of our keys, found in public.
#[derive(Clone, Debug)]
pub struct Find {
    /// What was found, letter by letter.
    pub token: Secret,
    /// Where it was found; may be empty.
    pub url: String,
}

/// What became of a find.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It is a key of ours, live or not. It is not live any more.
    Ours,
    /// It is nobody's key.
    Nobodys,
}

impl Domain {
    /// Recognises GitHub by its signature of exactly these bytes.
    pub async fn recognise_github(&self, seal: Option<&Seal>, body: &[u8]) -> Result<Scanner> {
        let seal = seal.ok_or(Refusal::NotFromGitHub)?;
        match self.parts.github.check(seal, body, self.now()).await {
            Ok(()) => Ok(Scanner(())),
            Err(Trouble::Forged) => Err(Refusal::NotFromGitHub.into()),
            Err(Trouble::Away(seconds)) => Err(Refusal::GitHubAway { seconds }.into()),
        }
    }

    /// Revokes every live key among the finds, and keeps a warning for its owner. A report that comes again changes nothing,
    /// so that one that was answered with a fault may be sent again as it is.
    pub async fn revoke_leaked(&self, _: &Scanner, finds: Vec<Find>) -> Result<Vec<Verdict>> {
        if finds.len() > MOST {
            return Err(Refusal::field("body", format!("must have at most {MOST} finds")).into());
        }
        // The same key in many places is one key; the first place is told.
        let mut places: HashMap<String, (PlainKey, String)> = HashMap::new();
        for find in &finds {
            if let Some(key) = PlainKey::parse(find.token.reveal()) {
                places.entry(key.reveal().to_owned()).or_insert_with(|| (key, find.url.clone()));
            }
        }
        let judge = |(token, (key, url)): (String, (PlainKey, String))| async move {
            Ok::<_, crate::domain::Error>((token, self.judge(&key, &url).await?))
        };
        let verdicts: HashMap<_, _> = stream::iter(places).map(judge).buffer_unordered(TOGETHER).try_collect().await?;
        let verdict = |find: &Find| verdicts.get(find.token.reveal()).copied().unwrap_or(Verdict::Nobodys);
        Ok(finds.iter().map(verdict).inspect(|verdict| telemetry::leak(verdict.as_str())).collect())
    }

    async fn judge(&self, key: &PlainKey, url: &str) -> Result<Verdict> {
        let Some((key, which)) = self.parts.store.key_by_digest(&key.digest()).await? else {
            return Ok(Verdict::Nobodys);
        };
        let now = self.now();
        if !key.works_by(which, now) {
            return Ok(Verdict::Ours);
        }
        let account = key.account_id;
        let revoke = RevokeKey { account, key: key.id, now };
        let revoke = RevokeLeaked { revoke, found_at: address_to_show(url) };
        let revoke = Noted::new(revoke, (account, By::GitHub, now), |key| {
            key.as_ref().map(|key| Event::KeyLeaked { name: key.name.clone() })
        });
        let revoked = self.change(account, revoke).await?;
        if let Some(key) = revoked {
            tracing::warn!(%account, key = %key.id, "a key was found in public: revoked");
            self.parts.notices.notify_one();
        }
        Ok(Verdict::Ours)
    }
}

impl Verdict {
    /// In GitHub's words.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Ours => "true_positive",
            Self::Nobodys => "false_positive",
        }
    }
}
