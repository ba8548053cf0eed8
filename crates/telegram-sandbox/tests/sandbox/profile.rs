//! Descriptions, menu buttons, uploaded photos and media edits.

use serde_json::{Value, json};

use crate::support::{Fixture, fixture};

/// A PNG with only a header of this size.
fn png(width: u32, height: u32) -> Vec<u8> {
    let mut png = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR".to_vec();
    png.extend(width.to_be_bytes());
    png.extend(height.to_be_bytes());
    png
}

/// Calls a method with a file in part `part`.
async fn upload(fixture: &Fixture, method: &str, fields: &[(&str, &str)], part: (&str, &[u8])) -> Value {
    let mut body = Vec::new();
    for (name, value) in fields {
        body.extend(
            format!("--cut\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n").into_bytes(),
        );
    }
    let (name, bytes) = part;
    let head = format!("--cut\r\nContent-Disposition: form-data; name=\"{name}\"; filename=\"usage.png\"\r\n\r\n");
    body.extend(head.into_bytes());
    body.extend(bytes);
    body.extend(b"\r\n--cut--\r\n");
    let request = fixture.http.post(fixture.method(method)).header("content-type", "multipart/form-data; boundary=cut");
    request.body(body).send().await.unwrap().json().await.unwrap()
}

#[tokio::test]
async fn descriptions_have_lengths_and_languages() {
    let fixture = fixture().await;
    let long = json!({"description": "я".repeat(513)});
    assert_eq!(fixture.refused("setMyDescription", long).await, "400 Bad Request: DESCRIPTION_TOO_LONG");
    let long = json!({"short_description": "я".repeat(121)});
    assert_eq!(fixture.refused("setMyShortDescription", long).await, "400 Bad Request: ABOUT_TOO_LONG");
    let language = json!({"description": "x", "language_code": "rus"});
    assert_eq!(fixture.refused("setMyDescription", language).await, "400 Bad Request: invalid language code specified");
    fixture.done("setMyDescription", json!({"description": "x".repeat(512)})).await;
    fixture.done("setMyDescription", json!({"description": "Ключи", "language_code": "ru"})).await;
    fixture.done("setMyShortDescription", json!({"short_description": "Keys"})).await;
    assert_eq!(fixture.done("getMyDescription", json!({"language_code": "ru"})).await["description"], "Ключи");
    let russian = fixture.sandbox.bot_profile("ru-RU");
    assert_eq!((russian.description.as_str(), russian.short_description.as_str()), ("Ключи", "Keys"));
    assert_eq!(fixture.sandbox.bot_profile("de").description.len(), 512);
    fixture.done("setMyDescription", json!({"language_code": "ru"})).await;
    assert_eq!(fixture.done("getMyDescription", json!({"language_code": "ru"})).await["description"], "");
}

#[tokio::test]
async fn menu_buttons_are_of_a_chat_or_the_default() {
    let fixture = fixture().await;
    let refused = async |params: Value| fixture.refused("setChatMenuButton", params).await;
    let unparsed = "400 Bad Request: can't parse menu button: ";
    assert_eq!(refused(json!({"menu_button": []})).await, format!("{unparsed}MenuButton must be an Object"));
    let kind = refused(json!({"menu_button": {"type": "games"}})).await;
    assert_eq!(kind, format!("{unparsed}MenuButton has unsupported type"));
    let stranger = refused(json!({"chat_id": 77, "menu_button": {"type": "commands"}})).await;
    assert_eq!(stranger, "400 Bad Request: user not found");
    let app = |url: &str| json!({"type": "web_app", "text": "Open", "web_app": {"url": url}});
    let insecure = refused(json!({"menu_button": app("http://example.com")})).await;
    assert!(insecure.ends_with("Only HTTPS links are allowed"), "{insecure}");

    assert_eq!(fixture.done("getChatMenuButton", json!({})).await, json!({"type": "commands"}));
    fixture.done("setChatMenuButton", json!({"menu_button": app("https://example.com/")})).await;
    assert_eq!(fixture.done("getChatMenuButton", json!({"chat_id": 1001})).await, json!({"type": "default"}));
    assert_eq!(fixture.sandbox.menu_button(1001), app("https://example.com/"));
    fixture.done("setChatMenuButton", json!({"chat_id": 1001, "menu_button": {"type": "commands"}})).await;
    assert_eq!(fixture.sandbox.menu_button(1001), json!({"type": "commands"}));
}

