//! How HTTP answers: problems (RFC 9457) with the documented titles, and the few shapes of success.
//!
//! A [`Problem`] leaves itself in the response; the outermost layer (`web::request`) writes it out with the request's id.
//! That is the one place where an error becomes bytes, and the one place where a fault is logged.

use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE, RETRY_AFTER, WWW_AUTHENTICATE};
use axum::http::{HeaderName, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use utoipa::ToSchema;

use crate::domain::error::{BadToken, NoMailLink, NoSignIn, Outside};
use crate::domain::limits::Quota;
use crate::domain::{self, Refusal};
use crate::model::login_widget::FieldFault;
use crate::model::outside::Provider;
use crate::web::quota::quota_fields;

/// The header that names a request, theirs or ours.
pub(crate) const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// What a handler answers.
pub(crate) type Result<T> = std::result::Result<T, Problem>;

/// An error on its way out.
#[derive(Clone, Debug)]
pub(crate) struct Problem {
    status: StatusCode,
    title: &'static str,
    code: &'static str,
    detail: String,
    errors: Vec<FieldFault>,
    headers: Vec<(HeaderName, HeaderValue)>,
    /// For the log only.
    fault: Option<String>,
}

/// The body of every error: RFC 9457, with `code` and `request_id`.
#[derive(Serialize, ToSchema)]
#[schema(as = Problem)]
pub(crate) struct ProblemBody<'a> {
    /// Where this kind of problem is explained.
    #[serde(rename = "type")]
    #[schema(example = "/docs#insufficient_plan")]
    kind: String,
    /// The kind of problem, in words.
    #[schema(example = "Insufficient plan")]
    title: &'a str,
    /// The HTTP status.
    #[schema(example = 403)]
    status: u16,
    /// What happened, and what to do next.
    detail: &'a str,
    /// The kind of problem, for programs.
    #[schema(example = "insufficient_plan")]
    code: &'a str,
    /// Names this request in our log.
    request_id: &'a str,
    /// The fields that are wrong.
    #[serde(skip_serializing_if = "Option::is_none")]
    errors: Option<Vec<FieldError<'a>>>,
}

/// A field that is wrong.
#[derive(Serialize, ToSchema)]
pub(crate) struct FieldError<'a> {
    /// The field.
    #[schema(example = "name")]
    field: &'a str,
    /// What it must be.
    #[schema(example = "must not be empty")]
    message: &'a str,
}

impl Problem {
    pub(crate) fn new(status: StatusCode, title: &'static str, code: &'static str, detail: impl Into<String>) -> Self {
        Self { status, title, code, detail: detail.into(), errors: Vec::new(), headers: Vec::new(), fault: None }
    }

    /// Something we depend on is away, and will be back.
    pub(crate) fn unavailable() -> Self {
        let detail =
            "Something we depend on does not answer. Look whether it was done, and try again in a few seconds.";
        Self::new(StatusCode::SERVICE_UNAVAILABLE, "Service unavailable", "unavailable", detail).retry_after(5)
    }

    pub(crate) fn with_header(mut self, name: HeaderName, value: &str) -> Self {
        if let Ok(value) = HeaderValue::from_str(value) {
            self.headers.push((name, value));
        }
        self
    }

    fn retry_after(self, seconds: u32) -> Self {
        self.with_header(RETRY_AFTER, &seconds.to_string())
    }

    /// What a person may read: for pages.
    pub(crate) fn detail(&self) -> &str {
        &self.detail
    }

    /// The status.
    pub(crate) const fn status(&self) -> StatusCode {
        self.status
    }

