//! Mails about the security of an account, written in the transaction of the event. The recipients are fixed then.

use crate::model::accounts::account::AccountId;
use crate::model::accounts::activity::ActivityActor;
use crate::model::mail::MailKind;
use crate::model::notices::notice::Notice;
use crate::model::session::RequestSource;
use crate::model::time::Moment;
use crate::store::Tx;
use crate::store::accounts::identities;

/// Device of a mail whose event happened in chat.
const CHAT_DEVICE: &str = "Telegram";

/// A mail about an event of an account.
pub(in crate::store) struct SecurityMail<'a> {
    pub(in crate::store) account: AccountId,
    pub(in crate::store) notice: &'a Notice,
    pub(in crate::store) by: &'a ActivityActor,
    pub(in crate::store) now: Moment,
}

impl SecurityMail<'_> {
    /// Queues the mail for one address.
    pub(in crate::store) async fn add(&self, address: &str, tx: &mut Tx) -> sqlx::Result<()> {
        let source = source(self.by, tx).await?;
        let sql = "insert into mail
                     (kind, recipient, language, account_id, device, network, created_at, due_at, content)
                   select $1, $2, coalesce(a.language, 'en'), a.id, $4, $5, $6, $6, $7 from account a where a.id = $3";
        let (kind, content) = (MailKind::Security.as_str(), self.notice.to_json());
        let RequestSource { device, network } = source;
        tx.run(sql, &[&kind, &address, &self.account, &device, &network, &self.now, &content]).await.map(drop)
    }

    /// Queues the mail for every address of the account, unless the person switched its category off.
    pub(in crate::store) async fn add_to_all(&self, tx: &mut Tx) -> sqlx::Result<()> {
        let sql = "select 1 = 1 from notice_opt_out where account_id = $1 and category = $2";
        let category = self.notice.category().as_str();
        if tx.first::<(bool,)>(sql, &[&self.account, &category]).await?.is_some() {
            return Ok(());
        }
        let mut known: Vec<String> = Vec::new();
        for identity in identities::dated(self.account, tx).await? {
            let Some(address) = identity.address() else { continue };
            if !known.contains(&address.to_lowercase()) {
                known.push(address.to_lowercase());
                self.add(address, tx).await?;
            }
        }
        Ok(())
    }
}

/// Device and network of an event.
async fn source(by: &ActivityActor, tx: &mut Tx) -> sqlx::Result<RequestSource> {
    let named = |device: &str| RequestSource { device: device.to_owned(), network: String::new() };
    Ok(match by {
        ActivityActor::Begun(_, source) | ActivityActor::Visitor(source) => source.clone(),
        ActivityActor::Session(session) => {
            let sql = "select device, network from session where id = $1";
            let found: Option<(String, String)> = tx.first(sql, &[session]).await?;
            found.map_or_else(|| named(""), |(device, network)| RequestSource { device, network })
        }
        _ => named(CHAT_DEVICE),
    })
}
