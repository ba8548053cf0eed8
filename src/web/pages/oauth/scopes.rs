//! Scopes in words.

use crate::model::oauth::scope::Scopes;
use crate::web::pages::localizer::PageLocalizer;

/// One sentence a scope.
pub(in crate::web::pages) fn in_words(scopes: Scopes, localizer: &PageLocalizer) -> Vec<String> {
    scopes.iter().map(|scope| localizer.text(&format!("oauth-scope-{}", scope.as_str().replace(':', "-")))).collect()
}