    /// The title.
    pub(crate) const fn title(&self) -> &'static str {
        self.title
    }

    /// The code.
    pub(crate) const fn code(&self) -> &'static str {
        self.code
    }

    /// What it adds to the response's header.
    pub(crate) fn headers(&self) -> impl Iterator<Item = (HeaderName, HeaderValue)> + '_ {
        self.headers.iter().cloned()
    }

    /// Writes the fault behind it, if there is one, to the log.
    pub(crate) fn log(&self, request_id: &str) {
        if let Some(fault) = &self.fault {
            tracing::error!(request_id, code = self.code, "{fault}");
        }
    }

    /// The response as it goes out.
    pub(crate) fn render(&self, request_id: &str) -> Response {
        self.log(request_id);
        let mut response = (self.status, self.body(request_id)).into_response();
        let headers = response.headers_mut();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
        headers.extend(self.headers());
        if let Ok(id) = HeaderValue::from_str(request_id) {
            headers.insert(REQUEST_ID, id);
        }
        response
    }

    /// The body as it goes out.
    pub(crate) fn body(&self, request_id: &str) -> String {
        let errors =
            self.errors.iter().map(|e| FieldError { field: &e.field, message: &e.message }).collect::<Vec<_>>();
        let body = ProblemBody {
            kind: format!("/docs#{}", self.code),
            title: self.title,
            status: self.status.as_u16(),
            detail: &self.detail,
            code: self.code,
            request_id,
            errors: (!errors.is_empty()).then_some(errors),
        };
        // Texts and numbers only: it cannot fail.
        serde_json::to_string(&body).unwrap_or_default()
    }
}

/// Leaves the problem for the outermost layer.
impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let mut response = self.status.into_response();
        response.extensions_mut().insert(self);
        response
    }
}

impl From<domain::Error> for Problem {
    fn from(error: domain::Error) -> Self {
        match error {
            domain::Error::Refused(refusal) => refusal.into(),
            domain::Error::Failed(fault) if fault.is_passing() => {
                Self { fault: Some(fault.to_string()), ..Self::unavailable() }
            }
            domain::Error::Failed(fault) => {
                let detail = "Something broke on our side. Try again; if it stays, tell us the request_id.";
                let problem = Self::new(StatusCode::INTERNAL_SERVER_ERROR, "Internal error", "internal", detail);
                Self { fault: Some(fault.to_string()), ..problem }
            }
        }
    }
}

impl From<Refusal> for Problem {
    fn from(refusal: Refusal) -> Self {
        use StatusCode as S;
        match refusal {
            Refusal::NotAuthenticated => not_authenticated(),
            Refusal::InvalidToken(bad) => invalid_token(bad),
            Refusal::InsufficientPlan { plan, upgrade_at } => insufficient_plan(&plan, &upgrade_at),
            Refusal::RateLimited(quota) => rate_limited(&quota),
            Refusal::TooManyUnknownKeys(quota) => too_many_unknown_keys(&quota),
            Refusal::Banned => Self::new(
                S::FORBIDDEN,
                "Account suspended",
                "account_suspended",
                "This account may not be used. Write to support if you think this is a mistake.",
            ),
            Refusal::Malformed(how) => Self::new(
                S::BAD_REQUEST,
                "Malformed request",
                "malformed",
                format!("The request cannot be read: {how}."),
            ),
            Refusal::Invalid(errors) => invalid_fields(errors),
            Refusal::NoSuchKey => not_found("key_not_found", "You have no live key with that id."),
            Refusal::NoSuchSession => not_found("session_not_found", "You have no open session with that id."),
            Refusal::NoSuchPerson => not_found("person_not_found", "There is no such person."),
            Refusal::NoSuchPlan => invalid_fields(vec![FieldFault::new("plan", "must be the id of a plan")]),
            Refusal::KeyNameTaken(name) => Self {
                errors: vec![FieldFault::new("name", "is the name of another live key of yours")],
                ..conflict("key_name_taken", format!("You have a live key called {name:?}. Choose another name."))
            },
            Refusal::TooManyKeys { limit } => conflict(
                "key_limit_reached",
                format!("Your plan allows {limit} live keys, and you have them. Revoke one you do not need."),
            ),
            Refusal::AlreadyDone => {
                conflict("already_done", "This request was answered before. Start anew.".to_owned())
            }
            Refusal::ForeignOrigin => Self::new(
                S::FORBIDDEN,
                "Foreign origin",
                "foreign_origin",
                "This request comes from a website that is not allowed to make it.",
            ),
            Refusal::NotAdmin => Self::new(S::FORBIDDEN, "Admins only", "not_admin", "Only admins may do this."),
            Refusal::NoSuchBroadcast => not_found("broadcast_not_found", "There is no such broadcast."),
            Refusal::BroadcastState(state) => conflict(
                "broadcast_state",
                format!("The broadcast is {}: this cannot be done to it now.", state.as_str()),
            ),
            Refusal::BroadcastChanged => conflict(
                "broadcast_changed",
                "Somebody else changed the draft in the meantime. Look at it again, and repeat what you want."
                    .to_owned(),
            ),
            Refusal::OtherRecipients { confirmed, recipients } => conflict(
                "recipients_changed",
                format!("It reaches {recipients} people now, not {confirmed}. Confirm the number that it reaches."),
            ),
            Refusal::NotFromGitHub => not_from_github(),
            Refusal::GitHubAway { seconds } => github_away(seconds),
            Refusal::InsufficientBalance { balance, price } => insufficient_balance(balance, price),
            Refusal::NobodyToCharge => {
                not_found("payer_not_found", "There is no key or user with that id. Nothing was charged.")
            }
            Refusal::ChargedOtherwise { request_id } => charged_otherwise(&request_id),
            Refusal::ServiceOff => service_off(),
            Refusal::NoSignIn(why) => no_sign_in(why),
            Refusal::TooManySignIns(quota) => too_many_sign_ins(&quota),
            Refusal::Leaving => Self::new(
                S::FORBIDDEN,
                "Account leaving",
                "account_leaving",
                "This account is to be deleted, and its keys are off. Its owner can sign in and keep it.",
            ),
            Refusal::OtherClosed => conflict(
                "other_account_closed",
                "This leads into another account, which is suspended or to be deleted. Nothing was changed.".to_owned(),
            ),
            Refusal::NoSuchWay => not_found("identity_not_found", "There is no such way into your account."),
            Refusal::LastWay => {
                conflict("last_identity", "This is the only way into your account. Add another one first.".to_owned())
            }
            Refusal::SignInAgain => sign_in_again(),
            Refusal::NoSuchMerge => not_found("merge_not_found", "There is no such offer to merge accounts."),
            Refusal::MergeOver => Self::new(
                S::BAD_REQUEST,
                "Merge is over",
                "merge_over",
                "This offer was answered, its ten minutes are over, or an account has changed. Prove the other one again.",
            ),
            Refusal::Outside(provider, why) => outside(provider, why),
            Refusal::MailOff => mail_off(),
            Refusal::NoMailLink(why) => no_mail_link(why),
            Refusal::TooManyTries { seconds } => too_many_tries(seconds),
            Refusal::Busy => busy(),
        }
    }
}

