//! Callback data of account buttons: sign-in methods, activity and deletion.

/// Meaning of a tap on an account button.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum AccountCallback {
    /// Lists the sign-in methods.
    Identities,
    /// Requests a link to add a sign-in method.
    AddIdentity,
    /// Asks for confirmation before an identity, given by kind and mark, is unlinked.
    AskUnlink(String, String),
    /// Unlinks an identity, given by kind and mark.
    Unlink(String, String),
    /// Shows the account activity.
    Activity,
    /// Asks for confirmation before the account is scheduled for deletion.
    AskDeletion,
    /// Schedules the account for deletion.
    ScheduleDeletion,
    /// Cancels the deletion.
    CancelDeletion,
}

impl AccountCallback {
    /// Encodes the part after the format prefix.
    pub(super) fn encode(&self) -> String {
        match self {
            Self::Identities => "ways".to_owned(),
            Self::AddIdentity => "addway".to_owned(),
            Self::AskUnlink(kind, mark) => format!("unlink?:{kind}:{mark}"),
            Self::Unlink(kind, mark) => format!("unlink:{kind}:{mark}"),
            Self::Activity => "activity".to_owned(),
            Self::AskDeletion => "leave?".to_owned(),
            Self::ScheduleDeletion => "leave".to_owned(),
            Self::CancelDeletion => "stay".to_owned(),
        }
    }

    /// Parses verb and object.
    pub(super) fn read(verb: &str, object: Option<&str>) -> Option<Self> {
        let way = || object?.split_once(':').map(|(kind, mark)| (kind.to_owned(), mark.to_owned()));
        match verb {
            "ways" => Some(Self::Identities),
            "addway" => Some(Self::AddIdentity),
            "unlink?" => way().map(|(kind, mark)| Self::AskUnlink(kind, mark)),
            "unlink" => way().map(|(kind, mark)| Self::Unlink(kind, mark)),
            "activity" => Some(Self::Activity),
            "leave?" => Some(Self::AskDeletion),
            "leave" => Some(Self::ScheduleDeletion),
            "stay" => Some(Self::CancelDeletion),
            _ => None,
        }
    }
}
