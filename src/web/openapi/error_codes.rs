//! Codes of the problems that an operation may answer with, published as `x-problem-codes`.
//!
//! Left out are those of any call, such as `malformed` or `internal`. Most codes follow from the credential, the statuses
//! and the descriptions; the table adds those that only the domain knows.

use std::collections::BTreeSet;

use serde_json::{Value, json};
use utoipa::openapi::path::Operation;

/// Name of the member of an operation.
const MEMBER: &str = "x-problem-codes";
const INVALID_FIELDS: &str = "invalid_fields";
const DELETION_SCHEDULED: &str = "deletion_scheduled";

/// Codes by security scheme.
const OF_CREDENTIAL: [(&str, &[&str]); 4] = [
    (
        "session",
        &[
            "not_authenticated",
            "invalid_token",
            "token_expired",
            "session_ended",
            "account_suspended",
            "deletion_scheduled",
        ],
    ),
    (
        "key",
        &["not_authenticated", "key_unknown", "key_revoked", "key_expired", "account_suspended", "deletion_scheduled"],
    ),
    ("service", &["not_authenticated", "not_service", "service_calls_disabled"]),
    ("refresh", &["foreign_origin"]),
];

const TELEGRAM_PROOF: &[&str] =
    &["login_forged", "login_stale", "login_future", "login_used", "account_suspended", "identity_disabled"];
const BOT_SIGN_IN: &[&str] = &["sign_in_unknown", "sign_in_expired", "sign_in_refused", "sign_in_used"];
const GOOGLE: &[&str] = &[
    "google_off",
    "google_code_refused",
    "google_unproven",
    "google_nonsense",
    "google_unavailable",
    "identity_disabled",
];
const MAIL_LINK: &[&str] = &["email_disabled", "mail_link_unknown", "mail_link_expired", "mail_link_used"];
const MAIL: &[&str] = &["email_disabled", "rate_limit_exceeded"];
const LINK: &[&str] = &["other_account_closed", "identity_too_new"];
const BROADCAST: &[&str] = &["broadcast_not_found", "broadcast_state"];

/// Codes by operation.
const OF_OPERATION: &[(&str, &[&[&str]])] = &[
    ("signInWithTelegram", &[TELEGRAM_PROOF]),
    ("signInWithMiniApp", &[TELEGRAM_PROOF]),
    ("signInWithGoogle", &[GOOGLE, &["address_unproven", "account_suspended"]]),
    (
        "signInWithPassword",
        &[&[
            "wrong_password",
            "email_disabled",
            "account_suspended",
            "identity_disabled",
            "rate_limit_exceeded",
            "busy",
        ]],
    ),
    ("startBotSignIn", &[&["foreign_origin", "rate_limit_exceeded", "telegram_unavailable"]]),
    ("pollBotSignIn", &[BOT_SIGN_IN, &["foreign_origin", "account_suspended"]]),
    ("registerEmailAccount", &[MAIL]),
    ("verifyEmailAddress", &[MAIL_LINK, &["busy"]]),
    ("requestPasswordReset", &[MAIL]),
    ("resetPassword", &[MAIL_LINK, &["identity_too_new"]]),
    ("changePassword", &[MAIL, &["identity_too_new"]]),
    (
        "refreshSession",
        &[&["not_authenticated", "invalid_token", "session_ended", "refresh_replayed", "rate_limit_exceeded"]],
    ),
    ("signOut", &[&["foreign_origin"]]),
    ("endSession", &[&["session_not_found"]]),
    ("startEmailLink", &[MAIL]),
    ("verifyEmailLink", &[MAIL_LINK, LINK, &["identity_disabled"]]),
    ("linkGoogle", &[GOOGLE, LINK]),
    ("linkTelegram", &[TELEGRAM_PROOF, LINK]),
    ("startTelegramLink", &[&["rate_limit_exceeded", "telegram_unavailable"]]),
    ("pollTelegramLink", &[BOT_SIGN_IN, LINK, &["identity_disabled"]]),
    ("unlinkIdentity", &[&["identity_not_found", "last_identity", "identity_too_new", "identity_protected"]]),
    ("confirmIdentity", &[&["identity_not_found"]]),
    ("getMergeOffer", &[&["merge_not_found", "merge_offer_expired"]]),
    ("acceptMergeOffer", &[&["merge_not_found", "merge_offer_expired", "other_account_closed"]]),
    ("declineMergeOffer", &[&["merge_not_found"]]),
    ("createKey", &[&["insufficient_plan", "key_name_taken", "key_limit_reached"]]),
    ("renameKey", &[&["key_not_found", "key_name_taken"]]),
    ("rotateKey", &[&["key_not_found", "insufficient_plan"]]),
    ("revokeKey", &[&["key_not_found"]]),
    ("listDailyUsage", &[&["key_not_found"]]),
    ("verifyKey", &[&["insufficient_plan", "rate_limit_exceeded", "busy"]]),
    ("chargeTokens", &[&["insufficient_balance", "payer_not_found", "charged_otherwise", "busy"]]),
    ("reportLeakedKeys", &[&["untrusted_leak_report", "github_unavailable"]]),
    ("listBroadcasts", &[&["not_admin"]]),
    ("createBroadcast", &[&["not_admin"]]),
    ("getBroadcast", &[&["not_admin", "broadcast_not_found"]]),
    ("updateBroadcast", &[BROADCAST, &["not_admin", "broadcast_changed"]]),
    ("previewBroadcast", &[&["not_admin", "broadcast_not_found"]]),
    ("copyBroadcast", &[&["not_admin", "broadcast_not_found"]]),
    ("testBroadcast", &[BROADCAST, &["not_admin"]]),
    ("startBroadcast", &[BROADCAST, &["not_admin", "broadcast_changed", "recipients_changed"]]),
    ("pauseBroadcast", &[BROADCAST, &["not_admin"]]),
    ("resumeBroadcast", &[BROADCAST, &["not_admin"]]),
    ("cancelBroadcast", &[BROADCAST, &["not_admin"]]),
    ("recallBroadcast", &[BROADCAST, &["not_admin"]]),
    ("retractBroadcast", &[BROADCAST, &["not_admin"]]),
    ("listBroadcastFailures", &[&["not_admin", "broadcast_not_found", "recipients_purged"]]),
];

