//! Faults on order, and the flood limit.

use std::time::Duration;

use serde_json::json;
use telegram_sandbox::{CallOutcome, Fault, FaultKind};

use crate::stage::{ivan, stage, stage_with};

#[tokio::test]
async fn refusals_strike_as_often_as_ordered() {
    let stage = stage().await;
    let send = || json!({"chat_id": 1001, "text": "x"});
    stage.sandbox.inject_fault(Fault::once("sendMessage", FaultKind::TooManyRequests { retry_after: 3 }).times(2));
    for _time in 0..2 {
        let answer = stage.call("sendMessage", send()).await;
        assert_eq!(answer["description"], "Too Many Requests: retry after 3");
        assert_eq!((&answer["error_code"], &answer["parameters"]["retry_after"]), (&json!(429), &json!(3)));
    }
    stage.done("sendMessage", send()).await;
    stage.sandbox.inject_fault(Fault::once("sendMessage", FaultKind::Blocked));
    assert_eq!(stage.refused("sendMessage", send()).await, "403 Forbidden: bot was blocked by the user");
    stage.sandbox.inject_fault(Fault::once("sendMessage", FaultKind::InternalError));
    assert_eq!(stage.refused("sendMessage", send()).await, "500 Internal Server Error");
    let gone = FaultKind::Refused { code: 403, description: "Forbidden: user is deactivated".into() };
    stage.sandbox.inject_fault(Fault::once("sendMessage", gone));
    assert_eq!(stage.refused("sendMessage", send()).await, "403 Forbidden: user is deactivated");
    assert_eq!(stage.sandbox.chat(ivan().id).len(), 1);
}

#[tokio::test]
async fn a_fault_strikes_its_chat_and_method_only() {
    let stage = stage().await;
    stage.sandbox.allow_chats([7]);
    stage.sandbox.inject_fault(Fault { method: None, chat: Some(7), times: 1, kind: FaultKind::Blocked });
    stage.updates(json!({})).await;
    stage.done("sendMessage", json!({"chat_id": 1001, "text": "x"})).await;
    stage.refused("sendMessage", json!({"chat_id": 7, "text": "x"})).await;
    stage.done("sendMessage", json!({"chat_id": 7, "text": "x"})).await;
    stage.sandbox.inject_fault(Fault::once("sendPhoto", FaultKind::Blocked));
    stage.sandbox.clear_faults();
    stage.done("sendPhoto", json!({"chat_id": 7, "photo": "some-file"})).await;
}

#[tokio::test]
async fn a_server_error_is_html() {
    let stage = stage().await;
    stage.sandbox.inject_fault(Fault::once("getMe", FaultKind::ServerError));
    let answer = stage.http.get(stage.method("getMe")).send().await.unwrap();
    assert_eq!(answer.status(), 502);
    assert!(answer.text().await.unwrap().starts_with("<html>"));
}

#[tokio::test]
async fn a_reset_gives_no_answer_whether_done_or_not() {
    let stage = stage().await;
    for (kind, done) in [(FaultKind::ResetBefore, 0), (FaultKind::ResetAfter, 1)] {
        stage.sandbox.inject_fault(Fault::once("sendMessage", kind));
        let request = stage.http.post(stage.method("sendMessage")).json(&json!({"chat_id": 1001, "text": "x"}));
        let error = request.send().await.unwrap_err();
        assert!(error.is_request() && error.status().is_none(), "{error:?}");
        assert_eq!(stage.sandbox.chat(1001).len(), done);
    }
    let calls = stage.sandbox.calls();
    assert_eq!(calls[0].outcome, CallOutcome::Dropped { done: None });
    assert!(
        matches!(&calls[1].outcome, CallOutcome::Dropped { done: Some(done) } if matches!(**done, CallOutcome::Done(_)))
    );
}

#[tokio::test]
async fn a_slow_call_is_under_way_until_it_ends() {
    let stage = stage().await;
    stage.sandbox.inject_fault(Fault::once("sendMessage", FaultKind::Slow(Duration::from_millis(60))));
    let (message, ()) = tokio::join!(stage.send("slowly"), async {
        stage.done("getMe", json!({})).await;
        stage.sandbox.wait_until_idle().await.unwrap();
        assert_eq!(stage.sandbox.last(1001).unwrap().text, "slowly");
    });
    assert_eq!(message["text"], "slowly");
}

#[tokio::test]
async fn the_flood_limit_counts_messages_of_a_second() {
    let stage = stage_with(|settings| settings.flood_limit = Some(2)).await;
    stage.send("one").await;
    stage.send("two").await;
    let three = json!({"chat_id": 1001, "text": "three"});
    assert_eq!(stage.refused("sendMessage", three.clone()).await, "429 Too Many Requests: retry after 1");
    stage.later(1);
    stage.done("sendMessage", three).await;
}
