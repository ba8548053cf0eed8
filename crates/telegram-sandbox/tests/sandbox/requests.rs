//! Requests of the Bot API: method names, bodies, tokens, the log of calls.

use serde_json::{Value, json};
use telegram_sandbox::CallOutcome;

use crate::support::{fixture, ivan};

#[tokio::test]
async fn method_names_are_case_insensitive() {
    let fixture = fixture().await;
    for name in ["getMe", "GetMe", "getme", "GETME"] {
        let me = fixture.done(name, json!({})).await;
        assert_eq!(me["username"], "test_bot");
        assert_eq!(me["id"], 7_000_000_001_i64);
        assert_eq!(me["is_bot"], true);
    }
    assert_eq!(fixture.sandbox.call_count("getMe"), 4);
}

#[tokio::test]
async fn a_wrong_token_and_an_unknown_method_are_refused() {
    let fixture = fixture().await;
    let get = async |path: &str| {
        let answer = fixture.http.get(format!("{}{path}", fixture.address)).send().await.unwrap();
        (answer.status().as_u16(), answer.json::<Value>().await.unwrap())
    };
    let (status, body) = get("/bot1:wrong/getMe").await;
    assert_eq!((status, body), (401, json!({"ok": false, "error_code": 401, "description": "Unauthorized"})));
    assert_eq!(fixture.refused("sendTelepathy", json!({})).await, "404 Not Found");
    assert_eq!(get("/something/else").await.0, 404);
}

#[tokio::test]
async fn parameters_come_as_query_form_json_or_multipart() {
    let fixture = fixture().await;
    let keyboard = r#"{"inline_keyboard":[[{"text":"Go","callback_data":"go"}]]}"#;
    let query = [("chat_id", "1001"), ("text", "by query"), ("reply_markup", keyboard)];
    fixture.http.get(fixture.method("sendMessage")).query(&query).send().await.unwrap();
    let form = [("chat_id", "1001"), ("text", "by form"), ("reply_markup", keyboard)];
    let body: String = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(form).finish();
    let form = fixture.http.post(fixture.method("sendMessage")).body(body);
    form.header("content-type", "application/x-www-form-urlencoded").send().await.unwrap();
    let markup: Value = serde_json::from_str(keyboard).unwrap();
    fixture.done("sendMessage", json!({"chat_id": "1001", "text": "by JSON", "reply_markup": markup})).await;
    let parts = multipart(&[("chat_id", "1001"), ("text", "by multipart"), ("reply_markup", keyboard)]);
    let request = fixture.http.post(fixture.method("sendMessage")).body(parts);
    request.header("content-type", "multipart/form-data; boundary=frontier").send().await.unwrap();

    let chat = fixture.sandbox.chat(ivan().id);
    let texts: Vec<_> = chat.iter().map(|message| message.text.as_str()).collect();
    assert_eq!(texts, ["by query", "by form", "by JSON", "by multipart"]);
    assert!(chat.iter().all(|message| message.button("Go").unwrap().data() == Some("go")));
}

#[tokio::test]
async fn a_document_is_uploaded_or_named_by_id() {
    let fixture = fixture().await;
    let mut body = multipart(&[
        ("chat_id", "1001"),
        ("caption", "<b>Report</b>"),
        ("parse_mode", "HTML"),
        ("document", "attach://it"),
    ]);
    let file = "--frontier\r\nContent-Disposition: form-data; name=\"it\"; filename=\"report.csv\"\r\n\r\na,b\r\n";
    body.insert_str(0, file);
    let request = fixture.http.post(fixture.method("sendDocument")).body(body);
    let answer = request.header("content-type", "multipart/form-data; boundary=frontier").send().await.unwrap();
    let message = answer.json::<Value>().await.unwrap()["result"].clone();
    assert_eq!(message["document"]["file_name"], "report.csv");
    assert_eq!(message["document"]["file_size"], 3);
    assert_eq!(message["caption"], "Report");
    assert_eq!(message["caption_entities"][0]["type"], "bold");

    let again = json!({"chat_id": 1001, "document": message["document"]["file_id"]});
    fixture.done("sendDocument", again).await;
    assert_eq!(fixture.sandbox.last(1001).unwrap().file, Some("document"));
    let nothing = fixture.refused("sendPhoto", json!({"chat_id": 1001})).await;
    assert_eq!(nothing, "400 Bad Request: there is no photo in the request");
}

#[tokio::test]
async fn every_call_is_logged() {
    let fixture = fixture().await;
    fixture.call("SendMessage", json!({"chat_id": 1001, "text": "Hello"})).await;
    fixture.call("sendMessage", json!({"chat_id": 4, "text": "Hello"})).await;
    let calls = fixture.sandbox.calls();
    assert_eq!(calls.len(), 2);
    assert_eq!((calls[0].method, &calls[0].params["text"]), ("sendMessage", &json!("Hello")));
    assert!(calls[0].is_done());
    assert!(
        matches!(&calls[1].outcome, CallOutcome::Refused { code: 400, description, .. } if description.ends_with("chat not found"))
    );
}

/// Encodes a multipart body; reqwest would need its `multipart` feature.
fn multipart(fields: &[(&str, &str)]) -> String {
    let part = |(name, value): &(&str, &str)| {
        format!("--frontier\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n")
    };
    fields.iter().map(part).collect::<String>() + "--frontier--\r\n"
}
