//! Search for people by a part of their name.
//!
//! Names are compared here, because only Unicode's rules fold the case of every script. Accounts are read from the newest
//! down, at most [`MAX_SCANNED`] for one answer; the next answer continues where this one ended.

use crate::domain::Domain;
use crate::domain::admin::access::{Admin, AdminAct};
use crate::domain::error::{Refusal, Result};
use crate::model::accounts::account::{Account, AccountId};
use crate::model::text::name_search::NameQuery;

/// People on one page.
pub const PEOPLE_PER_PAGE: usize = 8;
/// Names read for one page: a fraction of a second.
const MAX_SCANNED: usize = 200_000;
/// Names read by one statement.
const NAMES_PER_READ: i64 = 5_000;

/// Page of people found by name, newest account first.
#[derive(Clone, Debug)]
pub struct PeoplePage {
    /// Accounts of the page.
    pub people: Vec<Account>,
    /// Account before which the next page begins; `None` if there is none.
    pub next: Option<AccountId>,
}

impl Domain {
    /// Finds people whose name contains the query, with account numbers below `before` if it is given.
    pub async fn find_people(&self, admin: &Admin, query: &NameQuery, before: Option<AccountId>) -> Result<PeoplePage> {
        admin.require(AdminAct::People)?;
        let (mut cursor, mut scanned) = (before.unwrap_or(AccountId(i64::MAX)), 0);
        let mut found: Vec<AccountId> = Vec::new();
        let next = loop {
            let names = self.inner.store.account_names(cursor, NAMES_PER_READ).await?;
            scanned += names.len();
            let is_last = i64::try_from(names.len()).is_ok_and(|count| count < NAMES_PER_READ);
            let last = names.last().map(|named| named.id);
            found.extend(names.into_iter().filter(|named| query.matches(&named.name)).map(|named| named.id));
            if found.len() > PEOPLE_PER_PAGE {
                found.truncate(PEOPLE_PER_PAGE);
                break found.last().copied();
            }
            match last {
                Some(last) if !is_last => cursor = last,
                _ => break None,
            }
            if scanned >= MAX_SCANNED {
                break Some(cursor);
            }
        };
        let people = self.inner.store.accounts(&found).await?;
        Ok(PeoplePage { people, next })
    }

    /// Returns the one person whose name contains the query. Refuses if there are several.
    pub(in crate::domain) async fn only_person_named(
        &self,
        admin: &Admin,
        query: &NameQuery,
    ) -> Result<Option<Account>> {
        let PeoplePage { mut people, next } = self.find_people(admin, query, None).await?;
        if people.len() > 1 || next.is_some() {
            let names: Vec<_> = people.iter().map(|account| format!("#{} {}", account.id, account.name)).collect();
            let more = if next.is_some() { ", …" } else { "" };
            return Err(Refusal::field("user", format!("matches several people: {}{more}", names.join(", "))).into());
        }
        Ok(people.pop())
    }
}