fn not_authenticated() -> Problem {
    let detail = "No credential was sent. Send it as `Authorization: Bearer …`.";
    Problem::new(StatusCode::UNAUTHORIZED, "Not authenticated", "not_authenticated", detail)
        .with_header(WWW_AUTHENTICATE, "Bearer realm=\"neuralbox\"")
}

fn sign_in_again() -> Problem {
    let detail = "For this you must have signed in within the last 15 minutes. Sign in again, or do it in chat.";
    Problem::new(StatusCode::FORBIDDEN, "Sign in again", "sign_in_again", detail)
}

fn not_from_github() -> Problem {
    let detail = "The signature is missing, is not of this body, or is of no key that GitHub publishes. Send the report as \
                  GitHub signed it, with Github-Public-Key-Identifier and Github-Public-Key-Signature.";
    // A 401 has to name a scheme (RFC 9110, 11.6.1), and signatures have none.
    Problem::new(StatusCode::UNAUTHORIZED, "Not authenticated", "not_from_github", detail)
        .with_header(WWW_AUTHENTICATE, "Bearer realm=\"neuralbox\"")
}

fn github_away(seconds: u32) -> Problem {
    let detail =
        "GitHub's public keys cannot be had now, so that its signature cannot be checked. Nothing was changed.";
    Problem::new(StatusCode::SERVICE_UNAVAILABLE, "Service unavailable", "github_away", detail).retry_after(seconds)
}

