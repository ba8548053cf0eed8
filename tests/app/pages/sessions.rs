//! Refresh of sessions by visits to pages.

use super::Reader;
use crate::on_both;
use crate::support::App;

const DAY: i64 = 86_400;

on_both! {
    async fn a_person_who_only_views_pages_stays_signed_in_until_the_absolute_limit(app: App) {
        let ivan = app.person("Ivan");
        let mut reader = Reader::signed_in(&app, &ivan, "en").await;
        for _ in 0..4 {
            app.clock.pass(20 * DAY);
            let held = reader.cookies.clone();
            assert_eq!(reader.get("/web/profile").await.status, 200);
            assert_ne!(reader.cookies, held, "the visit refreshed the session");
        }
        app.clock.pass(10 * DAY);
        assert_eq!(reader.get("/web/profile").await.status, 303, "the absolute lifetime of 90 days has ended");
    }

    async fn a_page_spends_no_cookie_within_a_day(app: App) {
        let ivan = app.person("Ivan");
        let mut reader = Reader::signed_in(&app, &ivan, "en").await;
        app.clock.pass(DAY - 1);
        assert!(reader.get("/web/profile").await.cookies().is_empty());
        app.clock.pass(1);
        assert_eq!(reader.get("/web/profile").await.cookies().len(), 1);
        assert!(reader.get("/web/profile").await.cookies().is_empty());
    }

    async fn a_person_absent_for_thirty_days_is_signed_out(app: App) {
        let ivan = app.person("Ivan");
        let mut reader = Reader::signed_in(&app, &ivan, "en").await;
        app.clock.pass(30 * DAY);
        assert_eq!(reader.get("/web/profile").await.status, 303);
    }
}
