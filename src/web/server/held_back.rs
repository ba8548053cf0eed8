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

/// Bound of the responses held back at one time. Further ones are sent immediately.
#[derive(Debug)]
pub(super) struct HeldBackResponses(Semaphore);

impl HeldBackResponses {
    /// Bound for a process that may open `open_files` files.
    pub(super) fn new(open_files: usize) -> Self {
        Self(Semaphore::new(max_connections(open_files) * TENTHS / 10))
    }

    /// Waits if the response is held back. Meanwhile its connection counts as one that waits for a request, so it can be
    /// closed for a younger one.
    pub(super) async fn wait<B>(&self, response: &Response<B>, activity: &ConnectionActivity) {
        if response.extensions().get::<HeldBack>().is_none() {
            return;
        }
        let Ok(_permit) = self.0.try_acquire() else { return };
        activity.end();
        sleep_until(Instant::now() + DELAY).await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::web::server::idle_timeout::AnnouncedBody;

    /// Time for which a response is held back, and the state of its connection meanwhile.
    async fn held(responses: &HeldBackResponses, response: Response<()>) -> (Duration, bool) {
        let (since, activity) = (Instant::now(), ConnectionActivity::new());
        activity.begin(AnnouncedBody::Absent);
        responses.wait(&response, &activity).await;
        (since.elapsed(), activity.is_waiting())
    }

    fn marked() -> Response<()> {
        let mut response = Response::new(());
        response.extensions_mut().insert(HeldBack);
        response
    }

    #[tokio::test(start_paused = true)]
    async fn only_marked_responses_are_late_and_only_so_many() {
        let responses = HeldBackResponses::new(0);
        assert_eq!(held(&responses, Response::new(())).await, (Duration::ZERO, false));
        assert_eq!(held(&responses, marked()).await, (DELAY, true));
        let all = futures::future::join_all((0..10).map(|_| held(&responses, marked()))).await;
        assert_eq!(all.into_iter().filter(|(delay, _)| *delay == DELAY).count(), 8, "of ten connections");
    }
}
