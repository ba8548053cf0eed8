//! Callback data of buttons about apps and about devices that ask to be signed in.

use crate::messages::callback_data::NumberChoice;
use crate::model::oauth::client::ClientId;

/// Meaning of a tap on a button about an app.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum AppCallback {
    /// Lists the apps.
    List,
    /// Ends all access of an app.
    CutOff(ClientId),
    /// Ends one sign-in to an app, after its notice.
    End(i64),
    /// Answers a device's request with a number.
    AnswerDevice(NumberChoice),
    /// Declines a device's request.
    RefuseDevice(i64),
}

impl AppCallback {
    /// Encodes the part after the format prefix.
    pub(super) fn encode(&self) -> String {
        match self {
            Self::List => "apps".to_owned(),
            Self::CutOff(client) => format!("cutapp:{client}"),
            Self::End(grant) => format!("endapp:{grant}"),
            Self::AnswerDevice(NumberChoice { request, number }) => format!("device:{request}.{number}"),
            Self::RefuseDevice(request) => format!("nodevice:{request}"),
        }
    }

    /// Parses verb and object.
    pub(super) fn read(verb: &str, object: Option<&str>) -> Option<Self> {
        match verb {
            "apps" => Some(Self::List),
            "cutapp" => ClientId::parse(object?).map(Self::CutOff),
            "endapp" => object?.parse().ok().map(Self::End),
            "device" => NumberChoice::read(object?).map(Self::AnswerDevice),
            "nodevice" => object?.parse().ok().map(Self::RefuseDevice),
            _ => None,
        }
    }

    /// True if the button answers the protected message under which it is.
    pub(super) const fn answers_protected(&self) -> bool {
        matches!(self, Self::AnswerDevice(_) | Self::RefuseDevice(_))
    }
}
