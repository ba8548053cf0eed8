//! Rejection of malformed and forged login widget objects.

use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use serde_json::{Map, Value, json};

use crate::on_both;
use crate::support::{App, signing};

const JSON: Option<&str> = Some("application/json");
const FORGED: &str = "401 Invalid or expired token (login_forged)";

/// Posts a body that must be rejected; returns the problem.
async fn refusal(app: &App, body: impl Into<reqwest::Body>) -> String {
    let answer = app.browser().post_text("auth/telegram", JSON, body).await;
    assert!(answer.cookies().is_empty(), "{answer:?}");
    answer.problem()
}

/// Posts a widget object; returns the field errors of the 422, or another problem.
async fn fields(app: &App, object: &Map<String, Value>) -> String {
    let refusal = refusal(app, Value::Object(object.clone()).to_string()).await;
    let fields = refusal.strip_prefix("422 Invalid fields (invalid_fields)\n  ");
    fields.map_or_else(|| refusal.clone(), |fields| fields.replace("\n  ", "; "))
}

/// Builds a valid object with every documented field.
fn honest(app: &App) -> Map<String, Value> {
    signing::widget(json!({
        "id": 42, "first_name": "Ivan", "last_name": "Petrov", "username": "ivan",
        "photo_url": "https://t.me/i/userpic/320/ivan.jpg", "auth_date": app.clock.unix(),
    }))
}

fn with(mut object: Map<String, Value>, name: &str, value: Value) -> Map<String, Value> {
    object.insert(name.to_owned(), value);
    object
}

/// Generates JSON resembling a widget object, and random bytes.
fn odd_bodies() -> Vec<Vec<u8>> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        any::<String>().prop_map(Value::from)
    ];
    let name = || {
        let known = ["id", "auth_date", "hash", "first_name"].map(ToOwned::to_owned);
        prop_oneof![proptest::sample::select(known.to_vec()), any::<String>()]
    };
    let json = leaf.prop_recursive(4, 24, 6, move |inner| {
        let list = proptest::collection::vec(inner.clone(), 0..6).prop_map(Value::from);
        let members = proptest::collection::hash_map(name(), inner, 0..6);
        prop_oneof![list, members.prop_map(|members| Value::Object(members.into_iter().collect()))]
    });
    let text = json.prop_map(|json| json.to_string().into_bytes());
    let body = prop_oneof![3 => text, 1 => proptest::collection::vec(any::<u8>(), 0..300)];
    let mut runner = TestRunner::deterministic();
    (0..200).map(|_| body.new_tree(&mut runner).unwrap().current()).collect()
}

