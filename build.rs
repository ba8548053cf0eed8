//! Rebuilds when a migration is added: `sqlx::migrate!` reads the folder while it compiles. Links the release binary small.

#[expect(clippy::disallowed_methods, reason = "Cargo describes the build in the environment")]
fn main() {
    println!("cargo:rerun-if-changed=migrations");
    println!("cargo:rerun-if-changed=build.rs");
    let target = std::env::var("TARGET").unwrap_or_default();
    let profile = std::env::var("PROFILE").unwrap_or_default();
    // Rust links with LLD here, which can merge functions that compiled to the same code.
    if profile == "release" && target == "x86_64-unknown-linux-gnu" {
        println!("cargo:rustc-link-arg-bins=-Wl,--icf=all");
        println!("cargo:rustc-link-arg-bins=-Wl,--strip-all");
    }
}
