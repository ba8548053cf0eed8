//! Telegram's HTML: entities with UTF-16 offsets, and all parse errors.

use proptest::{prelude::*, test_runner::Config};
use serde_json::{Value, json};

use crate::support::{Fixture, fixture};

async fn entities(fixture: &Fixture, html: &str) -> (String, Vec<(String, u64, u64)>) {
    let message = fixture.send(html).await;
    let entity = |entity: &Value| {
        (
            entity["type"].as_str().unwrap().to_owned(),
            entity["offset"].as_u64().unwrap(),
            entity["length"].as_u64().unwrap(),
        )
    };
    let entities = message.get("entities").and_then(Value::as_array).map(|all| all.iter().map(entity).collect());
    (message["text"].as_str().unwrap().to_owned(), entities.unwrap_or_default())
}

async fn check(fixture: &Fixture, html: &str, text: &str, expected: &[(&str, u64, u64)]) {
    let (plain, found) = entities(fixture, html).await;
    let found: Vec<_> = found.iter().map(|(kind, offset, length)| (kind.as_str(), *offset, *length)).collect();
    assert_eq!((plain.as_str(), found.as_slice()), (text, expected), "{html}");
}

#[tokio::test]
async fn every_tag_makes_its_entity() {
    let fixture = fixture().await;
    for (tags, kind) in [
        (&["b", "strong"][..], "bold"),
        (&["i", "em"], "italic"),
        (&["u", "ins"], "underline"),
        (&["s", "strike", "del"], "strikethrough"),
        (&["tg-spoiler"], "spoiler"),
        (&["code"], "code"),
        (&["pre"], "pre"),
        (&["blockquote"], "blockquote"),
    ] {
        for tag in tags {
            check(&fixture, &format!("a <{tag}>b</{tag}> c"), "a b c", &[(kind, 2, 1)]).await;
        }
    }
    check(&fixture, "<span class=\"tg-spoiler\">x</span>", "x", &[("spoiler", 0, 1)]).await;
    check(&fixture, "<blockquote expandable>x</blockquote>", "x", &[("expandable_blockquote", 0, 1)]).await;
    check(&fixture, "<B>x</b>", "x", &[("bold", 0, 1)]).await;
}

#[tokio::test]
async fn offsets_count_utf16_units() {
    let fixture = fixture().await;
    check(&fixture, "😀 Привет, <b>мир 🌍</b>!", "😀 Привет, мир 🌍!", &[("bold", 11, 6)]).await;
    check(&fixture, "&#128512;<i>x</i>", "😀x", &[("italic", 2, 1)]).await;
}

#[tokio::test]
async fn references_and_white_space_are_parsed_like_telegram() {
    let fixture = fixture().await;
    check(&fixture, "&lt;b&gt; &amp; &quot;q&quot; &#65;&#x42; &nbsp; &", "<b> & \"q\" AB &nbsp; &", &[]).await;
    check(&fixture, "  \n <b> x </b> \n", "x", &[("bold", 0, 1)]).await;
    check(&fixture, "<b><i>x</i> y</b>", "x y", &[("bold", 0, 3), ("italic", 0, 1)]).await;
    check(&fixture, "<b></b>x", "x", &[]).await;
}

#[tokio::test]
async fn styles_are_split_around_code() {
    let fixture = fixture().await;
    check(&fixture, "<b>a <code>b</code> c</b>", "a b c", &[("bold", 0, 2), ("code", 2, 1), ("bold", 3, 2)]).await;
    check(&fixture, "<code><b>b</b></code>", "b", &[("code", 0, 1)]).await;
    for html in
        ["<pre><code class=\"language-rust\">fn</code></pre>", "<code class=\"language-rust\"><pre>fn</pre></code>"]
    {
        let message = fixture.send(html).await;
        assert_eq!(message["entities"], json!([{"type": "pre", "offset": 0, "length": 2, "language": "rust"}]));
    }
    let plain = fixture.send("<code class=\"language-rust\">fn</code>").await;
    assert_eq!(plain["entities"], json!([{"type": "code", "offset": 0, "length": 2}]));
}

