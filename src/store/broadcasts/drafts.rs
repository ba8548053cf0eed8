//! Broadcast drafts: creation and edits.

use crate::model::accounts::account::TelegramId;
use crate::model::broadcasts::{BroadcastContent, BroadcastId, Segment};
use crate::model::notices::category::Category;
use crate::model::time::Moment;
use crate::store::broadcasts::{BroadcastAudit, BroadcastRow, broadcast_columns};
use crate::store::{Tx, Write};

/// Creates a draft, or returns the one that the same request created before.
#[derive(Clone, Debug)]
pub struct AddDraft {
    /// Telegram id of the admin; `None` for the operator at the command line.
    pub author: Option<TelegramId>,
    /// Identifies the request: a repetition creates no second draft.
    pub idempotency_key: Option<String>,
    /// Current time, from the caller's clock.
    pub now: Moment,
}

impl Write for AddDraft {
    type Out = BroadcastId;

    async fn run(&self, tx: &mut Tx) -> sqlx::Result<BroadcastId> {
        let sql = "insert into broadcast (idempotency_key, author, state, content, category, segment, created_at)
                   values ($1, $2, 'draft', $3, $4, $5, $6)
                   on conflict (idempotency_key) do nothing
                   returning id";
        let (content, segment) = (BroadcastContent::default().to_json(), Segment::default().to_json());
        let category = Category::ProductNews.as_str();
        let Self { author, idempotency_key, now } = self;
        if let Some((id,)) = tx.first(sql, &[idempotency_key, author, &content, &category, &segment, now]).await? {
            BroadcastAudit { admin: *author, action: "draft", detail: None, now: *now }.record(id, tx).await?;
            return Ok(id);
        }
        let (id,) = tx.one("select id from broadcast where idempotency_key = $1", &[idempotency_key]).await?;
        Ok(id)
    }
}

/// Saves a draft, unless it was edited concurrently or is no longer a draft.
#[derive(Clone, Debug)]
pub struct SaveDraft {
    /// Id of the draft.
    pub id: BroadcastId,
    /// Revision the edit is based on.
    pub revision: i64,
    /// Message content.
    pub content: BroadcastContent,
    /// Category of notices that recipients can switch off.
    pub category: Category,
    /// Audience of the broadcast.
    pub segment: Segment,
    /// True if Stars are paid for a higher rate.
    pub paid: bool,
    /// Scheduled start.
    pub start_at: Option<Moment>,
}

/// Output: the saved draft; `None` if it was edited concurrently.
impl Write for SaveDraft {
    type Out = Option<BroadcastRow>;

    fn order(&self) -> i64 {
        self.id.0
    }

    async fn run(&self, tx: &mut Tx) -> sqlx::Result<Option<BroadcastRow>> {
        let sql = concat!(
            "update broadcast set content = $3, category = $4, segment = $5, paid = $6, start_at = $7, revision = revision + 1
             where id = $1 and state = 'draft' and revision = $2
             returning ",
            broadcast_columns!()
        );
        let (content, segment) = (self.content.to_json(), self.segment.to_json());
        let Self { id, revision, category, paid, start_at, .. } = self;
        tx.first(sql, &[id, revision, &content, &category.as_str(), &segment, paid, start_at]).await
    }
}
