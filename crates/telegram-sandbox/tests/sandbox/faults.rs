//! Injected faults and the rate limit.

use std::time::Duration;

use serde_json::json;
use telegram_sandbox::{CallOutcome, Fault, FaultKind};

use crate::support::{fixture, fixture_with, ivan};

#[tokio::test]
async fn a_fault_applies_the_given_number_of_times() {
    let fixture = fixture().await;
    let send = || json!({"chat_id": 1001, "text": "x"});
    fixture.sandbox.inject_fault(Fault::once("sendMessage", FaultKind::TooManyRequests { retry_after: 3 }).times(2));
    for _time in 0..2 {
        let answer = fixture.call("sendMessage", send()).await;
        assert_eq!(answer["description"], "Too Many Requests: retry after 3");
        assert_eq!((&answer["error_code"], &answer["parameters"]["retry_after"]), (&json!(429), &json!(3)));
    }
    fixture.done("sendMessage", send()).await;
    fixture.sandbox.inject_fault(Fault::once("sendMessage", FaultKind::Blocked));
    assert_eq!(fixture.refused("sendMessage", send()).await, "403 Forbidden: bot was blocked by the user");
    fixture.sandbox.inject_fault(Fault::once("sendMessage", FaultKind::InternalError));
    assert_eq!(fixture.refused("sendMessage", send()).await, "500 Internal Server Error");
    let gone = FaultKind::Refused { code: 403, description: "Forbidden: user is deactivated".into() };
    fixture.sandbox.inject_fault(Fault::once("sendMessage", gone));
    assert_eq!(fixture.refused("sendMessage", send()).await, "403 Forbidden: user is deactivated");
    assert_eq!(fixture.sandbox.chat(ivan().id).len(), 1);
}

#[tokio::test]
async fn a_fault_applies_to_its_chat_and_method_only() {
    let fixture = fixture().await;
    fixture.sandbox.allow_chats([7]);
    fixture.sandbox.inject_fault(Fault { method: None, chat: Some(7), times: 1, kind: FaultKind::Blocked });
    fixture.updates(json!({})).await;
    fixture.done("sendMessage", json!({"chat_id": 1001, "text": "x"})).await;
    fixture.refused("sendMessage", json!({"chat_id": 7, "text": "x"})).await;
    fixture.done("sendMessage", json!({"chat_id": 7, "text": "x"})).await;
    fixture.sandbox.inject_fault(Fault::once("sendPhoto", FaultKind::Blocked));
    fixture.sandbox.clear_faults();
    fixture.done("sendPhoto", json!({"chat_id": 7, "photo": "some-file"})).await;
}

#[tokio::test]
async fn a_server_error_is_html() {
    let fixture = fixture().await;
    fixture.sandbox.inject_fault(Fault::once("getMe", FaultKind::ServerError));
    let answer = fixture.http.get(fixture.method("getMe")).send().await.unwrap();
    assert_eq!(answer.status(), 502);
    assert!(answer.text().await.unwrap().starts_with("<html>"));
}

#[tokio::test]
async fn a_reset_cuts_the_connection_before_or_after_the_method_runs() {
    let fixture = fixture().await;
    for (kind, done) in [(FaultKind::ResetBefore, 0), (FaultKind::ResetAfter, 1)] {
        fixture.sandbox.inject_fault(Fault::once("sendMessage", kind));
        let request = fixture.http.post(fixture.method("sendMessage")).json(&json!({"chat_id": 1001, "text": "x"}));
        let error = request.send().await.unwrap_err();
        assert!(error.is_request() && error.status().is_none(), "{error:?}");
        assert_eq!(fixture.sandbox.chat(1001).len(), done);
    }
    let calls = fixture.sandbox.calls();
    assert_eq!(calls[0].outcome, CallOutcome::Dropped { done: None });
    assert!(
        matches!(&calls[1].outcome, CallOutcome::Dropped { done: Some(done) } if matches!(**done, CallOutcome::Done(_)))
    );
}

#[tokio::test]
async fn a_slow_call_is_in_flight_until_it_ends() {
    let fixture = fixture().await;
    fixture.sandbox.inject_fault(Fault::once("sendMessage", FaultKind::Slow(Duration::from_millis(60))));
    let (message, ()) = tokio::join!(fixture.send("slowly"), async {
        fixture.done("getMe", json!({})).await;
        fixture.sandbox.wait_until_idle().await.unwrap();
        assert_eq!(fixture.sandbox.last(1001).unwrap().text, "slowly");
    });
    assert_eq!(message["text"], "slowly");
}

#[tokio::test]
async fn the_flood_limit_counts_messages_of_a_second() {
    let fixture = fixture_with(|settings| settings.flood_limit = Some(2)).await;
    fixture.send("one").await;
    fixture.send("two").await;
    let three = json!({"chat_id": 1001, "text": "three"});
    assert_eq!(fixture.refused("sendMessage", three.clone()).await, "429 Too Many Requests: retry after 1");
    fixture.later(1);
    fixture.done("sendMessage", three).await;
}
