//! API keys and sessions on the pages.

use super::{Reader, between, check, leads_to};
use crate::on_both;
use crate::support::{App, verify};

const KEYS: &str = "/web/profile/api-keys";

on_both! {
    async fn a_key_is_shown_once(app: App) {
        let ivan = app.person_on("Ivan", "vip").await;
        let mut reader = Reader::signed_in(&app, &ivan, "en").await;
        let once = reader.once().await;
        let form = [("once", once.as_str()), ("name", "laptop"), ("days", "90")];
        let shown = reader.post(KEYS, &form).await;
        check(&shown);
        assert_eq!(shown.status, 200, "{shown:?}");
        let key = between(&shown.text, "<code id=\"new-key\" translate=\"no\">", "<").to_owned();
        assert_eq!(verify(&app, &key).await.status, 200);
        assert!(shown.text.contains("Your first request") && shown.text.contains("/api/v2/auth/verify"), "{shown:?}");

        let reloaded = reader.post(KEYS, &form).await;
        assert_eq!(leads_to(&reloaded), "/web/profile/api-keys?done=already-created");
        assert_eq!(verify(&app, &key).await.status, 200, "a reload leaves the key valid");
        let page = reader.get(leads_to(&reloaded)).await;
        check(&page);
        assert!(page.text.contains("was already created") && !page.text.contains(&key), "{page:?}");
        assert_eq!(page.text.matches("<li id=\"key-").count(), 1, "a reload creates no second key");
        assert!(page.text.contains("1 of 5 keys") && page.text.contains("in 90 days"), "{page:?}");

        app.clock.pass(3 * 86_400);
        verify(&app, &key).await;
        app.domain.flush_last_used().await.expect("the uses should be written");
        app.clock.pass(7200);
        let page = reader.get(KEYS).await;
        assert!(page.text.contains(">3 days ago</time>") && page.text.contains(">2 hours ago</time>"), "{page:?}");
        app.clock.pass(27 * 86_400);
        let page = Reader::signed_in(&app, &ivan, "ru").await.get(KEYS).await;
        assert!(page.text.contains(">30 дней назад</time>") && page.text.contains("1 из 5 ключей"), "{page:?}");
    }

    async fn faults_are_shown_at_the_field(app: App) {
        let ivan = app.person_on("Ivan", "vip").await;
        let mut reader = Reader::signed_in(&app, &ivan, "en").await;
        reader.make_key("laptop").await;
        let taken = reader.make_key("laptop").await;
        check(&taken);
        assert_eq!(taken.status, 409);
        assert!(taken.text.contains("You already have a key called “laptop”.") && taken.text.contains("value=\"laptop\" required"), "{taken:?}");
        let long = "x".repeat(65);
        for bad in ["", "  ", "a\nb", "a\u{202e}b", &long] {
            let refused = reader.make_key(bad).await;
            check(&refused);
            assert_eq!(refused.status, 422, "{bad:?}");
            assert!(refused.text.contains("Use 1 to 64 characters") && refused.text.contains("aria-invalid"), "{refused:?}");
        }
        for days in ["0", "-1", "3651", "soon"] {
            let once = reader.once().await;
            let refused = reader.post(KEYS, &[("once", &once), ("name", "server"), ("days", days)]).await;
            assert_eq!(refused.status, 422, "{days}");
            assert!(refused.text.contains("Choose when the key expires."), "{refused:?}");
        }
        for unreadable in ["name=a", "once=1&name=a&name=b", "once=1&name=%ff", "once=%00&name=a"] {
            let answer = reader.send(reader.form(KEYS, &[]).body(unreadable)).await;
            assert_eq!(answer.status, 400, "{unreadable}");
            check(&answer);
        }
        let huge = reader.send(reader.form(KEYS, &[("name", &"x".repeat(70_000))])).await;
        assert_eq!(huge.status, 413);
        let json = reader.send(reader.form(KEYS, &[]).header("content-type", "text/plain")).await;
        assert!([400, 415].contains(&json.status), "{json:?}");
        for number in 2..=5 {
            assert_eq!(reader.make_key(&format!("key {number}")).await.status, 200);
        }
        let page = reader.get(KEYS).await;
        assert!(page.text.contains("You’ve used all 5 keys of your plan."), "{page:?}");
        let full = reader.post(KEYS, &[("once", "another"), ("name", "one more")]).await;
        assert_eq!(full.status, 409);
        check(&full);
        assert!(full.text.contains("disabled"), "{full:?}");
        for page in [&page, &full] {
            assert!(page.text.contains("<a href=\"/web/billing\">See plans</a>"), "a larger plan has more keys: {page:?}");
        }
    }

    async fn what_the_plan_does_not_allow_leads_to_the_plans(app: App) {
        let ivan = app.person_on("Ivan", "vip").await;
        let mut reader = Reader::signed_in(&app, &ivan, "en").await;
        let shown = reader.make_key("laptop").await;
        let id = between(&shown.text, "<li id=\"key-", "\"").to_owned();
        reader.post(&format!("{KEYS}/{id}/expiry"), &[("days", "30")]).await;
        app.clock.pass(31 * 86_400);
        reader.sign_in_as(&ivan).await;
        for number in 1..=5 {
            reader.make_key(&format!("key {number}")).await;
        }
        let full = reader.post(&format!("{KEYS}/{id}/expiry"), &[("days", "30")]).await;
        check(&full);
        assert!(full.status == 409 && full.text.contains("All keys of your plan are in use"), "{full:?}");
        app.put_on_plan(&ivan, "free").await;
        for (language, title, plans) in [("en", "Your plan doesn’t include API access", "See plans"), ("ru", "В вашем тарифе нет доступа к API", "Посмотреть тарифы")] {
            reader.language = language;
            let no_access = [
                reader.get(&format!("{KEYS}/{id}/rotate")).await,
                reader.post(&format!("{KEYS}/{id}/expiry"), &[("days", "30")]).await,
            ];
            for page in no_access {
                check(&page);
                assert!(page.status == 403 && page.text.contains(title), "{page:?}");
                assert!(page.text.contains(&format!("<a class=\"button\" href=\"/web/billing\">{plans}")), "{page:?}");
            }
        }
    }

    async fn renamed_and_revoked(app: App) {
        let ivan = app.person_on("Ivan", "vip").await;
        let olga = app.person_on("Olga", "vip").await;
        let mut reader = Reader::signed_in(&app, &ivan, "en").await;
        let shown = reader.make_key("laptop").await;
        let key = between(&shown.text, "<code id=\"new-key\" translate=\"no\">", "<").to_owned();
        let id = between(&shown.text, "<li id=\"key-", "\"").to_owned();
        reader.make_key("server").await;

        let editing = reader.get(&format!("{KEYS}?rename={id}")).await;
        check(&editing);
        assert!(editing.text.contains(&format!("action=\"{KEYS}/{id}/rename\"")), "{editing:?}");
        let taken = reader.post(&format!("{KEYS}/{id}/rename"), &[("name", "server")]).await;
        assert_eq!(taken.status, 409);
        check(&taken);
        assert!(taken.text.contains("You already have a key called “server”."), "{taken:?}");
        let renamed = reader.post(&format!("{KEYS}/{id}/rename"), &[("name", "<script>alert(1)</script>")]).await;
        assert_eq!(leads_to(&renamed), "/web/profile/api-keys?done=renamed");

        let asked = reader.get(&format!("{KEYS}/{id}/revoke")).await;
        check(&asked);
        assert!(asked.text.contains("Revoke “&#60;script&#62;alert(1)&#60;/script&#62;”?"), "{asked:?}");
        assert_eq!(verify(&app, &key).await.status, 200, "not before the confirmation");
        let mut stranger = Reader::signed_in(&app, &olga, "en").await;
        assert_eq!(stranger.get(&format!("{KEYS}/{id}/revoke")).await.status, 404);
        assert_eq!(stranger.post(&format!("{KEYS}/{id}/rename"), &[("name", "mine")]).await.status, 404);
        stranger.post(&format!("{KEYS}/{id}/revoke"), &[]).await;
        assert_eq!(verify(&app, &key).await.status, 200, "a stranger cannot revoke it");

        for _ in 0..2 {
            let revoked = reader.post(&format!("{KEYS}/{id}/revoke"), &[]).await;
            assert_eq!(leads_to(&revoked), "/web/profile/api-keys?done=revoked", "revoking again succeeds");
        }
        assert_eq!(verify(&app, &key).await.problem(), "401 Invalid or expired token (key_revoked)");
    }

    async fn expire_when_their_owner_says(app: App) {
        let ivan = app.person_on("Ivan", "vip").await;
        let mut reader = Reader::signed_in(&app, &ivan, "en").await;
        let shown = reader.make_key("laptop").await;
        let key = between(&shown.text, "<code id=\"new-key\" translate=\"no\">", "<").to_owned();
        let id = between(&shown.text, "<li id=\"key-", "\"").to_owned();
        let expiry = format!("{KEYS}/{id}/expiry");
        assert!(reader.get(KEYS).await.text.contains(&format!("href=\"{expiry}\"")));
        let asked = reader.get(&expiry).await;
        check(&asked);
        assert!(asked.text.contains("How long should “laptop” work?"), "{asked:?}");
        assert_eq!(leads_to(&reader.post(&expiry, &[("days", "30")]).await), "/web/profile/api-keys?done=expiry-changed");
        for wrong in ["0", "3651", "x"] {
            assert_eq!(reader.post(&expiry, &[("days", wrong)]).await.status, 422, "{wrong}");
        }
        let mut stranger = Reader::signed_in(&app, &app.person_on("Olga", "vip").await, "en").await;
        assert_eq!((stranger.get(&expiry).await.status, stranger.post(&expiry, &[("days", "")]).await.status), (404, 404));
        app.clock.pass(29 * 86_400);
        assert_eq!(verify(&app, &key).await.status, 200);
        app.clock.pass(86_400);
        assert_eq!(verify(&app, &key).await.status, 401);
        let mut reader = Reader::signed_in(&app, &ivan, "en").await;
        reader.post(&expiry, &[("days", "")]).await;
        assert_eq!(verify(&app, &key).await.status, 200);
    }

    async fn rotated_with_a_choice_of_grace(app: App) {
        let ivan = app.person_on("Ivan", "vip").await;
        let mut reader = Reader::signed_in(&app, &ivan, "en").await;
        let shown = reader.make_key("laptop").await;
        let old = between(&shown.text, "<code id=\"new-key\" translate=\"no\">", "<").to_owned();
        let id = between(&shown.text, "<li id=\"key-", "\"").to_owned();
        let rotate = format!("{KEYS}/{id}/rotate");
        let asked = reader.get(&rotate).await;
        check(&asked);
        assert!(asked.text.contains("Rotate “laptop”?") && asked.text.contains("value=\"86400\" checked"), "{asked:?}");
        let masked = between(&asked.text, "name=\"masked\" value=\"", "\"").to_owned();
        let rotated = reader.post(&rotate, &[("masked", &masked), ("grace", "3600")]).await;
        check(&rotated);
        assert_eq!(rotated.status, 200);
        assert!(rotated.text.contains("New key for “laptop”") && rotated.text.contains("The old key keeps working for the time you chose."), "{rotated:?}");
        assert!(rotated.text.contains("The old key stops working"), "{rotated:?}");
        let new = between(&rotated.text, "<code id=\"new-key\" translate=\"no\">", "<").to_owned();
        assert_eq!([verify(&app, &old).await.status, verify(&app, &new).await.status], [200, 200]);
        let again = reader.post(&rotate, &[("masked", &masked), ("grace", "0")]).await;
        assert_eq!(leads_to(&again), "/web/profile/api-keys?done=already-rotated", "a reload rotates nothing");
        assert_eq!([verify(&app, &old).await.status, verify(&app, &new).await.status], [200, 200]);
        app.clock.pass(3601);
        assert_eq!([verify(&app, &old).await.status, verify(&app, &new).await.status], [401, 200]);

        for grace in ["", "-1", "3601", "soon"] {
            assert_eq!(reader.post(&rotate, &[("masked", &masked), ("grace", grace)]).await.status, 422, "{grace}");
        }
        let olga = app.person_on("Olga", "vip").await;
        let mut stranger = Reader::signed_in(&app, &olga, "ru").await;
        assert_eq!(stranger.get(&rotate).await.status, 404);
        assert_eq!(stranger.post(&rotate, &[("masked", &masked), ("grace", "0")]).await.status, 404);
        app.put_on_plan(&ivan, "basic").await;
        assert_eq!(reader.get(&rotate).await.status, 403);
        assert!(!reader.get(KEYS).await.text.contains(&rotate), "the page has no link to the rotation");
    }

    async fn a_plan_without_api_access(app: App) {
        let olga = app.person_on("Olga", "vip").await;
        let mut reader = Reader::signed_in(&app, &olga, "en").await;
        reader.make_key("laptop").await;
        let once = reader.once().await;
        app.put_on_plan(&olga, "basic").await;
        let page = reader.get(KEYS).await;
        check(&page);
        assert!(page.text.contains("Your Basic plan doesn’t include API access") && page.text.contains("href=\"/web/billing\""), "{page:?}");
        assert!(page.text.contains("Paused") && page.text.contains("disabled>+ Generate New Key"), "{page:?}");
        let refused = reader.post(KEYS, &[("once", &once), ("name", "server")]).await;
        assert_eq!(refused.status, 403);
        check(&refused);
        let plans = reader.get("/web/billing").await;
        check(&plans);
        let own = between(&plans.text, "aria-current=\"true\"", "</li>");
        assert!(own.contains("Basic"), "{own}");
    }

    async fn sessions_are_ended(app: App) {
        let ivan = app.person("Ivan");
        let mut here = Reader::signed_in(&app, &ivan, "en").await;
        let mut there = Reader::signed_in(&app, &ivan, "en").await;
        let mut elsewhere = Reader::signed_in(&app, &ivan, "en").await;
        let page = here.get("/web/profile/sessions").await;
        check(&page);
        assert_eq!(page.text.matches("This session").count(), 1, "{page:?}");
        let id = between(&page.text, "/web/profile/sessions/end-others", "</ul>");
        let id = between(id, "/web/profile/sessions/", "/end").to_owned();
        let ended = here.post(&format!("/web/profile/sessions/{id}/end"), &[]).await;
        assert_eq!(leads_to(&ended), "/web/profile/sessions?done=session-ended");
        let over = [there.get("/web/profile").await.status, elsewhere.get("/web/profile").await.status];
        assert_eq!(over.iter().filter(|status| **status == 303).count(), 1, "one of the two sessions has ended");
        here.post("/web/profile/sessions/end-others", &[]).await;
        assert_eq!([there.get("/web/profile").await.status, elsewhere.get("/web/profile").await.status], [303, 303]);
        assert_eq!(here.get("/web/profile").await.status, 200);
    }
}
