//! Key changes made outside the chat. Each adds a notice, so that the owner learns of it in the chat.

use crate::model::api_key::ApiKey;
use crate::model::notices::notice::{AppNotice, Notice};
use crate::model::time::Moment;
use crate::store::accounts::activity::account_write;
use crate::store::api_keys::keys::{AddKey, AddKeyOutcome};
use crate::store::api_keys::rotation::RotateKey;
use crate::store::notices::notice_queue::AddNotice;
use crate::store::{Tx, Write};

account_write!(AddKeyWithNotice.add, RotateKeyWithNotice.rotate);

/// Adds a key together with its notice: both or neither.
#[derive(Clone, Debug)]
pub struct AddKeyWithNotice {
    /// The key to add.
    pub add: AddKey,
    /// Name of the app that asks; `None` for the person.
    pub app: Option<String>,
}

impl Write for AddKeyWithNotice {
    type Out = AddKeyOutcome;

    fn order(&self) -> i64 {
        self.add.order()
    }

    async fn run(&self, tx: &mut Tx) -> sqlx::Result<AddKeyOutcome> {
        let added = self.add.run(tx).await?;
        if let AddKeyOutcome::Done(key) = &added {
            made(key, self.app.clone(), self.add.now).run(tx).await?;
        }
        Ok(added)
    }
}

/// Rotates a key together with its notice: both or neither.
#[derive(Clone, Debug)]
pub struct RotateKeyWithNotice {
    /// The rotation to perform.
    pub rotate: RotateKey,
    /// Name of the app that asks; `None` for the person.
    pub app: Option<String>,
}

impl Write for RotateKeyWithNotice {
    type Out = Option<ApiKey>;

    fn order(&self) -> i64 {
        self.rotate.order()
    }

    async fn run(&self, tx: &mut Tx) -> sqlx::Result<Option<ApiKey>> {
        let rotated = self.rotate.run(tx).await?;
        if let Some(key) = &rotated {
            renewed(key, self.app.clone(), &self.rotate).run(tx).await?;
        }
        Ok(rotated)
    }
}

fn renewed(key: &ApiKey, app: Option<String>, RotateKey { grace, now, .. }: &RotateKey) -> AddNotice {
    let (name, masked) = (key.name.clone(), key.masked.clone());
    let idempotency_key = format!("key_rotated:{}:{masked}", key.id);
    let (key_id, grace) = (key.id.0, *grace);
    let notice = match app {
        Some(app) => Notice::App(AppNotice::KeyRotated { key: key_id, name, masked, grace, app }),
        None => Notice::KeyRotated { key: key_id, name, masked, grace },
    };
    AddNotice { account: key.account_id, notice, idempotency_key, now: *now }
}

fn made(key: &ApiKey, app: Option<String>, now: Moment) -> AddNotice {
    let (key_id, name, masked) = (key.id.0, key.name.clone(), key.masked.clone());
    let notice = match app {
        Some(app) => Notice::App(AppNotice::KeyCreated { key: key_id, name, masked, app }),
        None => Notice::KeyCreated { key: key_id, name, masked },
    };
    AddNotice { account: key.account_id, notice, idempotency_key: format!("key_created:{}", key.id), now }
}