#[tokio::test]
async fn links_are_validated_and_detected() {
    let fixture = fixture().await;
    let link = fixture.send("<a href='https://example.com/?a=1&amp;b=2'>here</a>").await;
    assert_eq!(link["entities"][0]["url"], "https://example.com/?a=1&b=2");
    let own = fixture.send("<a>example.com</a>").await;
    assert_eq!(
        own["entities"][0],
        json!({"type": "text_link", "offset": 0, "length": 11, "url": "http://example.com/"})
    );
    check(&fixture, "<a href=\"javascript:alert(1)\">x</a>", "x", &[]).await;
    check(
        &fixture,
        "see https://a.example/x, /keys or @neuralbox",
        "see https://a.example/x, /keys or @neuralbox",
        &[("url", 4, 19), ("bot_command", 25, 5), ("mention", 34, 10)],
    )
    .await;
    check(&fixture, "<code>/keys</code>", "/keys", &[("code", 0, 5)]).await;
}

#[tokio::test]
async fn parse_errors_have_telegrams_wording() {
    let fixture = fixture().await;
    for (html, complaint) in [
        ("<br>", "Unsupported start tag \"br\" at byte offset 0"),
        ("я < b", "Unsupported start tag \"\" at byte offset 3"),
        ("x <b", "Unclosed start tag at byte offset 2"),
        ("<a href", "Unclosed start tag \"a\" at byte offset 0"),
        ("<a href=\"x\"", "Unclosed start tag at byte offset 0"),
        ("<a =\"x\">y</a>", "Empty attribute name in the tag \"a\" at byte offset 0"),
        ("<a href=x/>y</a>", "Unexpected end of name token at byte offset 8"),
        ("<span>x</span>", "Tag \"span\" must have class \"tg-spoiler\" at byte offset 0"),
        ("x</b>", "Unexpected end tag at byte offset 1"),
        ("<b>x</b", "Unclosed end tag at byte offset 4"),
        ("<b>x</i>", "Unmatched end tag at byte offset 4, expected \"</b>\", found \"</i>\""),
        ("<b>x", "Can't find end tag corresponding to start tag \"b\""),
        ("<tg-emoji emoji-id=\"x\">y</tg-emoji>", "Invalid custom emoji identifier specified"),
        ("<tg-spoiler><code>x</code></tg-spoiler>", "Tag \"code\" can't be inside a spoiler at byte offset 12"),
    ] {
        let refused =
            fixture.refused("sendMessage", json!({"chat_id": 1001, "text": html, "parse_mode": "HTML"})).await;
        assert_eq!(refused, format!("400 Bad Request: can't parse entities: {complaint}"), "{html}");
    }
}

#[tokio::test]
async fn parse_mode_is_html_only_and_entities_may_be_explicit() {
    let fixture = fixture().await;
    let markdown =
        fixture.refused("sendMessage", json!({"chat_id": 1001, "text": "*x*", "parse_mode": "MarkdownV2"})).await;
    assert_eq!(markdown, "400 Bad Request: can't parse entities: the sandbox supports parse_mode HTML only");
    let given = |offset: u32| json!({"chat_id": 1001, "text": "<b>", "entities": [{"type": "bold", "offset": offset, "length": 2}]});
    let message = fixture.done("sendMessage", given(1)).await;
    assert_eq!((&message["text"], &message["entities"][0]["type"]), (&json!("<b>"), &json!("bold")));
    assert!(fixture.refused("sendMessage", given(2)).await.contains("ends after the end of the text"));
}

/// Any input gets a response, and every entity lies within the text.
#[test]
fn any_html_gets_a_response_with_entities_inside_the_text() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let fixture = runtime.block_on(fixture());
    let piece = prop_oneof![
        "[a-z😀я&;#<>/=\"' \n]{0,12}",
        "</?(b|i|code|pre|a|span|tg-spoiler|blockquote)( (class|href)=\"?[a-z-]{0,12}\"?)?>",
        "&(lt|gt|amp|quot|#[0-9]{1,7}|#x[0-9a-f]{1,6});?",
    ];
    let html = prop::collection::vec(piece, 0..12).prop_map(|pieces| pieces.concat());
    let config = Config { cases: 400, failure_persistence: None, ..Config::default() };
    proptest!(config, |(html in html)| {
        let answer = runtime.block_on(fixture.call("sendMessage", json!({"chat_id": 1001, "text": html, "parse_mode": "HTML"})));
        if answer["ok"] == true {
            let message = &answer["result"];
            let length = message["text"].as_str().unwrap().encode_utf16().count() as u64;
            for entity in message.get("entities").and_then(Value::as_array).unwrap_or(&Vec::new()) {
                prop_assert!(entity["length"].as_u64().unwrap() > 0);
                prop_assert!(entity["offset"].as_u64().unwrap() + entity["length"].as_u64().unwrap() <= length);
            }
        } else {
            prop_assert_eq!(&answer["error_code"], 400);
        }
    });
}
