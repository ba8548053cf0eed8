//! Start, help, menus and buttons.

mod buttons;
mod help;
mod menus;
mod start;
