//! Messages that show a secret: API keys and sign-in links. They are protected, and go away when used or expired.

use crate::bot::context::BotContext;
use crate::bot::reply::{ReplyContext, SecretReveal, UndeliveredSecret, log_failure};
use crate::domain::notices::deferred_replies::DeferPolicy;
use crate::gateway::telegram::OutgoingMessage;
use crate::messages;
use crate::model::sign_in::one_time_token::OneTimeToken;

impl BotContext {
    /// Deletes the tapped message and removes it from the secret messages that await deletion. Sends `then` unless an
    /// earlier tap has deleted the message.
    pub(super) async fn delete_tapped(&self, context: &ReplyContext, then: Option<OutgoingMessage>) {
        let update = &context.update;
        let (true, Some(message)) = (self.delete(update).await, update.message) else { return };
        match self.domain.remove_secret_message(update.chat, i64::from(message)).await {
            Ok(was_shown) => {
                if let Some(then) = then.filter(|_| was_shown) {
                    self.send(context, &then, DeferPolicy::Screen).await;
                }
            }
            Err(error) => tracing::debug!(
                update_id = update.update_id,
                ?error,
                "secret message: removal not recorded, will be retried"
            ),
        }
    }

    /// Sends a sign-in link and schedules the deletion of its message. A link that may not have arrived expires on its
    /// own.
    pub(super) async fn send_link(&self, context: &ReplyContext, screen: &OutgoingMessage, token: &OneTimeToken) {
        let update = &context.update;
        let Some(message) = self.send(context, screen, DeferPolicy::Screen).await else { return };
        if let Err(error) = self.domain.record_link_message(token, update.chat, i64::from(message)).await {
            tracing::warn!(update_id = update.update_id, ?error, "sign-in link: message not recorded, will stay");
        }
    }

    /// Sends a secret, and shows the result in place of the question. If the secret may not have arrived, revokes or
    /// replaces it: its owner cannot use it, but somebody else might.
    pub(super) async fn reveal(&self, context: &ReplyContext, reveal: SecretReveal) {
        let update = &context.update;
        let SecretReveal { screen, secret, result } = reveal;
        match self.telegram.send(update.destination(), &screen).await {
            Ok(message) => {
                if let Err(error) = self.domain.record_secret_message(update.chat, i64::from(message.0)).await {
                    tracing::warn!(
                        update_id = update.update_id,
                        ?error,
                        "secret message: not recorded, will not be deleted"
                    );
                }
                if update.edits.is_some() {
                    self.show(context, &result).await;
                }
            }
            Err(error) => {
                tracing::warn!(
                    update_id = update.update_id,
                    ?secret,
                    %error,
                    "secret message: may not have arrived, revoking"
                );
                self.take_back(context, secret).await;
            }
        }
    }

    /// Makes a secret that may not have arrived useless, and says so.
    async fn take_back(&self, context: &ReplyContext, secret: UndeliveredSecret) {
        let ReplyContext { update, caller, localizer, .. } = context;
        let (revoked, screen) = match secret {
            UndeliveredSecret::New(key) => (
                self.domain.revoke_key(caller, key).await.map(drop),
                messages::api_keys::keys::not_delivered(localizer),
            ),
            // Another rotation replaces the unseen secret with one that nobody learns.
            UndeliveredSecret::Next(key, grace) => {
                let rotated = self.domain.rotate_key(caller, key, grace).await.map(drop);
                (rotated, messages::api_keys::rotation::not_delivered(localizer, key, grace))
            }
        };
        if let Err(error) = revoked {
            tracing::error!(update_id = update.update_id, ?secret, ?error, "secret message: revocation failed");
        }
        self.send(context, &screen, DeferPolicy::Outcome(update.update_id)).await;
        if let Some(question) = update.edits {
            // The result is below. A question that was answered must not stay.
            log_failure(update, "question not deleted", self.telegram.delete(update.chat, question).await);
        }
    }
}