#[tokio::test]
async fn an_uploaded_photo_is_a_picture() {
    let fixture = fixture().await;
    let picture = png(800, 400);
    let fields = [("chat_id", "1001"), ("caption", "Usage")];
    let sent = upload(&fixture, "sendPhoto", &fields, ("photo", &picture)).await["result"].clone();
    assert_eq!((&sent["photo"][0]["width"], &sent["photo"][0]["height"]), (&json!(800), &json!(400)));
    assert_eq!(sent["caption"], "Usage");
    let seen = fixture.sandbox.last(1001).unwrap();
    assert_eq!(fixture.sandbox.photo(&seen.file_id.unwrap()), Some(picture));
    for (bytes, reason) in [
        (b"text".to_vec(), "IMAGE_PROCESS_FAILED"),
        (png(2_100, 100), "PHOTO_INVALID_DIMENSIONS"),
        (png(6_000, 5_000), "PHOTO_INVALID_DIMENSIONS"),
    ] {
        let refused = upload(&fixture, "sendPhoto", &fields, ("photo", &bytes)).await;
        assert_eq!(refused["description"], format!("Bad Request: {reason}"));
    }
}

#[tokio::test]
async fn media_of_a_message_is_replaced() {
    let fixture = fixture().await;
    let id = fixture.send("text").await["message_id"].to_string();
    let media = r#"{"type": "photo", "media": "attach://chart", "caption": "<b>June</b>", "parse_mode": "HTML"}"#;
    let fields = [("chat_id", "1001"), ("message_id", id.as_str()), ("media", media)];
    let edited = upload(&fixture, "editMessageMedia", &fields, ("chart", &png(640, 320))).await["result"].clone();
    assert_eq!((&edited["caption"], &edited["photo"][0]["width"]), (&json!("June"), &json!(640)));
    let file_id = edited["photo"][0]["file_id"].clone();
    let edit = |media: Value| json!({"chat_id": 1001, "message_id": id, "media": media});
    let same = edit(json!({"type": "photo", "media": file_id, "caption": "<b>June</b>", "parse_mode": "HTML"}));
    let same = fixture.refused("editMessageMedia", same).await;
    assert!(same.starts_with("400 Bad Request: message is not modified"), "{same}");
    fixture.done("editMessageMedia", edit(json!({"type": "photo", "media": "other", "caption": "July"}))).await;
    assert_eq!(fixture.sandbox.last(1001).unwrap().text, "July");
    let unparsed = "400 Bad Request: can't parse InputMedia: ";
    for (media, reason) in [
        (json!([]), "expected an Object"),
        (json!({"media": "x"}), "Can't find field \"type\""),
        (json!({"type": "photo"}), "media not found"),
        (json!({"type": "photo", "media": "attach://nothing"}), "media not found"),
    ] {
        assert_eq!(fixture.refused("editMessageMedia", edit(media)).await, format!("{unparsed}{reason}"));
    }
    let none = json!({"chat_id": 1001, "message_id": id});
    assert_eq!(fixture.refused("editMessageMedia", none).await, "400 Bad Request: parameter \"media\" is required");
}

#[tokio::test]
async fn a_date_is_an_entity() {
    let fixture = fixture().await;
    let message = fixture.send("until <tg-time unix=\"1800000000\" format=\"wDT\">15 January</tg-time>").await;
    assert_eq!(message["text"], "until 15 January");
    let entity =
        json!({"type": "date_time", "offset": 6, "length": 10, "unix_time": 1_800_000_000, "date_time_format": "wDT"});
    assert_eq!(message["entities"], json!([entity]));
    let bare = fixture.send("<tg-time unix='1800000000'>soon</tg-time>").await;
    assert_eq!(bare["entities"][0]["date_time_format"], "");
    for wrong in [
        "<tg-time unix=\"1\" format=\"rt\">x</tg-time>",
        "<tg-time unix=\"1\" format=\"tD\">x</tg-time>",
        "<tg-time>x</tg-time>",
    ] {
        let params = json!({"chat_id": 1001, "text": wrong, "parse_mode": "HTML"});
        let refused = fixture.refused("sendMessage", params).await;
        assert!(refused.starts_with("400 Bad Request: can't parse entities: Invalid"), "{refused}");
    }
    let explicit = json!([{"type": "date_time", "offset": 0, "length": 1, "unix_time": 1, "date_time_format": "x"}]);
    let refused = fixture.refused("sendMessage", json!({"chat_id": 1001, "text": "x", "entities": explicit})).await;
    assert_eq!(refused, "400 Bad Request: can't parse entities: Invalid date-time format specified");
}
