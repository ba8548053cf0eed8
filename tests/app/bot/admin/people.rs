//! The admin's menu, and the search for people.

use telegram_sandbox::Person;

use crate::support::chat::last;
use crate::support::{App, admin, russian};
use crate::{on_both, sees};

/// Creates a person without a username, who has started the bot.
async fn named(app: &App, first: &str, surname: &str) -> Person {
    let last_name = (!surname.is_empty()).then(|| surname.to_owned());
    let person = Person { username: None, last_name, ..app.person(first) };
    app.say(&person, "/start").await;
    person
}

on_both! {
    async fn the_menu_of_an_admin_has_a_row_more(app: App) {
        let (ada, ivan) = (admin(), app.person("Ivan"));
        assert!(last(&app.greet(&ivan).await).button("🛠 Admin").is_none());
        app.greet(&ada).await;
        let chat = app.tap(&ada, "🛠 Admin").await;
        sees!(chat, @"
        🛠 <b>Admin</b>

        Every action is recorded. Your last one can be taken back with /undo for an hour.
        [🔎 Find someone] [📊 Statistics]
        [📣 Broadcasts] [✏️ New broadcast]
        [‹ Menu]
        ");
        app.tap(&ada, "🔎 Find someone").await;
        let chat = app.say(&ada, "nobody@example.org").await;
        assert!(last(&chat).text.starts_with("No such user."), "{chat:#?}");
        let chat = app.say(&ada, "1001").await;
        assert!(last(&chat).text.starts_with("Ivan (#1)"), "the question stayed open: {chat:#?}");
        app.tap(&ada, "🛠 Admin").await;
        let chat = app.tap(&ada, "📊 Statistics").await;
        assert!(last(&chat).text.starts_with("Accounts: 2"), "{chat:#?}");
    }

    async fn a_part_of_a_name_finds_whatever_the_case(app: App) {
        let ada = admin();
        named(&app, "Мария", "Ёлкина").await;
        named(&app, "Ivan", "Petrov").await;
        for (part, name) in [
            ("мар", "Мария Ёлкина (#1)"), ("МАРИЯ", "Мария Ёлкина (#1)"), ("елк", "Мария Ёлкина (#1)"), ("ия Ёл", "Мария Ёлкина (#1)"),
            ("PETR", "Ivan Petrov (#2)"), ("van p", "Ivan Petrov (#2)"),
        ] {
            let chat = app.say(&ada, &format!("/user {part}")).await;
            assert!(last(&chat).text.starts_with(name), "{part}: {chat:#?}");
        }
        let chat = app.say(&ada, "/user olga").await;
        assert!(last(&chat).text.starts_with("No such user."), "{chat:#?}");
        let chat = app.say(&ada, "/plan мария vip 30").await;
        assert!(last(&chat).text.starts_with("Put Мария Ёлкина (#1) on VIP until 23 Dec 2026?"), "{chat:#?}");
    }

    async fn several_people_are_buttons_on_pages(app: App) {
        let ada = admin();
        for number in 1..=11 {
            named(&app, "Ivan", if number == 3 { "" } else { "Petrov" }).await;
        }
        let chat = app.say(&ada, "/user petrov").await;
        sees!(chat, @"
        🔎 People with <b>petrov</b> in their name:
        [Ivan Petrov · #11 · Free]
        [Ivan Petrov · #10 · Free]
        [Ivan Petrov · #9 · Free]
        [Ivan Petrov · #8 · Free]
        [Ivan Petrov · #7 · Free]
        [Ivan Petrov · #6 · Free]
        [Ivan Petrov · #5 · Free]
        [Ivan Petrov · #4 · Free]
        [More ›]
        [🔎 Find someone] [🛠 Admin]
        ");
        let chat = app.tap(&ada, "More ›").await;
        sees!(chat, @"
        🔎 People with <b>petrov</b> in their name:
        [Ivan Petrov · #2 · Free]
        [Ivan Petrov · #1 · Free]
        [🔎 Find someone] [🛠 Admin]
        ");
        let chat = app.tap(&ada, "Ivan Petrov · #2 · Free").await;
        assert!(last(&chat).text.starts_with("Ivan Petrov (#2)"), "{chat:#?}");
        for order in ["/grant petrov 5", "/ban petrov", "/plan petrov vip"] {
            let chat = app.say(&ada, order).await;
            assert!(last(&chat).button("More ›").is_some(), "nothing is done to one of several: {chat:#?}");
        }
        let chat = app.say(&russian(ada), "/user IVAN").await;
        assert!(last(&chat).text.starts_with("🔎 Пользователи"), "{chat:#?}");
    }
}
