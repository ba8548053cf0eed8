//! Choice between several refresh tokens of one request. Only reads: a token that is not chosen costs no write.

use crate::domain::Domain;
use crate::domain::error::Result;
use crate::model::session::{RefreshToken, RefreshVerdict};

/// State of a presented refresh token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum TokenState {
    /// Its session is open, and the token is accepted.
    Alive,
    /// It was used before: someone has a copy.
    Replayed,
    /// Unknown, or its session has ended.
    Dead,
}

impl Domain {
    /// True if a refresh with this token would succeed now.
    pub async fn refresh_is_alive(&self, token: &RefreshToken) -> Result<bool> {
        Ok(self.token_state(token).await? == TokenState::Alive)
    }

    /// Chooses among the tokens of several cookies with one name: the first that is alive. If there is none, a token that
    /// was used before comes first, because its use must end its session. Neither a single token nor an invented one is
    /// looked up.
    pub async fn choose_refresh_token(&self, tokens: &[RefreshToken]) -> Result<Option<RefreshToken>> {
        let mut chosen = tokens.first().copied();
        if tokens.len() < 2 {
            return Ok(chosen);
        }
        let mut is_replayed = false;
        for token in tokens.iter().filter(|token| self.inner.refresh_chain.recognises(token)) {
            match self.token_state(token).await? {
                TokenState::Alive => return Ok(Some(*token)),
                TokenState::Replayed if !is_replayed => {
                    is_replayed = true;
                    chosen = Some(*token);
                }
                TokenState::Replayed | TokenState::Dead => {}
            }
        }
        Ok(chosen)
    }

    async fn token_state(&self, token: &RefreshToken) -> Result<TokenState> {
        let Some((mut session, account)) = self.inner.store.session(token.session).await? else {
            return Ok(TokenState::Dead);
        };
        if account.banned_at.is_some() || account.deleted_at.is_some() {
            return Ok(TokenState::Dead);
        }
        session.used_generation = self.used_generation(&session);
        Ok(match session.judge(token, &self.inner.refresh_chain, self.now()) {
            RefreshVerdict::Current { .. } | RefreshVerdict::Behind { .. } => TokenState::Alive,
            RefreshVerdict::Replayed => TokenState::Replayed,
            RefreshVerdict::Unknown | RefreshVerdict::Over => TokenState::Dead,
        })
    }
}
