//! Responses that many operations share. `#[utoipa::path]` lists a set of errors by its type.
//!
//! Errors have a status and a meaning only: `document` adds their body, which is the same for all.

use std::collections::BTreeMap;

use utoipa::IntoResponses;
use utoipa::openapi::{RefOr, Response};

/// Success of a sign-in.
pub(crate) const SIGNED_IN: &str = "Signed in. The response sets the refresh cookie";
/// Success of linking a sign-in method.
pub(crate) const LINKED: &str = "Linked. If it belongs to another account of the person, nothing is linked, and `merge` \
                                 offers to merge both accounts";

const NOT_SIGNED_IN: &str = "Not signed in";
const FOREIGN_ORIGIN: &str = "This website's origin is not allowed";
const NOT_ADMIN: &str = "Not an admin, or the role does not allow it (`role_not_allowed`); or the session was not begun by \
                         the admin's Telegram account (`telegram_sign_in_required`); or, unless the call only reads, the \
                         last sign-in is more than 15 minutes ago (`reauth_required`)";
const EMAIL_DISABLED: &str = "Email accounts are off";

/// Defines sets of errors, each with its statuses and their meanings.
macro_rules! error_responses {
    ($($(#[$doc:meta])* $name:ident { $($status:literal: $meaning:expr,)+ })+) => {$(
        $(#[$doc])*
        pub(crate) struct $name;

        impl IntoResponses for $name {
            fn responses() -> BTreeMap<String, RefOr<Response>> {
                [$(($status, $meaning)),+].into_iter().map(error).collect()
            }
        }
    )+};
}

error_responses! {
    /// Operations of signed-in people.
    SessionErrors {
        401: NOT_SIGNED_IN,
    }
    /// Operations of signed-in people who have proven themselves lately.
    ReauthenticationErrors {
        401: NOT_SIGNED_IN,
        403: "The last sign-in is more than 15 minutes ago (`reauth_required`). Sign in again, at `reauth_url` or by any sign-in call",
    }
    /// Operations of admins.
    AdminErrors {
        401: NOT_SIGNED_IN,
        403: NOT_ADMIN,
    }
    /// Operations of admins on one broadcast.
    BroadcastErrors {
        401: NOT_SIGNED_IN,
        403: NOT_ADMIN,
        404: "No such broadcast",
    }
    /// Operations of owners on one client of the OAuth provider.
    ClientErrors {
        401: NOT_SIGNED_IN,
        403: NOT_ADMIN,
        404: "No such client",
    }
    /// Operations on one API key of the signed-in person.
    OwnKeyErrors {
        401: NOT_SIGNED_IN,
        404: "You have no live key with this id",
    }
    /// Operations on one merge offer.
    MergeOfferErrors {
        401: NOT_SIGNED_IN,
        404: "You have no such merge offer",
    }
    /// Operations that take an API key.
    KeyErrors {
        401: "Missing or invalid API key",
    }
    /// Operations of the operator's services.
    ServiceErrors {
        401: "Missing or wrong service credential",
        403: "Service calls are off: no service credential is configured",
    }
    /// Operations that use a cookie, or that only our own and allowed websites may start.
    OriginErrors {
        403: FOREIGN_ORIGIN,
    }
    /// Sign-in with a payload signed by Telegram.
    TelegramProofErrors {
        401: "Not signed by Telegram, too old or already used",
    }
    /// Start of a sign-in through the bot.
    BotSignInErrors {
        403: FOREIGN_ORIGIN,
        429: "Too many sign-ins from this network",
    }
    /// Poll of a sign-in through the bot.
    BotPollErrors {
        400: "The sign-in is unknown, expired, declined or already used",
        422: "`poll_token` is missing",
    }
    /// Operations that redeem a code of Google.
    GoogleErrors {
        422: "Invalid fields, or the redirect URI is not allowed",
        502: "Google sent an invalid response",
        503: "Google is unavailable",
    }
    /// Linking of a sign-in method.
    LinkErrors {
        403: "The last sign-in is more than 15 minutes ago (`reauth_required`); the sign-in method is off, or it belongs to an account whose password reset disabled it",
        409: "It belongs to another account, which is suspended or scheduled for deletion; or it was added there less than seven days ago, after another one (`identity_too_new`)",
    }
    /// Operations of email accounts.
    EmailErrors {
        403: EMAIL_DISABLED,
    }
    /// Operations that send an email.
    MailErrors {
        403: EMAIL_DISABLED,
        429: "Too many emails to this address or from this network",
    }
    /// Operations that take the token of an emailed link.
    MailLinkErrors {
        400: "The link is unknown, expired or already used",
        422: "`token` is missing",
    }
    /// Operations with a body.
    BodyErrors {
        422: "Invalid fields",
    }
    /// Lists in pages.
    PageErrors {
        422: "Invalid `after` or `limit`",
    }
}

fn error((status, meaning): (u16, &str)) -> (String, RefOr<Response>) {
    (status.to_string(), RefOr::T(Response::new(meaning)))
}
