//! Start, help, menus and buttons.

mod buttons;
mod dates;
mod deleted_messages;
mod help;
mod menus;
mod newcomers;
mod start;
mod walk;
mod words;