/// Operations that an account scheduled for deletion may call.
const WHILE_LEAVING: [&str; 3] = ["getProfile", "exportAccount", "cancelAccountDeletion"];

/// Adds the codes to an operation.
pub(in crate::web::openapi) fn add(operation: &mut Operation, known: &BTreeSet<&'static str>) {
    let described = serde_json::to_value(&*operation).unwrap_or_default();
    let codes: Vec<_> = codes(&described, known).into_iter().collect();
    if !codes.is_empty() {
        operation.extensions.get_or_insert_default().insert(MEMBER.to_owned(), json!(codes));
    }
}

fn codes(operation: &Value, known: &BTreeSet<&'static str>) -> BTreeSet<&'static str> {
    let id = operation.get("operationId").and_then(Value::as_str).unwrap_or_default();
    let of_operation = OF_OPERATION.iter().filter(|(operation, _)| *operation == id).flat_map(|(_, sets)| *sets);
    let mut codes: BTreeSet<&str> = of_operation.flat_map(|set| *set).copied().collect();
    let security = operation.get("security").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    let is_optional = security.iter().any(|alternative| alternative.as_object().is_some_and(serde_json::Map::is_empty));
    for (scheme, of_scheme) in OF_CREDENTIAL {
        if !is_optional && security.iter().any(|alternative| alternative.get(scheme).is_some()) {
            codes.extend(of_scheme);
        }
    }
    let responses = operation.get("responses").and_then(Value::as_object);
    for (status, response) in responses.into_iter().flatten() {
        if status == "422" {
            codes.insert(INVALID_FIELDS);
        }
        let description = response.get("description").and_then(Value::as_str).unwrap_or_default();
        codes.extend(description.split('`').filter_map(|span| known.get(span)));
    }
    if WHILE_LEAVING.contains(&id) {
        codes.remove(DELETION_SCHEDULED);
    }
    codes
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::web;
    use crate::web::problem::{Problem, catalog};

    fn known() -> BTreeSet<&'static str> {
        catalog::every().iter().map(Problem::code).collect()
    }

    #[test]
    fn the_tables_name_operations_and_codes_that_exist() {
        let document = serde_json::to_string(&web::api().merge(web::reports()).to_openapi()).expect("a document");
        for (operation, sets) in OF_OPERATION.iter().filter(|(operation, _)| *operation != "verifyKey") {
            let name = format!("\"operationId\":\"{operation}\"");
            assert!(document.contains(&name), "{operation} is gone: give its codes to its successor");
            for code in sets.iter().flat_map(|set| *set) {
                assert!(known().contains(code), "{operation}: {code}");
            }
        }
        for code in OF_CREDENTIAL.iter().flat_map(|(_, codes)| *codes).chain([&INVALID_FIELDS, &DELETION_SCHEDULED]) {
            assert!(known().contains(code), "{code}");
        }
    }

    #[test]
    fn codes_follow_from_credential_statuses_and_descriptions() {
        let operation = json!({
            "operationId": "listDailyUsage",
            "security": [{"service": []}],
            "responses": {"403": {"description": "Too old (`reauth_required`)"}, "422": {"description": "`days` is wrong"}},
        });
        let codes: Vec<_> = codes(&operation, &known()).into_iter().collect();
        let expected = [
            "invalid_fields",
            "key_not_found",
            "not_authenticated",
            "not_service",
            "reauth_required",
            "service_calls_disabled",
        ];
        assert_eq!(codes, expected);
    }
}
