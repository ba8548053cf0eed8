//! Says what people have to be told: takes what the domain has due, and says how it went.

use std::time::Duration;

use futures::future::join_all;
use tokio_util::sync::CancellationToken;

use crate::domain::notices::notice_queue::{DueNotice, Told};
use crate::gateway::telegram::Trouble;
use crate::jobs::context::JobContext;
use crate::messages::localizer::Speaker;
use crate::messages::notices::warnings;

/// How many are said side by side, at most [`PACE`] apart: far below Telegram's limit, because replies come first.
const TOGETHER: i64 = 16;
/// The pause after as many as can be said side by side.
const PACE: Duration = Duration::from_secs(1);

impl JobContext {
    /// Says what is due until `stop`, then finishes what is in hand.
    pub async fn say_notices(&self, stop: CancellationToken) {
        while !stop.is_cancelled() {
            let pause = self.say_due().await;
            if let Some(pause) = pause {
                let _ = tokio::time::timeout(pause, stop.cancelled()).await;
                continue;
            }
            tokio::select! {
                () = self.domain.notices_may_wait() => {}
                () = stop.cancelled() => {}
            }
        }
    }

    /// Says what is due; how long to pause before looking again, if there may be more or Telegram asks to wait.
    async fn say_due(&self) -> Option<Duration> {
        // Telegram asks for patience once, for all that nobody waits for.
        if let Ok(held) = self.domain.bulk_held_for().await
            && !held.is_zero()
        {
            return Some(held.min(PACE));
        }
        let due = match self.domain.due_notices(TOGETHER).await {
            Ok(due) => due,
            Err(fault) => {
                tracing::warn!(?fault, "could not look for notices; looking again");
                return Some(PACE);
            }
        };
        let asked = join_all(due.iter().map(|due| self.say(due))).await.into_iter().flatten().max();
        let full = i64::try_from(due.len()).is_ok_and(|said| said >= TOGETHER);
        asked.or(full.then_some(PACE))
    }

    /// Says one; how long Telegram asks to wait, if it does.
    async fn say(&self, due: &DueNotice) -> Option<Duration> {
        let speaker = Speaker::new(std::sync::Arc::clone(&self.texts), due.chosen, due.speaks);
        let screen = warnings::notice(&speaker, &due.notice, self.domain.public_url());
        let chat = due.person.get();
        let outcome = if due.softly {
            self.telegram.send_softly(chat, &screen).await
        } else {
            self.telegram.send(chat, &screen).await
        };
        let (told, pause) = match &outcome {
            Ok(_) => (Told::Yes, None),
            Err(Trouble::Wait(length)) => (Told::NotNow(length.as_secs()), Some(*length)),
            // Whether an uncertain one arrived nobody knows; told twice is better than never.
            Err(Trouble::Temporary(_) | Trouble::Uncertain(_) | Trouble::Conflict(_) | Trouble::Unauthorized) => {
                (Told::NotNow(0), None)
            }
            Err(Trouble::Unreachable) => (Told::Unreachable, None),
            Err(Trouble::Refused(_) | Trouble::Moved(_) | Trouble::Unchanged) => (Told::Never, None),
        };
        if let Err(trouble) = outcome {
            tracing::warn!(person = %due.person, %trouble, "could not say a notice");
        }
        if let Err(fault) = self.domain.settle_notice(due, told).await {
            tracing::warn!(?fault, ?told, "could not mark a notice; it may be said once more");
        }
        pause
    }
}
