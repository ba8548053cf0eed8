//! Messages about apps: `apps` is the list of those a person signed in to, `device` the request of a device to be signed
//! in, `notices` what the person is told without asking.

pub(crate) mod apps;
pub(crate) mod device;
pub(crate) mod notices;

use crate::messages::localizer::Localizer;
use crate::model::oauth::scope::{Scope, Scopes};
use crate::model::text::texts::TextArg::Text;

/// Scopes in words, one a line.
fn scope_lines(localizer: &Localizer, scopes: Scopes) -> String {
    let line = |scope: Scope| {
        let words = localizer.text(&format!("oauth-scope-{}", scope.as_str().replace(':', "-")));
        localizer.html("bot-app-scope", &[("scope", Text(&words))])
    };
    scopes.iter().map(line).collect::<Vec<_>>().join("\n")
}