on_both! {
    async fn a_changed_field_of_any_kind_is_noticed(app: App) {
        let object = honest(&app);
        let changes = [
            ("id", json!(43)),
            ("first_name", json!("Ivan ")),
            ("last_name", json!("petrov")),
            ("username", json!("")),
            ("photo_url", json!("https://t.me/i/userpic/320/olga.jpg")),
            ("auth_date", json!(app.clock.unix() - 1)),
            ("hash", json!("0".repeat(64))),
            ("hash", json!("")),
            ("hash", json!("not a hash")),
            ("hash", json!(7)),
            ("hash", json!(&object["hash"].as_str().unwrap()[..62])),
            ("is_premium", json!("1")),
            ("nb_next", json!("/")),
        ];
        for (name, value) in changes {
            let body = Value::Object(with(object.clone(), name, value)).to_string();
            assert_eq!(refusal(&app, body.clone()).await, FORGED, "{body}");
        }
        for name in ["first_name", "last_name", "username", "photo_url"] {
            let mut object = object.clone();
            object.remove(name);
            assert_eq!(refusal(&app, Value::Object(object).to_string()).await, FORGED, "without {name}");
        }
        let good = app.browser().post("auth/telegram", Value::Object(object)).await;
        assert_eq!(good.status, 200, "rejected variants do not use the payload up: {good:?}");
    }

    async fn a_payload_for_another_bot_is_forged(app: App) {
        let texts = [("auth_date", app.clock.unix().to_string()), ("id", "42".to_owned())];
        let texts = texts.map(|(name, text)| (name.to_owned(), text)).into_iter().collect();
        let hash = telegram_sandbox::sign_widget("1000000002:the-token-of-another-bot", &texts);
        let body = json!({"id": 42, "auth_date": app.clock.unix(), "hash": hash});
        assert_eq!(refusal(&app, body.to_string()).await, FORGED);
    }

    async fn a_wrong_field_is_named(app: App) {
        let texts = ["042", "+42", "-42", " 42", "42 ", "", "4e1", "9223372036854775808", "٤٢", "0x2a", "true"]
            .map(Value::from);
        for id in texts.into_iter().chain([json!(0), json!(-42), json!(u64::MAX), json!(true)]) {
            let object = with(honest(&app), "id", id.clone());
            assert_eq!(fields(&app, &object).await, "id: must be a positive whole number", "{id}");
        }
        for id in [json!(42.5), json!(42.0), json!(1e300)] {
            let object = with(honest(&app), "id", id.clone());
            assert_eq!(fields(&app, &object).await, "id: must be a whole number of at most 64 bits", "{id}");
        }
        for auth_date in
            [json!("soon"), json!("01"), json!(""), json!("1.5"), json!("9223372036854775808"), json!(false)]
        {
            let object = with(honest(&app), "auth_date", auth_date.clone());
            assert_eq!(fields(&app, &object).await, "auth_date: must be Unix time in whole seconds", "{auth_date}");
        }
        for name in ["id", "first_name", "last_name", "username", "photo_url", "auth_date", "hash", "something_new"] {
            for (value, message) in [
                (json!(null), "must not be null: leave the field out"),
                (json!({"a": 1}), "must be text or a whole number"),
                (json!(["a"]), "must be text or a whole number"),
                (json!(1.5), "must be a whole number of at most 64 bits"),
            ] {
                assert_eq!(fields(&app, &with(honest(&app), name, value)).await, format!("{name}: {message}"));
            }
            let refusal = fields(&app, &with(honest(&app), name, json!("a\u{0}b"))).await;
            assert!(refusal.starts_with(&format!("{name}: must not contain control characters")), "{refusal}");
        }
        assert_eq!(fields(&app, &Map::new()).await, "id: is missing; auth_date: is missing; hash: is missing");
    }

    async fn numbers_with_an_exponent_are_not_ids(app: App) {
        for id in ["42e0", "4.2E1", "42.", "-0", "1e400"] {
            let body = format!(r#"{{"id":{id},"auth_date":{},"hash":"00"}}"#, app.clock.unix());
            let answer = refusal(&app, body).await;
            let named = answer.starts_with("422 Invalid fields (invalid_fields)\n  id: must be");
            assert!(
                named || (["42.", "1e400"].contains(&id) && answer == "400 Malformed request (malformed)"),
                "{id}: {answer}"
            );
        }
    }

    async fn a_name_may_be_there_once(app: App) {
        let object = honest(&app);
        for (name, value) in &object {
            let text = Value::Object(object.clone()).to_string();
            let twice = format!("{{\"{name}\":{value},{}", &text[1..]);
            assert_eq!(
                refusal(&app, twice).await,
                format!("422 Invalid fields (invalid_fields)\n  {name}: must be there once")
            );
        }
        let escaped = Value::Object(object).to_string().replacen('{', r#"{"\u0069d":42,"#, 1);
        assert_eq!(refusal(&app, escaped).await, "422 Invalid fields (invalid_fields)\n  id: must be there once");
    }

    /// Line feeds in a value imitate other fields, so that the signed text and its signature stay the same.
    async fn no_field_hides_inside_another(app: App) {
        let (now, object) = (app.clock.unix(), honest(&app));
        let mut swallowed = object.clone();
        let photo = swallowed.remove("photo_url").unwrap();
        swallowed.insert("last_name".into(), format!("Petrov\nphoto_url={}", photo.as_str().unwrap()).into());
        assert_eq!(fields(&app, &swallowed).await, "last_name: must not contain control characters");

        let mut swallowed = object.clone();
        swallowed.remove("first_name");
        swallowed.insert("auth_date".into(), format!("{now}\nfirst_name=Ivan").into());
        let refusal = fields(&app, &swallowed).await;
        assert!(refusal.starts_with("auth_date: must not contain control characters"), "{refusal}");

        let mut hidden = object;
        hidden.remove("id");
        hidden.insert("first_name".into(), "Ivan\nid=42".into());
        let refusal = fields(&app, &hidden).await;
        assert_eq!(refusal, "first_name: must not contain control characters; id: is missing");

        let odd = with(honest(&app), "a=b", json!("c"));
        assert_eq!(fields(&app, &odd).await, "a=b: is no field name of Telegram's");
        let lines = json!({"id": 42, "auth_date": now, "first_name": "two\nlines"});
        assert_eq!(fields(&app, &signing::widget(lines)).await, "first_name: must not contain control characters");
    }

    async fn what_is_not_an_object_of_text(app: App) {
        for body in ["[]", "[[1,2]]", "\"id\"", "42", "true", "null"] {
            assert_eq!(
                refusal(&app, body).await,
                "422 Invalid fields (invalid_fields)\n  body: must be an object",
                "{body}"
            );
        }
        let malformed: [&[u8]; 9] = [
            b"",
            b"   ",
            b"{",
            b"{\"id\":42",
            b"{\"id\":42,}",
            b"{'id':42}",
            b"{} {}",
            b"\xff\xfe{}",
            b"{\"first_name\":\"\xc3\x28\"}",
        ];
        for body in malformed {
            assert_eq!(refusal(&app, body).await, "400 Malformed request (malformed)", "{body:?}");
        }
        for half in [r#""\ud800""#, r#""\udc00""#, r#""\ud83dx""#] {
            let body = format!(r#"{{"id":42,"auth_date":1,"hash":"00","first_name":{half}}}"#);
            assert_eq!(refusal(&app, body).await, "400 Malformed request (malformed)", "{half}");
        }
        let inside = format!("{{\"a\":{}", "[".repeat(60_000));
        let deep = [("[".repeat(60_000), "422"), (inside, "400"), ("{\"a\":".repeat(12_000), "400")];
        for (body, status) in deep {
            let answer = refusal(&app, body).await;
            assert!(answer.starts_with(status), "{answer}");
        }
    }

    async fn only_json_is_read_and_not_more_than_64_kib(app: App) {
        let object = Value::Object(honest(&app)).to_string();
        let form = "application/x-www-form-urlencoded";
        for kind in [None, Some("text/plain"), Some(form), Some("application/jsonp"), Some("json"), Some("")] {
            let answer = app.browser().post_text("auth/telegram", kind, object.clone()).await;
            assert_eq!(answer.problem(), "415 Unsupported media type (unsupported_media_type)", "{kind:?}");
        }
        for size in [64 * 1024 + 1, 10_000_000] {
            assert_eq!(refusal(&app, " ".repeat(size)).await, "413 Payload too large (payload_too_large)", "{size}");
            let pieces = futures::stream::iter(vec![Ok::<_, std::io::Error>(" ".repeat(size))]);
            let answer = refusal(&app, reqwest::Body::wrap_stream(pieces)).await;
            assert_eq!(answer, "413 Payload too large (payload_too_large)", "{size} in chunks");
        }
        assert_eq!(refusal(&app, " ".repeat(64 * 1024)).await, "400 Malformed request (malformed)");
        let good = app.browser().post_text("auth/telegram", Some("Application/JSON; charset=utf-8"), object).await;
        assert_eq!(good.status, 200, "{good:?}");
    }

    async fn mini_app_data_is_no_widget_object(app: App) {
        let (now, user) = (app.clock.unix().to_string(), r#"{"id":42,"first_name":"Ivan"}"#);
        let text = signing::init_data(&[("auth_date", &now), ("user", user), ("query_id", "AAE")]);
        assert_eq!(
            refusal(&app, json!(text).to_string()).await,
            "422 Invalid fields (invalid_fields)\n  body: must be an object"
        );
        let pairs = url::form_urlencoded::parse(text.as_bytes()).map(|(name, value)| (name.into_owned(), json!(value)));
        assert_eq!(fields(&app, &pairs.clone().collect()).await, "id: is missing");
        assert_eq!(refusal(&app, Value::Object(with(pairs.collect(), "id", json!(42))).to_string()).await, FORGED);
    }

    /// Any input is rejected with a client error.
    async fn nothing_upsets_it(app: App) {
        for body in odd_bodies() {
            let answer = refusal(&app, body.clone()).await;
            assert!(["400", "401", "422"].contains(&&answer[..3]), "{answer} to {}", String::from_utf8_lossy(&body));
        }
    }
}
