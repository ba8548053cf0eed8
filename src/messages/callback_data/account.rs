//! Buttons about one's account: the ways in, what happened, leaving.

/// A tap on one of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum AccountCallback {
    /// The ways in.
    Ways,
    /// Another one, please.
    AddWay,
    /// Take the way of that kind and mark away? Asks.
    AskUnlink(String, String),
    /// Yes, take it away.
    Unlink(String, String),
    /// What happened to my account.
    Activity,
    /// Delete my account? Asks.
    AskLeave,
    /// Yes, delete it.
    Leave,
    /// Keep it after all.
    Keep,
}

impl AccountCallback {
    /// As it stands in the button, behind the mark of the lay-out.
    pub(super) fn encode(&self) -> String {
        match self {
            Self::Ways => "ways".to_owned(),
            Self::AddWay => "addway".to_owned(),
            Self::AskUnlink(kind, mark) => format!("unlink?:{kind}:{mark}"),
            Self::Unlink(kind, mark) => format!("unlink:{kind}:{mark}"),
            Self::Activity => "activity".to_owned(),
            Self::AskLeave => "leave?".to_owned(),
            Self::Leave => "leave".to_owned(),
            Self::Keep => "stay".to_owned(),
        }
    }

    /// Reads one.
    pub(super) fn read(verb: &str, object: Option<&str>) -> Option<Self> {
        let way = || object?.split_once(':').map(|(kind, mark)| (kind.to_owned(), mark.to_owned()));
        match verb {
            "ways" => Some(Self::Ways),
            "addway" => Some(Self::AddWay),
            "unlink?" => way().map(|(kind, mark)| Self::AskUnlink(kind, mark)),
            "unlink" => way().map(|(kind, mark)| Self::Unlink(kind, mark)),
            "activity" => Some(Self::Activity),
            "leave?" => Some(Self::AskLeave),
            "leave" => Some(Self::Leave),
            "stay" => Some(Self::Keep),
            _ => None,
        }
    }
}
