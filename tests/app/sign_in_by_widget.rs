//! A person signs in with the Telegram Login Widget.

use serde_json::json;

use crate::on_both;

on_both! {
    async fn the_documented_answer(app: App) {
        let ivan = app.person("Ivan");
        let mut browser = app.browser();
        let answer = browser.sign_in(&app, &ivan).await;
        let body = answer.json();
        assert_eq!(body["token_type"], "bearer");
        assert_eq!(body["expires_in"], 900);
        assert_eq!(body["user"], json!({"id": 1, "name": "Ivan", "plan": "free", "token_balance": 100}));
        let [cookie] = answer.cookies().try_into().unwrap();
        assert!(cookie.starts_with("nb_refresh="), "{cookie}");
        assert!(cookie.ends_with("; Max-Age=2592000; Path=/; HttpOnly; SameSite=Lax"), "{cookie}");
        assert_eq!(browser.get("/me").await.json()["name"], "Ivan");
    }
}