fn invalid_token(bad: BadToken) -> Problem {
    let (code, detail) = match bad {
        BadToken::Invalid => ("invalid_token", "This credential is not one of ours. Sign in again."),
        BadToken::Expired => ("token_expired", "This token has expired. Refresh it, or sign in again."),
        BadToken::SessionEnded => ("session_ended", "The session of this token is over. Sign in again."),
        BadToken::LoginForged => ("login_forged", "Telegram did not sign this. Sign in with Telegram again."),
        BadToken::LoginStale => ("login_stale", "Telegram signed this too long ago. Sign in with Telegram again."),
        BadToken::LoginFuture => ("login_future", "This was signed in the future. Check the clock, and sign in again."),
        BadToken::LoginUsed => ("login_used", "This sign-in was used before. Sign in with Telegram again."),
        BadToken::RefreshReplayed => {
            ("refresh_replayed", "This refresh token was spent before, so its session was ended. Sign in again.")
        }
        BadToken::KeyUnknown => ("key_unknown", "There is no such API key. Check that you copied all 48 characters."),
        BadToken::KeyRevoked => ("key_revoked", "This API key was revoked. Make a new one."),
        BadToken::KeyExpired => ("key_expired", "This API key has expired. Make a new one."),
        BadToken::WrongPassword => {
            ("wrong_password", "The e-mail address or the password is not right, or the address is not confirmed yet.")
        }
        BadToken::NotService => ("not_service", "This is not the service credential. Send NEURALBOX_SERVICE_TOKEN."),
    };
    refused_credential(code, detail)
}

fn refused_credential(code: &'static str, detail: &str) -> Problem {
    Problem::new(StatusCode::UNAUTHORIZED, "Invalid or expired token", code, detail).with_header(
        WWW_AUTHENTICATE,
        &format!("Bearer realm=\"neuralbox\", error=\"invalid_token\", error_description=\"{detail}\""),
    )
}

fn insufficient_plan(plan: &str, upgrade_at: &str) -> Problem {
    let detail = format!("Your plan, {plan}, has no API access. Upgrade at {upgrade_at}.");
    Problem::new(StatusCode::FORBIDDEN, "Insufficient plan", "insufficient_plan", detail)
}

fn insufficient_balance(balance: i64, price: i64) -> Problem {
    let detail =
        format!("The balance is {balance} tokens and the price {price}. Nothing was charged. Tokens are needed.");
    Problem::new(StatusCode::PAYMENT_REQUIRED, "Insufficient balance", "insufficient_balance", detail)
}

fn charged_otherwise(request_id: &str) -> Problem {
    let detail = format!(
        "The request {request_id:?} was charged before, to another account or at another price. Nothing was charged now. Use a \
         request_id for one request only."
    );
    let errors = vec![FieldFault::new("request_id", "was charged before, to another account or at another price")];
    Problem { errors, ..conflict("charged_otherwise", detail) }
}

/// No 401, because no credential would help, and no 404, which would read as a mistyped path.
fn service_off() -> Problem {
    let detail = "No service credential is set, so nobody may call this. The operator sets NEURALBOX_SERVICE_TOKEN.";
    Problem::new(StatusCode::FORBIDDEN, "Service calls are off", "service_off", detail)
}

fn busy() -> Problem {
    let detail = "More work is waiting than we can do soon. Nothing was changed. Try again in a second.";
    Problem::new(StatusCode::SERVICE_UNAVAILABLE, "Service busy", "busy", detail).retry_after(1)
}

fn rate_limited(quota: &Quota) -> Problem {
    let (limit, seconds) = (quota.limit, quota.seconds);
    let detail =
        format!("Your plan allows {limit} requests a minute, shared by all your keys. Try again in {seconds} s.");
    over_limit(quota, detail)
}

fn too_many_unknown_keys(quota: &Quota) -> Problem {
    let seconds = quota.seconds;
    let detail = format!("Too many keys that do not exist were tried from your network. Try again in {seconds} s.");
    over_limit(quota, detail)
}

fn too_many_sign_ins(quota: &Quota) -> Problem {
    let seconds = quota.seconds;
    let detail = format!("Too many sign-ins were begun from your network. Try again in {seconds} s.");
    over_limit(quota, detail)
}

fn no_sign_in(why: NoSignIn) -> Problem {
    let (code, detail) = match why {
        NoSignIn::Unknown => ("sign_in_unknown", "There is no such sign-in. Start anew."),
        NoSignIn::Expired => ("sign_in_expired", "The two minutes of this sign-in are over. Start anew."),
        NoSignIn::Refused => ("sign_in_refused", "This sign-in was refused in Telegram. Nobody was signed in."),
        NoSignIn::Used => ("sign_in_used", "This sign-in was used before. Start anew."),
    };
    Problem::new(StatusCode::BAD_REQUEST, "Sign-in is over", code, detail)
}

