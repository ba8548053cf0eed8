//! Keys that are made or renewed elsewhere than in chat: their owner is told there.

use crate::model::api_key::ApiKey;
use crate::model::notice::Notice;
use crate::model::time::Moment;
use crate::store::keys::{AddKey, Added};
use crate::store::notices::AddNotice;
use crate::store::{Tx, Write};

/// Adds a key, and keeps the notice of it: both or neither.
#[derive(Clone, Debug)]
pub struct AddToldKey {
    /// The key.
    pub add: AddKey,
}

impl Write for AddToldKey {
    type Out = Added;

    fn order(&self) -> i64 {
        self.add.order()
    }

    async fn run(&self, tx: &mut Tx) -> sqlx::Result<Added> {
        let added = self.add.run(tx).await?;
        if let Added::Done(key) = &added {
            made(key, self.add.now).run(tx).await?;
        }
        Ok(added)
    }
}

fn made(key: &ApiKey, now: Moment) -> AddNotice {
    let notice = Notice::KeyMade { key: key.id.0, name: key.name.clone(), masked: key.masked.clone() };
    AddNotice { account: key.account_id, notice, once_key: format!("key_made:{}", key.id), now }
}
