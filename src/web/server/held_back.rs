//! Responses that are held back. Floods of refused credentials come over thousands of connections that each wait for their
//! answer: a late answer makes the flood slow, so it takes little processor time and delays nobody else.

use std::time::Duration;

use axum::http::Response;
use tokio::sync::Semaphore;
use tokio::time::{Instant, sleep_until};

use crate::web::server::connection_seats::max_connections;
use crate::web::server::idle_timeout::ConnectionActivity;

/// Time for which a response is held back.
const DELAY: Duration = Duration::from_secs(2);
/// Tenths of all connections whose responses may be held back at one time. The rest is for others behind the same proxy.
const TENTHS: usize = 8;

/// Marks a response that is held back.
#[derive(Clone, Copy, Debug)]
pub(crate) struct HeldBack;

impl HeldBack {
    /// True if the response is held back.
    pub(super) fn marks<B>(response: &Response<B>) -> bool {
        response.extensions().get::<Self>().is_some()
    }
}

/// Bound of the responses held back at one time. Further ones are sent immediately.
#[derive(Debug)]
pub(super) struct HeldBackResponses(Semaphore);

impl HeldBackResponses {
    /// Bound for a process that may open `open_files` files.
    pub(super) fn new(open_files: usize) -> Self {
        Self(Semaphore::new(max_connections(open_files) * TENTHS / 10))
    }

    /// Waits until a response is sent. Meanwhile its connection counts as one that waits for a request, so it can be
    /// closed for a younger one.
    pub(super) async fn wait(&self, activity: &ConnectionActivity) {
        let Ok(_permit) = self.0.try_acquire() else { return };
        activity.end();
        sleep_until(Instant::now() + DELAY).await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Refusal;
    use crate::web::problem::Problem;
    use crate::web::server::idle_timeout::AnnouncedBody;

    /// Time for which a response is held back, and the state of its connection meanwhile.
    async fn held(responses: &HeldBackResponses) -> (Duration, bool) {
        let (since, activity) = (Instant::now(), ConnectionActivity::new());
        activity.begin(AnnouncedBody::Absent);
        responses.wait(&activity).await;
        (since.elapsed(), activity.is_waiting())
    }

    #[tokio::test(start_paused = true)]
    async fn the_number_of_delayed_responses_is_limited() {
        let responses = HeldBackResponses::new(0);
        assert_eq!(held(&responses).await, (DELAY, true));
        let all = futures::future::join_all((0..10).map(|_| held(&responses))).await;
        assert_eq!(all.iter().filter(|held| **held == (DELAY, true)).count(), 8, "of ten connections");
        assert_eq!(all.iter().filter(|held| **held == (Duration::ZERO, false)).count(), 2);
    }

    #[test]
    fn refusals_over_the_limit_of_a_network_are_marked() {
        let response = |refusal: Refusal| Problem::from(refusal).render("", "");
        assert!(HeldBack::marks(&response(Refusal::TooManyRefusals { seconds: 1 })));
        assert!(!HeldBack::marks(&response(Refusal::TooManyAttempts { seconds: 1 })));
    }
}