/// What a provider of identities does not do.
fn outside(provider: Provider, why: Outside) -> Problem {
    use StatusCode as S;
    let (name, google) = (provider.title(), provider == Provider::Google);
    let code = |google_code, telegram_code| if google { google_code } else { telegram_code };
    match why {
        Outside::Off => {
            let names = if google { "GOOGLE_CLIENT_ID" } else { "TELEGRAM_OIDC_CLIENT_ID" };
            let detail = format!("Signing in this way is off here. The operator sets {names} and its secret.");
            Problem::new(S::FORBIDDEN, "Sign-in is off", code("google_off", "telegram_login_off"), detail)
        }
        Outside::Away { seconds } => {
            let detail =
                format!("{name} does not answer. Nobody was signed in. Begin again at {name} in a few seconds.");
            let code = code("google_away", "telegram_login_away");
            Problem::new(S::SERVICE_UNAVAILABLE, "Service unavailable", code, detail).retry_after(seconds)
        }
        Outside::Nonsense => {
            let detail =
                format!("{name} answers what makes no sense to us. Nobody was signed in. Sign in another way.");
            Problem::new(S::BAD_GATEWAY, "Bad gateway", code("google_nonsense", "telegram_login_nonsense"), detail)
        }
        Outside::CodeRefused => {
            let code = code("google_code_refused", "telegram_login_code_refused");
            refused_credential(
                code,
                &format!("{name} does not know this code, or not any more. Sign in with {name} again."),
            )
        }
        Outside::Unproven => {
            let code = code("google_unproven", "telegram_login_unproven");
            refused_credential(
                code,
                &format!("What {name} answered is no proof of who you are. Sign in with {name} again."),
            )
        }
    }
}

/// No 404, which would read as a mistyped path.
fn mail_off() -> Problem {
    let detail =
        "This service sends no mails, so there are no e-mail accounts. The operator sets SMTP_URL and MAIL_FROM.";
    Problem::new(StatusCode::FORBIDDEN, "E-mail accounts are off", "email_off", detail)
}

fn no_mail_link(why: NoMailLink) -> Problem {
    let (code, detail) = match why {
        NoMailLink::Unknown => {
            ("mail_link_unknown", "There is no such link. Open it as it stands in the mail, or ask for a new one.")
        }
        NoMailLink::Expired => ("mail_link_expired", "The time of this link is over. Ask for a new one."),
        NoMailLink::Used => {
            ("mail_link_used", "This link was used before, or another one in its place. Ask for a new one.")
        }
    };
    Problem::new(StatusCode::BAD_REQUEST, "Link is over", code, detail)
}

fn too_many_tries(seconds: u32) -> Problem {
    let detail = format!("Too many tries. Nothing was done. Try again in {seconds} s.");
    Problem::new(StatusCode::TOO_MANY_REQUESTS, "Rate limit exceeded", "rate_limit_exceeded", detail)
        .retry_after(seconds)
}

/// The bot's name is not known yet, and without it there is no way to the bot.
pub(crate) fn telegram_away() -> Problem {
    let detail = "Telegram cannot be reached now, so that the bot cannot sign anyone in. Try again in a few seconds.";
    Problem::new(StatusCode::SERVICE_UNAVAILABLE, "Service unavailable", "telegram_away", detail).retry_after(5)
}

fn over_limit(quota: &Quota, detail: String) -> Problem {
    let problem = Problem::new(StatusCode::TOO_MANY_REQUESTS, "Rate limit exceeded", "rate_limit_exceeded", detail);
    let problem = problem.retry_after(quota.seconds);
    quota_fields(quota).into_iter().fold(problem, |problem, (name, value)| problem.with_header(name, &value))
}

fn invalid_fields(errors: Vec<FieldFault>) -> Problem {
    let names: Vec<_> = errors.iter().map(|fault| fault.field.as_str()).collect();
    let detail = format!("These fields are not as they must be: {}.", names.join(", "));
    Problem { errors, ..Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "Invalid fields", "invalid_fields", detail) }
}

pub(crate) fn not_found(code: &'static str, detail: &str) -> Problem {
    Problem::new(StatusCode::NOT_FOUND, "Not found", code, detail)
}

fn conflict(code: &'static str, detail: String) -> Problem {
    Problem::new(StatusCode::CONFLICT, "Conflict", code, detail)
}
