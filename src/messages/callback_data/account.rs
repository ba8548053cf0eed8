//! Callback data of account buttons: sign-in methods, activity and deletion.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};

use crate::model::accounts::identity::Identity;

/// Meaning of a tap on an account button.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum AccountCallback {
    /// Lists the sign-in methods.
    Identities,
    /// Requests a link to add a sign-in method.
    AddIdentity,
    /// Asks for confirmation before an identity is unlinked.
    AskUnlink(IdentityRef),
    /// Unlinks an identity.
    Unlink(IdentityRef),
    /// Undoes a change of the sign-in methods.
    Undo(i64),
    /// Shows the account activity.
    Activity,
    /// Asks for confirmation before the account is scheduled for deletion.
    AskDeletion,
    /// Schedules the account for deletion.
    ScheduleDeletion,
    /// Cancels the deletion.
    CancelDeletion,
    /// Starts the trial.
    StartTrial,
}

/// Identity as a button refers to it: 64 bytes have no room for an address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct IdentityRef {
    /// Provider: `telegram`, `email` or `google`.
    pub(crate) kind: String,
    /// Beginning of the digest of the subject.
    pub(crate) mark: String,
}

impl IdentityRef {
    /// Refers to an identity.
    pub(crate) fn of(identity: &Identity) -> Self {
        let digest = Sha256::digest(identity.subject.as_bytes());
        let mark = URL_SAFE_NO_PAD.encode(digest.get(..9).unwrap_or_default());
        Self { kind: identity.kind.clone(), mark }
    }

    /// Finds the identity among those linked.
    pub(crate) fn find<'a>(&self, identities: &'a [Identity]) -> Option<&'a Identity> {
        identities.iter().find(|identity| Self::of(identity) == *self)
    }

    fn read(object: &str) -> Option<Self> {
        let (kind, mark) = object.split_once(':')?;
        Some(Self { kind: kind.to_owned(), mark: mark.to_owned() })
    }
}

impl AccountCallback {
    /// Encodes the part after the format prefix.
    pub(super) fn encode(&self) -> String {
        match self {
            Self::Identities => "ways".to_owned(),
            Self::AddIdentity => "addway".to_owned(),
            Self::AskUnlink(IdentityRef { kind, mark }) => format!("unlink?:{kind}:{mark}"),
            Self::Unlink(IdentityRef { kind, mark }) => format!("unlink:{kind}:{mark}"),
            Self::Undo(id) => format!("undo:{id}"),
            Self::Activity => "activity".to_owned(),
            Self::AskDeletion => "leave?".to_owned(),
            Self::ScheduleDeletion => "leave".to_owned(),
            Self::CancelDeletion => "stay".to_owned(),
            Self::StartTrial => "trial".to_owned(),
        }
    }

    /// Parses verb and object.
    pub(super) fn read(verb: &str, object: Option<&str>) -> Option<Self> {
        let identity = || IdentityRef::read(object?);
        match verb {
            "ways" => Some(Self::Identities),
            "addway" => Some(Self::AddIdentity),
            "unlink?" => identity().map(Self::AskUnlink),
            "unlink" => identity().map(Self::Unlink),
            "undo" => object?.parse().ok().map(Self::Undo),
            "activity" => Some(Self::Activity),
            "leave?" => Some(Self::AskDeletion),
            "leave" => Some(Self::ScheduleDeletion),
            "stay" => Some(Self::CancelDeletion),
            "trial" => Some(Self::StartTrial),
            _ => None,
        }
    }
}
