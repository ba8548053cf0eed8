//! Keep-alive connections between the gateway and the service.

use crate::before_each;
use crate::scene::Scene;

/// Number of consecutive requests, and the most connections they may open. Each thread of a gateway has a pool.
const REQUESTS: usize = 60;
const ENOUGH: usize = 6;

before_each! {
    async fn many_requests_take_few_connections(gateway: Gateway) {
        Scene::play(gateway, &[], |scene| async move {
            let (_, key) = scene.with_key("vip").await;
            for _ in 0..REQUESTS {
                assert_eq!(scene.get(&key).await.status, 200);
            }
            assert_eq!(scene.wire.questions(), REQUESTS, "the service verified each request once");
            assert!(scene.wire.connections() <= ENOUGH, "{} connections", scene.wire.connections());
        }).await;
    }

    async fn many_refusals_take_few_connections(gateway: Gateway) {
        Scene::play(gateway, &[], |scene| async move {
            for _ in 0..REQUESTS {
                assert_eq!(scene.get("nb_0").await.status, 401);
            }
            assert!(scene.wire.connections() <= ENOUGH, "{} connections", scene.wire.connections());
        }).await;
    }
}
